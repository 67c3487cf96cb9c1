"""Pictures of a sweep show what its results say, each reading in its own colour."""

import json

import numpy as np
import pytest
from demand_scenario import SCENARIO
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from shipped import scenario

import negotiation
from negotiation import boundaries
from negotiation.designs.sobol import sobol
from negotiation.errors import NotApplicableError
from negotiation.plots import plane
from negotiation.plots.readings import colour_of
from negotiation.plots.sweep import SPECIAL, draw_numbers, draw_payoffs, draw_readings, figure


def drawn(function, results, *arguments, **options):
    return function(results, *arguments, ax=Figure().subplots(), **options)


def colour_of_code(results, code):
    names = json.loads(results["reading"].attrs["names"])
    return SPECIAL.get(names[code], colour_of(code)).lower()


def colours_in(ax, results, axes):
    """The colour of each point of a map, looked up in the picture: shape (up, across)."""
    (mesh,) = ax.collections
    rgba = mesh.to_rgba(mesh.get_array())
    shape = tuple(results.sizes[name] for name in axes[::-1])
    return np.array([to_hex(each) for each in rgba.reshape(-1, 4)]).reshape(shape)


def test_a_map_has_the_colour_of_the_reading_at_every_point():
    """Values that are listed out of order stand in their order on the axes."""
    results = negotiation.sweep(scenario("pretext"), ["pi_X=0:1:11", "k_X=3,0,2,9"])
    ax = drawn(draw_readings, results)
    found = colours_in(ax, results, ("pi_X", "k_X"))
    ordered = results["reading"].sortby("k_X").transpose("k_X", "pi_X").to_numpy()
    for place, code in np.ndenumerate(ordered):
        assert found[place] == colour_of_code(results, int(code))
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"modest bargain", "causal pretext", "compellence", "several"}
    assert ax.get_xlabel().startswith("pi_X: share of the blame")


def test_a_reading_has_the_same_colour_whatever_else_is_in_the_picture():
    whole = negotiation.sweep(scenario("pretext"), ["pi_X=0:1:11", "k_X=0,3"])
    part = whole.sel(pi_X=slice(0.6, 1.0), k_X=[3.0]).isel(k_X=[0, 0])
    colours = [set(np.unique(colours_in(drawn(draw_readings, each), each, ("pi_X", "k_X"))).tolist()) for each in (whole, part)]
    assert len(colours[1]) == 1
    assert colours[1] < colours[0]


def test_regions_of_a_plane_have_the_colours_of_a_sweep_over_it():
    crisis = scenario("pretext")
    regions = plane.figure(boundaries.plane(crisis, boundaries.Axis("pi_X"), boundaries.Axis("k_X"))).axes[0]
    swept = drawn(draw_readings, negotiation.sweep(crisis, ["pi_X=0:1:11", "k_X=0,3"]))
    exact, sampled = (
        {text.get_text(): to_hex(patch.get_facecolor()) for text, patch in zip(legend.get_texts(), legend.get_patches(), strict=True)}
        for legend in (regions.get_legend(), swept.get_legend())
    )
    del sampled["several"]
    assert exact.items() >= sampled.items()


def test_names_stand_beside_the_rows():
    results = negotiation.sweep(scenario("pretext"), ["pi_X=3"], variants=["", "B"])
    ax = drawn(draw_readings, results)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["(the file)", "B"]
    assert ax.get_xlabel().startswith("pi_X")


def test_payoffs_along_one_axis_break_where_the_reading_changes():
    results = negotiation.sweep(scenario("pretext"), ["pi_X=0:1:11"])
    ax = drawn(draw_payoffs, results)
    challenger, target = (line.get_ydata() for line in ax.get_lines())
    # 11 values, and a gap before and after the tie at 1/2.
    assert np.isnan(challenger).sum() == 2
    known = challenger[~np.isnan(challenger)]
    np.testing.assert_allclose(known, [1.5] * 6 + [2.2, 2.9, 3.6, 4.3, 5.0])
    # At the tie the target gets -7 or -1.5: half way between on the line, both ends on the stroke.
    assert target[~np.isnan(target)][5] == -4.25
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {
        "challenger",
        "target",
        "modest bargain",
        "causal pretext",
        "several",
    }


def test_a_sample_is_drawn_over_its_first_two_parameters():
    results = negotiation.sweep(scenario("pretext"), [sobol(scenario("pretext"), 16, {"pi_X": None, "k_X": None})])
    ax = drawn(draw_readings, results)
    shown = np.concatenate([each.get_offsets() for each in ax.collections])
    assert {tuple(each) for each in shown.tolist()} == set(zip(results["pi_X"].to_numpy(), results["k_X"].to_numpy(), strict=True))


def test_numbers_along_one_axis_and_over_two():
    results = negotiation.sweep(scenario("pretext"), ["pi_X=0:1:11", "k_X=1,3"])
    one = drawn(draw_numbers, results.sel(k_X=[3.0]), "payoff_highest")
    np.testing.assert_allclose(one.get_lines()[0].get_ydata()[-1], 5.0)
    two = drawn(draw_numbers, results, "payoff_lowest")
    np.testing.assert_allclose(two.collections[0].get_array(), results["payoff_lowest"].isel(player=0).transpose("k_X", "pi_X").to_numpy())


def test_simulations_are_drawn_by_how_they_most_often_end():
    results = negotiation.sweep(
        SCENARIO, ["share=0.1,0.9", "blame=0,1,2"], summary="simulation", options={"rounds": 2, "behaviour": {"proposer": "random"}}
    )
    (ax,) = figure(results).axes
    (mesh,) = ax.collections
    ends = results["end_share"].argmax("end").transpose("blame", "share").to_numpy()
    assert mesh.get_array().reshape(ends.shape).tolist() == ends.tolist()


def test_a_third_axis_becomes_panels_and_more_are_refused():
    results = negotiation.sweep(scenario("pretext"), ["pi_X=3", "k_X=4"], variants=["B", "E"])
    assert [ax.get_title() for ax in figure(results).axes] == ["variant = B", "variant = E"]
    with pytest.raises(NotApplicableError, match=r"a picture has two axes.*b \(7\), pi_X \(7\), k_X \(8\)"):
        figure(negotiation.sweep(scenario("pretext"), ["b=1:7:7", "pi_X=7", "k_X=8"]))
    with pytest.raises(NotApplicableError, match="no axis has more than one value"):
        figure(negotiation.sweep(scenario("pretext"), ["pi_X=0.5,"]))
