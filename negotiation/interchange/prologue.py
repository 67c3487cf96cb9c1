"""What both of Gambit's formats start with: the format, its version, the title and the players."""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.interchange.names import distinct
from negotiation.interchange.tokens import Tokens, quoted, quoted_names

__all__ = ["prologue", "read_names", "read_prologue", "skip_comment"]

#: The most names in a list; more would take minutes to tell apart on a screen, and memory that no game needs.
MAX_NAMES = 100_000

#: The first word of each format, its version, and what a file of the other one should be called.
_FORMATS = {"NFG": ("1", "this is a game in normal form: its file name should end in .nfg"),
            "EFG": ("2", "this is a game tree: its file name should end in .efg")}  # fmt: skip


def read_prologue(tokens: Tokens, form: str) -> tuple[str, tuple[str, ...]]:
    """Return the title and the names of the players, made different.

    ``form`` is ``"NFG"`` or ``"EFG"``. The letter ``R`` or ``D`` behind the version once told how numbers are kept; it
    means nothing now.
    """
    version, _ = _FORMATS[form]
    if tokens.kind != "word" or tokens.value != form:
        hint = _FORMATS[tokens.value][1] if tokens.kind == "word" and tokens.value in _FORMATS else ""
        tokens.fail(f"expected {form!r}, with which the format starts, got {tokens.came}", suggestion=hint)
    tokens.advance()
    tokens.take_word((version,), f"{version!r}, the version of the format")
    tokens.take_word(("R", "D"), "'R' (or 'D')")
    title = tokens.take_text("the title of the game")
    opening = tokens.start
    names = read_names(tokens, "players", "the name of a player")
    if not names:
        tokens.fail("a game needs at least one player", at=opening)
    return title, distinct(names, [f"player {number}" for number in range(1, len(names) + 1)])


def read_names(tokens: Tokens, what: str, expected: str) -> list[str]:
    """Return a list of names in braces as they are written."""
    tokens.take_mark("{", f"before the {what}")
    names: list[str] = []
    while not tokens.is_mark("}"):
        if len(names) == MAX_NAMES:
            tokens.fail(f"more than {MAX_NAMES:,} {what}, the most that are read")
        names.append(tokens.take_name(f"{expected} or '}}'"))
    tokens.advance()
    return names


def skip_comment(tokens: Tokens) -> None:
    """Pass over the comment, where there is one; a game has no place for it."""
    if tokens.kind == "text":
        tokens.advance()


def prologue(form: str, title: str, players: Sequence[str]) -> str:
    """Return the first line of a file.

    Raises
    ------
    GameError
        If a name cannot be written.
    """
    return f"{form} {_FORMATS[form][0]} R {quoted(title, 'the title')} {quoted_names(players, 'the player')}"
