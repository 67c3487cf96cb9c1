"""Assessments of a game with an audience: who does what where, and what is believed after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import TypeAlias

from negotiation.exact.enclosure import Known
from negotiation.exact.unit_conditions import NEGLIGIBLE
from negotiation.exact.unit_sets import Answer
from negotiation.exact.watched_form import Leaf, Reply, Turn, WatchedForm
from negotiation.exact.watched_patterns import Pattern
from negotiation.exact.watched_values import Evaluation, evaluated, reply_shares, requirements, shares_of
from negotiation.games.audience import Interval
from negotiation.games.behaviour import reach

__all__ = ["Assessment", "Rows", "pieces_of"]

Rows: TypeAlias = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, eq=False)
class Assessment:
    """A pattern of play with one choice of its unknowns, and how far these can vary.

    ``close`` are the numbers that stand for roots that are not rational.
    """

    form: WatchedForm
    pattern: Pattern
    answer: Answer
    close: frozenset[Fraction]

    def at(self, unknown: int, value: Fraction) -> Assessment:
        """Return the same assessment with one unknown fixed at another value."""
        point, ranges = self.answer.point, self.answer.ranges
        changed = Answer(
            (*point[:unknown], value, *point[unknown + 1 :]),
            (*ranges[:unknown], ((value, value),), *ranges[unknown + 1 :]),
            self.answer.is_exact and value not in self.close,
        )
        return replace(self, answer=changed)

    @property
    def holds(self) -> bool:
        """Whether no condition is broken; the ends of ranges count in."""
        asked = requirements(self.form, self.pattern)
        values = evaluated(self.form, self.pattern, self.answer.point, list(asked.values()))
        slack = Fraction(0) if self.answer.is_exact else NEGLIGIBLE * self.form.scale
        return all(
            abs(_number(value)) <= slack if kind == "equal" else _number(value) >= -slack
            for (kind, _), value in zip(asked, values, strict=True)
        )

    @cached_property
    def evaluation(self) -> Evaluation:
        """Beliefs and payoffs."""
        return Evaluation(self.form, self.pattern, self.answer.point)

    @cached_property
    def beliefs(self) -> tuple[Fraction, ...]:
        """The probability of the first type at each point."""
        return tuple(_number(self.evaluation.belief(number)) for number in range(len(self.form.points)))

    @cached_property
    def profile(self) -> Rows:
        """For each information set the probabilities of its actions."""
        rows: list[tuple[Fraction, ...]] = [()] * len(self.form.game.information_sets)
        for number, point in enumerate(self.form.points):
            match point:
                case Turn():
                    choice = self.pattern.turns[number]
                    shares = shares_of(choice, self.beliefs[number], [self.beliefs[child] for child in point.children])
                    for place, taken, own in zip(point.information_sets, choice.taken, shares, strict=True):
                        rows[place] = _row(len(point.children), taken, own)
                case Reply():
                    reply = self.pattern.replies[number]
                    rows[point.information_set] = _row(len(point.children), reply.taken, reply_shares(reply, self.answer.point))
        return tuple(rows)

    @cached_property
    def reached(self) -> tuple[bool, ...]:
        """For each point, whether play gets there."""
        weights = reach(self.form.game, self.profile)
        ends = self.form.game.ends
        nodes = [tuple(ends[place] for place in point.places) if isinstance(point, Leaf) else point.nodes for point in self.form.points]
        return tuple(any(weights[node] for node in pair) for pair in nodes)

    @cached_property
    def leaves(self) -> dict[int, int]:
        """For each observation of the audience, a point at which it is made: one that play reaches if there is one."""
        found: dict[int, int] = {}
        for number, point in enumerate(self.form.points):
            if isinstance(point, Leaf):
                observation = self.form.audience.seen[point.places[0]]
                if observation not in found or self.reached[number]:
                    found[observation] = number
        return dict(sorted(found.items()))

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What tells equilibria apart: behaviour everywhere, and beliefs on the path."""
        return self.profile, tuple(self.beliefs[leaf] if self.reached[leaf] else None for leaf in self.leaves.values())

    @cached_property
    def ranges(self) -> tuple[tuple[Interval, ...], ...]:
        """For each point, the probabilities of the first type that go with the rest of the equilibrium."""
        found: list[tuple[Interval, ...]] = [((belief, belief),) for belief in self.beliefs]
        for unknown, spans in self.varying:
            low, high = (self.at(unknown, Fraction(end)).beliefs for end in (0, 1))
            ends = [(self.at(unknown, start).beliefs, self.at(unknown, end).beliefs) for start, end in spans]
            for number in range(len(found)):
                if low[number] != high[number]:
                    found[number] = tuple((first[number], last[number]) for first, last in ends)
        return tuple(found)

    @property
    def varying(self) -> list[tuple[int, tuple[Interval, ...]]]:
        """The unknowns that can vary, with their ranges."""
        return [(unknown, spans) for unknown, spans in enumerate(self.answer.ranges) if any(low < high for low, high in spans)]


def pieces_of(assessment: Assessment) -> list[list[Assessment]]:
    """Return the extreme points of the sets of assessments whose behaviour varies; one set with one point where none does.

    Beliefs off the path that vary without changing what anybody does stay ranges. Where unknowns bound one another, so that
    not all combinations of their ends are equilibria, the assessment itself stands for the set.
    """
    moving = [(unknown, spans) for unknown, spans in assessment.varying if _changes(assessment, unknown, spans)]
    pieces = []
    for chosen in product(*(spans for _, spans in moving)):
        corners = []
        for ends in product(*chosen):
            corner = assessment
            for (unknown, _), end in zip(moving, ends, strict=True):
                corner = corner.at(unknown, end)
            corners.append(corner)
        pieces.append(corners if all(corner.holds for corner in corners) else [assessment])
    return pieces


def _changes(assessment: Assessment, unknown: int, spans: Sequence[Interval]) -> bool:
    return any(assessment.at(unknown, end).profile != assessment.profile for span in spans for end in span)


def _row(count: int, taken: Sequence[int], shares: Sequence[Known]) -> tuple[Fraction, ...]:
    row = [Fraction(0)] * count
    for action, share in zip(taken, shares, strict=True):
        row[action] = _number(share)
    return tuple(row)


def _number(value: Known) -> Fraction:
    return value if isinstance(value, Fraction) else value.low
