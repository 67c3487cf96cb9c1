"""The exceptions of this package, grouped by what the reader can do about them.

::

    NegotiationError
    ├── UserMistakeError            something that was written or asked for is not allowed: exit status 2
    │   ├── LocatedError            one or more mistakes in a file, each with file, line and column
    │   │   ├── ScenarioError       in a scenario file
    │   │   └── GameFileError       in a .nfg or .efg file
    │   ├── FormulaError            in a formula, with its offset in the text
    │   ├── ParameterError          an unknown name, a value outside its range, a variant that is not there
    │   ├── UnknownNameError        no member of that name in a family (concepts, strategies, engines, ...)
    │   ├── GameError               a game that breaks a rule (imperfect recall, probabilities, shapes)
    │   ├── CertificateError        a stored certificate that is not of its format, with the place in the document
    │   ├── StoreError              a stored sweep that is of something else, in use, damaged, or not there
    │   └── NotApplicableError      this concept or engine does not take this game or match, and why
    └── SolverError                 the computation failed: exit status 1; carries what had been found
"""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import category, east_asian_width

__all__ = [
    "CertificateError",
    "FormulaError",
    "GameError",
    "GameFileError",
    "LocatedError",
    "Mistake",
    "NegotiationError",
    "NotApplicableError",
    "ParameterError",
    "ScenarioError",
    "SolverError",
    "StoreError",
    "UnknownNameError",
    "UserMistakeError",
]


#: A longer source line is shown only around the place of the mistake: files that programs write can be a single line.
MAX_SOURCE_LINE = 160


class NegotiationError(Exception):
    """Anything that this package raises on purpose."""

    @property
    def brief(self) -> str:
        """The message in one line, for tables: without the lines of files that it shows."""
        return " ".join(str(self).split())


class UserMistakeError(NegotiationError):
    """Something that was written or asked for is not allowed; the message says where and which rule."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake at one place of a file; lines and columns count from 1, column 0 when there is no place."""

    file: str
    line: int
    column: int
    rule: str
    source_line: str = ""
    length: int = 1
    suggestion: str = ""

    @property
    def brief(self) -> str:
        """The place and the rule, in one line."""
        return f"{self.file}:{self.line}:{self.column}: {self.rule}" if self.line else f"{self.file}: {self.rule}"

    def __str__(self) -> str:
        """Return the message as an editor can follow it, with the line and a caret where there is one."""
        rows = [self.brief]
        if self.source_line and self.column > 0:
            gutter = " " * len(str(self.line))
            start = max(0, self.column - 1 - MAX_SOURCE_LINE // 2) if len(self.source_line) > MAX_SOURCE_LINE else 0
            shown = _printable(self.source_line[start : start + MAX_SOURCE_LINE])
            before, marked = shown[: self.column - 1 - start], shown[self.column - 1 - start :][: self.length]
            rows.append(f"    {self.line} | {shown}")
            rows.append(f"    {gutter} | {' ' * _width(before)}{'^' * max(1, _width(marked))}")
        if self.suggestion:
            rows.append(f"    {self.suggestion}")
        return "\n".join(rows)


def _printable(line: str) -> str:
    """Return a line without tabs, which would shift the caret, and without characters that could steer a terminal."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "\N{REPLACEMENT CHARACTER}" for each in line)


def _width(text: str) -> int:
    """Return how many places a text takes in a terminal: Chinese characters take two, accents that are added take none."""
    return sum(0 if category(each).startswith("M") else 2 if east_asian_width(each) in "WF" else 1 for each in text)


class LocatedError(UserMistakeError):
    """One or more mistakes in a file, in the order of their places."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line, mistake.column)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))

    @property
    def brief(self) -> str:
        """The places and rules of all mistakes in one line."""
        return "; ".join(mistake.brief for mistake in self.mistakes)


class ScenarioError(LocatedError):
    """A scenario file breaks rules of the language."""


class GameFileError(LocatedError):
    """A .nfg or .efg file breaks rules of its format."""


class FormulaError(UserMistakeError):
    """A formula breaks a rule; ``offset`` and ``length`` say where in its text."""

    def __init__(self, rule: str, *, offset: int = 0, length: int = 1, suggestion: str = "") -> None:
        self.rule = rule
        self.offset = offset
        self.length = length
        self.suggestion = suggestion
        super().__init__(f"{rule} (at character {offset + 1})" + (f"; {suggestion}" if suggestion else ""))


class ParameterError(UserMistakeError):
    """A parameter or variant that does not exist, or a value outside its declared range."""


class UnknownNameError(UserMistakeError):
    """No member of that name in a family."""


class GameError(UserMistakeError):
    """A game breaks a rule of its form."""


class CertificateError(UserMistakeError):
    """A stored certificate is not of its format; the message names the place in the document, such as ``games[0].players``."""


class StoreError(UserMistakeError):
    """A stored sweep is of something else than what was asked, in use, damaged, or not there; the message says which and where."""


class NotApplicableError(UserMistakeError):
    """A concept or engine does not take this game or match; the message says why and what to use."""


class SolverError(NegotiationError):
    """A computation failed; ``partial`` holds what had been found when it did."""

    def __init__(self, message: str, *, partial: object = None) -> None:
        self.partial = partial
        super().__init__(message)
