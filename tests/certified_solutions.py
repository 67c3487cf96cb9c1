"""Solutions of small games for the tests of certificates: of each condition, with beliefs, pieces and findings."""

from dataclasses import replace
from fractions import Fraction
from functools import cache

from game_trees import chance, move, tree

from negotiation.concepts import correlated, nash_bargaining, quantal_response, rationalizable
from negotiation.games.audience import UNSETTLED, AffinePayoff, Audience, Posterior
from negotiation.games.certificate import certify_behaviour, certify_sequential, certify_subgames
from negotiation.games.extensive_form import End, ExtensiveFormGame
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.readings import Reading
from negotiation.games.solution import Component, Solution, mixed_equilibrium, tree_equilibrium
from negotiation.games.watching import certify_watched, settled

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def stag_hunt():
    """The stag hunt 4, 0, 3, 3 with its three equilibria; each stands alone."""
    game = NormalFormGame.from_payoffs(
        [[[4, 0], [3, 3]], [[4, 3], [0, 3]]], players=("Jean", "Jacques"), strategies=[("stag", "hare")] * 2, title="Stag hunt"
    )
    rows = [(Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)), (Fraction(3, 4), Fraction(1, 4))]
    found = tuple(mixed_equilibrium(game, (row, row)) for row in rows)
    return Solution("nash", game, found, True, method="all supports tried by hand")


def half_decided():
    """The column player does not care, so his mixtures that keep the row player at the first row are one piece: 1/2 to 1."""
    game = NormalFormGame.from_payoffs([[[1, 0], [0, 1]], [[2, 2], [2, 2]]])
    ends = [((1, 0), (1, 0)), ((1, 0), (HALF, HALF)), ((0, 1), (HALF, HALF)), ((0, 1), (0, 1))]
    found = tuple(mixed_equilibrium(game, tuple(tuple(map(Fraction, row)) for row in rows)) for rows in ends)
    component = Component(
        (0, 1, 2, 3),
        ((0, 1), (1, 2), (2, 3)),
        ((HALF, Fraction(1)), (Fraction(2), Fraction(2))),
        {name: (Fraction(0), Fraction(1)) for name in ("1, 1", "2, 2")} | {name: (Fraction(0), HALF) for name in ("1, 2", "2, 1")},
        {(row, action): (Fraction(0), Fraction(1)) for row in (0, 1) for action in (0, 1)},
    )
    return Solution("nash", game, found, True, components=(component,), method="drawn by hand")


def breakfasts():
    """The tree of Cho and Kreps (1987), with names for what happens."""
    replies = {
        "strong": {"beer": ((1, 0), (3, 1)), "quiche": ((0, 0), (2, 1))},
        "weak": {"beer": ((0, 1), (2, 0)), "quiche": ((1, 1), (3, 0))},
    }

    def sender(kind):
        """The sender's move, whose type only he knows."""
        said = {breakfast: move("R", f"after {breakfast}", fight=fight, defer=defer) for breakfast, (fight, defer) in replies[kind].items()}
        return move("S", f"{kind}: start", **said)

    readings = (Reading("peace", (("...", "defer"),)), Reading("duel", (("...", "fight"),)))
    root = chance(strong=("0.9", sender("strong")), weak=("0.1", sender("weak")))
    return tree(("S", "R"), root, type_moves=frozenset({0}), readings=readings)


def beer_quiche(fight=Fraction(2, 3), strong=HALF, bounds=None):
    """Both types have beer, since quiche would be met by a duel with ``fight``; after quiche the belief in strength is ``strong``."""
    game = breakfasts()
    certain = (Fraction(1), Fraction(0))
    by_name = {
        "strong: start": certain, "weak: start": certain, "after beer": (Fraction(0), Fraction(1)), "after quiche": (fight, 1 - fight)
    }  # fmt: skip
    believed = {"after beer": (Fraction(9, 10), Fraction(1, 10)), "after quiche": (strong, 1 - strong)}
    behaviour = tuple(by_name[place.name] for place in game.information_sets)
    beliefs = tuple(believed.get(place.name, (Fraction(1),)) for place in game.information_sets)
    certificate = certify_sequential(game, behaviour, beliefs)
    found = tree_equilibrium(game, behaviour, certificate, beliefs=beliefs, verdicts={"intuitive criterion": "survives"})
    place = [item.name for item in game.information_sets].index("after quiche")
    intervals = {(place, node): bound for node, bound in enumerate(bounds or ())}
    return Solution("sequential", game, (replace(found, belief_intervals=intervals),), False, notes=("one of several",))


def watched():
    """A sincere or an insincere sender demands or not; the audience sees it refused, and acting is worth more the better it thinks."""
    worth = {"sincere": (5, -1, HALF), "seeker": (1, -2, Fraction(0))}

    def sender(kind):
        """The sender's move, whose type only he knows."""
        accepted, act, nothing = worth[kind]
        answer = chance(accepted=("0.1", (accepted,)), refused=("0.9", (act,)))
        return move("C", f"{kind}: start", demand=answer, wait=(nothing,))

    plain = tree(("C",), chance(sincere=("0.3", sender("sincere")), seeker=("0.7", sender("seeker"))), type_moves=frozenset({0}))
    names = ["accepted", "refused", "wait"]
    seen = tuple(names.index(plain.path_to(end)[-1]) for end in plain.ends)
    drawn = tuple(plain.moves_to(end)[0][1] for end in plain.ends)
    rows = []
    for place, end in enumerate(plain.ends):
        (base,) = plain.nodes[end].payoffs
        rows.append((AffinePayoff((base + 4 * (names[seen[place]] == "refused"), base)),))
    audience = Audience(0, ("sincere", "seeker"), tuple(names), seen, drawn, tuple(rows))
    nodes = tuple(replace(node, payoffs=UNSETTLED) if isinstance(node, End) else node for node in plain.nodes)
    return ExtensiveFormGame(plain.players, plain.information_sets, nodes, type_moves=plain.type_moves, audience=audience)


def watched_solution(sincere, seeker, posteriors):
    """Probabilities with which each type demands, and what the audience believes after each observation, with the range where free."""
    game = watched()
    behaviour = ((sincere, 1 - sincere), (seeker, 1 - seeker))
    beliefs = ((Fraction(1),), (Fraction(1),))
    rows = [(p, 1 - p) for p, _, _ in posteriors]
    certificate = certify_watched(game, behaviour, beliefs, rows)
    stated = tuple(
        Posterior(name, row, reached, (bounds,))
        for name, row, (_, reached, bounds) in zip(game.audience.observations, rows, posteriors, strict=True)
    )
    found = tree_equilibrium(settled(game, rows), behaviour, certificate, beliefs=beliefs)
    return Solution("sequential", game, (replace(found, posteriors=stated),), False, notes=("theory of an audience",))


def watched_mixing():
    """The sincere demand, seekers with 57/119; the posterior after a demand is 17/36, which makes seekers indifferent."""
    half = (Fraction(17, 36),) * 2
    return watched_solution(
        Fraction(1), Fraction(57, 119), [(half[0], True, half), (half[0], True, half), (Fraction(0), True, (Fraction(0),) * 2)]
    )


def watched_pooling():
    """Nobody demands: a demand would be taken for the sincere's with at most 1/4, be it accepted or refused."""
    prior, quarter = (Fraction(3, 10),) * 2, (Fraction(0), Fraction(1, 4))
    return watched_solution(Fraction(0), Fraction(0), [(quarter[1], False, quarter), (quarter[1], False, quarter), (prior[0], True, prior)])


def entry():
    """Selten (1978): out, since entry would be fought; a Nash equilibrium in which the incumbent never moves."""
    game = tree(("E", "M"), move("E", "start", out=(1, 5), enter=move("M", "enter", cooperate=(2, 2), fight=(0, 0))))
    behaviour = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    return Solution("nash", game, (tree_equilibrium(game, behaviour, certify_behaviour(game, behaviour)),), False)


def twice():
    """One player moves twice; what he would do after the move that he rules out himself is left open."""
    game = tree(("A", "B"), move("A", "start", stop=(2, 0), go=move("B", "go", on=move("A", "late", up=(1, 1), down=(0, 1)), off=(0, 0))))
    behaviour = ((Fraction(1), Fraction(0)), (Fraction(1), Fraction(0)), (HALF, HALF))
    number = next(i for i, place in enumerate(game.information_sets) if place.name == "late")
    found = tree_equilibrium(game, behaviour, certify_behaviour(game, behaviour), free=frozenset({number}))
    return Solution("nash", game, (found,), False)


def crisis():
    """Threaten or not; concede or resist; fight or back down: backward induction gives fight, concede, threat."""
    resist = move("C", "resist", fight=("-0.5", -2), back=(-1, "0.5"))
    game = tree(("C", "T"), move("C", "start", threat=move("T", "threat", concede=(1, -1), resist=resist), none=(0, 0)))
    first = tuple((Fraction(1), Fraction(0)) for _ in game.information_sets)
    return Solution("subgame_perfect", game, (tree_equilibrium(game, first, certify_subgames(game, first)),), True, method="by hand")


def chicken():
    return NormalFormGame.from_payoffs([[[6, 2], [7, 0]], [[6, 7], [2, 0]]], strategies=[("yield", "dare")] * 2)


def dilemma():
    return NormalFormGame.from_payoffs([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], strategies=[("cooperate", "defect")] * 2)


SOLUTIONS = {
    "stag hunt": stag_hunt,
    "a piece": half_decided,
    "beer-quiche": beer_quiche,
    "beer-quiche, believed weak": lambda: beer_quiche(Fraction(1), THIRD, ((Fraction(0), HALF), (HALF, Fraction(1)))),
    "watched, mixing": watched_mixing,
    "watched, waiting": watched_pooling,
    "entry": entry,
    "twice": twice,
    "crisis": crisis,
    "recommendations": lambda: correlated.solve(chicken()),
    "recommended plans": lambda: correlated.solve(entry().game),
    "deletions": lambda: rationalizable.solve(dilemma()),
    "logit matrix": lambda: quantal_response.solve(chicken(), precision=0.7),
    "logit tree": lambda: quantal_response.solve(crisis().game, precision=1.5),
    "logit types": lambda: quantal_response.solve(beer_quiche().game, precision=2.0),
    "bargaining": lambda: nash_bargaining.solve(dilemma()),
}


@cache
def solution_of(name):
    """The solution of that name, solved once."""
    return SOLUTIONS[name]()
