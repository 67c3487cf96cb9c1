"""Selection criteria on games whose selection is known."""

import math
from fractions import Fraction

import numpy as np
import pytest
from certified_solutions import solution_of
from game_trees import chance, move, tree
from scipy.integrate import quad
from scipy.optimize import brentq

from negotiation.budget import Budget
from negotiation.concepts import correlated, nash, sequential, subgame_perfect
from negotiation.errors import ParameterError
from negotiation.games.certificate import certify_behaviour
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.outcomes import endings, outcome_groups
from negotiation.games.readings import Reading
from negotiation.games.solution import Solution, mixed_equilibrium, tree_equilibrium
from negotiation.selection import panel

SAMPLES = 2000


def matrix(row, column, names=None):
    return NormalFormGame.from_payoffs([row, column], strategies=None if names is None else [names] * 2)


def stag_hunt(stag=4, hare=3):
    return matrix([[stag, 0], [hare, hare]], [[stag, hare], [0, hare]], ("stag", "hare"))


def entry():
    """Selten (1978): entry deterrence, with a name for what happens."""
    readings = (Reading("deterred", (("out",),)), Reading("accommodated", (("enter", "cooperate"),)))
    return tree(("E", "M"), move("E", "start", out=(1, 5), enter=move("M", "enter", cooperate=(2, 2), fight=(0, 0))), readings=readings)


def by_cell(found):
    """The rows by the one course of play that they have; the mixed one under None."""
    return {row.outcome.paths[0].actions if len(row.outcome.paths) == 1 else None: row for row in found.rows}


def near(share, samples=SAMPLES):
    """The share that sampling has to come near: within four standard errors."""
    return pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / samples))


def test_stag_hunt_payoff_and_risk_dominance_disagree():
    """Harsanyi and Selten (1988), section 3.9: leaving stag costs 1 * 1, leaving hare 3 * 3; stag pays 4, hare 3."""
    rows = by_cell(panel(nash.solve(stag_hunt()), samples=10))
    stag, hare, mixed = rows["stag", "stag"], rows["hare", "hare"], rows[None]
    assert (stag.deviation_loss, hare.deviation_loss, mixed.deviation_loss) == (1, 9, None)
    assert (stag.is_risk_dominant, hare.is_risk_dominant, mixed.is_risk_dominant) == (False, True, None)
    assert stag.payoff_dominates == (1, 2)
    assert hare.payoff_dominated_by == (0,)
    assert (stag.is_logit_limit, hare.is_logit_limit, mixed.is_logit_limit) == (False, True, False)


def test_stag_hunt_basins_of_one_population_are_split_at_the_threshold():
    """Stag grows where more than 3/4 hunt it, so a quarter of uniform starts leads there."""
    rows = by_cell(panel(nash.solve(stag_hunt()), samples=SAMPLES, seed=4))
    one = {cell: next(basin for basin in row.basins if basin.populations == 1) for cell, row in rows.items()}
    assert one["stag", "stag"].share == near(0.25)
    assert one["stag", "stag"].share + one["hare", "hare"].share == pytest.approx(1)
    assert one[None].share == pytest.approx(0)
    expected = math.sqrt(one["stag", "stag"].share * one["hare", "hare"].share / SAMPLES)
    assert one["stag", "stag"].standard_error == pytest.approx(expected)


def test_stag_hunt_basins_of_two_populations_are_split_at_the_separatrix():
    """On courses f(x) - f(y) is constant, f(x) = 3/4 log x + 1/4 log(1 - x); through (3/4, 3/4) it is 0."""

    def potential(x):
        return 0.75 * math.log(x) + 0.25 * math.log(1 - x)

    def partner(x):
        """The other share at which the separatrix passes."""
        low, high = (0.75, 1 - 1e-15) if x < 0.75 else (1e-300, 0.75)
        return brentq(lambda y: potential(y) - potential(x), low, high)

    area = sum(quad(lambda x: 1 - partner(x), low, high, limit=200)[0] for low, high in ((1e-9, 0.75 - 1e-9), (0.75 + 1e-9, 1 - 1e-9)))
    rows = by_cell(panel(nash.solve(stag_hunt()), samples=SAMPLES, seed=5))
    two = next(basin for basin in rows["stag", "stag"].basins if basin.populations == 2)
    assert two.share == near(area)
    assert 0.1 < area < 0.2


def test_chicken_is_split_between_two_populations_and_mixed_in_one():
    """Selten (1980): asymmetric equilibria need two populations; the evolutionarily stable mixture attracts one."""
    found = panel(nash.solve(matrix([[6, 2], [7, 0]], [[6, 7], [2, 0]], ("yield", "dare"))), samples=SAMPLES, seed=6)
    rows = by_cell(found)
    assert rows["yield", "dare"].basins[0].share == near(0.5)
    assert [basin.share for basin in rows[None].basins] == [pytest.approx(0), pytest.approx(1)]
    assert rows["yield", "dare"].deviation_loss == rows["dare", "yield"].deviation_loss == 2
    assert not rows["yield", "dare"].is_risk_dominant
    assert "risk dominance: leaving costs as much at both strict equilibria, so neither dominates" in found.notes
    assert rows[None].is_logit_limit
    assert any("another branch crosses the principal one" in note for note in found.notes)


def test_battle_of_the_sexes_has_only_one_kind_of_basin_and_symmetric_shares():
    """Luce and Raiffa (1957): reflection swaps the two equilibria, so each gets half; the mixed one is worse for both."""
    found = panel(nash.solve(matrix([[3, 0], [0, 2]], [[2, 0], [0, 3]])), samples=SAMPLES, seed=7)
    rows = by_cell(found)
    assert [basin.populations for basin in rows["1", "1"].basins] == [2]
    assert rows["1", "1"].basins[0].share == near(0.5)
    assert rows[None].payoff_dominated_by == (0, 2)
    assert rows["1", "1"].payoff_dominates == (1,)
    assert rows["1", "1"].deviation_loss == rows["2", "2"].deviation_loss == 6


def test_coordination_on_three_lists_all_seven_and_has_no_risk_dominance():
    """Diagonal 3, 2, 1: seven equilibria; the pure ones are ordered by payoffs, and the logit branch takes the best."""
    found = panel(nash.solve(matrix(np.diag([3, 2, 1]).tolist(), np.diag([3, 2, 1]).tolist())), samples=SAMPLES, seed=8)
    rows = by_cell(found)
    assert sum(len(row.variants) for row in found.rows) == 7
    best, second, third = (found.rows.index(rows[name, name]) for name in ("1", "2", "3"))
    assert found.rows[best].payoff_dominates == tuple(place for place in range(7) if place != best)
    assert third in found.rows[second].payoff_dominates
    assert found.rows[best].is_logit_limit
    assert "risk dominance: only for 2x2 games with two strict equilibria" in found.notes
    shares = [found.rows[place].basins[0].share for place in (best, second, third)]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)


def test_deterrence_is_one_outcome_with_the_threats_that_support_it_behind():
    """Selten (1978): out is supported by fighting with at least 1/2; only accommodation is subgame perfect."""
    found = panel(nash.solve(entry()), samples=10)
    rows = {row.outcome.reading: row for row in found.rows}
    assert set(rows) == {"deterred", "accommodated"}
    assert len(rows["deterred"].variants) == 2
    assert {variant.refinements["subgame perfect"] for variant in rows["deterred"].variants} == {"no"}
    (variant,) = rows["accommodated"].variants
    assert variant.refinements == {"subgame perfect": "yes"}
    assert variant.is_logit_limit
    assert rows["accommodated"].is_logit_limit
    assert not rows["deterred"].is_logit_limit


def test_deterrence_holds_for_half_less_pi_over_eight_of_the_starts():
    """Of shares x entering and y cooperating, (1 - x)^2 / (y (1 - y)) stays constant; entry dies out where y < 1/2 and it is 4 or more."""
    found = panel(nash.solve(entry()), samples=600, seed=9)
    rows = {row.outcome.reading: row for row in found.rows}
    assert rows["deterred"].basins[0].share == near(0.5 - math.pi / 8, samples=600)
    assert rows["deterred"].basins[0].share + rows["accommodated"].basins[0].share == pytest.approx(1)


def test_play_left_open_is_named_where_it_spoils_subgame_perfection():
    """A stops; what he would do late is left open, and the second action stands for it, which is the worse one."""
    late = move("A", "late", up=(0, 1), down=(1, 1))
    game = tree(("A", "B"), move("A", "start", stop=(2, 0), go=move("B", "go", on=late, off=(0, 0))))
    first = tuple((Fraction(1), Fraction(0)) for _ in game.information_sets)
    number = [place.name for place in game.information_sets].index("late")
    found = tree_equilibrium(game, first, certify_behaviour(game, first), free=frozenset({number}))
    (row,) = panel(Solution("nash", game, (found,), False), samples=5).rows
    assert row.variants[0].refinements == {"subgame perfect": "not with what stands at late, where play is left open"}


def test_seltens_horse_has_an_outcome_that_no_sequential_equilibrium_has():
    """Selten (1975), figure 1: (3, 2, 2) rests on the second player's choice off the path."""
    third = {"R": (4, 4, 0), "L": (0, 0, 1)}, {"R": (3, 2, 2), "L": (0, 0, 0)}
    second = move("2", "start", R=(1, 1, 1), L=move("3", "start", **third[0]))
    game = tree(("1", "2", "3"), move("1", "start", R=second, L=move("3", "start", **third[1])))
    found = panel(nash.solve(game), samples=5)
    verdicts = {row.outcome.payoffs: row.variants[0].refinements["outcome of a sequential equilibrium"] for row in found.rows}
    assert verdicts[1, 1, 1] == "yes"
    assert verdicts[3, 2, 2] == "no"
    again = panel(sequential.solve(game), samples=5)
    assert all("outcome of a sequential equilibrium" not in variant.refinements for row in again.rows for variant in row.variants)


def test_an_audience_leaves_criteria_out_and_says_why():
    found = panel(solution_of("watched, mixing"), samples=5)
    assert found.rows[0].outcome.payoffs == (Fraction(39, 100),)
    assert any(note.startswith("logit limit: payoffs of this game depend on what its audience believes") for note in found.notes)


def test_equal_paths_of_different_types_are_different_outcomes():
    """Either type may be the one that asks; the paths look alike, the ends of the tree do not."""

    def asks(kind):
        """The move of a player whose type only he knows."""
        return move("S", f"{kind}: start", ask=(0, 0), wait=(0, 0))

    game = tree(("S", "R"), chance(keen=("0.5", asks("keen")), tired=("0.5", asks("tired"))), type_moves=frozenset({0}))
    yes, no = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
    found = [tree_equilibrium(game, rows, certify_behaviour(game, rows)) for rows in ((yes, no), (no, yes))]
    assert {path.actions for path in found[0].paths} == {path.actions for path in found[1].paths} == {("ask",), ("wait",)}
    groups = outcome_groups(Solution("nash", game, tuple(found), False))
    assert [group.equilibria for group in groups] == [(0,), (1,)]


def test_every_equilibrium_stands_behind_exactly_one_outcome():
    for game in (stag_hunt(), entry(), matrix([[1, 0], [0, 1]], [[2, 2], [2, 2]])):
        solution = nash.solve(game)
        groups = outcome_groups(solution)
        assert sorted(number for group in groups for number in group.equilibria) == list(range(len(solution.equilibria)))
        for group in groups:
            assert sum(group.endings.values()) == 1
            for number in group.equilibria:
                assert endings(game, solution.equilibria[number].profile) == group.endings


def test_a_limit_that_is_not_listed_is_told():
    game = stag_hunt()
    only = mixed_equilibrium(game, ((Fraction(1), Fraction(0)),) * 2)
    found = panel(Solution("nash", game, (only,), False), samples=5)
    assert "logit limit: its outcome is none of those listed; payoffs row 3, column 3" in found.notes
    assert "risk dominance: a strict equilibrium is not in the list" in found.notes
    assert "the list of equilibria may not be complete, so neither is this comparison" in found.notes
    assert found.logit_limit.payoffs == (3, 3)


def test_cycles_come_to_no_outcome():
    """Matching pennies: the dynamics circles (Schuster and Sigmund 1981)."""
    found = panel(nash.solve(matrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])), samples=20)
    assert found.rows[0].basins[0].share == pytest.approx(0)
    assert "basin shares: with two populations, 100.0% of the starts came to no listed outcome" in found.notes


def test_three_players_have_no_risk_dominance_or_basins():
    game = NormalFormGame.from_payoffs(np.array([np.ones((2, 2, 2)), *[np.zeros((2, 2, 2))] * 2]).astype(int).tolist())
    first = tuple((Fraction(1), Fraction(0)) for _ in range(3))
    found = panel(Solution("nash", game, (mixed_equilibrium(game, first),), False), samples=5)
    assert found.rows[0].basins == ()
    assert found.rows[0].deviation_loss is None
    assert "risk dominance and basin shares: for two players here, the game has 3" in found.notes


def test_refinements_of_the_concept_are_handed_on():
    solution = subgame_perfect.solve(entry())
    (row,) = panel(solution, samples=5).rows
    assert row.variants[0].refinements["subgame perfect"] == "yes"
    assert panel(nash.solve(stag_hunt()), samples=5).notes[-1] == "refinements: nash gives no verdicts for this game"


def test_a_solution_without_profiles_has_nothing_to_select():
    found = panel(correlated.solve(stag_hunt()))
    assert found.rows == ()
    assert found.notes == ("the solution has no strategy profiles to select among",)


def test_no_time_leaves_out_the_branch_and_the_basins_and_says_so():
    found = panel(nash.solve(stag_hunt()), budget=Budget.of_seconds(0))
    assert all(row.is_logit_limit is None and row.basins == () for row in found.rows)
    assert any(note.startswith("logit limit: ") for note in found.notes)
    assert "basin shares: left out, the time limit is reached" in found.notes


def test_the_same_seed_gives_the_same_shares():
    first, again, other = (panel(nash.solve(stag_hunt()), samples=50, seed=seed) for seed in (1, 1, 2))
    shares = [[basin.share for row in found.rows for basin in row.basins] for found in (first, again, other)]
    assert shares[0] == shares[1] != shares[2]
    assert (first.samples, first.seed) == (50, 1)


def test_samples_must_be_positive():
    with pytest.raises(ParameterError, match="samples must be at least 1, got 0"):
        panel(nash.solve(stag_hunt()), samples=0)
