"""Subgame perfection of the pretext ultimatum against the five steps and the lemmas of theory.md 1.2."""

import random
from fractions import Fraction

from game_trees import PRETEXT_BASE, pretext

from negotiation.concepts import subgame_perfect


def best(who, offers):
    """The (action, payoffs) that are best for a player against some choice of what follows his other actions."""
    return {
        (path, vector)
        for action, follows in offers.items()
        for path, vector in follows
        if all(min(other[who] for _, other in rest) <= vector[who] for name, rest in offers.items() if name != action)
    }


def end(*vector):
    return {((), vector)}


def named(offers):
    """The same offers with each action in front of the paths after it."""
    return {action: {((action, *path), vector) for path, vector in follows} for action, follows in offers.items()}


def choice(who, **offers):
    return best(who, named(offers))


def five_steps(v):
    """Steps 1 to 5 of 1.2 with every way to break ties: the set of (path, payoff of C, payoff of T)."""
    acting = {d: v["g"] - v["a"] - (1 - v[f"pi_{d}"]) * v["b"] for d in "MXQ"}
    conceded = {d: v[f"w_{d}"] + v[f"k_{d}"] for d in "MXQ"}
    h, n = v["h"], v["n"]
    refused = {d: choice(0, act=end(acting[d], -h), stand=end(-v[f"c_{d}"], v[f"f_{d}"])) for d in "MX"}
    talks = choice(
        0,
        settle=end(v["v_Q"] - v["c_Q"], -conceded["Q"] - n),
        act=end(acting["Q"], -h - n),
        stand=end(-v["c_X"], v["f_X"] - n),
    )
    modest = choice(1, accept=end(v["v_M"], -conceded["M"]), refuse=refused["M"])
    maximal = choice(1, accept=end(v["v_X"], -conceded["X"]), negotiate=talks, refuse=refused["X"])
    whole = choice(0, SQ=end(0, 0), REV=end(v["g"] - v["a"] - v["b"], -h), MOD=modest, ULT=maximal)
    return {(path, *vector) for path, vector in whole}


def listed(solution):
    return {(equilibrium.path, *equilibrium.payoffs) for equilibrium in solution.equilibria}


def draw(rng, digits):
    """Parameters of the pretext ultimatum: in hundredths, where ties are rare, or in few whole numbers, where they are not."""
    shares = {name for name in PRETEXT_BASE if name.startswith("pi_")}
    top = 10 * digits if digits > 1 else 3
    return {
        name: Fraction(rng.randint(0, digits if digits > 1 else 2), digits if digits > 1 else 2)
        if name in shares
        else Fraction(rng.randint(0, top), digits)
        for name in PRETEXT_BASE
    }


def draws(seed, digits, count):
    rng = random.Random(seed)  # noqa: S311  # parameters for tests, no secrets
    return [draw(rng, digits) for _ in range(count)]


def test_the_five_steps_of_the_theory_at_random_parameters():
    """1.2, steps 1 to 5, at a thousand draws in hundredths."""
    reached = set()
    for values in draws(1, 100, 1000):
        solution = subgame_perfect.solve(pretext(**values))
        assert listed(solution) == five_steps(values), values
        assert solution.complete
        assert solution.equilibria[0].regret == 0
        reached.update(equilibrium.path for equilibrium in solution.equilibria)
    assert len(reached) >= 6


def test_the_five_steps_of_the_theory_where_ties_are_frequent():
    """The same at five hundred draws of small whole numbers: the courses of play and payoffs of all equilibria at ties."""
    several = 0
    for values in draws(2, 1, 500):
        solution = subgame_perfect.solve(pretext(**values))
        assert solution.complete
        assert listed(solution) == five_steps(values), values
        several += len(solution.equilibria) > 1
    assert several > 250


def test_lemmas_of_the_theory():
    """1.2, Lemmas 1 to 4: no bluff, the credibility cost is slack where acting is wanted, R_X - R_0 = pi_X b, acceptance is avoided."""
    avoided = 0
    for values in draws(3, 100, 3000):
        equilibrium, *others = subgame_perfect.solve(pretext(**values)).equilibria
        if others:
            continue
        path = equilibrium.path
        r_0 = values["g"] - values["a"] - values["b"]
        r_x = r_0 + values["pi_X"] * values["b"]
        assert "stand" not in path
        if path == ("ULT", "refuse", "act"):
            assert equilibrium.payoffs[0] == r_x
            assert r_x > max(0, r_0)
            assert r_x > -values["c_X"]
        if values["w_X"] + values["k_X"] < values["h"] and r_x > -values["c_X"] and values["v_X"] < r_0:
            assert path != ("ULT", "accept")
            avoided += 1
    assert avoided > 10
