"""A scenario's tree with payoffs that are still formulas: quotients of polynomials in the parameters that vary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpq_poly

from negotiation.errors import FormulaError, Mistake, NotApplicableError, ScenarioError
from negotiation.exact.real_points import Polynomial, RealPoint, sign_at
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.scenario.building import payoff_expression
from negotiation.scenario.contents import ChanceMove, EndOfPlay, Expression
from negotiation.scenario.formula_fields import Field, Quotient, field_value
from negotiation.scenario.scenario import Scenario

__all__ = ["LineField", "SpaceField", "SymbolicGame", "line_names", "readings_in_use", "shape_of", "symbolic_game"]


class LineField:
    """Quotients of polynomials in one variable, with signs at a point of its line.

    ``asked`` are the polynomials whose signs were asked for, other than constants: between the roots of these that are
    nearest to the point, every answer is the same.
    """

    def __init__(self, point: RealPoint) -> None:
        self.point = point
        self.asked: list[Polynomial] = []
        self._signs: dict[str, int] = {}

    def number(self, value: Fraction) -> Quotient:
        """Return a number as a quotient."""
        return Quotient(fmpq_poly([fmpq(value.numerator, value.denominator)]), fmpq_poly([1]))

    def variable(self) -> Quotient:
        """Return the variable of the line."""
        return Quotient(fmpq_poly([0, 1]), fmpq_poly([1]))

    def sign(self, value: Quotient) -> int:
        """Return the sign at the point."""
        return self._sign(value.top) * self._sign(value.bottom)

    def is_zero(self, value: Quotient) -> bool:
        """Return whether it is zero at the point, without writing down that this was asked: the answer must not matter."""
        return not sign_at(value.top, self.point)

    def _sign(self, polynomial: Polynomial) -> int:
        if polynomial.is_constant():
            return int(polynomial[0] > 0) - int(polynomial[0] < 0)
        key = str(polynomial)
        if key not in self._signs:
            self.asked.append(polynomial)
            self._signs[key] = sign_at(polynomial, self.point)
        return self._signs[key]


class SpaceField:
    """Quotients of polynomials in all parameters, with signs at a point where each has a value."""

    def __init__(self, values: Mapping[str, Fraction]) -> None:
        self.names = tuple(values)
        self._ring = fmpq_mpoly_ctx.get(self.names or ("nothing",), Ordering.lex)
        self._at = tuple(fmpq(value.numerator, value.denominator) for value in values.values()) or (fmpq(0),)

    def number(self, value: Fraction) -> Quotient:
        """Return a number as a quotient."""
        return Quotient(self._constant(fmpq(value.numerator, value.denominator)), self._constant(fmpq(1)))

    def parameter(self, name: str) -> Quotient:
        """Return a parameter as a quotient."""
        return Quotient(self._ring.gens()[self.names.index(name)], self._constant(fmpq(1)))

    def sign(self, value: Quotient) -> int:
        """Return the sign at the point."""
        return self.sign_of(value.top) * self.sign_of(value.bottom)

    def is_zero(self, value: Quotient) -> bool:
        """Return whether it is zero at the point."""
        return not self.sign_of(value.top)

    def sign_of(self, polynomial: Polynomial) -> int:
        """Return the sign of a polynomial at the point."""
        found = polynomial(*self._at)
        return int(found > 0) - int(found < 0)

    def _constant(self, value: fmpq) -> Polynomial:
        return self._ring.constant(value)


def line_names(values: Mapping[str, Fraction], axis: str, field: LineField) -> dict[str, Quotient]:
    """Return the parameters as quotients where one of them is the variable of the line."""
    return {name: field.variable() if name == axis else field.number(value) for name, value in values.items()}


@dataclass(frozen=True, eq=False)
class SymbolicGame:
    """A tree with what each end is worth and how likely each chance action is, and what the scenario's names are.

    Parameters
    ----------
    shape : ExtensiveFormGame
        The tree; its own numbers do not count.
    payoffs : mapping of end to one quotient for each player
    probabilities : mapping of chance node to one quotient for each action
    names : mapping of parameter, definition and state to quotient
    """

    shape: ExtensiveFormGame
    payoffs: Mapping[int, tuple[Quotient, ...]]
    probabilities: Mapping[int, tuple[Quotient, ...]]
    names: Mapping[str, Quotient]


def shape_of(scenario: Scenario, values: Mapping[str, Fraction]) -> ExtensiveFormGame:
    """Return the scenario's tree at some values, if its regimes can be told exactly.

    Raises
    ------
    NotApplicableError
        If it is a matrix, has an audience, or somebody moves without knowing what went before.
    ScenarioError
        If a payoff or probability cannot be computed at these values.
    """
    if scenario.is_matrix:
        raise NotApplicableError("exact regimes need a tree in which each player knows what went before; this scenario is a matrix")
    game = scenario.stage(None, **values)
    if game.audience is not None:
        raise NotApplicableError("exact regimes need payoffs that depend on no belief; this scenario has an audience")
    if not game.has_perfect_information:
        hidden = next(place.name for place, nodes in zip(game.information_sets, game.members, strict=True) if len(nodes) > 1)
        raise NotApplicableError(
            f"exact regimes need a tree in which each player knows what went before; whoever moves at {hidden!r} does not"
        )
    return game


def symbolic_game(scenario: Scenario, shape: ExtensiveFormGame, parameters: Mapping[str, Quotient], field: Field) -> SymbolicGame:
    """Return the tree with its formulas expanded as far as the parameters.

    Raises
    ------
    ScenarioError
        If a formula has no value at the field's point, or is no quotient of polynomials in what varies.
    """
    names = _Names(scenario, dict(parameters), field)
    payoffs: dict[int, tuple[Quotient, ...]] = {}
    probabilities: dict[int, tuple[Quotient, ...]] = {}
    for number, node in enumerate(scenario.contents.outline.nodes):
        match node:
            case EndOfPlay():
                payoffs[number] = tuple(
                    names.value(payoff_expression(scenario.contents, node, player), node.scope) for player in range(len(shape.players))
                )
            case ChanceMove():
                probabilities[number] = tuple(names.value(each, node.scope) for each in node.probabilities)
    return SymbolicGame(shape, payoffs, probabilities, names.names)


def readings_in_use(scenario: Scenario, game: SymbolicGame, field: Field) -> tuple[int, ...]:
    """Return the numbers of the scenario's readings whose conditions hold at the field's point. Errors as ``symbolic_game``."""
    conditions = [(place, reading.when) for place, reading in enumerate(scenario.readings)]
    return tuple(place for place, when in conditions if when is None or field.sign(_computed(scenario, when, game.names, field)))


def _needed(scenario: Scenario) -> frozenset[str]:
    """Return the names on which the game itself depends: what only rounds and strategies use need not be a quotient of polynomials."""
    contents = scenario.contents
    known = {**contents.definitions, **({} if contents.repeat is None else {n: rule.start for n, rule in contents.repeat.states.items()})}
    stack = list(_of_the_game(scenario))
    seen: set[str] = set()
    while stack:
        used = stack.pop().formula.names & set(known) - seen
        seen |= used
        stack += [known[name] for name in used]
    return frozenset(seen)


def _of_the_game(scenario: Scenario) -> Iterator[Expression]:
    """Yield every formula of a payoff, a probability, a local variable or a condition of a reading."""
    contents = scenario.contents
    yield from (when for reading in scenario.readings if (when := reading.when) is not None)
    yield from (bound for _, bindings in contents.outline.scopes for _, bound in bindings if not isinstance(bound, Fraction))
    for node in contents.outline.nodes:
        if isinstance(node, ChanceMove):
            yield from node.probabilities
        elif isinstance(node, EndOfPlay):
            yield from (payoff_expression(contents, node, player) for player in range(len(contents.players)))


class _Names:
    """The names of a scenario as quotients: parameters, definitions, the start of states, and local variables by scope."""

    def __init__(self, scenario: Scenario, parameters: dict[str, Quotient], field: Field) -> None:
        self.scenario, self.field, self.names = scenario, field, parameters
        contents, needed = scenario.contents, _needed(scenario)
        for name, expression in contents.definitions.items():
            if name in needed:
                self.names[name] = self.value(expression)
        if contents.repeat is not None:
            self.names |= {name: self.value(rule.start) for name, rule in contents.repeat.states.items() if name in needed}
        self.scopes: list[dict[str, Quotient]] = []
        for parent, bindings in contents.outline.scopes:
            above = self.scopes[parent] if parent >= 0 else {}
            found = {name: field.number(bound) if isinstance(bound, Fraction) else self._compute(bound, above) for name, bound in bindings}
            self.scopes.append(above | found)

    def value(self, expression: Expression, scope: int | None = None) -> Quotient:
        """Return what a formula is where the local variables of a scope hold."""
        return self._compute(expression, {} if scope is None else self.scopes[scope])

    def _compute(self, expression: Expression, local: Mapping[str, Quotient]) -> Quotient:
        return _computed(self.scenario, expression, {**self.names, **local}, self.field)


def _computed(scenario: Scenario, expression: Expression, names: Mapping[str, Quotient], field: Field) -> Quotient:
    try:
        return field_value(expression.formula.tree, names, field)
    except FormulaError as error:
        mistake = Mistake(scenario.file, expression.place.line, expression.place.column, f"{expression.subject}: {error.rule}")
        raise ScenarioError((mistake,)) from None
