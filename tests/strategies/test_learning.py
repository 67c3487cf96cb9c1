"""Strategies that learn: their rules step by step against plain re-implementations, and what they come to."""

import math
from functools import partial

import numpy as np
import pytest
from demands import menu
from stages import GrowingBill, chance_chain, crisis, dilemma, match_of, scripted, simultaneous, typed_crisis

from negotiation.engines import events
from negotiation.errors import ParameterError
from negotiation.exact.best_reply import best_reply, reach_of_others
from negotiation.games.foregone import foregone_ends
from negotiation.games.repeated import Seen, observations
from negotiation.games.seat import Seat
from negotiation.strategies import epsilon_greedy, fictitious_play, regret_matching, roth_erev

PENNIES = (((1, -1), (-1, 1)), ((-1, 1), (1, -1)))
#: Rock, paper, scissors.
CYCLE = [[(0, 0), (-1, 1), (1, -1)], [(1, -1), (0, 0), (-1, 1)], [(-1, 1), (1, -1), (0, 0)]]


def pennies():
    return simultaneous(PENNIES, ("heads", "tails"), ("heads", "tails"))


def seen(seat, *actions, payoff=None):
    """A round with these moves, first to last, as its player saw it."""
    stage = seat.stage
    end = next(place for place, node in enumerate(stage.ends) if stage.path_to(node) == actions)
    paid = stage.payoffs[end, seat.player] if payoff is None else payoff
    return Seen(observations(stage, seat.player).of_end[end], float(paid), seat.start)


def test_fictitious_play_of_matching_pennies_goes_as_brown_computed():
    """Counts start alike, ties go to heads: a plain re-implementation makes the same 200 moves."""
    stage = pennies()
    players = [fictitious_play.strategy(Seat(stage, player)) for player in (0, 1)]
    rounds = events.trace(match_of(stage, *players, rounds=200)).rounds
    table = np.array(PENNIES)
    counts, expected = np.ones((2, 2)), []
    for _ in range(200):
        row = int(np.argmax(table[:, :, 0] @ counts[1]))
        column = int(np.argmax(counts[0] @ table[:, :, 1]))
        expected.append((row, column))
        counts[0][row] += 1
        counts[1][column] += 1
    assert [tuple(("heads", "tails").index(move.action) for move in entry.moves) for entry in rounds] == expected


def test_fictitious_play_of_a_zero_sum_game_comes_to_its_value():
    """Robinson (1951): in rock, paper, scissors the shares of play come to one third each."""
    names = ("rock", "paper", "scissors")
    stage = simultaneous(CYCLE, names, names)
    players = [fictitious_play.strategy(Seat(stage, player)) for player in (0, 1)]
    rounds = events.trace(match_of(stage, *players, rounds=3000)).rounds
    shares = [sum(entry.moves[0].action == name for entry in rounds) / 3000 for name in names]
    assert shares == pytest.approx([1 / 3] * 3, abs=0.05)


def test_fictitious_play_in_a_tree_counts_what_was_done_knowing_as_much():
    """The challenger demands once refusals are rare enough: he gets 2 or, acting, 1; waiting gets 0. The target expects the act."""
    stage = crisis()
    own = fictitious_play.strategy(Seat(stage, 1))
    state = own.start()
    assert own.behaviour(state, 1, ()) == (0, 1)  # -2 for accepting, -1/2 expected for refusing
    for _ in range(5):
        state = own.update(state, seen(Seat(stage, 1), "ultimatum", "refuse", "act"))
    assert own.behaviour(state, 1, ()) == (0, 1)  # even a sure act costs 1 only
    assert state == ((0, 5), (0, 5))


def test_private_types_are_one_situation_because_nobody_else_sees_them():
    own = fictitious_play.strategy(Seat(typed_crisis(), 1))
    assert own.known.sizes == (2,)
    assert len(own.known.situations) == 2


def test_a_window_forgets():
    stage = pennies()
    seat = Seat(stage, 0)
    own, everything = fictitious_play.strategy(seat, window=2), fictitious_play.strategy(seat)
    states = [own.start(), everything.start()]
    for rival in ("tails", "tails", "tails", "heads", "heads"):
        states = [one.update(state, seen(seat, "heads", rival)) for one, state in zip((own, everything), states, strict=True)]
    assert own.behaviour(states[0], 0, ()) == (1, 0)
    assert everything.behaviour(states[1], 0, ()) == (0, 1)
    assert len(states[0]) == 2


def test_the_best_reply_is_that_of_the_payoffs_in_the_round():
    """Waiting costs a bill that has grown to 8: then even standing down is better."""
    stage = crisis()
    rules = GrowingBill(stage, "acted", 0.5, 16.0)
    own = fictitious_play.strategy(Seat(stage, 0, None, rules))
    assert own.behaviour(own.start(), 2, (0.5,)) == (0, 1)
    assert own.behaviour(own.start(), 2, (8.0,)) == (1, 0)


@pytest.mark.parametrize("player", [0, 1])
def test_the_best_reply_beats_every_plan(player):
    """Against random ways to play on a tree with several of the player's moves, by enumeration of all his plans."""
    from itertools import product

    stage, generator = menu(), np.random.default_rng(3)
    own = [number for number, place in enumerate(stage.information_sets) if place.player == player]
    for _ in range(5):
        rows = [generator.dirichlet(np.ones(len(place.actions))) for place in stage.information_sets]
        reach = reach_of_others(stage, player, lambda place, rows=rows: rows[place])
        payoffs = stage.payoffs[:, player].tolist()
        chosen = best_reply(stage, player, reach, payoffs)

        def worth(plan, reach=reach, payoffs=payoffs):
            total = 0.0
            for end, payoff in zip(stage.ends, payoffs, strict=True):
                moves = ((node, action) for node, action in stage.moves_to(end))
                fits = all(plan.get(stage.nodes[node].information_set, action) == action for node, action in moves)
                total += reach[end] * payoff * fits
            return total

        sizes = [range(len(stage.information_sets[place].actions)) for place in own]
        options = product(*sizes) if math.prod(map(len, sizes)) <= 5000 else (tuple(map(generator.choice, sizes)) for _ in range(500))
        assert worth(chosen) >= max(worth(dict(zip(own, plan, strict=True))) for plan in options) - 1e-12


def test_ties_go_to_the_first_action():
    stage = pennies()
    assert best_reply(stage, 0, reach_of_others(stage, 0, lambda _: (0.5, 0.5)), [1, -1, -1, 1]) == {0: 0}


def test_a_matrix_tells_what_other_actions_would_have_paid_and_a_tree_often_does_not():
    assert len(foregone_ends(Seat(dilemma(), 0))) == 4
    stage = crisis()
    told = foregone_ends(Seat(stage, 0))
    # After a refusal the challenger knows what acting and standing down pay; what a demand would have brought he never learns from waiting.
    assert {place for _, place in told} == {2, 0}
    of_end = observations(stage, 0).of_end
    quiet = of_end[next(n for n, end in enumerate(stage.ends) if stage.nodes[end].outcome == "quiet")]
    assert (quiet, 0) not in told
    assert foregone_ends(Seat(typed_crisis(), 1)) == {}


def plain_regret_matching(moves, payoffs, inertia):
    """Hart and Mas-Colell (2000), equation 2.2, for the row player: the probabilities of the next move."""
    size = len(payoffs)
    last, times = moves[-1][0], len(moves)
    row = np.zeros(size)
    for other in range(size):
        if other != last:
            gains = [payoffs[other][theirs] - payoffs[own][theirs] for own, theirs in moves if own == last]
            row[other] = max(0.0, sum(gains) / times) / inertia
    row[last] = 1 - row.sum()
    return row


def test_regret_matching_follows_its_formula():
    names = ("rock", "paper", "scissors")
    stage = simultaneous(CYCLE, names, names)
    seat = Seat(stage, 0)
    own, generator = regret_matching.strategy(seat), np.random.default_rng(2)
    state, moves = own.start(), []
    assert own.behaviour(state, 0, ()) == pytest.approx([1 / 3] * 3)
    for _ in range(40):
        moves.append(tuple(generator.integers(0, 3, 2)))
        state = own.update(state, seen(seat, *(names[move] for move in moves[-1])))
        expected = plain_regret_matching(moves, [[cell[0] for cell in row] for row in CYCLE], 2 * 2 * 2)
        assert own.behaviour(state, 0, ()) == pytest.approx(expected, abs=1e-12)


def test_regret_matching_learns_to_defect():
    stage = dilemma()
    players = [regret_matching.strategy(Seat(stage, player)) for player in (0, 1)]
    record = events.run(match_of(stage, *players, rounds=400, replications=10))
    assert record.outcomes["defect, defect"] > 0.8


def test_regrets_that_cannot_be_known_are_estimated_without_bias():
    """Hart and Mas-Colell (2001): the expected change of an estimate is the chance of the action times what the other one pays more."""
    stage = crisis()
    seat = Seat(stage, 0)
    own = regret_matching.strategy(seat, exploration=0.3)
    state = own.start()
    state = own.update(state, seen(seat, "ultimatum", "accept"))
    row = own.behaviour(state, 0, ())
    assert min(row) >= 0.15
    paths = [("wait",), ("ultimatum", "accept")]
    before = np.array(state[0][2]).reshape(2, 2)
    change = sum(
        p * (np.array(own.update(state, seen(seat, *path))[0][2]).reshape(2, 2) - before) for p, path in zip(row, paths, strict=True)
    )
    paid = [0.0, 2.0]
    for action in (0, 1):
        assert change[action, 1 - action] == pytest.approx(row[action] * (paid[1 - action] - paid[action]), abs=1e-12)


def test_regret_matching_in_a_crisis_learns_what_acting_pays():
    stage = crisis()
    own = regret_matching.strategy(Seat(stage, 0))
    record = events.run(match_of(stage, own, scripted(Seat(stage, 1), ["refuse"]), rounds=2000, replications=5, seed=1))
    assert record.outcomes["acted"] > 0.6


def test_roth_erev_follows_its_formula():
    """Erev and Roth (1998): q <- (1 - phi) q + E, E = (1 - eps) R for the action taken, eps R / (n - 1) for the others."""
    seat = Seat(dilemma(), 0)
    own = roth_erev.strategy(seat, initial=2, forgetting=0.1, experimentation=0.2)
    state = own.start()
    assert state == ((2, 2),)
    state = own.update(state, seen(seat, "defect", "cooperate"))
    assert state == (pytest.approx((0.9 * 2 + 0.2 * 5, 0.9 * 2 + 0.8 * 5)),)
    state = own.update(state, seen(seat, "cooperate", "defect"))
    assert state == (pytest.approx((0.9 * 2.8, 0.9 * 5.8)),)
    assert own.behaviour(state, 0, ()) == pytest.approx((2.8 / 8.6, 5.8 / 8.6))


def test_only_information_sets_that_were_reached_are_reinforced():
    seat = Seat(crisis(), 0)
    own = roth_erev.strategy(seat)
    state = own.update(own.start(), seen(seat, "wait"))
    assert state[1] == own.start()[1]
    assert state[0] != own.start()[0]
    assert own.update(own.start(), seen(seat, "wait", payoff=-50))[0] == pytest.approx((2.7, 2.7))


def test_epsilon_greedy_averages_and_takes_the_best():
    seat = Seat(dilemma(), 0)
    own = epsilon_greedy.strategy(seat, epsilon=0.2)
    state = own.start()
    assert own.behaviour(state, 0, ()) == pytest.approx((0.5, 0.5))
    for actions in (("defect", "cooperate"), ("defect", "defect"), ("cooperate", "cooperate")):
        state = own.update(state, seen(seat, *actions))
    assert state == (((3, 3),), ((1, 2),))
    assert own.behaviour(state, 0, ()) == pytest.approx((0.5, 0.5))
    state = own.update(state, seen(seat, "cooperate", "defect"))
    assert state[0] == ((1.5, 3),)
    assert own.behaviour(state, 0, ()) == pytest.approx((0.1, 0.9))


def test_epsilon_greedy_moves_by_its_step():
    seat = Seat(dilemma(), 0)
    own = epsilon_greedy.strategy(seat, epsilon=0, step=0.25, initial=1)
    state = own.update(own.start(), seen(seat, "defect", "cooperate"))
    assert state == (((1, 2),), ())
    assert own.behaviour(state, 0, ()) == (0, 1)


@pytest.mark.parametrize("make", [partial(roth_erev.strategy, experimentation=0.02), epsilon_greedy.strategy])
def test_reinforcement_learns_to_act_against_who_refuses(make):
    """Acting pays 1, standing down -1 and waiting 0; by chance he would act in a quarter of the rounds."""
    stage = crisis()
    record = events.run(match_of(stage, make(Seat(stage, 0)), scripted(Seat(stage, 1), ["refuse"]), rounds=1500, replications=10, seed=3))
    assert record.outcomes["acted"] > 0.5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda seat: fictitious_play.strategy(seat, window=0), "window: must be a whole number of at least 1"),
        (lambda seat: fictitious_play.strategy(seat, weight=0), "weight: must be above 0"),
        (lambda seat: regret_matching.strategy(seat, inertia=0), "inertia must be above 0"),
        (lambda seat: regret_matching.strategy(seat, exploration=0), r"exploration in \(0, 1\)"),
        (lambda seat: roth_erev.strategy(seat, initial=0), "initial: must be above 0"),
        (lambda seat: roth_erev.strategy(seat, forgetting=2), "forgetting: must lie in"),
        (lambda seat: epsilon_greedy.strategy(seat, step=0), "step: must be above 0"),
        (lambda seat: epsilon_greedy.strategy(seat, epsilon="some"), "epsilon: expected a number"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make(Seat(dilemma(), 0))


@pytest.mark.parametrize("make", [fictitious_play.strategy, regret_matching.strategy, roth_erev.strategy, epsilon_greedy.strategy])
def test_who_never_moves_has_nothing_to_learn(make):
    stage = chance_chain(("strike", "1/2"), payoffs={"strike": 1, "next": 0})
    own = make(Seat(stage, 0))
    record = events.run(match_of(stage, own, rounds=5))
    assert record.rounds.tolist() == [5]
