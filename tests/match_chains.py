"""A match as the finite Markov chain that it is: long-run shares and expected sums, by linear algebra."""

import numpy as np

from negotiation.games.situations import CHANCE, Situations, stage_tables


def ends_of(situations, tables, here, start):
    """Each end (a place in ``stage.ends``) of a round in a situation, with its probability."""
    found, stack = [], [(start, 1.0)]
    while stack:
        node, weight = stack.pop()
        children = tables.children[node]
        if not children:
            found.append((tables.ends[node], weight))
            continue
        place = tables.places[node]
        limits = tables.chances[node] if place == CHANCE else situations.limits(here, place)
        stack += [(child, weight * p) for child, p in zip(children, np.diff([0.0, *limits]), strict=True) if p > 0]
    return found


def chain_of(match, start=0):
    """The situations that a match can come to, the chance of each next one, and expected payoffs per round in each."""
    situations, tables = Situations(match), stage_tables(match.stage)
    order = {situations.start(start): 0}
    moves, payoffs = [], []
    for here in (waiting := list(order)):
        ends = ends_of(situations, tables, here, start)
        payoffs.append(sum(weight * np.array(here.payoffs[end]) for end, weight in ends))
        row = {}
        for end, weight in ends:
            following = situations.after(here, end)
            if following not in order:
                order[following] = len(order)
                waiting.append(following)
            row[order[following]] = row.get(order[following], 0) + weight
        moves.append(row)
    matrix = np.zeros((len(order), len(order)))
    for number, row in enumerate(moves):
        for target, weight in row.items():
            matrix[number, target] = weight
    return matrix, np.array(payoffs)


def long_run(match):
    """Average payoffs per round in the long run, where the chain has one recurrent class."""
    matrix, payoffs = chain_of(match)
    size = len(matrix)
    equations = np.vstack([matrix.T - np.eye(size), np.ones(size)])
    shares = np.linalg.lstsq(equations, np.append(np.zeros(size), 1), rcond=None)[0]
    return shares @ payoffs
