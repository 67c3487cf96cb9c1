"""The trembling hand: ``simulate --noise`` and what it says of it."""

import json

import pytest
from click.testing import CliRunner
from shipped import FOLDER, scenario

from negotiation.cli.program import program
from negotiation.engines import events
from negotiation.errors import GameError
from negotiation.play import match, with_noise

DILEMMA = str(FOLDER / "prisoners_dilemma.yaml")


def test_mistakes_happen_as_often_as_is_said():
    """The equilibrium is to enter and to share; each move fails with probability 0.2."""
    sure = match(scenario("entry_deterrence"), replications=4000)
    assert with_noise(sure, 0.0).notes == sure.notes
    record = events.run(with_noise(sure, 0.2))
    # The entrant stays out in 0.2, and the incumbent fights in 0.8 * 0.2 of all cases.
    for outcome, share in (("monopoly", 0.2), ("shared market", 0.64), ("price war", 0.16)):
        assert abs(record.ends[outcome] - share) < 4 * (share * (1 - share) / 4000) ** 0.5


def test_noise_is_told():
    arguments = ["simulate", DILEMMA, "--replications", "20", "--noise", "0.05", "--json", "--quiet"]
    ran = CliRunner().invoke(program, arguments, standalone_mode=False)
    assert ran.exception is None, ran.output
    notes = json.loads(ran.output)["notes"]
    assert "in each move a player does by mistake something else than he means to with probability 0.05" in notes


def test_noise_is_a_probability():
    with pytest.raises(GameError, match=r"noise must lie in \[0, 1\], got 1.5"):
        with_noise(match(scenario("prisoners_dilemma")), 1.5)
