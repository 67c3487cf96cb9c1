"""Logit equilibria at many points of a scenario: the rows are those of point by point.

A larger run of the same, by hand: see ``SHIPPED``, with 100 points of each kind in each scenario at each precision.
"""

from dataclasses import replace

import numpy as np
import pytest
from shipped import FOLDER, scenario
from swept_points import anywhere, assert_same, at_ties

from negotiation.batched import quantal_response
from negotiation.errors import ParameterError
from negotiation.games.points import Points
from negotiation.scenario.blocks import block
from negotiation.summaries.equilibrium import tabulate, takes_many

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.yaml") if not scenario(path.stem).contents.watched)

#: One point of these takes the solver of one game 50 ms or more.
SLOW = {"alliance", "demand_size", "job_market", "reputation", "resolve", "two_sided"}

#: Limits of branches are extrapolated from precision 1e7, where payoffs are known to 1e-9 of what is compared.
SAME = 1e-9


def by_logit(points):
    return replace(points, concept="quantal_response")


@pytest.mark.parametrize("name", SHIPPED)
def test_rows_are_those_of_point_by_point(name):
    tested, number = scenario(name), 2 if name in SLOW else 8
    for options in ({}, {"precision": 0.7}):
        assert_same(tested, by_logit(anywhere(tested, number, 1)), options, same=SAME, remarks=False)
        assert_same(tested, by_logit(at_ties(tested, number, 2)), options, same=SAME, remarks=False)


def test_all_shipped_scenarios_are_solved_many_at_a_time():
    assert all(takes_many(scenario(name), "quantal_response") for name in SHIPPED)


@pytest.mark.parametrize("name", ["pretext", "stag_hunt", "beer_quiche"])
def test_what_else_is_in_a_block_changes_nothing(name):
    tested = scenario(name)
    points = by_logit(at_ties(tested, 60, 3))
    for options in ({}, {"precision": 2.0}):
        whole = quantal_response.solve(block(tested, points), **options)
        for place in (0, 17, 59):
            alone = quantal_response.solve(block(tested, points.picked(np.array([place]))), **options)
            assert alone.undecided[0] == whole.undecided[place]
            mine = whole.game == place
            assert alone.payoffs.tobytes() == whole.payoffs[mine].tobytes()
            assert alone.regret.tobytes() == whole.regret[mine].tobytes()
            assert alone.end.tolist() == whole.end[mine].tolist()


def test_unknown_points_are_undecided():
    """At these points of the signalling game the prior is 1 or the like, so that doubles do not tell whether it is a probability."""
    tested = scenario("beer_quiche")
    games = block(tested, at_ties(tested, 100, 4))
    assert games.unknown.any()
    assert quantal_response.solve(games, precision=1.0).undecided[games.unknown].all()


@pytest.mark.parametrize("precision", [-1.0, float("nan"), float("inf")])
def test_precision_must_be_finite_and_not_negative(precision):
    tested = scenario("pretext")
    games = block(tested, anywhere(tested, 2, 5))
    with pytest.raises(ParameterError, match="precision must be a finite number of at least 0"):
        quantal_response.solve(games, precision=precision)


def test_a_wrong_precision_is_said_at_each_point():
    tested = scenario("pretext")
    table = tabulate(tested, Points(3, anywhere(tested, 3, 6).parameters, concept="quantal_response"), {"precision": -1.0})
    assert set(table.remarks) == {"precision must be a finite number of at least 0, got -1.0"}
