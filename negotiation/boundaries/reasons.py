"""Which incentive changes sign at a threshold, as an inequality in the scenario's own parameter names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from negotiation.boundaries.inequality import inequality, solved_for
from negotiation.boundaries.plays import Alternative, Play, plays_at_nodes
from negotiation.boundaries.symbolic import LineField, SpaceField, SymbolicGame, symbolic_game
from negotiation.exact.real_points import sign_at
from negotiation.games.extensive_form import Decision, ExtensiveFormGame
from negotiation.scenario.building import payoff_expression
from negotiation.scenario.contents import EndOfPlay, Expression
from negotiation.scenario.formula_fields import Quotient
from negotiation.scenario.formula_tree import Call, Compare, IfElse
from negotiation.scenario.formulas import nodes_of
from negotiation.scenario.scenario import Scenario

__all__ = ["Change", "Flip", "Here", "chooses", "flips"]

#: The functions that choose among their arguments.
CHOOSING = frozenset({"min", "max", "abs", "clip"})


class Here(Protocol):
    """What a state at a point has (see ``line.State``)."""

    @property
    def field(self) -> LineField:
        """The field that took the signs."""

    @property
    def game(self) -> SymbolicGame:
        """The tree with its formulas."""

    @property
    def nodes(self) -> tuple[tuple[Alternative, ...], ...]:
        """The plays by node."""

    @property
    def in_use(self) -> tuple[int, ...]:
        """The readings whose conditions hold."""

    @property
    def readings(self) -> tuple[str, ...]:
        """What can happen."""


@dataclass(frozen=True, slots=True)
class Flip:
    """An incentive that changes sign: beyond the threshold the mover takes ``takes`` rather than ``instead``.

    Parameters
    ----------
    player, information_set : str
        Empty where it is a reading's own condition.
    takes, instead : str
        Actions there, with what follows them.
    short : str
        The inequality between the two payoffs as the file writes them, e.g. ``R_X > v_M``; it holds beyond the threshold.
    condition : str
        The same in parameter names, e.g. ``g + b * pi_X > a + b + v_M``.
    solved : str
        The same solved for the axis, e.g. ``pi_X > (a + b + v_M - g) / b``; empty where it is not affine in it.
    chose : bool
        Whether a formula chooses (min, max, if) so that the inequality holds on this side of the choice only.
    """

    player: str
    information_set: str
    takes: str
    instead: str
    short: str
    condition: str
    solved: str
    chose: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A Nash equilibrium that begins or ends at a threshold, and an inequality that it needs and that becomes an equality there.

    Parameters
    ----------
    equilibrium : str
        Its strategies.
    begins : bool
        Whether it is there beyond the threshold, else before it.
    player, strategy : str
        Whose inequality it is: what he would gain by playing this strategy (``is_share`` False), or the probability with which
        he plays it (``is_share`` True). Empty where no inequality is known.
    condition : str
        The inequality in parameter names; it holds where the equilibrium is there.
    solved : str
        The same solved for the axis; empty where it is not affine in it.
    is_share : bool
    chose : bool
        Whether a formula chooses (min, max, if) so that the inequality holds on this side of the choice only.
    """

    equilibrium: str
    begins: bool
    player: str = ""
    strategy: str = ""
    condition: str = ""
    solved: str = ""
    is_share: bool = False
    chose: bool = False


def flips(scenario: Scenario, values: Mapping[str, Fraction], axis: str, before: Here, at: Here, after: Here) -> tuple[Flip, ...]:
    """Return the incentives that change at a threshold and by that change what happens, and conditions of readings that do."""
    space = SpaceField({**values, axis: after.field.point.low})
    parameters = {name: space.parameter(name) for name in values}
    symbolic = symbolic_game(scenario, at.game.shape, parameters, space)
    pairs = _changed(before, at, after)
    found = [_flip(_Formulas(scenario, symbolic, space, axis), *each) for each in pairs]
    return (*found, *_reading_flips(scenario, before, after))


def _changed(before: Here, at: Here, after: Here) -> list[tuple[int, Play, Play]]:
    """Return decisions whose choice makes the difference, with a play that is chosen beyond and one that was before."""
    shape = at.game.shape
    changed = [
        number for number, node in enumerate(shape.nodes) if isinstance(node, Decision) and _plays(before, number) != _plays(after, number)
    ]
    pairs = {number: pair for number in changed if (pair := _pair(before, at, after, number)) is not None}
    relevant = [number for number in pairs if _matters(before, after, number)]
    return [(number, *pairs[number]) for number in relevant or pairs]


def _plays(state: Here, number: int) -> frozenset[Play]:
    return frozenset(each.play for each in state.nodes[number])


def _pair(before: Here, at: Here, after: Here, number: int) -> tuple[Play, Play] | None:
    """Return a play chosen beyond and one chosen before between which the mover is indifferent at the threshold."""
    shape = at.game.shape
    node = shape.nodes[number]
    if not isinstance(node, Decision):
        return None
    player = shape.information_sets[node.information_set].player
    old, new = _plays(before, number), _plays(after, number)
    worth = {each.play: each.payoffs[player] for child in node.children for state in (before, after) for each in state.nodes[child]}
    for takes in sorted(new - old) or sorted(new):
        for instead in sorted(old - new) or sorted(old):
            difference = worth[takes] - worth[instead] if takes != instead and takes in worth and instead in worth else None
            if difference is not None and difference.top and not sign_at(difference.top, at.field.point):
                return (takes, instead) if after.field.sign(difference) > 0 else (instead, takes)
    return None


def _matters(before: Here, after: Here, number: int) -> bool:
    """Return whether what happens beyond the threshold were another if the choice at this node stayed as it was."""
    forced = {number: _plays(before, number)}
    try_again = plays_at_nodes(after.game, LineField(after.field.point), forced=forced) if _can_stay(before, after, number) else None
    return try_again is None or frozenset(each.play for each in try_again[0]) != _plays(after, 0)


def _can_stay(before: Here, after: Here, number: int) -> bool:
    node = after.game.shape.nodes[number]
    below = {each.play for child in getattr(node, "children", ()) for each in after.nodes[child]}
    return bool(below & _plays(before, number))


@dataclass(frozen=True, slots=True, eq=False)
class _Formulas:
    """The tree in all parameters, and the parameter that inequalities are solved for."""

    scenario: Scenario
    game: SymbolicGame
    space: SpaceField
    axis: str


def _flip(formulas: _Formulas, number: int, takes: Play, instead: Play) -> Flip:
    scenario, game, space = formulas.scenario, formulas.game, formulas.space
    node = game.shape.nodes[number]
    place = game.shape.information_sets[node.information_set if isinstance(node, Decision) else 0]
    difference = _worth(game, takes, place.player) - _worth(game, instead, place.player)
    short = ""
    if len(takes) == len(instead) == 1:
        texts = [_payoff(scenario, end, place.player).formula.text.strip() for end in (takes[0], instead[0])]
        # Two ends of one family have one text, whose local variables differ.
        short = " > ".join(texts) if texts[0] != texts[1] else ""
    return Flip(
        game.shape.players[place.player],
        place.name,
        _course(game.shape, number, takes),
        _course(game.shape, number, instead),
        short,
        inequality(difference, space),
        solved_for(difference, space, formulas.axis),
        any(chooses(scenario, end, place.player) for end in (*takes, *instead)),
    )


def _worth(symbolic: SymbolicGame, play: Play, player: int) -> Quotient:
    """Return what a play is worth, with the probabilities of the chance moves on the way."""
    if len(play) == 1:
        return symbolic.payoffs[play[0]][player]
    shape, total = symbolic.shape, None
    for end in play:
        term = symbolic.payoffs[end][player]
        for node, action in shape.moves_to(end):
            term = term * symbolic.probabilities[node][action] if node in symbolic.probabilities else term
        total = term if total is None else total + term
    return symbolic.payoffs[play[0]][player] if total is None else total


def _payoff(scenario: Scenario, number: int, player: int) -> Expression:
    node = scenario.contents.outline.nodes[number]
    if not isinstance(node, EndOfPlay):
        raise ValueError(f"node {number} is no end")
    return payoff_expression(scenario.contents, node, player)


def chooses(scenario: Scenario, number: int, player: int) -> bool:
    """Return whether the formula of a payoff at an end, or a definition that it uses, chooses by a condition."""
    stack, seen = [_payoff(scenario, number, player)], set[str]()
    while stack:
        formula = stack.pop().formula
        if any(
            isinstance(node, Compare | IfElse) or (isinstance(node, Call) and node.function in CHOOSING) for node in nodes_of(formula.tree)
        ):
            return True
        used = formula.names & set(scenario.contents.definitions) - seen
        seen |= used
        stack += [scenario.contents.definitions[name] for name in used]
    return False


def _course(shape: ExtensiveFormGame, number: int, play: Play) -> str:
    """Return the actions of a play from a node on."""
    start = len(shape.path_to(number))
    return " or ".join(dict.fromkeys(" > ".join(shape.path_to(end)[start:]) for end in play))


def _reading_flips(scenario: Scenario, before: Here, after: Here) -> Iterator[Flip]:
    """Yield the conditions of readings that hold on one side only."""
    on, off = set(after.in_use), set(before.in_use)
    for place in sorted(on ^ off):
        when = scenario.readings[place].when
        if when is not None and place in on and scenario.readings[place].name in after.readings:
            yield Flip("", "", scenario.readings[place].name, "", when.formula.text.strip(), "", "")
