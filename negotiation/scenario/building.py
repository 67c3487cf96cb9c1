"""A scenario at given parameter values becomes a game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from negotiation.games.audience import UNSETTLED, Audience, BeliefPayoff
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet, Node
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import exact_array
from negotiation.games.readings import Reading
from negotiation.scenario.belief_payoffs import belief_payoff
from negotiation.scenario.contents import ChanceMove, Contents, DecisionMove, EndOfPlay, Expression, PayoffByType
from negotiation.scenario.numbers import Numbers

__all__ = ["build_matrix", "build_tree", "check_numbers", "payoff_expression", "readings_at"]

#: How far probabilities may be from one when some are no rational formulas (exp, log, sqrt round to float64). A wrong
#: formula misses by far more; the rounding of a handful of terms by far less.
ROUNDING = Fraction(1, 10**12)


def check_numbers(numbers: Numbers) -> None:
    """Note everything in a scenario that cannot be computed at these values, or is no probability."""
    for node in numbers.contents.outline.nodes:
        match node:
            case ChanceMove():
                _probabilities(numbers, node)
            case EndOfPlay() if node.observation is None:
                _payoffs(numbers, node)
            case EndOfPlay():
                _belief_payoffs(numbers, node)
    readings_at(numbers)


def build_tree(numbers: Numbers, title: str) -> ExtensiveFormGame:
    """Return the game tree; a matrix as the tree in which the column player does not see the row player's move.

    Where an audience watches, payoffs are functions of its belief.

    Raises
    ------
    ScenarioError
        If a payoff or probability cannot be computed at these values, or probabilities do not sum to one.
    """
    outline = numbers.contents.outline
    nodes: list[Node] = []
    for node in outline.nodes:
        match node:
            case ChanceMove():
                nodes.append(Chance(node.actions, _probabilities(numbers, node), tuple(node.children)))
            case DecisionMove():
                nodes.append(Decision(node.information_set, tuple(node.children)))
            case EndOfPlay():
                nodes.append(End(node.outcome, UNSETTLED if node.observation is not None else _payoffs(numbers, node)))
    audience = _audience(numbers)
    readings = readings_at(numbers)
    numbers.problems.raise_if_any()
    draws = frozenset(number for number, node in enumerate(outline.nodes) if isinstance(node, ChanceMove) and node.drawn is not None)
    sets = tuple(InformationSet(rule.name, rule.player, rule.actions, rule.type) for rule in outline.information_sets)
    return ExtensiveFormGame(numbers.contents.players, sets, tuple(nodes), title, readings, draws, audience)


def build_matrix(numbers: Numbers, title: str) -> NormalFormGame:
    """Return the game in normal form of a scenario that has a matrix.

    Raises
    ------
    ScenarioError
        If a payoff cannot be computed at these values.
    """
    contents = numbers.contents
    ends = [node for node in contents.outline.nodes if isinstance(node, EndOfPlay)]
    payoffs = [_payoffs(numbers, end) for end in ends]
    readings = readings_at(numbers)
    numbers.problems.raise_if_any()
    strategies = contents.matrix.strategies if contents.matrix is not None else ((), ())
    shape = tuple(len(names) for names in strategies)
    by_player = exact_array(np.array(payoffs, dtype=object).T.reshape(len(contents.players), *shape))
    outcomes = np.array([end.outcome for end in ends], dtype=object).reshape(shape)
    return NormalFormGame(contents.players, strategies, by_player, title, outcomes, readings)


def readings_at(numbers: Numbers) -> tuple[Reading, ...]:
    """Return the readings whose condition holds at these values, in order."""
    return tuple(
        Reading(reading.name, reading.patterns)
        for reading in numbers.contents.readings
        if reading.when is None or numbers.value(reading.when)
    )


def payoff_expression(contents: Contents, end: EndOfPlay, player: int) -> Expression:
    """Return the formula of what a player gets at an end, that of the type in play where types get different payoffs."""
    payoff = contents.outcomes[end.outcome][contents.players[player]]
    return payoff.formulas[str(end.types[payoff.player])] if isinstance(payoff, PayoffByType) else payoff


def _payoffs(numbers: Numbers, end: EndOfPlay) -> tuple[Fraction, ...]:
    local = numbers.scopes[end.scope]
    found = [numbers.value(payoff_expression(numbers.contents, end, player), local) for player in range(len(numbers.contents.players))]
    # A payoff that cannot be computed has been noted and is raised before anyone sees this stand-in.
    return tuple(Fraction(0) if value is None else value for value in found)


def _audience(numbers: Numbers) -> Audience | None:
    """Return the audience, None where nobody watches."""
    contents = numbers.contents
    if contents.watched is None:
        return None
    player, types = contents.players.index(contents.watched), tuple(contents.types[contents.watched])
    ends = ends_of(contents)
    drawn = tuple(types.index(str(end.types[player])) for end in ends)
    seen = tuple(-1 if end.observation is None else end.observation for end in ends)
    payoffs = tuple(_belief_payoffs(numbers, end) for end in ends)
    return Audience(player, types, contents.outline.observations, seen, drawn, payoffs)


def _belief_payoffs(numbers: Numbers, end: EndOfPlay) -> tuple[BeliefPayoff, ...]:
    """Return what each player gets at an end as a function of what the audience believes."""
    contents, local = numbers.contents, numbers.scopes[end.scope]
    types = tuple(contents.types[contents.watched or ""])
    return tuple(belief_payoff(numbers, payoff_expression(contents, end, player), local, types) for player in range(len(contents.players)))


def _probabilities(numbers: Numbers, node: ChanceMove) -> tuple[Fraction, ...]:
    """Return the probabilities of a chance node; note negative ones and sums other than one."""
    local = numbers.scopes[node.scope]
    found = [numbers.value(expression, local) for expression in node.probabilities]
    values = tuple(value for value in found if value is not None)
    if len(values) < len(node.actions):
        return (Fraction(1, len(node.actions)),) * len(node.actions)
    total = sum(values, Fraction(0))
    rounded = not all(expression.formula.is_rational for expression in node.probabilities)
    if rounded and min(values) >= 0 and abs(total - 1) <= ROUNDING:
        return tuple(value / total for value in values)
    if min(values) < 0 or total != 1:
        _note_no_distribution(numbers, node, values, total)
    return values


def _note_no_distribution(numbers: Numbers, node: ChanceMove, values: Sequence[Fraction], total: Fraction) -> None:
    """Note each negative probability; if there is none, that the sum is not one."""
    local = numbers.scopes[node.scope]
    for expression, value in zip(node.probabilities, values, strict=True):
        if value < 0:
            at = numbers.where(_given(numbers, expression, local))
            numbers.problems.add(expression.place, f"{expression.subject} must be at least 0, got {float(value):.6g}{at}")
    if min(values) >= 0:
        given = {name: value for expression in node.probabilities for name, value in _given(numbers, expression, local).items()}
        terms = " + ".join(f"{float(value):.6g}" for value in values[:8]) + (" + ..." if len(values) > 8 else "")
        what = "the probabilities" if node.drawn is None else "the prior probabilities"
        rule = f"{what} must sum to 1, got {terms} = {float(total):.12g}{numbers.where(given)}"
        numbers.problems.add(node.place, rule)


def _given(numbers: Numbers, expression: Expression, local: Mapping[str, Fraction]) -> dict[str, Fraction]:
    return {name: local[name] if name in local else numbers.names[name] for name in expression.formula.places}


def ends_of(contents: Contents) -> Sequence[EndOfPlay]:
    """Return the ends of the tree in order."""
    return [node for node in contents.outline.nodes if isinstance(node, EndOfPlay)]
