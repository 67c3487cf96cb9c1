"""Regimes: which reading holds where in the space of parameters, and the exact boundary between two."""

from negotiation.boundaries.conditions import Conditions, PlayConditions, conditions, holds
from negotiation.boundaries.line import Line, Regimes, Region, Threshold, regimes
from negotiation.boundaries.plane import Axis, Plane, plane
from negotiation.boundaries.reasons import Flip

__all__ = [
    "Axis",
    "Conditions",
    "Flip",
    "Line",
    "Plane",
    "PlayConditions",
    "Regimes",
    "Region",
    "Threshold",
    "conditions",
    "holds",
    "plane",
    "regimes",
]
