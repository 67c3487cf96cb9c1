"""The domestic cost of capitulating beyond which a refusal is sought (theory of divisible demands)."""

from fractions import Fraction

import pytest
from shipped import FOLDER, scenario

from negotiation.boundaries import regimes
from negotiation.scenario.scenario import loads

FAMILY = "      each: {d:"
ONE_DEMAND = "      with: {d: R}"


def with_one_demand():
    """The shipped scenario with a single demand: that which, granted, is worth just what acting upon its refusal is."""
    lines = (FOLDER / "demand_size.yaml").read_text(encoding="utf-8").splitlines()
    return loads("\n".join(ONE_DEMAND if line.startswith(FAMILY) else line for line in lines))


@pytest.mark.parametrize(
    ("variant", "expected", "printed", "readings"),
    [
        ("2a-III", Fraction(43, 32), "1.343750", ("bargain", "causal pretext")),
        ("2a-IV", Fraction(43, 32), "1.343750", ("bargain", "causal pretext")),
        ("2a-V", Fraction(34, 41), "0.829268", ("bargain", "cosmetic pretext")),
    ],
)
def test_the_critical_cost_comes_out_exactly_and_as_a_formula(variant, expected, printed, readings):
    """kappa* = h / R - 1 = (c_C + c_T + (1 - pi) b) / (p - c_C - (1 - pi) b)."""
    found = regimes(with_one_demand(), "kappa", variant=variant)
    (threshold,) = found.thresholds
    assert threshold.at.exact == expected
    assert f"{float(expected):.6f}" == printed
    assert (found.regions[0].readings, found.regions[1].readings) == ((readings[0],), (readings[1],))
    (flip,) = threshold.flips
    assert (flip.player, flip.takes, flip.instead) == ("target", "refuse > act", "accept")
    assert flip.solved == "kappa > (c_C + c_T + b - b * pi) / (p + b * pi - c_C - b)"


def test_on_a_grid_of_demands_the_threshold_is_that_of_the_next_demand_on_the_grid():
    """The smallest demand of the grid that is worth more than acting decides: 0.35 where R = 0.32, and 0.45 where R = 0.41."""
    for variant, demand in (("2a-IV", Fraction("0.35")), ("2a-V", Fraction("0.45"))):
        found = regimes(scenario("demand_size"), "kappa", variant=variant)
        assert [each.at.exact for each in found.thresholds] == [Fraction("0.75") / demand - 1]
