"""Pictures of a sweep show what its results say, each reading in its own colour."""

import json

import numpy as np
import pytest
from demand_scenario import SCENARIO
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from shipped import scenario

import negotiation
from negotiation import boundaries
from negotiation.designs.sobol import sobol
from negotiation.errors import NotApplicableError
from negotiation.plots import plane
from negotiation.plots.open_readings import SPECIAL
from negotiation.plots.readings import colour_of
from negotiation.plots.sweep import draw_numbers, draw_payoffs, draw_readings, figure


def drawn(function, results, *arguments, **options):
    return function(results, *arguments, ax=Figure().subplots(), **options)


def colour_of_code(results, code):
    names = json.loads(results["reading"].attrs["names"])
    return SPECIAL.get(names[code], colour_of(code)).lower()


def colours_in(ax, results, axes):
    """The colour of each point of a map, looked up in the picture: shape (up, across)."""
    mesh = ax.collections[0]  # where equilibria differ there are stripes over it
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
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {
        "modest bargain",
        "causal pretext",
        "compellence",
        "several equilibria (stripes: what is possible)",
    }
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
    del sampled["several equilibria (stripes: what is possible)"]
    assert exact.items() >= sampled.items()


def test_what_is_likeliest_has_a_paler_colour_of_the_reading():
    """Unknown resolve: who is sure of compellence without costs, and what comes of it otherwise, by types."""
    results = negotiation.sweep(scenario("resolve"), ["c=2,8,20", "K=0,5,50"])
    found = colours_in(drawn(draw_readings, results), results, ("c", "K"))
    names = results["reading_name"].to_numpy().tolist()
    chances = results["reading_highest"].transpose("K", "c", "reading_name").to_numpy()
    for place in np.ndindex(3, 3):
        likeliest = int(chances[place].argmax())
        full = np.array(to_rgb(colour_of(likeliest)))
        shown = np.array(to_rgb(found[place]))
        white = (shown - full) / (1 - full)
        assert white == pytest.approx(0.0 if chances[place][likeliest] == 1 else 0.6, abs=0.02), names[likeliest]


def test_points_with_several_equilibria_are_striped_in_the_colours_of_what_is_possible():
    """Chicken where both to yield is worth more than all else, less, and in between; values out of order."""
    results = negotiation.sweep(scenario("chicken"), ["both_yield=15,-15", "yield_alone=-10,10,0"])
    ax = drawn(draw_readings, results)
    (mesh,) = ax.collections[1:]
    rgba = np.asarray(mesh.get_array())
    parts = rgba.shape[0] // 3, rgba.shape[1] // 2
    names = json.loads(results["reading"].attrs["names"])
    ordered = results.sortby(["both_yield", "yield_alone"])
    for up, across in np.ndindex(3, 2):
        cell = rgba[up * parts[0] : (up + 1) * parts[0], across * parts[1] : (across + 1) * parts[1]].reshape(-1, 4)
        at = ordered.isel(both_yield=across, yield_alone=up)
        if names[int(at["reading"])] != "several":
            assert (cell[:, 3] == 0).all()
            continue
        assert (cell[:, 3] == 1).all()
        possible = np.flatnonzero(at["reading_highest"].to_numpy() > 0)
        assert {to_hex(each) for each in cell} == {colour_of(int(place)).lower() for place in possible}
    shown = {text.get_text() for text in ax.get_legend().get_texts()}
    assert {"one side yields", "several equilibria (stripes: what is possible)"} <= shown


def test_stripes_lie_where_the_points_are():
    """Unequal distances: the edges of cells are half way between values, as those of the colours below."""
    results = negotiation.sweep(scenario("chicken"), ["both_yield=-15,-10,15", "yield_alone=-10,0,20"])
    below, above = drawn(draw_readings, results).collections
    for of in (lambda mesh: mesh.get_coordinates()[0, :, 0], lambda mesh: mesh.get_coordinates()[:, 0, 1]):
        coarse, fine = of(below), of(above)
        np.testing.assert_allclose(fine[:: (len(fine) - 1) // 3], coarse)


def test_along_one_axis_there_are_probabilities_above_payoffs():
    """Beer or quiche: by types as long as the weak are many, two pooling equilibria beyond."""
    results = negotiation.sweep(scenario("beer_quiche"), ["p_strong=0.1:0.9:9"])
    above, below = figure(results).axes
    assert (above.get_ylabel(), below.get_ylabel()) == ("probability", "payoff")
    duel = next(line for line in above.get_lines() if line.get_label() == "duel")
    x, y = duel.get_xdata(), duel.get_ydata()
    known = np.isfinite(y)
    np.testing.assert_allclose(y[known], 1 - x[known])
    assert known.sum() == 4  # strokes where equilibria differ, from 0.5 on
    strokes = [each for each in above.collections if len(each.get_segments())]
    spans = {tuple(segment[:, 1]) for each in strokes for segment in each.get_segments()}
    assert (0.0, 1.0) in spans
    assert len(strokes) == 3


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
        "several equilibria",
    }


def test_a_sample_is_drawn_over_its_first_two_parameters():
    results = negotiation.sweep(scenario("pretext"), [sobol(scenario("pretext"), 16, {"pi_X": None, "k_X": None})])
    ax = drawn(draw_readings, results)
    shown = np.concatenate([each.get_offsets() for each in ax.collections])
    assert {tuple(each) for each in shown.tolist()} == set(zip(results["pi_X"].to_numpy(), results["k_X"].to_numpy(), strict=True))


def test_numbers_along_one_axis_and_over_two():
    """Values that are listed out of order stand in their order."""
    results = negotiation.sweep(scenario("pretext"), ["pi_X=0:1:11", "k_X=3,1"])
    one = drawn(draw_numbers, results.sel(k_X=[3.0]), "payoff_highest")
    np.testing.assert_allclose(one.get_lines()[0].get_ydata()[-1], 5.0)
    two = drawn(draw_numbers, results, "payoff_lowest")
    np.testing.assert_allclose(
        two.collections[0].get_array(), results["payoff_lowest"].isel(player=0).sortby("k_X").transpose("k_X", "pi_X").to_numpy()
    )


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
    numbers = negotiation.sweep(scenario("pretext"), ["pi_X=3", "k_X=4", "b=0,4"])
    assert [ax.get_title() for ax in figure(numbers).axes] == ["b = 0", "b = 4"]
    with pytest.raises(NotApplicableError, match=r"a picture has two axes.*b \(7\), pi_X \(7\), k_X \(8\)"):
        figure(negotiation.sweep(scenario("pretext"), ["b=1:7:7", "pi_X=7", "k_X=8"]))
    with pytest.raises(NotApplicableError, match="no axis has more than one value"):
        figure(negotiation.sweep(scenario("pretext"), ["pi_X=0.5,"]))
