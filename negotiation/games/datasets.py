"""Records in the forms that statistics packages read: labelled arrays (xarray) and tables (pandas).

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
from negotiation.games.record import Record

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["OVER", "code_attributes", "record_dataset", "record_frame"]

#: Codes of more names than this are told by ``names`` alone.
MOST_FLAGS = 1000

#: What code 0 means.
OVER = "(over)"


def record_dataset(record: Record) -> xr.Dataset:
    """Return a record as labelled arrays.

    Dimensions are ``replication`` (numbered from 1, as ``simulate --trace`` counts), ``player`` and, if trajectories were
    kept, ``round``. Variables are ``payoff`` (discounted sum, payoff unit), ``rounds``, ``end`` (how the match ended), with a
    clock ``elapsed``, and with trajectories ``outcome`` and ``course`` (all moves, those of chance too) of each round. Of
    several channels each has its own ``rounds``, ``end``, ``outcome`` and ``course``, such as ``end_washington``.
    """
    import xarray as xr

    parts = {f"_{channel.name}": part for channel, part in zip(record.match.channels, record.channels, strict=True)} or {"": record}
    longest = max((int(part.rounds.max()) for part in parts.values() if part.course is not None), default=None)
    variables: dict[str, object] = {
        "payoff": (("replication", "player"), record.payoffs, {"long_name": "discounted sum of payoffs over the rounds"})
    }
    if record.timing is not None:
        about = {"long_name": "time until the match was over", "units": record.timing.unit}
        variables["elapsed"] = (("replication",), record.timing.elapsed, about)
    for suffix, part in parts.items():
        variables |= {f"{name}{suffix}": found for name, found in _variables(part, longest).items()}
    first = record.match.first + 1
    numbers = np.arange(first, first + record.replications)
    coordinates: dict[str, object] = {
        "replication": ("replication", numbers, {"long_name": "number of the replication, from 1"}),
        "player": ("player", list(record.match.players)),
    }
    if longest is not None:
        coordinates["round"] = ("round", np.arange(1, longest + 1), {"long_name": "round, from 1"})
    attributes: dict[str, object] = {"title": record.match.stage.title, "Conventions": "CF-1.10", "engine": record.engine}
    attributes |= {"seed": str(record.seed), "replications": record.replications, "notes": "\n".join(record.notes)}
    return xr.Dataset(variables, coordinates, attributes)


def _variables(record: Record, longest: int | None) -> dict[str, object]:
    """Return how a record ended and, if trajectories were kept, its rounds, filled up to the longest."""
    stage = record.match.stage
    endings, places = record.coded_ends
    ends, of_end = _numbered(endings)
    variables: dict[str, object] = {
        "rounds": (("replication",), record.rounds, {"long_name": "rounds played", "units": "1"}),
        "end": (("replication",), of_end[places], code_attributes("how the match ended", [OVER, *ends])),
    }
    if record.course is not None and longest is not None:
        outcomes, of_outcome = _numbered(_outcomes(stage))
        courses = [" > ".join(stage.actions_at(node)[action] for node, action in stage.moves_to(end)) for end in stage.ends]
        rows = _padded(record.course, record.rounds, longest)
        shape = ("replication", "round")
        variables["outcome"] = (
            shape,
            np.append(of_outcome, 0)[rows].astype(np.int32),
            code_attributes("outcome of the round", [OVER, *outcomes]),
        )
        variables["course"] = (shape, (rows + 1).astype(np.int32), code_attributes("course of play of the round", [OVER, *courses]))
    return variables


def _outcomes(stage: ExtensiveFormGame) -> list[str]:
    nodes = (stage.nodes[number] for number in stage.ends)
    return [node.outcome if isinstance(node, End) else "" for node in nodes]


def _numbered(names: Sequence[str]) -> tuple[list[str], NDArray[np.int32]]:
    """Return the different names, and for each of the given ones its code, from 1 on."""
    distinct = list(dict.fromkeys(names))
    return distinct, np.array([distinct.index(name) + 1 for name in names], dtype=np.int32)


def code_attributes(meaning: str, names: Sequence[str], dtype: str = "int32") -> dict[str, object]:
    """Return the attributes of a variable of that type whose codes stand for names, from code 0 on."""
    attributes: dict[str, object] = {"long_name": meaning, "names": json.dumps(names, ensure_ascii=False)}
    if len(names) <= MOST_FLAGS:
        # CF takes words of letters, digits and a few signs.
        words = " ".join(re.sub(r"[^\w.+@-]+", "_", name).strip("_") or "unnamed" for name in names)
        attributes |= {"flag_values": np.arange(len(names), dtype=dtype), "flag_meanings": words}
    return attributes


def _padded(course: NDArray[np.int32], rounds: NDArray[np.int64], longest: int) -> NDArray[np.int64]:
    """Return trajectories as rows of equal length, shape (replications, longest); -1 after the last round."""
    rows = np.full((len(rounds), longest), -1, dtype=np.int64)
    rows[np.arange(longest) < rounds[:, None]] = course
    return rows


def record_frame(record: Record) -> pd.DataFrame:
    """Return a record as a table: a row for each replication (the index, from 1), how it ended, its rounds and payoffs.

    With a clock there is also the time until it was over, in the column ``elapsed``.
    """
    import pandas as pd

    names, places = record.coded_ends
    first = record.match.first + 1
    columns: dict[str, object] = {"end": np.array(names, dtype=object)[places], "rounds": record.rounds}
    columns |= {} if record.timing is None else {"elapsed": record.timing.elapsed}
    columns |= {f"payoff {player}": record.payoffs[:, place] for place, player in enumerate(record.match.players)}
    return pd.DataFrame(columns, index=pd.RangeIndex(first, first + record.replications, name="replication"))
