"""What the checker of certificates says: of profiles that are none, of wrong claims, of documents that are not of the format."""

import json
import subprocess
import sys
from copy import deepcopy
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from certified_solutions import SOLUTIONS, chicken, dilemma, solution_of
from forgery import changed, is_caught, sealed
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.certificates.document import certificate_document
from negotiation.certificates.games import game_document
from negotiation.concepts import sequential
from negotiation.errors import CertificateError, NotApplicableError
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.solution import Component, Solution, mixed_equilibrium
from negotiation.verify.document import Item
from negotiation.verify.games import read_game
from negotiation.verify.verification import verify, verify_text


def test_an_honest_certificate_of_no_equilibrium_does_not_hold():
    """Mutual cooperation in the prisoner's dilemma, with every number right: each would gain 2 of a span of 5."""
    game = dilemma()
    found = mixed_equilibrium(game, ((Fraction(1), Fraction(0)),) * 2)
    (failure,) = verify(certificate_document([Solution("nash", game, (found,), False)])).failures
    assert failure.place == "solutions[0].equilibria[0].regret"
    assert failure.differences == ("a player gains 2/5 of his payoff span, more than the tolerance 0",)


def test_a_profile_in_doubles_is_held_to_the_stated_tolerance_and_not_to_zero():
    """Matching pennies for 7 or 3: the column player's 3/10 and 7/10 in doubles leave a regret that is not zero, but below 1e-9."""
    game = NormalFormGame.from_payoffs([[[7, 0], [0, 3]], [[0, 1], [1, 0]]])
    found = mixed_equilibrium(game, ((0.5, 0.5), (0.3, 0.7)))
    document = certificate_document([Solution("nash", game, (found,), False)])
    stated = document["solutions"][0]["equilibria"][0]
    assert stated["tolerance"] == "1/1000000000"
    assert 0 < Fraction(stated["regret"]) < 1e-15
    assert verify(document).holds
    assert is_caught(sealed(changed(document, ("solutions", 0, "equilibria", 0, "tolerance"), "0")))


def test_a_wrong_claim_says_what_is_stated_and_what_comes_out():
    document = certificate_document([solution_of("stag hunt")])
    forged = sealed(changed(document, ("solutions", 0, "equilibria", 2, "incentives", 1, "slack"), "1/100"))
    (failure,) = verify(forged).failures
    assert failure.place == "solutions[0].equilibria[2].incentives"
    assert failure.differences == ("[1].slack: stated 1/100, recomputed 0",)
    failure = verify(changed(document, ("solutions", 0, "notes"), ["a new note"])).failures[0]
    assert failure.place == "digest"
    assert failure.claim == "the document is as it was written"


def test_a_left_out_inequality_or_equilibrium_is_missed():
    document = certificate_document([solution_of("stag hunt")])
    shorter = deepcopy(document)
    del shorter["solutions"][0]["equilibria"][0]["incentives"][1]
    assert [check.place for check in verify(sealed(shorter)).failures] == ["solutions[0].equilibria[0].incentives"]
    shorter = deepcopy(document)
    del shorter["solutions"][0]["equilibria"][0]
    (failure,) = verify(sealed(shorter)).failures
    assert failure.differences == ("equilibria: stated 3, recomputed 2",)


def test_pieces_that_cannot_be_mixed_are_caught():
    """The two strict equilibria of the stag hunt are no piece: stag against hare is none."""
    solution = solution_of("stag hunt")
    bounds = {"stag, stag": (Fraction(0), Fraction(1)), "hare, hare": (Fraction(0), Fraction(1))}
    varying = {(row, action): (Fraction(0), Fraction(1)) for row in (0, 1) for action in (0, 1)}
    component = Component((0, 1), ((0, 1),), ((Fraction(3), Fraction(4)),) * 2, bounds, varying)
    (failure,) = verify(certificate_document([replace(solution, components=(component,))])).failures
    assert failure.place == "solutions[0].components[0].pieces[0]"
    assert failure.differences == ("a combination leaves a gain of 3/4 of a payoff span",)


def test_a_set_left_open_must_be_out_of_the_own_players_reach():
    solution = solution_of("entry")
    (found,) = solution.equilibria
    (failure,) = verify(certificate_document([replace(solution, equilibria=(replace(found, free=frozenset({1})),))])).failures
    assert failure.differences == ("M may come to 'enter' by his own choices",)


def test_a_deletion_that_is_not_justified_is_caught():
    """In chicken nothing is dominated; the margin of daring over yielding is the worst of 7 - 6 and 0 - 2."""
    solution = solution_of("deletions")
    document = certificate_document([replace(solution, game=chicken_named_like(solution.game), equilibria=())])
    failure = verify(document).failures[0]
    assert failure.place == "solutions[0].findings[0].deletions[0]"
    assert failure.differences == ("margin: stated 1, recomputed -2", "the mixture does not do strictly better")


def chicken_named_like(game):
    return NormalFormGame(game.players, game.strategies, chicken().exact_payoffs)


def test_what_cannot_be_checked_is_said():
    said = verify(certificate_document([solution_of("stag hunt"), solution_of("bargaining"), solution_of("beer-quiche")])).unchecked
    assert "solutions[0] (nash): that no equilibrium is missing rests on the method that the document names" in said
    assert "solutions[1].findings[0] (agreement): not verified: no profile" in said
    assert any(line.startswith("solutions[2] (sequential): beliefs off the path are taken as stated") for line in said)


def test_bounds_that_consistency_narrows_are_left_open():
    """A demand reveals as much accepted as refused; the inequalities alone would let the belief after an accepted one be anything."""
    said = verify(certificate_document([solution_of("watched, waiting")])).unchecked
    wanted = "that the audience's belief after 'accepted' may not vary between 0 and 1, as the inequalities would allow"
    assert f"solutions[0].equilibria[0]: {wanted}" in said


def test_bounds_of_beliefs_in_doubles_are_held_to_the_tolerance():
    """A belief of 1/3 in doubles lies within bounds in doubles whose sums with the other node's miss 1 by rounding."""
    exact = solution_of("beer-quiche, believed weak")
    (found,) = exact.equilibria
    place = next(place for place, _ in found.belief_intervals)
    rows = tuple((1 / 3, 2 / 3) if number == place else row for number, row in enumerate(found.beliefs))
    bounds = {(place, 0): (0.1, 1 / 3), (place, 1): (2 / 3, 0.9)}
    assert Fraction(0.1) + Fraction(0.9) != 1
    rounded = replace(found, beliefs=rows, belief_intervals=bounds)
    report = verify(certificate_document([replace(exact, equilibria=(rounded,))]))
    assert report.failures == ()
    assert "solutions[0].equilibria[0]: how far beliefs at 'after quiche' may vary: the profile is not exact" in report.unchecked


def test_what_sequential_says_of_the_watched_game_is_verified():
    document = certificate_document([sequential.solve(solution_of("watched, mixing").game)])
    assert verify(document).holds
    assert len(document["solutions"][0]["equilibria"]) == 2


def test_payoffs_that_are_not_affine_in_a_belief_are_refused():
    @dataclass(frozen=True)
    class Squared:
        """The square of the first probability."""

        corners: None = None

        def at(self, belief):
            return belief[0] ** 2

    game = solution_of("watched, mixing").game
    rows = tuple((Squared(),) for _ in game.audience.payoffs)
    other = replace(game, audience=replace(game.audience, payoffs=rows))
    with pytest.raises(NotApplicableError, match="those of C after 'accepted' are not affine in what the audience believes"):
        certificate_document([replace(solution_of("watched, mixing"), game=other)])


def test_solutions_of_one_game_share_it():
    document = certificate_document([solution_of("logit matrix"), solution_of("recommendations")])
    assert len(document["games"]) == 1
    assert verify(document).holds
    assert document["solutions"][0]["game"] == document["games"][0]["digest"]


def test_games_come_back_as_they_were():
    for name in SOLUTIONS:
        written = game_document(solution_of(name).game)
        assert game_document(read_game(Item(json.loads(json.dumps(written))))) == written


EQUILIBRIUM = ("solutions", 0, "equilibria", 0)
GAME = ("games", 0, "game")
REFUSED = {
    "not a number": (
        (*GAME, "payoffs", 0, 1, 0),
        3,
        r"payoffs\[0\]\[1\]\[0\]: must be an exact number written as a text such as .*, got 3",
    ),
    "not in lowest terms": (
        (*EQUILIBRIUM, "profile", "Jean", "stag"),
        "6/8",
        r"profile\.Jean\.stag: must be in lowest terms, 3/4, got '6/8'",
    ),
    "a decimal": ((*EQUILIBRIUM, "regret"), "0.0", r"solutions\[0\]\.equilibria\[0\]\.regret: must be an exact number"),
    "a long number": ((*EQUILIBRIUM, "regret"), "9" * 5000, "regret: is too long a number"),
    "a condition on trees": (
        (*EQUILIBRIUM, "condition"),
        "sequential",
        "condition: must be one of nash, quantal_response, got 'sequential'",
    ),
    "an unknown game": (("solutions", 0, "game"), "sha256:0", r"solutions\[0\]\.game: must be one of sha256:"),
    "another version": (("version",), 2, "version: must be 1, the version that is known here, got 2"),
    "another format": (("format",), "letter", "format: must be 'negotiation certificate', got 'letter'"),
    "an unknown part": (("solutions", 0, "more"), "", r"solutions\[0\]: 'more' is not expected here; expected concept, game"),
    "an unknown player": ((*EQUILIBRIUM, "incentives", 0, "player"), "Paul", r"\[0\]\.player: must be one of Jean, Jacques, got 'Paul'"),
    "no list": (("games",), {}, r"games: must be a list, got \{\}"),
    "a missing row": ((*GAME, "payoffs", 0), [["1", "2"]], r"games\[0\]\.game\.payoffs\[0\]: must have 2 entries, not 1"),
    "a game that is none": ((*GAME, "players"), ["Jean", "Jean"], "these parts do not make a game: players must have different names"),
    "another tolerance": ((*EQUILIBRIUM, "tolerance"), "1/2", r"tolerance: must be 0 \(exact\) or 1/1000000000"),
    "no flag": (("solutions", 0, "complete"), 1, "complete: must be true or false, got 1"),
    "a negative count": (("solutions", 0, "counts", "findings"), -1, r"counts\.findings: must be an integer of at least 0, got -1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_malformed_document_is_refused_with_the_place(case):
    place, value, message = REFUSED[case]
    with pytest.raises(CertificateError, match=message):
        verify(sealed_elsewhere(changed(certificate_document([solution_of("stag hunt")]), place, value), place))


def sealed_elsewhere(document, place):
    """Digests as they should be, unless the change is about the link to the game or the list of games."""
    return document if place[0] == "games" or place[-1] == "game" else sealed(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "line 1, column 2: not a JSON document"),
        ('{"format": 1, "format": 2}', "the document names 'format' twice in one object"),
        ('{"format": NaN}', "NaN is not a number of a certificate"),
        ("[]", r"the document: must be an object, got \[\]"),
        ("{}", "the document: 'format' is missing"),
        ("[" * 100_000 + "]" * 100_000, "not a JSON document that can be read"),
    ],
)
def test_text_that_is_no_certificate_is_refused(text, message):
    with pytest.raises(CertificateError, match=message):
        verify_text(text)


def test_the_checker_loads_no_solver():
    code = "import sys, negotiation.verify.verification; print([m for m in sys.modules if m.startswith('negotiation.')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "negotiation.verify.verification" in loaded
    for part in ("concepts", "exact", "engines", "scenario", "lookup", "certificates"):
        assert f"negotiation.{part}" not in loaded


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_random_profiles_of_random_games_are_judged_as_their_certificates_say(seed):
    """Of random pure and mixed profiles of small games the document holds exactly if the regret is 0."""
    generator = np.random.default_rng(seed)
    shape = tuple(generator.integers(1, 3, 2))
    game = NormalFormGame.from_payoffs(generator.integers(0, 3, (2, *shape)).tolist())
    rows = tuple(tuple(map(Fraction, np.eye(size, dtype=int)[generator.integers(size)].tolist())) for size in shape)
    found = mixed_equilibrium(game, rows)
    assert verify(certificate_document([Solution("nash", game, (found,), False)])).holds == (found.regret == 0)
