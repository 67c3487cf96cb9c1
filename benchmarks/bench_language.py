"""The language: loading the flagship scenario, and formulas on a million points against a loop of Python.

Loading is everything from the text to a checked scenario: YAML with places, shape, names, formulas, the tree, and all
numbers at the values of the file and of each variant. Beside it stands what PyYAML's own reader takes for the same text,
which knows neither places nor the language.
"""

from pathlib import Path

import numpy as np
import pytest
import yaml
from timing import best_times

from negotiation.scenario.formulas import parse
from negotiation.scenario.scenario import loads

FLAGSHIP = Path(__file__).parents[1] / "scenarios" / "december_2021.yaml"

#: What a person waits for without noticing, with the imports of the command line on top.
SECONDS_TO_LOAD = 0.25

POINTS = 1_000_000

#: How many times faster than the loop an evaluation on all points at once has to be. Conditions cost most: they are
#: computed with both of their branches, and every comparison looks for points without a number.
TIMES_FASTER = 8

#: A payoff of the theory, a clipped probability, a choice by condition, and a formula with functions that are not rational.
FORMULAS = {
    "payoff": "gain - cost - (1 - cover) * blame",
    "quadratic": "-gain - 2 * cost * gain ** 2",
    "choice": "gain - cost if cover > 0.5 and blame < 1 else max(0, cover - blame)",
    "logit": "1 / (1 + exp(-4 * (gain - cost)))",
}


@pytest.mark.benchmark(group="loading")
def bench_loading_and_checking_the_flagship(benchmark):
    text = FLAGSHIP.read_text(encoding="utf-8")
    scenario = loads(text)
    nodes = len(scenario.contents.outline.nodes)
    benchmark.extra_info.update(lines=text.count("\n"), variants=len(scenario.variants), nodes=nodes)
    if not benchmark.disabled:
        whole, plain = best_times(lambda: loads(text), lambda: yaml.safe_load(text))
        benchmark.extra_info.update(ratio_to_pyyaml=round(whole / plain, 2), bar_seconds=SECONDS_TO_LOAD)
        assert whole <= SECONDS_TO_LOAD
    benchmark(loads, text)


def python_loop(text: str, columns: dict[str, list[float]]) -> list[float]:
    """Return the values of a formula point by point: the plainest program that does the work."""
    names = list(columns)
    # The formulas of the language are Python expressions, and these ones stand above.
    function = eval(f"lambda {', '.join(names)}: {text}", {"exp": np.exp, "max": max})  # noqa: S307
    return [function(*point) for point in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.benchmark(group="formulas on a million points")
def bench_formula_on_a_million_points(benchmark, name):
    text = FORMULAS[name]
    formula = parse(text)
    random = np.random.default_rng(1)
    points = {each: random.uniform(0, 2, POINTS) for each in sorted(formula.names)}
    few = {each: column[:2_000].tolist() for each, column in points.items()}
    values = formula.evaluate(points)
    looped = python_loop(text, few)
    # Powers and exp may differ from Python's in the last place; sums and products may not, but one bound serves all.
    assert np.allclose(values[:2_000], looped, rtol=1e-14, atol=1e-14)
    benchmark.extra_info.update(points=POINTS)
    if not benchmark.disabled:
        whole = {each: column.tolist() for each, column in points.items()}
        array, loop = best_times(lambda: formula.evaluate(points), lambda: python_loop(text, whole))
        benchmark.extra_info.update(times_faster=round(loop / array, 1), bar=TIMES_FASTER, points_per_second=round(POINTS / array))
        assert array * TIMES_FASTER <= loop
    benchmark(formula.evaluate, points)
