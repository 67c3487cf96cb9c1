"""Records and solutions in the forms that statistics packages read: labelled arrays (xarray) and tables (pandas).

In the arrays outcomes and courses of play are whole numbers, whose names are in the variable's attributes: ``names`` (JSON, in
the order of the codes) and, as the CF conventions have it, ``flag_values`` and ``flag_meanings``. Code 0 means that the
match was over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from negotiation.games.extensive_form import End, ExtensiveFormGame
from negotiation.games.record import HORIZON, Record
from negotiation.games.solution import Equilibrium, Solution

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["OVER", "record_dataset", "record_frame", "solution_frame"]

#: What code 0 means.
OVER = "(over)"


def record_dataset(record: Record) -> xr.Dataset:
    """Return a record as labelled arrays.

    Dimensions are ``replication`` (numbered from 1, as ``simulate --trace`` counts), ``player`` and, if trajectories were
    kept, ``round``. Variables are ``payoff`` (discounted sum, payoff unit), ``rounds``, ``end`` (how the match ended) and,
    with trajectories, ``outcome`` and ``course`` (all moves, those of chance too) of each round.
    """
    import xarray as xr

    stage = record.match.stage
    endings = _endings(record)
    ends, of_end = _numbered(endings)
    variables = {
        "payoff": (("replication", "player"), record.payoffs, {"long_name": "discounted sum of payoffs over the rounds"}),
        "rounds": (("replication",), record.rounds, {"long_name": "rounds played", "units": "1"}),
        "end": (("replication",), of_end[record.last], _codes("how the match ended", ends)),
    }
    first = record.match.first + 1
    coordinates = {
        "replication": ("replication", np.arange(first, first + record.replications), {"long_name": "number of the replication, from 1"}),
        "player": ("player", list(stage.players)),
    }
    if record.course is not None:
        outcomes, of_outcome = _numbered(_outcomes(stage))
        courses = [" > ".join(stage.actions_at(node)[action] for node, action in stage.moves_to(end)) for end in stage.ends]
        places = _padded(record.course, record.rounds)
        shape = ("replication", "round")
        variables["outcome"] = (shape, np.append(of_outcome, 0)[places].astype(np.int32), _codes("outcome of the round", outcomes))
        variables["course"] = (shape, (places + 1).astype(np.int32), _codes("course of play of the round", courses))
        coordinates["round"] = ("round", np.arange(1, places.shape[1] + 1), {"long_name": "round, from 1"})
    attributes: dict[str, object] = {"title": stage.title, "Conventions": "CF-1.10", "engine": record.engine, "seed": str(record.seed)}
    attributes |= {"replications": record.replications, "notes": "\n".join(record.notes)}
    return xr.Dataset(variables, coordinates, attributes)


def _outcomes(stage: ExtensiveFormGame) -> list[str]:
    nodes = (stage.nodes[number] for number in stage.ends)
    return [node.outcome if isinstance(node, End) else "" for node in nodes]


def _endings(record: Record) -> list[str]:
    """Return for each end of the stage how a match has ended whose last round came to it."""
    single = record.match.repetition.rounds == 1
    return [name if over or single else HORIZON for name, over in zip(_outcomes(record.match.stage), record.match.ends_after, strict=True)]


def _numbered(names: Sequence[str]) -> tuple[list[str], NDArray[np.int32]]:
    """Return the different names, and for each of the given ones its code, from 1 on."""
    distinct = list(dict.fromkeys(names))
    return distinct, np.array([distinct.index(name) + 1 for name in names], dtype=np.int32)


def _codes(meaning: str, names: Sequence[str]) -> dict[str, object]:
    """Return the attributes of a variable whose codes stand for names."""
    all_names = [OVER, *names]
    # CF takes words of letters, digits and a few signs.
    words = " ".join(re.sub(r"[^\w.+@-]+", "_", name).strip("_") or "unnamed" for name in all_names)
    return {
        "long_name": meaning,
        "names": json.dumps(all_names, ensure_ascii=False),
        "flag_values": np.arange(len(all_names), dtype=np.int32),
        "flag_meanings": words,
    }


def _padded(course: NDArray[np.int32], rounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return trajectories as rows of equal length, shape (replications, most rounds); -1 after the last round."""
    rows = np.full((len(rounds), int(rounds.max())), -1, dtype=np.int64)
    rows[np.arange(rows.shape[1]) < rounds[:, None]] = course
    return rows


def record_frame(record: Record) -> pd.DataFrame:
    """Return a record as a table: a row for each replication (the index, from 1), how it ended, its rounds and payoffs."""
    import pandas as pd

    endings, first = np.array(_endings(record), dtype=object), record.match.first + 1
    columns: dict[str, object] = {"end": endings[record.last], "rounds": record.rounds}
    columns |= {f"payoff {player}": record.payoffs[:, place] for place, player in enumerate(record.match.stage.players)}
    return pd.DataFrame(columns, index=pd.RangeIndex(first, first + record.replications, name="replication"))


def solution_frame(solution: Solution) -> pd.DataFrame:
    """Return the equilibria of a solution as a table: a row for each action (in a matrix, each strategy) of each player.

    Columns are ``equilibrium`` (from 1), ``player``, ``information_set`` (empty in a matrix), ``action``, ``probability``,
    ``exact`` (the same number as it was found: ``1/3`` where it is rational), ``payoff`` (the player's in this equilibrium)
    and ``reading``.
    """
    import pandas as pd

    columns = ("equilibrium", "player", "information_set", "action", "probability", "exact", "payoff", "reading")
    rows = [row for place, found in enumerate(solution.equilibria, start=1) for row in _rows(solution, place, found)]
    return pd.DataFrame.from_records(rows, columns=columns)


def _rows(solution: Solution, place: int, found: Equilibrium) -> list[tuple[object, ...]]:
    game = solution.game
    if isinstance(game, ExtensiveFormGame):
        menus = [(one.player, one.name, one.actions) for one in game.information_sets]
    else:
        menus = [(player, "", names) for player, names in enumerate(game.strategies)]
    return [
        (place, game.players[player], name, action, float(p), str(p), float(found.payoffs[player]), found.reading or "")
        for (player, name, actions), row in zip(menus, found.profile, strict=True)
        for action, p in zip(actions, row, strict=True)
    ]
