"""A game with an audience as one tree of public points, where both types of the watched player stand side by side.

Everybody sees every move; only the type is private. Then the two halves of the tree, one for each type, have the same
shape, and what the watched player of one type can do at a node the other can do at its twin: a *point* is a pair of
twins. The audience's belief at a point is one number, the probability of the first type, and changes there only by what
the watched player does and by chance moves that treat the types differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from negotiation.errors import NotApplicableError
from negotiation.games.audience import Audience
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame
from negotiation.games.watching import audience_of

__all__ = ["Fork", "Leaf", "Point", "Reply", "Turn", "WatchedForm", "watched_form"]

#: What the method needs, as its refusals say it.
ONLY_TYPE = "an audience's inferences are solved where the type of the watched player is the only thing that is private"


@dataclass(frozen=True, slots=True)
class Leaf:
    """An end of play; ``places`` are the twins' places among the ends of the game."""

    places: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fork:
    """A chance move: for each child the probability given each type."""

    nodes: tuple[int, int]
    chances: tuple[tuple[Fraction, Fraction], ...]
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A decision of the watched player; each type has his own information set."""

    nodes: tuple[int, int]
    information_sets: tuple[int, int]
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A decision of another player, who cannot tell the types apart."""

    nodes: tuple[int, int]
    information_set: int
    player: int
    children: tuple[int, ...]


Point: TypeAlias = Leaf | Fork | Turn | Reply


@dataclass(frozen=True, eq=False)
class WatchedForm:
    """The points of a game, parents before children; point 0 is the first after the types are drawn.

    Parameters
    ----------
    game : ExtensiveFormGame
    prior : Fraction
        The probability of the first type.
    points : tuple of Point
    """

    game: ExtensiveFormGame
    prior: Fraction
    points: tuple[Point, ...]

    @property
    def audience(self) -> Audience:
        """Who watches."""
        return audience_of(self.game)

    @cached_property
    def parents(self) -> tuple[tuple[int, int], ...]:
        """For each point, its parent's number and its place among the parent's children; ``(-1, -1)`` for the first."""
        parents = [(-1, -1)] * len(self.points)
        for number, point in enumerate(self.points):
            for place, child in enumerate(() if isinstance(point, Leaf) else point.children):
                parents[child] = number, place
        return tuple(parents)

    @cached_property
    def extents(self) -> tuple[int, ...]:
        """For each point, the number after the last point below it: a point stands right before all that follow from it."""
        extents = list(range(1, len(self.points) + 1))
        for number in range(len(self.points) - 1, 0, -1):
            parent = self.parents[number][0]
            extents[parent] = max(extents[parent], extents[number])
        return tuple(extents)

    @cached_property
    def scale(self) -> Fraction:
        """The largest payoff when the audience is certain of a type, or 1."""
        certain = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
        payoffs = [payoff for row in self.audience.payoffs for payoff in row]
        return max(Fraction(1), *(abs(payoff.at(belief)) for payoff in payoffs for belief in certain))

    @cached_property
    def may_mix_three(self) -> bool:
        """Whether somebody decides before a turn with three actions and more, so that mixing all of these matters to him."""
        below = [False] * len(self.points)
        for number, point in enumerate(self.points):
            if isinstance(point, Turn) and below[number] and len(point.children) > 2:
                return True
            for child in () if isinstance(point, Leaf) else point.children:
                below[child] = below[number] or (isinstance(point, Reply) and len(point.children) > 1)
        return False

    @cached_property
    def has_turns(self) -> tuple[bool, ...]:
        """For each point, whether the watched player has a choice there or below."""
        return self._found_below(Turn)

    @cached_property
    def has_choices(self) -> tuple[bool, ...]:
        """For each point, whether anybody has a choice there or below."""
        replies = self._found_below(Reply)
        return tuple(a or b for a, b in zip(self.has_turns, replies, strict=True))

    def _found_below(self, kind: type[Turn] | type[Reply]) -> tuple[bool, ...]:
        found = [False] * len(self.points)
        for number in range(len(self.points) - 1, -1, -1):
            point = self.points[number]
            below = () if isinstance(point, Leaf) else point.children
            found[number] = (isinstance(point, kind) and len(below) > 1) or any(found[child] for child in below)
        return tuple(found)

    def actions(self, point: Turn | Reply) -> tuple[str, ...]:
        """Return the names of the actions at a point."""
        place = point.information_sets[0] if isinstance(point, Turn) else point.information_set
        return self.game.information_sets[place].actions


def watched_form(game: ExtensiveFormGame) -> WatchedForm:
    """Return the public points of a game with an audience.

    Raises
    ------
    NotApplicableError
        If the watched player has not two types, somebody else has private information, or a move is hidden in a way that
        makes the audience's inferences more than one number; the message says where.
    """
    audience = audience_of(game)
    root = game.nodes[0]
    watched = game.players[audience.player]
    if len(audience.types) != 2:
        raise NotApplicableError(f"an audience's inferences are solved for two types; {watched} has {len(audience.types)}")
    if not isinstance(root, Chance) or root.actions != audience.types:
        raise NotApplicableError(f"{ONLY_TYPE}: the tree must begin with the draw of {watched}'s type")
    ends = {number: place for place, number in enumerate(game.ends)}
    points: list[Point] = []
    waiting = [((root.children[0], root.children[1]), -1)]
    while waiting:
        nodes, parent = waiting.pop()
        if parent >= 0:
            points[parent] = _with_child(points[parent], len(points))
        waiting += [(pair, len(points)) for pair in reversed(_pairs(game, nodes))]
        points.append(_point(game, nodes, ends))
    form = WatchedForm(game, root.probabilities[0], tuple(points))
    _check_observations(form)
    return form


def _pairs(game: ExtensiveFormGame, nodes: tuple[int, int]) -> list[tuple[int, int]]:
    first, second = (game.nodes[node] for node in nodes)
    if isinstance(first, End) or isinstance(second, End):
        return []
    return list(zip(first.children, second.children, strict=False))


def _with_child(point: Point, child: int) -> Point:
    return point if isinstance(point, Leaf) else replace(point, children=(*point.children, child))


def _point(game: ExtensiveFormGame, nodes: tuple[int, int], ends: Mapping[int, int]) -> Point:
    """Return a point, without its children; ``ends`` has the place of each end."""
    first, second = (game.nodes[node] for node in nodes)
    match first, second:
        case End(), End():
            return Leaf((ends[nodes[0]], ends[nodes[1]]))
        case Chance(), Chance() if first.actions == second.actions:
            return Fork(nodes, tuple(zip(first.probabilities, second.probabilities, strict=True)), ())
        case Decision(), Decision():
            return _decision(game, nodes, (first.information_set, second.information_set))
    raise NotApplicableError(f"{ONLY_TYPE}: what follows {_path(game, nodes[0])} must be the same for both types")


def _decision(game: ExtensiveFormGame, nodes: tuple[int, int], places: tuple[int, int]) -> Turn | Reply:
    one, other = (game.information_sets[place] for place in places)
    if one.player == other.player and one.actions == other.actions:
        members = [game.members[place] for place in places]
        if one.player == audience_of(game).player:
            if members == [(nodes[0],), (nodes[1],)]:
                return Turn(nodes, places, ())
        elif places[0] == places[1] and set(members[0]) == set(nodes):
            return Reply(nodes, places[0], one.player, ())
    where = _path(game, nodes[0])
    raise NotApplicableError(f"{ONLY_TYPE}: after {where}, {game.players[one.player]} must know every move, and only the type be private")


def _path(game: ExtensiveFormGame, node: int) -> str:
    return repr(" > ".join(game.path_to(node)) or "the start")


def _check_observations(form: WatchedForm) -> None:
    """Refuse an audience that cannot tell apart ends at which different things are to be inferred about the type."""
    audience = form.audience
    known: dict[int, _History] = {}
    histories = _histories(form)
    for number, point in enumerate(form.points):
        if isinstance(point, Leaf):
            observation = audience.seen[point.places[0]]
            if audience.seen[point.places[1]] != observation:
                raise NotApplicableError(f"the audience sees the type of {form.game.players[audience.player]} at the end")
            first = known.setdefault(observation, histories[number])
            if not first.says_the_same(histories[number]):
                raise NotApplicableError(
                    f"having seen {audience.observations[observation]!r}, the audience would have to weigh moves that it did not see; this "
                    f"is solved only where hidden moves tell nothing about the type"
                )


@dataclass(frozen=True, slots=True)
class _History:
    """What tells of the type on the way to a point: the watched player's actions, and the chances given each type."""

    turns: tuple[tuple[int, int], ...]
    chances: tuple[Fraction, Fraction]

    def says_the_same(self, other: _History) -> bool:
        """Whether Bayes' rule infers the same from both."""
        return self.turns == other.turns and self.chances[0] * other.chances[1] == self.chances[1] * other.chances[0]


def _histories(form: WatchedForm) -> list[_History]:
    found = [_History((), (Fraction(1), Fraction(1)))] * len(form.points)
    for number, point in enumerate(form.points):
        before = found[number]
        match point:
            case Fork(chances=chances, children=children):
                for child, (one, other) in zip(children, chances, strict=True):
                    found[child] = _History(before.turns, (before.chances[0] * one, before.chances[1] * other))
            case Turn(children=children):
                for action, child in enumerate(children):
                    found[child] = _History((*before.turns, (number, action)), before.chances)
            case Reply(children=children):
                for child in children:
                    found[child] = before
    return found
