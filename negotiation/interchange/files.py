"""Games in Gambit's files: read, written, and converted, the format chosen by the ending of the file's name.

A game tree goes into a ``.nfg`` as its reduced normal form, and a game in normal form into a ``.efg`` as the tree in which
nobody sees another's move.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from negotiation.errors import GameFileError, Mistake, UserMistakeError
from negotiation.games.extensive_form import Chance, End, ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.plans import reduced_normal_form
from negotiation.games.simultaneous import simultaneous_moves
from negotiation.games.solution import Game
from negotiation.interchange.efg import read_efg, write_efg
from negotiation.interchange.nfg import read_nfg, write_nfg
from negotiation.interchange.tokens import MAX_BYTES

__all__ = ["ENDINGS", "convert", "load", "save"]

_READERS: Mapping[str, Callable[..., Game]] = MappingProxyType({".nfg": read_nfg, ".efg": read_efg})

#: The endings of the files that are read and written, in small letters; capitals do as well.
ENDINGS = tuple(_READERS)

#: What Gambit 16.7 takes as a name (measured). A backslash it reads otherwise than it writes where two follow each other.
_GAMBIT_NAME = re.compile(r"(?:[!-\[\]-~]+(?: [!-\[\]-~]+)*)?")


def load(path: str | Path) -> Game:
    """Return the game of a ``.nfg`` or ``.efg`` file.

    Raises
    ------
    GameFileError
        If the file cannot be read, is larger than ``MAX_BYTES``, is not UTF-8, or breaks a rule of its format.
    UserMistakeError
        If its name has another ending.
    """
    read = _READERS[_ending(Path(path))]
    return read(_read_text(Path(path)), file=str(path))


def save(game: Game, path: str | Path, *, overwrite: bool = False) -> tuple[str, ...]:
    """Write a game to a ``.nfg`` or ``.efg`` file, whole or not at all, and return what the reader of the file has to know.

    These notes say how the game was changed to fit the format, and what the format has no word for.

    Raises
    ------
    UserMistakeError
        If the name has another ending, the file is there already and ``overwrite`` is False, or it cannot be written.
    GameError, NotApplicableError
        If the format cannot hold the game: a name or a number that cannot be written, a normal form or a tree that would be
        too large, payoffs that depend on what an audience believes.
    """
    target = Path(path)
    ending = _ending(target)
    _refuse_existing(target, overwrite=overwrite)
    text, notes = _as_normal_form(game) if ending == ".nfg" else _as_tree(game)
    _write(target, text)
    return notes


def convert(source: str | Path, target: str | Path, *, overwrite: bool = False) -> tuple[str, ...]:
    """Write the game of one file to another and return what the reader of the new file has to know; errors as both parts."""
    _ending(Path(target))
    _refuse_existing(Path(target), overwrite=overwrite)
    return save(load(source), target, overwrite=overwrite)


def _as_normal_form(game: Game) -> tuple[str, tuple[str, ...]]:
    if isinstance(game, NormalFormGame):
        return write_nfg(game), _notes(game, game)
    form = reduced_normal_form(game).game
    note = "the tree was written in its reduced normal form: a strategy is a plan for the whole game, and outcomes have lost their names"
    return write_nfg(form), (note, *_notes(game, form))


def _as_tree(game: Game) -> tuple[str, tuple[str, ...]]:
    if isinstance(game, ExtensiveFormGame):
        types = any(place.type is not None for place in game.information_sets) or bool(game.type_moves)
        note = "types are not told from other chance moves in the file: an information set's name is all that is left of its type"
        return write_efg(game), ((note,) if types else ()) + _notes(game, game)
    played = simultaneous_moves(game)
    note = "the table was written as a tree in which the players move in order and nobody sees another's move"
    return write_efg(played), (note, *_notes(game, played))


def _notes(game: Game, written: Game) -> tuple[str, ...]:
    """Return what is true of both formats: readings are lost, and Gambit is particular about names."""
    notes = ["readings are not in the file: the format has no word for them"] if game.readings else []
    strange = next((name for name in _names(written) if not _GAMBIT_NAME.fullmatch(name)), None)
    if strange is not None:
        notes.append(f"Gambit 16.7 takes only names in plain ASCII with single blanks between words, and may refuse {strange!r}")
    return tuple(notes)


def _names(game: Game) -> Iterator[str]:
    """Yield every name that stands in a file."""
    yield from game.players
    if isinstance(game, NormalFormGame):
        for names in game.strategies:
            yield from names
        yield from () if game.outcomes is None else game.outcomes.reshape(-1)
        return
    for place in game.information_sets:
        yield from (place.name, *place.actions)
    for node in game.nodes:
        match node:
            case Chance(actions):
                yield from actions
            case End(outcome):
                yield outcome


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UserMistakeError(f"{path}: the file's name must end in {' or '.join(ENDINGS)}, got {path.suffix or 'no ending'!r}")
    return ending


def _read_text(path: Path) -> str:
    try:
        # One byte more than allowed is enough to know, also for a pipe, which has no size.
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        _fail(path, 0, 0, f"cannot read the file: {error.strerror or error}")
    if len(content) > MAX_BYTES:
        _fail(path, 1, 1, f"the file is larger than {MAX_BYTES:,} bytes, the most that is read")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        rule = f"the file is not UTF-8: byte 0x{content[error.start]:02x} cannot stand here; save the file as UTF-8"
        _fail(path, before.count(b"\n") + 1, column, rule)


def _fail(path: Path, line: int, column: int, rule: str) -> NoReturn:
    raise GameFileError((Mistake(str(path), line, column, rule),))


def _refuse_existing(path: Path, *, overwrite: bool) -> None:
    if not overwrite and path.exists():
        raise UserMistakeError(f"{path} is there already and is left as it is; name another file, or allow to overwrite it")


def _write(path: Path, text: str) -> None:
    """Write under a temporary name, then rename: a reader never sees half a file."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        raise UserMistakeError(f"{path}: cannot write the file: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)
