"""Random clocks for random matches, and a plain loop that plays a match with one: no events, no processes."""

import math
import random
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from negotiation.games.clock import Clock, Deadline, Window
from negotiation.games.durations import Duration, quantiles
from negotiation.games.extensive_form import Decision
from negotiation.games.situations import CHANCE, Situations, choose, stage_tables
from negotiation.kernels.philox import DELAYS, MOVES, TYPES, draw

PER_UNIT = 3 * 10**9

LAWS = (
    Duration("fixed", (Fraction(0),)),
    Duration("fixed", (Fraction(1, 3),)),
    Duration("fixed", (Fraction(1),)),
    Duration("uniform", (Fraction(0), Fraction(2))),
    Duration("exponential", (Fraction(3, 2),)),
    Duration("gamma", (Fraction(1, 2), Fraction(2))),
    Duration("lognormal", (Fraction(1), Fraction(1))),
    Duration("empirical", (Fraction(0), Fraction(1, 3), Fraction(2))),
)


def ticks(units):
    return int(units * PER_UNIT)


def with_clock(match, seed, *, deadlines=True, windows=True):
    """The match with a random clock; many of its times are fixed, so that many are equal."""
    rng = random.Random(seed)  # noqa: S311  # clocks for tests, no secrets
    stage = match.stage
    actions = [stage.actions_at(number) for number in range(len(stage.nodes))]
    players = range(len(stage.players))
    clock = Clock(
        "days",
        PER_UNIT,
        LAWS,
        table(rng, actions, range(len(LAWS))),
        rng.randrange(len(LAWS)),
        tuple(random_deadline(rng, stage, node) if deadlines else None for node in range(len(stage.nodes))),
        None,
        tuple(rng.choice((0.0, 0.1)) for _ in players),
        tuple(rng.choice((0.0, 0.05)) for _ in players),
        random_windows(rng, actions) if windows else (),
    )
    return replace(match, repetition=replace(match.repetition, clock=clock))


def table(rng, actions, places):
    return tuple(tuple(rng.choice(places) for _ in names) for names in actions)


def random_deadline(rng, stage, node):
    if not isinstance(stage.nodes[node], Decision) or rng.random() < 0.6:
        return None
    return Deadline(ticks(rng.choice((Fraction(1, 3), Fraction(1), Fraction(3)))), rng.randrange(len(stage.actions_at(node))))


def random_windows(rng, actions):
    """Two that overlap; in the first moves take other times."""
    everything = [(node, action) for node, names in enumerate(actions) for action in range(len(names))]
    closing = frozenset(move for move in everything if rng.random() < 0.3)
    slow, same = table(rng, actions, (-1, -1, *range(len(LAWS)))), table(rng, actions, (-1,))
    return Window("talks", ticks(1), ticks(3), slow, closing), Window("truce", ticks(2), ticks(4), same, closing)


@dataclass
class Plain:
    """What a replication comes to in a plain loop."""

    ends: list
    payoffs: list
    elapsed: int = 0

    def pay(self, match, payoffs, t, now):
        for player, payoff in enumerate(payoffs):
            by_round = match.repetition.discounts[player] ** t
            self.payoffs[player] += by_round * math.exp(-match.repetition.clock.rates[player] * now / PER_UNIT) * payoff

    def over(self, match, now):
        clock, units = match.repetition.clock, now / PER_UNIT
        for player, (rate, cost) in enumerate(zip(clock.rates, clock.costs, strict=True)):
            self.payoffs[player] -= cost * ((1 - math.exp(-rate * units)) / rate if rate else units)
        self.elapsed = now
        return self


def drawn(clock, law, uniform):
    """A time in ticks: exact where it is fixed, else the nearest tick."""
    duration = clock.durations[law]
    if duration.law in ("fixed", "empirical"):
        return ticks(duration.parameters[int(uniform * len(duration.parameters))])
    return round(float(quantiles(duration, np.array([uniform]))[0]) * PER_UNIT)


def opened(clock, node, action, time):
    """The first time from this one on that lies in no window that closes an action."""
    while True:
        inside = [window for window in clock.windows if (node, action) in window.closed and window.start <= time < window.stop]
        if not inside:
            return time
        time = max(window.stop for window in inside)


def first_node(match, tables, replication):
    """Where rounds start once private types are drawn."""
    node = 0
    for place in range(tables.type_moves):
        if node not in tables.starts:
            node = tables.children[node][choose(tables.chances[node], draw(match.seed, replication, place, family=TYPES))]
    return node


def what_comes(clock, node, action, now, uniform):
    """When a move is made that was chosen now, and which one it is."""
    law = clock.moves[node][action]
    for window in clock.windows:
        if window.start <= now < window.stop and window.moves[node][action] >= 0:
            law = window.moves[node][action]
    time, deadline = opened(clock, node, action, now + drawn(clock, law, uniform)), clock.deadlines[node]
    if deadline is not None and time > now + deadline.after:
        return opened(clock, node, deadline.action, now + deadline.after), deadline.action
    return time, action


def play_plainly(match, replication):
    """Play a replication of a match with a clock, move by move."""
    clock, repetition, tables, number = match.repetition.clock, match.repetition, stage_tables(match.stage), match.first + replication
    situations, random_horizon = Situations(match), repetition.continuation is not None
    width = max(1, random_horizon + tables.depth)
    start = first_node(match, tables, number)
    here, now, found, t = situations.start(start), 0, Plain([], [0.0] * len(match.stage.players)), 0
    while True:
        node, move = start, 0
        while tables.children[node]:
            limits = tables.chances[node] if tables.places[node] == CHANCE else situations.limits(here, tables.places[node])
            action = choose(limits, draw(match.seed, number, t * width + random_horizon + move, family=MOVES))
            delay = draw(match.seed, number, t * (1 + tables.depth) + 1 + move, family=DELAYS)
            now, action = what_comes(clock, node, action, now, delay)
            node, move = tables.children[node][action], move + 1
        found.pay(match, here.payoffs[tables.ends[node]], t, now)
        found.ends.append(tables.ends[node])
        stops = random_horizon and draw(match.seed, number, t * width, family=MOVES) >= repetition.continuation
        if match.ends_after[tables.ends[node]] or t + 1 == repetition.rounds or stops:
            return found.over(match, now)
        here = situations.after(here, tables.ends[node])
        now += drawn(clock, clock.pause, draw(match.seed, number, t * (1 + tables.depth), family=DELAYS))
        t += 1
