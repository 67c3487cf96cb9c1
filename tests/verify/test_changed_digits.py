"""A changed digit of a certificate is caught: by the digest, and by recomputation where somebody makes the digests fit."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from certified_solutions import SOLUTIONS, solution_of
from forgery import at, changed, is_caught, is_text_caught, sealed

from negotiation.certificates.document import certificate_document
from negotiation.games.certificate import certify_behaviour, certify_sequential, certify_subgames
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.solution import mixed_equilibrium, tree_equilibrium
from negotiation.games.watching import certify_watched, settled
from negotiation.verify.document import Item
from negotiation.verify.games import read_game
from negotiation.verify.verification import verify, verify_text


@pytest.fixture(scope="module", params=SOLUTIONS)
def document(request):
    return certificate_document([solution_of(request.param)])


def numbers(value, place=()):
    """The places of all numbers of a document: JSON integers and exact texts."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from numbers(part, (*place, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from numbers(part, (*place, number))
    elif (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and is_number(value)):
        yield place


def is_number(text):
    return text.lstrip("-").replace("/", "", 1).isdigit()


def other_numbers(value):
    """Changed digits: one more, one less, the other sign, half as much again, another denominator."""
    if isinstance(value, int):
        return [value + 1, value - 1]
    number = Fraction(value)
    wanted = {number + 1, number - 1, -number, number * Fraction(3, 2), number + Fraction(1, 1000)} - {number}
    return sorted(map(str, wanted))


def test_what_is_written_is_verified(document):
    report = verify_text(json.dumps(document, indent=2))
    assert report.failures == ()
    assert report.holds
    assert len(report.checks) > 2


def test_every_changed_number_is_caught(document):
    """The digest covers the whole document; digits in names and texts as well."""
    for place in numbers(document):
        for value in other_numbers(at(document, place)):
            assert is_caught(changed(document, place, value)), place


def test_every_changed_number_of_a_claim_is_caught_without_the_digest(document):
    """Whoever changes a stated number and computes the digests anew is caught by the recomputation, or it says what it leaves open."""
    for place in numbers(document["solutions"]):
        for value in other_numbers(at(document["solutions"], place)):
            forged = sealed(changed(document, ("solutions", *place), value))
            assert is_caught(forged) or is_left_open(forged, place), place


def is_left_open(forged, place):
    """Whether the number belongs to what the report names as not checked: a statement, or a range that consistency may narrow."""
    unchecked = "\n".join(verify(forged).unchecked)
    if place[1] == "findings":
        return f"solutions[{place[0]}].findings[{place[2]}] " in unchecked and "not verified: no profile" in unchecked
    observation = at(forged["solutions"], place[:5])["observation"] if "ranges" in place else None
    return f"the audience's belief after {observation!r} may not vary" in unchecked


def test_a_range_as_wide_as_the_inequalities_allow_is_checked_whole():
    """After a refused demand the belief in sincerity is at most 1/4, where demanding becomes worth it for the sincere."""
    document = certificate_document([solution_of("watched, waiting")])
    place = ("solutions", 0, "equilibria", 0, "posteriors", 1, "ranges", 0, 1)
    assert at(document, place) == "1/4"
    assert is_caught(sealed(changed(document, place, "13/50")))
    assert not any("'refused'" in line for line in verify(document).unchecked)


def test_a_changed_number_of_the_game_is_caught_without_the_digest_where_it_matters(document):
    """A game with other numbers is another game: it passes only if all that is stated is just as true of it."""
    for place in numbers(document["games"]):
        for value in other_numbers(at(document["games"], place)):
            forged = sealed(changed(document, ("games", *place), value))
            assert is_caught(forged) or is_as_true(document, forged), (place, value)


def is_as_true(document, forged):
    """Whether the claims, made anew for the forged game with the package's own certificates, come out as they are stated."""
    solution = next(found for found in map(solution_of, SOLUTIONS) if certificate_document([found]) == document)
    game = read_game(Item(forged["games"][0]["game"]))
    return certificate_document([restated(solution, game)])["solutions"] == forged["solutions"]


def restated(solution, game):
    """The same profiles as a solution of another game of the same shape."""
    return replace(solution, game=game, equilibria=tuple(recertified(item, game) for item in solution.equilibria))


def recertified(item, game):
    match item.certificate.condition:
        case "quantal_response":
            return item
        case "watched":
            rows = [posterior.probabilities for posterior in item.posteriors]
            again = tree_equilibrium(
                settled(game, rows), item.profile, certify_watched(game, item.profile, item.beliefs, rows), beliefs=item.beliefs
            )
            return replace(again, posteriors=item.posteriors)
        case "sequential":
            certificate = certify_sequential(game, item.profile, item.beliefs)
        case "subgame_perfect":
            certificate = certify_subgames(game, item.profile)
        case _ if isinstance(game, NormalFormGame):
            return mixed_equilibrium(game, item.profile)
        case _:
            certificate = certify_behaviour(game, item.profile)
    again = tree_equilibrium(game, item.profile, certificate, beliefs=item.beliefs, free=item.free, verdicts=item.verdicts)
    return replace(again, belief_intervals=item.belief_intervals)


@pytest.mark.parametrize("name", ["beer-quiche", "a piece"])
def test_every_changed_digit_of_the_text_is_caught(name):
    text = json.dumps(certificate_document([solution_of(name)], about={"file": "beer_quiche.yaml", "version": "0.1.0"}))
    for place, letter in enumerate(text):
        if letter.isdigit():
            other = text[:place] + str((int(letter) + 1) % 10) + text[place + 1 :]
            assert is_text_caught(other), text[max(0, place - 30) : place + 10]


def test_whatever_is_damaged_ends_in_a_report_or_a_refusal():
    """One damaged character: the text says the same, or it is caught; it never ends in any other exception."""
    text = json.dumps(certificate_document([solution_of("entry")]))
    for place in range(0, len(text), 3):
        for letter in '0"{]-x':
            damaged = text[:place] + letter + text[place + 1 :]
            assert is_text_caught(damaged) or json.loads(damaged) == json.loads(text)
