"""Refinements of equilibria in games with an audience: the intuitive criterion and D1.

The audience's possible responses to an action that no type takes are its beliefs after it. A type is tempted by those
beliefs with which the action is worth more to him than his equilibrium payoff.

Intuitive criterion (Cho and Kreps 1987): the action cannot be expected of a type whom no belief makes as well off as the
equilibrium. If the other type gains once the audience is certain of him, the equilibrium fails.

D1 (Cho and Kreps 1987; compare Banks and Sobel 1987): the action cannot be expected of a type if every belief that makes
him at least as well off tempts the other type, and some belief does tempt that one. If any type then gains, the
equilibrium fails.

References
----------
Cho and Kreps (1987), Quarterly Journal of Economics 102, 179-221. Banks and Sobel (1987), Econometrica 55, 647-661.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from negotiation.exact.certified_roots import system_roots
from negotiation.exact.enclosure import Known
from negotiation.exact.refinements import D1, FAILS, INTUITIVE_CRITERION, SURVIVES
from negotiation.exact.unit_conditions import NEGLIGIBLE
from negotiation.exact.watched_assessments import Assessment
from negotiation.exact.watched_form import Fork, Leaf, Reply, Turn, WatchedForm
from negotiation.exact.watched_values import payoff_at, updated

__all__ = ["watched_verdicts"]

UNDECIDED = "not decided"


@dataclass(frozen=True, slots=True)
class _Surprise:
    """An action that nobody takes: the signs of what each type gains by it, at enough beliefs in rising order.

    Between two neighbours of ``signs`` no sign changes; the first belief is 0 and the last is 1.
    """

    action: str
    types: tuple[str, ...]
    signs: tuple[tuple[int, int], ...]

    def certain(self, kind: int) -> tuple[int, int]:
        """Return the signs when the audience is certain of a type."""
        return self.signs[-1] if kind == 0 else self.signs[0]


def watched_verdicts(assessment: Assessment) -> Mapping[str, str]:
    """Return what the intuitive criterion and D1 say of an equilibrium."""
    verdicts = dict.fromkeys((INTUITIVE_CRITERION, D1), SURVIVES)
    for surprise in _surprises(assessment):
        for name, judge in ((INTUITIVE_CRITERION, _intuitive), (D1, _divine)):
            said = f"{UNDECIDED}: play goes on after {surprise}" if isinstance(surprise, str) else judge(surprise)
            # A reason to reject outweighs what is not decided.
            if said and (verdicts[name] == SURVIVES or not said.startswith(UNDECIDED)):
                verdicts[name] = said
    return verdicts


def _surprises(assessment: Assessment) -> list[_Surprise | str]:
    """Return the actions that neither type takes where the audience is unsure; the name alone where play goes on after one."""
    form, profile = assessment.form, assessment.profile
    slack = Fraction(0) if assessment.answer.is_exact else NEGLIGIBLE * form.scale
    found: list[_Surprise | str] = []
    for number, turn in enumerate(form.points):
        if not isinstance(turn, Turn) or not assessment.reached[number] or assessment.beliefs[number] in (0, 1):
            continue
        for action, child in enumerate(turn.children):
            if not any(profile[place][action] for place in turn.information_sets):
                name = form.actions(turn)[action]
                payoffs = assessment.evaluation.worth(number, form.audience.player)
                found.append(name if form.has_choices[child] else _surprise(form, child, name, payoffs, slack=slack))
    return found


def _surprise(form: WatchedForm, child: int, name: str, payoffs: Sequence[Known], *, slack: Fraction) -> _Surprise:
    gains = [_Gain(form, child, kind, payoff) for kind, payoff in enumerate(payoffs)]
    found = [system_roots(gain.system, 1) for gain in gains]
    zeros = [{root for (root,) in (*roots.exact, *roots.close)} for roots in found]
    jumps = {corner for roots in found for (corner,) in roots.doubtful}
    ordered = sorted({Fraction(0), Fraction(1)}.union(jumps, *zeros))
    beliefs = [ordered[0]]
    for low, high in pairwise(ordered):
        beliefs += [(low + high) / 2, high]

    def sign(kind: int, belief: Fraction) -> int:
        """Return the sign of a type's gain; at a root it is 0, also where that is only known closely."""
        return 0 if belief in zeros[kind] else gains[kind].sign(belief, slack)

    return _Surprise(name, form.audience.types, tuple((sign(0, belief), sign(1, belief)) for belief in beliefs))


@dataclass(frozen=True, slots=True)
class _Gain:
    """What a type gains by an action that nobody takes, as a function of the belief after it."""

    form: WatchedForm
    child: int
    kind: int
    payoff: Known

    def system(self, point: Sequence[Known]) -> list[Known]:
        """Return the gain as a system of one function."""
        return [_expected(self.form, self.child, point[0], self.kind) - self.payoff]

    def sign(self, belief: Fraction, slack: Fraction) -> int:
        """Return the sign of the gain; gains within ``slack`` count as none."""
        (gain,) = self.system((belief,))
        value = gain if isinstance(gain, Fraction) else gain.low
        return (value > slack) - (value < -slack)


def _expected(form: WatchedForm, number: int, belief: Known, kind: int) -> Known:
    """Return what the watched player of one type expects at a point after which nobody has a choice."""
    match form.points[number]:
        case Leaf(places=places):
            return payoff_at(form.audience.payoffs[places[kind]][form.audience.player], belief)
        case Fork(children=children, chances=chances):
            total: Known = Fraction(0)
            for child, pair in zip(children, chances, strict=True):
                if pair[kind]:
                    total = _expected(form, child, updated(belief, *pair), kind) * pair[kind] + total
            return total
        case Turn(children=children) | Reply(children=children) if len(children) == 1:
            return _expected(form, children[0], belief, kind)
    raise TypeError(f"somebody has a choice at point {number}")


def _intuitive(surprise: _Surprise) -> str:
    """Return why the intuitive criterion rejects, or nothing."""
    excluded = [kind for kind in (0, 1) if all(signs[kind] < 0 for signs in surprise.signs)]
    for kind in (0, 1):
        if excluded == [1 - kind] and surprise.certain(kind)[kind] > 0:
            return _reason(surprise, excluded[0], f"{surprise.types[kind]} then gains by {surprise.action}, whatever the best reply")
    return ""


def _divine(surprise: _Surprise) -> str:
    """Return why D1 rejects, or nothing."""
    excluded = [
        kind
        for kind in (0, 1)
        if any(signs[1 - kind] > 0 for signs in surprise.signs) and all(signs[1 - kind] > 0 for signs in surprise.signs if signs[kind] >= 0)
    ]
    if len(excluded) != 1:
        return ""
    left = 1 - excluded[0]
    gaining = [kind for kind in (left, excluded[0]) if surprise.certain(left)[kind] > 0]
    return _reason(surprise, excluded[0], f"{surprise.types[gaining[0]]} then gains by {surprise.action}") if gaining else ""


def _reason(surprise: _Surprise, excluded: int, rest: str) -> str:
    return f"{FAILS}{surprise.action} cannot come from {surprise.types[excluded]}, and {rest}"
