"""Records as tables, labelled arrays and files; chronicles; what is kept of an interrupted run."""

import json

import numpy as np
import pytest
import xarray as xr
from program import interrupted, negotiation
from shipped import FOLDER
from stages import chance_chain, crisis, match_of, typed_crisis

from negotiation import trajectories
from negotiation.engines import events
from negotiation.errors import ParameterError
from negotiation.games.record import HORIZON
from negotiation.games.seat import Seat
from negotiation.play import match
from negotiation.scenario.scenario import StrategyChoice, load
from negotiation.solving import solve
from negotiation.strategies import always, random
from negotiation.words.chronicles import chronicle_text, timed_chronicle_text

DILEMMA, FLAGSHIP = FOLDER / "prisoners_dilemma.yaml", FOLDER / "december_2021.yaml"


def by_chance(replications=60, **options):
    """Both sides of the dilemma act at random; matches have a random length."""
    return match(load(DILEMMA), replications=replications, behaviour={"row": "random", "column": "random"}, **options)


def named(variable):
    """The names that a variable's codes stand for."""
    return np.array(json.loads(variable.attrs["names"]), dtype=object)[variable.values]


def test_a_file_written_in_parts_holds_what_one_run_keeps(tmp_path, monkeypatch):
    monkeypatch.setattr(trajectories, "ROUNDS_AT_A_TIME", 130)
    game, path = by_chance(seed=5), tmp_path / "kept.nc"
    record = trajectories.keep(game, path, run=events.run, about={"scenario": "dilemma"})
    whole = events.run(game, keep=True)
    np.testing.assert_array_equal(record.payoffs, whole.payoffs)
    np.testing.assert_array_equal(record.counts, whole.counts)
    assert (record.ends, record.notes, record.course) == (whole.ends, whole.notes, None)
    with xr.open_dataset(path) as found:
        expected = whole.to_xarray()
        assert dict(found.sizes) == {"replication": 60, "player": 2, "round": int(whole.rounds.max())}
        assert set(found.variables) == set(expected.variables)
        for name in expected.variables:
            np.testing.assert_array_equal(found[name].values, expected[name].values, err_msg=name)
            assert found[name].attrs.get("names") == expected[name].attrs.get("names")
        assert (found.attrs["scenario"], found.attrs["replications"], found.attrs["seed"]) == ("dilemma", 60, "5")
    assert [one.name for one in tmp_path.iterdir()] == ["kept.nc"]


def test_the_rounds_in_the_file_are_those_of_the_chronicles(tmp_path):
    game, path = by_chance(8), tmp_path / "kept.nc"
    trajectories.keep(game, path, run=events.run, about={})
    with xr.open_dataset(path) as found:
        outcomes, courses = named(found["outcome"]), named(found["course"])
        for replication in range(8):
            rounds = events.trace(game, replication).rounds
            assert outcomes[replication, : len(rounds)].tolist() == [one.outcome for one in rounds]
            assert courses[replication, : len(rounds)].tolist() == [" > ".join(move.action for move in one.moves) for one in rounds]
            assert set(outcomes[replication, len(rounds) :]) <= {"(over)"}
            assert int(found["rounds"][replication]) == len(rounds)
        assert found["outcome"].attrs["flag_meanings"] == "over cooperate_cooperate cooperate_defect defect_cooperate defect_defect"
        assert found["outcome"].attrs["flag_values"].tolist() == [0, 1, 2, 3, 4]


def test_an_interruption_keeps_the_replications_that_are_done(tmp_path, monkeypatch):
    monkeypatch.setattr(trajectories, "ROUNDS_AT_A_TIME", 100)
    game, path, calls = by_chance(50), tmp_path / "kept.nc", []

    def run(part, **options):
        calls.append(part.first)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return events.run(part, **options)

    record = trajectories.keep(game, path, run=run, about={})
    assert calls == [0, 9, 18, 27]
    assert (record.replications, record.is_complete) == (27, False)
    assert record.notes[-1] == "interrupted: 27 of 50 replications are done; the results are of these"
    with xr.open_dataset(path) as found:
        assert found.sizes["replication"] == 27
        assert found.attrs["notes"] == record.notes[-1]
        np.testing.assert_array_equal(found["payoff"].values, events.run(by_chance(27)).payoffs)


def test_nothing_is_left_of_a_run_that_fails(tmp_path):
    def fail(part, **options):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trajectories.keep(by_chance(5), tmp_path / "kept.nc", run=fail, about={})
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ParameterError, match=r"trajectories are written to a file that ends in \.nc"):
        trajectories.keep(by_chance(5), tmp_path / "kept.csv", run=events.run, about={})


def test_a_part_of_a_match_is_that_part_of_the_whole():
    stage = typed_crisis()
    challenger = {kind: random.strategy(Seat(stage, 0, kind)) for kind in ("tough", "weak")}
    options = {"rounds": 6, "seed": 11}
    whole = events.run(match_of(stage, challenger, random.strategy(Seat(stage, 1)), replications=30, **options), keep=True)
    part = events.run(match_of(stage, challenger, random.strategy(Seat(stage, 1)), replications=13, first=17, **options), keep=True)
    np.testing.assert_array_equal(part.payoffs, whole.payoffs[17:])
    np.testing.assert_array_equal(part.course, whole.course[whole.rounds[:17].sum() :])
    assert part.to_xarray()["replication"].values.tolist() == list(range(18, 31))


def test_tables_have_a_row_for_each_replication():
    stage = crisis()
    strategies = (random.strategy(Seat(stage, 0)), random.strategy(Seat(stage, 1)))
    record = events.run(match_of(stage, *strategies, rounds=3, over_when=("acted", "signed"), replications=40))
    table = record.to_dataframe()
    assert list(table.columns) == ["end", "rounds", "payoff challenger", "payoff target"]
    assert (table.index.name, table.index[0], len(table)) == ("replication", 1, 40)
    shares = table["end"].value_counts(normalize=True).to_dict()
    assert shares == pytest.approx(record.ends)
    assert HORIZON in shares
    assert table["payoff target"].mean() == pytest.approx(record.payoff_estimates["target"].mean)
    arrays = record.to_xarray()
    assert "outcome" not in arrays
    assert named(arrays["end"]).tolist() == table["end"].tolist()


def test_solutions_are_tables_of_probabilities():
    """Chicken of Aumann (1974): two pure equilibria, and both yield with probability 2/3."""
    table = solve(load(FOLDER / "chicken.yaml").game()).to_dataframe()
    assert list(table.columns) == ["equilibrium", "player", "information_set", "action", "probability", "exact", "payoff", "reading"]
    assert len(table) == 3 * 4
    assert (table.groupby(["equilibrium", "player"])["probability"].sum() == 1).all()
    mixed = table[(table["exact"] == "2/3")]
    assert mixed["action"].tolist() == ["yield", "yield"]
    assert mixed["payoff"].tolist() == pytest.approx([14 / 3, 14 / 3])
    tree = solve(load(FLAGSHIP).game()).to_dataframe()
    refusal = tree[(tree["player"] == "target") & (tree["information_set"] == "ultimatum") & (tree["action"] == "refuse")]
    assert refusal["probability"].tolist() == [1.0]


def test_a_chronicle_tells_who_did_what_and_why_it_ended():
    scenario = load(FLAGSHIP)
    game = match(scenario, behaviour={"challenger": "escalate_on_refusal", "target": "random"}, seed=1, replications=20)
    for number in range(20):
        found = events.trace(game, number)
        text = chronicle_text(found, game, scenario.labels, replication=number + 1)
        assert text.startswith(
            f"December 2021: an ultimatum made to be refused: replication {number + 1} with seed 1\n\nRound 1 (at its start"
        )
        assert "  Moscow: ultimatum\n  Washington and NATO: " in text
        assert f"Ended after {len(found.rounds)} round" in text


def test_a_chronicle_says_what_made_the_end():
    stage = chance_chain(("accepted", 0.5), payoffs={"accepted": 1, "next": 0})

    def told(replication=0, **options):
        game = match_of(stage, random.strategy(Seat(stage, 0)), replications=30, **options)
        return chronicle_text(events.trace(game, replication), game, {}, replication=replication + 1).splitlines()[-1]

    assert told(rounds=1).endswith("; the game is played once.")
    assert told(rounds=50, over_when=("accepted",)).endswith("'accepted' ends the crisis.")
    assert told(rounds=2) == "Ended after 2 rounds: that was the last of 2 rounds, and nothing had ended the crisis before."
    assert told(rounds=None, continuation=0.25).endswith(
        "chance let no other round follow (after each round another one follows with probability 0.25)."
    )


def test_a_chronicle_names_private_types():
    stage = typed_crisis()
    challenger = {kind: always.strategy(Seat(stage, 0, kind), action="ultimatum") for kind in ("tough", "weak")}
    game = match_of(stage, challenger, always.strategy(Seat(stage, 1), action="refuse"), rounds=1)
    text = chronicle_text(events.trace(game), game, {"challenger": "Moscow"}, replication=1)
    assert f"Moscow is of type '{events.trace(game).types[0]}'; only he knows." in text


def test_the_command_keeps_trajectories_and_chronicles(tmp_path):
    kept, told = tmp_path / "kept.nc", tmp_path / "told.txt"
    done = negotiation("simulate", str(FLAGSHIP), "--replications", "30", "--keep", str(kept), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    with xr.open_dataset(kept) as found:
        assert found.sizes["replication"] == json.loads(done.stdout)["replications"] == 30
        assert json.loads(found.attrs["provenance"])["command"][:2] == ["negotiation", "simulate"]
        assert "cover" in json.loads(found.attrs["parameters"])
    assert negotiation("simulate", str(FLAGSHIP), "--trace", "3", "--out", str(told)).returncode == 0
    assert told.read_text(encoding="utf-8").startswith("December 2021: an ultimatum made to be refused: replication 3")
    for arguments, message in [
        (("--keep", str(kept)), "is there already"),
        (("--keep", "kept.csv"), "expected a file ending in .nc, got 'kept.csv'"),
        (("--out", "told.txt"), "it needs --trace N"),
        (("--keep", "new.nc", "--trace", "1"), "ask for one of them"),
    ]:
        done = negotiation("simulate", str(FLAGSHIP), *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert message in done.stderr


WITH_A_CLOCK = """\
negotiation: 1
title: A demand by letter
players: {sender: Moscow, target: NATO}
parameters: {gain: {value: 2, range: [0, 5], about: what a concession is worth}}
game:
  player: sender
  actions:
    wait: quiet
    demand: {player: target, actions: {concede: deal, refuse: war}}
outcomes:
  quiet: {sender: 0, target: 0}
  deal: {sender: gain, target: -gain}
  war: {sender: -1, target: -1}
repeat:
  rounds: 6
  over_when: [deal, war]
  clock:
    unit: days
    between: {fixed: 30}
    moves: {demand: {exponential: 30}, target: {gamma: [2, 7]}}
    deadlines: {target: {after: 21, counts_as: refuse}}
    until: 120
behaviour: {sender: random, target: random}
"""
CHANNELS = """\
    channels:
      target: {washington: Washington, brussels: Brussels}
"""


def clocked(tmp_path, extra=""):
    path = tmp_path / "clocked.yaml"
    path.write_text(WITH_A_CLOCK.replace("    until: 120\n", "    until: 120\n" + extra), encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("extra", ["", CHANNELS])
def test_with_a_clock_the_file_has_times_and_channels(tmp_path, monkeypatch, extra):
    monkeypatch.setattr(trajectories, "ROUNDS_AT_A_TIME", 60)
    game, path = match(clocked(tmp_path, extra), replications=40, seed=2), tmp_path / "kept.nc"
    record = trajectories.keep(game, path, run=events.run, about={})
    whole = events.run(game, keep=True)
    assert (record.ends, record.timing.causes) == (whole.ends, whole.timing.causes)
    names = ["_washington", "_brussels"] if extra else [""]
    with xr.open_dataset(path, decode_timedelta=False) as found:
        expected = whole.to_xarray()
        assert set(found.variables) == set(expected.variables)
        assert {f"{variable}{name}" for name in names for variable in ("end", "rounds", "outcome", "course")} <= set(found.variables)
        for name in expected.variables:
            np.testing.assert_array_equal(found[name].values, expected[name].values, err_msg=name)
        assert found["elapsed"].attrs["units"] == "days"
        assert float(found["elapsed"].max()) <= 120
    table = whole.to_dataframe()
    assert table["end"].value_counts(normalize=True).to_dict() == pytest.approx(whole.ends)
    assert table["elapsed"].mean() == pytest.approx(whole.elapsed_estimate.mean)


def test_a_chronicle_with_a_clock_says_when(tmp_path):
    scenario = clocked(tmp_path)
    game = match(scenario, replications=60, behaviour={"sender": StrategyChoice("always", {"action": "demand"})})
    texts = [timed_chronicle_text(events.trace(game, place), game, scenario.labels, replication=place + 1) for place in range(60)]
    assert all(text.startswith("A demand by letter: replication") and "  Moscow: demand" in text for text in texts)
    assert any(
        "  NATO: refuse (by silence: the deadline has passed)\n  → war; round 1 pays Moscow -1 and NATO -1" in text for text in texts
    )
    patient = match(scenario, behaviour={"sender": StrategyChoice("always", {"action": "wait"})})
    text = timed_chronicle_text(events.trace(patient), patient, scenario.labels, replication=1)
    assert text.endswith("Over after 120 days: time ran out.")


def test_an_interrupted_command_keeps_a_whole_file(tmp_path):
    path = tmp_path / "kept.nc"
    # The first run compiles what the second one finds compiled, so that Ctrl-C comes while it plays.
    negotiation("simulate", str(DILEMMA), "--replications", "10", "--engine", "events", "--keep", str(tmp_path / "warm.nc"))
    wanted = ("--replications", "10000000", "--engine", "events", "--keep", str(path), "--json")
    done = interrupted("simulate", str(DILEMMA), *wanted, after=8)
    found = json.loads(done.stdout)
    assert (done.returncode, found["complete"], "Traceback" in done.stderr) == (130, False, False)
    with xr.open_dataset(path) as kept:
        assert 0 < kept.sizes["replication"] == kept.attrs["replications"] == found["replications"]
        assert "interrupted" in kept.attrs["notes"]
