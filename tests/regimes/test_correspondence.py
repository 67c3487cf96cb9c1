"""The equilibrium correspondence: branches against closed forms, how they meet, documents and pictures."""

import json
from fractions import Fraction

import numpy as np
import pytest
from matrices_in_x import matrix_in_x, random_tables
from shipped import scenario, whole_numbers

from negotiation.boundaries import correspondence
from negotiation.boundaries.correspondence import quantity_title
from negotiation.boundaries.document import correspondence_document
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.exact.extreme_equilibria import extreme_equilibria
from negotiation.plots.correspondence import draw, figure


def by_name(found):
    """The branches by name; names are unique in these games."""
    named = {each.name: each for each in found.branches}
    assert len(named) == len(found.branches)
    return named


def test_chicken_against_the_crash_has_its_mixed_branch_as_a_formula():
    """Both dare with probability 1 / (3 - crash), the payoff of a yielder being (6 crash - 14) / (crash - 3); beyond 2 all is daring."""
    found = correspondence(scenario("chicken"), "crash")
    named = by_name(found)
    mixed = named["{yield | dare} > {yield | dare}"]
    assert mixed.formulas["row: yield"] == "(crash - 2) / (crash - 3)"
    assert mixed.formulas["payoff of row"] == "(6 * crash - 14) / (crash - 3)"
    np.testing.assert_allclose(mixed.quantities["row: dare"], 1 / (3 - mixed.at), rtol=1e-14)
    assert (mixed.low.how, mixed.high.how, mixed.high.at.exact, mixed.high.meets) == ("line", "goes over", 2, ("dare > dare",))
    assert (named["dare > dare"].low.how, named["dare > dare"].high.how) == ("goes over", "line")
    assert {change.condition for change in mixed.high.changes} == {"yield_alone > crash"}


def test_the_stag_hunt_folds_where_one_of_its_pure_equilibria_vanishes():
    """Hare for sure is worth 0 < hare < 5: the mixed equilibrium, stag with probability hare / 5, joins two folds."""
    named = by_name(correspondence(scenario("stag_hunt"), "hare"))
    mixed = named["{stag | hare} > {stag | hare}"]
    assert [(end.how, end.at.exact, end.meets) for end in (mixed.low, mixed.high)] == [
        ("fold", 0, ("hare > hare",)),
        ("fold", 5, ("stag > stag",)),
    ]
    assert mixed.formulas["row: stag"] == "0.2 * hare"
    assert (named["stag > stag"].high.how, named["hare > hare"].low.how) == ("fold", "fold")


def test_branches_of_random_matrices_are_the_equilibria_at_every_step():
    """At the steps inside, every enumerated equilibrium is on a branch and the other way round; probabilities agree."""
    draw_number = whole_numbers(77)
    for _ in range(6):
        base = matrix_in_x(*random_tables(draw_number, 2, 3, 1, 4))
        found = correspondence(base, "x")
        for _ in range(5):
            value = Fraction(draw_number(-399, 400), 100) + Fraction(1, 977)
            there = [branch for branch in found.branches if float(branch.low.at) < value < float(branch.high.at)]
            profiles = extreme_equilibria(base.game(None, x=value)).profiles
            assert len(there) == len(profiles)


def test_ends_of_branches_pair_up_unless_something_goes_on_or_through():
    """A branch that folds meets another that folds at the same point and names it."""
    draw_number = whole_numbers(78)
    folds = 0
    for _ in range(8):
        found = correspondence(matrix_in_x(*random_tables(draw_number, 2, 2, 1, 5)), "x")
        for branch in found.branches:
            for end in (branch.low, branch.high):
                if end.how == "fold":
                    folds += 1
                    partners = [each for each in found.branches if each.name in end.meets]
                    assert any(float(end.at) in (float(each.low.at), float(each.high.at)) for each in partners)
    assert folds >= 4


def test_plays_of_a_tree_are_branches_with_exact_payoffs():
    """R_X = g - a - (1 - pi_X) b = 7 pi_X - 2 in the pretext scenario, from pi_X = 1/2 on."""
    modest, pretext = correspondence(scenario("pretext"), "pi_X").branches
    assert (modest.name, modest.high.at.exact, modest.readings) == ("modest demand > accept", Fraction(1, 2), ("modest bargain",))
    assert pretext.formulas == {"payoff of challenger": "7 * pi_X - 2", "payoff of target": "-7"}
    assert pretext.low.flips[0].solved == "pi_X > (a + b + v_M - g) / b"
    np.testing.assert_allclose(pretext.quantities["payoff of challenger"], 7 * pretext.at - 2, atol=1e-14)


def test_sequential_equilibria_are_linked_and_their_ends_closed_in():
    found = correspondence(scenario("beer_quiche"), "p_strong", within=("0.1", "0.9"))
    assert not found.is_exact
    (pooling,) = {each.high.how for each in found.branches if each.readings == ("passes as strong",)}
    assert pooling == "line"
    for branch in found.branches:
        end = branch.high if branch.low.how == "line" else branch.low
        assert end.bracket[0] <= Fraction(1, 2) <= end.bracket[1]
        assert end.bracket[1] - end.bracket[0] < Fraction(1, 10**9)


def test_quantal_response_branches_against_precision_have_the_fold_of_the_pitchfork():
    """Battle of the sexes: beyond a precision two more equilibria near the pure ones; they begin at one fold."""
    found = correspondence(scenario("battle_of_the_sexes"), "precision")
    principal, other = found.branches
    assert (principal.name, principal.low.how, len(principal.folds)) == ("principal branch", "line", 0)
    assert (other.low.how, len(other.folds)) == ("fold", 1)
    assert float(found.low) == 0 < float(other.low.at) < float(found.high)
    turn = other.at[other.folds[0]]
    assert turn == pytest.approx(float(other.low.at), rel=1e-2)


def test_the_document_is_plain_data_and_says_where_things_are():
    found = correspondence(scenario("stag_hunt"), "hare")
    document = json.loads(json.dumps(correspondence_document(found, provenance={}), allow_nan=False))
    assert (document["format"], document["version"], document["exact"]) == ("negotiation correspondence", 1, True)
    (mixed,) = [each for each in document["branches"] if not each["pure"]]
    assert mixed["low"]["at"] == {"value": 0.0, "exact": "0"}
    assert mixed["high"]["meets"] == ["stag > stag"]
    assert len(mixed["steps"]["at"]) == len(mixed["steps"]["payoff of row"]) == 49


def test_the_picture_has_a_line_for_each_branch_and_marks_folds():
    found = correspondence(scenario("stag_hunt"), "hare")
    quantity = found.quantities[0]
    (ax,) = figure(found, quantity).axes
    assert ax.get_ylabel() == quantity_title(found, quantity)
    assert ax.get_xlim() == (-20.0, 20.0)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == [*(branch.name for branch in found.branches), "fold"]
    assert draw(found, found.quantities[-1], ax=ax) is ax


def test_what_cannot_be_asked():
    base = scenario("chicken")
    with pytest.raises(NotApplicableError, match="the axis is 'precision', not 'crash'"):
        correspondence(base, "crash", concept="quantal_response")
    with pytest.raises(ParameterError, match="precision is the axis of quantal_response, not of nash"):
        correspondence(base, "precision", concept="nash")
    with pytest.raises(ParameterError, match="did you mean 'crash'"):
        correspondence(base, "crahs")
