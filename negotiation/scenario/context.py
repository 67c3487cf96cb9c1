"""What the checks of a file share: its data, its names, and the reading of a formula where it stands."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from negotiation.errors import FormulaError
from negotiation.scenario.contents import Expression
from negotiation.scenario.document import Document, Key
from negotiation.scenario.formulas import parse
from negotiation.scenario.mistakes import Collector, Place, nearest, shown
from negotiation.scenario.schema import ScenarioFile
from negotiation.scenario.structure import Sound

__all__ = ["AUDIENCE", "FUNCTIONS", "Context", "is_reserved"]

#: What the audience is called in ``hidden_from``.
AUDIENCE = "audience"

#: Names that formulas keep for functions.
FUNCTIONS = frozenset({"abs", "belief", "clip", "exp", "log", "max", "min", "sqrt"})


def is_reserved(name: str) -> bool:
    """Return whether formulas keep a name for a function or an operator."""
    return name in FUNCTIONS or keyword.iskeyword(name)


@dataclass(frozen=True, eq=False)
class Context:
    """A file under check: the document, the part of the right shape, and the mistakes found so far."""

    document: Document
    sound: Sound
    problems: Collector

    @property
    def file(self) -> ScenarioFile:
        """The part of the file that has the right shape."""
        return self.sound.file

    @cached_property
    def players(self) -> tuple[str, ...]:
        """The players as written, also those whose entry is broken."""
        return self.document.names("players")

    @cached_property
    def constants(self) -> tuple[str, ...]:
        """The names that hold one number for given parameters: parameters and definitions, as written."""
        return self.document.names("parameters") + self.document.names("definitions")

    @cached_property
    def states(self) -> tuple[str, ...]:
        """The quantities that are carried from round to round, as written."""
        return self.document.names("repeat", "state")

    @cached_property
    def observers(self) -> tuple[str, ...]:
        """Who may see moves: the players, and the audience where the file has one."""
        return (*self.players, AUDIENCE) if self.has_audience else self.players

    @property
    def has_audience(self) -> bool:
        """Whether the file says that somebody watches."""
        return AUDIENCE in self.document.names()

    @cached_property
    def watched(self) -> str | None:
        """The player whose type the audience wonders about, None where there is none or it cannot be told."""
        player = None if self.file.audience is None else self.file.audience.watches
        return player if player is not None and self.types(player) else None

    @cached_property
    def beliefs(self) -> tuple[str, ...]:
        """How payoffs name what the audience believes; where it cannot be told whom it watches, any type may be meant."""
        if not self.has_audience:
            return ()
        watched = self.players if self.watched is None else (self.watched,)
        return tuple(f"belief({kind})" for player in watched for kind in self.types(player))

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes as written."""
        return self.document.names("outcomes")

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """The stages as written."""
        return self.document.names("stages")

    def types(self, player: str) -> tuple[str, ...]:
        """Return the types of a player as written, none if he has no private information."""
        return self.document.names("players", player, "types")

    def place(self, path: tuple[Key, ...]) -> Place:
        """Return the place of a value."""
        return self.document.value_place(path)

    def key(self, path: tuple[Key, ...]) -> Place:
        """Return the place of a key."""
        return self.document.key_place(path)

    def known(self, name: str, legal: Collection[str], what: str, place: Place, where: str = "") -> bool:
        """Return whether a name is legal; note an unknown one, with the nearest legal name."""
        if name in legal:
            return True
        hint = nearest(name, legal) or (f"known: {', '.join(list(legal)[:8])}" if legal else "")
        self.problems.add(place, f"unknown {what} {shown(name)}{where}", suggestion=hint)
        return False

    def expression(self, text: str, path: tuple[Key, ...], subject: str, legal: Iterable[str]) -> Expression | None:
        """Return the formula at a path; note what is wrong with it, each unknown name with the nearest legal one."""
        place = self.place(path)
        try:
            formula = parse(text, beliefs=True)
        except FormulaError as error:
            rule = f"{error.rule}, in {subject}"
            self.problems.add_within(place, error.offset, error.length, rule, suggestion=error.suggestion)
            return None
        allowed = frozenset(legal)
        unknown = [name for name in formula.places if name not in allowed]
        for name in unknown:
            offset, length = formula.places[name]
            rule, hint = self._unknown(name, subject, allowed)
            self.problems.add_within(place, offset, length, rule, suggestion=hint)
        return None if unknown else Expression(formula, place, subject)

    def _unknown(self, name: str, subject: str, legal: frozenset[str]) -> tuple[str, str]:
        if name.startswith("belief("):
            return self._unknown_belief(name, subject, legal)
        if name in self.states:
            return f"the state {shown(name)} cannot be used in {subject}", "only payoffs and what follows an outcome may use states"
        if name in self.constants:
            return f"{shown(name)} cannot be used in {subject}", ""
        return f"unknown name {shown(name)} in {subject}", nearest(name, legal)

    def _unknown_belief(self, name: str, subject: str, legal: frozenset[str]) -> tuple[str, str]:
        if not self.has_audience:
            return f"{name} in {subject} needs an audience", "say whom it watches: 'audience: {watches: player}'"
        if not legal.intersection(self.beliefs):
            return f"{name} cannot be used in {subject}", "only payoffs may depend on what the audience believes"
        kind = name.removeprefix("belief(").removesuffix(")")
        types = [belief.removeprefix("belief(").removesuffix(")") for belief in self.beliefs]
        whose = "" if self.watched is None else f" of {shown(self.watched)}"
        return f"unknown type {shown(kind)}{whose} in {subject}", nearest(kind, types) or f"known: {', '.join(types)}"
