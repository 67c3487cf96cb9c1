"""What is no formula, and what has no value: refused quickly, at the right place, with how it is written."""

import time
from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import FormulaError
from negotiation.scenario.formulas import parse

#: (text, offset, length, rule, suggestion)
NO_FORMULAS = [
    ("", 0, 1, "expected a formula, got nothing", ""),
    (" \n ", 0, 1, "expected a formula, got nothing", ""),
    ("a.b", 0, 3, "attributes such as a.b cannot be used in a formula", ""),
    ("1 + ().__class__", 4, 12, "attributes such as a.b cannot be used in a formula", ""),
    ("a[0]", 0, 4, "subscripts such as a[0] cannot be used in a formula", ""),
    ("lambda: 1", 0, 9, "lambda cannot be used in a formula", ""),
    ("f'{a}'", 0, 2, "text cannot be used in a formula", "names are written without quotation marks"),
    ('gain + "x"', 7, 1, "text cannot be used in a formula", "names are written without quotation marks"),
    ("__import__('os')", 11, 1, "text cannot be used in a formula", "names are written without quotation marks"),
    ("[1, 2]", 0, 6, "lists cannot be used in a formula", ""),
    ("[x for x in y]", 0, 14, "loops cannot be used in a formula", ""),
    ("{1}", 0, 3, "braces cannot be used in a formula", ""),
    ("{a: 1}", 0, 6, "braces cannot be used in a formula", ""),
    ("a, b", 0, 4, "commas outside a function cannot be used in a formula", ""),
    ("(a := 1)", 4, 1, "'=' has no meaning in a formula", "equality is compared with '=='"),
    ("await a", 0, 7, "await cannot be used in a formula", ""),
    ("min(*a)", 4, 2, "stars before a name cannot be used in a formula", ""),
    ("a is b", 0, 6, "only < <= > >= == != compare in a formula", ""),
    ("a not in b", 0, 10, "only < <= > >= == != compare in a formula", ""),
    ("()", 0, 2, "a value is missing between the brackets", ""),
    # typography and other notations
    ("gain \u2212 cost", 5, 1, "the character '\u2212' (U+2212, MINUS SIGN) has no meaning in a formula", "write '-'"),
    (
        "g\u0430in",
        1,
        1,
        "the character '\u0430' (U+0430, CYRILLIC SMALL LETTER A) has no meaning in a formula",
        "names in formulas have the letters A to Z, digits and '_' only",
    ),
    ("a\x00b", 1, 1, "the character '\\x00' (U+0000) has no meaning in a formula", ""),
    ("a\u200bb", 1, 1, "the character '\\u200b' (U+200B, ZERO WIDTH SPACE) has no meaning in a formula", ""),
    ("x\u00b2", 1, 1, "the character '\u00b2' (U+00B2, SUPERSCRIPT TWO) has no meaning in a formula", "write '** 2'"),
    ("a \u2264 b", 2, 1, "the character '\u2264' (U+2264, LESS-THAN OR EQUAL TO) has no meaning in a formula", "write '<='"),
    ("x^2", 1, 1, "'^' has no meaning in a formula", "powers are written with '**', as in x ** 2"),
    ("a = b", 2, 1, "'=' has no meaning in a formula", "equality is compared with '=='"),
    ("5%", 1, 1, "'%' has no meaning in a formula", "write five per cent as 0.05"),
    ("a && b", 2, 2, "'&&' has no meaning in a formula", "write 'and'"),
    ("|a|", 0, 1, "'|' has no meaning in a formula", "write 'or', or abs(...) for the absolute value"),
    ("!a", 0, 1, "'!' has no meaning in a formula", "write 'not'"),
    ("~a", 0, 1, "'~' has no meaning in a formula", "write 'not'"),
    ("a <> b", 2, 2, "'<>' has no meaning in a formula", "write '!='"),
    ("a =< b", 2, 2, "'=<' has no meaning in a formula", "write '<=' or '>='"),
    ("a // b", 2, 2, "'//' has no meaning in a formula", "write '/' to divide"),
    ("a; b", 1, 1, "';' has no meaning in a formula", ""),
    ("a # b", 2, 1, "'#' has no meaning in a formula", ""),
    ("a \\ b", 2, 1, "'\\' has no meaning in a formula", ""),
    ("2x", 0, 2, "'2x' is not a number; numbers are written like 2, 0.25 or 1.5e-3", "write 2 * x to multiply"),
    ("1 - 0.5blame", 4, 8, "'0.5blame' is not a number; numbers are written like 2, 0.25 or 1.5e-3", "write 0.5 * blame to multiply"),
    ("1_000", 0, 5, "'1_000' is not a number; numbers are written like 2, 0.25 or 1.5e-3", ""),
    ("0x10", 0, 4, "'0x10' is not a number; numbers are written like 2, 0.25 or 1.5e-3", ""),
    ("1.2.3", 0, 5, "'1.2.3' is not a number; numbers are written like 2, 0.25 or 1.5e-3", ""),
    ("True", 0, 4, "'True' is not a number; numbers are written like 2, 0.25 or 1.5e-3", "write 1 for true and 0 for false"),
    ("...", 0, 3, "'...' is not a number; numbers are written like 2, 0.25 or 1.5e-3", ""),
    ("007", 0, 3, "'007' starts with a needless 0", "leave it out"),
    ("1,000", 2, 3, "'000' starts with a needless 0", "numbers have no ',' between thousands"),
    # brackets and what is missing
    ("(a + b", 0, 1, "this bracket is not closed", ""),
    ("min(a, (b)", 3, 1, "this bracket is not closed", ""),
    ("a + b)", 5, 1, "this bracket closes nothing", ""),
    ("a b", 2, 1, "an operator is missing before 'b'", "write '*' to multiply"),
    ("  a b", 4, 1, "an operator is missing before 'b'", "write '*' to multiply"),
    ("a not b", 2, 3, "an operator is missing before 'not'", ""),
    ("a + * b", 4, 1, "a value is missing before '*'", ""),
    ("a + (b -)", 8, 1, "a value is missing before ')'", ""),
    ("a +", 2, 1, "a value is missing at the end", ""),
    ("not", 2, 1, "a value is missing at the end", ""),
    ("a if b", 2, 2, "'if' needs 'else', as in a if x > 0 else b", ""),
    ("a if b else c else d", 14, 1, "this is not a formula", ""),
    # functions
    (
        "print(1)",
        0,
        5,
        "unknown function 'print'",
        "there are min, max, abs, exp, log, sqrt, clip; a product is written print * (...)",
    ),
    ("2 * mn(a, b)", 4, 2, "unknown function 'mn'", "did you mean 'min'?"),
    ("2(a)", 0, 4, "only functions with a name can be called in a formula", "write '*' to multiply"),
    ("min", 0, 3, "'min' is a function: write min(...)", ""),
    ("min(1)", 0, 6, "min takes 2 to 20 arguments, got 1", ""),
    ("sqrt()", 0, 6, "sqrt takes 1 argument, got 0", ""),
    ("clip(a, 1)", 0, 10, "clip takes 3 arguments, got 2", ""),
    ("min(**a)", 0, 8, "min takes its arguments by position", ""),
    # limits
    ("1e301", 0, 5, "the exponent of a number may be at most 300, got 301", ""),
    ("1e999999", 0, 8, "a number may have at most 60 digits and an exponent up to 300", ""),
    ("1 + " + "9" * 61, 4, 61, "a number may have at most 60 digits and an exponent up to 300", ""),
    ("9" * 20 + "e299", 0, 24, "the number is too large", ""),
    ("x ** 1001", 0, 9, "a constant power may be at most 1,000", ""),
    ("2 ** -1e9", 0, 9, "a constant power may be at most 1,000", ""),
    ("(" * 101 + "1" + ")" * 101, 100, 1, "brackets may be nested at most 100 deep", ""),
    (
        "-" * 102 + "1",
        101,
        2,
        "operations may be nested at most 100 deep, sums of many terms included",
        "name parts of it under 'definitions'",
    ),
    ("1" + " " * 2000, 0, 1, "a formula may have at most 2,000 characters, got 2,001", ""),
]


@pytest.mark.parametrize(("text", "offset", "length", "rule", "suggestion"), NO_FORMULAS, ids=[repr(row[0][:24]) for row in NO_FORMULAS])
def test_no_formula(text, offset, length, rule, suggestion):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    error = caught.value
    assert (error.rule, error.offset, error.length, error.suggestion) == (rule, offset, length, suggestion)


def test_message_counts_characters_from_one():
    with pytest.raises(FormulaError) as caught:
        parse("2x")
    assert str(caught.value) == (
        "'2x' is not a number; numbers are written like 2, 0.25 or 1.5e-3 (at character 1); write 2 * x to multiply"
    )


HOSTILE = {
    "10,000 brackets": "(" * 10_000 + "1" + ")" * 10_000,
    "1 MB of text": "a+" * 500_000 + "a",
    "1 MB of blanks": " " * 1_000_000,
    "1 MB of digits": "9" * 1_000_000,
    "unary minuses": "-" * 1_990 + "1",
    "not not": "not " * 490 + "1",
    "powers": "2**" * 600 + "2",
    "square brackets": "[" * 1_990,
    "braces": "{" * 1_990,
    "ifs": "1 if 1 else " * 160 + "1",
    "many parts": "+".join(["(" + "+".join(["1"] * 99) + ")"] * 9),
    "attributes": "a" + ".b" * 990,
    "calls": "a" + "()" * 990,
    "calls inside calls": "abs(" * 390 + "1" + ")" * 390,
    "comparisons": "1<" * 990 + "1",
    "all kinds of sign": "".join(map(chr, range(32, 127))),
    "surrogate": "\ud800",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused_at_once(text):
    start = time.perf_counter()
    with pytest.raises(FormulaError):
        parse(text)
    assert time.perf_counter() - start < 0.25


#: formula -> what is said at x = 0, y = 1000 and z = -1; (offset, length, rule).
NO_VALUES = {
    "1 + 2 / x": (4, 5, "division by zero"),
    "0 / x": (0, 5, "division by zero"),
    "1 / (y - 1000)": (0, 14, "division by zero"),
    "x ** z": (0, 6, "0 has no negative power"),
    "x ** -2": (0, 7, "0 has no negative power"),
    "z ** 0.5": (0, 8, "a negative number has no power that is not a whole number"),
    "2 * exp(y)": (4, 6, "the number is too large"),
    "log(x)": (0, 6, "log needs a number above 0, got 0"),
    "log(z)": (0, 6, "log needs a number above 0, got -1"),
    "sqrt(z)": (0, 7, "sqrt needs a number of at least 0, got -1"),
    "y ** 500": (0, 8, "the number is too large"),
    "1e300 * y ** 3": (0, 14, "the number is too large"),
    "clip(x, y, z)": (0, 13, "clip needs its lower bound below its upper bound, got 1000 and -1"),
    # what would turn into an ordinary number again on the way
    "1 / x > 2": (0, 5, "division by zero"),
    "2 < 1 / x": (4, 5, "division by zero"),
    "min(1 / x, 5)": (4, 5, "division by zero"),
    "max(5, 1 / x)": (7, 5, "division by zero"),
    "clip(1 / x, 0, 1)": (5, 5, "division by zero"),
    "1 / (1 / x)": (5, 5, "division by zero"),
    "(1 / x) ** 0": (1, 5, "division by zero"),
    "1 ** (1 / x)": (6, 5, "division by zero"),
    "(1 / x) ** x": (1, 5, "division by zero"),
    "exp(-1 / x)": (4, 6, "division by zero"),
    "0 * (1 / x)": (5, 5, "division by zero"),
    "not 1 / x": (4, 5, "division by zero"),
    "1 if 1 / x else 0": (5, 5, "division by zero"),
    "1 / x and 0": (0, 5, "division by zero"),
    "0 / x or 1": (0, 5, "division by zero"),
    "log(z) < 0 or 1": (0, 6, "log needs a number above 0, got -1"),
    "1 < 2 < 1 / x": (8, 5, "division by zero"),
}
POINT = {"x": 0.0, "y": 1000.0, "z": -1.0}


@pytest.mark.parametrize("text", NO_VALUES)
def test_no_value(text):
    offset, length, rule = NO_VALUES[text]
    formula = parse(text)
    with pytest.raises(FormulaError) as exact:
        formula.exact({name: Fraction(value) for name, value in POINT.items()})
    assert (exact.value.rule, exact.value.offset, exact.value.length) == (rule, offset, length)
    at = ", ".join(f"{name} = {POINT[name]:g}" for name in formula.places)
    for values in (POINT, {name: np.array([value]) for name, value in POINT.items()}):
        with pytest.raises(FormulaError) as doubles:
            formula.evaluate(values)
        assert (doubles.value.rule, doubles.value.offset, doubles.value.length) == (f"{rule} at {at}", offset, length)


#: What is not looked at has no mistakes: the same points, and both arithmetics give a number.
SKIPPED = {
    "1 / x if x else 7": 7,
    "7 if not x else 1 / x": 7,
    "x and 1 / x": 0,
    "not x or 1 / x": 1,
    "x and (z and 1 / x)": 0,
    "2 < 1 < 1 / x": 0,
    "5 if z < 0 or log(x) else 0": 5,
    "sqrt(z) if z > 0 else 0": 0,
}


@pytest.mark.parametrize("text", SKIPPED)
def test_branches_that_are_not_taken_may_have_no_value(text):
    formula = parse(text)
    assert formula.exact({name: Fraction(value) for name, value in POINT.items()}) == SKIPPED[text]
    assert formula.evaluate(POINT) == SKIPPED[text]


def test_the_first_point_without_a_value_is_named():
    x, y = np.array([[1.0], [2.0]]), np.array([3.0, 2.0, 1.0])
    with pytest.raises(FormulaError) as caught:
        parse("1 + 1 / (x - y)").evaluate({"y": y, "x": x})
    assert caught.value.rule == "division by zero at x = 1, y = 1"
    assert (caught.value.offset, caught.value.length) == (4, 11)


def test_overflow_of_doubles_only_is_refused_as_well():
    """Exactly 1e308 + 1e308 - 1e308 is no larger than doubles are, but its parts are."""
    with pytest.raises(FormulaError, match="the number is too large at x = 1e"):
        parse("x + x - x").evaluate({"x": 1e308})
    with pytest.raises(FormulaError, match="the number is too large"):
        parse("x + x - x").exact({"x": Fraction(10) ** 308})


def test_infinite_and_missing_input_is_no_number():
    for value, came in ((float("inf"), "infinity"), (float("nan"), "no number")):
        with pytest.raises(FormulaError, match=f"'x' gives {came} at x = "):
            parse("x").evaluate({"x": np.array([0.0, value])})
        with pytest.raises(FormulaError, match="gives no number at x = "):
            parse("min(x, 1) if x > 0 else 1 / x").evaluate({"x": value})


def test_exact_powers_stay_small():
    for text in ("9 ** 9 ** 9", "(1 / 7) ** 999 ** 999", "x ** 1000 ** 2"):
        start = time.perf_counter()
        with pytest.raises(FormulaError, match="the number is too large"):
            parse(text).exact({"x": Fraction(3, 2)})
        assert time.perf_counter() - start < 0.25
    assert parse("1 ** 9 ** 9 ** 2").exact({}) == 1
    assert parse("(-1) ** (10 ** 300 + 1)").exact({}) == -1


def test_fractions_of_too_many_digits_are_refused():
    """Each number is small, and their sum has the product of all denominators."""
    primes = [number for number in range(2, 114) if all(number % divisor for divisor in range(2, number))]
    text = " + ".join(f"1 / (x + {prime}) ** 140" for prime in primes)
    with pytest.raises(FormulaError, match="too many digits"):
        parse(text).exact({"x": Fraction(0)})
