"""What every member of the strategy family promises."""

import copy
import pickle
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path

import pytest
from stages import GrowingBill, crisis, dilemma, typed_crisis

import negotiation.strategies
from negotiation.concepts import quantal_response
from negotiation.games.certificate import certify_behaviour
from negotiation.games.repeated import Automaton, Seen, observations
from negotiation.games.seat import Seat, stage_at
from negotiation.games.solution import Solution, tree_equilibrium

MEMBERS = sorted(path.stem for path in Path(negotiation.strategies.__path__[0]).glob("*.py") if path.stem != "__init__")

#: Options without a default, and those that fit each stage.
OPTIONS = {
    "always": {
        "dilemma": {"action": "defect"},
        "crisis": {"action": ["ultimatum", "act", "refuse"]},
        "typed": {"action": ["wait", "accept"]},
    },
    "quantal_response": {stage: {"precision": 2} for stage in ("dilemma", "crisis", "typed")},
    "escalate_on_refusal": {
        "dilemma": {"demand": "cooperate", "refusal": "defect", "act": "defect", "after": 2},
        "crisis": {"act": ["act", "refuse"]},
        "typed": {"demand": "wait", "act": ["ultimatum", "refuse"]},
    },
}

STAGES = {"dilemma": dilemma, "crisis": crisis, "typed": typed_crisis}


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


CASES = [(member, stage, with_state) for member in MEMBERS for stage in STAGES for with_state in (False, True)]


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def seated(request):
    member, stage, with_state = request.param
    module = import_module(f"negotiation.strategies.{member}")
    options = OPTIONS.get(member, {}).get(stage, {})
    return [(seat, lambda seat=seat: module.strategy(seat, **options)) for seat in seats(stage, with_state=with_state)]


def walk(seat, strategy, rounds=6):
    """Yield every state with what is carried, over courses of play that visit each end in turn."""
    seen_by = observations(seat.stage, seat.player).of_end
    own_ends = [n for n, end in enumerate(seat.stage.ends) if seat.type is None or seat.type in _types_above(seat.stage, end)]
    for shift in range(len(own_ends)):
        state, carried = strategy.start(), seat.start
        for number in range(rounds):
            yield state, carried
            end = own_ends[(shift + number) % len(own_ends)]
            table = seat.stage.payoffs if seat.rules is None else seat.rules.payoffs(carried)
            state = strategy.update(state, Seen(seen_by[end], float(table[end, seat.player]), carried))
            carried = carried if seat.rules is None else seat.rules.after(end, carried)


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
        for state, carried in walk(seat, strategy):
            before, mark = copy.deepcopy(state), hash(state)
            strategy.update(state, Seen(0, 1.0, carried))
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
