"""A tournament of strategies on a scenario's stage game: every entrant against every other, in every role.

>>> round_robin(read("scenarios/prisoners_dilemma.yaml"), terms=Terms(100, 200, 0.01, 0, "events"))  # doctest: +SKIP

All matches have the same seed: within a replication they last equally long and have the same luck, so differences between
entrants are known better than their scores (common random numbers). Each match is what a simulation with that seed and
these strategies plays; neither who else takes part nor the number of workers changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, replace
from functools import lru_cache
from inspect import Parameter, signature
from itertools import product
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from negotiation import lookup
from negotiation.errors import GameError, NotApplicableError, ParameterError, SolverError
from negotiation.exact.basins import is_symmetric
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.record import Record
from negotiation.games.repeated import Match, Repetition, Strategy
from negotiation.games.seat import Seat
from negotiation.games.solution import Game
from negotiation.games.tournament import Entrant, LeftOut, Terms, Tournament
from negotiation.play import match, seat_strategy, stage_solver
from negotiation.scenario.scenario import OptionValue, Scenario, Setting, StrategyChoice, loads
from negotiation.sources import Source

__all__ = ["AUTO", "DEFAULT_REPLICATIONS", "DEFAULT_ROUNDS", "default_entrants", "parse_entrant", "round_robin"]

#: Enough to tell apart who is not close, in seconds.
DEFAULT_REPLICATIONS = 200

#: Rounds of a match where the scenario does not say how rounds repeat: as in Axelrod's first tournament (1980).
DEFAULT_ROUNDS = 200

#: Replications that all matches play before any plays more: few at first, so that something is soon complete; then more.
FIRST_PART, LARGEST_PART = 10, 1000

#: The engine that stands for the quickest one that takes a match, and the engines in the order in which they are asked.
AUTO, QUICKEST = "auto", ("batch", "events")

Seated = Mapping[str | None, Strategy]


@dataclass(frozen=True, slots=True)
class Plan:
    """A tournament as it is sent to workers: the scenario's text, and who plays on which terms."""

    text: str
    file: str
    variant: str | None
    settings: tuple[tuple[str, Setting], ...]
    entrants: tuple[tuple[Entrant, ...], ...]
    terms: Terms


@dataclass(frozen=True, slots=True, eq=False)
class Hall:
    """A plan laid out for playing: a match to start from, and the strategies of each role's entrants."""

    base: Match
    strategies: tuple[tuple[Seated, ...], ...]


def parse_entrant(text: str) -> Entrant:
    """Return the entrant that a text names: ``tit_for_tat`` or ``tit_for_tat:generosity=0.3:hard=defect+betray``.

    Options follow the strategy after colons; values are numbers where they read as such, lists where they have ``+``.

    Raises
    ------
    ParameterError
        If an option has no value.
    """
    name, *parts = (part.strip() for part in text.split(":"))
    options = []
    for part in parts:
        option, equals, value = part.partition("=")
        if not equals or not option or not value:
            raise ParameterError(f"{text!r}: expected options as NAME=VALUE after the strategy, got {part!r}")
        options.append((option, _value(value)))
    return Entrant(":".join([name, *parts]), name, tuple(options))


def _value(text: str) -> OptionValue:
    if "+" in text[1:] and not _is_number(text):
        return tuple(_value(part) for part in text.split("+"))
    return (int(text) if text.lstrip("-").isdigit() else float(text)) if _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def default_entrants(base: Match, role: int) -> list[Entrant]:
    """Return the entrants that try to play a role if none are named.

    Every strategy without required options enters once; one that requires an action enters with each action of the role.
    """
    stage = base.stage
    actions = dict.fromkeys(action for place in stage.information_sets if place.player == role for action in place.actions)
    found = []
    for name in lookup.strategies():
        required = [option for option, one in _options(name).items() if one.default is Parameter.empty]
        if not required:
            found.append(Entrant(name, name))
        elif required == ["action"]:
            found += [Entrant(f"{name}:action={action}", name, (("action", action),)) for action in actions]
    return found


def _options(name: str) -> dict[str, Parameter]:
    parameters = signature(lookup.strategy(name).strategy).parameters
    return {option: one for option, one in parameters.items() if one.kind is Parameter.KEYWORD_ONLY}


def round_robin(
    source: Source,
    *,
    terms: Terms,
    entrants: Sequence[Entrant] | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Tournament:
    """Return the tournament of strategies on a scenario's stage game.

    Parameters
    ----------
    source : Source
        A scenario at chosen values.
    terms : Terms
    entrants : sequence of Entrant, optional
        All strategies that fit if not given, see ``default_entrants``. Who cannot play a role is left out of it.
    executor : concurrent.futures.Executor, optional
        Where the matches are played; here if not given. It changes no result.
    progress : callable, optional
        Told how many matches are played, of how many, counting each replication.

    Returns
    -------
    Tournament
        If it is interrupted from the keyboard, of the replications that every match has played.

    Raises
    ------
    ParameterError
        If two entrants have one name, an entrant can play no role, or a role has nobody to play it.
    NotApplicableError
        If the source is no scenario.
    UserMistakeError
        As ``play.match``.
    """
    scenario = source.scenario
    if scenario is None:
        raise NotApplicableError(f"{source.file}: a tournament needs a scenario, which says how rounds repeat")
    names = [entrant.name for entrant in entrants or ()]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ParameterError(f"the entrant {twice[0]!r} is named twice")
    base, remark = _base(scenario, source.variant, source.settings, terms)
    chosen, left_out = _draw_up(base, entrants)
    plan = Plan(scenario.text, scenario.file, source.variant, tuple(source.settings.items()), chosen, terms)
    payoffs, stop = _play_all(plan, executor, progress)
    symmetric = _is_symmetric(source.game, base.repetition) and len(set(chosen)) == 1
    notes = base.notes + remark + ((stop,) if stop else ())
    return Tournament(base.stage.players, chosen, payoffs, symmetric, terms, base.repetition, left_out, notes)


def _base(scenario: Scenario, variant: str | None, settings: Mapping[str, Setting], terms: Terms) -> tuple[Match, tuple[str, ...]]:
    """Return a match with the stage, repetition and noise of all others, and what is to be said about it."""
    by_default = terms.rounds is None and not scenario.is_repeated
    rounds = DEFAULT_ROUNDS if by_default else terms.rounds
    anyone = dict.fromkeys(scenario.players, "random")
    base = match(scenario, variant, settings=settings, replications=terms.replications, rounds=rounds, seed=terms.seed, behaviour=anyone)
    if base.channels:
        names = ", ".join(channel.name for channel in base.channels)
        raise NotApplicableError(f"{scenario.file}: a tournament plays one channel at a time, and here are {names}")
    remark = f"matches last {DEFAULT_ROUNDS} rounds, because neither the scenario nor anyone says how long"
    return replace(base, noise=terms.noise), (remark,) if by_default else ()


def _draw_up(base: Match, entrants: Sequence[Entrant] | None) -> tuple[tuple[tuple[Entrant, ...], ...], tuple[LeftOut, ...]]:
    """Return who plays each role, and who does not."""
    chosen: dict[str, tuple[Entrant, ...]] = {}
    left_out: list[LeftOut] = []
    for role, player in enumerate(base.stage.players):
        tried = [(entrant, _objection(base, role, entrant)) for entrant in (default_entrants(base, role) if entrants is None else entrants)]
        chosen[player] = tuple(entrant for entrant, reason in tried if reason is None)
        left_out += [LeftOut(entrant.name, player, reason) for entrant, reason in tried if reason is not None]
    _check_everybody_plays(entrants or (), chosen, left_out)
    return tuple(chosen.values()), tuple(left_out)


def _check_everybody_plays(entrants: Sequence[Entrant], chosen: Mapping[str, tuple[Entrant, ...]], left_out: Sequence[LeftOut]) -> None:
    for entrant in entrants:
        if not any(entrant in fit for fit in chosen.values()):
            raise ParameterError(f"{entrant.name} can play no role: {_reasons(one for one in left_out if one.name == entrant.name)}")
    for role, fit in chosen.items():
        if not fit:
            raise ParameterError(f"nobody can play {role}: {_reasons(one for one in left_out if one.role == role)}")


def _reasons(left_out: Iterable[LeftOut]) -> str:
    return "; ".join(f"as {one.role}: {one.reason}" for one in left_out)


def _objection(base: Match, role: int, entrant: Entrant) -> str | None:
    """Return why an entrant cannot play a role, None if it can."""
    try:
        _seat(base, role, entrant)
    except (ParameterError, NotApplicableError, SolverError) as error:
        message = str(error)
        return message.partition(f" ({entrant.strategy}): ")[2] or message
    return None


def _seat(base: Match, role: int, entrant: Entrant) -> Seated:
    """Return an entrant's strategy for each private type of a role. Errors as ``play.seat_strategy``."""
    stage, rules = base.stage, base.repetition.state
    solver, choice = stage_solver(stage, rules), StrategyChoice(entrant.strategy, MappingProxyType(dict(entrant.options)))
    return MappingProxyType({kind: seat_strategy(Seat(stage, role, kind, rules, solver), choice) for kind in base.strategies[role]})


def _is_symmetric(game: Game, repetition: Repetition) -> bool:
    """Return whether both players are in the same position, so that payoffs in both roles can be added."""
    if not isinstance(game, NormalFormGame) or len(game.players) != 2 or repetition.state is not None:
        return False
    return is_symmetric(game) and len(set(game.strategies)) == 1 and len(set(repetition.discounts)) == 1


def _play_all(plan: Plan, executor: Executor | None, progress: Callable[[int, int], None] | None) -> tuple[NDArray[np.float64], str | None]:
    """Return the payoffs of all matches, shape (entrants of role 1, ..., replications, roles), and why it stopped early, if it did."""
    sizes = [len(fit) for fit in plan.entrants]
    wanted, parts, stop = plan.terms.replications, [], None
    tell = progress or _tell_nobody
    try:
        for part in _parts(wanted):
            rows = list(_payoffs_of(plan, list(product(*map(range, sizes))), part, executor, tell))
            parts.append(np.array(rows).reshape(*sizes, len(part), len(sizes)))
    except KeyboardInterrupt:
        stop = "interrupted"
        if not parts:
            raise
    except BrokenExecutor as error:
        stop = "a worker process died"
        if not parts:
            raise SolverError("a worker process died before every match was played once; try fewer workers") from error
    done = sum(part.shape[-2] for part in parts)
    reason = None if stop is None else f"{stop}: {done} of {wanted} replications are done; the results are of these"
    return np.concatenate(parts, axis=-2), reason


def _tell_nobody(done: int, total: int) -> None:
    """Tell nobody how many matches are played."""


def _parts(replications: int) -> Iterator[range]:
    """Yield ranges of replications, each twice as long as the last one, up to a limit."""
    start, size = 0, FIRST_PART
    while start < replications:
        yield range(start, min(start + size, replications))
        start, size = start + size, min(2 * size, LARGEST_PART)


def _payoffs_of(
    plan: Plan, pairings: Sequence[tuple[int, ...]], part: range, executor: Executor | None, progress: Callable[[int, int], None]
) -> Iterator[NDArray[np.float64]]:
    """Yield the payoffs of each pairing in a part of the replications, in the order of the pairings."""
    futures: list[Future[NDArray[np.float64]]] = []
    try:
        if executor is not None:
            futures += [executor.submit(_play, plan, pairing, part) for pairing in pairings]
        for number, pairing in enumerate(pairings):
            yield futures[number].result() if futures else _play(plan, pairing, part)
            progress(part.start * len(pairings) + (number + 1) * len(part), plan.terms.replications * len(pairings))
    finally:
        for future in futures:
            future.cancel()


def _play(plan: Plan, pairing: tuple[int, ...], part: range) -> NDArray[np.float64]:
    """Return the payoffs of a match in a part of the replications, shape (replications, roles)."""
    hall = _hall(plan)
    names = [fit[number].name for fit, number in zip(plan.entrants, pairing, strict=True)]
    strategies = tuple(seated[number] for seated, number in zip(hall.strategies, pairing, strict=True))
    game = replace(hall.base, strategies=strategies, first=part.start, replications=len(part))
    try:
        record = _run(game, plan.terms.engine)
    except GameError as error:
        raise GameError(f"{' against '.join(names)}: {error}") from error
    if not record.is_complete:
        # Engines keep what is done when they are interrupted; here a part counts only as a whole.
        raise KeyboardInterrupt
    payoffs: NDArray[np.float64] = record.payoffs
    return payoffs


def _run(game: Match, engine: str) -> Record:
    """Return the record of a match; ``AUTO`` stands for the first of ``QUICKEST`` that takes it, all of which play alike."""
    names = [name for name in QUICKEST if name in lookup.engines()] if engine == AUTO else [engine]
    for name in names[:-1]:
        try:
            record: Record = lookup.engine(name).run(game)
        except NotApplicableError:
            continue
        return record
    last = lookup.engine(names[-1]).run(game)
    if not isinstance(last, Record):
        raise NotApplicableError(f"the engine {names[-1]} plays no single matches, and a tournament compares them: use another")
    return last


@lru_cache(maxsize=2)
def _hall(plan: Plan) -> Hall:
    """Lay out a plan; a worker does so once."""
    scenario = loads(plan.text, file=plan.file)
    base, _ = _base(scenario, plan.variant, dict(plan.settings), plan.terms)
    seated = tuple(tuple(_seat(base, role, entrant) for entrant in fit) for role, fit in enumerate(plan.entrants))
    return Hall(base, seated)
