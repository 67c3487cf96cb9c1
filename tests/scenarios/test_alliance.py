"""Unanimity in an alliance: theory.md 5.1."""

from fractions import Fraction

import pytest
from shipped import pure_equilibria, scenario, whole_numbers

from negotiation.concepts import nash, subgame_perfect
from negotiation.games.certificate import certify_behaviour
from negotiation.scenario.scenario import loads

THREE, TWO = scenario("alliance"), scenario("alliance_of_two")


def members(number):
    """The scenario of an alliance of any size, in the language of the shipped one of three."""
    names = [f"m{place}" for place in range(1, number + 1)]
    about = "range: [0, 20], about: as in the alliance of three"
    parameters = [f"  {name}: {{value: {value}, {about}}}" for name, value in (("A", 4), ("h", 7), ("j", 0.5), ("x", 0))]
    answers = [f"  answer {place}: {{{answer(names, place)}}}" for place in range(1, number + 1)]
    payoffs = [f"    {name}: -A if m_{number} == 0 else -h - (x / m_{number} if no_{name} else j)" for name in names]
    lines = ["negotiation: 1", f"title: An alliance of {number}", "players:", "  watcher: Who watches"]
    lines += [*(f"  {name}: Member" for name in names), "parameters:", *parameters]
    # An action in front, so that every answer is a stage: the watcher has nothing to decide.
    lines += ["game: {player: watcher, actions: {look: answer 1}}", "stages:", *answers]
    return loads("\n".join([*lines, "outcomes:", "  joint answer:", "    watcher: 0", *payoffs]))


def answer(names, place):
    """A member's decision; ``m_1``, ``m_2`` ... count the refusals so far."""
    name, after = names[place - 1], f"answer {place + 1}" if place < len(names) else "joint answer"
    hidden = ", ".join(other for other in names if other != name)
    refusals = f"m_{place - 1}" if place > 1 else "0"
    actions = [
        f"{action}: {{with: {{no_{name}: {refused}, m_{place}: {refusals} + {refused}}}, then: {after}}}"
        for refused, action in enumerate(("accept", "refuse"))
    ]
    return f"player: {name}, hidden_from: [{hidden}], actions: {{{', '.join(actions)}}}"


def pure(game):
    """The pure equilibria as words in A (accept) and R (refuse); the watcher of ``members`` only looks."""
    members_only = slice(1 if "watcher" in game.players else 0, None)
    return {"".join("AR"[chosen] for chosen in cell[members_only]) for cell in pure_equilibria(game)}


@pytest.mark.parametrize(("number", "printed"), [(2, 0.142857), (3, 0.377964), (4, 0.522758)])
def test_symmetric_mixed_equilibrium(number, printed):
    """5.1, A = 4, h = 7, j = 0.5: q* = (j / (h + j - A))^(1/(N-1))."""
    weight = (0.5 / (7 + 0.5 - 4)) ** (1 / (number - 1))
    assert weight == pytest.approx(printed, abs=5e-7)
    game = members(number).game()
    mixtures = [((1,), *((q, 1 - q),) * number) for q in (weight - 0.05, weight, weight + 0.05)]
    regret = [float(certify_behaviour(game, mixture).regret) for mixture in mixtures]
    assert regret[1] < 1e-12
    assert min(regret[0], regret[2]) > 1e-4


def test_the_solver_finds_the_symmetric_mixed_equilibria():
    exact = Fraction(1, 7)
    assert {equilibrium.profile for equilibrium in nash.solve(TWO.game()).equilibria} == {
        ((1, 0), (1, 0)),
        ((0, 1), (0, 1)),
        ((exact, 1 - exact), (exact, 1 - exact)),
    }
    weights = [[float(row[0]) for row in equilibrium.profile] for equilibrium in nash.solve(THREE.game()).equilibria]
    for expected in ([1] * 3, [0] * 3, [0.377964473] * 3):
        assert any(found == pytest.approx(expected, abs=1e-9) for found in weights)


@pytest.mark.parametrize(
    ("scenario", "variant", "expected"),
    [
        (THREE, "no blame", {"AAA", "RRR"}),
        (THREE, "little blame", {"AAA", "RRR"}),
        (THREE, "shared blame", {"AAA", "RRR"}),
        (TWO, "no blame", {"AA", "RR"}),
        (TWO, "little blame", {"AA", "RR"}),
        (TWO, "shared blame", {"AA"}),
        (TWO, "dear demand", {"AA"}),
        (TWO, "too dear a demand", {"AR", "RA"}),
    ],
)
def test_pure_equilibria(scenario, variant, expected):
    """5.1: with x = 1.5 all-refuse needs N >= 3, at N = 2 only all-accept; with x = 1.5, A = 9 and N = 2 exactly one refuses."""
    assert pure(scenario.game(variant)) == expected


@pytest.mark.parametrize("number", [2, 3, 4])
def test_pure_equilibria_without_blame_at_random_parameters(number):
    """5.1, x = 0: all refuse for every N >= 2; all accept iff A <= h; for j > 0 no other pure equilibrium."""
    number_in, alliance = whole_numbers(51), members(number)
    for _ in range(30):
        cost, h, j = (Fraction(number_in(1, 997), 100) for _ in range(3))
        assert pure(alliance.game(A=cost, h=h, j=j)) == {"R" * number} | ({"A" * number} if cost <= h else set())


@pytest.mark.parametrize("number", [2, 3, 4])
def test_blame_dilution_at_random_parameters(number):
    """5.1, x > 0: all-refuse is an equilibrium iff j >= x/N, all-accept iff A <= h + x."""
    number_in, alliance = whole_numbers(52), members(number)
    met = set()
    for _ in range(60):
        cost, h, j, x = (Fraction(number_in(1, 997), scale) for scale in (50, 100, 200, 100))
        found = pure(alliance.game(A=cost, h=h, j=j, x=x))
        assert ("R" * number in found) == (j >= x / number)
        assert ("A" * number in found) == (cost <= h + x)
        met.add(("R" * number in found, "A" * number in found))
    assert len(met) == 4


def test_members_that_differ():
    """5.1, x = 0: all accept iff A_i <= h_i for every member."""
    number_in = whole_numbers(55)
    for _ in range(60):
        p = {name: Fraction(number_in(1, 40), 2) for name in THREE.parameters} | {"x": 0}
        found = pure(THREE.game(**p))
        assert ("AAA" in found) == all(p[f"A_{i}"] <= p[f"h_{i}"] for i in (1, 2, 3))
        assert "RRR" in found


def test_an_alliance_of_any_size_says_what_the_shipped_ones_say():
    for shipped, number in ((TWO, 2), (THREE, 3)):
        sizes = {f"{letter}_{i}" for letter in "Ah" for i in range(1, number + 1)}
        for x, A in ((0, 4), (1.5, 4), (1.5, 9)):
            same = {name: A if name.startswith("A") else 7 for name in sizes}
            assert pure(shipped.game(**same, x=x)) == pure(members(number).game(A=A, x=x))


def test_an_alliance_of_one_is_a_target_that_faces_a_credible_threat():
    """Section 7: 5.1 with N = 1 is 1.4 with acting credible: accept iff A < h."""
    posture = scenario("posture")
    for capitulation in (1, 6):
        A = 5 + capitulation
        (equilibrium,) = subgame_perfect.solve(members(1).game(A=A)).equilibria
        (cell,) = [cell for cell in pure_equilibria(posture.game(k_X=capitulation)) if cell[0] == 0]
        assert equilibrium.path[1:] == (("accept", "refuse")[cell[1]],)
