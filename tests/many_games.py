"""Games of one form put together, and the equilibria of many games against those of each alone."""

import numpy as np

from negotiation.exact.games_of_one_form import GamesOfOneForm
from negotiation.games.extensive_form import Chance
from negotiation.games.normal_form import NormalFormGame


def together(games):
    """Games that differ in their numbers only, as arrays."""
    first = games[0]
    error = np.zeros(len(games))
    if isinstance(first, NormalFormGame):
        payoffs = np.array([game.payoffs.reshape(len(game.players), -1).T for game in games])
        return GamesOfOneForm(first, payoffs, {}, error)
    moves = [number for number, node in enumerate(first.nodes) if isinstance(node, Chance)]
    chances = {number: np.array([[float(p) for p in game.nodes[number].probabilities] for game in games]) for number in moves}
    return GamesOfOneForm(first, np.array([game.payoffs for game in games]), chances, error)


def outcome_of(game, equilibrium):
    """The probability of each end, and of each payoff, of one equilibrium, computed from its profile move by move."""
    profile = [[float(p) for p in row] for row in equilibrium.profile]
    if isinstance(game, NormalFormGame):
        likely = np.array(1.0)
        for row in profile:
            likely = np.multiply.outer(likely, row)
        return likely.ravel()
    likely = np.zeros(len(game.nodes))
    likely[0] = 1.0
    for number, node in enumerate(game.nodes):
        row = node.probabilities if isinstance(node, Chance) else profile[node.information_set] if hasattr(node, "information_set") else ()
        for share, child in zip(row, getattr(node, "children", ()), strict=True):
            likely[child] = likely[number] * float(share)
    return likely[list(game.ends)]


def endings_of(answers):
    """The probability of each end in every equilibrium, where one is reached for certain as well."""
    found = np.zeros((len(answers.game), answers.endings.shape[1]))
    found[answers.end < 0] = answers.endings
    found[answers.end >= 0, answers.end[answers.end >= 0]] = 1.0
    return found


def assert_as_alone(answers, games, solutions, *, regret=1e-9):
    """Every game that is decided has the equilibria that a solver finds in it alone, in the same order."""
    endings = endings_of(answers)
    for number, (game, solution) in enumerate(zip(games, solutions, strict=True)):
        if answers.undecided[number]:
            continue
        mine = np.flatnonzero(answers.game == number)
        assert len(mine) == len(solution.equilibria), number
        assert answers.complete[number] == solution.complete, number
        for place, equilibrium in zip(mine, solution.equilibria, strict=True):
            np.testing.assert_allclose(answers.payoffs[place], [float(p) for p in equilibrium.payoffs], rtol=0, atol=1e-9)
            np.testing.assert_allclose(endings[place], outcome_of(game, equilibrium), rtol=0, atol=1e-9)
            assert abs(answers.regret[place] - float(equilibrium.regret)) <= regret
            possible = outcome_of(game, equilibrium) > 0
            assert (answers.end[place] >= 0) == (possible.sum() == 1)
