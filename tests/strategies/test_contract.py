"""What every member of the strategy family promises."""

import copy
import pickle
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path

import pytest
from demands import menu
from stages import GrowingBill, crisis, dilemma, match_of, typed_crisis

import negotiation.strategies
from negotiation.concepts import quantal_response
from negotiation.engines import batch, events
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.games.certificate import certify_behaviour
from negotiation.games.repeated import Automaton, Seen, observations
from negotiation.games.seat import Seat, stage_at
from negotiation.games.solution import Solution, tree_equilibrium
from negotiation.strategies import random

MEMBERS = sorted(path.stem for path in Path(negotiation.strategies.__path__[0]).glob("*.py") if path.stem != "__init__")

STAGE_NAMES = ("dilemma", "crisis", "typed", "menu")

HARVEST = {"gain": 5, "blame": 7, "most": 0.8, "learning": 0.4, "waiting": 0.1, "discount": 0.95}
SEEKER = {"value": 0.3, "gain": 0.9, "blame": 1, "cover": 0.9, "padding": 0.8, "harm": 0.75, "rigidity": 0.6}

#: Options without a default, and those that fit each stage.
OPTIONS = {
    "always": {
        "menu": {"action": ["ultimatum", "act", "refuse"]},
        "dilemma": {"action": "defect"},
        "crisis": {"action": ["ultimatum", "act", "refuse"]},
        "typed": {"action": ["wait", "accept"]},
    },
    "quantal_response": {stage: {"precision": 2} for stage in STAGE_NAMES},
    "escalate_on_refusal": {
        "menu": {},
        "dilemma": {"demand": "cooperate", "refusal": "defect", "act": "defect", "after": 2},
        "crisis": {"act": ["act", "refuse"]},
        "typed": {"demand": "wait", "act": ["ultimatum", "refuse"]},
    },
    "memory_one": {stage: {"cooperation": [0.9, 0.5, 0.2, 0]} for stage in STAGE_NAMES},
    "zero_determinant": {stage: {"factor": 3} for stage in STAGE_NAMES},
    "bluff": {
        "menu": {},
        "dilemma": {"demand": "defect", "refusal": "defect", "withdraw": "cooperate", "probability": 0.5},
        "crisis": {"demand": ["ultimatum", "refuse"], "withdraw": ["stand down", "accept"], "probability": 0.25},
        "typed": {"demand": ["ultimatum", "refuse"], "withdraw": ["wait", "accept"]},
    },
    "postpone": {
        "menu": {},
        "dilemma": {"demand": "defect", "refusal": "defect", "postpone": "cooperate", "end": "defect"},
        "crisis": {"demand": ["ultimatum", "accept"], "postpone": ["stand down", "accept"], "end": ["act", "refuse"], "times": 2},
        "typed": {"demand": ["ultimatum", "accept"], "postpone": ["wait", "accept"], "end": ["ultimatum", "refuse"], "times": 0},
    },
    "refusal_harvester": {
        stage: HARVEST | {"demand": demand, "refusal": refusal, "act": act}
        for stage, demand, refusal, act in (
            ("dilemma", "cooperate", "defect", "defect"),
            ("crisis", ["ultimatum", "accept"], "refuse", ["act", "refuse"]),
            ("typed", ["wait", "accept"], "refuse", ["ultimatum", "refuse"]),
            ("menu", "ultimatum", "refuse", "act"),
        )
    },
    "tempered_seeker": {
        stage: SEEKER | {"demand": demand, "refusal": refusal, "act": act}
        for stage, demand, refusal, act in (
            ("dilemma", "defect", "defect", "defect"),
            ("crisis", "ultimatum", "refuse", "act"),
            ("typed", "ultimatum", "refuse", "ultimatum"),
            ("menu", "demand", "refuse", "act"),
        )
    },
    "salami": {
        "menu": {"slices": 4, "demand": "demand"},
        "dilemma": {"slices": 3, "demand": "defect", "accept": "cooperate"},
        "crisis": {"costs": [2, 4], "harm": 2, "demand": ["ultimatum", "refuse"]},
        "typed": {"slices": 2, "demand": ["ultimatum", "refuse"]},
    },
    "staller": {
        "menu": {},
        "dilemma": {"stall": "cooperate", "reply": "defect"},
        "crisis": {"stall": ["wait", "accept"], "reply": ["ultimatum", "refuse"], "times": 1},
        "typed": {"stall": ["wait", "accept"], "reply": ["ultimatum", "refuse"]},
    },
    "spoiler": {
        "menu": {"probability": 0.7},
        "dilemma": {"engage": "cooperate", "probability": 0.7},
        "crisis": {"engage": ["wait", "accept"], "probability": 0.5},
        "typed": {"engage": ["wait", "accept"], "probability": 0.5},
    },
    "exponential_conceder": {
        "menu": {"rate": 0.2},
        "dilemma": {"concede": "cooperate", "rate": 0.3},
        "crisis": {"concede": ["stand down", "accept"], "rate": 0.3, "at_once": 0.2, "until": 2.5},
        "typed": {"concede": ["wait", "accept"], "rate": 0},
    },
    "power_law_conceder": {
        stage: {"concede": concede, "prize": 3, "first": 1, "growth": 0.5, "waiting": 0.2, "interest": 0.05}
        for stage, concede in (
            ("dilemma", "cooperate"),
            ("crisis", ["stand down", "accept"]),
            ("typed", ["wait", "accept"]),
            ("menu", "accept"),
        )
    },
    "bayesian_best_responder": {
        "menu": {"prior": 0.7, "committed": 0.9, "ordinary": 0.1},
        "dilemma": {"prior": 0.7, "committed": 0.4, "ordinary": 0.1, "signal": "defect"},
        "crisis": {"prior": 0.7, "committed": 0.9, "ordinary": 0.1},
        "typed": {"prior": 0.7, "committed": 1, "ordinary": 0, "signal": "ultimatum", "threshold": 0.3, "concede": ["wait", "accept"]},
    },
    "kreps_wilson_builder": {
        "dilemma": {"rounds": 4, "prior": 0.1, "beta": 0.5, "stake": 2, "refusal": "defect", "accept": "cooperate", "act": "defect"}
        | {"demand": "cooperate"},
        "menu": {"rounds": 4, "prior": 0.1, "beta": 0.5, "stake": 2},
        "crisis": {"rounds": 4, "prior": 0.1, "beta": 0.5, "stake": 2},
        "typed": {"rounds": 4, "prior": 0.1, "beta": 0.5, "stake": 2, "accept": ["accept", "wait"], "act": "refuse"},
    },
}

#: Stages that a member does not take, or not with what is carried from round to round (True), and why.
REFUSED = {
    ("zero_determinant", "crisis"): "payoffs change|needs a stage game of two players who move once",
    ("zero_determinant", "typed"): "payoffs change|needs a stage game of two players who move once",
    ("zero_determinant", "menu"): "payoffs change|needs a stage game of two players who move once",
    ("zero_determinant", "dilemma", True): "payoffs change from round to round",
    ("tempered_seeker", "dilemma"): "must have a size",
    ("tempered_seeker", "crisis"): "must have a size",
    ("tempered_seeker", "typed"): "must have a size",
}

STAGES = {"dilemma": dilemma, "crisis": crisis, "typed": typed_crisis, "menu": menu}


def solver(stage, rules):
    """Knows the two concepts that strategies ask for by default; the equilibrium of a dilemma or crisis is a pure one."""

    def solve(carried, concept, **options):
        game = stage_at(stage, rules, carried)
        if concept == "quantal_response":
            return quantal_response.solve(game, **options)
        pure = tuple(tuple(float(n == len(place.actions) - 1) for n in range(len(place.actions))) for place in game.information_sets)
        return Solution(concept, game, (tree_equilibrium(game, pure, certify_behaviour(game, pure)),), complete=False)

    return solve


def seats(name, *, with_state=False):
    stage = STAGES[name]()
    rules = GrowingBill(stage, stage.nodes[stage.ends[0]].outcome, 0.5, 1.5) if with_state else None
    kinds = dict.fromkeys((place.player, place.type) for place in stage.information_sets)
    return [Seat(stage, player, kind, rules, solver(stage, rules)) for player, kind in kinds]


ALL = [(member, stage, with_state) for member in MEMBERS for stage in STAGES for with_state in (False, True)]
CASES = [case for case in ALL if case not in REFUSED and case[:2] not in REFUSED]


def seated_at(member, stage, with_state):
    """The seats that a member takes, each with what makes the strategy; a role's strategy has nothing to do at the other's seat."""
    module = import_module(f"negotiation.strategies.{member}")
    options, found = OPTIONS.get(member, {}).get(stage, {}), []
    for seat in seats(stage, with_state=with_state):
        try:
            module.strategy(seat, **options)
        except ParameterError as error:
            assert "can never" in str(error)  # noqa: PT017  # any other mistake fails the test
            continue
        found.append((seat, lambda seat=seat: module.strategy(seat, **options)))
    assert found
    return found


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def seated(request):
    return seated_at(*request.param)


@pytest.mark.parametrize("case", [case for case in ALL if case not in CASES], ids=lambda case: "-".join(map(str, case)))
def test_a_stage_that_a_member_does_not_take_is_refused_with_the_reason(case):
    member, stage, with_state = case
    module = import_module(f"negotiation.strategies.{member}")
    reason = REFUSED.get(case) or REFUSED[member, stage]
    with pytest.raises((NotApplicableError, ParameterError), match=reason):
        module.strategy(seats(stage, with_state=with_state)[0], **OPTIONS[member][stage])


def walk(seat, strategy, rounds=6):
    """Yield every state with what is carried, over courses of play that visit each end in turn."""
    seen_by = observations(seat.stage, seat.player).of_end
    ends = own_ends(seat)
    for shift in range(len(ends)):
        state, carried = strategy.start(), seat.start
        for number in range(rounds):
            yield state, carried
            end = ends[(shift + number) % len(ends)]
            table = seat.stage.payoffs if seat.rules is None else seat.rules.payoffs(carried)
            state = strategy.update(state, Seen(seen_by[end], float(table[end, seat.player]), carried))
            carried = carried if seat.rules is None else seat.rules.after(end, carried)


def own_ends(seat):
    """The ends that the seat's type can come to."""
    return [n for n, end in enumerate(seat.stage.ends) if seat.type is None or seat.type in _types_above(seat.stage, end)]


def _types_above(stage, end):
    return {stage.actions_at(node)[action] for node, action in stage.moves_to(end) if node in stage.type_moves}


def test_behaviour_is_a_distribution_over_the_actions_of_each_information_set(seated):
    for seat, make in seated:
        strategy = make()
        for state, carried in walk(seat, strategy):
            for place in seat.places:
                row = strategy.behaviour(state, place, carried)
                assert len(row) == len(seat.stage.information_sets[place].actions)
                assert min(row) >= 0
                assert sum(row) == pytest.approx(1, abs=1e-12)


def test_states_are_hashable_and_updates_change_no_earlier_state(seated):
    for seat, make in seated:
        strategy = make()
        first = observations(seat.stage, seat.player).of_end[own_ends(seat)[0]]
        for state, carried in walk(seat, strategy):
            before, mark = copy.deepcopy(state), hash(state)
            strategy.update(state, Seen(first, 1.0, carried))
            assert state == before
            assert hash(state) == mark


def test_two_of_the_same_kind_play_alike(seated):
    for seat, make in seated:
        one, other = make(), make()
        for (state, carried), (twin, _) in zip(walk(seat, one), walk(seat, other), strict=True):
            assert state == twin
            assert [one.behaviour(state, place, carried) for place in seat.places] == [
                other.behaviour(twin, place, carried) for place in seat.places
            ]


def test_notes_are_sentences_without_a_full_stop(seated):
    for _, make in seated:
        for note in make().notes:
            assert isinstance(note, str)
            assert not note.endswith(".")


@pytest.mark.parametrize("member", MEMBERS)
def test_the_file_says_what_it_is_and_takes_options_by_name(member):
    module = import_module(f"negotiation.strategies.{member}")
    assert module.__all__ == ["strategy"]
    assert module.__doc__.splitlines()[0].endswith(".")
    first, *options = signature(module.strategy).parameters.values()
    assert first.name == "seat"
    assert all(option.kind is Parameter.KEYWORD_ONLY for option in options)
    described = module.strategy.__doc__
    assert all(option.name in described for option in options)


def test_automata_can_be_stored():
    seat = seats("dilemma")[0]
    table = import_module("negotiation.strategies.grim_trigger").strategy(seat)
    copied = pickle.loads(pickle.dumps(table))  # noqa: S301  # our own bytes
    assert isinstance(copied, Automaton)
    assert (copied.probabilities, copied.following) == (table.probabilities, table.following)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_it_is_played_alike_by_every_engine_that_draws(case):
    """Against random play of the seats that the member does not take: the same rounds and payoffs, element by element."""
    taken = {(seat.player, seat.type): make() for seat, make in seated_at(*case)}
    every = seats(case[1], with_state=case[2])
    strategies = [{} for _ in every[0].stage.players]
    for seat in every:
        strategies[seat.player][seat.type] = taken.get((seat.player, seat.type)) or random.strategy(seat)
    match = match_of(every[0].stage, *strategies, rounds=12, replications=6, seed=9, noise=0.1, state=every[0].rules)
    one, other = events.run(match, keep=True), batch.run(match, keep=True)
    assert one.course.tolist() == other.course.tolist()
    assert one.payoffs.tolist() == other.payoffs.tolist()
