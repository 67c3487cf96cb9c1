"""Does the maker of an offer want it accepted? What each answer to it would bring, to him and to the one who answers.

An offer is a move that another player answers by a decision between several actions; of the exchanges on a course of
play the first is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from negotiation.games.extensive_form import Decision, End
from negotiation.games.numbers import Number
from negotiation.words.courses import Played, what_follows
from negotiation.words.sections import Section, Table, number, player_name, share

__all__ = ["answers_sections"]

#: More answers than this to one offer are not a question that a table answers.
MOST_ANSWERS = 8

#: Offers that are made less often than this are not asked about.
RARE = Fraction(1, 20)


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that is made on the path: who made it, what it is, who answers, and the node of the answer."""

    maker: int
    action: str
    answerer: int
    node: int


def answers_sections(found: Played, labels: Mapping[str, str]) -> list[Section]:
    """Return one section for each offer that is made in an equilibrium."""
    return [_section(found, labels, offer) for offer in _offers(found)]


def _offers(found: Played) -> list[Offer]:
    """Return the first offer on each course of play that has one."""
    game, offers, stack = found.game, [], [0]
    while stack:
        number_ = stack.pop()
        move = game.nodes[number_]
        if isinstance(move, End):
            continue
        for action, child in reversed(list(enumerate(move.children))):
            if found.weights[child] < RARE:
                continue
            answer = _answer_to(found, number_, child)
            if answer is None:
                stack.append(child)
            else:
                offers.append(Offer(answer[0], game.actions_at(number_)[action], answer[1], child))
    return offers


def _answer_to(found: Played, number_: int, child: int) -> tuple[int, int] | None:
    """Return who made an offer and who answers it, None where the move is not one that is answered."""
    move, reply = found.game.nodes[number_], found.game.nodes[child]
    if not isinstance(move, Decision) or not isinstance(reply, Decision):
        return None
    maker, answerer = (found.game.information_sets[each.information_set].player for each in (move, reply))
    alone = len(found.game.members[reply.information_set]) == 1
    return (maker, answerer) if alone and maker != answerer and 2 <= len(reply.children) <= MOST_ANSWERS else None


def _section(found: Played, labels: Mapping[str, str], offer: Offer) -> Section:
    game, reply = found.game, found.game.nodes[offer.node]
    if not isinstance(reply, Decision):
        return Section("")
    names, chances = game.information_sets[reply.information_set].actions, found.behaviour[reply.information_set]
    worth = [found.values[child][offer.maker] for child in reply.children]
    order = sorted(range(len(names)), key=lambda each: (-chances[each], -worth[each]))
    rows = tuple(
        (
            names[each],
            share(chances[each]),
            what_follows(found, reply.children[each], labels),
            number(worth[each]),
            number(found.values[reply.children[each]][offer.answerer]),
        )
        for each in order
    )
    maker, answerer = (player_name(labels, game.players[player]) for player in (offer.maker, offer.answerer))
    columns = ("answer", "comes with", "then", f"worth to {maker}", f"worth to {answerer}")
    said = _wish(maker, names, chances, worth)
    return Section(f"Which answer does the maker of the offer '{offer.action}' want?", (), Table(columns, rows, frozenset({1, 3, 4})), said)


def _wish(maker: str, names: tuple[str, ...], chances: tuple[Number, ...], worth: list[Number]) -> tuple[str, ...]:
    """Return what the maker of the offer would like to hear, and what he hears."""
    best = max(worth)
    liked = [name for name, value in zip(names, worth, strict=True) if value == best]
    coming = [name for name, chance in zip(names, chances, strict=True) if chance]
    expected = sum((chance * value for chance, value in zip(chances, worth, strict=True)), Fraction(0))
    if set(coming) <= set(liked):
        return (
            f"The answer that comes ({_quoted(coming)}) is the one that {maker} wants: no other would be worth more than {number(best)}.",
        )
    return (
        f"Best for {maker} would be {_quoted(liked)}, worth {number(best)}. What comes is {_quoted(coming)}, worth {number(expected)}: "
        "the offer is made in that expectation.",
    )


def _quoted(names: list[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)
