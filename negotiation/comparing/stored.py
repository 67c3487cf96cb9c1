"""Results that were written earlier: the documents of ``solve --json`` and the ``result.json`` of ``run``.

The game behind a stored result is made again where it can be: from the scenario's text that ``result.json`` holds, or from
the scenario file if it is still the same (by its SHA-256). Else the result is compared by what it says of itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from negotiation.comparing.sides import STRATEGY, Behaviour, Held, Place, Side, Theory, histories_of, plays_of
from negotiation.comparing.transfer import profile_in
from negotiation.errors import GameError, ParameterError, ScenarioError
from negotiation.games.numbers import Number, exact
from negotiation.games.solution import Finding
from negotiation.games.solution import Path as Course
from negotiation.scenario.scenario import Scenario, loads
from negotiation.sources import Source, of_scenario, read_scenario

__all__ = ["stored_sides"]

#: What JSON holds; each use checks what it takes.
Record: TypeAlias = Mapping[str, object]


def stored_sides(path: str) -> list[Side]:
    """Return the answers that a file of results holds: one, or one for each line of several.

    Raises
    ------
    ParameterError
        If the file is not a result of this program.
    """
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    found = []
    for document in _documents(path, text):
        inner = document.get("solution", document)
        if not isinstance(inner, Mapping) or not {"concept", "equilibria", "parameters", "provenance"} <= set(inner):
            raise ParameterError(
                f"{path}: this is not a result that 'solve --json' or 'run' wrote: it has no equilibria with their concept"
            )
        try:
            found.append(_side(inner, document.get("scenario_text"), path))
        except (KeyError, TypeError, ValueError, AttributeError, GameError) as error:
            raise ParameterError(f"{path}: the stored result is not whole: {type(error).__name__}: {error}") from None
    return found


def _documents(path: str, text: str) -> list[Record]:
    try:
        documents: list[object] = [json.loads(text)]
    except ValueError:
        try:
            documents = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as error:
            raise ParameterError(f"{path}: expected JSON, or one JSON document on each line: {error}") from None
    whole = [document for document in documents if isinstance(document, Mapping)]
    if not whole or len(whole) < len(documents):
        raise ParameterError(f"{path}: this is not a result that 'solve --json' or 'run' wrote")
    return whole


def _side(document: Record, text: object, file: str) -> Side:
    """Return one stored solution as a side."""
    source, remark = _source(document, text)
    equilibria = [_held(each, source) for each in _list(document["equilibria"])]
    players = tuple(_map(_map(next(iter(_list(document["equilibria"])), {})).get("payoffs", {}))) if source is None else source.game.players
    stored = {name: exact(value) for name, value in _map(document["parameters"]).items()}
    concept, kept = str(document["concept"]), f"stored in {Path(file).name}"
    return Side(
        label="",
        name=str(document.get("scenario", "")),
        point=f"variant '{document['variant']}' {kept}" if document.get("variant") else kept,
        title=str(document.get("title", "")),
        players=players,
        labels=dict(zip(players, players, strict=True)) if source is None else source.labels,
        theory=Theory(concept, {name: _option(value) for name, value in _map(document.get("options", {})).items()}),
        concept=concept,
        complete=document.get("complete") is True,
        plays=plays_of(equilibria),
        findings=tuple(_finding(each, players) for each in _list(document.get("findings", []))),
        values=stored if source is None else source.values,
        game=None if source is None else source.game,
        source=source,
        notes=(*map(str, _list(document.get("notes", []))), *remark),
        is_stored=True,
    )


def _source(document: Record, text: object) -> tuple[Source | None, tuple[str, ...]]:
    """Return the scenario at the stored values, or None and why there is none."""
    origin = _map(document["provenance"])
    file = str(origin["file"])
    try:
        scenario = loads(text, file=file) if isinstance(text, str) else read_scenario(file)
        if scenario.digest != origin["sha256"]:
            return None, (f"{file} has changed since the result was stored, which is compared by what it says of itself",)
        variant = document.get("variant")
        variant = variant if isinstance(variant, str) else None
        return of_scenario(scenario, variant=variant, settings=_settings(scenario, variant, _map(document["parameters"]))), ()
    except (OSError, ScenarioError, ParameterError):
        return None, (f"{file} cannot be read as it was, so the stored result is compared by what it says of itself",)


def _settings(scenario: Scenario, variant: str | None, stored: Record) -> dict[str, Fraction]:
    """Return the stored values that are not the variant's; a value stored as a double is the variant's if it rounds to it."""
    own = scenario.values(variant)
    given = {name: exact(value) for name, value in stored.items()}
    return {name: value for name, value in given.items() if name not in own or float(own[name]) != float(value)}


def _held(document: object, source: Source | None) -> Held:
    found = _map(document)
    behaviour = _behaviour(found)
    free = frozenset(_place(each) for each in _list(found.get("free", [])))
    payoffs = {player: _number(value) for player, value in _map(found["payoffs"]).items()}
    paths = tuple(_course(each) for each in _list(found["paths"]))
    histories = None if source is None else histories_of(source.game, profile_in(behaviour, source.game))
    return Held(payoffs, paths, behaviour, free, histories)


def _behaviour(found: Record) -> Behaviour:
    if "profile" in found:
        return {(player, STRATEGY): _numbers(row) for player, row in _map(found["profile"]).items()}
    rows = ((player, _map(places)) for player, places in _map(found["behaviour"]).items())
    return {(player, place): _numbers(row) for player, places in rows for place, row in places.items()}


def _place(document: object) -> Place:
    found = _map(document)
    return str(found["player"]), str(found["information_set"])


def _course(document: object) -> Course:
    found = _map(document)
    reading = found.get("reading")
    actions = tuple(map(str, _list(found["actions"])))
    return Course(actions, str(found["outcome"]), reading if isinstance(reading, str) else None, _number(found["probability"]))


def _finding(document: object, players: Sequence[str]) -> Finding:
    found = _map(document)
    payoffs = found.get("payoffs")
    numbers = None if payoffs is None else tuple(_number(_map(payoffs)[player]) for player in players)
    return Finding(str(found["name"]), str(found["summary"]), numbers, _map(found.get("details", {})))


def _numbers(row: object) -> dict[str, Number]:
    return {action: _number(value) for action, value in _map(row).items()}


def _number(value: object) -> Number:
    """Return a stored number: exact if it was written as a text, or is whole; else the double that it is."""
    if isinstance(value, float) and not value.is_integer():
        return value
    return exact(value)


def _option(value: object) -> object:
    """Return a stored option: a text that reads as a number was an exact number, a list was a tuple."""
    if isinstance(value, list):
        return tuple(map(_option, value))
    try:
        return Fraction(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _map(value: object) -> Record:
    if not isinstance(value, Mapping):
        raise TypeError(f"expected a record, got {type(value).__name__}")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, got {type(value).__name__}")
    return value
