"""Which subgame-perfect equilibria span connected sets.

Take each lone decision as an agent of its own, and at each simultaneous move each player as one. What an agent gets is
linear in his own mixture and in each other agent's, and subgame perfection asks no more than that each agent's mixture is
best where he moves. So if every combination of some of the agents' choices is an equilibrium, so is every mixture of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.backward_induction import Induction
from negotiation.exact.components import Group, components, connected_groups
from negotiation.games.extensive_form import Decision
from negotiation.games.numbers import Number
from negotiation.games.solution import Component, Equilibrium

__all__ = ["subgame_components"]


def subgame_components(induction: Induction, equilibria: Sequence[Equilibrium], *, budget: Budget = UNLIMITED) -> tuple[Component, ...]:
    """Return the components of all equilibria that an induction found, none if each stands alone.

    Raises
    ------
    SolverError
        If the budget ran out.
    """
    everything = tuple(range(len(equilibria)))
    if induction.ties_are_free:
        return components(equilibria, (Group(everything, (everything,)),))
    varying = [sets for sets in _agents(induction) if len({tuple(found.profile[place] for place in sets) for found in equilibria}) > 1]
    # The one row that all have in common stands for the agents who do the same in all.
    same: tuple[Number, ...] = (1.0,)
    profiles = [(same, *(tuple(p for place in sets for p in found.profile[place]) for sets in varying)) for found in equilibria]
    return components(equilibria, connected_groups(profiles, budget=budget))


def _agents(induction: Induction) -> list[tuple[int, ...]]:
    """Return the information sets of each agent."""
    agents: list[tuple[int, ...]] = []
    for node, payoffs in zip(induction.game.nodes, induction.payoffs, strict=True):
        if payoffs.ways:
            of_player: dict[int, list[int]] = {}
            for place, _ in payoffs.ways[0][0].rows:
                of_player.setdefault(induction.game.information_sets[place].player, []).append(place)
            agents += [tuple(places) for places in of_player.values()]
        elif isinstance(node, Decision) and payoffs.vectors:
            agents.append((node.information_set,))
    return agents
