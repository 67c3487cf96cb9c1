"""Regimes: which reading holds where in the space of parameters, and the exact boundary between two."""

from negotiation.boundaries.along import regimes
from negotiation.boundaries.bracketing import Refinement
from negotiation.boundaries.branch import Branch, BranchEnd
from negotiation.boundaries.conditions import Conditions, PlayConditions, conditions, holds
from negotiation.boundaries.correspondence import Correspondence, correspondence
from negotiation.boundaries.line import Line, Regimes, Region, Threshold
from negotiation.boundaries.plane import Axis, Plane, plane
from negotiation.boundaries.reasons import Change, Flip

__all__ = [
    "Axis",
    "Branch",
    "BranchEnd",
    "Change",
    "Conditions",
    "Correspondence",
    "Flip",
    "Line",
    "Plane",
    "PlayConditions",
    "Refinement",
    "Regimes",
    "Region",
    "Threshold",
    "conditions",
    "correspondence",
    "holds",
    "plane",
    "regimes",
]
