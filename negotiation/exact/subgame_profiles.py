"""From the payoffs that backward induction found to behaviour: the equilibria by number, or one for each course of play.

The equilibria of a subgame are numbered: first by what is done at its root, then by the numbers of the equilibria of the
smaller subgames, the first of which varies slowest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import chain, islice, product
from typing import TypeAlias

from negotiation.exact.backward_induction import Induction
from negotiation.exact.optimal_choices import Choice, optimal_choices
from negotiation.exact.subgame_payoffs import Row, Way, way_count
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame
from negotiation.games.numbers import Number

__all__ = ["Course", "Courses", "SubgameProfile", "courses_of_play", "profile_by_number", "profile_of_course"]

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class SubgameProfile:
    """A behaviour profile (one row for each information set), and the sets at which any behaviour would do."""

    rows: tuple[Row, ...]
    free: frozenset[int]


@dataclass(frozen=True, slots=True)
class Course:
    """A course of play from the root of a subgame: what is done there, and how the smaller subgames that are reached go on.

    ``part`` is the number of the payoff vector that it gives.
    """

    part: int
    step: Choice | Way
    reached: tuple[tuple[int, Course], ...] = ()


@dataclass(frozen=True, slots=True)
class Courses:
    """Different courses of play, and whether these are all that the equilibria found lead to."""

    courses: tuple[Course, ...]
    are_all: bool


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked of a subgame: to give one of these vectors, by the equilibrium with this number among those that do."""

    parts: tuple[int, ...]
    number: int = 0


#: A node and what is asked of the subgame there.
_Task: TypeAlias = tuple[int, Course | _Order]

#: The courses of play from a node, by the number of the payoff vector that they give.
_ByPart: TypeAlias = dict[int, tuple[Course, ...]]

_END = Course(0, Way(()))


def profile_by_number(induction: Induction, number: int) -> SubgameProfile:
    """Return the equilibrium with a number from 0 to ``induction.count - 1``."""
    return _profile(induction, _Order(tuple(range(len(induction.payoffs[0].vectors))), number))


def profile_of_course(induction: Induction, course: Course) -> SubgameProfile:
    """Return the first equilibrium that has a course of play."""
    return _profile(induction, course)


def _profile(induction: Induction, root: Course | _Order) -> SubgameProfile:
    game = induction.game
    rows: list[Row] = [()] * len(game.information_sets)
    free: set[int] = set()
    stack: list[_Task] = [(0, root)]
    while stack:
        number, asked = stack.pop()
        node = game.nodes[number]
        if isinstance(node, End):
            continue
        step, tasks = _from_course(induction, number, asked) if isinstance(asked, Course) else _from_order(induction, number, asked)
        stack += tasks
        if isinstance(step, Way):
            free |= step.free
            for place, row in step.rows:
                rows[place] = row
        elif isinstance(node, Decision):
            rows[node.information_set] = _unit_row(len(node.children), step.action)
    return SubgameProfile(tuple(rows), frozenset(free))


def _from_course(induction: Induction, number: int, course: Course) -> tuple[Choice | Way, list[_Task]]:
    followed = dict(course.reached)
    borders = induction.payoffs[number].borders
    tasks: list[_Task] = [
        (border, followed.get(border) or _Order(parts))
        for border, parts in zip(borders, _parts_after(induction, number, course.step), strict=True)
    ]
    return course.step, tasks


def _from_order(induction: Induction, number: int, order: _Order) -> tuple[Choice | Way, list[_Task]]:
    step, rest = _numbered_step(induction, number, order)
    tasks: list[_Task] = []
    borders = induction.payoffs[number].borders
    for border, parts in zip(reversed(borders), reversed(_parts_after(induction, number, step)), strict=True):
        counts = induction.payoffs[border].counts
        rest, own = divmod(rest, sum(counts[part] for part in parts))
        tasks.append((border, _Order(parts, own)))
    return step, tasks


def _numbered_step(induction: Induction, number: int, order: _Order) -> tuple[Choice | Way, int]:
    """Return what is done at the root in the equilibrium ordered, and its number among those that do it."""
    wanted, rest = frozenset(order.parts), order.number
    for part, step, count in _steps(induction, number):
        if part in wanted:
            if rest < count:
                return step, rest
            rest -= count
    raise IndexError(f"node {number} has fewer than {order.number + 1} equilibria of that kind")


def _steps(induction: Induction, number: int) -> Iterator[tuple[int, Choice | Way, int]]:
    """Yield what can be done at the root of a subgame: the number of the vector it gives, the step, how many equilibria."""
    found, payoffs = induction.payoffs, induction.payoffs[number]
    for part, ways in enumerate(payoffs.ways):
        for way in ways:
            yield part, way, way_count(found, payoffs.borders, way)
    node = induction.game.nodes[number]
    if isinstance(node, Decision) and not payoffs.ways:
        below = [found[child] for child in node.children]
        places = {vector: part for part, vector in enumerate(payoffs.vectors)}
        for choice in optimal_choices(below, induction.game.information_sets[node.information_set].player):
            vector = below[choice.action].vectors[choice.part]
            if vector in places:
                yield places[vector], choice, choice.count


def _parts_after(induction: Induction, number: int, step: Choice | Way) -> list[tuple[int, ...]]:
    """Return for each border the vectors that it may give if a step is to be optimal."""
    if isinstance(step, Way):
        return [(part,) for part in step.parts]
    game, node = induction.game, induction.game.nodes[number]
    player = game.information_sets[node.information_set].player if isinstance(node, Decision) else 0
    below = [induction.payoffs[border].vectors for border in induction.payoffs[number].borders]
    value = below[step.action][step.part][player]
    parts = [tuple(part for part, vector in enumerate(vectors) if vector[player] <= value) for vectors in below]
    parts[step.action] = (step.part,)
    return parts


def courses_of_play(induction: Induction, *, limit: int) -> Courses:
    """Return one course of play for each set of ends (with their probabilities) that some equilibrium reaches.

    No more than ``limit`` are followed at any subgame.
    """
    nodes = induction.game.nodes
    found: list[_ByPart] = [{}] * len(nodes)
    are_all = not induction.has_gaps
    for number in range(len(nodes) - 1, -1, -1):
        if isinstance(nodes[number], End):
            found[number] = {0: (_END,)}
        elif induction.payoffs[number].vectors:
            courses = tuple(islice(_courses(induction, number, found), limit + 1))
            are_all &= len(courses) <= limit
            found[number] = _by_part(courses[:limit])
    return Courses(tuple(chain.from_iterable(found[0].values())), are_all)


def _by_part(courses: Sequence[Course]) -> _ByPart:
    sorted_out: dict[int, list[Course]] = {}
    for course in courses:
        sorted_out.setdefault(course.part, []).append(course)
    return {part: tuple(own) for part, own in sorted_out.items()}


def _courses(induction: Induction, number: int, found: Sequence[_ByPart]) -> Iterator[Course]:
    borders = induction.payoffs[number].borders
    seen = set()
    for part, step, _ in _steps(induction, number):
        reached: dict[int, Number]
        if isinstance(step, Choice):
            reached, asked = {borders[step.action]: _ONE}, [step.part]
        else:
            reached = _reached(induction.game, number, borders, step)
            asked = [own for border, own in zip(borders, step.parts, strict=True) if border in reached]
        goings_on = [found[border].get(own, ()) for border, own in zip(reached, asked, strict=True)]
        for after in product(*goings_on):
            # Courses are made once for each subgame, so that the same one is the same object.
            key = (tuple(reached.items()), tuple(id(course) for course in after))
            if key not in seen:
                seen.add(key)
                yield Course(part, step, tuple(zip(reached, after, strict=True)))


def _reached(game: ExtensiveFormGame, root: int, borders: Sequence[int], way: Way) -> dict[int, Number]:
    """Return the nodes at the border that have positive probability, with it."""
    rows, at_border = dict(way.rows), frozenset(borders)
    weights: dict[int, Number] = {root: _ONE}
    stack = [root]
    while stack:
        number = stack.pop()
        node = game.nodes[number]
        if isinstance(node, End) or number in at_border:
            continue
        chances: Sequence[Number] = node.probabilities if isinstance(node, Chance) else rows[node.information_set]
        for child, chance in zip(node.children, chances, strict=True):
            if chance:
                weights[child] = weights[number] * chance
                stack.append(child)
    return {border: weights[border] for border in borders if border in weights}


@cache
def _unit_row(size: int, action: int) -> Row:
    return tuple(_ONE if place == action else _ZERO for place in range(size))
