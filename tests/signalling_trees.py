"""Trees of signalling and crisis games for tests, written out from their numbers."""

from fractions import Fraction

from game_trees import chance, move, tree

#: theory.md 3.3: the base of the layer in which an audience learns.
AUDIENCE_BASE = {"lam": "0.5", "alpha": "0.1", "b": 4, "V_S": 5, "rho_S": -1, "o_S": "0.5", "V_P": 1, "rho_P": -2, "o_P": 0, "bb": "0.6"}

#: theory.md 4.4: the base of the crisis with two types on each side.
CRISIS_BASE = {
    "tau": "0.5", "phi": "0.6", "R_L": 2, "R_H": -5, "c": 2, "V": 3, "h": 5, "w": 1, "f": 1, "k_D": 2, "k_K": 9, "o_L": 0, "o_H": 0,
}  # fmt: skip


def numbers(base, changes):
    return {name: Fraction(str(value)) for name, value in {**base, **changes}.items()}


def audience(**changes):
    """theory.md 3.3, the finite version: the audience is a player that condones or condemns an action that it sees.

    It gets ``1 - bb`` for condoning the sincere type, ``-bb`` for condoning the seeker, nothing for condemning.
    """
    v = numbers(AUDIENCE_BASE, changes)

    def kind(t, right):
        acts = move("W", "act", condone=(v[f"rho_{t}"] + v["b"], right - v["bb"]), condemn=(v[f"rho_{t}"], 0))
        ultimatum = chance(accepted=(v["alpha"], (v[f"V_{t}"], 0)), refused=(1 - v["alpha"], acts))
        return move("C", t, X=ultimatum, N=(v[f"o_{t}"], 0))

    return tree(("C", "W"), chance(S=(v["lam"], kind("S", 1)), P=(1 - v["lam"], kind("P", 0))))


def crisis(**changes):
    """theory.md 4.4: a tough or weak challenger; a dovish or hawkish target; after a refusal the challenger acts or stands down."""
    v = numbers(CRISIS_BASE, changes)

    def pair(t, gain, outside):
        def against(kind, k):
            refused = move("C", f"{t}: refused", act=(gain, -v["h"]), stand=(-v["c"], v["f"]))
            return move("C", t, out=(outside, 0), ultimatum=move("T", kind, accept=(v["V"], -v["w"] - k), refuse=refused))

        return chance(dove=(v["phi"], against("dove", v["k_D"])), hawk=(1 - v["phi"], against("hawk", v["k_K"])))

    return tree(
        ("C", "T"), chance(tough=(v["tau"], pair("tough", v["R_L"], v["o_L"])), weak=(1 - v["tau"], pair("weak", v["R_H"], v["o_H"])))
    )


def signalling(prior, payoffs):
    """A sender with types, messages and a receiver's replies: ``payoffs[type][message][reply]`` is a pair."""
    names = [f"t{t}" for t in range(len(payoffs))]
    roots = {
        name: (share, move("S", name, **{f"m{m}": _replies(m, replies) for m, replies in enumerate(rows)}))
        for name, share, rows in zip(names, prior, payoffs, strict=True)
    }
    return tree(("S", "R"), chance(**roots))


def _replies(message, replies):
    return move("R", f"after m{message}", **{f"r{r}": pair for r, pair in enumerate(replies)})


def behaviour(game, profile):
    """The profile as probabilities by information set and action."""
    return {place.name: dict(zip(place.actions, row, strict=True)) for place, row in zip(game.information_sets, profile, strict=True)}
