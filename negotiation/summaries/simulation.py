"""What a scenario comes to when it is played as its strategies say: how it ends, what it pays, how long it takes.

Without sampling (engine ``exact``) where that can be done, else by replications; the numbers at a point are those of
``negotiation simulate`` there. All points have the same seed, and so the same draws (common random numbers): what differs
between two points is then due to their parameters far more than to luck, while the standard errors still say how far luck
carries both of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation import lookup
from negotiation.errors import NegotiationError, NotApplicableError, ParameterError
from negotiation.games.distribution import Distribution
from negotiation.games.points import Points
from negotiation.games.record import HORIZON, UNNAMED, Estimate, Record
from negotiation.games.repeated import Match
from negotiation.games.tables import Column, Layout, Table
from negotiation.games.timing import ALL_OVER, CAUSES, TIME_OUT
from negotiation.own_code import checksum
from negotiation.own_strategies import PATH_ENDINGS
from negotiation.play import DEFAULT_REPLICATIONS, match, strategy_choices, with_noise
from negotiation.scenario.contents import ClockRule, EndOfPlay
from negotiation.scenario.scenario import Scenario

__all__ = ["AUTO", "ENGINES", "layout", "prepared", "tabulate"]

#: The engine that takes a point: ``exact`` unless replications are asked for, then ``batch``, then ``events``.
AUTO = "auto"

#: Situations up to which ``AUTO`` follows all courses of play: about a fifth of a second. Whether there are more is found out by
#: listing them, at each point anew, so that a row depends on its point alone.
MOST_SITUATIONS = 2_000

#: What the codes of the column ``engine`` stand for; the last one for points at which none could play.
ENGINES = (*lookup.engines(), "none")

_DONE, _FAILED = 0, 1

#: A scenario with parallel channels can end in this many ways together at most: each is a number at every point.
MOST_ENDS = 256

#: How the option begins that names the strategy of one player.
_ONE = "behaviour."

#: A number in a note that is no count.
_DECIMAL = re.compile(r"-?\d+(\.\d+(e[-+]?\d+)?|e[-+]?\d+)")

#: Stands for the unit of the scenario's clock.
_TIME = "time"

_COLUMNS = (
    Column("status", "whether the point was simulated", names=("done", "failed"), dtype="uint8"),
    Column("engine", "what played: exact follows all courses at once, the others play replications", names=ENGINES, dtype="uint8"),
    Column(
        "replications",
        "how often the match was played, with the same draws at every point (common random numbers); 0: without sampling",
        dtype="int64",
    ),
    Column("end_share", "the share of matches that ended so", ("end",)),
    Column("settled", "the share of matches that an outcome ended"),
    Column("outcome_share", "the share of all rounds that ended so", ("outcome",)),
    Column("payoff", "the mean over matches of the discounted sum over rounds; round 1 is undiscounted", ("player",), unit="payoff"),
    Column("payoff_error", "the standard error of that mean; 0 where nothing was sampled", ("player",), unit="payoff"),
    Column("rounds", "the mean number of rounds of a match", unit="rounds"),
    Column("rounds_error", "the standard error of that mean; 0 where nothing was sampled", unit="rounds"),
)

_READINGS = Column("reading_share", "the share of all rounds whose course of play is read so", ("reading",))

_TIMES = (
    Column("elapsed", "the mean time until a match was over", unit=_TIME),
    Column("elapsed_error", "the standard error of that mean", unit=_TIME),
    Column("cause_share", "the share of matches that ended for this reason", ("cause",)),
)

#: How one match ended and what it was like: a number, or a share for each name.
Numbers: TypeAlias = Mapping[str, float | Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Options:
    """How points are simulated.

    Parameters
    ----------
    engine : str
        ``AUTO`` or a member of the family of engines.
    replications : int, optional
        How often each match is played; 1000 times if not given, by an engine that samples.
    rounds : int, optional
        The largest number of rounds; the scenario's if not given.
    noise : float in [0, 1]
        The probability that a move is another one than was meant.
    behaviour : mapping of player or ``player.type`` to the name of a strategy
        In place of what the scenario says; ``behaviour.player`` is the same for one of them.
    files : mapping of path to SHA-256
        What the files of the user's own strategies were when a sweep began; see ``prepared``.
    """

    engine: str = AUTO
    replications: int | None = None
    rounds: int | None = None
    noise: float = 0.0
    behaviour: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for name in ("replications", "rounds"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
                raise ParameterError(f"{name}: expected a whole number of at least 1, got {value!r}")
        if isinstance(self.noise, bool) or not isinstance(self.noise, (int, float)) or not 0 <= self.noise <= 1:
            raise ParameterError(f"noise: expected a number in [0, 1], got {self.noise!r}")
        if not isinstance(self.behaviour, Mapping) or not all(isinstance(name, str) for name in self.behaviour.values()):
            raise ParameterError(f"behaviour: expected a strategy for each of some players, got {self.behaviour!r}")
        if self.engine != AUTO:
            lookup.engine(self.engine)
        if self.engine == "exact" and self.replications is not None:
            raise ParameterError("the engine exact follows all courses of play at once: there is nothing to replicate")
        for path, known in self.files.items():
            if checksum(path) != known:
                raise ParameterError(f"{path} is not what it was when this sweep began: a sweep has one strategy of that name")


@dataclass(frozen=True, eq=False)
class Shape:
    """The columns of simulations of a scenario, and the names along them, whatever its parameters.

    A name is there if it can come up at some values; the shares of those that never do are 0.
    """

    scenario: Scenario
    options: Options

    @property
    def _clock(self) -> ClockRule | None:
        return None if self.scenario.contents.repeat is None else self.scenario.contents.repeat.clock

    @cached_property
    def players(self) -> tuple[str, ...]:
        """The players, with all addressees of parallel channels in place of the one who stands for them."""
        addressees = sorted(self.scenario.addressees)
        found = [addressees if name == self.scenario.addressed else [name] for name in self.scenario.players]
        return tuple(name for names in found for name in names)

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that rounds can end with, in the order of the tree."""
        ends = (node.outcome for node in self.scenario.contents.outline.nodes if isinstance(node, EndOfPlay))
        return tuple(dict.fromkeys(ends))

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """How matches can end: with an outcome, with their last round, or broken off."""
        own = (*self._settling, *(() if self._rounds == 1 else (HORIZON,)), *self._stoppers)
        channels = len(self.scenario.addressees)
        if len(own) ** channels > MOST_ENDS:
            said = f"{self.scenario.file} has {channels} channels that can end in {len(own) ** channels:,} ways together"
            raise NotApplicableError(f"{said}; a table takes at most {MOST_ENDS}")
        return self._joint(own)

    @cached_property
    def settled(self) -> frozenset[str]:
        """The ways to end in which an outcome ends the match, in every channel."""
        return frozenset(self._joint(self._settling))

    def _joint(self, own: Sequence[str]) -> tuple[str, ...]:
        """Return the ends of all channels together, given those of one."""
        addressees = sorted(self.scenario.addressees)
        if not addressees:
            return tuple(own)
        return tuple("; ".join(parts) for parts in product(*([f"{name}: {end}" for end in own] for name in addressees)))

    @property
    def _rounds(self) -> int | None:
        """The largest number of rounds where it is the same at all values, else None."""
        repeat = self.scenario.contents.repeat
        if self.options.rounds is not None or repeat is None:
            return self.options.rounds or 1
        if repeat.rounds is None or repeat.rounds.formula.names:
            return None
        return int(repeat.rounds.formula.exact({}))

    @property
    def _settling(self) -> tuple[str, ...]:
        """The outcomes that can end a match: in a match of one round all of them."""
        repeat = self.scenario.contents.repeat
        endless = repeat is not None and repeat.rounds is None and self.options.rounds is None
        if repeat is None or (not endless and self._rounds in (1, None)):
            return self.outcomes
        return tuple(name for name in self.outcomes if name in repeat.over_when)

    @property
    def _stoppers(self) -> tuple[str, ...]:
        """What can break a match off."""
        repeat, clock = self.scenario.contents.repeat, self._clock
        if repeat is None or clock is None:
            return ()
        shocks = [name for name in clock.shocks if name in repeat.over_when]
        return (*shocks, *([TIME_OUT] if clock.until is not None else []), *([ALL_OVER] if clock.all_over_when else []))

    @cached_property
    def layout(self) -> Layout:
        """The columns and the labels along their dimensions."""
        labels = {"end": self.ends, "outcome": self.outcomes, "player": self.players}
        readings = dict.fromkeys(reading.name for reading in self.scenario.readings)
        columns = [*_COLUMNS]
        if readings:
            labels["reading"] = (*readings, UNNAMED)
            columns.append(_READINGS)
        if self._clock is not None:
            labels["cause"] = CAUSES
            columns += [replace(column, unit=self._clock.unit if column.unit == _TIME else column.unit) for column in _TIMES]
        return Layout(tuple(columns), labels)

    @cached_property
    def places(self) -> Mapping[str, Mapping[str, int]]:
        """For each column that runs over a dimension, the place of each label."""
        return {
            column.name: {label: place for place, label in enumerate(self.layout.labels[column.dimensions[0]])}
            for column in self.layout.columns
            if column.dimensions
        }

    def empty(self, column: Column, points: int) -> NDArray[np.generic]:
        """Return a column of so many points at which nothing is known yet."""
        shape = (points, *(len(self.layout.labels[dimension]) for dimension in column.dimensions))
        return np.full(shape, np.nan) if column.dtype == "float64" else np.zeros(shape, dtype=column.dtype)

    def row(self, column: str, numbers: Mapping[str, float]) -> NDArray[np.float64]:
        """Return a column at a point; what is not named there is 0."""
        found = np.zeros(len(self.places[column]))
        for name, number in numbers.items():
            found[self.places[column][name]] = number
        return found


def layout(scenario: Scenario, concept: str | None, options: Mapping[str, object]) -> Layout:
    """Return the columns: how it went, and at every point the shares and means that ``negotiation simulate`` prints.

    Raises
    ------
    ParameterError
        If an option is not allowed, or a concept is given.
    UnknownNameError, LocatedError
        If there is no engine or strategy of a name, or something is wrong with a strategy of the user's own.
    NotApplicableError
        If the scenario cannot be played in rounds at any values.
    """
    return Shape(scenario, _options(scenario, concept, options)).layout


def tabulate(scenario: Scenario, points: Points, options: Mapping[str, object]) -> Table:
    """Return a row for each point; its match is played with the seed of the points.

    Raises
    ------
    ParameterError, UnknownNameError
        If what is asked for is not allowed, as ``layout``; what goes wrong at a point is told in its row.
    KeyboardInterrupt
        If it was interrupted: half a match is no row.
    """
    shape = Shape(scenario, _options(scenario, points.concept, options))
    dense = {column.name: shape.empty(column, points.size) for column in shape.layout.columns if column.name not in ("status", "engine")}
    cases: dict[tuple[int, int, str], int] = {}
    case = np.zeros(points.size, dtype=np.uint32)
    for point in range(points.size):
        status, engine, remark, numbers = _row(shape, points, point)
        case[point] = cases.setdefault((status, engine, remark), len(cases))
        for name in dense.keys() & numbers.keys():
            value = numbers[name]
            dense[name][point] = shape.row(name, value) if isinstance(value, Mapping) else value
    codes = {name: np.array([found[place] for found in cases], dtype=np.uint8) for place, name in enumerate(("status", "engine"))}
    return Table(dense, case, codes, tuple(remark for _, _, remark in cases))


def prepared(scenario: Scenario, options: Mapping[str, object]) -> Mapping[str, object]:
    """Return the options with the checksums of the files of the user's own strategies. Errors as ``layout``."""
    read = _options(scenario, None, options)
    names = (choice.name for choice in strategy_choices(scenario, behaviour=read.behaviour).values())
    files = {name: checksum(name) for name in names if name.endswith(PATH_ENDINGS)}
    return {**options, "files": files} if files else options


def _options(scenario: Scenario, concept: str | None, options: Mapping[str, object]) -> Options:
    """Return the options, if they are allowed and somebody can play as they say."""
    if concept is not None:
        raise ParameterError(
            f"a simulation solves nothing, so it takes no concept, got {concept!r}; strategies are named under 'behaviour'"
        )
    read = _read(options)
    _refuse_in_vain(scenario, read)
    if scenario.contents.watched is not None:
        raise NotApplicableError(
            f"{scenario.file} has an audience: what play is worth depends on what it believes, so the game can be solved but not simulated"
        )
    for choice in strategy_choices(scenario, behaviour=read.behaviour).values():
        lookup.strategy(choice.name)
    return read


def _read(options: Mapping[str, object]) -> Options:
    """Return the options that were given; ``behaviour.target`` stands for one player's strategy."""
    single = {name: value for name, value in options.items() if name.startswith(_ONE)}
    rest = {name: value for name, value in options.items() if name not in single}
    known = Options.__dataclass_fields__
    for name in rest:
        if name not in known:
            raise ParameterError(f"a simulation has no option {name!r}; it has {', '.join(each for each in known if each != 'files')}")
    if single:
        given = rest.get("behaviour", {})
        rest["behaviour"] = {
            **(given if isinstance(given, Mapping) else {}),
            **{name.removeprefix(_ONE): one for name, one in single.items()},
        }
    return Options(**rest)  # type: ignore[arg-type]  # the values are checked as the options are made


def _refuse_in_vain(scenario: Scenario, options: Options) -> None:
    """Refuse options by which a number that varies would change nothing."""
    for name in scenario.parameters:
        if options.rounds is not None and name == "repeat.rounds":
            raise ParameterError(f"{name} varies along an axis, so the option rounds cannot be {options.rounds} everywhere")
        for whose, strategy in options.behaviour.items():
            if name.startswith(f"{_ONE}{whose}."):
                raise ParameterError(f"{name} varies along an axis, so {whose} cannot follow another strategy, {strategy!r}")


def _row(shape: Shape, points: Points, point: int) -> tuple[int, int, str, Numbers]:
    """Return the status, the engine, a remark and the numbers of a point."""
    try:
        played = _match(shape.scenario, points, point, shape.options)
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is told in the row
            result = _play(played, shape.options)
    except NegotiationError as error:
        return _FAILED, len(ENGINES) - 1, error.brief, {"replications": 0}
    return _DONE, ENGINES.index(result.engine), _remark(played), _numbers(shape, result)


def _remark(played: Match) -> str:
    """Return what has to be known of a match; what ``simulate`` computes there differs from point to point, and is left out."""
    return _DECIMAL.sub("...", "; ".join(played.notes))


def _match(scenario: Scenario, points: Points, point: int, options: Options) -> Match:
    found = match(
        scenario,
        points.variant,
        settings=points.settings_at(point),
        replications=DEFAULT_REPLICATIONS if options.replications is None else options.replications,
        rounds=options.rounds,
        seed=points.seed,
        behaviour=options.behaviour,
    )
    return with_noise(found, options.noise) if options.noise else found


def _play(played: Match, options: Options) -> Record | Distribution:
    """Return what a match comes to by the engine that was named, or by the first that takes it."""
    if options.engine != AUTO:
        return _whole(lookup.engine(options.engine).run(played))
    if options.replications is None:
        with suppress(NotApplicableError):
            return _whole(lookup.engine("exact").run(played, most=MOST_SITUATIONS))
    with suppress(NotApplicableError):
        return _whole(lookup.engine("batch").run(played))
    return _whole(lookup.engine("events").run(played))


def _whole(result: Record | Distribution) -> Record | Distribution:
    """Return a result, if all of the match was played; engines that are interrupted return what is done."""
    if isinstance(result, Record) and not result.is_complete:
        raise KeyboardInterrupt
    if not np.isfinite(result.payoffs).all():
        raise NotApplicableError("payoffs grow beyond all numbers in the course of this match")
    return result


def _numbers(shape: Shape, result: Record | Distribution) -> Numbers:
    """Return what columns hold at a point."""
    payoffs, rounds = result.payoff_estimates, result.round_estimate
    numbers: dict[str, float | Mapping[str, float]] = {
        "replications": result.replications if isinstance(result, Record) else 0,
        "end_share": result.ends,
        "settled": math.fsum(share for name, share in result.ends.items() if name in shape.settled),
        "outcome_share": result.outcomes,
        # Where the condition of every reading fails, no course has a name.
        "reading_share": result.readings or {UNNAMED: 1.0},
        "payoff": {name: found.mean for name, found in payoffs.items()},
        "payoff_error": {name: _error(result, found) for name, found in payoffs.items()},
        "rounds": rounds.mean,
        "rounds_error": _error(result, rounds),
    }
    return {**numbers, **_times(result)} if isinstance(result, Record) else numbers


def _error(result: Record | Distribution, found: Estimate) -> float:
    """Return a standard error: 0 where nothing is sampled, none where one replication leaves it unknown."""
    if isinstance(result, Distribution):
        return 0.0
    return math.nan if found.standard_error is None else found.standard_error


def _times(record: Record) -> Numbers:
    elapsed, timing = record.elapsed_estimate, record.timing
    if elapsed is None or timing is None:
        return {}
    return {"elapsed": elapsed.mean, "elapsed_error": _error(record, elapsed), "cause_share": timing.causes}
