"""Equilibria of a game with an audience, written out: certificates, posteriors with their ranges, components."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from negotiation.errors import SolverError
from negotiation.exact.watched_assessments import Assessment, Rows, pieces_of
from negotiation.exact.watched_form import Reply
from negotiation.exact.watched_verdicts import watched_verdicts
from negotiation.games.audience import Interval, Posterior
from negotiation.games.certificate import exact_profile
from negotiation.games.numbers import Number
from negotiation.games.solution import Component, Equilibrium, tree_equilibrium
from negotiation.games.watching import certify_watched, settled

__all__ = ["equilibria_of"]


def equilibria_of(found: Sequence[Assessment]) -> tuple[tuple[Equilibrium, ...], tuple[Component, ...]]:
    """Return equilibria with certificates, and in components those between which behaviour can vary.

    Assessments that differ in beliefs off the path alone are put together as one equilibrium with ranges of beliefs.
    """
    pieces = [piece for assessment in found for piece in pieces_of(assessment)]
    groups: dict[tuple[object, ...], list[Assessment]] = {}
    for piece in pieces:
        for assessment in piece:
            groups.setdefault(assessment.key, []).append(assessment)
    places = {key: place for place, key in enumerate(groups)}
    equilibria = tuple(map(_equilibrium, groups.values()))
    spanned = dict.fromkeys(tuple(dict.fromkeys(places[corner.key] for corner in piece)) for piece in pieces)
    return equilibria, _components(equilibria, [piece for piece in spanned if len(piece) > 1])


def _components(equilibria: Sequence[Equilibrium], pieces: Sequence[tuple[int, ...]]) -> tuple[Component, ...]:
    """Return the equilibria in components, none where each stands alone."""
    together = {place: {place} for place in range(len(equilibria))}
    for piece in pieces:
        joined = set().union(*(together[place] for place in piece))
        together.update(dict.fromkeys(joined, joined))
    distinct = {min(members): tuple(sorted(members)) for members in together.values()}
    if not pieces:
        return ()
    return tuple(
        _component(equilibria, members, [piece for piece in pieces if piece[0] in members] or [members]) for members in distinct.values()
    )


def _component(equilibria: Sequence[Equilibrium], members: tuple[int, ...], pieces: Sequence[tuple[int, ...]]) -> Component:
    """Return a component; over a piece everything changes evenly from one extreme point to another, or only rises or falls."""
    own = [equilibria[place] for place in members]
    outcomes = sorted(set().union(*(equilibrium.outcomes for equilibrium in own)))
    entries = {
        (place, action): _span([equilibrium.profile[place][action] for equilibrium in own])
        for place, row in enumerate(own[0].profile)
        for action in range(len(row))
    }
    return Component(
        members,
        tuple(pieces),
        tuple(map(_span, zip(*(equilibrium.payoffs for equilibrium in own), strict=True))),
        {outcome: _span([equilibrium.outcomes.get(outcome, Fraction(0)) for equilibrium in own]) for outcome in outcomes},
        {key: (low, high) for key, (low, high) in entries.items() if low < high},
    )


def _span(numbers: Sequence[Number]) -> tuple[Number, Number]:
    return min(numbers), max(numbers)


def _equilibrium(group: Sequence[Assessment]) -> Equilibrium:
    first = group[0]
    game = first.form.game
    shown = _exactly if first.answer.is_exact else _roughly
    profile = tuple(tuple(map(shown, row)) for row in first.profile)
    beliefs = tuple(tuple(map(shown, row)) for row in _node_beliefs(first))
    posteriors = _posteriors(group, shown)
    rows = [posterior.probabilities for posterior in posteriors]
    certificate = certify_watched(game, profile, beliefs, rows)
    if not certificate.holds:
        raise SolverError(f"an equilibrium leaves a gain of {float(certificate.regret):g} of a payoff span", partial=profile)
    verdicts = watched_verdicts(first)
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


def _told(group: Sequence[Assessment], number: Fraction) -> Number:
    """Return a number as it is, or as the nearest float where a root that is not rational went into it."""
    is_close = any(number in assessment.close or not assessment.answer.is_exact for assessment in group)
    return float(number) if is_close else number


def _exactly(number: Fraction) -> Number:
    return number


def _roughly(number: Fraction) -> Number:
    return float(number)
