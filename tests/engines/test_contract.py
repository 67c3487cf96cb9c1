"""What every member of the family of engines promises."""

from dataclasses import FrozenInstanceError, fields
from importlib import import_module
from inspect import Parameter, signature

import numpy as np
import pytest
from stages import GrowingBill, crisis, dilemma, match_of, typed_crisis

from negotiation import lookup
from negotiation.games.distribution import Distribution
from negotiation.games.record import Record
from negotiation.games.seat import Seat
from negotiation.strategies import random, tit_for_tat

MEMBERS = lookup.engines()


def matches():
    """One of each kind: automata that err, a tree with an end and a random horizon, types, carried state."""
    pd, tree, typed = dilemma(), crisis(), typed_crisis()
    challenger = {kind: random.strategy(Seat(typed, 0, kind)) for kind in ("tough", "weak")}
    return {
        "automata": match_of(
            pd, *(tit_for_tat.strategy(Seat(pd, n)) for n in (0, 1)), rounds=9, noise=0.1, replications=30, notes=("noted",)
        ),
        "tree": match_of(
            tree, *(random.strategy(Seat(tree, n)) for n in (0, 1)), rounds=None, continuation=0.8, over_when=("acted",), replications=30
        ),
        "types": match_of(typed, challenger, random.strategy(Seat(typed, 1)), rounds=3, discounts=(0.9, 0.8), replications=30),
        "state": match_of(
            tree, *(random.strategy(Seat(tree, n)) for n in (0, 1)), rounds=5, state=GrowingBill(tree, "acted", 1.0, 1.5), replications=30
        ),
    }


@pytest.fixture(params=[(member, kind) for member in MEMBERS for kind in matches()], ids="-".join)
def played(request):
    member, kind = request.param
    match = matches()[kind]
    return import_module(f"negotiation.engines.{member}"), match


def test_there_are_these_engines():
    assert MEMBERS == ["batch", "events", "exact"]


@pytest.mark.parametrize("member", MEMBERS)
def test_the_file_says_what_it_is_and_runs_a_match(member):
    module = import_module(f"negotiation.engines.{member}")
    assert module.__doc__.splitlines()[0].endswith(".")
    assert "run" in module.__all__
    first, *options = signature(module.run).parameters.values()
    assert first.name == "match"
    assert all(option.kind is Parameter.KEYWORD_ONLY and option.default is not Parameter.empty for option in options)
    assert "progress" in {option.name for option in options}


def test_a_result_has_the_same_summaries_whatever_the_engine(played):
    module, match = played
    result = module.run(match)
    assert isinstance(result, Record | Distribution)
    assert result.engine == module.__name__.rpartition(".")[2]
    assert result.notes[: len(match.notes)] == match.notes
    for shares in (result.ends, result.last_outcomes, result.outcomes):
        assert sum(shares.values()) == pytest.approx(1, abs=1e-12)
        assert min(shares.values()) > 0
    assert list(result.payoff_estimates) == list(match.stage.players)
    assert result.round_estimate.mean >= 1


def test_results_are_frozen_and_come_out_the_same_again(played):
    module, match = played
    one, other = module.run(match), module.run(match)
    with pytest.raises(FrozenInstanceError):
        one.engine = "another"
    arrays = [field.name for field in fields(one) if isinstance(getattr(one, field.name), np.ndarray)]
    assert arrays
    for name in arrays:
        assert not getattr(one, name).flags.writeable
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_a_match_is_not_changed_by_being_played(played):
    module, match = played
    before = repr(match), match.stage.payoffs.copy(), match.notes
    module.run(match)
    assert (repr(match), match.notes) == (before[0], before[2])
    np.testing.assert_array_equal(match.stage.payoffs, before[1])
