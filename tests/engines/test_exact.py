"""The exact engine: closed forms, an enumeration of all courses of play, the sample that the batch engine draws."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_matches import Counter, random_match
from shipped import scenario
from stages import GrowingBill, chance_chain, crisis, dilemma, match_of, typed_crisis

from negotiation.engines import batch, exact
from negotiation.errors import NotApplicableError
from negotiation.games import situations
from negotiation.games.extensive_form import Chance, End
from negotiation.games.record import HORIZON, Estimate
from negotiation.games.repeated import Seen, observations, type_profiles
from negotiation.games.seat import Seat
from negotiation.play import match as scenario_match
from negotiation.strategies import always, grim_trigger, random, tit_for_tat

STANDARD_ERRORS = 4

#: Sums of some thousand products in double precision.
ROUNDING = 1e-11


def seats(stage, *makers):
    return tuple(maker(Seat(stage, player)) for player, maker in enumerate(makers))


def memoryless(**options):
    """Each round costs 0.1; accept with 0.05 (4), else act with 0.3 (2.2), else pay a bill of 0.5 that grows by a fifth."""
    stage = chance_chain(("signed", "0.05"), ("acted", "0.3"), payoffs={"signed": 3.9, "acted": 2.1, "postponed": -0.1}, onward="postponed")
    bill = GrowingBill(stage, "postponed", 0.5, 1.2)
    options = {"rounds": 400, "over_when": ("signed", "acted"), "discounts": (0.9,), "state": bill} | options
    return match_of(stage, random.strategy(Seat(stage, 0)), **options)


def test_memoryless_play_with_a_growing_bill_has_its_closed_form():
    """With s = 0.95 * 0.7: Pr(signed) = 0.05/(1-s), mean 1/(1-s), variance s/(1-s)^2, and the value of theory."""
    found = exact.run(memoryless())
    s = 0.95 * 0.7
    assert found.ends["signed"] == pytest.approx(0.05 / (1 - s), abs=ROUNDING)
    assert found.mean_rounds == pytest.approx(1 / (1 - s), abs=ROUNDING)
    assert found.variance_rounds == pytest.approx(s / (1 - s) ** 2, abs=ROUNDING)
    printed = (found.ends["signed"], found.mean_rounds, found.variance_rounds, found.payoffs[0])
    assert printed == pytest.approx((0.149253731, 2.985074627, 5.925595901, 0.630795005), abs=1e-9)
    np.testing.assert_allclose(found.lengths, (1 - s) * s ** np.arange(len(found.lengths)), atol=1e-15)


def test_what_is_left_out_is_said():
    found = exact.run(memoryless())
    assert found.notes == (
        "play that goes on after round 130 is left out: its probability is 9e-24, "
        "and round 130 changed no expected payoff by more than 9e-20",
    )
    assert found.longer == pytest.approx((0.95 * 0.7) ** 130, rel=1e-9)
    assert exact.run(memoryless(rounds=3)).notes == ()


@settings(max_examples=50, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.05, 0.9), st.floats(0.3, 1.0), st.integers(1, 60))
def test_a_match_that_is_broken_off_pays_a_geometric_sum(breakdown, prize, discount, rounds):
    """Each round pays ``prize`` unless it breaks down (for nothing): the sum of (discount * (1 - breakdown))^k."""
    stage = chance_chain(("broken", breakdown), payoffs={"broken": 0, "next": prize})
    found = exact.run(match_of(stage, random.strategy(Seat(stage, 0)), rounds=rounds, over_when=("broken",), discounts=(discount,)))
    survival = 1 - breakdown
    value = sum(survival * prize * (discount * survival) ** k for k in range(rounds))
    assert found.payoffs[0] == pytest.approx(value, rel=1e-10)
    assert found.last_outcomes.get("next", 0.0) == pytest.approx(survival**rounds, abs=ROUNDING)
    assert found.mean_rounds == pytest.approx((1 - survival**rounds) / breakdown, rel=1e-10)


@pytest.mark.parametrize("continuation", [0.3, 0.9, 0.99, 0.9999])
def test_a_random_horizon_is_geometric_however_long(continuation):
    """Mean 1/(1-c), variance c/(1-c)^2; the last of these is solved as linear equations."""
    stage = dilemma()
    found = exact.run(match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=None, continuation=continuation))
    assert found.ends == {HORIZON: pytest.approx(1)}
    assert found.mean_rounds == pytest.approx(1 / (1 - continuation), rel=1e-10)
    assert found.variance_rounds == pytest.approx(continuation / (1 - continuation) ** 2, rel=1e-9)
    assert found.payoffs[0] == pytest.approx((3 + 0 + 5 + 1) / 4 / (1 - continuation), rel=1e-10)
    assert found.lengths.sum() + found.longer == pytest.approx(1, abs=1e-10)


def test_linear_equations_give_what_following_all_rounds_gives(monkeypatch):
    stage = dilemma()
    for noise in (0.0, 0.07):
        match = match_of(
            stage,
            *seats(stage, tit_for_tat.strategy, grim_trigger.strategy),
            rounds=None,
            continuation=0.97,
            noise=noise,
            discounts=(0.9, 1.0),
        )
        followed = exact.run(match)
        with monkeypatch.context() as patch:
            patch.setattr(exact, "PATIENCE", 5)
            solved = exact.run(match)
        assert len(solved.lengths) == 5
        for name in ("last", "counts", "payoffs", "mean_rounds", "variance_rounds"):
            np.testing.assert_allclose(getattr(solved, name), getattr(followed, name), rtol=1e-10)


def test_noisy_tit_for_tat_against_itself_is_a_chain_of_four_states():
    """The textbook chain on (CC, CD, DC, DD): each repeats the other's last move, and errs with probability e (Molander 1985)."""
    stage, error, rounds = dilemma(), 0.05, 30
    match = match_of(stage, *seats(stage, tit_for_tat.strategy, tit_for_tat.strategy), rounds=rounds, noise=error, discounts=(0.95, 1.0))
    found = exact.run(match)
    right = np.array([[1 - error, error], [error, 1 - error]])
    chain = np.array(
        [[right[second, one] * right[first, other] for one in (0, 1) for other in (0, 1)] for first in (0, 1) for second in (0, 1)]
    )
    shares, row = np.kron(right[0], right[0]), np.array([3, 0, 5, 1])
    counts, payoff = np.zeros(4), 0.0
    for t in range(rounds):
        counts += shares
        payoff += 0.95**t * shares @ row
        shares = shares @ chain
    np.testing.assert_allclose(found.counts, counts, atol=ROUNDING)
    assert found.payoffs[0] == pytest.approx(payoff, abs=ROUNDING)


def plain_row(match, agents, move, states, carried):
    """The probability of each action at a move."""
    if isinstance(move, Chance):
        return [float(p) for p in move.probabilities]
    player = match.stage.information_sets[move.information_set].player
    row = agents[player].behaviour(states[player], move.information_set, carried)
    others = len(row) - 1
    return [(1 - match.noise) * p + match.noise * (1 - p) / others for p in row] if others else row


def courses(match, start, rounds):
    """Every course of a match from a node at which rounds start: (probability, ends), in the plainest way."""
    stage, rules = match.stage, match.repetition.state
    kinds = type_profiles(stage)[start]
    agents = [given.get(kind, next(iter(given.values()))) for given, kind in zip(match.strategies, kinds, strict=True)]
    seen = [observations(stage, player).of_end for player in range(len(stage.players))]

    def walk(node, probability, states, carried):
        move = stage.nodes[node]
        if isinstance(move, End):
            yield stage.ends.index(node), probability
            return
        for child, p in zip(move.children, plain_row(match, agents, move, states, carried), strict=True):
            yield from walk(child, probability * p, states, carried) if p else ()

    def play(probability, states, carried, ends, payoffs):
        table = stage.payoffs if rules is None else rules.payoffs(carried)
        for end, p in walk(start, probability, states, carried):
            now = [*payoffs, table[end]]
            if match.ends_after[end] or len(now) == rounds:
                yield p, (*ends, end), now
                continue
            after = tuple(
                agent.update(state, Seen(seen[player][end], float(table[end, player]), carried))
                for player, (agent, state) in enumerate(zip(agents, states, strict=True))
            )
            yield from play(p, after, carried if rules is None else rules.after(end, carried), (*ends, end), now)

    yield from play(1.0, tuple(agent.start() for agent in agents), () if rules is None else rules.start, (), [])


def type_chances(stage, node=0, probability=1.0):
    """The nodes at which rounds start, with their probabilities."""
    if node not in stage.type_moves:
        return {node: probability}
    move = stage.nodes[node]
    found = {}
    for child, p in zip(move.children, move.probabilities, strict=True):
        found |= type_chances(stage, child, probability * float(p))
    return found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 3))
def test_all_courses_of_short_matches_add_up_to_it(seed, rounds):
    """Enumerated one by one, with types, carried state, noise and any strategies; without chance ending play."""
    match = random_match(seed)
    repetition = dataclasses.replace(match.repetition, rounds=rounds, continuation=None)
    match = dataclasses.replace(match, repetition=repetition)
    found = exact.run(match)
    last, counts, lengths = np.zeros(len(match.stage.ends)), np.zeros(len(match.stage.ends)), np.zeros(rounds)
    payoffs, discounts = np.zeros(len(match.stage.players)), np.array(match.repetition.discounts)
    for start, chance in type_chances(match.stage).items():
        for probability, ends, rows in courses(match, start, rounds):
            last[ends[-1]] += chance * probability
            lengths[len(ends) - 1] += chance * probability
            for t, (end, row) in enumerate(zip(ends, rows, strict=True)):
                counts[end] += chance * probability
                payoffs += chance * probability * discounts**t * row
    np.testing.assert_allclose(found.last, last, atol=ROUNDING)
    np.testing.assert_allclose(found.counts, counts, atol=ROUNDING)
    np.testing.assert_allclose(found.payoffs, payoffs, atol=ROUNDING * 100)
    np.testing.assert_allclose(np.pad(found.lengths, (0, rounds - len(found.lengths))), lengths, atol=ROUNDING)


def is_close(sample, expected):
    """Whether a sample mean is within its standard errors, or equal where all of the sample is."""
    return abs(sample.mean - expected) <= STANDARD_ERRORS * sample.standard_error + ROUNDING * (1 + abs(expected))


@pytest.mark.parametrize("seed", range(60))
def test_samples_agree_within_their_standard_errors(seed):
    """Fixed seeds, so a rare sample cannot fail by chance; a share's error is that of its true probability."""
    match = random_match(seed, bounded=True, replications=3000)
    found, sample = exact.run(match), batch.run(match)
    assert is_close(sample.round_estimate, found.mean_rounds)
    for player, expected in zip(match.stage.players, found.payoffs, strict=True):
        assert is_close(sample.payoff_estimates[player], expected)
    for name in found.ends.keys() | sample.ends.keys():
        share = found.ends.get(name, 0.0)
        error = math.sqrt(max(share * (1 - share), 0) / 3000)
        assert abs(sample.ends.get(name, 0.0) - share) <= STANDARD_ERRORS * error + ROUNDING


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_probabilities_sum_to_one_and_rounds_to_their_mean(seed):
    found = exact.run(random_match(seed, bounded=True))
    assert found.last.sum() == pytest.approx(1, abs=ROUNDING)
    assert found.lengths.sum() + found.longer == pytest.approx(1, abs=ROUNDING)
    assert found.counts.sum() == pytest.approx(found.mean_rounds, rel=ROUNDING)
    assert found.mean_rounds == pytest.approx((found.lengths * np.arange(1, len(found.lengths) + 1)).sum(), rel=1e-9)
    assert sum(found.ends.values()) == pytest.approx(1, abs=ROUNDING)


def test_private_types_are_weighed_by_their_probabilities():
    """A tough challenger (1/4) makes an ultimatum in each of two rounds, a weak one waits; the target always accepts (1, -1)."""
    stage = typed_crisis()
    challenger = {kind: always.strategy(Seat(stage, 0, kind), action=move) for kind, move in (("tough", "ultimatum"), ("weak", "wait"))}
    found = exact.run(match_of(stage, challenger, always.strategy(Seat(stage, 1), action="accept"), rounds=2))
    assert found.outcomes == {"quiet": 0.75, "signed": 0.25}
    np.testing.assert_allclose(found.payoffs, [0.5, -0.5])


def test_in_a_single_round_every_outcome_is_an_end():
    stage = crisis()
    found = exact.run(match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=1))
    assert found.ends == found.last_outcomes == {"quiet": 0.5, "signed": 0.25, "climbed down": 0.125, "acted": 0.125}
    assert found.round_estimate == Estimate(1.0, None)
    assert found.round_deviation == 0


def test_seed_and_replications_do_not_matter():
    match = memoryless()
    one, other = exact.run(match), exact.run(dataclasses.replace(match, seed=9, replications=17))
    np.testing.assert_array_equal(one.payoffs, other.payoffs)


def test_too_many_situations_are_refused(monkeypatch):
    monkeypatch.setattr(situations, "KEPT_ENTRIES", 600)
    stage = dilemma()
    counters = [Counter(tuple(len(place.actions) for place in stage.information_sets)) for _ in range(2)]
    message = (
        r"exact takes matches of this stage game in which at most 100 situations can come up .* here there are more, so use batch or events"
    )
    with pytest.raises(NotApplicableError, match=message):
        exact.run(match_of(stage, *counters, rounds=40))


def test_payoffs_that_grow_without_bound_are_refused():
    """A bill that is multiplied by 10 while play goes on with probability 1/2."""
    stage = chance_chain(("signed", "0.5"), payoffs={"signed": 0, "next": 0})
    match = match_of(
        stage, random.strategy(Seat(stage, 0)), rounds=2000, over_when=("signed",), state=GrowingBill(stage, "next", 1.0, 10.0)
    )
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(NotApplicableError, match="no finite expected payoffs"):
        exact.run(match)


def step_by_step(match):
    """The distribution without going through many rounds at once."""
    flow = exact.Flow(match)
    while flow.left > 0 and (flow.left > exact.NEGLIGIBLE or flow.latest_change > exact.NEGLIGIBLE):
        flow.step()
    return flow


@pytest.mark.parametrize("rounds", [None, 65, 66, 300, 1089, 5000])
@pytest.mark.parametrize("name", ["retaliation", "a long tail"])
def test_many_rounds_at_once_are_as_many_one_by_one(rounds, name):
    """Tit for tat against one that was hard at first: a chain of a few situations; and one whose every move is drawn."""
    stage = dilemma()
    row = tit_for_tat.strategy(Seat(stage, 0), generosity=0.1) if name == "retaliation" else random.strategy(Seat(stage, 0))
    column = tit_for_tat.strategy(Seat(stage, 1), opening="hard")
    chance = None if rounds == 300 else 0.999 if name == "a long tail" and rounds is not None else 0.97
    match = match_of(stage, row, column, rounds=rounds, continuation=chance, discounts=(0.99, 1.0))
    found, expected = exact.run(match), step_by_step(match)
    assert len(found.lengths) == len(expected.lengths) == expected.round
    np.testing.assert_allclose(found.lengths, expected.lengths, rtol=1e-11, atol=1e-30)
    np.testing.assert_allclose(found.counts, expected.counts, rtol=1e-12)
    np.testing.assert_allclose(found.last, expected.last, rtol=1e-12)
    np.testing.assert_allclose(found.payoffs, expected.payoffs, rtol=1e-12)
    np.testing.assert_allclose(
        [found.mean_rounds, found.variance_rounds], [expected.mean, expected.second_moment - expected.mean**2], rtol=1e-10
    )
    assert found.longer == pytest.approx(expected.left, rel=1e-10, abs=1e-30)


def test_progress_is_told_in_rounds():
    stage, told = dilemma(), []
    exact.run(match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=2500), progress=lambda *x: told.append(x))
    # Each thousand once, when the rounds that were gone through together are done.
    assert [(done // 1000, most) for done, most in told] == [(1, 2500), (2, 2500)]


def test_a_distribution_shows_itself():
    stage = crisis()
    found = exact.run(match_of(stage, *seats(stage, random.strategy, random.strategy), rounds=3, over_when=("acted",)))
    assert "rounds</td><td></td><td>2.641 (standard deviation 0.693)" in found._repr_html_()
    with pytest.raises(ValueError, match="read-only"):
        found.last[0] = 1


@pytest.mark.parametrize("name", ["stalling", "two_documents"])
def test_matches_in_time_are_refused(name):
    with pytest.raises(NotApplicableError, match="exact follows rounds, not time, and this match has a clock: only a sample can be drawn"):
        exact.run(scenario_match(scenario(name)))


def test_a_distribution_is_one_line():
    assert repr(exact.run(memoryless())) == "<Distribution of '': engine exact, most probably 'acted'>"


def test_discounted_sums_of_classic_strategies():
    """Axelrod's payoffs, discount 0.9: two tit-for-tats 3/(1-d), defection against one 5 + d/(1-d); one that opens with defection
    alternates with one that does not: 5/(1-d^2) and 5d/(1-d^2).
    """
    stage, d = dilemma(), 0.9
    kind = {
        "tit": lambda n: tit_for_tat.strategy(Seat(stage, n)),
        "suspicious": lambda n: tit_for_tat.strategy(Seat(stage, n), opening="hard"),
        "defect": lambda n: always.strategy(Seat(stage, n), action="defect"),
    }
    pairs = {
        ("tit", "tit"): (3 / (1 - d), 3 / (1 - d)),
        ("defect", "tit"): (5 + d / (1 - d), d / (1 - d)),
        ("suspicious", "tit"): (5 / (1 - d * d), 5 * d / (1 - d * d)),
    }
    for (first, second), expected in pairs.items():
        found = exact.run(match_of(stage, kind[first](0), kind[second](1), rounds=600, discounts=(d, d)))
        np.testing.assert_allclose(found.payoffs, expected, rtol=1e-12)
