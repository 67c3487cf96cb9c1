"""Why an equilibrium of a tree is one: at each decision the choice, what it is worth, and what the alternatives are worth.

The numbers are the two sides of the incentive inequalities: each alternative followed by play as in the equilibrium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from negotiation.games.extensive_form import Decision
from negotiation.games.numbers import Number
from negotiation.words.courses import Played
from negotiation.words.sections import Section, Table, number, player_name, share

__all__ = ["Rule", "reason_sections"]

#: More rows than this are counted, not shown: nobody reads them in a terminal, and the JSON document has them all.
MOST_ROWS = 12

#: For each information set, one probability for each of its nodes.
Beliefs = Sequence[Sequence[Number]] | None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind of equilibrium asks of choices.

    Parameters
    ----------
    beliefs : rows or None
        What weighs the nodes of information sets that are not reached.
    free : frozenset of int
        Information sets at which anything may stand.
    is_best : bool
        Whether each choice on the path is a best one, as in every equilibrium but those of players who err.
    is_credible : bool
        Whether that is also asked of choices off the path.
    """

    beliefs: Beliefs = None
    free: frozenset[int] = frozenset()
    is_best: bool = True
    is_credible: bool = True


@dataclass(frozen=True, slots=True)
class Reason:
    """A decision in an equilibrium: where, whose, how likely each action is and what it is worth to the one who decides.

    ``worth`` is empty where it depends on beliefs that the concept does not have.
    """

    after: str
    who: str
    actions: tuple[str, ...]
    chances: tuple[Number, ...]
    worth: tuple[Number, ...]
    is_free: bool = False

    @property
    def value(self) -> Number:
        """What the decision is worth as it is made."""
        return sum((chance * worth for chance, worth in zip(self.chances, self.worth, strict=True) if chance), Fraction(0))

    @property
    def shown_value(self) -> str:
        """What the decision is worth, where something is decided."""
        return "" if self.is_free or not self.worth else number(self.value)

    @property
    def chosen(self) -> str:
        """The actions that are taken, with their probabilities if there are several."""
        if self.is_free:
            return "(anything)"
        named = zip(self.actions, self.chances, strict=True)
        return ", ".join(name if chance == 1 else f"{name} ({share(chance)})" for name, chance in named if chance)

    def weighed(self, *, all_actions: bool) -> str:
        """Return what actions are worth, the best first: those that are not taken, or all."""
        if not self.worth:
            return "(depends on what is believed)"
        rows = [
            (worth, name) for name, chance, worth in zip(self.actions, self.chances, self.worth, strict=True) if all_actions or not chance
        ]
        return "; ".join(f"{name} {number(worth)}" for worth, name in sorted(rows, key=lambda row: -row[0])) or "-"


def reason_sections(found: Played, labels: Mapping[str, str], rule: Rule) -> list[Section]:
    """Return the decisions that come up, with what each action is worth; then those that would come up if somebody deviated.

    Parameters
    ----------
    found : Played
    labels : mapping of player to what people call him
    rule : Rule
        What the kind of equilibrium asks of choices.
    """
    places = range(len(found.game.information_sets))
    reached = {place for place in places if any(found.weights[node] for node in found.game.members[place])}
    on_path = [_reason(found, labels, place, rule) for place in places if place in reached]
    off_path = [_reason(found, labels, place, rule) for place in places if place not in reached]
    heading = "Why nobody wants to do something else" if rule.is_best else "What each choice is worth"
    sections = [_section(heading, on_path, is_best=rule.is_best)] if on_path else []
    if off_path:
        sections.append(_section("What would happen off the path", off_path, *_off_path_remark(off_path, rule), is_best=rule.is_best))
    return sections


def _off_path_remark(reasons: list[Reason], rule: Rule) -> tuple[str, ...]:
    said = "These decisions do not come up, but what would be chosen there is why nobody steers towards them."
    empty = [reason.after for reason in reasons if not reason.is_free and reason.worth and reason.value < max(reason.worth)]
    if rule.is_credible or not empty:
        return (said,)
    return (said, f"A Nash equilibrium does not ask whether they are best; not credible is what is said of: {', '.join(empty)}.")


def _section(heading: str, reasons: list[Reason], *said: str, is_best: bool) -> Section:
    columns = ("after", "who", "chooses", "worth", "instead of" if is_best else "each action is worth")
    rows = tuple(
        (reason.after, reason.who, reason.chosen, reason.shown_value, reason.weighed(all_actions=reason.is_free or not is_best))
        for reason in reasons[:MOST_ROWS]
    )
    left_out = len(reasons) - MOST_ROWS
    rest = (f"... and {left_out:,} more such decisions",) if left_out > 0 else ()
    return Section(heading, said, Table(columns, rows, frozenset({3})), rest)


def _reason(found: Played, labels: Mapping[str, str], place: int, asked: Rule) -> Reason:
    """Return the reason at an information set."""
    game = found.game
    weights = _node_weights(found, place, asked.beliefs)
    rule = game.information_sets[place]
    seen = rule.name if rule.type is None else rule.name.removeprefix(f"{rule.type}: ")
    worth = [] if weights is None else [_worth(found, weights, action, rule.player) for action in range(len(rule.actions))]
    who = player_name(labels, game.players[rule.player], rule.type)
    return Reason(seen, who, rule.actions, found.behaviour[place], tuple(worth), place in asked.free)


def _worth(found: Played, weights: list[tuple[int, Number]], action: int, player: int) -> Number:
    moves = [(found.game.nodes[node], weight) for node, weight in weights if weight]
    return sum((weight * found.values[move.children[action]][player] for move, weight in moves if isinstance(move, Decision)), Fraction(0))


def _node_weights(found: Played, place: int, beliefs: Beliefs) -> list[tuple[int, Number]] | None:
    nodes = found.game.members[place]
    total = sum((found.weights[node] for node in nodes), Fraction(0))
    if total:
        return [(node, found.weights[node] / total) for node in nodes]
    if beliefs is not None:
        return list(zip(nodes, beliefs[place], strict=True))
    return [(nodes[0], Fraction(1))] if len(nodes) == 1 else None
