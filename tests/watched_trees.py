"""Trees with an audience written as nested tuples: the public moves once, for both types of the watched player."""

from dataclasses import replace
from fractions import Fraction

from negotiation.games.audience import UNSETTLED, AffinePayoff, Audience
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet

PLAYERS = "challenger", "target"
TYPES = "sincere", "seeker"


def turn(**actions):
    """A decision of the watched player."""
    return ("turn", actions)


def reply(**actions):
    """A decision of the target, who cannot tell the types apart."""
    return ("reply", actions)


def chance(**results):
    """A chance move: ``name=((probability given each type), what follows)``."""
    return ("chance", results)


def end(sincere, seeker, target=(0, 0)):
    """An end: payoffs of each type, and of the target given each type; a pair of numbers is (belief 0, belief 1)."""
    return ("end", sincere, seeker, target)


def payoff(value):
    """A payoff: an object of its own, a pair (worth when the audience is certain of a seeker, of a sincere), or a number."""
    if hasattr(value, "at"):
        return value
    low, high = value if isinstance(value, tuple) else (value, value)
    return AffinePayoff((Fraction(high), Fraction(low)))


def watched_tree(prior, root, *, hidden=()):
    """The game of a public tree; actions in ``hidden`` are not seen by the audience."""
    nodes, places, ends = [], {}, []
    observations = {}

    def add(node, kind, path, seen):
        number = len(nodes)
        nodes.append(None)
        what, *rest = node
        if what == "end":
            sincere, seeker, target = rest
            own = (sincere, seeker)[kind]
            others = target[kind] if isinstance(target, tuple) else target
            ends.append((number, observations.setdefault(seen, len(observations)), kind, (payoff(own), payoff(others))))
            nodes[number] = End(" > ".join(path), UNSETTLED)
            return number
        (actions,) = rest
        step = {name: (*seen, name) if name not in hidden else seen for name in actions}
        if what == "chance":
            children = tuple(add(child, kind, (*path, name), step[name]) for name, (_, child) in actions.items())
            odds = [chances if isinstance(chances, tuple) else (chances, chances) for chances, _ in actions.values()]
            nodes[number] = Chance(tuple(actions), tuple(Fraction(pair[kind]) for pair in odds), children)
            return number
        key = (0, TYPES[kind], path) if what == "turn" else (1, None, path)
        place = places.setdefault(key, (len(places), tuple(actions)))[0]
        nodes[number] = Decision(place, tuple(add(child, kind, (*path, name), step[name]) for name, child in actions.items()))
        return number

    nodes.append(None)
    children = tuple(add(root, kind, (), ()) for kind in (0, 1))
    nodes[0] = Chance(TYPES, (Fraction(prior), 1 - Fraction(prior)), children)
    sets = tuple(
        InformationSet((f"{kind}: " if kind else "") + (" > ".join(path) or "start"), player, actions, kind)
        for (player, kind, path), (_, actions) in places.items()
    )
    ends.sort()
    names = tuple(" > ".join(seen) or "nothing" for seen in observations)
    audience = Audience(0, TYPES, names, tuple(e[1] for e in ends), tuple(e[2] for e in ends), tuple(e[3] for e in ends))
    return ExtensiveFormGame(PLAYERS, sets, tuple(nodes), type_moves=frozenset({0}), audience=audience)


def without_audience(game):
    """The ordinary game of one whose payoffs do not depend on the belief."""
    payoffs = dict(zip(game.ends, game.audience.payoffs, strict=True))
    even = Fraction(1, 2), Fraction(1, 2)
    nodes = tuple(
        replace(node, payoffs=tuple(each.at(even) for each in payoffs[number])) if number in payoffs else node
        for number, node in enumerate(game.nodes)
    )
    return replace(game, nodes=nodes, audience=None)
