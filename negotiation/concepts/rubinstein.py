"""Alternating offers (Rubinstein): who proposes first, how patient each is, and what else he could do, decide the split.

Players take turns to propose; a refused offer costs a round, and player ``i`` values a gain one round later at
``discount_i`` times as much. There is one subgame-perfect equilibrium, and agreement is immediate: each proposer offers
exactly what makes the responder indifferent to refusing. With an outside option the responder may end the talks after
refusing; it matters only if it is worth more than waiting (the outside option principle). As offers become frequent the
split of equally patient players tends to the Nash bargaining solution.

References
----------
Rubinstein (1982), Econometrica 50, 97-109. Stahl (1972), Bargaining Theory (finite horizon).
Shaked and Sutton (1984), Econometrica 52, 1351-1364. Binmore, Shaked and Sutton (1989), Quarterly Journal of Economics
104, 753-770. Binmore, Rubinstein and Wolinsky (1986), RAND Journal of Economics 17, 176-188.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from negotiation.errors import ParameterError
from negotiation.exact.feasible_set import SECURITY, Disagreement, FeasibleSet, Point, feasible_set, lottery
from negotiation.exact.offers import Offers, Terms, finite_offers, offer, offers_error, stationary_offers
from negotiation.games.numbers import Number, exact, show_number
from negotiation.games.solution import Finding, Game, Solution

__all__ = ["FORMS", "finite", "infinite", "solve"]

FORMS: tuple[str, ...] = ("tree", "matrix")

#: One number for both, one for each in the order of players, or by the players' names.
PerPlayer = Number | str | Sequence[Number | str] | Mapping[str, Number | str]


def solve(
    game: Game,
    *,
    discount: PerPlayer = 0.9,
    rounds: int | None = None,
    outside: PerPlayer | None = None,
    disagreement: Disagreement = SECURITY,
) -> Solution:
    """Return what is agreed by alternating offers over the Pareto frontier of a two-player game, exact.

    Parameters
    ----------
    game : Game
        Offers are points of its Pareto frontier above disagreement (lotteries over its outcomes).
    discount : number in [0, 1] for both, or one for each player in order or by name
        What a gain over disagreement one round later is worth. Without a last round not both may be 1.
    rounds : int or None
        The last round; None for no last round.
    outside : the same forms, payoff unit, or None
        What a responder gets by ending the talks; None where nobody can.
    disagreement : str or pair of payoffs
        What endless disagreement, or refusal in the last round, gives; ``"security"``, an outcome's name, or two payoffs.

    Returns
    -------
    Solution
        One finding for each player as the first proposer. ``error`` is by how much an offer differs from the best reply
        to what follows.

    Raises
    ------
    ParameterError
        If a discount lies outside [0, 1], both are 1 without a last round, ``rounds`` is below 1, or a player is
        not in the game, or both outside options cannot be met.
    NotApplicableError
        As ``feasible_set`` does.
    """
    available = feasible_set(game, disagreement)
    terms = _terms(available, discount, rounds, outside)
    notes = ["payoffs count gains over disagreement, discounted by the round; agreement is immediate"]
    if rounds is None:
        offers = stationary_offers(terms)
        error, method = offers_error(terms, offers, offers), "stationary equilibrium of alternating offers (Rubinstein 1982), exact"
    else:
        course = finite_offers(terms, rounds)
        offers, error = course[0], _finite_error(terms, course)
        method = f"backward induction over {rounds} rounds of alternating offers (Stahl 1972), exact"
    findings = tuple(_finding(available, terms, player, offers, error) for player in (0, 1))
    return Solution("rubinstein", game, (), True, notes=tuple(notes), method=method, findings=findings)


def infinite(discounts: Sequence[Number | str], *, pie: Number | str = 1, outside: Sequence[Number | str] | None = None) -> Point:
    """Return the shares of the first proposer and the responder of a pie, with no last round.

    Without outside options this is ``pie (1 - d2) / (1 - d1 d2)`` for the proposer (Rubinstein 1982).

    Parameters
    ----------
    discounts : pair of numbers in [0, 1], proposer first, not both 1
    pie : number, at least 0
    outside : pair of numbers or None
        What each gets, as a responder, by ending the talks.
    """
    first, second = _unit_interval("discount", discounts)
    _check_impatience((first, second))
    size = exact(pie)
    if outside is not None:
        return stationary_offers(_pie_terms((first, second), size, outside)).first
    share = size * (1 - second) / (1 - first * second)
    return share, size - share


def finite(
    discounts: Sequence[Number | str], rounds: int, *, pie: Number | str = 1, outside: Sequence[Number | str] | None = None
) -> Point:
    """Return the shares of the first proposer and the responder of a pie that is lost after so many refused offers.

    Parameters
    ----------
    discounts : pair of numbers in [0, 1], proposer first
    rounds : int, at least 1
    pie : number, at least 0
    outside : pair of numbers or None
        What each gets, as a responder, by ending the talks.
    """
    first, second = _unit_interval("discount", discounts)
    _check_rounds(rounds)
    return finite_offers(_pie_terms((first, second), exact(pie), outside), rounds)[0].first


def _pie_terms(discounts: Point, pie: Fraction, outside: Sequence[Number | str] | None) -> Terms:
    if pie < 0:
        raise ParameterError(f"the pie must not be negative, got {show_number(pie)}")
    options = None if outside is None else (exact(outside[0]), exact(outside[1]))
    if options is not None and sum(options) > pie:
        raise ParameterError(f"outside options worth {show_number(sum(options))} together exceed the pie of {show_number(pie)}")
    nothing = Fraction(0)
    return Terms(((nothing, pie), (pie, nothing)), (nothing, nothing), discounts, options)


def _terms(available: FeasibleSet, discount: PerPlayer, rounds: int | None, outside: PerPlayer | None) -> Terms:
    discounts = _unit_interval("discount", _pair("discount", discount, available.players))
    if rounds is None:
        _check_impatience(discounts)
    else:
        _check_rounds(rounds)
    options = None if outside is None else _pair("outside", outside, available.players)
    terms = Terms(available.frontier, available.disagreement, discounts, options)
    if options is not None and any(met < wanted for met, wanted in zip(offer(terms, 0, options[1]), options, strict=True)):
        raise ParameterError(
            f"outside options of {show_number(options[0])} and {show_number(options[1])} cannot both be met by an agreement"
        )
    return terms


def _pair(name: str, given: PerPlayer, players: Sequence[str]) -> Point:
    """Return one number for each player."""
    if isinstance(given, Mapping):
        if set(given) != set(players):
            raise ParameterError(f"{name} must name {' and '.join(players)}, got {', '.join(map(str, given))}")
        return exact(given[players[0]]), exact(given[players[1]])
    if isinstance(given, str) or not isinstance(given, Sequence):
        return exact(given), exact(given)
    if len(given) != 2:
        raise ParameterError(f"{name} must be one number or one for each of two players, got {len(given)}")
    return exact(given[0]), exact(given[1])


def _unit_interval(name: str, numbers: Sequence[Number | str]) -> Point:
    first, second = exact(numbers[0]), exact(numbers[1])
    for number in (first, second):
        if not 0 <= number <= 1:
            raise ParameterError(f"{name} must lie in [0, 1], got {show_number(number)}")
    return first, second


def _check_impatience(discounts: Point) -> None:
    if min(discounts) == 1:
        raise ParameterError("without a last round someone has to be impatient: both discounts are 1, so any split is an equilibrium")


def _check_rounds(rounds: int) -> None:
    if rounds < 1:
        raise ParameterError(f"rounds must be at least 1, got {rounds}")


def _finite_error(terms: Terms, course: Sequence[Offers]) -> Fraction:
    """Return the largest difference between an offer and the best one that the next round leaves."""
    return max((offers_error(terms, now, after) for now, after in pairwise(course)), default=Fraction(0))


def _finding(available: FeasibleSet, terms: Terms, proposer: int, offers: Offers, error: Fraction) -> Finding:
    point = (offers.first, offers.second)[proposer]
    player = available.players[proposer]
    shares = ", ".join(f"{name} {show_number(value)}" for name, value in zip(available.players, point, strict=True))
    details: dict[str, object] = {
        "first_proposer": player,
        "discounts": dict(zip(available.players, terms.discounts, strict=True)),
        "disagreement": dict(zip(available.players, terms.disagreement, strict=True)),
        "round": 1,
        "lottery": lottery(available, point),
    }
    if terms.outside is not None:
        details["outside"] = dict(zip(available.players, terms.outside, strict=True))
        details["outside_binds"] = point[1 - proposer] == terms.outside[1 - proposer]
    return Finding(f"{player} proposes first", f"agreed at once: {shares}", point, details, error=error)
