"""A scenario becomes a match: the stage game, how it repeats, and a strategy for each player and type.

>>> match(load("scenarios/entry_deterrence.yaml"), replications=100, behaviour={"entrant": "random"})  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from inspect import Parameter, signature
from types import MappingProxyType

from negotiation import lookup
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.games.certificate import certify_behaviour
from negotiation.games.extensive_form import ExtensiveFormGame
from negotiation.games.numbers import exact
from negotiation.games.plans import behaviour_of_plans, reduced_normal_form
from negotiation.games.repeated import Carried, Channel, Match, Repetition, StateRules, Strategy
from negotiation.games.seat import Seat, StageSolver, stage_at
from negotiation.games.solution import Solution, tree_equilibrium
from negotiation.scenario.channels import Channel as ScenarioChannel
from negotiation.scenario.scenario import Scenario, Setting, StrategyChoice
from negotiation.solving import solve

__all__ = ["DEFAULT_REPLICATIONS", "match", "option_defaults", "seat_strategy", "stage_solver", "strategy_choices", "with_noise"]

#: Enough for shares to be known to about a percentage point.
DEFAULT_REPLICATIONS = 1000

#: How many solutions of the stage game are kept: one for each concept and each state that is carried into a round.
KEPT_SOLUTIONS = 1024


def match(
    scenario: Scenario,
    variant: str | None = None,
    /,
    *,
    settings: Mapping[str, Setting] = MappingProxyType({}),
    replications: int = DEFAULT_REPLICATIONS,
    rounds: int | None = None,
    seed: int = 0,
    behaviour: Mapping[str, StrategyChoice | str] = MappingProxyType({}),
) -> Match:
    """Return the match that a scenario describes.

    Parameters
    ----------
    scenario : Scenario
    variant : str, optional
        A named setting of parameters.
    settings : mapping of parameter to value
    replications : int
    rounds : int, optional
        The largest number of rounds; the scenario's if not given. A scenario that does not repeat is played once.
    seed : int
    behaviour : mapping of player or ``player.type`` to the name of a strategy or a StrategyChoice
        In place of what the scenario says of that player.

    Raises
    ------
    ParameterError
        If a setting, option or name in ``behaviour`` is not allowed.
    UnknownNameError
        If there is no strategy or concept of that name.
    NotApplicableError
        If a strategy or concept does not take this stage game, or an audience watches it.
    GameError
        If the match cannot be played, for example because it could go on for ever.
    """
    stage = scenario.stage(variant, **settings)
    if stage.audience is not None:
        raise NotApplicableError(
            f"{scenario.file} has an audience: what play is worth depends on what it believes, which only an equilibrium settles; so the "
            "game can be solved (concept 'sequential'), but not played in rounds"
        )
    repetition, notes = _repetition(scenario, variant, rounds, settings)
    choices = strategy_choices(scenario, variant, settings=settings, behaviour=behaviour)
    channels = [_with_rounds(channel, rounds) for channel in scenario.channels(variant, **settings)]
    if not channels:
        strategies, told = _seated(scenario, stage, repetition, choices)
        return Match(stage, strategies, repetition, replications, seed, notes=(*notes, *told))
    found = []
    for channel in sorted(channels, key=lambda each: each.name):
        strategies, told = _seated(scenario, channel.stage, channel.repetition, choices)
        notes += told
        inner = Match(channel.stage, strategies, channel.repetition, replications, seed)
        found.append(Channel(channel.name, inner, channel.place, channel.own_draws))
    return replace(found[0].match, notes=tuple(dict.fromkeys(notes)), channels=tuple(found))


def with_noise(match: Match, noise: float) -> Match:
    """Return the match in which every move is, with this probability, another one than the intended, each alike: the trembling hand.

    Raises
    ------
    GameError
        If it does not lie in [0, 1].
    """
    channels = tuple(replace(channel, match=with_noise(channel.match, noise)) for channel in match.channels)
    told = f"in each move a player does by mistake something else than he means to with probability {noise:g}"
    return replace(match, noise=noise, channels=channels, notes=(*match.notes, told) if noise else match.notes)


def _with_rounds(channel: ScenarioChannel, rounds: int | None) -> ScenarioChannel:
    return channel if rounds is None else replace(channel, repetition=replace(channel.repetition, rounds=rounds))


def _seated(
    scenario: Scenario, stage: ExtensiveFormGame, repetition: Repetition, choices: Mapping[str, StrategyChoice]
) -> tuple[tuple[Mapping[str | None, Strategy], ...], list[str]]:
    """Return a strategy for each player and type of a stage, with what a reader has to know of them.

    An addressee of whom nothing is said does as the player in whose place he stands.
    """
    solve = stage_solver(stage, repetition.state)
    strategies: list[Mapping[str | None, Strategy]] = []
    notes = []
    for player, written_as in enumerate(scenario.players):
        kinds: tuple[str | None, ...] = scenario.types.get(written_as) or (None,)
        seats = [Seat(stage, player, kind, repetition.state, solve) for kind in kinds]
        named = _choices_of(seats, written_as, choices)
        found = {seat.type: seat_strategy(seat, choice) for seat, choice in named}
        strategies.append(MappingProxyType(found))
        notes += [f"{seat.name} ({choice.name}): {note}" for seat, choice in named for note in found[seat.type].notes]
    return tuple(strategies), notes


def _choices_of(seats: Sequence[Seat], written_as: str, choices: Mapping[str, StrategyChoice]) -> list[tuple[Seat, StrategyChoice]]:
    """Return the choice for each type of a player, who may stand in the place of the one who is written in the file."""
    name = seats[0].stage.players[seats[0].player]
    found = []
    for seat in seats:
        keys = (f"{name}.{seat.type}", name, f"{written_as}.{seat.type}", written_as)
        found.append((seat, next((choices[key] for key in keys if key in choices), None)))
    if missing := [str(seat.type) for seat, choice in found if choice is None]:
        raise ParameterError(f"no strategy is given for {name} of type {', '.join(missing)}")
    return [(seat, choice) for seat, choice in found if choice is not None]


def _repetition(
    scenario: Scenario, variant: str | None, rounds: int | None, settings: Mapping[str, Setting]
) -> tuple[Repetition, list[str]]:
    if scenario.is_repeated:
        repetition = scenario.repetition(variant, **settings)
        changed = scenario.changed_by_shocks
        note = f"shocks change {', '.join(changed)}; readings and the options of strategies keep the values of the beginning"
        return (repetition if rounds is None else replace(repetition, rounds=rounds)), [note] if changed else []
    once = Repetition(1 if rounds is None else rounds, None, (1.0,) * len(scenario.players), frozenset())
    note = f"the scenario does not say how rounds repeat: {'played once' if once.rounds == 1 else 'rounds are played without discounting'}"
    return once, [note]


def strategy_choices(
    scenario: Scenario,
    variant: str | None = None,
    /,
    *,
    settings: Mapping[str, Setting] = MappingProxyType({}),
    behaviour: Mapping[str, StrategyChoice | str] = MappingProxyType({}),
) -> dict[str, StrategyChoice]:
    """Return the strategy of each player or ``player.type`` in a match: what ``behaviour`` says comes before the scenario.

    Errors as ``match``.
    """
    keys = _behaviour_keys(scenario)
    for key in behaviour:
        if key not in keys:
            raise ParameterError(f"behaviour: there is no {key!r}; there are {', '.join(keys)}")
    written = {
        key: replace(choice, name=lookup.strategy_named_in(scenario.file, choice.name))
        for key, choice in scenario.choices(variant, **settings).items()
    }
    # A strategy for the whole player replaces those of his types; one for a type leaves the other types as they were.
    kept = {key: choice for key, choice in written.items() if key.partition(".")[0] not in behaviour}
    return kept | {key: StrategyChoice(given) if isinstance(given, str) else given for key, given in behaviour.items()}


def option_defaults(scenario: Scenario, wanted: Collection[str]) -> dict[str, Fraction]:
    """Return what strategies take for numbers that a scenario does not give, as ``behaviour.player.option``.

    Parameters
    ----------
    scenario : Scenario
    wanted : collection of str
        Names of numbers. Strategies that miss none of them are not looked up: the user's own may be far from here.

    Raises
    ------
    UnknownNameError, LocatedError
        If a strategy does not exist, or there is something wrong with the user's own.
    """
    found = {}
    for whose, rule in scenario.behaviour.items():
        options = [name.removeprefix(f"behaviour.{whose}.") for name in wanted if name.startswith(f"behaviour.{whose}.")]
        if all(option.partition(".")[0] in rule.options for option in options):
            continue
        make = lookup.strategy(lookup.strategy_named_in(scenario.file, rule.name)).strategy
        for name, option in signature(make).parameters.items():
            if name not in rule.options and isinstance(option.default, (int, float)) and not isinstance(option.default, bool):
                found[f"behaviour.{whose}.{name}"] = exact(option.default)
    return found


def _behaviour_keys(scenario: Scenario) -> list[str]:
    """Return whom behaviour may be given for: players, addressees of channels, and each of their types."""
    addressed = scenario.addressed or ""
    players = {name: name for name in scenario.players} | dict.fromkeys(scenario.addressees, addressed)
    typed = [f"{name}.{kind}" for name, player in players.items() for kind in scenario.types.get(player, ())]
    return [*players, *typed]


def seat_strategy(seat: Seat, choice: StrategyChoice) -> Strategy:
    """Return the strategy that a choice names, for a seat.

    Raises
    ------
    UnknownNameError
        If there is no strategy of that name.
    LocatedError
        If there is something wrong with the user's own strategy.
    ParameterError, NotApplicableError
        With the player and the strategy in front, if an option is not allowed or the strategy does not take the stage.
    """
    make: Callable[..., Strategy] = lookup.strategy(choice.name).strategy
    where = f"{seat.name} ({choice.name})"
    _, *parameters = signature(make).parameters.values()
    takes_any = any(option.kind is Parameter.VAR_KEYWORD for option in parameters)
    options = {option.name: option for option in parameters if option.kind is not Parameter.VAR_KEYWORD}
    listed = f"it has {', '.join(options)}" if options else "it has none"
    for name in choice.options:
        if name not in options and not takes_any:
            raise ParameterError(f"{where}: there is no option {name!r}; {listed}")
    for name, option in options.items():
        if option.default is Parameter.empty and name not in choice.options:
            raise ParameterError(f"{where}: the option {name!r} is missing")
    try:
        return make(seat, **choice.options)
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from error
    except NotApplicableError as error:
        raise NotApplicableError(f"{where}: {error}") from error


def stage_solver(stage: ExtensiveFormGame, rules: StateRules | None) -> StageSolver:
    """Return what solves the stage game as it is in a round, remembering what it has solved."""

    @lru_cache(maxsize=KEPT_SOLUTIONS)
    def solved(carried: Carried, concept: str, options: tuple[tuple[str, object], ...]) -> Solution:
        return _solve_tree(stage_at(stage, rules, carried), concept, dict(options))

    def of_round(carried: Carried, concept: str, **options: object) -> Solution:
        return solved(carried, concept, tuple(sorted(options.items())))

    return of_round


def _solve_tree(game: ExtensiveFormGame, concept: str, options: Mapping[str, object]) -> Solution:
    """Return a concept's solution as behaviour in the tree; a concept for matrices gets the reduced normal form."""
    if "tree" in lookup.concept(concept).FORMS:
        return solve(game, concept, options)
    form = reduced_normal_form(game)
    solution = solve(form.game, concept, options)
    equilibria = []
    for equilibrium in solution.equilibria:
        rows, free = behaviour_of_plans(form, equilibrium.profile)
        equilibria.append(tree_equilibrium(game, rows, certify_behaviour(game, rows), free=free))
    return replace(solution, game=game, equilibria=tuple(equilibria), components=())
