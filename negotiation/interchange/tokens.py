r"""The marks that Gambit's formats are made of: quoted texts, numbers, braces and commas, each with its place.

Blanks and line ends mean nothing outside quotation marks. Inside them every character stands for itself, but ``\"`` is a
quotation mark. Gambit's documentation leaves open how a text ends in a backslash; here backslashes before a quotation
mark count double (``\\"`` is one backslash and the end of the text), and anywhere else they stand for themselves, so
that any text without such a pair reads as in Gambit. Numbers are integers, decimals (also ``.5``, ``2.`` and ``1e-3``)
and ratios of integers; each is the rational that it reads as.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NoReturn

from negotiation.errors import GameError, GameFileError, Mistake

__all__ = ["MAX_BYTES", "Tokens", "is_readable", "numeral", "quoted", "quoted_name", "quoted_names", "readable"]

#: The largest file that is read, bytes. Gambit's own collection of games stays below a twentieth of it.
MAX_BYTES = 20_000_000

#: The longest name, characters; names are repeated in every message and table.
MAX_NAME = 1_000

#: The largest numerator or denominator, bits (1,204 digits), also of payoffs added up along a path. Products of dozens of
#: float64 numbers stay below it; without a limit a small file could keep the arithmetic busy for hours.
MAX_BITS = 4_000

#: Numbers from here on are refused, since the float64 images of payoffs end at 1.8e308.
MAX_MAGNITUDE = 10**300

#: The largest exponent of ten; beyond it a number breaks one of the two limits above anyway, unless it is 0.
MAX_EXPONENT = 2_000

#: The longest numeral, characters: enough for a ratio of two integers of ``MAX_BITS``.
MAX_NUMERAL = 2_500

#: Numerals of so many characters are read once and then looked up: tables repeat the short ones, and few are different.
MAX_SHARED = 5

#: Control characters other than blanks and line ends, which could steer a terminal, and halves of surrogate pairs.
FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")

#: Longer texts are cut in messages, so that a hostile file cannot fill the screen.
MAX_SHOWN = 60

# Possessive repeats (++, *+) never step back, so a text of any length is read in linear time and constant memory.
_TOKEN = re.compile(
    r'[ \t\n\v\f\r]*+(?:"(?P<text>(?:[^"\\]++|(?:\\\\)*+\\"|\\++(?!"))*+(?:\\\\)*+)"|(?P<mark>[{},])|(?P<word>[^ \t\n\v\f\r{},"]++))'
)
_BLANKS = re.compile(r"[ \t\n\v\f\r]*+")
_BEFORE_QUOTE = re.compile(r'(?<!\\)(\\++)("|\Z)')
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMERAL = re.compile(r"[+-]?(?:[0-9]+/[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]+))?)")


def is_readable(number: Fraction) -> bool:
    """Return whether a number is within the limits of size."""
    bits = number.numerator.bit_length()
    if bits > MAX_BITS or number.denominator.bit_length() > MAX_BITS:
        return False
    return bits < MAX_MAGNITUDE.bit_length() or abs(number) < MAX_MAGNITUDE


class Tokens:
    """A text read token by token, one token ahead.

    ``kind`` (``"text"``, ``"mark"``, ``"word"`` or ``"end"``) and ``value`` are those of the token that comes next,
    ``start`` and ``stop`` its offsets in the text. A text's value is what stands between its quotation marks, as written.

    Raises
    ------
    GameFileError
        If the text is longer than ``MAX_BYTES`` or has control characters; later, if what comes is no token.
    """

    __slots__ = ("_numbers", "file", "kind", "start", "stop", "text", "value")

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.kind: str = "end"
        self.value = ""
        self.start = self.stop = 0
        self._numbers: dict[str, Fraction] = {}
        if len(text) > MAX_BYTES:
            self.fail(f"the text is longer than {MAX_BYTES:,} characters, the most that is read")
        if forbidden := FORBIDDEN.search(text):
            self.fail(f"the character U+{ord(forbidden.group()):04X} may not stand in a game file", at=forbidden.start())
        self.advance()

    def advance(self) -> None:
        """Go to the next token."""
        match = _TOKEN.match(self.text, self.stop)
        if match is None:
            self._end()
            return
        self.kind = match.lastgroup or "end"
        self.value = match[self.kind]
        self.stop = match.end()
        self.start = self.stop - len(self.value) - (2 if self.kind == "text" else 0)

    def _end(self) -> None:
        match = _BLANKS.match(self.text, self.stop)
        self.start = len(self.text) if match is None else match.end()
        self.stop = len(self.text)
        self.kind, self.value = "end", ""
        if self.start < len(self.text):
            self.fail("a text that starts here has no closing quotation mark", length=1)

    def is_mark(self, mark: str) -> bool:
        """Return whether a brace or comma comes next."""
        return self.kind == "mark" and self.value == mark

    def take_mark(self, mark: str, purpose: str) -> None:
        """Take a brace; ``purpose`` says what it is for."""
        if self.kind != "mark" or self.value != mark:
            self.fail(f"expected {mark!r} {purpose}, got {self.came}")
        self.advance()

    def take_comma(self) -> None:
        """Take a comma if one comes; between numbers it means nothing."""
        if self.kind == "mark" and self.value == ",":
            self.advance()

    def take_word(self, allowed: tuple[str, ...], expected: str) -> str:
        """Take one of the allowed words."""
        if self.kind != "word" or self.value not in allowed:
            self.fail(f"expected {expected}, got {self.came}")
        word = self.value
        self.advance()
        return word

    def take_text(self, expected: str) -> str:
        """Take a quoted text and return what it says."""
        if self.kind != "text":
            hint = "texts stand in double quotes" if self.kind == "word" else ""
            self.fail(f"expected {expected}, got {self.came}", suggestion=hint)
        text = self.value
        if "\\" in text:
            text = _BEFORE_QUOTE.sub(lambda run: "\\" * (len(run[1]) // 2) + run[2], text)
        self.advance()
        return text

    def take_name(self, expected: str) -> str:
        """Take a quoted text that names something."""
        if self.kind == "text" and len(self.value) > MAX_NAME:
            self.fail(f"a name is longer than {MAX_NAME:,} characters, the most that is read", length=1)
        return self.take_text(expected)

    def take_integer(self, expected: str, lowest: int, highest: int | None = None) -> int:
        """Take an integer that is at least ``lowest`` and at most ``highest``."""
        if self.kind != "word" or not _INTEGER.fullmatch(self.value) or len(self.value) > MAX_NUMERAL:
            self.fail(f"expected {expected}, got {self.came}")
        integer = int(self.value)
        if integer < lowest or (highest is not None and integer > highest):
            between = f"at least {lowest}" if highest is None else f"from {lowest} to {highest}"
            self.fail(f"expected {expected} {between}, got {self.came}")
        self.advance()
        return integer

    def take_number(self, expected: str) -> Fraction:
        """Take a number and return the rational that it reads as."""
        number = self._numbers.get(self.value) if self.kind == "word" else None
        if number is None:
            number = self._read_number(expected)
            if len(self.value) <= MAX_SHARED:
                self._numbers[self.value] = number
        self.advance()
        return number

    def _read_number(self, expected: str) -> Fraction:
        match = _NUMERAL.fullmatch(self.value) if self.kind == "word" else None
        if match is None:
            self.fail(f"expected {expected}, a number such as 2, 0.25 or 2/3, got {self.came}")
        exponent = match["exponent"] or "0"
        if len(self.value) > MAX_NUMERAL or abs(int(exponent)) > MAX_EXPONENT:
            self._fail_large(expected)
        try:
            number = Fraction(self.value)
        except ZeroDivisionError:
            self.fail(f"{expected} divides by zero: {self.came}")
        if not is_readable(number):
            self._fail_large(expected)
        return number

    def _fail_large(self, expected: str) -> NoReturn:
        self.fail(f"{expected} is a number beyond 1e300 or with more than 1,200 digits: {self.came}")

    @property
    def came(self) -> str:
        """What comes next, for messages."""
        if self.kind == "end":
            return "the end of the file"
        shown = self.value if len(self.value) <= MAX_SHOWN else self.value[: MAX_SHOWN - 3] + "..."
        return f'the text "{shown}"' if self.kind == "text" else repr(shown)

    def line_of(self, place: int) -> int:
        """Return the number of the line at an offset, counted as editors count: a carriage return and line feed is one end."""
        before = self.text[:place]
        return before.count("\n") + before.count("\r") - before.count("\r\n") + 1

    def fail(self, rule: str, *, at: int | None = None, length: int | None = None, suggestion: str = "") -> NoReturn:
        """Raise a mistake at an offset; without one, at the token that comes next."""
        if at is None:
            at = self.start
            length = max(1, self.stop - self.start) if length is None else length
        line_start = max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1
        line_ends = (end for end in (self.text.find("\n", at), self.text.find("\r", at)) if end >= 0)
        source = FORBIDDEN.sub("\ufffd", self.text[line_start : min(line_ends, default=len(self.text))])
        mistake = Mistake(self.file, self.line_of(at), at - line_start + 1, rule, source, length or 1, suggestion)
        raise GameFileError((mistake,))


def quoted(text: str, what: str) -> str:
    """Return a text as it is written in a file.

    Raises
    ------
    GameError
        If it has characters that may not stand in a file; ``what`` says what the text is.
    """
    if forbidden := FORBIDDEN.search(text):
        raise GameError(f"{what} {text[:MAX_SHOWN]!r} has the character U+{ord(forbidden.group()):04X}, which may not stand in a game file")
    if "\\" in text:
        text = _BEFORE_QUOTE.sub(lambda run: run[1] * 2 + run[2], text)
    return '"' + text.replace('"', '\\"') + '"'


def quoted_names(names: Sequence[str], what: str) -> str:
    """Return names as a list in braces.

    Raises
    ------
    GameError
        As ``quoted``, and if a name is longer than ``MAX_NAME``.
    """
    return "{ " + " ".join(quoted_name(name, what) for name in names) + " }"


def quoted_name(name: str, what: str) -> str:
    """Return a name as it is written in a file; errors as ``quoted_names``."""
    if len(name) > MAX_NAME:
        raise GameError(f"{what} {name[:MAX_SHOWN]!r}... is longer than {MAX_NAME:,} characters, the most that a game file is read with")
    return quoted(name, what)


def numeral(number: Fraction) -> str:
    """Return a number as it is written in a file, exactly: an integer or a ratio.

    Raises
    ------
    GameError
        If it is beyond the limits with which files are read.
    """
    if not is_readable(number):
        raise GameError("a number beyond 1e300 or with more than 1,200 digits cannot be written to a game file")
    return str(number)


def readable(text: str) -> str:
    """Return the text of a file.

    Raises
    ------
    GameError
        If it is larger than what is read.
    """
    if len(text.encode()) > MAX_BYTES:
        raise GameError(f"the file would be larger than {MAX_BYTES:,} bytes, the most that is read")
    return text
