"""What a sweep computes, as data that can be sent to another process: a scenario's text, a design, and a kind of summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from negotiation.designs.design import Design

__all__ = ["Task"]


@dataclass(frozen=True, eq=False)
class Task:
    """What is computed where.

    Parameters
    ----------
    text, file : str
        The scenario, and where it was read.
    design : Design
    summary : str
        The member of the family of summaries.
    options : mapping of name to value
        Of the summary; JSON-able.
    variant : str or None
    settings : mapping of parameter to Fraction
        What is the same at each point.
    concept : str or None
    concept_options : mapping of name to value
    seed : int
    ranges : mapping of name to (lowest, highest)
        Numbers of the file that became parameters for this sweep, such as ``behaviour.target.precision`` or
        ``repeat.rounds``.
    """

    text: str
    file: str
    design: Design
    summary: str = "equilibrium"
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    variant: str | None = None
    settings: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))
    concept: str | None = None
    concept_options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    seed: int = 0
    ranges: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=lambda: MappingProxyType({}))
