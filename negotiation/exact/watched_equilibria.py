"""Equilibria of a game with an audience, written out: behaviour, beliefs, posteriors with their ranges, certificates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from negotiation.errors import SolverError
from negotiation.exact.enclosure import Known
from negotiation.exact.unit_sets import Answer
from negotiation.exact.watched_form import Leaf, Reply, Turn, WatchedForm
from negotiation.exact.watched_patterns import Pattern
from negotiation.exact.watched_values import beliefs_at, shares_of
from negotiation.exact.watched_verdicts import watched_verdicts
from negotiation.games.audience import Interval, Posterior
from negotiation.games.behaviour import reach
from negotiation.games.certificate import exact_profile
from negotiation.games.numbers import Number
from negotiation.games.solution import Component, Equilibrium, tree_equilibrium
from negotiation.games.watching import certify_watched, settled

__all__ = ["Assessment", "equilibria_of"]

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
        """Return the same assessment with one unknown changed."""
        point = self.answer.point
        changed = replace(self.answer, point=(*point[:unknown], value, *point[unknown + 1 :]))
        return replace(self, answer=changed)

    @cached_property
    def beliefs(self) -> tuple[Fraction, ...]:
        """The probability of the first type at each point."""
        return tuple(map(_number, beliefs_at(self.form, self.pattern, self.answer.point)))

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
                    share = Fraction(1) if reply.weight is None else self.answer.point[reply.weight.index]
                    rows[point.information_set] = _row(len(point.children), reply.taken, (share, 1 - share)[: len(reply.taken)])
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


def equilibria_of(found: Sequence[Assessment]) -> tuple[tuple[Equilibrium, ...], tuple[Component, ...]]:
    """Return equilibria with certificates, and as components those whose behaviour can vary.

    Assessments that differ in beliefs off the path alone are put together as one equilibrium with ranges of beliefs.
    """
    groups: dict[tuple[object, ...], list[Assessment]] = {}
    for assessment in found:
        groups.setdefault(assessment.key, []).append(assessment)
    equilibria = tuple(_equilibrium(group) for group in groups.values())
    components = [_component(number, group) for number, group in enumerate(groups.values())]
    return equilibria, tuple(components) if any(component.intervals for component in components) else ()


def _component(number: int, group: Sequence[Assessment]) -> Component:
    """Return an equilibrium with all that differ from it in how an unknown probability or belief varies."""
    first = group[0]
    ends = [first, *(first.at(unknown, end) for unknown, spans in first.varying for span in spans for end in span)]
    told = [_equilibrium([end], judged=False) for end in ends]
    rows = {(place, action) for place, row in enumerate(first.profile) for action in range(len(row))}
    entries = {(place, action): [end.profile[place][action] for end in ends] for place, action in rows}
    intervals = {key: (_told(group, min(row)), _told(group, max(row))) for key, row in sorted(entries.items()) if min(row) < max(row)}
    payoffs = [[equilibrium.payoffs[player] for equilibrium in told] for player in range(len(first.form.game.players))]
    outcomes = sorted({outcome for equilibrium in told for outcome in equilibrium.outcomes})
    shares = {outcome: [equilibrium.outcomes.get(outcome, Fraction(0)) for equilibrium in told] for outcome in outcomes}
    return Component(
        (number,),
        ((number,),),
        tuple((min(row), max(row)) for row in payoffs),
        {outcome: (min(row), max(row)) for outcome, row in shares.items()},
        intervals,
    )


def _equilibrium(group: Sequence[Assessment], *, judged: bool = True) -> Equilibrium:
    first = group[0]
    form, game = first.form, first.form.game
    shown = _exactly if first.answer.is_exact else _roughly
    profile = tuple(tuple(map(shown, row)) for row in first.profile)
    beliefs = tuple(tuple(map(shown, row)) for row in _node_beliefs(first))
    posteriors = _posteriors(group, shown)
    rows = [posterior.probabilities for posterior in posteriors]
    certificate = certify_watched(game, profile, beliefs, rows)
    if judged and not certificate.holds:
        raise SolverError(f"an equilibrium leaves a gain of {float(certificate.regret):g} of a payoff span", partial=profile)
    verdicts = watched_verdicts(form, first.pattern, first.answer.point, first.reached) if judged else {}
    told = tree_equilibrium(settled(game, exact_profile(rows)), profile, certificate, beliefs=beliefs, verdicts=verdicts)
    return replace(told, belief_intervals=MappingProxyType(_intervals(group)), posteriors=posteriors)


def _node_beliefs(assessment: Assessment) -> Rows:
    """Return for each information set the probabilities of its nodes."""
    game = assessment.form.game
    rows: list[tuple[Fraction, ...]] = [(Fraction(1),)] * len(game.information_sets)
    for number, point in enumerate(assessment.form.points):
        if isinstance(point, Reply):
            belief = assessment.beliefs[number]
            by_node = dict(zip(point.nodes, (belief, 1 - belief), strict=True))
            rows[point.information_set] = tuple(by_node[node] for node in game.members[point.information_set])
    return tuple(rows)


def _intervals(group: Sequence[Assessment]) -> Mapping[tuple[int, int], tuple[Number, Number]]:
    """Return how far beliefs at the information sets of other players can vary, where they can."""
    form = group[0].form
    found: dict[tuple[int, int], tuple[Number, Number]] = {}
    for number, point in enumerate(form.points):
        if not isinstance(point, Reply):
            continue
        spans = [span for assessment in group for span in assessment.ranges[number]]
        low, high = min(start for start, _ in spans), max(end for _, end in spans)
        if low < high:
            members = form.game.members[point.information_set]
            bounds = _told(group, low), _told(group, high)
            found[point.information_set, members.index(point.nodes[0])] = bounds
            found[point.information_set, members.index(point.nodes[1])] = 1 - bounds[1], 1 - bounds[0]
    return found


def _posteriors(group: Sequence[Assessment], shown: Callable[[Fraction], Number]) -> tuple[Posterior, ...]:
    first = group[0]
    found = []
    for observation, leaf in first.leaves.items():
        belief = first.beliefs[leaf]
        spans = _joined([span for assessment in group for span in assessment.ranges[assessment.leaves[observation]]])
        ranges = tuple((_told(group, low), _told(group, high)) for low, high in spans)
        name = first.form.audience.observations[observation]
        found.append(Posterior(name, (shown(belief), shown(1 - belief)), first.reached[leaf], ranges))
    return tuple(found)


def _joined(spans: Sequence[Interval]) -> list[Interval]:
    """Return closed intervals in order, those that touch joined."""
    found: list[Interval] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(high, found[-1][1])
        else:
            found.append((low, high))
    return found


def _row(count: int, taken: Sequence[int], shares: Sequence[Known]) -> tuple[Fraction, ...]:
    row = [Fraction(0)] * count
    for action, share in zip(taken, shares, strict=True):
        row[action] = _number(share)
    return tuple(row)


def _told(group: Sequence[Assessment], number: Fraction) -> Number:
    """Return a number as it is, or as the nearest float where a root that is not rational went into it."""
    is_close = any(number in assessment.close or not assessment.answer.is_exact for assessment in group)
    return float(number) if is_close else number


def _exactly(number: Fraction) -> Number:
    return number


def _roughly(number: Fraction) -> Number:
    return float(number)


def _number(value: Known) -> Fraction:
    return value if isinstance(value, Fraction) else value.low
