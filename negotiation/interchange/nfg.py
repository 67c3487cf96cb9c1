"""Gambit's ``.nfg``: games in normal form, any number of players.

::

    NFG 1 R "title" { "row" "column" }         the players
    { { "up" "down" } { "left" "right" } }     their strategies; or only how many: { 2 2 }
    "comment"                                  may be left out

    3 5   0 0   1 1   2 4                      one payoff for each player, cell by cell

The first player's strategy changes fastest. In the *outcome version* a list of outcomes comes before the cells, each with
a name and payoffs, and a cell is the number of its outcome (from 1; 0 is the null outcome, which pays nobody)::

    { { "war" 0, 0 } { "peace" 3, 5 } }
    2 1 1 2

What is read goes beyond what Gambit writes where that can be done without a doubt: commas between numbers may stand or be
left out everywhere, and so may the names of outcomes. Names that a game needs are made different (``names.py``).

References
----------
The Gambit Project, *Gambit: The package for computation in game theory*, documentation, "Game representation formats".
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import prod

import numpy as np
from numpy.typing import NDArray

from negotiation.errors import GameError
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import ExactArray, read_only
from negotiation.games.plans import MAXIMUM_CELLS
from negotiation.interchange.names import distinct
from negotiation.interchange.prologue import prologue, read_names, read_prologue, skip_comment
from negotiation.interchange.tokens import Tokens, numeral, quoted_name, quoted_names, readable

__all__ = ["read_nfg", "write_nfg"]

#: numpy's arrays have at most 64 axes, of which one is for the players.
MAX_PLAYERS = 63

#: What play ends in where a cell or an end has outcome 0.
NULL_OUTCOME = "null outcome"


def read_nfg(text: str, *, file: str = "<text>") -> NormalFormGame:
    """Return the game of a text in the ``.nfg`` format, payoffs exact.

    The comment is not kept. Outcomes without a name are called ``outcome 3`` where others have names; where none has, the
    game has no outcome names and a cell is called after its strategies.

    Raises
    ------
    GameFileError
        If the text is not of the format, or larger than what is read (``MAXIMUM_CELLS`` payoffs).
    """
    tokens = Tokens(text, file)
    title, players = read_prologue(tokens, "NFG")
    if len(players) > MAX_PLAYERS:
        tokens.fail(f"a table for {len(players)} players; at most {MAX_PLAYERS} are read")
    strategies = _read_strategies(tokens, players)
    skip_comment(tokens)
    sizes = tuple(len(names) for names in strategies)
    if tokens.is_mark("{"):
        payoffs, outcomes = _read_outcome_version(tokens, players, sizes)
    else:
        payoffs, outcomes = _read_payoff_version(tokens, players, sizes), None
    if tokens.kind != "end":
        tokens.fail(f"expected the end of the file, since every cell of the {_shape(sizes)} table is there, got {tokens.came}")
    return NormalFormGame(players, strategies, payoffs, title, outcomes)


def write_nfg(game: NormalFormGame) -> str:
    """Return a game as a text in the ``.nfg`` format, payoffs exact, with the names of its strategies.

    It is the outcome version where the game has names for its outcomes, else the payoff version. Readings have no place in
    the format.

    Raises
    ------
    GameError
        If a name or a number cannot be written (control characters, names of more than 1,000 characters, numbers beyond
        1e300 or of more than 1,200 digits), or the file would be larger than what is read.
    """
    if game.exact_payoffs.size > MAXIMUM_CELLS:
        raise GameError(f"the table has {game.exact_payoffs.size:,} payoffs; a .nfg file is read with at most {MAXIMUM_CELLS:,}")
    lines = [prologue("NFG", game.title, game.players), "{"]
    lines.extend(quoted_names(names, "the strategy") for names in game.strategies)
    lines.extend(["}", '""', ""])
    count, *sizes = game.exact_payoffs.shape
    # The first player's strategy changes fastest, so all axes but that of the players are turned round.
    cells = game.exact_payoffs.transpose(*range(count, 0, -1), 0).reshape(-1, count)
    if game.outcomes is None:
        lines.extend(" ".join(map(numeral, cell)) for cell in cells)
    else:
        names = game.outcomes.transpose().reshape(-1)
        numbers = {outcome: number for number, outcome in enumerate(dict.fromkeys(_outcomes(names, cells)), start=1)}
        entries = (f"{quoted_name(name, 'the outcome')} {', '.join(map(numeral, payoffs))}" for name, payoffs in numbers)
        lines.extend(["{", *(f"{{ {entry} }}" for entry in entries), "}"])
        rows = [str(numbers[outcome]) for outcome in _outcomes(names, cells)]
        lines.extend(" ".join(rows[start : start + sizes[0]]) for start in range(0, len(rows), sizes[0]))
    return readable("\n".join(lines) + "\n")


def _outcomes(names: NDArray[np.object_], cells: ExactArray) -> Iterator[tuple[str, tuple[Fraction, ...]]]:
    """Yield the outcome of each cell: its name and payoffs, which together tell outcomes apart."""
    for name, payoffs in zip(names, cells, strict=True):
        yield str(name), tuple(payoffs)


def _read_strategies(tokens: Tokens, players: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    opening = tokens.start
    tokens.take_mark("{", "before the strategies")
    read = _read_strategy_names if tokens.is_mark("{") else _count_strategies
    strategies: list[tuple[str, ...]] = []
    cells = 1
    for player in players:
        at = tokens.start
        strategies.append(read(tokens, player))
        cells *= len(strategies[-1])
        if cells * len(players) > MAXIMUM_CELLS:
            tokens.fail(f"the table has more than {MAXIMUM_CELLS:,} payoffs, the most that are read", at=at)
    if not tokens.is_mark("}"):
        tokens.fail(f"expected '}}' after the strategies of {len(players)} players, got {tokens.came}")
    tokens.advance()
    if 0 in (len(names) for names in strategies):
        tokens.fail("each player needs at least one strategy", at=opening)
    return tuple(strategies)


def _read_strategy_names(tokens: Tokens, player: str) -> tuple[str, ...]:
    names = read_names(tokens, f"strategies of {player!r}", f"the name of a strategy of {player!r}")
    return distinct(names, [str(number) for number in range(1, len(names) + 1)])


def _count_strategies(tokens: Tokens, player: str) -> tuple[str, ...]:
    count = tokens.take_integer(f"the number of strategies of {player!r}", 1, MAXIMUM_CELLS)
    return tuple(str(number) for number in range(1, count + 1))


def _read_payoff_version(tokens: Tokens, players: tuple[str, ...], sizes: tuple[int, ...]) -> ExactArray:
    numbers: list[Fraction] = []
    for cell in range(prod(sizes)):
        for player in players:
            if tokens.kind == "end":
                tokens.fail(f"the file ends after {cell} of {_cells(sizes)}; expected the payoff of {player!r}")
            numbers.append(tokens.take_number(f"the payoff of {player!r}"))
            tokens.take_comma()
    flat = np.empty((prod(sizes), len(players)), dtype=object)
    flat.reshape(-1)[:] = numbers
    return _by_player(flat, sizes)


def _read_outcome_version(
    tokens: Tokens, players: tuple[str, ...], sizes: tuple[int, ...]
) -> tuple[ExactArray, NDArray[np.object_] | None]:
    """Return the payoffs, and the name of each cell's outcome unless none has a name."""
    names, payoffs = [""], [(Fraction(0),) * len(players)]
    tokens.take_mark("{", "before the outcomes")
    while not tokens.is_mark("}"):
        name, numbers = _read_outcome(tokens, players, len(names))
        names.append(name)
        payoffs.append(numbers)
        if len(payoffs) * len(players) > MAXIMUM_CELLS:
            tokens.fail(f"the outcomes have more than {MAXIMUM_CELLS:,} payoffs, the most that are read")
    tokens.advance()
    chosen = []
    for cell in range(prod(sizes)):
        if tokens.kind == "end":
            tokens.fail(f"the file ends after {cell} of {_cells(sizes)}; expected the number of an outcome")
        chosen.append(tokens.take_integer("the number of an outcome", 0, len(names) - 1))
        tokens.take_comma()
    flat = np.empty((len(names), len(players)), dtype=object)
    flat[:] = payoffs
    return _by_player(flat[chosen], sizes), _outcome_names(names, chosen, sizes)


def _read_outcome(tokens: Tokens, players: tuple[str, ...], number: int) -> tuple[str, tuple[Fraction, ...]]:
    tokens.take_mark("{", f"before outcome {number}, or '}}' after the last outcome")
    name = tokens.take_name("the name of an outcome") if tokens.kind == "text" else ""
    payoffs = []
    for player in players:
        payoffs.append(tokens.take_number(f"the payoff of {player!r}"))
        tokens.take_comma()
    tokens.take_mark("}", f"after {len(players)} payoffs, one for each player")
    return name, tuple(payoffs)


def _outcome_names(names: list[str], chosen: list[int], sizes: tuple[int, ...]) -> NDArray[np.object_] | None:
    if not any(names[number] for number in chosen):
        return None
    shown = [NULL_OUTCOME, *(name or f"outcome {number}" for number, name in enumerate(names[1:], start=1))]
    flat = np.empty(len(chosen), dtype=object)
    flat[:] = [shown[number] for number in chosen]
    return read_only(flat.reshape(sizes, order="F"))


def _by_player(cells: ExactArray, sizes: tuple[int, ...]) -> ExactArray:
    """Return payoffs that are listed cell by cell, shape (cells, N), as an array of shape (N, s_1, ..., s_N)."""
    payoffs = np.empty((len(sizes), *sizes), dtype=object)
    for player in range(len(sizes)):
        payoffs[player] = cells[:, player].reshape(sizes, order="F")
    return read_only(payoffs)


def _cells(sizes: tuple[int, ...]) -> str:
    return f"{prod(sizes):,} cells ({_shape(sizes)})"


def _shape(sizes: tuple[int, ...]) -> str:
    return " x ".join(map(str, sizes))
