"""Trees written as nested tuples, for tests that want a game without a scenario file."""

from fractions import Fraction

from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet


def move(player, place, **actions):
    """A decision: who, at which information set, and what each action leads to."""
    return ("move", player, place, actions)


def chance(**actions):
    """A chance move: ``name=(probability, what follows)``."""
    return ("chance", actions)


def tree(players, root, **fields):
    """The game of a root made of ``move``, ``chance`` and tuples of payoffs (written as decimals or fractions)."""
    nodes, places = [], {}

    def add(node):
        number = len(nodes)
        nodes.append(None)
        if node[0] == "move":
            _, player, place, actions = node
            key = players.index(player), place
            places.setdefault(key, (len(places), tuple(actions)))
            nodes[number] = Decision(places[key][0], tuple(add(child) for child in actions.values()))
        elif node[0] == "chance":
            actions = node[1]
            children = tuple(add(child) for _, child in actions.values())
            nodes[number] = Chance(tuple(actions), tuple(Fraction(str(p)) for p, _ in actions.values()), children)
        else:
            nodes[number] = End(f"end {number}", tuple(Fraction(str(payoff)) for payoff in node))
        return number

    add(root)
    sets = tuple(InformationSet(place, player, actions) for (player, place), (_, actions) in places.items())
    return ExtensiveFormGame(tuple(players), sets, tuple(nodes), **fields)


#: theory.md 1.3, the base calibration of the pretext ultimatum.
PRETEXT_BASE = {
    "g": 8, "a": 3, "b": 7, "h": 7, "n": 0.25, "v_X": 6, "w_X": 5, "k_X": 6, "pi_X": 0.6, "c_X": 4, "f_X": 0.5,
    "v_M": 1.5, "w_M": 1, "k_M": 0.5, "pi_M": 0.2, "c_M": 1.2, "f_M": 0.5,
    "v_Q": 2, "w_Q": 1.5, "k_Q": 1, "pi_Q": 0.3, "c_Q": 2.8,
}  # fmt: skip


def pretext(**changes):
    """The tree of the pretext ultimatum: status quo, bare revision, a modest demand or a maximal one."""
    v = {name: Fraction(str(value)) for name, value in {**PRETEXT_BASE, **changes}.items()}
    act = {d: v["g"] - v["a"] - (1 - v[f"pi_{d}"]) * v["b"] for d in "MXQ"}
    conceded = {d: -v[f"w_{d}"] - v[f"k_{d}"] for d in "MXQ"}
    modest = move(
        "T", "reply to MOD", accept=(v["v_M"], conceded["M"]),
        refuse=move("C", "after MOD", act=(act["M"], -v["h"]), stand=(-v["c_M"], v["f_M"])),
    )  # fmt: skip
    maximal = move(
        "T", "reply to ULT", accept=(v["v_X"], conceded["X"]),
        negotiate=move(
            "C", "after talks", settle=(v["v_Q"] - v["c_Q"], conceded["Q"] - v["n"]), act=(act["Q"], -v["h"] - v["n"]),
            stand=(-v["c_X"], v["f_X"] - v["n"]),
        ),
        refuse=move("C", "after ULT", act=(act["X"], -v["h"]), stand=(-v["c_X"], v["f_X"])),
    )  # fmt: skip
    bare = v["g"] - v["a"] - v["b"], -v["h"]
    return tree(("C", "T"), move("C", "start", SQ=(0, 0), REV=bare, MOD=modest, ULT=maximal))
