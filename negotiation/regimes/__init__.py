"""Regimes: which reading holds where in the space of parameters, and the exact boundary between two."""

from negotiation.regimes.conditions import Conditions, PlayConditions, conditions, holds
from negotiation.regimes.line import Line, Regimes, Region, Threshold, regimes
from negotiation.regimes.plane import Axis, Plane, plane
from negotiation.regimes.reasons import Flip

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
