"""Game trees as nested tuples and dictionaries of names and exact numbers, to compare them with trees written by hand."""

from fractions import Fraction

from negotiation.games.extensive_form import Chance, Decision


def end(outcome, *payoffs):
    return outcome, tuple(Fraction(str(payoff)) for payoff in payoffs)


def move(player, seen, actions):
    return player, seen, actions


def chance(actions):
    """Chance: action -> (probability, what follows)."""
    return {name: (Fraction(str(probability)), after) for name, (probability, after) in actions.items()}


def written_out(game, number=0):
    """Return a tree as nested tuples and dictionaries of names and exact numbers."""
    node = game.nodes[number]
    match node:
        case Chance():
            return {
                name: (probability, written_out(game, child))
                for name, probability, child in zip(node.actions, node.probabilities, node.children, strict=True)
            }
        case Decision():
            place = game.information_sets[node.information_set]
            after = {name: written_out(game, child) for name, child in zip(place.actions, node.children, strict=True)}
            return game.players[place.player], place.name, after
    return node.outcome, node.payoffs
