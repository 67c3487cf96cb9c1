"""Regimes in a plane: lines that are settled exactly, close where boundaries bend."""

from bisect import bisect
from fractions import Fraction

import pytest
from shipped import scenario, whole_numbers

from negotiation.boundaries import Axis, plane
from negotiation.concepts.subgame_perfect import solve
from negotiation.errors import ParameterError
from negotiation.plots.files import save
from negotiation.plots.plane import figure


@pytest.fixture(scope="module")
def blame_and_discount():
    return plane(scenario("pretext"), Axis("pi_X"), Axis("b", (0, 12)))


def test_random_points_between_the_lines_agree_with_the_solver(blame_and_discount):
    """Points at a distance from boundaries (two hundredths of the width) have what the lines on both sides of them have."""
    base, draw, checked = scenario("pretext"), whole_numbers(5), 0
    rows = blame_and_discount.rows
    for _ in range(150):
        across, up = Fraction(draw(1, 1000), 1001), 12 * Fraction(draw(1, 1000), 1001)
        above = bisect([row.value for row in rows], up)
        near = [here for row in (rows[above - 1], rows[above]) for shift in (-0.02, 0.02) if (here := _at(row, float(across) + shift))]
        if len(set(near)) > 1:
            continue
        game = base.stage(None, pi_X=across, b=up)
        assert set(near) == {frozenset(path.reading for each in solve(game).equilibria for path in each.paths)}
        checked += 1
    assert checked > 100


def _at(row, value):
    return row.readings[bisect(row.borders[1:-1], value)] if row.borders[0] < value < row.borders[-1] else None


def test_boundaries_are_equations_in_the_parameters(blame_and_discount):
    """The pretext beats the modest bargain where R_X = v_M, and standing still where R_X = 0; the pretext is causal from R_0 < 0 on."""
    found = {text: [set(side) for side in sides] for text, sides in blame_and_discount.boundaries.items()}
    assert found["a + b + v_M = g + b * pi_X"] in ([{"modest bargain"}, {"causal pretext"}], [{"modest bargain"}, {"cosmetic pretext"}])
    assert found["a + b = g + b * pi_X"] == [{"status quo"}, {"causal pretext"}]
    assert found["R_0 < 0"] == [{"cosmetic pretext"}, {"causal pretext"}]


def test_lines_are_far_fewer_than_the_points_of_a_grid(blame_and_discount):
    assert blame_and_discount.grid == 321**2
    assert blame_and_discount.solves * 100 < blame_and_discount.grid


def test_each_thing_that_can_happen_has_its_colour_and_its_entry_in_the_legend(blame_and_discount, tmp_path):
    """On the line b = 0 the pretext is worth nothing and revising at once as good: that is a line and no region, and not drawn."""
    assert frozenset({"bare revision", "cosmetic pretext"}) in blame_and_discount.readings
    drawn = figure(blame_and_discount)
    entries = [text.get_text() for text in drawn.axes[0].get_legend().get_texts()]
    assert entries == ["cosmetic pretext", "modest bargain", "causal pretext", "status quo"]
    inside = {text.get_text() for text in drawn.axes[0].texts}
    assert inside == {"cosmetic pretext", "modest bargain", "causal pretext", "status quo"}
    with pytest.raises(ParameterError, match="a picture is written as"):
        save(drawn, tmp_path / "plane.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_plane_needs_two_parameters():
    with pytest.raises(ParameterError, match="got b twice"):
        plane(scenario("pretext"), Axis("b"), Axis("b"))
    with pytest.raises(ParameterError, match="did you mean 'pi_X'"):
        plane(scenario("pretext"), Axis("b"), Axis("piX"))
    with pytest.raises(ParameterError, match="b must lie in"):
        plane(scenario("pretext"), Axis("pi_X"), Axis("b", (0, 99)))
