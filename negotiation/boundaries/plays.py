"""Backward induction on formulas, following every tie: which plays are subgame perfect at a point.

A play is what happens: the end that is reached, or with chance moves the ends that can be reached. At each decision the
plays that its mover may choose in some equilibrium are kept: those worth at least as much as every other action's worst
play (the mover can be held to that, since the others' equilibria in the subgame are free to be the worst for him).

References
----------
Zermelo (1913), Proceedings of the Fifth International Congress of Mathematicians 2, 501-504. Selten (1965), Zeitschrift fuer
die gesamte Staatswissenschaft 121, 301-324.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key, reduce
from itertools import product
from math import prod

from negotiation.boundaries.symbolic import SymbolicGame
from negotiation.errors import NotApplicableError
from negotiation.games.extensive_form import Chance, Decision, ExtensiveFormGame
from negotiation.games.readings import Reading, read_path
from negotiation.scenario.contents import ReadingCondition
from negotiation.scenario.formula_fields import Field, Quotient

__all__ = ["Alternative", "Play", "plays_at_nodes", "reading_of"]

#: The ends that a play can reach, in order.
Play = tuple[int, ...]

#: More combinations of what can follow a chance move are not followed.
MOST_COMBINATIONS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A play of a subgame and what it is worth to each player."""

    play: Play
    payoffs: tuple[Quotient, ...]


def plays_at_nodes(
    game: SymbolicGame, field: Field, *, forced: Mapping[int, frozenset[Play]] | None = None
) -> tuple[tuple[Alternative, ...], ...]:
    """Return for each node the plays of its subgame that are subgame perfect at the field's point.

    Parameters
    ----------
    game : SymbolicGame
    field : Field
    forced : mapping of decision node to plays
        At these nodes the mover keeps to these plays instead, where they can follow.

    Raises
    ------
    NotApplicableError
        If too many combinations of plays can follow a chance move.
    """
    shape = game.shape
    found: list[tuple[Alternative, ...]] = [()] * len(shape.nodes)
    for number in range(len(shape.nodes) - 1, -1, -1):
        node = shape.nodes[number]
        if isinstance(node, Decision):
            below = [found[child] for child in node.children]
            kept = (forced or {}).get(number)
            player = shape.information_sets[node.information_set].player
            found[number] = _chosen(below, player, field) if kept is None else _keep(below, kept)
        elif isinstance(node, Chance):
            found[number] = _drawn([found[child] for child in node.children], game.probabilities[number], field)
        else:
            found[number] = (Alternative((number,), game.payoffs[number]),)
    return tuple(found)


def _keep(below: Sequence[Sequence[Alternative]], kept: frozenset[Play]) -> tuple[Alternative, ...]:
    return tuple(each for alternatives in below for each in alternatives if each.play in kept)


def _chosen(below: Sequence[Sequence[Alternative]], player: int, field: Field) -> tuple[Alternative, ...]:
    """Return the plays that the mover chooses in some equilibrium, given those that can follow each action."""

    def order(one: Alternative, other: Alternative) -> int:
        """Return the sign of what the mover gains by the one rather than the other."""
        return field.sign(one.payoffs[player] - other.payoffs[player])

    worst = [min(alternatives, key=cmp_to_key(order)) for alternatives in below]
    surest = max(worst, key=cmp_to_key(order))
    # What is best for sure sets the bar for the other actions; its own plays are all worth as much.
    return tuple(
        each for action, alternatives in enumerate(below) for each in alternatives if worst[action] is surest or order(each, surest) >= 0
    )


def _drawn(below: Sequence[Sequence[Alternative]], probabilities: Sequence[Quotient], field: Field) -> tuple[Alternative, ...]:
    # What chance never does is no part of a play, nor does a tie there make two plays of one.
    possible = [(each, share) for each, share in zip(below, probabilities, strict=True) if field.sign(share) > 0]
    below, probabilities = [each for each, _ in possible], [share for _, share in possible]
    if prod(map(len, below)) > MOST_COMBINATIONS:
        raise NotApplicableError(f"more than {MOST_COMBINATIONS:,} combinations of plays can follow a chance move: there are too many ties")
    return tuple(_expected(parts, probabilities) for parts in product(*below))


def _expected(parts: Sequence[Alternative], probabilities: Sequence[Quotient]) -> Alternative:
    payoffs = tuple(
        reduce(Quotient.__add__, [share * worth for share, worth in zip(probabilities, each, strict=True)])
        for each in zip(*(part.payoffs for part in parts), strict=True)
    )
    return Alternative(tuple(sorted(end for part in parts for end in part.play)), payoffs)


def reading_of(shape: ExtensiveFormGame, readings: Sequence[ReadingCondition], in_use: Sequence[int], play: Play) -> str:
    """Return what a play is called: its reading, or its course where it has none; several with chance moves."""
    known = [Reading(readings[place].name, readings[place].patterns) for place in in_use]
    names = [read_path(known, shape.path_to(end)) or " > ".join(shape.path_to(end)) for end in play]
    return " / ".join(dict.fromkeys(names))
