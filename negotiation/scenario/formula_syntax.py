"""What is wrong with a text that is not a formula, in plain words: stray characters, brackets, missing operators.

Papers and spreadsheets write formulas in their own ways (``x^2``, ``2x``, ``a = b``, ``5%``, a typographic minus); each
is answered with how it is written here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from negotiation.errors import FormulaError

__all__ = ["DEEPEST", "NUMERAL", "check_text", "explain"]

LONGEST_TEXT = 2_000

#: How deep brackets, and operations inside operations, may be nested: evaluation recurses that deep.
DEEPEST = 100

NUMERAL = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?", re.ASCII)

#: Typographic characters -> what is written instead.
_INSTEAD: Mapping[str, str] = {
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{HYPHEN}": "-",
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{MIDDLE DOT}": "*",
    "\N{DOT OPERATOR}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{FRACTION SLASH}": "/",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{NOT EQUAL TO}": "!=",
    "\N{SUPERSCRIPT TWO}": "** 2",
    "\N{SUPERSCRIPT THREE}": "** 3",
    "\N{SQUARE ROOT}": "sqrt(...)",
    "\N{NO-BREAK SPACE}": " ",
}

#: What people write, and what is written instead. The first that is found is reported.
_SIGNS = (
    (re.compile(r"\^"), "powers are written with '**', as in x ** 2"),
    (re.compile(r"//"), "write '/' to divide"),
    (re.compile(r"%"), "write five per cent as 0.05"),
    (re.compile(r"&&?"), "write 'and'"),
    (re.compile(r"\|\|?"), "write 'or', or abs(...) for the absolute value"),
    (re.compile(r"!(?!=)|~"), "write 'not'"),
    (re.compile(r"=[<>]"), "write '<=' or '>='"),
    (re.compile(r"<>"), "write '!='"),
    (re.compile(r"<<|>>|[@$?`#;\\]"), ""),
    (re.compile(r"(?<![<>=!])=(?!=)"), "equality is compared with '=='"),
)

_QUOTED = re.compile(r"[rbfuRBFU]{0,2}[\"']")

#: What starts like a number, up to where the word ends.
_NUMERIC_WORD = re.compile(r"(?<![\w.])\.?\d(?:[eE][+-]\d|[\w.])*", re.ASCII)

_PIECE = re.compile(r"\s*(?:(?P<word>[\w.]+)|(?P<open>\()|(?P<close>\))|(?P<sign>\*\*|[<>=!]=|[-+*/<>,]))")

_BETWEEN = frozenset({"and", "or", "if", "else"})


def check_text(text: str) -> str:
    """Return a text on one line, ready to be parsed.

    Raises
    ------
    FormulaError
        If it is too long or empty, has characters without meaning, brackets that do not match, or malformed numbers.
    """
    if len(text) > LONGEST_TEXT:
        raise FormulaError(f"a formula may have at most {LONGEST_TEXT:,} characters, got {len(text):,}")
    flat = re.sub(r"[\r\n\t]", " ", text)
    if not flat.strip():
        raise FormulaError("expected a formula, got nothing")
    if (stray := re.search(r"[^ -~]", flat)) is not None:
        raise _stray(stray.group(), stray.start())
    if (quoted := _QUOTED.search(flat)) is not None:
        hint = "names are written without quotation marks"
        raise FormulaError("text cannot be used in a formula", offset=quoted.start(), length=len(quoted.group()), suggestion=hint)
    for sign, instead in _SIGNS:
        if (found := sign.search(flat)) is not None:
            rule = f"'{found.group()}' has no meaning in a formula"
            raise FormulaError(rule, offset=found.start(), length=len(found.group()), suggestion=instead)
    _check_brackets(flat)
    for word in _NUMERIC_WORD.finditer(flat):
        _check_number(flat, word.start(), word.group())
    return flat


def _stray(character: str, offset: int) -> FormulaError:
    name = unicodedata.name(character, "")
    called = f"U+{ord(character):04X}" + (f", {name}" if name else "")
    hint = f"write '{_INSTEAD[character]}'" if character in _INSTEAD else ""
    if unicodedata.category(character).startswith("L"):
        hint = "names in formulas have the letters A to Z, digits and '_' only"
    return FormulaError(f"the character {character!r} ({called}) has no meaning in a formula", offset=offset, suggestion=hint)


def _check_brackets(text: str) -> None:
    opened: list[int] = []
    for offset, character in enumerate(text):
        if character == "(":
            opened.append(offset)
        elif character == ")" and not opened:
            raise FormulaError("this bracket closes nothing", offset=offset)
        elif character == ")":
            opened.pop()
        if len(opened) > DEEPEST:
            raise FormulaError(f"brackets may be nested at most {DEEPEST} deep", offset=offset)
    if opened:
        raise FormulaError("this bracket is not closed", offset=opened[-1])


def _check_number(text: str, offset: int, word: str) -> None:
    if NUMERAL.fullmatch(word) is None:
        product = re.fullmatch(r"(?!0[xX])(\d+\.?\d*|\.\d+)([A-Za-z]\w*)", word, re.ASCII)
        hint = f"write {product.group(1)} * {product.group(2)} to multiply" if product else ""
        rule = f"'{word}' is not a number; numbers are written like 2, 0.25 or 1.5e-3"
        raise FormulaError(rule, offset=offset, length=len(word), suggestion=hint)
    if re.match(r"0\d", word):
        hint = "numbers have no ',' between thousands" if text[:offset].endswith(",") else "leave it out"
        raise FormulaError(f"'{word}' starts with a needless 0", offset=offset, length=len(word), suggestion=hint)


def explain(text: str, offset: int) -> FormulaError:
    """Return what is wrong with a text that Python's parser does not take; ``offset`` is where that gave up."""
    value_next, place = True, 0
    conditions: list[int] = []
    while (piece := _PIECE.match(text, place)) is not None:
        place = piece.end()
        word = piece.group().strip()
        start = place - len(word)
        is_operator = piece.lastgroup == "sign" or word in _BETWEEN
        if (misplaced := _misplaced(word, start, is_operator, value_next)) is not None:
            return misplaced
        if word == "if":
            conditions.append(start)
        elif word == "else" and conditions:
            conditions.pop()
        value_next = is_operator or word in ("(", "not")
    if value_next and not text[place:].strip():
        return FormulaError("a value is missing at the end", offset=len(text) - 1)
    if conditions:
        return FormulaError("'if' needs 'else', as in a if x > 0 else b", offset=conditions[-1], length=2)
    return FormulaError("this is not a formula", offset=offset)


def _misplaced(word: str, start: int, is_operator: bool, value_next: bool) -> FormulaError | None:
    """Return what is wrong with a value where an operator is expected or the other way round, None if it is in place."""
    if value_next and (word == ")" or (is_operator and word not in "+-")):
        return FormulaError(f"a value is missing before {word!r}", offset=start, length=len(word))
    if not value_next and not is_operator and word not in "()":
        hint = "" if word == "not" else "write '*' to multiply"
        return FormulaError(f"an operator is missing before {word!r}", offset=start, length=len(word), suggestion=hint)
    return None
