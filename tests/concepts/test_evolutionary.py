"""Evolutionary stability and the replicator dynamics: classic games, closed forms, and a search for invaders."""

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from game_trees import move, tree
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.concepts import evolutionary
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.exact.replicator import field, field_of_two, stability, stability_of_two
from negotiation.exact.stability import is_evolutionarily_stable, is_strictly_copositive, rest_points
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import exact_array

VALIDATION = Path(__file__).resolve().parents[2].parent / "shared" / "validation"


def validation_case(name):
    path = VALIDATION / "validation.json"
    if not path.exists():
        pytest.skip(f"no validation data at {path}")
    return next(case for case in json.loads(path.read_text()) if case["id"] == name)


def symmetric(table, names=None):
    rows = exact_array(table)
    return NormalFormGame.from_payoffs([rows.tolist(), rows.T.tolist()], strategies=[names] * 2 if names else None)


def hawk_dove(value=4, cost=6):
    half = Fraction(1, 2)
    return symmetric([[half * (value - cost), value], [0, half * value]], ("hawk", "dove"))


def verdicts(solution):
    return {tuple(map(float, found.profile[0])): found.verdicts["evolutionarily stable"] for found in solution.equilibria}


def test_hawk_dove_of_the_validation_data():
    case = validation_case("dyn-replicator-hawk-dove")
    parameters, expected = case["game"]["parameters"], case["expected"]
    game = hawk_dove(parameters["V"], parameters["C"])
    course = evolutionary.replicator(game, [(parameters["x0"], 1 - parameters["x0"])], [0.0, parameters["t"]])
    assert course.shares[0][-1, 0] == pytest.approx(expected["x_at_t"], abs=1e-10)
    assert course.nashpy_difference < 1e-6
    solution = evolutionary.solve(game)
    hawks = {float(found.details["shares"]["population"].get("hawk", 0)): found.details["stability"] for found in solution.findings}
    assert sorted(hawks) == pytest.approx(expected["rest_points"])
    assert [share for share, verdict in hawks.items() if verdict == "asymptotically stable"] == [pytest.approx(expected["stable"])]


def test_mixed_equilibrium_of_hawk_dove_is_evolutionarily_stable():
    """Maynard Smith (1982): hawks with V / C."""
    assert verdicts(evolutionary.solve(hawk_dove())) == {(2 / 3, 1 / 3): "yes"}


def test_donation_game_of_the_validation_data():
    case = validation_case("dyn-replicator-pd")
    b, c, start, t = (case["game"]["parameters"][name] for name in ("b", "c", "xD0", "t"))
    game = symmetric([[0, b], [-c, b - c]], ("defect", "cooperate"))
    course = evolutionary.replicator(game, [(start, 1 - start)], [0.0, t])
    assert course.shares[0][-1, 0] == pytest.approx(case["expected"]["xD"], abs=1e-10)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.1, 2.0), st.floats(0.1, 4.0))
def test_defectors_log_odds_grow_at_the_cost(start, cost, t):
    """Taylor and Jonker (1978) on the donation game: log(x / (1 - x)) = log(x0 / (1 - x0)) + c t."""
    game = symmetric([[0, 3], [-cost, 3 - cost]])
    share = evolutionary.replicator(game, [(start, 1 - start)], [0.0, t]).shares[0][-1, 0]
    assert math.log(share / (1 - share)) == pytest.approx(math.log(start / (1 - start)) + cost * t, abs=1e-8)


def test_fictitious_play_converges_in_matching_pennies_and_not_in_shapleys_game():
    case = validation_case("dyn-fictitious-play")
    rounds = case["game"]["parameters"]["rounds"]
    pennies = NormalFormGame.from_payoffs([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    frequencies = evolutionary.fictitious_play(pennies, rounds, (0, 1))
    assert max(np.abs(part[-1] - 0.5).max() for part in frequencies) < case["expected"]["matching_pennies_max_deviation"]
    shapley = NormalFormGame.from_payoffs([np.eye(3, dtype=int).tolist(), np.roll(np.eye(3, dtype=int), 1, axis=1).tolist()])
    frequencies = evolutionary.fictitious_play(shapley, rounds, (0, 1))
    gaps = np.maximum(*(np.abs(part - 1 / 3).max(axis=1) for part in frequencies))
    assert gaps[1000:].min() > case["expected"]["shapley_min_deviation"]


def test_fictitious_play_is_each_rounds_best_reply_to_the_frequencies_so_far():
    game = NormalFormGame.from_payoffs(np.random.default_rng(4).normal(size=(2, 3, 4)).tolist())
    rows, columns = evolutionary.fictitious_play(game, 60, (2, 3))
    for number in range(1, 60):
        row = (number + 1) * rows[number] - number * rows[number - 1]
        column = (number + 1) * columns[number] - number * columns[number - 1]
        assert row.argmax() == (game.payoffs[0] @ columns[number - 1]).argmax()
        assert column.argmax() == (rows[number - 1] @ game.payoffs[1]).argmax()


def test_rock_paper_scissors_is_stable_only_if_winning_pays_more_than_losing_costs():
    """Hofbauer and Sigmund (1998), section 7.7: b > 1 (good), b = 1 (neutral), b < 1 (bad) against a loss of 1."""
    expected = {2: ("yes", "asymptotically stable"), 1: ("no", "undecided by the eigenvalues"), "0.5": ("no", "unstable")}
    for gain, (resists, dynamics) in expected.items():
        solution = evolutionary.solve(symmetric([[0, -1, gain], [gain, 0, -1], [-1, gain, 0]]))
        (found,) = solution.equilibria
        assert found.verdicts["evolutionarily stable"] == resists
        assert found.verdicts["replicator dynamics"] == dynamics


def test_zeemans_game_has_two_stable_strategies_one_pure():
    """Zeeman (1980): the mixture (1/3, 1/3, 1/3) attracts without being evolutionarily stable; the first strategy is stable."""
    solution = evolutionary.solve(symmetric([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]]))
    third = pytest.approx(1 / 3)
    found = {tuple(map(float, item.profile[0])): dict(item.verdicts) for item in solution.equilibria}
    middle = next(item for shares, item in found.items() if shares == (third, third, third))
    assert middle == {"evolutionarily stable": "no", "replicator dynamics": "asymptotically stable"}
    assert found[1.0, 0.0, 0.0]["evolutionarily stable"] == "yes"


def test_weakly_dominating_invaders_are_noticed():
    """All-defect ties with itself only; a neutral twin of an equilibrium strategy drifts in, so neither is stable."""
    solution = evolutionary.solve(symmetric([[1, 1], [1, 1]]))
    assert set(verdicts(solution).values()) == {"no"}
    assert not solution.complete


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 4))
def test_stability_verdicts_agree_with_a_search_for_invaders(seed, size):
    """p resists the best replies y with (p - y) A y > 0: checked on random mixtures of best replies."""
    generator = np.random.default_rng(seed)
    table = exact_array(generator.integers(-4, 5, (size, size)).tolist())
    floats = table.astype(float)
    for point in rest_points(table)[0]:
        values = table @ np.array(point, dtype=object)
        if any(share and value != max(values) for share, value in zip(point, values, strict=True)):
            continue
        p = np.array([float(share) for share in point])
        best = [place for place, value in enumerate(values) if value == max(values)]
        invaders = np.zeros((4000, size))
        invaders[:, best] = generator.dirichlet(np.full(len(best), 0.5), 4000)
        resisted = ((p - invaders) * (invaders @ floats.T)).sum(axis=1)
        away = np.abs(invaders - p).max(axis=1) > 1e-6
        if is_evolutionarily_stable(table, point):
            # All best replies earn the same against p, so with y = p + z the advantage is exactly -z A z, at any distance;
            # as (p - y) A y, rounding of the equal part would outweigh it near p.
            z = invaders - p
            assert ((z * (z @ floats.T)).sum(axis=1)[away] < 0).all()
        elif len(best) > 1:
            # Not stable: some best reply invades or ties; a dense search in few dimensions comes within rounding of one.
            assert (resisted[away] < 0.05).any()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_strict_copositivity_agrees_with_the_smallest_value_on_a_grid(seed, size):
    half = np.random.default_rng(seed).integers(-2, 4, (size, size))
    form = exact_array((half + half.T).tolist())
    steps = 12
    grid = [point for point in np.ndindex(*(steps + 1,) * size) if sum(point) == steps]
    smallest = min(int(np.array(point) @ (half + half.T) @ np.array(point)) for point in grid)
    if is_strictly_copositive(form):
        assert smallest > 0
    else:
        # The minimum lies within one grid step of a grid point, where the form changes by at most its slope.
        assert smallest <= 2 * steps * size * np.abs(half + half.T).max()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_eigenvalues_are_those_of_differences_of_the_field(seed):
    table = np.random.default_rng(seed).integers(-4, 5, (3, 3))
    for point in rest_points(exact_array(table.tolist()))[0]:
        x = np.array([float(share) for share in point])
        rate, step = field(table.astype(float)), 1e-6
        jacobian = np.array([(rate(x + step * e) - rate(x - step * e)) / (2 * step) for e in np.eye(3)]).T
        basis = np.linalg.qr(np.eye(3)[:, :2] - 1 / 3)[0]
        numeric = np.linalg.eigvals(basis.T @ jacobian @ basis)
        expected = stability(table.astype(float), point).eigenvalues
        np.testing.assert_allclose(sorted(numeric, key=lambda v: (-v.real, v.imag)), expected, atol=1e-4)


def test_two_populations_rest_at_the_strict_equilibria_of_the_battle_of_the_sexes():
    """Selten (1980): the mixed equilibrium of an asymmetric contest is never stable."""
    game = NormalFormGame.from_payoffs([[[3, 0], [0, 2]], [[2, 0], [0, 3]]])
    solution = evolutionary.solve(game)
    assert len(solution.findings) == 5
    assert sorted(found.profile[0].index(1) for found in solution.equilibria) == [0, 1]
    stable = [found for found in solution.findings if found.details["stability"] == "asymptotically stable"]
    assert len(stable) == 2
    assert all(found.error < 1e-15 for found in solution.findings)
    mixed = next(found for found in solution.findings if len(found.details["shares"]["row"]) == 2)
    assert mixed.details["stability"] == "unstable"


def test_matching_pennies_circles_in_two_populations():
    """Schuster and Sigmund (1981): closed orbits around the mixed equilibrium; eigenvalues are imaginary."""
    game = NormalFormGame.from_payoffs([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    verdict = stability_of_two(*game.payoffs, ((Fraction(1, 2),) * 2,) * 2)
    assert verdict.verdict == "undecided by the eigenvalues"
    assert [abs(value.imag) for value in verdict.eigenvalues] == pytest.approx([1.0, 1.0])
    course = evolutionary.replicator(game, [(0.6, 0.4), (0.5, 0.5)], np.linspace(0, 20, 50))
    x, y = course.shares[0][:, 0], course.shares[1][:, 0]
    invariant = np.log(x * (1 - x)) + np.log(y * (1 - y))
    np.testing.assert_allclose(invariant, invariant[0], atol=1e-8)


def test_rates_vanish_at_rest_points_of_two_populations():
    rate = field_of_two(*NormalFormGame.from_payoffs([[[3, 0], [0, 2]], [[2, 0], [0, 3]]]).payoffs)
    np.testing.assert_allclose(rate(np.array([0.6, 0.4, 0.4, 0.6])), 0, atol=1e-15)
    assert np.abs(rate(np.array([0.5, 0.5, 0.5, 0.5]))).max() > 0.1


def test_basins_of_a_coordination_game_are_split_at_the_mixed_equilibrium():
    """Stag hunt 4, 0, 3, 3: stags win from shares above 3/4, so from a quarter of uniform starts."""
    game = symmetric([[4, 0], [3, 3]], ("stag", "hare"))
    shares = evolutionary.basin_shares(game, samples=2000, seed=1)
    assert shares[((Fraction(1), Fraction(0)),)] == pytest.approx(0.25, abs=4 * math.sqrt(0.25 * 0.75 / 2000))
    assert sum(shares.values()) == pytest.approx(1)
    assert shares == evolutionary.basin_shares(game, samples=2000, seed=1)


def test_a_simultaneous_tree_is_taken_as_a_normal_form():
    replies = {"hawk": {"hawk": (-1, -1), "dove": (4, 0)}, "dove": {"hawk": (0, 4), "dove": (2, 2)}}
    game = tree(("A", "B"), move("A", "start", **{name: move("B", "unseen", **ends) for name, ends in replies.items()}))
    solution = evolutionary.solve(game)
    assert solution.equilibria[0].profile == ((Fraction(2, 3), Fraction(1, 3)),) * 2
    assert solution.equilibria[0].regret == 0


def test_games_that_do_not_fit_are_refused():
    with pytest.raises(NotApplicableError, match="for two players here, the game has 3"):
        evolutionary.solve(NormalFormGame.from_payoffs(np.zeros((3, 2, 2, 2), dtype=int).tolist()))
    with pytest.raises(NotApplicableError, match="at most 12 strategies"):
        evolutionary.solve(symmetric(np.zeros((13, 13), dtype=int).tolist()))


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ([(0.5, 0.4)], "shares must be at least 0 and sum to 1"),
        ([(0.5, 0.25, 0.25)], r"the start must have 2 and 2 shares \(or the first alone\), got 3"),
    ],
)
def test_wrong_starts_are_named(start, message):
    with pytest.raises(ParameterError, match=message):
        evolutionary.replicator(hawk_dove(), start, [0.0, 1.0])


def test_one_population_needs_a_symmetric_game():
    game = NormalFormGame.from_payoffs([[[3, 0], [0, 2]], [[2, 0], [0, 3]]])
    with pytest.raises(ParameterError, match="one population needs a symmetric game"):
        evolutionary.replicator(game, [(0.5, 0.5)], [0.0, 1.0])
    with pytest.raises(ParameterError, match="rounds must be at least 1, got 0"):
        evolutionary.fictitious_play(game, 0)
