"""The names that a user may import."""

from pathlib import Path

import negotiation

SHIPPED = Path(__file__).parents[1] / "scenarios"


def test_the_public_names():
    assert negotiation.__all__ == [
        "Comparison",
        "Correspondence",
        "Equilibrium",
        "ExtensiveFormGame",
        "Match",
        "NegotiationError",
        "NormalFormGame",
        "Record",
        "Regimes",
        "Scenario",
        "Solution",
        "compare",
        "correspondence",
        "load",
        "loads",
        "match",
        "open_store",
        "regimes",
        "simulate",
        "solve",
        "sweep",
    ]
    for name in negotiation.__all__:
        assert getattr(negotiation, name) is not None
    assert set(negotiation.__all__) <= set(dir(negotiation))


def test_a_name_that_is_not_there_is_an_attribute_error():
    import pytest

    with pytest.raises(AttributeError, match="has no attribute 'sovle'; there are Comparison, Correspondence, Equilibrium"):
        negotiation.sovle  # noqa: B018 - the access is the test


def test_everything_shows_itself_in_one_line():
    scenario = negotiation.load(str(SHIPPED / "december_2021.yaml"))
    game = scenario.game()
    match = negotiation.match(scenario, replications=5)
    solution = negotiation.solve(game)
    things = (scenario, game, match, solution, solution.equilibria[0], negotiation.simulate(match))
    assert all(len(repr(thing)) < 200 and "\n" not in repr(thing) for thing in things)
    assert repr(solution.equilibria[0]) == "<Equilibrium: ultimatum > refuse > act; payoffs 0.52, -0.8>"
