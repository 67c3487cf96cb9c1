"""Regimes and correspondences of every shipped scenario: they come, they agree with the solver, and refusals say why."""

import json

import pytest
from shipped import FOLDER, scenario

from negotiation.boundaries import Refinement, correspondence, regimes
from negotiation.boundaries.document import correspondence_document, regimes_document
from negotiation.solving import solve
from negotiation.words.correspondence import correspondence_sections
from negotiation.words.regimes import regimes_sections

#: As few points as still meet the words for thresholds that are closed in.
QUICK = Refinement(first=4, halvings=3)

NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml") if scenario(path.stem).parameters)

#: The others are matrices, and trees in which everybody knows all earlier moves; stalling has a logarithm in a condition.
NOT_EXACT = {
    "alliance",
    "audience",
    "audience_finite",
    "audience_target",
    "beer_quiche",
    "job_market",
    "reputation",
    "resolve",
    "stalling",
    "two_sided",
}


@pytest.mark.parametrize("name", NAMES)
def test_every_region_has_at_its_witness_what_the_solver_finds_there(name):
    base = scenario(name)
    axis = next(iter(base.parameters))
    found = regimes(base, axis, refinement=QUICK)
    assert (found.resolution > 0) == (name in NOT_EXACT)
    assert len(found.regions) == len(found.thresholds) + 1
    for region in found.regions:
        solution = solve(base.game(None, **found.line.at(region.witness)), found.concept)
        paths = {path.actions for each in solution.equilibria for path in each.paths}
        assert set(region.paths) == paths
        assert float(region.low) < region.witness < float(region.high)
    assert regimes_sections(found)
    json.dumps(regimes_document(found, provenance={}), allow_nan=False)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("audience", "audience_target")])
def test_every_correspondence_covers_the_line(name):
    """There is an equilibrium everywhere: together the branches leave no gap wider than the refinement."""
    base = scenario(name)
    axis = next(iter(base.parameters))
    found = correspondence(base, axis, refinement=QUICK)
    spans = sorted((float(branch.low.at), float(branch.high.at)) for branch in found.branches)
    reached, slack = spans[0][0], 0.0 if found.is_exact else float(found.high - found.low) / QUICK.resolution
    assert reached == float(found.low)
    for low, high in spans:
        assert low <= reached + 2 * slack
        reached = max(reached, high)
    assert reached == float(found.high)
    assert correspondence_sections(found, found.quantities[0])
    json.dumps(correspondence_document(found, provenance={}), allow_nan=False)
