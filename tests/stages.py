"""Stage games and strategies for the tests of engines and strategies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.numbers import exact
from negotiation.games.repeated import Match, Repetition
from negotiation.games.seat import Seat, automaton, pure

PRISONERS_DILEMMA = (((3, 3), (0, 5)), ((5, 0), (1, 1)))


def simultaneous(cells: Sequence[Sequence[Sequence[float]]], rows: Sequence[str], columns: Sequence[str]) -> ExtensiveFormGame:
    """A two-player matrix game as a tree: the column player does not see the row player's move."""
    sets = (InformationSet("start", 0, tuple(rows)), InformationSet("start", 1, tuple(columns)))
    size = len(columns)
    ends = [End(f"{row}, {column}", tuple(exact(x) for x in cells[i][j])) for i, row in enumerate(rows) for j, column in enumerate(columns)]
    middle = [Decision(1, tuple(1 + len(rows) + i * size + j for j in range(size))) for i in range(len(rows))]
    return ExtensiveFormGame(("row", "column"), sets, (Decision(0, tuple(range(1, 1 + len(rows)))), *middle, *ends))


def dilemma() -> ExtensiveFormGame:
    """Axelrod's prisoner's dilemma, 5 3 1 0."""
    return simultaneous(PRISONERS_DILEMMA, ("cooperate", "defect"), ("cooperate", "defect"))


def crisis() -> ExtensiveFormGame:
    """Wait, or an ultimatum that the target accepts or refuses, upon which the challenger acts or stands down."""
    sets = (
        InformationSet("start", 0, ("wait", "ultimatum")),
        InformationSet("ultimatum", 1, ("accept", "refuse")),
        InformationSet("ultimatum > refuse", 0, ("stand down", "act")),
    )
    ends = (("quiet", 0, 0), ("signed", 2, -2), ("climbed down", -1, 0), ("acted", 1, -1))
    leaves = tuple(End(name, (Fraction(x), Fraction(y))) for name, x, y in ends)
    nodes = (Decision(0, (3, 1)), Decision(1, (4, 2)), Decision(2, (5, 6)), *leaves)
    return ExtensiveFormGame(("challenger", "target"), sets, nodes)


def typed_crisis() -> ExtensiveFormGame:
    """A challenger who is tough with probability 1/4 acts or waits; the target does not see the type and replies."""
    sets = (
        InformationSet("tough: start", 0, ("wait", "ultimatum"), "tough"),
        InformationSet("weak: start", 0, ("wait", "ultimatum"), "weak"),
        InformationSet("ultimatum", 1, ("accept", "refuse")),
    )
    quarter = Fraction(1, 4)
    leaves = (End("quiet", (Fraction(0),) * 2), End("signed", (Fraction(1), Fraction(-1))), End("refused", (Fraction(-1), Fraction(0))))
    nodes = (
        Chance(("tough", "weak"), (quarter, 1 - quarter), (1, 2)),
        Decision(0, (5, 3)),
        Decision(1, (8, 4)),
        Decision(2, (6, 7)),
        Decision(2, (9, 10)),
        *leaves,
        *leaves,
    )
    return ExtensiveFormGame(("challenger", "target"), sets, nodes, type_moves=frozenset({0}))


def chance_chain(*steps: tuple[str, str], payoffs: Mapping[str, float], onward: str = "next") -> ExtensiveFormGame:
    """One player (who only watches) and chance: each step is (outcome, probability); else the next step, at last ``onward``."""
    nodes: list[Chance | End] = []
    for outcome, probability in steps:
        p, here = exact(probability), len(nodes)
        nodes += [Chance((outcome, "not yet"), (p, 1 - p), (here + 1, here + 2)), End(outcome, (exact(payoffs[outcome]),))]
    return ExtensiveFormGame(("challenger",), (), (*nodes, End(onward, (exact(payoffs[onward]),))))


@dataclass(frozen=True)
class GrowingBill:
    """A bill that is paid at one end and grows by a factor each time."""

    stage: ExtensiveFormGame
    outcome: str
    first: float
    growth: float
    names: tuple[str, ...] = ("bill",)

    @property
    def start(self) -> tuple[float, ...]:
        return (self.first,)

    def payoffs(self, state: tuple[float, ...]) -> np.ndarray:
        table = self.stage.payoffs.copy()
        for place, end in enumerate(self.stage.ends):
            if self.stage.nodes[end].outcome == self.outcome:
                table[place, 0] -= state[0]
        return table

    def after(self, end: int, state: tuple[float, ...]) -> tuple[float, ...]:
        return (state[0] * self.growth,) if self.stage.nodes[self.stage.ends[end]].outcome == self.outcome else state


def scripted(seat: Seat, moves: Sequence[str]) -> object:
    """An opponent who plays a list of moves, one in each round, and the last for ever; at sets without it the first action."""

    def behave(state: int, place: int) -> tuple[float, ...]:
        actions = seat.stage.information_sets[place].actions
        return pure(seat, place, actions.index(moves[state]) if moves[state] in actions else 0)

    return automaton(seat, behave, lambda state, _: min(state + 1, len(moves) - 1), states=len(moves))


def match_of(stage: ExtensiveFormGame, *strategies: object, rounds: int | None = 10, **options: object) -> Match:
    """A match with one strategy for each player; a mapping for a player with types."""
    seats = tuple(given if isinstance(given, Mapping) else {None: given} for given in strategies)
    repetition = Repetition(
        rounds,
        options.pop("continuation", None),
        tuple(options.pop("discounts", (1.0,) * len(stage.players))),
        frozenset(options.pop("over_when", ())),
        options.pop("state", None),
    )
    return Match(stage, seats, repetition, options.pop("replications", 1), options.pop("seed", 0), **options)
