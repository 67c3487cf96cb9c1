"""Follow all courses of a match at once, with their probabilities: a finite Markov chain, without sampling error.

The chain's states are situations (``games.situations``): the private types, the state of each strategy and what is carried.
The probability of being in each is carried on from round to round. It stops after the last round; where chance or an outcome
ends play, when what is left is too improbable to matter; and where that takes long and no new situations turn up, with the
solution of the linear equations for all that is still to come.

Numbers are in double precision: each probability is the chance that the engines' draws choose an action.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, eye_array
from scipy.sparse.linalg import spsolve

from negotiation.errors import NotApplicableError
from negotiation.games.distribution import Distribution
from negotiation.games.repeated import Match
from negotiation.games.situations import CHANCE, Situation, Situations, StageTables, stage_tables
from negotiation.kernels.chains import doublings, through

__all__ = ["run"]

#: Play that goes on with a smaller probability is left out: a thousandth of what rounding loses of a probability near 1.
NEGLIGIBLE = 1e-19

#: Rounds after which the rest is left to linear equations, if no new situations turn up.
PATIENCE = 10_000

#: Rounds after which many are gone through at once, if no new situations turn up: setting this up costs about as many.
SOON = 64

#: Situations up to which that is done: the work grows with their third power.
FEW = 64

#: At most so many rounds at once, as a power of two.
LEAP = 10

#: Operations of a product of matrices up to which libraries do it on one thread. Sharing larger ones would cost more than it saves,
#: above all where sweeps keep all cores busy.
ON_ONE_THREAD = 2**18

#: Rounds between two reports of progress.
REPORT_EVERY = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Ends of a round, from one or more situations.

    Parameters
    ----------
    sources : ndarray of intp, shape (n,)
        The situation's number.
    probabilities : ndarray of float64, shape (n,)
    ends : ndarray of intp, shape (n,)
        Places in ``stage.ends``.
    targets : ndarray of intp, shape (n,)
        The number of the situation in the next round; -1 after an end that is the last.
    payoffs : ndarray of float64, shape (n, players)
    """

    sources: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    ends: NDArray[np.intp]
    targets: NDArray[np.intp]
    payoffs: NDArray[np.float64]


class Chain:
    """The situations of a match that have been met, and where each leads."""

    def __init__(self, match: Match, most: int | None = None) -> None:
        self.match = match
        self.over = np.array(match.ends_after)
        self._stage = stage_tables(match.stage)
        self._situations = Situations(match)
        self._most = self._situations.most if most is None else min(most, self._situations.most)
        self._numbers: dict[tuple[Situation, int], int] = {}
        self._places: list[tuple[Situation, int]] = []
        self._edges: list[Edges | None] = []
        self._joined: Edges | None = None

    def start(self) -> NDArray[np.float64]:
        """Return the probability of each situation in the first round."""
        reached = _reached(self._stage, 0, self._stage.chances.__getitem__, self._stage.starts)
        numbers = {self._number(self._situations.start(node), node): probability for node, probability in reached}
        return np.array([numbers[number] for number in range(len(numbers))])

    @property
    def size(self) -> int:
        """How many situations have been met."""
        return len(self._places)

    def is_closed(self) -> bool:
        """Whether it is known where every situation leads."""
        return None not in self._edges

    def edges(self, situations: list[int]) -> Edges:
        """Return where these situations lead; where all are known, those of all situations."""
        if self._joined is not None:
            return self._joined
        found = [self._edges_of(number) for number in situations]
        if not self.is_closed():
            return _joined(found)
        self._joined = _joined([edges for edges in self._edges if edges is not None])
        return self._joined

    def _edges_of(self, number: int) -> Edges:
        known = self._edges[number]
        if known is not None:
            return known
        here, start = self._places[number]
        stage, situations = self._stage, self._situations

        def _limits(node: int) -> list[float]:
            place = stage.places[node]
            return stage.chances[node] if place == CHANCE else situations.limits(here, place)

        reached = [(stage.ends[node], probability) for node, probability in _reached(stage, start, _limits, ())]
        targets = [-1 if self.over[end] else self._number(situations.after(here, end), start) for end, _ in reached]
        edges = self._edges[number] = Edges(
            np.full(len(reached), number),
            np.array([probability for _, probability in reached]),
            np.array([end for end, _ in reached]),
            np.array(targets),
            np.array([here.payoffs[end] for end, _ in reached]),
        )
        return edges

    def _number(self, here: Situation, start: int) -> int:
        number = self._numbers.get((here, start))
        if number is None:
            if len(self._places) >= self._most:
                raise NotApplicableError(
                    f"exact takes matches of this stage game in which at most {self._most:,} situations can come up (private "
                    "types, states of the strategies, what is carried); here there are more, so use batch or events"
                )
            number = self._numbers[here, start] = len(self._places)
            self._places.append((here, start))
            self._edges.append(None)
        return number


def _reached(stage: StageTables, root: int, limits: Callable[[int], Sequence[float]], stops: Container[int]) -> list[tuple[int, float]]:
    """Return the ends below a node (or the nodes in ``stops``) that are reached with positive probability, and this probability."""
    reached, waiting = [], [(root, 1.0)]
    while waiting:
        node, probability = waiting.pop()
        below = stage.children[node]
        if not below or node in stops:
            reached.append((node, probability))
            continue
        # The difference of two thresholds is the chance that a draw falls between them.
        steps = pairwise([0.0, *(min(limit, 1.0) for limit in limits(node))])
        waiting += [(child, probability * (upper - lower)) for child, (lower, upper) in zip(below, steps, strict=True) if upper > lower]
    return reached


def _joined(found: Sequence[Edges]) -> Edges:
    return Edges(
        np.concatenate([edges.sources for edges in found]),
        np.concatenate([edges.probabilities for edges in found]),
        np.concatenate([edges.ends for edges in found]),
        np.concatenate([edges.targets for edges in found]),
        np.concatenate([edges.payoffs for edges in found]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """What a round does in each of n situations, where another one can follow.

    Parameters
    ----------
    powers : tuple of ndarray, shape (n, n)
        Powers 1, 2, 4, ... of the matrix with the probability of going from one situation to another.
    over : ndarray, shape (n,)
        The probability that it is the last round.
    counts, last : ndarray, shape (n, ends)
        The probability of each end, and of each end that is the last.
    payoffs : ndarray, shape (n, players)
    """

    powers: tuple[NDArray[np.float64], ...]
    over: NDArray[np.float64]
    counts: NDArray[np.float64]
    last: NDArray[np.float64]
    payoffs: NDArray[np.float64]


class Flow:
    """The probabilities on their way through the rounds, and the sums over the rounds that they have been through."""

    def __init__(self, match: Match, most: int | None = None) -> None:
        self.chain = Chain(match, most)
        self.repetition = match.repetition
        self.discounts = np.array(match.repetition.discounts)
        self.mass = self.chain.start()
        self.weights = np.ones(len(self.discounts))
        self.last = np.zeros(len(match.stage.ends))
        self.counts = np.zeros(len(match.stage.ends))
        self.payoffs = np.zeros(len(self.discounts))
        self.lengths: list[float] = []
        self.mean = self.second_moment = 0.0
        self.latest_change = 0.0
        self._rounds: Rounds | None = None

    @property
    def round(self) -> int:
        """How many rounds the probabilities have been through."""
        return len(self.lengths)

    @property
    def left(self) -> float:
        """The probability that another round follows."""
        return float(self.mass.sum())

    @property
    def continuation(self) -> float:
        """The probability that another round follows one that no outcome made the last."""
        return 1.0 if self.repetition.continuation is None else self.repetition.continuation

    def step(self) -> None:
        """Go through one more round."""
        chain, left = self.chain, self.left
        edges = chain.edges(np.flatnonzero(self.mass).tolist())
        flow = self.mass[edges.sources] * edges.probabilities
        goes_on = ~chain.over[edges.ends]
        going = np.zeros_like(flow) if self.round + 1 == self.repetition.rounds else np.where(goes_on, self.continuation * flow, 0.0)
        stopping = flow - going
        self._add(edges, flow, stopping)
        change = self.weights * (flow @ edges.payoffs)
        self.payoffs += change
        self.latest_change = float(np.abs(change).max())
        self.weights *= self.discounts
        mass: NDArray[np.float64] = np.bincount(edges.targets[goes_on], going[goes_on], minlength=chain.size).astype(np.float64)
        self.mass = mass
        self.mean += left
        self.second_moment += (2 * self.round + 1) * left
        self.lengths.append(float(stopping.sum()))

    def _add(self, edges: Edges, flow: NDArray[np.float64], stopping: NDArray[np.float64]) -> None:
        ends = len(self.last)
        self.counts += np.bincount(edges.ends, flow, minlength=ends)
        self.last += np.bincount(edges.ends, stopping, minlength=ends)

    def leap(self) -> bool:
        """Go through many rounds at once where that can be done, and return whether it was.

        It goes no further than ``step`` would until play has died out, and leaves the last round that there may be to it.
        """
        if self.round < SOON or self.chain.size > FEW or not self.chain.is_closed():
            return False
        if self._rounds is None:
            self._rounds = self._all_rounds()
        masses = through(self.mass, self._rounds.powers)
        if self.repetition.rounds is not None:
            masses = masses[: self.repetition.rounds - self.round]
        left = masses.sum(axis=1)
        weights = self.weights * self.discounts ** np.arange(len(masses))[:, None]
        changes = weights * (masses @ self._rounds.payoffs)
        largest = np.abs(changes).max(axis=1)
        goes_on = (left > 0) & ((left > NEGLIGIBLE) | (np.append(self.latest_change, largest[:-1]) > NEGLIGIBLE))
        done = len(masses) - 1 if goes_on.all() else int(np.argmin(goes_on))
        if not done:
            return False
        self._add_rounds(self._rounds, masses[:done], left[:done])
        self.payoffs += changes[:done].sum(axis=0)
        self.latest_change = float(largest[done - 1])
        self.weights = self.weights * self.discounts**done
        self.mass = masses[done]
        return True

    def _add_rounds(self, rounds: Rounds, masses: NDArray[np.float64], left: NDArray[np.float64]) -> None:
        """Add rounds at whose start the probabilities are these, shape (rounds, n)."""
        visits = masses.sum(axis=0)
        self.counts += visits @ rounds.counts
        self.last += visits @ rounds.last
        self.mean += float(left.sum())
        self.second_moment += float((2 * np.arange(self.round, self.round + len(left)) + 1) @ left)
        self.lengths += (masses @ rounds.over).tolist()

    def _all_rounds(self) -> Rounds:
        edges, size, ends = self.chain.edges([]), self.chain.size, len(self.last)
        goes_on = ~self.chain.over[edges.ends]
        going = np.where(goes_on, self.continuation * edges.probabilities, 0.0)
        onward, counts, last = np.zeros((size, size)), np.zeros((size, ends)), np.zeros((size, ends))
        np.add.at(onward, (edges.sources[goes_on], edges.targets[goes_on]), going[goes_on])
        np.add.at(counts, (edges.sources, edges.ends), edges.probabilities)
        np.add.at(last, (edges.sources, edges.ends), edges.probabilities - going)
        payoffs = np.zeros((size, len(self.discounts)))
        np.add.at(payoffs, edges.sources, edges.probabilities[:, None] * edges.payoffs)
        leap = min(LEAP, (ON_ONE_THREAD // size**2).bit_length())
        return Rounds(doublings(onward, leap), last.sum(axis=1), counts, last, payoffs)

    def solve_rest(self) -> None:
        """Add all rounds that are still to come, by solving linear equations for the expected number of times in each situation."""
        edges, size, rounds = self.chain.edges([]), self.chain.size, self.round
        goes_on = ~self.chain.over[edges.ends]
        going = np.where(goes_on, self.continuation * edges.probabilities, 0.0)
        onward = coo_array((going[goes_on], (edges.targets[goes_on], edges.sources[goes_on])), shape=(size, size)).tocsc()

        def _visits(start: NDArray[np.float64], discount: float) -> NDArray[np.float64]:
            found: NDArray[np.float64] = spsolve((eye_array(size) - discount * onward).tocsc(), start)
            return found

        times = _visits(self.mass, 1.0)
        flow = times[edges.sources]
        self._add(edges, flow * edges.probabilities, flow * (edges.probabilities - going))
        for player, discount in enumerate(self.discounts.tolist()):
            weighted = _visits(self.mass * self.weights[player], discount)
            self.payoffs[player] += (weighted[edges.sources] * edges.probabilities) @ edges.payoffs[:, player]
        self.mean += float(times.sum())
        self.second_moment += float((2 * rounds + 1) * times.sum() + 2 * _visits(onward @ times, 1.0).sum())


def run(match: Match, *, progress: Callable[[int, int], None] | None = None, most: int | None = None) -> Distribution:
    """Return the distribution of what a match comes to.

    Parameters
    ----------
    match : Match
        Its replications and seed do not matter.
    progress : callable, optional
        Told now and then how many rounds are done, of how many, where there is a largest number of rounds.
    most : int, optional
        The largest number of situations that are listed; as many as there is room for if not given.

    Returns
    -------
    Distribution

    Raises
    ------
    NotApplicableError
        If more situations can come up than can be listed, expected payoffs are not finite, or the match has a clock or channels.
    """
    if match.repetition.clock is not None or match.channels:
        asks = "a clock" if match.repetition.clock is not None else "several channels"
        raise NotApplicableError(f"exact follows rounds, not time, and this match has {asks}: only a sample can be drawn")
    flow, last, notes = Flow(match, most), match.repetition.rounds, match.notes
    while flow.left > 0 and (flow.left > NEGLIGIBLE or flow.latest_change > NEGLIGIBLE):
        reported = flow.round // REPORT_EVERY
        if not flow.leap():
            flow.step()
        if progress is not None and last is not None and flow.round // REPORT_EVERY > reported:
            progress(flow.round, last)
        if last is None and flow.round >= PATIENCE and flow.chain.is_closed():
            longer = flow.left
            flow.solve_rest()
            return _distribution(match, flow, longer, notes)
    if flow.left > 0:
        notes = (*notes, _left_out(flow))
    return _distribution(match, flow, flow.left, notes)


def _left_out(flow: Flow) -> str:
    return (
        f"play that goes on after round {flow.round} is left out: its probability is {flow.left:.1g}, and round {flow.round} changed no "
        f"expected payoff by more than {flow.latest_change:.1g}"
    )


def _distribution(match: Match, flow: Flow, longer: float, notes: tuple[str, ...]) -> Distribution:
    if not np.isfinite(flow.payoffs).all():
        raise NotApplicableError("exact finds no finite expected payoffs: what is carried makes them grow faster than play dies out")
    variance = max(flow.second_moment - flow.mean**2, 0.0)
    lengths = np.array(flow.lengths)
    return Distribution(match, "exact", flow.last, flow.counts, lengths, longer, flow.payoffs, flow.mean, variance, notes)
