"""What a solver returns: equilibria with their certificates, and how complete the list is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from negotiation.games.audience import Posterior
from negotiation.games.behaviour import BehaviourProfile, node_values, reach
from negotiation.games.certificate import Certificate, MixedProfile, certify_mixed, exact_profile, strategy_values
from negotiation.games.extensive_form import End, ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import Number, show_number
from negotiation.games.readings import read_path

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Component", "Equilibrium", "Finding", "Game", "Path", "Solution", "mixed_equilibrium", "tree_equilibrium", "usual_concept"]

Game: TypeAlias = ExtensiveFormGame | NormalFormGame


@dataclass(frozen=True, slots=True)
class Path:
    """One course of play: its actions, the outcome, its reading (None if no reading names it) and its probability."""

    actions: tuple[str, ...]
    outcome: str
    reading: str | None
    probability: Number


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """One equilibrium.

    Parameters
    ----------
    profile : tuple of tuples of numbers
        In a tree, one row for each information set; in a normal form, one row for each player.
    payoffs : tuple of numbers, length N, payoff unit
    paths : tuple of Path
        Every course of play that has positive probability.
    certificate : Certificate
    beliefs : tuple of rows or None
        Where the concept has them: for each information set, one probability for each of its nodes.
    free : frozenset of int
        Information sets at which any behaviour gives this same equilibrium (their player never gets there himself, or chance
        lets nobody get there).
    verdicts : mapping of str to str
        What refinements say of it, e.g. ``{"intuitive criterion": "survives"}``.
    belief_intervals : mapping of (information set, place of the node in it) to (lowest, highest) probability
        Where several beliefs support it: the bounds over all of them. Only those that vary; ``beliefs`` is one choice.
    posteriors : tuple of Posterior
        In a game with an audience: what it believes after each observation.
    """

    profile: BehaviourProfile | MixedProfile
    payoffs: tuple[Number, ...]
    paths: tuple[Path, ...]
    certificate: Certificate
    beliefs: tuple[tuple[Number, ...], ...] | None = None
    free: frozenset[int] = frozenset()
    verdicts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    belief_intervals: Mapping[tuple[int, int], tuple[Number, Number]] = field(default_factory=lambda: MappingProxyType({}))
    posteriors: tuple[Posterior, ...] = ()

    def __repr__(self) -> str:
        """Return one line: the course of play or the outcomes, and the payoffs."""
        return f"<Equilibrium: {_course(self)}; payoffs {', '.join(show_number(payoff) for payoff in self.payoffs)}>"

    @property
    def is_pure(self) -> bool:
        """Whether every player takes one action with certainty wherever his choice matters."""
        return all(max(row) == 1 for number, row in enumerate(self.profile) if number not in self.free)

    @property
    def path(self) -> tuple[str, ...] | None:
        """The actions of the one course of play, or None where several have positive probability."""
        return self.paths[0].actions if len(self.paths) == 1 else None

    @property
    def outcomes(self) -> dict[str, Number]:
        """The probability of each outcome that has any."""
        return _sum_by(self.paths, [path.outcome for path in self.paths])

    @property
    def readings(self) -> dict[str, Number]:
        """The probability of each reading; paths that no reading names are under ``"unnamed"``."""
        return _sum_by(self.paths, ["unnamed" if path.reading is None else path.reading for path in self.paths])

    @property
    def reading(self) -> str | None:
        """The reading that every path has, or the readings joined by `` / `` where they differ; None if none is named."""
        names = list(self.readings)
        return None if names == ["unnamed"] else " / ".join(names)

    @property
    def regret(self) -> Fraction:
        """The largest gain from leaving the equilibrium, as a share of the player's payoff span."""
        return self.certificate.regret


@dataclass(frozen=True, eq=False)
class Component:
    """A connected set of equilibria.

    Parameters
    ----------
    equilibria : tuple of int
        Its extreme points, as numbers into ``Solution.equilibria``.
    pieces : tuple of tuples of int
        Its maximal convex pieces: any mixture (player by player) of the extreme points of a piece is an equilibrium.
    payoffs : tuple of (lowest, highest), one for each player
    outcomes : mapping of outcome to (lowest, highest) probability
    intervals : mapping of (row of the profile, action) to (lowest, highest) probability
        Only those that vary.
    """

    equilibria: tuple[int, ...]
    pieces: tuple[tuple[int, ...], ...]
    payoffs: tuple[tuple[Number, Number], ...]
    outcomes: Mapping[str, tuple[Number, Number]]
    intervals: Mapping[tuple[int, int], tuple[Number, Number]]


@dataclass(frozen=True, eq=False)
class Finding:
    """A result that is not a strategy profile: a distribution over cells, the strategies that survive, a division.

    ``details`` holds numbers, text, lists and mappings only. ``error`` is the largest violation, in payoff units, of the
    conditions that define it, recomputed from the game (None where the finding is a count or a yes or no).
    """

    name: str
    summary: str
    payoffs: tuple[Number, ...] | None
    details: Mapping[str, object]
    error: Number | None = None


@dataclass(frozen=True, eq=False)
class Solution:
    """What a concept says of a game.

    Parameters
    ----------
    concept : str
    game : ExtensiveFormGame or NormalFormGame
    equilibria : tuple of Equilibrium
    complete : bool
        Whether the list is known to hold all equilibria (or all extreme points of all components), or all of those that
        ``scope`` names.
    components : tuple of Component
        Empty where every equilibrium stands alone.
    notes : tuple of str
        What the reader has to know: how it was found, what disagreed, what is not known.
    method : str
        The algorithm, with its source.
    findings : tuple of Finding
        Results that are not strategy profiles.
    scope : str
        What the list is complete as to where that is less than all equilibria, as a plural; else empty.
    options : mapping of name to value
        The options of the concept that were given.
    """

    concept: str
    game: Game
    equilibria: tuple[Equilibrium, ...]
    complete: bool
    components: tuple[Component, ...] = ()
    notes: tuple[str, ...] = ()
    method: str = ""
    findings: tuple[Finding, ...] = ()
    scope: str = ""
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table with a row for each action in each equilibrium: see ``games.frames.solution_frame``."""
        from negotiation.games.frames import solution_frame

        return solution_frame(self)

    def __repr__(self) -> str:
        """Return one line: the concept, the game, and how many equilibria."""
        return f"<Solution of {self.game.title!r} by {self.concept}: {len(self.equilibria)} equilibria; {self._known}>"

    @property
    def _known(self) -> str:
        """What the list is known to hold."""
        return f"all {self.scope or 'equilibria'}" if self.complete else "there may be more equilibria"

    def _repr_html_(self) -> str:
        """Return a table of the equilibria for notebooks."""
        rows = [
            [
                str(place),
                found.reading or "",
                _course(found),
                *(show_number(payoff) for payoff in found.payoffs),
                f"{float(found.regret):.1g}",
            ]
            for place, found in enumerate(self.equilibria, start=1)
        ]
        rows += [[finding.name, "", finding.summary, *map(show_number, finding.payoffs or ()), ""] for finding in self.findings]
        columns = ["", "reading", "course of play", *self.game.players, "regret"]
        head = "".join(f"<th>{escape(name)}</th>" for name in columns)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        caption = (
            f"{self.game.title}: {self.concept.replace('_', ' ')}, {self._known}"
            if self.equilibria
            else f"{self.game.title}: {self.concept}"
        )
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"<table><caption>{escape(caption)}</caption><tr>{head}</tr>{body}</table>" + (f"<ul>{notes}</ul>" if notes else "")


def _course(found: Equilibrium) -> str:
    """Return the course of play, or the outcomes with their probabilities where there are several."""
    if found.path is not None:
        return " > ".join(found.path)
    return "; ".join(f"{name} {show_number(probability)}" for name, probability in found.outcomes.items())


def usual_concept(game: Game) -> str:
    """Return the name of the concept that is meant when none is named.

    ====================================================  ====================
    normal form                                           ``nash``
    tree in which each mover knows all that went before    ``subgame_perfect``
    tree with private types                               ``sequential``
    any other tree                                        ``subgame_perfect``
    ====================================================  ====================
    """
    if isinstance(game, NormalFormGame):
        return "nash"
    return "sequential" if game.type_moves else "subgame_perfect"


def mixed_equilibrium(game: NormalFormGame, profile: MixedProfile) -> Equilibrium:
    """Return a mixed profile of a normal form with what follows from it and its certificate."""
    rows = exact_profile(profile)
    payoffs = tuple(
        sum((p * value for p, value in zip(rows[player], strategy_values(game, rows, player), strict=True)), Fraction(0))
        for player in range(len(game.players))
    )
    paths = []
    for cell, probability in _support(rows):
        actions = tuple(names[chosen] for names, chosen in zip(game.strategies, cell, strict=True))
        paths.append(Path(actions, game.outcome(cell), read_path(game.readings, actions), probability))
    return Equilibrium(profile, _like(profile, payoffs), tuple(paths), certify_mixed(game, profile))


def tree_equilibrium(
    game: ExtensiveFormGame,
    behaviour: BehaviourProfile,
    certificate: Certificate,
    *,
    beliefs: tuple[tuple[Number, ...], ...] | None = None,
    free: frozenset[int] = frozenset(),
    verdicts: Mapping[str, str] | None = None,
) -> Equilibrium:
    """Return a behaviour profile of a tree with what follows from it."""
    rows = exact_profile(behaviour)
    paths: dict[tuple[tuple[str, ...], str], Number] = {}
    weights = reach(game, rows)
    for end in game.ends:
        node = game.nodes[end]
        if weights[end] and isinstance(node, End):
            key = game.path_to(end), node.outcome
            paths[key] = paths.get(key, Fraction(0)) + weights[end]
    named = tuple(Path(actions, outcome, read_path(game.readings, actions), p) for (actions, outcome), p in paths.items())
    payoffs = _like(behaviour, node_values(game, rows)[0])
    return Equilibrium(behaviour, payoffs, named, certificate, beliefs, free, MappingProxyType(dict(verdicts or {})))


def _like(profile: Sequence[Sequence[Number]], numbers: Sequence[Number]) -> tuple[Number, ...]:
    """Return the numbers exact if the profile is exact, else as floats (their digits beyond that mean nothing)."""
    if all(isinstance(probability, Fraction) for row in profile for probability in row):
        return tuple(numbers)
    return tuple(float(number) for number in numbers)


def _support(rows: Sequence[Sequence[Fraction]]) -> list[tuple[tuple[int, ...], Fraction]]:
    """Return the cells of positive probability with their probabilities."""
    cells: list[tuple[tuple[int, ...], Fraction]] = [((), Fraction(1))]
    for row in rows:
        cells = [((*cell, chosen), weight * p) for cell, weight in cells for chosen, p in enumerate(row) if p]
    return cells


def _sum_by(paths: Sequence[Path], names: Sequence[str]) -> dict[str, Number]:
    totals: dict[str, Number] = {}
    for path, name in zip(paths, names, strict=True):
        totals[name] = totals.get(name, Fraction(0)) + path.probability
    return totals
