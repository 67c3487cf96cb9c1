"""A clock is made of the rules of a scenario, at given parameter values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from negotiation.games.clock import AT_ONCE, Clock, Deadline, MoveTable, Shock, Window
from negotiation.games.durations import Duration, ticks_of
from negotiation.scenario.carried import Program
from negotiation.scenario.contents import ChanceMove, ClockRule, DecisionMove, Expression, MoveTime, Outline, TimeRule, WindowRule
from negotiation.scenario.numbers import Numbers

__all__ = ["build_clock"]


class _Laws:
    """The distributions of a clock, numbered; the first takes no time."""

    def __init__(self, numbers: Numbers, per_unit: int) -> None:
        self.numbers = numbers
        self.per_unit = per_unit
        self.places: dict[Duration, int] = {Duration("fixed", (Fraction(0),)): AT_ONCE}

    def place(self, time: TimeRule) -> int:
        """Return the number of a distribution."""
        return self.places.setdefault(self.duration(time), len(self.places))

    def duration(self, time: TimeRule) -> Duration:
        """Return a distribution with its numbers."""
        return Duration(time.law, tuple(self.numbers.value(expression) or Fraction(0) for expression in time.parameters))

    def ticks(self, expression: Expression) -> int:
        """Return a fixed time in ticks."""
        return ticks_of(self.numbers.value(expression) or Fraction(0), self.per_unit)


def build_clock(program: Program, rule: ClockRule, shared: Numbers, per_unit: int) -> Clock:
    """Return a clock, of which so many ticks make a unit; ``shared`` has the numbers of what is the same in all channels.

    Mistakes in its numbers are noted elsewhere (``clock_numbers``).
    """
    numbers, outline = program.numbers, program.numbers.contents.outline
    laws = _Laws(numbers, per_unit)
    moves = _table(outline, rule.moves, laws, AT_ONCE)
    windows = tuple(_window(outline, name, window, laws) for name, window in rule.windows.items())
    pause = AT_ONCE if rule.pause is None else laws.place(rule.pause)
    deadlines = {player: (laws.ticks(found.after), found.action) for player, found in rule.deadlines.items()}
    return Clock(
        unit=rule.unit,
        per_unit=per_unit,
        durations=tuple(laws.places),
        moves=moves,
        pause=pause,
        deadlines=_deadlines(outline, deadlines),
        until=None if rule.until is None else _Laws(shared, per_unit).ticks(rule.until),
        rates=_floats(numbers, rule.rates),
        costs=_floats(numbers, rule.costs),
        windows=windows,
        shocks=_shocks(program, rule, _Laws(shared, per_unit)),
        elsewhere=_elsewhere(program),
        all_over_when=rule.all_over_when,
    )


def _floats(numbers: Numbers, expressions: Sequence[Expression | None]) -> tuple[float, ...]:
    return tuple(0.0 if expression is None else float(numbers.value(expression) or 0) for expression in expressions)


def _window(outline: Outline, name: str, rule: WindowRule, laws: _Laws) -> Window:
    return Window(name, laws.ticks(rule.start), laws.ticks(rule.stop), _table(outline, rule.moves, laws, -1), _closed(outline, rule.closes))


def _node_actions(outline: Outline) -> Iterable[tuple[int, int | None, tuple[str, ...]]]:
    """Yield for each node its number, its player (None for chance and ends) and the names of its actions."""
    for number, node in enumerate(outline.nodes):
        match node:
            case DecisionMove():
                place = outline.information_sets[node.information_set]
                yield number, place.player, place.actions
            case ChanceMove():
                yield number, None, node.actions
            case _:
                yield number, None, ()


def _table(outline: Outline, moves: Sequence[MoveTime], laws: _Laws, otherwise: int) -> MoveTable:
    """Return which law each action of each node has: what is said of it and its player goes before what is said of either."""
    said = {(move.player, move.action): laws.place(move.time) for move in moves}
    rows: dict[tuple[int | None, tuple[str, ...]], tuple[int, ...]] = {}
    table = []
    for _, player, actions in _node_actions(outline):
        key = player, actions
        if key not in rows:
            rows[key] = tuple(_law(said, player, action, otherwise) for action in actions)
        table.append(rows[key])
    return tuple(table)


def _law(said: Mapping[tuple[int | None, str | None], int], player: int | None, action: str, otherwise: int) -> int:
    written = action.partition("[")[0]
    for key in ((player, action), (player, written), (None, action), (None, written), (player, None)):
        if key in said and key != (None, None):
            return said[key]
    return otherwise


def _closed(outline: Outline, names: Sequence[str]) -> frozenset[tuple[int, int]]:
    return frozenset(
        (number, place)
        for number, _, actions in _node_actions(outline)
        for place, action in enumerate(actions)
        if action in names or action.partition("[")[0] in names
    )


def _deadlines(outline: Outline, rules: Mapping[int, tuple[int, str]]) -> tuple[Deadline | None, ...]:
    """Return the deadline at each node, None where its player has none or cannot do what his silence would count as."""
    found: list[Deadline | None] = []
    for _, player, actions in _node_actions(outline):
        after, action = rules.get(-1 if player is None else player, (0, ""))
        found.append(Deadline(after, actions.index(action)) if action in actions else None)
    return tuple(found)


def _shocks(program: Program, rule: ClockRule, laws: _Laws) -> tuple[Shock, ...]:
    """Return the shocks in the order of their names."""
    repeat = program.numbers.contents.repeat
    ending = frozenset() if repeat is None else repeat.over_when
    return tuple(
        Shock(
            name,
            tuple(sorted({laws.ticks(date) for date in shock.at})),
            None if shock.time is None else laws.duration(shock.time),
            shock.repeats,
            name in ending,
            program.update(shock.change) if shock.change else None,
        )
        for name, shock in sorted(rule.shocks.items())
    )


def _elsewhere(program: Program) -> Mapping[str, Callable[[tuple[float, ...]], tuple[float, ...]]]:
    """Return what outcomes in other channels do to what is carried."""
    repeat = program.numbers.contents.repeat
    states = {} if repeat is None else repeat.states
    outcomes = dict.fromkeys(outcome for state in states.values() for outcome in state.elsewhere)
    return MappingProxyType(
        {
            outcome: program.update({name: state.elsewhere[outcome] for name, state in states.items() if outcome in state.elsewhere})
            for outcome in outcomes
        }
    )
