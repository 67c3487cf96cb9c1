"""The choices that are optimal at a decision when every way to play the subgames after it is considered.

At a decision of player ``i`` over the subgames ``c_1 .. c_k`` an action ``a`` with payoff vector ``v`` is optimal if each
other subgame ``b`` is played so that its vector ``w`` has ``w_i <= v_i``. So

* ``v`` survives exactly if ``v_i`` is at least the lowest ``w_i`` of every subgame;
* it comes from ``count_a(v) * prod_(b != a) sum_(w of c_b, w_i <= v_i) count_b(w)`` equilibria,

which takes time in proportion to the number of vectors, not of equilibria.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import prod

from negotiation.exact.subgame_payoffs import SubgamePayoffs

__all__ = ["Choice", "optimal_choices"]


@dataclass(frozen=True, slots=True)
class Choice:
    """An action that is optimal at a decision: it counts on one payoff vector of what follows it (by its number there).

    ``count`` is the number of equilibria of the decision's subgame in which it is taken and that vector follows.
    """

    action: int
    part: int
    count: int


def optimal_choices(below: Sequence[SubgamePayoffs], player: int) -> list[Choice]:
    """Return the choices that are optimal for a player in some equilibrium, in the order of actions.

    Parameters
    ----------
    below : sequence of SubgamePayoffs, one for each action
    player : int
        Who decides.
    """
    if all(len(payoffs.vectors) == 1 for payoffs in below):
        values = [payoffs.vectors[0][player] for payoffs in below]
        best, count = max(values), prod(payoffs.counts[0] for payoffs in below)
        return [Choice(action, 0, count) for action, value in enumerate(values) if value == best]
    return list(_choices(below, player))


def _choices(below: Sequence[SubgamePayoffs], player: int) -> Iterator[Choice]:
    tables = [_table(payoffs, player) for payoffs in below]
    bar = max(table.values[0] for table in tables)
    together: dict[Fraction | int, int] = {}
    for action, (payoffs, own) in enumerate(zip(below, tables, strict=True)):
        for part, (vector, count) in enumerate(zip(payoffs.vectors, payoffs.counts, strict=True)):
            value = vector[player]
            if value < bar:
                continue
            if value not in together:
                together[value] = prod(_at_most(table, value) for table in tables)
            yield Choice(action, part, count * together[value] // _at_most(own, value))


@dataclass(frozen=True, slots=True)
class _Table:
    """A player's values in a subgame in rising order, and how many equilibria give him at most so much."""

    values: tuple[Fraction | int, ...]
    sums: tuple[int, ...]


def _table(payoffs: SubgamePayoffs, player: int) -> _Table:
    pairs = sorted((vector[player], count) for vector, count in zip(payoffs.vectors, payoffs.counts, strict=True))
    return _Table(tuple(value for value, _ in pairs), tuple(accumulate(count for _, count in pairs)))


def _at_most(table: _Table, value: Fraction | int) -> int:
    place = bisect_right(table.values, value)
    return table.sums[place - 1] if place else 0
