"""The names that a user may import."""

import negotiation


def test_the_public_names():
    assert negotiation.__all__ == [
        "Comparison",
        "Equilibrium",
        "ExtensiveFormGame",
        "Match",
        "NegotiationError",
        "NormalFormGame",
        "Record",
        "Scenario",
        "Solution",
        "compare",
        "load",
        "loads",
        "match",
        "simulate",
        "solve",
    ]
    for name in negotiation.__all__:
        assert getattr(negotiation, name) is not None
    assert set(negotiation.__all__) <= set(dir(negotiation))


def test_a_name_that_is_not_there_is_an_attribute_error():
    import pytest

    with pytest.raises(AttributeError, match="has no attribute 'sovle'; there are Comparison, Equilibrium"):
        negotiation.sovle  # noqa: B018 - the access is the test
