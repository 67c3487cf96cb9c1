"""A file becomes a game: a scenario at chosen values, or another program's game as it is.

>>> source = read("scenarios/pretext.yaml", variant="B")  # doctest: +SKIP
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from negotiation.errors import ParameterError
from negotiation.games.solution import Game
from negotiation.scenario.scenario import Scenario, Setting, load, loads
from negotiation.scenario.text import read_stream

__all__ = ["FOREIGN", "STANDARD_INPUT", "Source", "of_scenario", "read", "read_scenario", "shipped"]

#: The endings of other programs' files.
FOREIGN = (".nfg", ".efg")

#: A path that stands for standard input.
STANDARD_INPUT = "-"


@dataclass(frozen=True, eq=False)
class Source:
    """A game with where it came from.

    Parameters
    ----------
    name : str
        The file's name without its ending.
    file, digest : str
        The path as given, and the SHA-256 of what it held.
    title : str
    game : Game
    labels : mapping of player to what people call him
    scenario : Scenario or None
        None for files of other programs.
    variant : str or None
    settings : mapping of parameter to what was set
    values : mapping of parameter to its value
    """

    name: str
    file: str
    digest: str
    title: str
    game: Game
    labels: Mapping[str, str]
    scenario: Scenario | None
    variant: str | None
    settings: Mapping[str, Setting]
    values: Mapping[str, Fraction]


def read(path: str, *, variant: str | None = None, settings: Mapping[str, Setting] | None = None) -> Source:
    """Return the game that a file holds, at the values of a variant and of settings.

    Raises
    ------
    ScenarioError, GameFileError
        With all mistakes of the file.
    ParameterError
        If there is no such variant or parameter, or a value is outside its range.
    """
    given = dict(settings or {})
    if Path(path).suffix.lower() in FOREIGN:
        return _foreign(path, variant, given)
    return of_scenario(read_scenario(path), variant=variant, settings=given)


def shipped() -> dict[str, Path]:
    """Return the scenarios that come with the package, by name."""
    here = Path(__file__).parent
    # An installed package holds them inside; in a checkout they stand beside it.
    folder = here / "shipped" if (here / "shipped").is_dir() else here.parent / "scenarios"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read_scenario(path: str) -> Scenario:
    """Return the scenario of a file, of standard input for ``-``, or the shipped one of that name; errors as ``load``."""
    if Path(path).suffix.lower() in FOREIGN:
        raise ParameterError(f"{path}: this needs a scenario file (.yaml), not a game of another program")
    if path == STANDARD_INPUT:
        return loads(read_stream(sys.stdin.buffer, "<standard input>"), file="<standard input>")
    known = {} if Path(path).exists() else shipped()
    return load(known.get(path, path))


def of_scenario(scenario: Scenario, *, variant: str | None = None, settings: Mapping[str, Setting] | None = None) -> Source:
    """Return the game of a scenario at the values of a variant and of settings; errors as ``read``."""
    given = dict(settings or {})
    return Source(
        scenario.name,
        scenario.file,
        scenario.digest,
        scenario.title,
        scenario.game(variant, **given),
        scenario.labels,
        scenario,
        variant,
        given,
        scenario.values(variant, **given),
    )


def _foreign(path: str, variant: str | None, settings: Mapping[str, Setting]) -> Source:
    from negotiation.interchange.files import load as load_game

    if variant is not None or settings:
        raise ParameterError(f"{path}: a game of another program has no variants and no parameters to set")
    game = load_game(path)
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    labels = {player: player for player in game.players}
    return Source(Path(path).stem, path, digest, game.title or Path(path).stem, game, labels, None, None, {}, {})
