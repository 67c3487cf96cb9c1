"""Subgame perfection: textbook games with their sources, ties, size, messages."""

import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from game_trees import chance, move, pretext, tree

from negotiation.budget import Budget
from negotiation.concepts import nash, subgame_perfect
from negotiation.errors import NotApplicableError
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.normal_form import NormalFormGame

CASES = Path(__file__).parents[2].parent / "shared" / "validation" / "validation.json"


def paths(solution):
    return [equilibrium.path for equilibrium in solution.equilibria]


def spent():
    return Budget(deadline=0.0)


# ---- textbook games --------------------------------------------------------------------------------------------------


def entry():
    return move("E", "e", **{"out": (1, 5), "in": move("M", "m", cooperate=(2, 2), fight=(0, 0))})


def test_a_threat_that_would_not_be_carried_out_is_not_an_equilibrium():
    """Selten (1978), one market: (out, fight) is Nash, only (in, cooperate) is subgame perfect."""
    game = tree(("E", "M"), entry())
    assert len(nash.solve(game).equilibria) > 1
    solution = subgame_perfect.solve(game)
    (equilibrium,) = solution.equilibria
    assert solution.complete
    assert solution.notes == ()
    assert equilibrium.path == ("in", "cooperate")
    assert equilibrium.payoffs == (2, 2)


def chain_store(markets):
    """Selten (1978): the entrants come one after the other; payoffs of all markets add up, the monopolist's first."""

    def market(place, entrants, monopolist):
        if place == markets:
            return (monopolist, *entrants)
        seen = f"{place} {entrants} {monopolist}"
        outcomes = {"out": (1, 5), "cooperate": (2, 2), "fight": (0, 0)}
        after = {name: market(place + 1, (*entrants, own), monopolist + other) for name, (own, other) in outcomes.items()}
        reply = move("M", f"m{seen}", cooperate=after["cooperate"], fight=after["fight"])
        return move(f"E{place}", f"e{seen}", **{"out": after["out"], "in": reply})

    return tree(("M", *(f"E{place}" for place in range(markets))), market(0, (), 0))


@pytest.mark.parametrize("markets", [1, 3, 5])
def test_chain_store_paradox(markets):
    """Selten (1978): deterrence unravels from the last market."""
    solution = subgame_perfect.solve(chain_store(markets))
    (equilibrium,) = solution.equilibria
    assert equilibrium.path == ("in", "cooperate") * markets
    assert equilibrium.payoffs == (2 * markets, *(2,) * markets)


def ultimatum(units):
    offers = {f"keep{k}": move("R", f"r{k}", accept=(k, units - k), reject=(0, 0)) for k in range(units, -1, -1)}
    return tree(("P", "R"), move("P", "p", **offers))


@pytest.mark.parametrize("units", [2, 4, 10])
def test_a_tie_of_the_responder_gives_two_equilibria_of_the_ultimatum_game(units):
    """Gueth, Schmittberger and Schwarze (1982): nothing may be accepted or rejected, and the proposer keeps all or all but one."""
    solution = subgame_perfect.solve(ultimatum(units))
    assert solution.complete
    assert [(found.path, found.payoffs) for found in solution.equilibria] == [
        ((f"keep{units}", "accept"), (units, 0)),
        ((f"keep{units - 1}", "accept"), (units - 1, 1)),
    ]


@pytest.mark.parametrize("units", [2, 4, 10])
def test_how_far_the_tie_of_the_ultimatum_game_may_be_mixed(units):
    """Keeping all is worth units * p if it is accepted with probability p, keeping all but one is worth units - 1."""
    solution = subgame_perfect.solve(ultimatum(units))
    assert [(found.name, found.details["alternative"], found.details["at_most"]) for found in solution.findings] == [
        ("tie in equilibrium 1", "reject", Fraction(1, units)),
        ("tie in equilibrium 2", "accept", Fraction(units - 1, units)),
    ]
    (note,) = solution.notes
    assert note.endswith("all equilibria that take one action at each tie are listed; mixtures there can give more")
    assert solution.scope == "equilibria that take one action at each tie"


def test_the_bound_on_mixing_is_told_in_words():
    assert subgame_perfect.solve(ultimatum(4)).findings[0].summary == (
        "R at 'r4' may as well take reject as accept; P at 'p' keeps to keep4 rather than keep3 only while the probability of reject "
        "is at most 0.25"
    )


def battle(row="b", column="c"):
    return move("1", row, B=move("2", column, B=(3, 1), S=(0, 0)), S=move("2", column, B=(0, 0), S=(1, 3)))


def test_battle_of_the_sexes_with_an_outside_option():
    """Kohlberg and Mertens (1986), van Damme (1989): three subgame-perfect equilibria, two of which stay out."""
    solution = subgame_perfect.solve(tree(("1", "2"), move("1", "a", out=(2, 2), **{"in": battle()})))
    assert solution.complete
    assert paths(solution) == [("out",), ("out",), ("in", "B", "B")]
    quarter = Fraction(1, 4)
    inside = {equilibrium.profile[1:] for equilibrium in solution.equilibria}
    assert inside == {((1, 0), (1, 0)), ((0, 1), (0, 1)), ((3 * quarter, quarter), (quarter, 3 * quarter))}


def test_subgame_perfection_repeats_the_only_equilibrium_of_the_dilemma():
    """Two rounds of the prisoner's dilemma: confess whatever happened (Luce and Raiffa 1957)."""
    cells = {"quiet": {"quiet": (3, 3), "confess": (0, 5)}, "confess": {"quiet": (5, 0), "confess": (1, 1)}}

    def round_(seen, sums):
        after = {
            (row, column): tuple(a + b for a, b in zip(sums, cells[row][column], strict=True)) for row, column in product(cells, repeat=2)
        }
        last = len(seen) == 2
        return move(
            "A",
            f"A {seen}",
            **{
                row: move("B", f"B {seen}", **{col: after[row, col] if last else round_((row, col), after[row, col]) for col in cells})
                for row in cells
            },
        )

    solution = subgame_perfect.solve(tree(("A", "B"), round_((), (0, 0))))
    (equilibrium,) = solution.equilibria
    assert solution.complete
    assert all(row == (0, 1) for row in equilibrium.profile)
    assert equilibrium.payoffs == (2, 2)


def horse():
    """Selten (1975), figure 1: the third player does not know which of the others gave him the move."""
    third = {"R": ((4, 4, 0), (3, 2, 2)), "L": ((0, 0, 1), (0, 0, 0))}
    given, taken = (move("3", "i3", **{name: ends[which] for name, ends in third.items()}) for which in (0, 1))
    return tree(("1", "2", "3"), move("1", "i1", R=move("2", "i2", R=(1, 1, 1), L=given), L=taken))


def test_without_smaller_subgames_every_nash_equilibrium_is_subgame_perfect():
    """Selten's horse: the equilibrium L, R, R survives although player 2's R is no best reply where he would move."""
    solution = subgame_perfect.solve(horse())
    assert {("R", "R"), ("L", "R")} <= set(paths(solution))
    expected = {equilibrium.profile for equilibrium in nash.solve(horse()).equilibria}
    assert {equilibrium.profile for equilibrium in solution.equilibria} == expected


def test_components_are_those_of_nash_where_there_are_no_smaller_subgames():
    """The column player's second strategy is as good as his first: a segment of equilibria."""
    cells = {"T": {"L": (2, 1), "R": (2, 1)}, "B": {"L": (1, 1), "R": (0, 0)}}
    game = tree(("A", "B"), move("A", "a", **{name: move("B", "b", **ends) for name, ends in cells.items()}))
    solution, expected = subgame_perfect.solve(game), nash.solve(game)
    assert solution.complete
    assert [found.profile for found in solution.equilibria] == [found.profile for found in expected.equilibria]
    assert [(found.equilibria, found.pieces, found.intervals) for found in solution.components] == [
        (found.equilibria, found.pieces, found.intervals) for found in expected.components
    ]
    assert solution.components


def test_a_continuum_inside_is_followed_at_its_extreme_points_and_that_is_said():
    """The second mover's indifference inside decides what the first gets: 3 or 0 against 2 outside."""
    inside = move("B", "b", l=move("C", "c", x=(3, 1, 1), y=(3, 1, 1)), r=move("C", "c", x=(0, 1, 1), y=(0, 1, 1)))
    solution = subgame_perfect.solve(tree(("A", "B", "C"), move("A", "a", out=(2, 0, 0), **{"in": inside})))
    assert not solution.complete
    assert {path[0] for path in paths(solution)} == {"in", "out"}
    assert any(note.startswith("the subgame after in: a continuum of equilibria") for note in solution.notes)


def test_what_a_player_precludes_himself_is_free():
    """A moves twice with B between, unseen: after his own `stop` A's second set does not matter."""
    second = move("A", "again", x=(5, 1), y=(0, 0))
    game = tree(("A", "B"), move("A", "a", stop=move("B", "b", l=(9, 1), r=(9, 0)), go=move("B", "b", l=second, r=(0, 0))))
    solution = subgame_perfect.solve(game)
    # Where A's second move is a subgame of its own it is played well, precluded or not.
    assert {equilibrium.profile for equilibrium in solution.equilibria} == {((1, 0), (1, 0), (1, 0))}
    hidden = tree(
        ("A", "B"),
        move(
            "A", "a",
            stop=move("B", "b", l=(9, 1), r=(9, 0)),
            go=move("B", "b", l=move("A", "again", x=(5, 1), y=(0, 0)), r=move("A", "again", x=(0, 0), y=(1, 1))),
        ),
    )  # fmt: skip
    (equilibrium,) = subgame_perfect.solve(hidden).equilibria
    again = [place.name for place in hidden.information_sets].index("again")
    assert equilibrium.free == {again}
    assert equilibrium.path == ("stop", "l")


@pytest.mark.skipif(not CASES.exists(), reason="the validation cases are not beside the repository")
def test_validation_cases():
    def grown(node):
        if "payoffs" in node:
            return tuple(node["payoffs"])
        return move(node["player"], node["infoset"], **{name: grown(child) for name, child in node["actions"].items()})

    seen = 0
    for case in json.loads(CASES.read_text(encoding="utf-8")):
        expected = case["expected"]
        if case["kind"] != "extensive_form" or not any(key.startswith("spe_") for key in expected):
            continue
        solution = subgame_perfect.solve(tree(tuple(case["game"]["players"]), grown(case["game"]["tree"])))
        payoffs = [list(map(float, equilibrium.payoffs)) for equilibrium in solution.equilibria]
        assert solution.complete
        assert sorted(payoffs) == sorted(expected.get("spe_payoffs_set", [expected.get("spe_payoffs")])), case["id"]
        if "spe_path" in expected:
            assert paths(solution) == [tuple(expected["spe_path"])], case["id"]
        seen += 1
    assert seen >= 4


# ---- ties ------------------------------------------------------------------------------------------------------------


def test_ties_of_lotteries_in_tenths_are_exact():
    """0.1 + 0.2 against 0.3, three times a tenth against three tenths: ties that floats would not see."""
    lottery = chance(a=("0.1", (1, 0)), b=("0.2", (1, 0)), c=("0.7", (0, 0)))
    sure = ("0.3", 0)
    solution = subgame_perfect.solve(tree(("A", "B"), move("A", "a", lottery=lottery, sure=sure)))
    assert solution.complete
    assert len(solution.equilibria) == 2
    assert {equilibrium.payoffs for equilibrium in solution.equilibria} == {(Fraction(3, 10), 0)}


def test_a_tie_that_decides_nothing_is_one_component():
    game = tree(("A", "B"), move("A", "a", go=move("B", "b", l=(1, 0), m=(2, 0), r=(0, -1)), stay=(0, 0)))
    solution = subgame_perfect.solve(game)
    assert solution.complete
    (component,) = solution.components
    assert component.equilibria == (0, 1)
    assert component.pieces == ((0, 1),)
    assert component.payoffs == ((1, 2), (0, 0))
    assert component.intervals == {(1, 0): (0, 1), (1, 1): (0, 1)}
    assert solution.findings == ()
    assert any("no other choice depends on what he does" in note for note in solution.notes)


def test_no_ties_no_notes():
    solution = subgame_perfect.solve(pretext())
    assert solution.complete
    assert solution.notes == solution.findings == solution.components == ()


# ---- size ------------------------------------------------------------------------------------------------------------


def centipede(moves):
    """Rosenthal (1981): take, or pass to the other while both sums grow."""
    sets = tuple(InformationSet(f"m{k}", k % 2, ("take", "pass")) for k in range(moves))
    nodes = []
    for k in range(moves):
        taken = (Fraction(k + 2), Fraction(k)) if k % 2 == 0 else (Fraction(k), Fraction(k + 2))
        nodes += [Decision(k, (2 * k + 1, 2 * k + 2)), End(f"taken {k}", taken)]
    return ExtensiveFormGame(("A", "B"), sets, (*nodes, End("passed", (Fraction(moves), Fraction(moves)))))


@pytest.mark.parametrize("moves", [2, 100, 3000])
def test_centipede_ends_at_once(moves):
    """Rosenthal (1981): with an even number of moves the last mover takes, so everybody before him does."""
    solution = subgame_perfect.solve(centipede(moves))
    (equilibrium,) = solution.equilibria
    assert solution.complete
    assert equilibrium.path == ("take",)
    assert all(row == (1, 0) for row in equilibrium.profile)
    assert equilibrium.regret == 0
    assert len(equilibrium.certificate.incentives) == 2 * moves


def wide(leaves):
    """Two moves, many actions each."""
    width = round(leaves**0.5)
    return tree(
        ("A", "B"), move("A", "a", **{f"x{n}": move("B", f"b{n}", **{f"y{m}": (n, m) for m in range(width)}) for n in range(width)})
    )


def test_tens_of_thousands_of_nodes():
    solution = subgame_perfect.solve(wide(22_500))
    (equilibrium,) = solution.equilibria
    assert equilibrium.path == ("x149", "y149")


def test_a_spent_budget_leaves_one_certified_equilibrium():
    solution = subgame_perfect.solve(ultimatum(4), budget=spent())
    assert len(solution.equilibria) == 1
    assert solution.equilibria[0].regret == 0
    assert not solution.complete
    assert any("the time limit" in note for note in solution.notes)
    inside = subgame_perfect.solve(tree(("1", "2"), move("1", "a", out=(2, 2), **{"in": battle()})), budget=spent())
    assert inside.equilibria[0].regret == 0
    assert not inside.complete


# ---- messages --------------------------------------------------------------------------------------------------------


def test_a_matrix_is_refused_with_advice():
    with pytest.raises(NotApplicableError, match=r"needs a tree, got a matrix game; .* use nash"):
        subgame_perfect.solve(NormalFormGame.from_payoffs([[[3, 0], [5, 1]], [[3, 5], [0, 1]]]))


def test_a_simultaneous_move_that_is_too_large_is_refused_with_advice():
    """A player of 24 types has 2^24 plans against one who does not see what he does."""
    blind = {"l": (1, 0), "r": (0, 1)}
    types = {f"t{n}": (Fraction(1, 24), move("A", f"a{n}", x=move("B", "b", **blind), y=move("B", "b", **blind))) for n in range(24)}
    with pytest.raises(NotApplicableError, match=r"the simultaneous moves of the whole game cannot be enumerated: .* too large"):
        subgame_perfect.solve(tree(("A", "B"), chance(**types)))
