"""Signalling classics and Selten's horse, with the numbers of their sources."""

from fractions import Fraction

from shipped import pure_equilibria, scenario

from negotiation.concepts import nash, sequential


def solved(name, variant=None, /, *, concept=sequential):
    solution = concept.solve(scenario(name).game(variant))
    assert solution.complete
    return solution


def rows(solution, equilibrium):
    """What is played, by information set and action."""
    return {
        place.name: dict(zip(place.actions, row, strict=True))
        for place, row in zip(solution.game.information_sets, equilibrium.profile, strict=True)
    }


def test_beer_and_quiche_has_four_extreme_nash_equilibria():
    """Cho and Kreps (1987): two components, all have beer or all have quiche."""
    solution = solved("beer_quiche", concept=nash)
    assert len(solution.equilibria) == 4
    assert {(equilibrium.reading, equilibrium.payoffs) for equilibrium in solution.equilibria} == {
        ("passes as strong", (Fraction("2.9"), Fraction("0.9"))),
        ("quiche in peace", (Fraction("2.1"), Fraction("0.9"))),
    }


def test_beer_and_quiche_pools_and_the_intuitive_criterion_keeps_beer():
    """After the unused breakfast the bully fights with probability at least 1/2; only the pooling on beer is intuitive."""
    solution = solved("beer_quiche")
    unused = {"passes as strong": "quiche", "quiche in peace": "beer"}
    fights = {reading: [] for reading in unused}
    for equilibrium in solution.equilibria:
        fights[equilibrium.reading].append(rows(solution, equilibrium)[unused[equilibrium.reading]]["fight"])
        kept = equilibrium.reading == "passes as strong"
        assert equilibrium.verdicts["intuitive criterion"].startswith("survives" if kept else "fails")
    for found in fights.values():
        assert (min(found), max(found)) == (Fraction(1, 2), 1)


def test_a_mostly_weak_population_mixes():
    """With one in ten strong the weak have beer with probability 1/9, and a beer drinker is fought with probability 1/2."""
    solution = solved("beer_quiche", "mostly weak")
    (equilibrium,) = solution.equilibria
    played = rows(solution, equilibrium)
    assert played["weak: start"]["beer"] == Fraction(1, 9)
    assert played["beer"]["fight"] == Fraction(1, 2)


def test_the_job_market_separates_or_does_without_education():
    """Watson (2013), fig. 29.1: payoffs (14/3, 6) and (4, 4); unused education makes a manager with probability at most 2/3."""
    solution = solved("job_market")
    separating = [equilibrium for equilibrium in solution.equilibria if equilibrium.payoffs == (Fraction(14, 3), 6)]
    pooling = [equilibrium for equilibrium in solution.equilibria if equilibrium.payoffs == (4, 4)]
    assert len(separating) + len(pooling) == len(solution.equilibria)
    for equilibrium in separating:
        played = rows(solution, equilibrium)
        assert played["able: start"]["education"] == played["other: start"]["no education"] == 1
        assert played["education"]["manager"] == played["no education"]["clerk"] == 1
    chances = [rows(solution, equilibrium)["education"]["manager"] for equilibrium in pooling]
    assert (min(chances), max(chances)) == (0, Fraction(2, 3))
    assert len(solved("job_market", concept=nash).equilibria) == 3


def test_seltens_horse_keeps_the_equilibrium_without_an_empty_threat():
    """Selten (1975): of the pure Nash equilibria only the first is sequential; the third goes left with probability >= 3/4."""
    game = scenario("seltens_horse").game()
    actions = [place.actions for place in game.information_sets]
    nash_paths = {tuple(actions[player][chosen] for player, chosen in enumerate(cell)) for cell in pure_equilibria(game)}
    assert nash_paths == {("across", "across", "left"), ("down", "across", "right")}
    solution = solved("seltens_horse")
    assert {(equilibrium.path, equilibrium.payoffs) for equilibrium in solution.equilibria} == {(("across", "across"), (1, 1, 1))}
    third = [equilibrium.profile[2][0] for equilibrium in solution.equilibria]
    assert (min(third), max(third)) == (Fraction(3, 4), 1)
