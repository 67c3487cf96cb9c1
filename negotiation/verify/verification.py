"""Checks of a whole stored certificate.

What is checked, from the document alone: that it is what was written (its digest, and the digest of each game); that
the game is a game; that each profile's payoffs, courses of play, beliefs, inequalities and largest gain are as stated and
within the stated tolerance; that connected sets vary as stated and may be mixed; that recommendations are obeyed and
deletions justified. What is not: that no equilibrium is missing, and texts. These are listed as unchecked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from negotiation.errors import CertificateError
from negotiation.games.solution import Game
from negotiation.verify.belief_checks import unexplained_bounds
from negotiation.verify.component_checks import check_component, untried_pieces
from negotiation.verify.document import FORMAT, VERSION, Item, digest, parse
from negotiation.verify.equilibrium_checks import check_equilibrium
from negotiation.verify.finding_checks import check_findings
from negotiation.verify.findings import StoredDeletions, StoredDistribution, StoredFinding, StoredSurvivors
from negotiation.verify.games import read_game
from negotiation.verify.report import Check, Verification, differences
from negotiation.verify.stored import StoredSolution, read_solution

__all__ = ["verify", "verify_text"]

#: What the check of a condition leaves open.
LIMITS = {
    "sequential": "beliefs off the path are taken as stated; that they are limits of trembles is not checked",
    "watched": "beliefs of players off the path are taken as stated; that they are limits of trembles is not checked",
    "quantal_response": "logit responses are compared in double precision",
}

UNTRIED = "that the players' parts may be combined is not tried: they are too many, or an audience's beliefs would change with them"


def verify_text(text: str) -> Verification:
    """Return what a verification of a certificate's JSON text finds.

    Raises
    ------
    CertificateError
        If the text is no JSON, or not of the format of certificates; the message names the place.
    """
    return _verify(parse(text))


def verify(document: Mapping[str, object]) -> Verification:
    """Return what a verification of a certificate finds.

    Raises
    ------
    CertificateError
        As ``verify_text`` does.
    """
    return _verify(Item(document))


def _verify(item: Item) -> Verification:
    parts = item.record("format", "version", "about", "games", "solutions", "digest")
    _check_format(parts)
    for part in parts["about"].mapping().values():
        part.text()
    games, checks = _games(parts["games"])
    solutions = [read_solution(entry, games) for entry in parts["solutions"].entries()]
    whole = {name: part.value for name, part in parts.items() if name != "digest"}
    faults = differences({"digest": parts["digest"].text()}, {"digest": digest(whole)})
    checks.insert(0, Check("digest", "the document is as it was written", faults))
    for solution, game in solutions:
        checks.extend(_solution_checks(solution, game))
    unchecked = dict.fromkeys(line for solution, game in solutions for line in _unchecked(solution, game))
    return Verification(tuple(checks), tuple(unchecked))


def _check_format(parts: Mapping[str, Item]) -> None:
    if parts["format"].value != FORMAT:
        raise parts["format"].fault(f"must be {FORMAT!r}")
    if parts["version"].integer() != VERSION:
        raise parts["version"].fault(f"must be {VERSION}, the version that is known here")


def _games(item: Item) -> tuple[dict[str, Game], list[Check]]:
    """Return the games by the digests that they are stated to have, and the checks of those."""
    games: dict[str, Game] = {}
    checks = []
    for entry in item.entries():
        parts = entry.record("digest", "game")
        name = parts["digest"].text()
        if name in games:
            raise CertificateError(f"{parts['digest'].place}: the same game is given twice")
        games[name] = read_game(parts["game"])
        faults = differences({"digest": name}, {"digest": digest(parts["game"].value)})
        checks.append(Check(entry.place, "the game is as it was written", faults))
    return games, checks


def _solution_checks(solution: StoredSolution, game: Game) -> Iterator[Check]:
    kinds = ("equilibria", "components", "findings")
    listed = (len(solution.equilibria), len(solution.components), len(solution.findings))
    stated, found = dict(zip(kinds, solution.counts, strict=True)), dict(zip(kinds, listed, strict=True))
    yield Check(f"{solution.place}.counts", "as many as stated", differences(stated, found))
    sound = True
    for equilibrium in solution.equilibria:
        checks = list(check_equilibrium(game, equilibrium))
        sound = sound and checks[0].holds
        yield from checks
    for component in solution.components if sound else ():
        yield from check_component(game, component, solution.equilibria)
    yield from check_findings(game, solution.findings)


def _unchecked(solution: StoredSolution, game: Game) -> Iterator[str]:
    where = f"{solution.place} ({solution.concept})"
    if solution.complete and solution.equilibria:
        yield f"{where}: that no equilibrium is missing rests on the method that the document names"
    yield from (f"{where}: {LIMITS[name]}" for name in LIMITS if any(item.condition == name for item in solution.equilibria))
    yield from (f"{item.place}: {line}" for item in solution.equilibria for line in unexplained_bounds(game, item))
    places = [place for component in solution.components for place in untried_pieces(game, component, solution.equilibria)]
    yield from (f"{place}: {UNTRIED}" for place in places)
    yield from (f"{item.place} ({item.name}): {_limit(item)}" for item in solution.findings)
    yield f"{where}: method, notes, verdicts and summaries are texts, protected by the digest alone"


def _limit(finding: StoredFinding) -> str:
    match finding:
        case StoredDistribution():
            return "that no other distribution is better for its purpose is not checked"
        case StoredDeletions() | StoredSurvivors():
            return "that no more can be deleted is not checked"
    return "not verified: no profile"
