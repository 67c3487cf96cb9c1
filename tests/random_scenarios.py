"""Random scenarios for tests: trees of perfect information, and payoffs that are random formulas of two parameters.

Ties are planted (the same payoff at two ends, multiples of small steps), and so is catastrophic cancellation.
"""

import json
import random

#: Formulas of ``x`` and ``y`` in which doubles lose much or all, or that have no value somewhere.
HARD = (
    "({0} + 1e12) - 1e12",
    "(1e16 + {0}) - 1e16 + {1}",
    "({0} - {1}) * ({0} + {1}) - {0} * {0} + {1} * {1}",
    "({0} / 3) * 3 - {0}",
    "1 / ({0} - 0.5)",
    "sqrt({0}) ** 2 - {0}",
    "exp({0}) * exp(-{0})",
    "log({0} + 0.5)",
    "{0} ** 1.5 - {0} * sqrt(abs({0}))",
    "{0} ** {1}",
    "{0} ** 7",
    "1 if {0} > {1} else -1",
    "1 if {0} == 0.5 else 0",
    "({0} if {0} <= 0.5 else 1 - {0}) * 2",
    "1 if {0} > 0.25 and not {1} >= 0.75 else {0}",
    "1 if {0} < {1} or 1 / ({0} - {1}) > 2 else 0",
    "clip({0}, 0.25, {1})",
    "min({0}, {1}, 0.5)",
    "max({0} - {1}, {1} - {0})",
    "abs({0} - {1})",
    "0.1 + 0.2 - 0.3 + {0}",
    "(0.25 <= {0} < 0.75) + {1}",
)

PLAIN = ("{0}", "1 - {0}", "{0} * {1}", "2 * {0} - {1}", "{0} + {1}", "0.1 * {0} + 0.7 * {1}", "-{1}", "0.5")


def formula(rng, depth=2):
    """A random formula of ``x`` and ``y``."""
    if depth == 0 or rng.random() < 0.3:
        return rng.choice(("x", "y", "x", "y", "0.5", "0.25", "3"))
    shape = rng.choice(HARD if rng.random() < 0.25 else PLAIN)
    return "(" + shape.format(formula(rng, depth - 1), formula(rng, depth - 1)) + ")"


def _slanted(rng, text):
    """A formula, mostly with something added that differs from one to the next, so that not all is tied with all."""
    return text if rng.random() < 0.25 else f"{text} + {rng.randint(-99, 99) / 100} * x + {rng.randint(-99, 99) / 100} * y"


def random_scenario(seed, depth=3):
    """The text of a file: a tree of perfect information of two players and chance."""
    rng = random.Random(seed)  # noqa: S311  # scenarios for tests, no secrets
    outcomes = []

    def grow(left):
        """Return what follows an action: another move, or the name of an outcome, sometimes of one that was there before."""
        if left == 0 or (left < depth and rng.random() < 0.25):
            if not outcomes or rng.random() > 0.05:
                outcomes.append(f"o{len(outcomes)}")
                return outcomes[-1]
            return rng.choice(outcomes)
        if left < depth and rng.random() < 0.2:
            share = rng.choice(("0.25", "x", "x * y", "0"))
            return {"chance": {name: {"probability": p, "then": grow(left - 1)} for name, p in (("c0", share), ("c1", f"1 - {share}"))}}
        return {"player": rng.choice("ab"), "actions": {f"m{number}": grow(left - 1) for number in range(rng.randint(2, 3))}}

    game = grow(depth)
    pool = [_slanted(rng, formula(rng)) for _ in range(max(2, len(outcomes)))]
    return json.dumps(
        {
            "negotiation": 1,
            "title": "random",
            "players": {"a": "A", "b": "B"},
            "parameters": {name: {"value": value, "range": [0, 1], "about": name} for name, value in (("x", 0.3), ("y", 0.6))},
            "definitions": {"z": formula(rng, 1)},
            "game": game,
            "outcomes": {name: {player: rng.choice(pool) for player in "ab"} for name in outcomes},
            "readings": {"first": "m0 > ...", "second": {"path": "m1 > ...", "when": f"{formula(rng, 1)} > 0.5"}},
        }
    )
