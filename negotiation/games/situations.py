"""Where a match stands between two rounds, and what can follow: the Markov chain that every engine plays on.

A *situation* is the private types, the state of each player's strategy and what is carried from round to round. With it
the round's payoffs, every action's probability and the next situation after each end are fixed, whatever the engine; so
they are computed here, once, in one order of floating-point operations, and kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from negotiation.errors import GameError
from negotiation.games.extensive_form import Chance, Decision, ExtensiveFormGame
from negotiation.games.repeated import Carried, Match, Seen, Strategy, observations, type_profiles

__all__ = ["Situation", "Situations", "StageTables", "choose", "stage_tables", "thresholds"]

#: Table entries (about 100 bytes each) kept at a time; when there are more, all situations are forgotten and met anew.
#: So memory stays below 50 MB however long a match is and however many states its strategies have.
KEPT_ENTRIES = 500_000

#: How far a strategy's probabilities may be from summing to one: rounding of a few dozen float64 additions is below this.
SUM_TOLERANCE = 1e-9

CHANCE = -1


def thresholds(probabilities: Sequence[float]) -> list[float]:
    """Return the running sums of probabilities, 1 from the last positive one on.

    So a uniform number below 1 always chooses an action of positive probability, however the sums are rounded.
    """
    sums, total = [], 0.0
    last = max(number for number, probability in enumerate(probabilities) if probability > 0)
    for number, probability in enumerate(probabilities):
        total += probability
        sums.append(1.0 if number >= last else total)
    return sums


def choose(limits: list[float], uniform: float) -> int:
    """Return the action that a uniform number in [0, 1) chooses: the first whose threshold is above it."""
    return bisect_right(limits, uniform)


@dataclass(frozen=True, slots=True, eq=False)
class StageTables:
    """A stage tree as plain lists, for engines.

    Parameters
    ----------
    children : list, [node] -> children of the node, () at an end
    places : list, [node] -> information set, ``CHANCE`` at a chance move
    chances : list, [node] -> thresholds of a chance move, [] elsewhere
    ends : list, [node] -> place in ``stage.ends``, -1 elsewhere
    starts : mapping from the node at which rounds start to the players' types
    type_moves : int
        The largest number of moves that draw private types.
    depth : int
        The largest number of moves in a round.
    """

    children: list[tuple[int, ...]]
    places: list[int]
    chances: list[list[float]]
    ends: list[int]
    starts: dict[int, tuple[str | None, ...]]
    type_moves: int
    depth: int


def stage_tables(stage: ExtensiveFormGame) -> StageTables:
    """Return a stage tree as plain lists."""
    count = len(stage.nodes)
    children: list[tuple[int, ...]] = [()] * count
    chances: list[list[float]] = [[] for _ in range(count)]
    places, ends = [CHANCE] * count, [-1] * count
    for number, node in enumerate(stage.nodes):
        match node:
            case Chance(_, probabilities, below):
                children[number], chances[number] = below, thresholds([float(p) for p in probabilities])
            case Decision(place, below):
                children[number], places[number] = below, place
    for place, end in enumerate(stage.ends):
        ends[end] = place
    starts = type_profiles(stage)
    above = [len(stage.moves_to(start)) for start in starts]
    depth = max(len(stage.moves_to(end)) for end in stage.ends) - min(above)
    return StageTables(children, places, chances, ends, starts, max(above), depth)


class Situation:
    """Where a match stands; the lists are filled in as they are needed.

    ``payoffs[end]`` is what each player gets, ``limits[information set]`` the thresholds of its actions and
    ``following[end]`` the next situation.
    """

    __slots__ = ("agents", "carried", "following", "limits", "payoffs", "states")

    def __init__(self, agents: tuple[Strategy, ...], states: tuple[Hashable, ...], carried: Carried) -> None:
        self.agents = agents
        self.states = states
        self.carried = carried
        self.payoffs: list[tuple[float, ...]] = []
        self.limits: list[list[float] | None] = []
        self.following: list[Situation | None] = []


class Situations:
    """The situations of a match that have been met."""

    def __init__(self, match: Match) -> None:
        self.match = match
        self.stage = match.stage
        self.rules = match.repetition.state
        self.types = type_profiles(match.stage)
        self.seen_by = [observations(match.stage, player).of_end for player in range(len(match.stage.players))]
        self.constant_payoffs = [tuple(row) for row in match.stage.payoffs.tolist()]
        self.most = max(16, KEPT_ENTRIES // (len(match.stage.ends) + len(match.stage.information_sets)))
        self.starts: dict[int, Situation] = {}
        self.met: dict[tuple[tuple[int, ...], tuple[Hashable, ...], Carried], Situation] = {}

    def start(self, node: int) -> Situation:
        """Return the situation in the first round, given the node at which its private types let rounds start."""
        found = self.starts.get(node)
        if found is None:
            found = self.starts[node] = self._first(node)
        return found

    def _first(self, node: int) -> Situation:
        types = self.types[node]
        agents = tuple(
            strategies[kind] if kind in strategies else next(iter(strategies.values()))
            for strategies, kind in zip(self.match.strategies, types, strict=True)
        )
        carried = () if self.rules is None else self.rules.start
        return self._at(agents, tuple(agent.start() for agent in agents), carried)

    def anew(self, here: Situation) -> Situation:
        """Return a situation as it is known now: after everything has been forgotten it knows of no other."""
        return self._at(here.agents, here.states, here.carried)

    def carrying(self, here: Situation, carried: Carried) -> Situation:
        """Return a situation as it is when something else than a round has changed what is carried."""
        return here if carried == here.carried else self._at(here.agents, here.states, carried)

    def forget(self) -> None:
        """Forget all situations; those that somebody holds go on to work."""
        self.starts.clear()
        self.met.clear()

    def limits(self, here: Situation, place: int) -> list[float]:
        """Return the thresholds of the actions at an information set."""
        known = here.limits[place]
        if known is None:
            player = self.stage.information_sets[place].player
            probabilities = here.agents[player].behaviour(here.states[player], place, here.carried)
            known = here.limits[place] = thresholds(_trembling(self._checked(probabilities, place), self.match.noise))
        return known

    def after(self, here: Situation, end: int) -> Situation:
        """Return the situation after a round that ended at an end (a place in ``stage.ends``)."""
        known = here.following[end]
        if known is None:
            payoffs = here.payoffs[end]
            states = tuple(
                agent.update(state, Seen(self.seen_by[player][end], payoffs[player], here.carried))
                for player, (agent, state) in enumerate(zip(here.agents, here.states, strict=True))
            )
            carried = here.carried if self.rules is None else self.rules.after(end, here.carried)
            known = here.following[end] = self._at(here.agents, states, carried)
        return known

    def _at(self, agents: tuple[Strategy, ...], states: tuple[Hashable, ...], carried: Carried) -> Situation:
        key = (tuple(id(agent) for agent in agents), states, carried)
        found = self.met.get(key)
        if found is None:
            if len(self.met) >= self.most:
                self.forget()
            found = self.met[key] = Situation(agents, states, carried)
            found.limits = [None] * len(self.stage.information_sets)
            found.following = [None] * len(self.stage.ends)
            found.payoffs = self.constant_payoffs if self.rules is None else [tuple(row) for row in self.rules.payoffs(carried).tolist()]
        return found

    def _checked(self, probabilities: Sequence[float], place: int) -> tuple[float, ...]:
        information_set = self.stage.information_sets[place]
        row = tuple(float(probability) for probability in probabilities)
        if len(row) != len(information_set.actions) or not min(row) >= 0 or not abs(sum(row) - 1) <= SUM_TOLERANCE:
            raise GameError(
                f"the strategy of {self.stage.players[information_set.player]} gives {list(row)} at {information_set.name!r}: "
                f"expected one probability for each of {', '.join(information_set.actions)}, at least 0 and summing to 1"
            )
        return row


def _trembling(probabilities: tuple[float, ...], noise: float) -> tuple[float, ...]:
    """Return the probabilities when with probability ``noise`` an action other than the intended one is taken, each alike."""
    if not noise or len(probabilities) == 1:
        return probabilities
    share = noise / (len(probabilities) - 1)
    return tuple((1 - noise) * probability + share * (1 - probability) for probability in probabilities)
