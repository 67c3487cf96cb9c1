"""Alternating offers over a Pareto frontier, solved exactly: what each player accepts and so what each proposes.

A responder who refuses may take his outside option at once, or wait and propose next round; he accepts what is worth
the better of the two. What he gains over disagreement next round is worth ``discount`` times as much now. The proposer
takes the point of the frontier that is best for himself among those the responder accepts (with free disposal: a
responder who would accept less than the frontier's end gives him is given that end).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from negotiation.exact.feasible_set import Point

__all__ = ["Offers", "Terms", "finite_offers", "offer", "offers_error", "stationary_offers"]

Map: TypeAlias = Callable[[Fraction], Fraction]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is bargained over and how.

    Parameters
    ----------
    frontier : tuple of points
        The first player's payoff rises, the second's falls; payoff units.
    disagreement : point
        What endless disagreement gives.
    discounts : pair of Fractions in [0, 1]
    outside : pair of Fractions or None
        What each gets, as a responder who has refused, by ending the talks; None where nobody can.
    """

    frontier: tuple[Point, ...]
    disagreement: Point
    discounts: Point
    outside: Point | None = None

    def acceptable(self, player: int, next_round: Fraction) -> Fraction:
        """Return the least that a responder accepts who would get ``next_round`` as the next proposer."""
        without = self.disagreement[player]
        waiting = without + self.discounts[player] * (next_round - without)
        return waiting if self.outside is None else max(waiting, self.outside[player])


@dataclass(frozen=True, slots=True)
class Offers:
    """What is agreed at once when the first player proposes, and when the second does (payoffs of both)."""

    first: Point
    second: Point


def offer(terms: Terms, proposer: int, accepted: Fraction) -> Point:
    """Return the point of the frontier that is best for the proposer among those worth ``accepted`` to the responder."""
    responder = 1 - proposer
    chain = terms.frontier if proposer == 1 else terms.frontier[::-1]  # the responder's payoff rises along it
    if accepted <= chain[0][responder]:
        return chain[0]
    for worse, better in pairwise(chain):
        if accepted <= better[responder]:
            share = (accepted - worse[responder]) / (better[responder] - worse[responder])
            return worse[0] + share * (better[0] - worse[0]), worse[1] + share * (better[1] - worse[1])
    return chain[-1]


def finite_offers(terms: Terms, rounds: int) -> list[Offers]:
    """Return the offers of each round of a finite negotiation, by backward induction from the last round.

    A refusal in the last round leads to disagreement, or to the responder's outside option if that is better for him.
    """
    last = terms.acceptable(0, terms.disagreement[0]), terms.acceptable(1, terms.disagreement[1])
    found = [Offers(offer(terms, 0, last[1]), offer(terms, 1, last[0]))]
    for _ in range(rounds - 1):
        after = found[-1]
        accepted = terms.acceptable(0, after.first[0]), terms.acceptable(1, after.second[1])
        found.append(Offers(offer(terms, 0, accepted[1]), offer(terms, 1, accepted[0])))
    return found[::-1]


def stationary_offers(terms: Terms) -> Offers:
    """Return the offers of the stationary equilibrium with no last round, exact.

    The first player's share ``a`` as a proposer is a fixed point of ``reply(counter(a))``: both maps are piecewise linear,
    so the fixed point is found on the one piece on which the difference changes its sign.
    """

    def counter(a: Fraction) -> Fraction:
        """Return what the second player gets as the proposer."""
        return offer(terms, 1, terms.acceptable(0, a))[1]

    def excess(a: Fraction) -> Fraction:
        """Return by how much the first player's best offer exceeds ``a``."""
        return offer(terms, 0, terms.acceptable(1, counter(a)))[0] - a

    low, high = terms.frontier[0][0], terms.frontier[-1][0]
    low, high = _bracket(excess, low, high, _knots(terms, 0))
    before, after = counter(low), counter(high)
    if before != after:  # the counter-offer is linear between here, so its own knots can be carried back
        knots = [low + (knot - before) / (after - before) * (high - low) for knot in _knots(terms, 1)]
        low, high = _bracket(excess, low, high, knots)
    a = _root(excess, low, high)
    return Offers(offer(terms, 0, terms.acceptable(1, counter(a))), offer(terms, 1, terms.acceptable(0, a)))


def offers_error(terms: Terms, now: Offers, after: Offers) -> Fraction:
    """Return by how much offers differ from the best ones that next round's offers leave, payoff unit.

    In a stationary equilibrium ``now`` and ``after`` are the same.
    """
    best = offer(terms, 0, terms.acceptable(1, after.second[1])), offer(terms, 1, terms.acceptable(0, after.first[0]))
    pairs = zip((now.first, now.second), best, strict=True)
    return max(abs(x - y) for given, wanted in pairs for x, y in zip(given, wanted, strict=True))


def _knots(terms: Terms, player: int) -> list[Fraction]:
    """Return the next-round payoffs of a player at which what he accepts, or the offer that meets it, changes its slope."""
    without, discount = terms.disagreement[player], terms.discounts[player]
    levels = [vertex[player] for vertex in terms.frontier] + ([terms.outside[player]] if terms.outside is not None else [])
    return [without + (level - without) / discount for level in levels] if discount else []


def _bracket(excess: Map, low: Fraction, high: Fraction, knots: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Return the first piece between knots at whose ends the excess is not negative and not positive."""
    ordered = sorted({low, high, *(knot for knot in knots if low < knot < high)})
    return next(((left, right) for left, right in pairwise(ordered) if excess(right) <= 0), (ordered[-1], ordered[-1]))


def _root(excess: Map, low: Fraction, high: Fraction) -> Fraction:
    """Return the zero of a function that is linear between two points."""
    before, after = excess(low), excess(high)
    return low if before == after else low + before / (before - after) * (high - low)
