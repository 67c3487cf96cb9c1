"""Several answers side by side, each against the first: what corresponds, what changed, and which parameters explain it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from negotiation.budget import UNLIMITED, Budget
from negotiation.comparing.correspondence import Correspondence, correspondences
from negotiation.comparing.explanation import MOST_SOLVES, Difference, Explanation, changed, differences, explain
from negotiation.comparing.flips import Flip
from negotiation.comparing.gathering import Comparable, Points, gather
from negotiation.comparing.search import What
from negotiation.comparing.sides import Play, Side, Theory
from negotiation.comparing.transfer import Transfer, transfers
from negotiation.games.numbers import show_number
from negotiation.scenario.scenario import Setting

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Change", "Comparison", "compare"]


@dataclass(frozen=True, eq=False)
class Change:
    """From the first side to another one.

    Parameters
    ----------
    side : int
        The number of the other side.
    correspondences : tuple of Correspondence
    what : str or None
        What changed that has a name: readings, else courses of play; None where neither did.
    differences : tuple of Difference
        Parameters that the two do not share, or give different values.
    explanation : Explanation or None
        Which of them are enough; None where nothing with a name changed, or the sides are not points of one scenario and
        one theory.
    there, back : tuple of Transfer
        Each play of the first side in the other's game, and each play of the other side in the first's.
    cannot : tuple of str
        What cannot be compared, and why.
    """

    side: int
    correspondences: tuple[Correspondence, ...]
    what: What | None
    differences: tuple[Difference, ...]
    explanation: Explanation | None
    there: tuple[Transfer, ...]
    back: tuple[Transfer, ...]
    cannot: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Answers side by side; ``changes`` has one entry for each side after the first."""

    sides: tuple[Side, ...]
    changes: tuple[Change, ...]

    @property
    def players(self) -> tuple[str, ...]:
        """The players of all sides, each once."""
        return tuple(dict.fromkeys(player for side in self.sides for player in side.players))

    def to_dataframe(self) -> DataFrame:
        """Return one row for each side and play, numbered from 1; a side without plays has one row.

        ``like_play`` is the play of the first side that corresponds; distances are to it. ``payoff NAME`` is NaN where the side
        has no such player.
        """
        # pandas takes half a second to import, which only a table needs.
        from pandas import DataFrame

        partners = [{}, *({pair.second: pair for pair in change.correspondences} for change in self.changes)]
        rows = []
        for side, pairs in zip(self.sides, partners, strict=True):
            head = {"side": side.label, "scenario": side.name, "concept": side.concept, "complete": side.complete}
            rows += [
                {**head, "play": number + 1, **_play_row(play, self.players), **_pair_row(pairs.get(number))}
                for number, play in enumerate(side.plays)
            ] or [head]
        return DataFrame(rows)

    def flips_to_dataframe(self) -> DataFrame:
        """Return one row for each value of a parameter at which an answer flips: see ``flips.Flip``.

        ``at`` is NaN where no rational is known to be it; it lies between ``low`` and ``high``.
        """
        from pandas import DataFrame

        rows = [
            {
                "side": self.sides[change.side].label,
                "parameter": each.parameter,
                "at": float("nan") if flip.exact is None else float(flip.exact),
                "low": float(flip.low),
                "high": float(flip.high),
                "complete": each.complete,
                "before": " or ".join(flip.before),
                "after": " or ".join(flip.after),
                "there": None if flip.there is None else " or ".join(flip.there),
            }
            for change in self.changes
            if change.explanation is not None
            for each in change.explanation.passages
            for flip in each.flips
        ]
        return DataFrame(rows, columns=["side", "parameter", "at", "low", "high", "complete", "before", "after", "there"])

    def _repr_html_(self) -> str:
        """Return a table of the plays of all sides for notebooks, with what explains each change below it."""
        columns = ["", "reading", "course of play", *self.players, "sum", "equilibria"]
        rows = [
            [side.label, play.reading, _course(play), *_shown(play, self.players), show_number(play.welfare), str(len(play.equilibria))]
            for side in self.sides
            for play in side.plays
        ]
        head = "".join(f"<th>{escape(name)}</th>" for name in columns)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        said = [f"{self.sides[change.side].label}: {_said(change)}" for change in self.changes]
        items = "".join(f"<li>{escape(line)}</li>" for line in said)
        return f"<table><tr>{head}</tr>{body}</table><p>Against {escape(self.sides[0].label)}:</p><ul>{items}</ul>"


def compare(
    *things: Comparable,
    variants: Sequence[str] = (),
    settings: Sequence[Mapping[str, Setting]] = (),
    concepts: Sequence[str | Theory] = (),
    most_solves: int = MOST_SOLVES,
    budget: Budget = UNLIMITED,
) -> Comparison:
    """Return answers side by side, each compared with the first.

    Parameters
    ----------
    *things
        Scenarios, games, solutions, or paths: of scenario files, of ``.nfg`` and ``.efg`` files, and of results that ``run`` or
        ``solve --json`` wrote.
    variants, settings, concepts
        Alternatives: each scenario is taken at every combination of them, each game solved by every concept. One scenario at
        one combination is compared with itself at its file's values, by the usual concept.
    most_solves : int
        How many games may be solved to find what explains one change.
    budget : Budget

    Raises
    ------
    ParameterError
        If there is nothing to compare with, or a variant, parameter or option does not exist.
    NegotiationError
        As ``load`` and ``solve``.

    Examples
    --------
    >>> compare(load("scenarios/pretext.yaml"), variants=["B", "E"]).changes[0].explanation.sets  # doctest: +SKIP
    (('pi_X',),)
    """
    theories = tuple(Theory(each) if isinstance(each, str) else each for each in concepts)
    sides = gather(things, Points(tuple(variants), tuple(settings), theories), budget)
    return Comparison(sides, tuple(_change(sides, number, most_solves, budget) for number in range(1, len(sides))))


def _change(sides: Sequence[Side], number: int, most_solves: int, budget: Budget) -> Change:
    first, other = sides[0], sides[number]
    what = changed(first, other)
    there, no_way_there = transfers(first, other)
    back, no_way_back = transfers(other, first)
    explanation = None if what is None else explain(first, other, what, most_solves=most_solves, budget=budget)
    reasons = [
        f"Playing as in {one.label} in the other game: {reason}." for one, reason in ((first, no_way_there), (other, no_way_back)) if reason
    ]
    return Change(
        number,
        correspondences(first, other),
        what,
        differences(first, other),
        explanation,
        there,
        back,
        (*_cannot(first, other, what, explanation), *reasons),
    )


def _cannot(first: Side, other: Side, what: What | None, explanation: Explanation | None) -> list[str]:
    """Return what of two sides cannot be compared."""
    said = []
    alone = [
        f"{player} ({each.label})" for each, its in ((first, other), (other, first)) for player in each.players if player not in its.players
    ]
    if alone:
        said.append(f"Players of one side only: {', '.join(alone)}; their payoffs have no counterpart.")
    for each in (first, other):
        if not each.plays:
            said.append(f"{each.label}: the concept says nothing of a course of play, so readings and paths cannot be compared.")
    if what is not None and explanation is None:
        said.append(_unexplained(first, other))
    return said


def _unexplained(first: Side, other: Side) -> str:
    """Return why no parameters explain a change."""
    unlike = (first.concept, dict(first.theory.options)) != (other.concept, dict(other.theory.options))
    same_file = first.source is not None and other.source is not None and first.source.digest == other.source.digest
    if unlike and same_file and first.values == other.values:
        return "The game is the same: the theory alone makes the difference."
    if unlike:
        return "Both the theory and the game differ, so no set of parameters is looked for that explains the change."
    return (
        "The two are not known to be points of one scenario file under one theory, so no parameters are looked for that explain the change."
    )


def _said(change: Change) -> str:
    """Return a change in one line."""
    if change.what is None:
        return "no other reading or course of play"
    if change.explanation is None:
        return f"another {change.what}"
    sets = "; or ".join(", ".join(names) for names in change.explanation.sets)
    flips = [f"{each.parameter} = {_place(flip)}" for each in change.explanation.passages for flip in each.flips]
    where = f" (it flips at {', '.join(flips)})" if flips else ""
    return f"another {change.what}; enough to explain it: {sets or 'no set of the size that was searched'}{where}"


def _place(flip: Flip) -> str:
    return show_number((flip.low + flip.high) / 2)


def _course(play: Play) -> str:
    """Return the course of play, or several with their probabilities."""
    if len(play.paths) == 1:
        return " > ".join(play.paths[0].actions)
    return "; ".join(f"{' > '.join(path.actions)} {show_number(path.probability)}" for path in play.paths)


def _play_row(play: Play, players: Sequence[str]) -> dict[str, object]:
    payoffs = {f"payoff {player}": float(play.payoffs[player]) if player in play.payoffs else float("nan") for player in players}
    what: dict[str, object] = {"equilibria": len(play.equilibria), "reading": play.reading, "course": _course(play)}
    return {**what, **payoffs, "welfare": float(play.welfare)}


def _pair_row(pair: Correspondence | None) -> dict[str, object]:
    if pair is None:
        return {"like_play": None, "how": None, "play_distance": None, "behaviour_distance": None}
    distances = {"play_distance": pair.play_distance, "behaviour_distance": pair.behaviour_distance}
    shown = {name: None if apart is None else float(apart) for name, apart in distances.items()}
    return {"like_play": None if pair.first is None else pair.first + 1, "how": pair.how, **shown}


def _shown(play: Play, players: Sequence[str]) -> list[str]:
    return [show_number(play.payoffs[player]) if player in play.payoffs else "" for player in players]
