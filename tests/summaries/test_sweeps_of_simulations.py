"""Simulations and functions of one's own through ``negotiation.sweep``, as a script writes it."""

import numpy as np
import pytest
from shipped import FOLDER

import negotiation
from negotiation.errors import ParameterError, StoreError
from negotiation.scenario.scenario import loads

DECEMBER = FOLDER / "december_2021.yaml"


def payments(scenario, variant, settings, *, seed):
    """What both are paid in three crises."""
    record = negotiation.simulate(negotiation.match(scenario, variant, settings=settings, replications=3, seed=seed))
    return {"payments": record.payoffs.sum(axis=0)}


def test_axes_of_strategies_and_of_repeat_beside_a_parameter():
    """Every point is the match that a script plays with these settings."""
    axes = {"behaviour.target.precision": [1, 8], "repeat.rounds": [1, 5], "patience": [0.6]}
    found = negotiation.sweep(DECEMBER, axes, summary="simulation", options={"replications": 30}, seeds=[0, 3])
    assert {name: found.sizes[name] for name in (*axes, "seed", "player")} == {
        "behaviour.target.precision": 2,
        "repeat.rounds": 2,
        "patience": 1,
        "seed": 2,
        "player": 2,
    }
    text = negotiation.load(DECEMBER).text
    for precision in (1, 8):
        for rounds in (1, 5):
            edited = text.replace(
                "target: {strategy: quantal_response, precision: 8}", f"target: {{strategy: quantal_response, precision: {precision}}}"
            )
            scenario = loads(edited.replace("rounds: 24", f"rounds: {rounds}"))
            record = negotiation.simulate(negotiation.match(scenario, settings={"patience": 0.6}, replications=30, seed=3))
            here = found.sel({"behaviour.target.precision": precision, "repeat.rounds": rounds, "patience": 0.6, "seed": 3})
            assert here.payoff.values.tolist() == [estimate.mean for estimate in record.payoff_estimates.values()]
            shares = {str(name): float(share) for name, share in zip(here.end.values, here.end_share.values, strict=True) if share}
            assert shares == record.ends
    assert found["repeat.rounds"].attrs["long_name"] == "the number of rounds"


def test_options_that_a_file_leaves_out_can_be_axes():
    dilemma = FOLDER / "prisoners_dilemma.yaml"
    found = negotiation.sweep(dilemma, {"behaviour.column.generosity": [0, 0.5]}, summary="simulation")
    # Forgiving every second time ends the exploitation sooner.
    assert found.payoff.sum("player").diff("behaviour.column.generosity").item() > 0
    with pytest.raises(ParameterError, match=r"did you mean 'behaviour.column.generosity'\? There are behaviour.column.generosity, repeat"):
        negotiation.sweep(dilemma, {"behaviour.column.generousity": [0, 0.5]}, summary="simulation")


@pytest.mark.parametrize("summary", ["simulation", "own_function"])
def test_results_do_not_depend_on_how_many_blocks_are_computed_at_a_time(summary):
    options = {"replications": 20} if summary == "simulation" else {"function": payments}
    asked = {"summary": summary, "options": options, "seed": 5}
    axes = {"behaviour.target.precision": (1, 9, 30), "repeat.rounds": list(range(1, 19))}
    one, three = (negotiation.sweep(DECEMBER, axes, **asked, workers=workers) for workers in (1, 3))
    assert one.identical(three)
    assert not one.status.any()


def test_a_stored_sweep_has_one_function(tmp_path):
    path, store = tmp_path / "own.py", tmp_path / "kept"
    path.write_text("def f(scenario, variant, settings):\n    return {'double': 2 * scenario.values(variant, **settings)['gain']}\n")
    harvesting, asked = FOLDER / "harvesting.yaml", {"summary": "own_function", "options": {"function": f"{path}:f"}, "store": store}
    for _ in range(2):
        found = negotiation.sweep(harvesting, {"gain": [1, 2]}, **asked)
        np.testing.assert_array_equal(found.double, [2, 4])
    path.write_text(path.read_text().replace("2 *", "3 *"))
    with pytest.raises(StoreError, match=r"options\.sha256: the store has [0-9a-f]{64}, asked was"):
        negotiation.sweep(harvesting, {"gain": [1, 2]}, **asked)


def test_a_function_of_the_script_is_stored_by_its_name(tmp_path):
    asked = {"summary": "own_function", "options": {"function": payments}, "store": tmp_path / "kept"}
    found = negotiation.sweep(FOLDER / "harvesting.yaml", {"gain": [1, 2]}, **asked)
    assert found.payments.dims == ("gain", "payments_place")
    assert found.identical(negotiation.sweep(FOLDER / "harvesting.yaml", {"gain": [1, 2]}, **asked))


def test_concepts_do_not_vary_in_a_simulation():
    with pytest.raises(ParameterError, match=r"a simulation solves nothing, so it takes no concept, got '(nash|subgame_perfect)'"):
        negotiation.sweep(DECEMBER, {"patience": [0.5]}, summary="simulation", concepts=["nash", "subgame_perfect"])


def test_points_that_cannot_be_played_are_counted_in_the_notes():
    found = negotiation.sweep(DECEMBER, {"repeat.rounds": [1, 1.5, 2]}, summary="simulation", options={"replications": 5})
    assert found.status.values.tolist() == [0, 1, 0]
    assert "1 of 3 points could not be computed" in found.attrs["notes"]
    assert "the number of rounds must be a whole number from 1 to 10,000,000, got 1.5" in found.attrs["notes"]
