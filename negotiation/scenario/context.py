"""What the checks of a file share: its data, its names, and the reading of a formula where it stands."""

from __future__ import annotations

import itertools
import keyword
from collections.abc import Collection, Iterable, Iterator, KeysView
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from negotiation.errors import FormulaError
from negotiation.scenario.contents import Expression
from negotiation.scenario.document import Document
from negotiation.scenario.formulas import parse
from negotiation.scenario.mistakes import Collector, Place, did_you_mean, nearest, shown
from negotiation.scenario.nodes import Key, Node
from negotiation.scenario.schema import ScenarioFile
from negotiation.scenario.structure import Sound

__all__ = ["AUDIENCE", "FUNCTIONS", "Context", "is_reserved"]

#: Names in the order of the file, in which looking one up takes no time.
Names: TypeAlias = KeysView[str]

#: What the audience is called in ``hidden_from``.
AUDIENCE = "audience"

#: Names that formulas keep for functions.
FUNCTIONS = frozenset({"abs", "belief", "clip", "exp", "log", "max", "min", "sqrt"})


def is_reserved(name: str) -> bool:
    """Return whether formulas keep a name for a function or an operator."""
    return name in FUNCTIONS or keyword.iskeyword(name)


def _set_in(start: Node) -> Iterator[str]:
    """Yield the local variables that are set anywhere in a part of the file."""
    stack = [start]
    while stack:
        node = stack.pop()
        entries = node.entries or {}
        if "then" in entries:
            for setting in (entries.get("with"), entries.get("each")):
                yield from (setting.entries or ()) if setting is not None else ()
        stack.extend(reversed(entries.values()))


def _joined(*groups: Iterable[str]) -> Names:
    """Return the names of all groups in order, each once."""
    return dict.fromkeys(itertools.chain(*groups)).keys()


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
        return tuple(self.document.names("players"))

    @cached_property
    def constants(self) -> Names:
        """The names that hold one number for given parameters: parameters and definitions, as written."""
        return _joined(self.document.names("parameters"), self.document.names("definitions"))

    @cached_property
    def states(self) -> Names:
        """The quantities that are carried from round to round, as written."""
        return self.document.names("repeat", "state")

    @cached_property
    def channels(self) -> dict[str, str]:
        """The addressees of parallel channels, as written, each with the player in whose place he stands."""
        players = self.document.names("repeat", "clock", "channels")
        return {name: player for player in players for name in self.document.names("repeat", "clock", "channels", player)}

    @cached_property
    def local_names(self) -> Names:
        """The variables that actions set with ``with`` or ``each``, wherever in the game that is, as written.

        A name that means something else already is not one of them; that it is used twice is a mistake of its own.
        """
        sections = [self.document.find((section,)) for section in ("game", "stages")]
        names = _joined(*(_set_in(node) for node in sections if node is not None))
        return _joined(name for name in names if name not in self.constants and name not in self.states)

    @cached_property
    def path_names(self) -> Names:
        """The names that formulas on the paths of the game may use."""
        return _joined(self.constants, self.local_names)

    @cached_property
    def update_names(self) -> Names:
        """The names that a carried state may depend on."""
        return _joined(self.constants, self.states, self.local_names)

    @cached_property
    def payoff_names(self) -> Names:
        """The names that payoffs may use."""
        return _joined(self.update_names, self.beliefs)

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
    def outcomes(self) -> Names:
        """The outcomes as written."""
        return self.document.names("outcomes")

    @cached_property
    def stages(self) -> Names:
        """The stages as written."""
        return self.document.names("stages")

    @cached_property
    def ends_and_stages(self) -> Names:
        """What actions can lead to by name."""
        return _joined(self.outcomes, self.stages)

    @cached_property
    def lacks_outcomes(self) -> bool:
        """Whether there are no outcomes although the game leads to some."""
        cells = [] if self.file.matrix is None else [cell for row in self.file.matrix.payoffs.values() for cell in row.values()]
        return not self.outcomes and ("game" in self.document.names() or any(isinstance(cell, str) for cell in cells))

    def types(self, player: str) -> Names:
        """Return the types of a player (or addressee) as written, none if he has no private information."""
        return self.document.names("players", self.channels.get(player, player), "types")

    def place(self, path: tuple[Key, ...]) -> Place:
        """Return the place of a value."""
        return self.document.value_place(path)

    def key(self, path: tuple[Key, ...]) -> Place:
        """Return the place of a key."""
        return self.document.key_place(path)

    def known(self, name: str, legal: Collection[str], what: str, place: Place, where: str = "") -> bool:
        """Return whether a name is legal; note an unknown one, with the nearest legal name.

        Where a file has no players or no outcomes at all, that is one mistake, and none of each name.
        """
        if name in legal or (what == "player" and not self.players) or (what.startswith("outcome") and self.lacks_outcomes):
            return True
        hint = did_you_mean(self.problems.nearest(name, legal)) or (f"known: {', '.join(list(legal)[:8])}" if legal else "")
        self.problems.add(place, f"unknown {what} {shown(name)}{where}", suggestion=hint)
        return False

    def missing(self, wanted: Collection[str], written: Collection[str]) -> list[str]:
        """Return the names that are wanted and not written, without those that unknown ones were probably meant to be."""
        meant = {self.problems.nearest(name, wanted) for name in written if name not in wanted}
        return [name for name in wanted if name not in written and name not in meant]

    def expression(self, text: str, path: tuple[Key, ...], subject: str, legal: Collection[str]) -> Expression | None:
        """Return the formula at a path; note what is wrong with it, each unknown name with the nearest legal one."""
        place = self.place(path)
        try:
            formula = parse(text, beliefs=True)
        except FormulaError as error:
            rule = f"{error.rule}, in {subject}"
            self.problems.add_within(place, error.offset, error.length, rule, suggestion=error.suggestion)
            return None
        unknown = [name for name in formula.places if name not in legal]
        for name in unknown:
            offset, length = formula.places[name]
            rule, hint = self._unknown(name, subject, legal)
            self.problems.add_within(place, offset, length, rule, suggestion=hint)
        return None if unknown else Expression(formula, place, subject)

    def _unknown(self, name: str, subject: str, legal: Collection[str]) -> tuple[str, str]:
        if name.startswith("belief("):
            return self._unknown_belief(name, subject, legal)
        rule = f"{shown(name)} cannot be used in {subject}"
        if name in self.states:
            return rule, "it is a state: only payoffs and what follows an outcome may depend on states"
        if name in self.local_names:
            return rule, "it is set along a path: only payoffs and formulas further down that path may depend on it"
        for what, names in (("a player", self.players), ("an outcome", self.outcomes), ("a stage", self.stages)):
            if name in names:
                return rule, f"it is {what}, which has no value"
        return f"unknown name {shown(name)} in {subject}", did_you_mean(self.problems.nearest(name, legal))

    def _unknown_belief(self, name: str, subject: str, legal: Collection[str]) -> tuple[str, str]:
        if not self.has_audience:
            return f"{name} in {subject} needs an audience", "say whom it watches: 'audience: {watches: player}'"
        if not any(belief in legal for belief in self.beliefs):
            return f"{name} cannot be used in {subject}", "only payoffs may depend on what the audience believes"
        kind = name.removeprefix("belief(").removesuffix(")")
        types = [belief.removeprefix("belief(").removesuffix(")") for belief in self.beliefs]
        whose = "" if self.watched is None else f" of {shown(self.watched)}"
        return f"unknown type {shown(kind)}{whose} in {subject}", nearest(kind, types) or f"known: {', '.join(types)}"
