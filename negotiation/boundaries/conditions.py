"""Under which conditions on the parameters a play is the subgame-perfect one, in the whole space of parameters.

A play is what happens if at each decision on its way the mover prefers it to what each other action would lead to. What that is
depends on what is preferred further down, so for each other action there are cases: a play of its subgame, under the conditions
of its own, and the inequality against it. Of the cases of one action one holds at every point without ties.

Cases that cannot occur in the declared ranges and inequalities that follow from the others are left out (see ``implications``).
Ties are left aside: all inequalities are strict, and where none is an equality the play is the only one; only where two plays
are worth the same whatever the parameters are, both can happen.

References
----------
Selten (1965), Zeitschrift fuer die gesamte Staatswissenschaft 121, 301-324.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from negotiation.boundaries.implications import Ranges, Terms, least, terms_of
from negotiation.boundaries.inequality import inequality
from negotiation.boundaries.symbolic import SpaceField, SymbolicGame, shape_of, symbolic_game
from negotiation.errors import FormulaError, NotApplicableError
from negotiation.exact.real_points import Polynomial
from negotiation.games.extensive_form import Chance, Decision, End
from negotiation.games.readings import Reading, matches
from negotiation.scenario.building import payoff_expression
from negotiation.scenario.contents import EndOfPlay
from negotiation.scenario.formula_fields import Quotient, field_value
from negotiation.scenario.formula_tree import Compare
from negotiation.scenario.formulas import Formula
from negotiation.scenario.scenario import Scenario

__all__ = ["Case", "Conditions", "Course", "Inequality", "PlayConditions", "Requirement", "Subgame", "conditions", "holds"]

#: More inequalities than this nobody reads, and they take long to simplify.
MOST_INEQUALITIES = 3_000


@dataclass(frozen=True, slots=True, eq=False)
class Inequality:
    """A polynomial in the parameters that is to be positive.

    Parameters
    ----------
    terms : mapping of monomial to coefficient
    text : str
        In parameter names, e.g. ``w_X + k_X > h``.
    short : str
        As the file writes the two payoffs, e.g. ``R_X > v_M``; empty where that says no more.
    """

    terms: Terms
    text: str
    short: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One thing that another action can lead to.

    ``course`` is what follows the action; ``inequality`` is what the mover needs to prefer his own play (None where it follows
    from the other conditions); ``when`` are the conditions under which the action leads to that.
    """

    course: str
    inequality: Inequality | None
    when: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Requirement:
    """At an information set the player prefers one action to another: one of the cases holds."""

    player: str
    information_set: str
    takes: str
    instead: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PlayConditions:
    """A play, its reading, and what it requires; ``requirements`` is None where no parameters in the ranges lead to it.

    ``when`` are the inequalities of the reading's own condition.
    """

    reading: str
    path: tuple[str, ...]
    outcome: str
    when: tuple[Inequality, ...]
    requirements: tuple[Requirement, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What can follow a decision, and what that requires; None where no parameters in the ranges lead to it."""

    actions: str
    requirements: tuple[Requirement, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class Subgame:
    """A decision (the path to it, and who moves) with everything that can follow it."""

    path: tuple[str, ...]
    player: str
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """The conditions of all plays of a scenario, and of what can follow each later decision (``subgames``, root first)."""

    scenario: Scenario
    plays: tuple[PlayConditions, ...]
    subgames: tuple[Subgame, ...]


def conditions(scenario: Scenario) -> Conditions:
    """Return the conditions under which each play is the subgame-perfect one.

    Raises
    ------
    NotApplicableError
        If the game is not a tree with perfect information and without chance, a formula chooses between parameters (min, max,
        if), or there are too many cases.
    ScenarioError
        If a payoff is no quotient of polynomials in the parameters.
    """
    builder = _Builder(scenario)
    found = [each for end in builder.game.shape.ends for each in builder.play(end)]
    later = [number for number, node in enumerate(builder.game.shape.nodes) if number and isinstance(node, Decision)]
    return Conditions(scenario, tuple(found), tuple(builder.subgame(number) for number in later))


def holds(found: PlayConditions, values: Mapping[str, Fraction]) -> bool:
    """Return whether a play's conditions hold at parameter values (in the order in which the scenario has them)."""
    point = tuple(values.values())
    return found.requirements is not None and all(_positive(each, point) for each in found.when) and _all_hold(found.requirements, point)


def _all_hold(requirements: Sequence[Requirement], point: Sequence[Fraction]) -> bool:
    return all(
        any((case.inequality is None or _positive(case.inequality, point)) and _all_hold(case.when, point) for case in each.cases)
        for each in requirements
    )


def _positive(found: Inequality, point: Sequence[Fraction]) -> bool:
    total = Fraction(0)
    for powers, number in found.terms.items():
        for value, power in zip(point, powers, strict=True):
            number *= value**power
        total += number
    return total > 0


class _RangeField(SpaceField):
    """Quotients of polynomials whose signs are those that they have everywhere in the declared ranges."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario.values())
        self.ranges = Ranges(tuple(parameter.range for parameter in scenario.parameters.values()))

    def sign_of(self, polynomial: Polynomial) -> int:
        """Return the sign that a polynomial has everywhere.

        Raises
        ------
        FormulaError
            If it has none.
        """
        terms = terms_of(polynomial)
        if not terms:
            return 0
        if least(terms, self.ranges.box) > 0:
            return 1
        if least({powers: -number for powers, number in terms.items()}, self.ranges.box) > 0:
            return -1
        raise FormulaError(
            "a formula chooses by, or divides by, something whose sign changes within the declared ranges, so there is no one condition "
            "for all parameters; follow one parameter with --axis NAME"
        )


class _Builder:
    """Builds the conditions of plays, simplified on the way."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.field = scenario, _RangeField(scenario)
        shape = shape_of(scenario, scenario.values())
        if any(isinstance(node, Chance) for node in shape.nodes):
            raise NotApplicableError("general conditions need a tree without chance moves; follow one parameter with --axis NAME")
        names = {name: self.field.parameter(name) for name in self.field.names}
        self.game: SymbolicGame = symbolic_game(scenario, shape, names, self.field)
        self.follows = self.field.ranges.follows
        self.made = 0

    def subgame(self, node: int) -> Subgame:
        """Return what can follow a decision, with the conditions for each."""
        shape = self.game.shape
        found = shape.nodes[node]
        place = shape.information_sets[found.information_set if isinstance(found, Decision) else 0]
        start, courses = shape.path_to(node), []
        for end in shape.ends:
            if any(number == node for number, _ in shape.moves_to(end)):
                needed = self.requirements(node, end, ())
                courses.append(Course(" > ".join(shape.path_to(end)[len(start) :]), needed))
        return Subgame(start, shape.players[place.player], tuple(courses))

    def play(self, end: int) -> Iterator[PlayConditions]:
        """Yield the conditions of the play to an end, once for each reading that it can have."""
        shape = self.game.shape
        node, path = shape.nodes[end], shape.path_to(end)
        outcome = node.outcome if isinstance(node, End) else ""
        for name, formula in self.readings(path):
            when = () if formula is None else self.reading_condition(formula)
            if when is None:
                raise NotApplicableError(f"the condition of the reading {name!r} is not one comparison of polynomials")
            yield PlayConditions(name, path, outcome, when, self.requirements(0, end, [each.terms for each in when]))

    def readings(self, path: tuple[str, ...]) -> Iterator[tuple[str, Formula | None]]:
        """Yield the readings that a path can have, with their conditions."""
        for reading in self.scenario.readings:
            if any(matches(pattern, path) for pattern in Reading(reading.name, reading.patterns).patterns):
                yield reading.name, None if reading.when is None else reading.when.formula
                if reading.when is None:
                    return
        if not any(any(matches(pattern, path) for pattern in reading.patterns) for reading in self.scenario.readings):
            yield " > ".join(path), None

    def reading_condition(self, formula: Formula) -> tuple[Inequality, ...] | None:
        """Return a reading's condition as inequalities, ties aside; None where it is no comparison."""
        tree = formula.tree
        if not isinstance(tree, Compare) or any(operator in ("==", "!=") for operator in tree.operators):
            return None
        sides = [field_value(each, self.game.names, self.field) for each in tree.operands]
        pairs = zip(tree.operators, sides, sides[1:], strict=False)
        return tuple(
            self.inequality(right - left if operator in ("<", "<=") else left - right, formula.text.strip())
            for operator, left, right in pairs
        )

    def requirements(self, root: int, end: int, given: Sequence[Terms]) -> tuple[Requirement, ...] | None:
        """Return what the play from a node to an end requires where other inequalities are given; None if it cannot be.

        Requirements with one plain inequality come first: what they say is then given to those with cases.
        """
        choices = list(self.choices(root, end))
        plain = [each for each in choices if isinstance(self.game.shape.nodes[self.child(*each)], End)]
        against = [self.against(node, end, self.child(node, action, other)) for node, action, other in plain]
        known = [*given, *(each.terms for each in against)]
        if any(self.excluded(terms, [*known[:place], *known[place + 1 :]]) for place, terms in enumerate(known)):
            return None
        kept = self.needed(plain, against, given)
        open_ones = [each for each in choices if each not in plain]
        for node, action, other in open_ones:
            cases, is_open = self.cases(node, end, self.child(node, action, other), known)
            if not cases:
                return None
            if is_open:
                kept.append(self.requirement(node, action, other, cases))
        return tuple(kept)

    def needed(self, choices: Sequence[tuple[int, int, int]], against: Sequence[Inequality], given: Sequence[Terms]) -> list[Requirement]:
        """Return those of plain inequalities that do not follow from the others."""
        kept: list[Requirement] = []
        said = list(given)
        for place, (choice, found) in enumerate(zip(choices, against, strict=True)):
            if not self.follows(found.terms, [*said, *(each.terms for each in against[place + 1 :])]):
                kept.append(self.requirement(*choice, (Case("", found, ()),)))
                said.append(found.terms)
        return kept

    def cases(self, node: int, end: int, child: int, given: Sequence[Terms]) -> tuple[tuple[Case, ...], bool]:
        """Return what another action can lead to, with what the mover needs then, and whether that leaves anything open.

        What cannot be, or leaves the mover no reason to stay with his own play, is left out.
        """
        shape, found, is_open = self.game.shape, [], False
        for other_end in shape.ends:
            if child not in (number for number, _ in shape.moves_to(other_end)):
                continue
            needed = self.against(node, end, other_end)
            if self.excluded(needed.terms, given):
                is_open |= self.requirements(child, other_end, given) is not None
                continue
            implied = self.follows(needed.terms, given)
            when = self.requirements(child, other_end, given if implied else [*given, needed.terms])
            if when is not None:
                course = " > ".join(shape.path_to(other_end)[len(shape.path_to(child)) :])
                found.append(Case(course, None if implied else needed, when))
            # With the inequality given the case may be impossible, without it not.
            is_open |= not implied and (when is not None or self.requirements(child, other_end, given) is not None)
        return tuple(found), is_open

    def choices(self, root: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield each decision on the way from a node to an end, the action taken and each other action."""
        shape = self.game.shape
        moves = shape.moves_to(end)
        start = next((place for place, (node, _) in enumerate(moves) if node == root), len(moves))
        for node, action in moves[start:]:
            for other in range(len(shape.actions_at(node))):
                if other != action:
                    yield node, action, other

    def child(self, node: int, _: int, other: int) -> int:
        """Return where the other action of a choice leads."""
        found = self.game.shape.nodes[node]
        return node if isinstance(found, End) else found.children[other]

    def requirement(self, node: int, action: int, other: int, cases: tuple[Case, ...]) -> Requirement:
        """Return a requirement with the names of what it is about."""
        shape = self.game.shape
        found = shape.nodes[node]
        place = shape.information_sets[found.information_set if isinstance(found, Decision) else 0]
        return Requirement(shape.players[place.player], place.name, place.actions[action], place.actions[other], cases)

    def against(self, node: int, end: int, other: int) -> Inequality:
        """Return the inequality that says that the mover at a node prefers one end to another."""
        found = self.game.shape.nodes[node]
        player = self.game.shape.information_sets[found.information_set if isinstance(found, Decision) else 0].player
        one, two = (self.written(each, player) for each in (end, other))
        short = f"{one} > {two}" if one != two else ""
        return self.inequality(self.game.payoffs[end][player] - self.game.payoffs[other][player], short)

    def written(self, end: int, player: int) -> str:
        """Return a payoff as the file writes it."""
        node = self.scenario.contents.outline.nodes[end]
        return payoff_expression(self.scenario.contents, node, player).formula.text.strip() if isinstance(node, EndOfPlay) else ""

    def inequality(self, positive: Quotient, short: str) -> Inequality:
        """Return an inequality; its denominator has one sign."""
        self.made += 1
        if self.made > MOST_INEQUALITIES:
            raise NotApplicableError(
                f"the conditions take more than {MOST_INEQUALITIES:,} inequalities, which nobody reads; "
                "follow one parameter with --axis NAME"
            )
        text = inequality(positive, self.field)
        sign = self.field.sign_of(positive.bottom)
        return Inequality(
            {powers: number * sign for powers, number in terms_of(positive.top).items()}, text, "" if short == text else short
        )

    def excluded(self, terms: Terms, given: Sequence[Terms]) -> bool:
        """Return whether it is proved that an inequality fails, or only just holds as an equality, wherever the given ones hold.

        What is an equality everywhere is none of these: there the mover is indifferent whatever the parameters are.
        """
        return bool(terms) and self.follows({powers: -number for powers, number in terms.items()}, given)
