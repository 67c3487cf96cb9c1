"""Subgame perfection at many points at once: backward induction where every mover knows all that went before.

A decision is taken where the best action is better than every other by more than the bounds on their payoffs; where it is not, the
point is undecided. So at decided points no player is indifferent below the root, and each subgame has exactly one equilibrium, in pure
strategies, which nobody gains by leaving. At the root several actions can be best because they lead to the same payoff, by the same
formula: then there is one equilibrium for each of them.

A decision whose payoffs do not vary is taken once, in rationals; one whose payoffs vary along one axis once for each of its levels.

References
----------
Zermelo (1913), Proceedings of the Fifth International Congress of Mathematicians 2, 501-504. Selten (1965), Zeitschrift fuer
die gesamte Staatswissenschaft 121, 301-324.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import NotApplicableError
from negotiation.games.answers import Answers
from negotiation.scenario.blocks import Block
from negotiation.scenario.contents import ChanceMove, DecisionMove, EndOfPlay
from negotiation.scenario.rounding import CONSTANT, POINTS, Element, Frame, Quantity, Rounded, difference_bound, expectation, rounded

__all__ = ["solve"]

#: Payoffs are known to this, relative to one or to their size, or the point is left undecided: formulas in which large numbers
#: cancel are computed in rationals.
ACCURACY = 1e-12

#: With more actions at the root, or more than a few in a tree of so many nodes, the solver of single games may not list all.
MOST_TIED = 64
MOST_TIED_IN_LARGE_TREES, LARGE_TREE = 4, 4_000

#: How far the sign of a double is from the lowest bit.
SIGN = 63

Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class _Way:
    """How play goes on from a node: what it is worth to each player, and a number that says which way it is.

    The number is the end that is reached; before it is known where that is, the place of an action.
    """

    worth: tuple[Quantity, ...]
    number: Codes
    axis: int


@dataclass(frozen=True, eq=False)
class _Found:
    """What backward induction found: the way from the root, what was chosen where, and where players may be indifferent.

    ``chosen`` is kept only where chance moves; ``close`` has an array for each axis. ``near`` is where the player at the root may be
    indifferent between the ways ``first``, where nothing else is to be known of it.
    """

    root: _Way
    first: Sequence[_Way]
    near: NDArray[np.bool_]
    chosen: Mapping[int, tuple[Codes, int]]
    close: Mapping[int, NDArray[np.bool_]]


def solve(block: Block) -> Answers:
    """Return the subgame-perfect equilibrium of each game.

    Raises
    ------
    NotApplicableError
        If players move without knowing all that went before.
    """
    moves = Counter(node.information_set for node in block.outline.nodes if isinstance(node, DecisionMove))
    if block.scenario.is_matrix or max(moves.values(), default=1) > 1:
        raise NotApplicableError(
            f"{block.scenario.file}: players move without knowing all that went before, so games are solved one by one"
        )
    with np.errstate(all="ignore"):
        found = _induce(block)
        end, endings = _ends(block, found)
        undecided, payoffs = _payoffs(block, found)
        games = np.arange(block.size)
        if found.near.any():
            unresolved, games, end, payoffs = _tied(block, found, end, payoffs)
            undecided |= unresolved
    return Answers(undecided, np.ones(block.size, dtype=np.bool_), games, end, endings, payoffs, np.zeros(len(games)))


def _induce(block: Block) -> _Found:
    nodes, frame = block.outline.nodes, block.frame
    by_chance = bool(block.chances)
    first: Sequence[_Way] = ()
    close_at_root = np.zeros(frame.size, dtype=np.bool_)
    ways: dict[int, _Way] = {}
    chosen: dict[int, tuple[Codes, int]] = {}
    close: dict[int, NDArray[np.bool_]] = {}
    end = len(block.payoffs)
    for number in range(len(nodes) - 1, -1, -1):
        node = nodes[number]
        if isinstance(node, EndOfPlay):
            end -= 1
            ways[number] = _Way(block.payoffs[end], np.array([end], dtype=np.int64), CONSTANT)
            continue
        below = [ways.pop(child) for child in node.children]
        if isinstance(node, ChanceMove):
            ways[number] = _drawn(block.chances[number], below, frame)
            continue
        if by_chance:
            below = [_Way(way.worth, np.array([place], dtype=np.int64), CONSTANT) for place, way in enumerate(below)]
        best, near = _best(below, block.outline.information_sets[node.information_set].player, frame)
        ways[number] = best
        if by_chance:
            chosen[number] = best.number, best.axis
        if near.flags.any() and number == 0 and _can_be_tied(block, len(below)):
            first, close_at_root = below, np.broadcast_to(frame.spread(near.flags, near.axis), (frame.size,))
        elif near.flags.any():
            close[near.axis] = near.flags | close.get(near.axis, np.zeros(1, dtype=np.bool_))
    return _Found(ways[0], first, close_at_root, chosen, close)


def _can_be_tied(block: Block, actions: int) -> bool:
    """Return whether ties at the root can be followed, and all equilibria are listed where games are solved one by one."""
    most = MOST_TIED if len(block.outline.nodes) <= LARGE_TREE else MOST_TIED_IN_LARGE_TREES
    return not block.chances and actions <= most


def _drawn(chances: Sequence[Quantity], ways: Sequence[_Way], frame: Frame) -> _Way:
    """Return what a chance move is worth."""
    worth = tuple(expectation(chances, [way.worth[player] for way in ways], frame) for player in range(len(ways[0].worth)))
    return _Way(worth, np.zeros(1, dtype=np.int64), CONSTANT)


def _best(ways: Sequence[_Way], player: int, frame: Frame) -> tuple[_Way, _Near]:
    """Return the way that a player takes, and where it may be no better than another.

    Ways that vary along the same axis are compared first, so that few comparisons are made at each point. Two actions may be
    equal if a third one is better than both.
    """
    order = sorted(ways, key=lambda way: (_axis(way, player) == POINTS, _axis(way, player)))
    best, near = order[0], _Near(np.zeros(1, dtype=np.bool_), CONSTANT)
    groups: list[tuple[_Way, _Near]] = []
    for number, way in enumerate(order):
        if number and _axis(way, player) == _axis(order[number - 1], player):
            best, near = _better((best, near), (way, _Near(np.zeros(1, dtype=np.bool_), CONSTANT)), player, frame)
            continue
        if number:
            groups.append((best, near))
        best, near = way, _Near(np.zeros(1, dtype=np.bool_), CONSTANT)
    for other in groups:
        best, near = _better(other, (best, near), player, frame)
    return best, near


@dataclass(frozen=True, eq=False, slots=True)
class _Near:
    """Where the best of some ways may be no better than another of them."""

    flags: NDArray[np.bool_]
    axis: int


def _axis(way: _Way, player: int) -> int:
    worth = way.worth[player]
    return CONSTANT if isinstance(worth, Fraction) else worth.axis


def _better(first: tuple[_Way, _Near], second: tuple[_Way, _Near], player: int, frame: Frame) -> tuple[_Way, _Near]:
    """Return the better of two ways, and where it may not be better than all that it was compared with."""
    (one, one_near), (other, other_near) = first, second
    here, there = one.worth[player], other.worth[player]
    if isinstance(here, Fraction) and isinstance(there, Fraction):
        return _better_number(here, there, first, second)
    low, high = rounded(here), rounded(there)
    axis = frame.common(low.axis, high.axis)
    low, high = frame.on(low, axis), frame.on(high, axis)
    behind, bound = low.values - high.values, difference_bound(low.error, high.error)
    # The sign bit of a difference, shifted through all bits: a mask in one pass over the numbers. Of 0 and of what is no number
    # it means nothing, but these are not apart.
    mask, some = _Mask(behind.view(np.int64) >> SIGN, axis), (behind.min() < 0, behind.max() > 0)
    apart = np.abs(behind, out=behind)
    equal = None if apart.min() > np.max(bound) else ~(apart > bound)
    if equal is None and (whole := _better_everywhere(some, first, second)) is not None:
        return whole
    worth = tuple(
        Rounded(np.maximum(low.values, high.values), _larger(low.error, high.error), _larger(low.size, high.size), 0.0, axis)
        if each == player
        else _either(mask, other.worth[each], one.worth[each], frame)
        for each in range(len(one.worth))
    )
    common = frame.common(axis, one.axis, other.axis)
    number = _chosen(_on(mask.bits, axis, common, frame), *(_on(way.number, way.axis, common, frame) for way in (other, one)))
    return _Way(worth, number, common), _near(mask, equal, one_near, other_near, frame)


def _near(mask: _Mask, equal: NDArray[np.bool_] | None, one: _Near, other: _Near, frame: Frame) -> _Near:
    """Return where the better of two may be no better than all that both were compared with."""
    equal = np.zeros(1, dtype=np.bool_) if equal is None else equal
    if not one.flags.any() and not other.flags.any():
        return _Near(equal, mask.axis if len(equal) > 1 else CONSTANT)
    common = frame.common(mask.axis, one.axis, other.axis)
    takes, then, otherwise = (
        _on(flags, axis, common, frame) for flags, axis in ((mask.bits != 0, mask.axis), (other.flags, other.axis), (one.flags, one.axis))
    )
    return _Near(np.where(takes, then, otherwise) | _on(equal, mask.axis, common, frame), common)


def _better_number(here: Fraction, there: Fraction, first: tuple[_Way, _Near], second: tuple[_Way, _Near]) -> tuple[_Way, _Near]:
    if here == there:
        return first[0], _Near(np.ones(1, dtype=np.bool_), CONSTANT)
    return second if there > here else first


def _better_everywhere(some: tuple[np.bool_, np.bool_], first: tuple[_Way, _Near], second: tuple[_Way, _Near]) -> tuple[_Way, _Near] | None:
    """Return the way that is better at all points, None if there is none; ``some`` says whether the second or the first is at any."""
    second_at_some, first_at_some = some
    if second_at_some and first_at_some:
        return None
    (best, near), (left, _) = (second, first) if second_at_some else (first, second)
    worth = _widened(best.worth, left.worth)
    return None if worth is None else (_Way(worth, best.number, best.axis), near)


def _widened(best: Sequence[Quantity], left: Sequence[Quantity]) -> tuple[Quantity, ...] | None:
    """Return the worth of the better of two ways with the larger of their bounds; None if a bound varies.

    So has the worth where each is better at some points, and what is decided must not depend on the other points of a block.
    """
    found: list[Quantity] = []
    for own, other in zip(best, left, strict=True):
        if own is other or (isinstance(own, Fraction) and isinstance(other, Fraction) and own == other):
            found.append(own)
            continue
        near, bound = rounded(own), rounded(other).error
        if not isinstance(near.error, float) or not isinstance(bound, float):
            return None
        found.append(replace(near, error=max(near.error, bound)))
    return tuple(found)


def _on(values: NDArray[Element], axis: int, common: int, frame: Frame) -> NDArray[Element]:
    return values if axis in (CONSTANT, common) else frame.spread(values, axis)


def _larger(first: float | NDArray[np.float64], second: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
    if isinstance(first, float) and isinstance(second, float):
        return first if first >= second else second
    return np.maximum(first, second)


@dataclass(frozen=True, eq=False, slots=True)
class _Mask:
    """Where something holds: all bits of a number are set there, and none elsewhere."""

    bits: NDArray[np.int64]
    axis: int


def _chosen(mask: NDArray[np.int64], then: NDArray[np.int64], otherwise: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bits of one array or the other: ``np.where`` without branches, which processors guess wrong where points are random."""
    bits = (then ^ otherwise) & mask
    bits ^= otherwise
    return bits


def _either(mask: _Mask, then: Quantity, otherwise: Quantity, frame: Frame) -> Quantity:
    """Return one quantity where a mask holds and another where it does not."""
    if then is otherwise or (isinstance(then, Fraction) and isinstance(otherwise, Fraction) and then == otherwise):
        return then
    first, second = rounded(then), rounded(otherwise)
    common = frame.common(mask.axis, first.axis, second.axis)
    first, second, bits = frame.on(first, common), frame.on(second, common), _on(mask.bits, mask.axis, common, frame)
    values = _chosen(bits, first.values.view(np.int64), second.values.view(np.int64)).view(np.float64)
    return Rounded(values, _larger(first.error, second.error), _larger(first.size, second.size), 0.0, common)


def _payoffs(block: Block, found: _Found) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return the points that are undecided, and what is paid to each player."""
    undecided = np.zeros(block.size, dtype=np.bool_)
    for axis, flags in found.close.items():
        undecided |= block.frame.spread(flags, axis)
    payoffs = np.empty((block.size, len(found.root.worth)))
    for player, worth in enumerate(found.root.worth):
        near = rounded(worth)
        payoffs[:, player] = block.frame.spread(near.values, near.axis)
        if not np.all(near.error <= ACCURACY):
            known = near.error <= ACCURACY * np.maximum(1.0, np.abs(near.values))
            undecided |= block.frame.spread(~known, near.axis)
    return undecided | _unlikely(block), payoffs


def _unlikely(block: Block) -> NDArray[np.bool_]:
    """Return where a chance move may or may not have probability 0: then it is not known what can happen."""
    unlikely = np.zeros(block.size, dtype=np.bool_)
    for chances in block.chances.values():
        for chance in chances:
            if isinstance(chance, Rounded):
                unlikely |= block.frame.spread(~np.asarray(chance.values > chance.error), chance.axis)
    return unlikely


def _ends(block: Block, found: _Found) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the end that is reached at each point, -1 where there are several, and the probabilities of all ends there."""
    if not block.chances:
        end = block.frame.spread(found.root.number.astype(np.int32), found.root.axis)
        return np.broadcast_to(end, (block.size,)), np.empty((0, len(block.payoffs)))
    share = _shares(block, found)
    several = np.count_nonzero(share, axis=1) > 1
    return np.where(several, -1, share.argmax(axis=1)).astype(np.int32), share[several]


def _shares(block: Block, found: _Found) -> NDArray[np.float64]:
    """Return the probability of each end, shape (points, ends)."""
    reach: dict[int, NDArray[np.float64]] = {0: np.ones(block.size)}
    share = np.empty((block.size, len(block.payoffs)))
    end = 0
    for number, node in enumerate(block.outline.nodes):
        here = reach.pop(number)
        if isinstance(node, EndOfPlay):
            share[:, end] = here
            end += 1
        elif isinstance(node, DecisionMove):
            codes = block.frame.spread(*found.chosen[number])
            reach |= {child: np.where(codes == place, here, 0.0) for place, child in enumerate(node.children)}
        else:
            chances = (block.spread(chance)[0] for chance in block.chances[number])
            reach |= {child: here * chance for child, chance in zip(node.children, chances, strict=True)}
    return share


def _tied(
    block: Block, found: _Found, end: NDArray[np.int32], payoffs: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return where a tie at the root is not known to be one, and the game, end and payoffs of all equilibria.

    Payoffs are known to be the same where they are the same formula.
    """
    places = np.flatnonzero(found.near)
    ends, best, resolved = _best_at_root(block, found, places)
    unresolved = np.zeros(block.size, dtype=np.bool_)
    unresolved[places[~resolved]] = True
    counts = np.ones(block.size, dtype=np.int64)
    counts[places[resolved]] = best[resolved].sum(axis=1)
    games = np.repeat(np.arange(block.size), counts)
    end, payoffs = end[games], payoffs[games]
    where = np.flatnonzero((found.near & ~unresolved)[games])
    end[where] = ends[resolved][best[resolved]]
    for player in range(payoffs.shape[1]):
        for each in np.unique(end[where]):
            here = where[end[where] == each]
            values, _ = block.spread(block.payoffs[int(each)][player])
            payoffs[here, player] = values[games[here]] if len(values) > 1 else values[0]
    return unresolved, games, end, payoffs


def _best_at_root(block: Block, found: _Found, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return for each action at the root the end that it leads to and whether it is best, and where all of that is known.

    All are arrays over the places and the actions, the last one over the places.
    """
    root = block.outline.nodes[0]
    player = block.outline.information_sets[root.information_set].player if isinstance(root, DecisionMove) else 0
    ends = np.stack([_at(block.frame.spread(way.number, way.axis), places) for way in found.first], axis=1)
    worth = [block.spread(way.worth[player]) for way in found.first]
    values, bounds = (np.stack([_at(each[part], places) for each in worth], axis=1) for part in (0, 1))
    formula = _formulas(block, player)[ends]
    rows, top = np.arange(len(places)), values.argmax(axis=1)
    same = formula == formula[rows, top][:, None]
    below = values[rows, top][:, None] - values > difference_bound(bounds[rows, top][:, None], bounds)
    return ends, same, (same | below).all(axis=1)


def _at(values: NDArray[Element], places: NDArray[np.int64]) -> NDArray[Element]:
    return values[places] if len(values) > 1 else np.broadcast_to(values, places.shape)


def _formulas(block: Block, player: int) -> NDArray[np.int64]:
    """Return a number for what a player gets at each end, the same where it is the same whatever the point."""
    numbers: dict[tuple[str, object], int] = {}
    worth = (payoffs[player] for payoffs in block.payoffs)
    keys = (("number", each) if isinstance(each, Fraction) else ("formula", id(each)) for each in worth)
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys])
