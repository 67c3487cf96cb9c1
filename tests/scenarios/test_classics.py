"""Classic games, with the numbers of their sources."""

from fractions import Fraction

import pytest
from shipped import pure_equilibria, scenario

from negotiation.concepts import correlated, nash, subgame_perfect
from negotiation.engines import events
from negotiation.games.plans import reduced_normal_form
from negotiation.play import match


def extreme(name, variant=None, /):
    """The extreme Nash equilibria of a matrix as {profile: payoffs}."""
    solution = nash.solve(scenario(name).game(variant))
    assert solution.complete
    return {equilibrium.profile: equilibrium.payoffs for equilibrium in solution.equilibria}


def half(first):
    """A mixed strategy over two actions."""
    return (Fraction(first), 1 - Fraction(first))


def test_prisoners_dilemma():
    """Axelrod (1984), 5, 3, 1, 0: both defect and get 1."""
    assert extreme("prisoners_dilemma") == {((0, 1), (0, 1)): (1, 1)}
    values = scenario("prisoners_dilemma").values()
    assert (values["temptation"] - values["reward"]) / (values["temptation"] - values["punishment"]) == Fraction(1, 2)


def test_two_reciprocators_of_whom_one_opens_hard_take_turns():
    """With continuation 0.9, tit-for-tat against the suspicious kind gets 0.9 * 5 / (1 - 0.81), the other 5 / (1 - 0.81)."""
    record = events.run(match(scenario("prisoners_dilemma"), replications=4000, seed=1))
    for player, expected in (("row", 4.5 / 0.19), ("column", 5 / 0.19)):
        found = record.payoff_estimates[player]
        assert abs(found.mean - expected) < 4 * found.standard_error


def test_chicken():
    """Aumann (1974), 6, 2, 7, 0: each yields alone, or both yield with probability 2/3 and get 14/3."""
    assert extreme("chicken") == {
        ((1, 0), (0, 1)): (2, 7),
        ((0, 1), (1, 0)): (7, 2),
        (half("2/3"), half("2/3")): (Fraction(14, 3), Fraction(14, 3)),
    }


def test_a_mediator_helps_in_chicken():
    """Aumann (1974): the best correlated equilibrium gives 5.25 to each, 10.5 together."""
    solution = correlated.solve(scenario("chicken").game())
    assert max(sum(finding.payoffs) for finding in solution.findings if finding.payoffs) == Fraction("10.5")


def test_stag_hunt():
    """Harsanyi and Selten (1988): both hunting the stag pays more; the hare's product of deviation losses is 9 against 4."""
    game = scenario("stag_hunt").game()
    assert extreme("stag_hunt") == {((1, 0), (1, 0)): (5, 5), ((0, 1), (0, 1)): (3, 3), (half("3/5"), half("3/5")): (3, 3)}
    first, second = game.exact_payoffs
    stag = (first[0, 0] - first[1, 0]) * (second[0, 0] - second[0, 1])
    hare = (first[1, 1] - first[0, 1]) * (second[1, 1] - second[1, 0])
    assert (stag, hare) == (4, 9)


def test_battle_of_the_sexes():
    """Luce and Raiffa (1957), 3 and 2: two pure equilibria, and a mixed one that gives 6/5 to each."""
    assert extreme("battle_of_the_sexes") == {
        ((1, 0), (1, 0)): (3, 2),
        ((0, 1), (0, 1)): (2, 3),
        (half("3/5"), half("2/5")): (Fraction(6, 5), Fraction(6, 5)),
    }


def test_ultimatum_over_four_units():
    """Two outcomes by backward induction, (4, 0) and (3, 1); 33 pure Nash equilibria of the reduced form, with every division."""
    game = scenario("ultimatum").game()
    solution = subgame_perfect.solve(game)
    assert solution.complete
    assert {equilibrium.payoffs for equilibrium in solution.equilibria} == {(4, 0), (3, 1)}
    cells = pure_equilibria(game)
    assert len(cells) == 33
    form = reduced_normal_form(game).game
    assert {tuple(form.exact_payoffs[(slice(None), *cell)]) for cell in cells} == {(4 - x, x) for x in range(5)} | {(0, 0)}


def test_a_resentful_responder_gets_half():
    """Fehr and Schmidt (1999): with envy 1 an offer of one unit is worth 1 - 2 < 0, so it is refused."""
    (equilibrium,) = subgame_perfect.solve(scenario("ultimatum").game("resentful responder")).equilibria
    assert equilibrium.path == ("offer[share=2]", "accept")
    assert equilibrium.payoffs == (2, 2)


def test_entry_deterrence():
    """Selten (1978): entry is shared, (2, 2); staying out for fear of a fight is Nash but not subgame perfect."""
    game = scenario("entry_deterrence").game()
    (equilibrium,) = subgame_perfect.solve(game).equilibria
    assert (equilibrium.path, equilibrium.payoffs, equilibrium.reading) == (("enter", "share"), (2, 2), "entry")
    form = reduced_normal_form(game).game
    assert sorted(tuple(form.exact_payoffs[(slice(None), *cell)]) for cell in pure_equilibria(game)) == [(1, 5), (2, 2)]


@pytest.mark.parametrize(("fighting", "reading"), [(1, "entry"), (3, "deterrence")])
def test_a_strong_incumbent_deters(fighting, reading):
    """Fighting deters once it is better than sharing, which is worth 2."""
    (equilibrium,) = subgame_perfect.solve(scenario("entry_deterrence").game(fighting=fighting)).equilibria
    assert equilibrium.reading == reading
