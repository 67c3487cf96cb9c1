"""The shipped scenarios, and the plainest ways to see what their games say: tests compare solvers with these."""

from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np

from negotiation.games.certificate import bayes_beliefs, certify_sequential, exact_profile
from negotiation.games.plans import reduced_normal_form
from negotiation.games.solution import tree_equilibrium
from negotiation.scenario.scenario import load

FOLDER = Path(__file__).resolve().parent.parent / "scenarios"


@cache
def scenario(name):
    """The shipped scenario of this name."""
    return load(FOLDER / f"{name}.yaml")


def whole_numbers(seed):
    """A function of two bounds that draws whole numbers at random, from the first to below the second."""
    generator = np.random.default_rng(seed)
    return lambda low, high: int(generator.integers(low, high))


def pure_equilibria(game):
    """All cells of a normal form (a tree is reduced to plans) at which no player gains by another strategy."""
    form = game if hasattr(game, "strategies") else reduced_normal_form(game).game
    return [cell for cell in product(*map(range, map(len, form.strategies))) if all(_is_best(form, cell, i) for i in range(len(cell)))]


def _is_best(form, cell, player):
    own = form.exact_payoffs[player]
    return all(own[(*cell[:player], other, *cell[player + 1 :])] <= own[cell] for other in range(len(form.strategies[player])))


def behaviour(game, **rows):
    """A profile of a tree; ``rows`` says by information set (see ``key``) what is played: an action, or probabilities by action."""
    profile = []
    for place in game.information_sets:
        row = rows[key(place)]
        chosen = {row: 1} if isinstance(row, str) else row
        assert set(chosen) <= set(place.actions)
        profile.append(tuple(Fraction(chosen.get(action, 0)) for action in place.actions))
    return tuple(profile)


def key(place):
    """The name of an information set as a Python name."""
    return place.name.replace(": ", "_").replace(" > ", "_").replace(" ", "_")


def beliefs(game, rows):
    """The beliefs of Bayes' rule, and even ones where play does not come."""
    found = bayes_beliefs(game, exact_profile(rows))
    return [row or (Fraction(1, len(nodes)),) * len(nodes) for row, nodes in zip(found, game.members, strict=True)]


def is_sequential(game, rows):
    """Whether nobody gains anywhere, exactly, with these beliefs (a sufficient check: other beliefs off the path might do)."""
    certificate = certify_sequential(game, rows, beliefs(game, rows))
    return certificate.regret == 0 and certificate.belief_error == 0


def assess(game, rows):
    """The profile with its payoffs and paths, certified."""
    return tree_equilibrium(game, rows, certify_sequential(game, rows, beliefs(game, rows)))
