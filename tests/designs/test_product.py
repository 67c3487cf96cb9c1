"""Axes become designs: every combination, in the order of an array; what varies together; variants, concepts and seeds."""

import hashlib
import json
import tracemalloc
from fractions import Fraction
from itertools import product as combinations

import numpy as np
import pytest
from demand_scenario import SCENARIO
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.designs.choices import seed_axis
from negotiation.designs.design import Axis, Design, Series
from negotiation.designs.grid import axis
from negotiation.designs.product import default_design, design, product
from negotiation.designs.zipped import zipped
from negotiation.errors import ParameterError
from negotiation.scenario.scenario import loads


@settings(deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.data())
def test_points_are_numbered_as_nested_loops_over_the_axes_go(lengths, data):
    axes = tuple(Axis(f"x{i}", (Series(f"x{i}", "parameter", tuple(map(Fraction, range(n)))),)) for i, n in enumerate(lengths))
    made = Design(axes)
    loops = list(combinations(*map(range, lengths)))
    start = data.draw(st.integers(0, len(loops) - 1))
    stop = data.draw(st.integers(start + 1, len(loops)))
    places = made.places(start, stop)
    assert list(zip(*(places[f"x{i}"].tolist() for i in range(len(lengths))), strict=True)) == loops[start:stop]
    assert made.size == len(loops)


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**5), min_size=1, max_size=3), st.data())
def test_places_far_into_large_designs_are_quotients_and_remainders(lengths, data):
    """A design may have more points than fit in memory, and a block of them is computed all the same."""
    axes = tuple(Axis(f"x{i}", (Series(f"x{i}", "parameter", range(n)),)) for i, n in enumerate(lengths))  # as long as values are
    made = Design(axes)
    start = data.draw(st.integers(0, made.size - 1))
    stop = min(made.size, start + data.draw(st.integers(1, 1000)))
    tracemalloc.start()
    places = made.places(start, stop)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    expected = np.unravel_index(np.arange(start, stop), lengths)
    assert all(places[f"x{i}"].tolist() == each.tolist() for i, each in enumerate(expected))
    assert most < 64 * len(lengths) * (stop - start) + 20_000


def test_variants_concepts_and_seeds_come_before_the_axes():
    """So that points which follow one another are solved at once."""
    made = design(
        SCENARIO,
        {"blame": 3, "share": [0, "1/3"]},
        variants=["", "generous"],
        concepts="nash, level_k",
        seeds="4:6",
        known_concepts=["nash", "level_k"],
    )
    assert [each.name for each in made.axes] == ["variant", "concept", "seed", "blame", "share"]
    assert made.shape == (2, 2, 3, 3, 2)
    assert [made.series[name].values for name in ("variant", "concept", "seed")] == [("", "generous"), ("nash", "level_k"), (4, 5, 6)]
    assert made.series["share"].values == (0, Fraction(1, 3))


def test_names_can_be_a_text_with_commas():
    assert design(SCENARIO, variants="generous,no blame").series["variant"].values == ("generous", "no blame")
    assert design(SCENARIO, variants="generous").series["variant"].values == ("generous",)


def test_concepts_are_checked_where_it_is_known_which_there_are():
    assert design(SCENARIO, concepts=["nash", "level_k"]).series["concept"].values == ("nash", "level_k")


def test_axes_can_be_texts_and_axes_together():
    made = design(SCENARIO, ["blame=0:1:3", zipped(SCENARIO, ["share=0,1"])])
    assert [(each.name, len(each)) for each in made.axes] == [("blame", 3), ("point", 2)]


def test_without_anything_that_varies_a_design_is_the_file_s_own():
    for made in (design(SCENARIO), default_design(SCENARIO)):
        assert [(each.name, each.series[0].values) for each in made.axes] == [("blame", tuple(Fraction(i, 2) for i in range(5)))]
    # Variants alone are varied alone.
    assert design(SCENARIO, variants=["generous"]).shape == (1,)


def test_two_axes_of_several_things_have_different_names():
    made = product([zipped(SCENARIO, ["blame=0,1"]), zipped(SCENARIO, ["share=0,1"]), zipped(SCENARIO, {"repeat.rounds": [1, 2]})])
    assert [each.name for each in made.axes] == ["point", "point_2", "point_3"]


def test_parameters_vary_together_row_by_row():
    found = zipped(SCENARIO, {"blame": [0, 0, "0.1"], "share": (0, 1, 3)})
    assert (found.name, len(found)) == ("point", 3)
    assert [(each.name, each.values) for each in found.series] == [("blame", (0, 0, Fraction(1, 10))), ("share", (0, Fraction(1, 2), 1))]


def test_seeds_are_a_list_or_an_interval_with_both_ends():
    assert seed_axis("0:3").series[0].values == seed_axis(range(4)).series[0].values == (0, 1, 2, 3)
    assert seed_axis("5,1,9,").series[0].values == (5, 1, 9)
    assert seed_axis([2**128 - 1]).series[0].values == (2**128 - 1,)


MISTAKES = [
    (lambda: design(SCENARIO, ["blame", "blame=0,1"]), "blame varies twice in this design; take one of the axes that have it"),
    (lambda: design(SCENARIO, ["blame", zipped(SCENARIO, ["blame=0,1"])]), "blame varies twice in this design"),
    (lambda: zipped(SCENARIO, ["blame=0,1", "blame=0,1"]), "blame varies twice in this design"),
    (lambda: zipped(SCENARIO, ["blame=0,1", "share=0,1,0.5"]), "need equally many values: blame has 2, share has 3"),
    (lambda: zipped(SCENARIO, []), "to vary parameters together takes at least one of them"),
    (lambda: design(SCENARIO, "blame"), "axes are a list of texts, got the text 'blame'"),
    (lambda: design(SCENARIO, []), "nothing varies: a sweep needs at least one axis"),
    (lambda: design(SCENARIO, variants=["genrous"]), "demand.yaml has no variant 'genrous'; did you mean 'generous'?"),
    (lambda: design(SCENARIO, variants=["generous", "generous"]), "variant: each value of an axis stands once, got 'generous' more"),
    (
        lambda: design(SCENARIO, concepts=["nahs"], known_concepts=["nash", "level_k"]),
        "this version has no concept 'nahs'; did you mean 'nash'",
    ),
    (lambda: design(SCENARIO, seeds="3:1"), "seeds are written FIRST:LAST, at most 1,000,000 of them, got '3:1'"),
    (lambda: design(SCENARIO, seeds=f"0:{10**9}"), "seeds are written FIRST:LAST, at most 1,000,000 of them"),
    (lambda: design(SCENARIO, seeds=[1.5]), r"a seed is a whole number from 0 to 2\*\*128 - 1, got 1.5"),
    (lambda: design(SCENARIO, seeds=[2**128]), r"a seed is a whole number from 0 to 2\*\*128 - 1"),
    (lambda: design(SCENARIO, seeds="1,x"), "seed: expected a number such as 2, 0.25 or 2/3, got 'x'"),
    (lambda: design(SCENARIO, seeds=[1, 1]), "seed: each value of an axis stands once, got 1 more than once"),
    (
        lambda: design(SCENARIO, ["blame=100001", "share=100001"], seeds="0:999"),
        r"a sweep has at most 1,000,000,000,000 points, got 1,000 x 100,001 x 100,001 = 10,000,200,001,000",
    ),
]


@pytest.mark.parametrize(("mistake", "rule"), MISTAKES, ids=[rule[:40] for _, rule in MISTAKES])
def test_a_mistake_in_a_design_is_told_with_the_rule_and_what_came(mistake, rule):
    with pytest.raises(ParameterError, match=rule.replace("?", r"\?")):
        mistake()


def test_a_file_without_sweep_is_asked_what_varies():
    text = "negotiation: 1\ntitle: t\nplayers: {a: A, b: B}\nparameters: {x: {value: 0, range: [0, 1], about: x}}\n"
    text += "game: {player: a, actions: {l: e, r: f}}\noutcomes: {e: {a: x, b: 0}, f: {a: 0, b: 0}}\n"
    with pytest.raises(ParameterError, match=r"none\.yaml has no 'sweep', so say what varies, for example --axis x"):
        default_design(loads(text, file="none.yaml"))


def test_a_description_is_json_and_the_same_for_the_same_points_alone():
    one = design(SCENARIO, ["blame=0:2:5", "share=1/3,0.1"], variants=["generous"], seeds=[3])
    assert json.loads(json.dumps(one.document())) == one.document()
    assert one.document() == design(SCENARIO, {"blame": None, "share": ["1/3", 0.1]}, variants=["generous"], seeds="3:3").document()
    others = [
        design(SCENARIO, ["blame=0:2:5", "share=1/3,0.1"], variants=["generous"], seeds=[4]),
        design(SCENARIO, ["blame=0:2:5", "share=0.1,1/3"], variants=["generous"], seeds=[3]),
        design(SCENARIO, ["share=1/3,0.1", "blame=0:2:5"], variants=["generous"], seeds=[3]),
        design(SCENARIO, ["blame=0:2:5", "share=0.333333333333,0.1"], variants=["generous"], seeds=[3]),
    ]
    assert all(other.document() != one.document() for other in others)
    assert one.document()["axes"][2]["series"][0] == {
        "name": "blame", "role": "parameter", "numbers": "exact", "values": ["0", "1/2", "1", "3/2", "2"],
    }  # fmt: skip


def test_many_values_are_described_by_their_digest():
    """Digests computed by hand: sha256 of "0\\n1/100000\\n..." and of the doubles' bytes."""
    found = product([axis(SCENARIO, "share=0:1:100001")]).document()["axes"][0]["series"][0]
    text = "".join(f"{Fraction(i, 100000)}\n" for i in range(100001))
    by_hand = hashlib.sha256(text.encode()).hexdigest()
    assert found == {
        "name": "share", "role": "parameter", "numbers": "exact", "first": "0", "last": "1", "sha256": by_hand,
    }  # fmt: skip
    doubles = np.linspace(0, 1, 2000)
    series = Series("share", "parameter", doubles)
    assert series.document()["sha256"] == hashlib.sha256(doubles.astype("<f8").tobytes()).hexdigest()
    assert series.document()["numbers"] == "doubles"
