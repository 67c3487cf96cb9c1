"""Random formulas: against Python's own arithmetic on Fractions and on floats, and bit for bit in blocks of any size."""

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import FormulaError
from negotiation.scenario.formulas import parse

NAMES = ("a", "b", "c")
LEAVES = ("0", "1", "2", "3", "0.1", "0.2", "0.3", "0.25", "1e-1", "7", *NAMES)


@st.composite
def numbers(draw, depth=4, *, powers):
    """Return the text of a number; brackets are left out wherever the grammar allows it, which tests precedence."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(LEAVES))
    left, right = (draw(numbers(depth - 1, powers=powers)) for _ in range(2))
    kind = draw(st.sampled_from(["pair", "pair", "brackets", "if", "truth", "least", "abs", "minus", "power"]))
    match kind:
        case "pair":
            return f"{left} {draw(st.sampled_from('+-*/'))} {right}"
        case "brackets":
            return f"({left})"
        case "if":
            return f"({left} if {draw(conditions(depth - 1, powers=powers))} else {right})"
        case "truth":
            return f"(1 * (1 if {draw(conditions(depth - 1, powers=powers))} else 0))"
        case "least":
            return f"{draw(st.sampled_from(['min', 'max']))}({left}, {right})"
        case "abs":
            return f"abs({left})"
        case "minus":
            return f"-{left}"
    return f"({left}) ** {draw(st.sampled_from(['0', '1', '2', '3', '-1', '-2']))}" if powers else f"{left} - {right}"


@st.composite
def conditions(draw, depth, *, powers):
    """Return the text of a condition, of which only the truth counts."""
    left, right = (
        draw(numbers(depth, powers=powers) if depth == 0 or draw(st.booleans()) else conditions(depth - 1, powers=powers)) for _ in "lr"
    )
    kind = draw(st.sampled_from(["and", "or", "not", "brackets", "pair", "chain"]))
    match kind:
        case "and" | "or":
            return f"{left} {kind} {right}"
        case "not":
            return f"not {left}"
        case "brackets":
            return f"({left})"
    first, second, third = (draw(numbers(depth, powers=powers)) for _ in range(3))
    signs = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    return f"{first} {draw(signs)} {second}" + (f" {draw(signs)} {third}" if kind == "chain" else "")


def python_value(text, number, values):
    """Return what Python computes, with every numeral read by ``number``; None if it divides by zero."""
    read = re.sub(r"(?<![\w.])(\d[\d.]*(?:e-?\d+)?)", lambda found: f"number({found.group()!r})", text)
    try:
        # The text is made of the pieces above.
        return eval(read, {"number": number, **values})  # noqa: S307
    except ZeroDivisionError:
        return None


def value_or_none(compute):
    try:
        return compute()
    except FormulaError as error:
        if "division by zero" in error.rule or "0 has no negative power" in error.rule:
            return None
        raise


VALUES = st.fixed_dictionaries({name: st.fractions(-3, 3, max_denominator=12) for name in NAMES})


@given(numbers(powers=True), VALUES)
@settings(max_examples=150, deadline=None)
def test_exact_values_are_pythons_on_fractions(text, values):
    formula = parse(text)
    # Whole powers of numerals are wanted as Fractions, and ``2 ** -1`` of Fractions is one.
    expected = python_value(text, Fraction, values)
    assert value_or_none(lambda: formula.exact(values)) == expected


@given(numbers(powers=False), st.lists(VALUES, min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_double_values_are_pythons_on_floats(text, points):
    """Sums, products, quotients and comparisons are defined by IEEE 754, so they agree in every bit."""
    formula = parse(text)
    floats = [{name: float(value) for name, value in point.items()} for point in points]
    expected = [python_value(text, float, point) for point in floats]
    assert [value_or_none(lambda point=point: formula.evaluate(point)) for point in floats] == expected
    arrays = {name: np.array([point[name] for point in floats]) for name in NAMES}
    if None in expected:
        with pytest.raises(FormulaError, match="zero"):
            formula.evaluate(arrays)
    else:
        found = np.broadcast_to(formula.evaluate(arrays), len(points))
        # Bytes, so that no tolerance is needed; there is no -0 in results.
        assert found.tobytes() == (np.array(expected, dtype=float) + 0.0).tobytes()


def test_there_is_no_negative_zero():
    """Which of 0 and -0 np.minimum returns depends on the place in the array, and a page would print '-0'."""
    for size in (1, 7, 64):
        for text in ("min(x, -x)", "max(-x, x)", "-x", "x * -1", "clip(x, -x, x)"):
            assert parse(text).evaluate({"x": np.zeros(size)}).tobytes() == np.zeros(size).tobytes()
    assert str(parse("-x").evaluate({"x": 0.0})) == "0.0"


IRRATIONAL = [
    "exp(a)",
    "log(b)",
    "sqrt(b)",
    "b ** a",
    "b ** 0.3",
    "b ** 7",
    "b ** -3",
    "exp(-a ** 2) / (1 + exp(a)) if a < b else log(b) * sqrt(b)",
    "clip(exp(a), 0.5, b + 1) + min(a, b, 0.1) * abs(a - b) ** 1.5",
    "1 / (1 + exp(-4 * (a - b)))",
]


@pytest.mark.parametrize("text", IRRATIONAL)
def test_blocks_of_any_size_give_the_same_bits(text):
    random = np.random.default_rng(7)
    a, b = random.normal(0, 3, 1009), random.gamma(2.0, 1.0, 1009) + 1e-3
    formula = parse(text)
    whole = formula.evaluate({"a": a, "b": b})
    for size in (1, 2, 3, 5, 8, 13, 64, 500):
        blocks = [formula.evaluate({"a": a[start : start + size], "b": b[start : start + size]}) for start in range(0, 1009, size)]
        assert np.concatenate(blocks).tobytes() == whole.tobytes()
    scalars = [formula.evaluate({"a": x, "b": y}) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert np.array(scalars).tobytes() == whole.tobytes()


@pytest.mark.parametrize("shape", [(40_000,), (3, 30_000), (300, 201, 2), (1, 50_000)])
def test_arrays_that_are_cut_into_blocks_inside(shape):
    """Along the longest axis, with values that have fewer axes or only one entry along it."""
    random = np.random.default_rng(5)
    formula = parse("exp(a) * b - c ** 1.5 if a < b or c < 1 else b / c")
    values = {"a": random.normal(0, 1, shape), "b": random.gamma(2.0, 1.0, (*shape[:-1], 1)), "c": random.gamma(2.0, 1.0, shape[-1])}
    whole = formula.evaluate(values)
    assert whole.shape == shape
    full = {name: np.broadcast_to(value, shape) for name, value in values.items()}
    for place in ((0,) * len(shape), tuple(size // 2 for size in shape), tuple(size - 1 for size in shape)):
        assert formula.evaluate({name: value[place] for name, value in full.items()}) == whole[place]
    with pytest.raises(FormulaError, match="log needs a number above 0"):
        parse("log(c - 1e-9)").evaluate({"c": np.append(np.ones(60_000), 0.0)})


@pytest.mark.parametrize("text", IRRATIONAL)
def test_layout_in_memory_does_not_change_bits(text):
    random = np.random.default_rng(11)
    a, b = random.normal(0, 2, (37, 23)), random.gamma(2.0, 1.0, (37, 23)) + 1e-3
    formula = parse(text)
    whole = np.broadcast_to(formula.evaluate({"a": a, "b": b}), a.shape)
    for view in (np.s_[::2, ::3], np.s_[::-1, :], np.s_[:, 5]):
        assert np.array_equal(np.broadcast_to(formula.evaluate({"a": a[view], "b": b[view]}), a[view].shape), whole[view])
    turned = formula.evaluate({"a": np.asfortranarray(a), "b": np.asfortranarray(b)})
    assert np.array_equal(turned, formula.evaluate({"a": a, "b": b}))
    # One row against one column, as a sweep over two axes has them.
    grid = np.broadcast_to(formula.evaluate({"a": a[:, :1], "b": b[:1, :]}), a.shape)
    full = formula.evaluate({"a": np.repeat(a[:, :1], 23, axis=1), "b": np.repeat(b[:1, :], 37, axis=0)})
    assert np.array_equal(grid, np.broadcast_to(full, a.shape))
