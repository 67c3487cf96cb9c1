"""Tournaments: known tables, independent arithmetic, workers, interruptions, and what is said of them."""

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
import scipy.stats
from program import interrupted, negotiation
from shipped import FOLDER

from negotiation.documents import as_json, tournament_document
from negotiation.engines import events
from negotiation.errors import NotApplicableError, ParameterError
from negotiation.exact.ecology import ecology
from negotiation.games.tournament import Terms, interval
from negotiation.play import match
from negotiation.plots.tournament import figure
from negotiation.scenario.scenario import StrategyChoice
from negotiation.sources import read
from negotiation.tournament import parse_entrant, round_robin
from negotiation.words.tournaments import tournament_sections

DILEMMA, FLAGSHIP = str(FOLDER / "prisoners_dilemma.yaml"), str(FOLDER / "december_2021.yaml")
CLASSICS = ("tit_for_tat", "grim_trigger", "always:action=cooperate", "always:action=defect", "tit_for_tat:opening=hard")

TWICE = """\
negotiation: 1
title: The prisoner's dilemma, 200 rounds
players: {row: Row, column: Column}
matrix:
  rows: {row: [cooperate, defect]}
  columns: {column: [cooperate, defect]}
  payoffs:
    cooperate: {cooperate: [3, 3], defect: [0, 5]}
    defect: {cooperate: [5, 0], defect: [1, 1]}
"""


def entrants(*names):
    return [parse_entrant(name) for name in names]


def terms(replications=1, *, rounds=None, noise=0.0, seed=0, engine="events"):
    return Terms(replications, rounds, noise, seed, engine)


@pytest.fixture
def endless(tmp_path):
    """A dilemma whose file does not say how rounds repeat."""
    path = tmp_path / "dilemma.yaml"
    path.write_text(TWICE, encoding="utf-8")
    return str(path)


def test_the_table_of_classics_over_200_rounds(endless):
    """Axelrod's payoffs (1984) by counting: opening hard against tit-for-tat takes turns, against itself never cooperates."""
    found = round_robin(read(endless), terms=terms(), entrants=entrants(*CLASSICS))
    expected = [
        [600, 600, 600, 199, 500],
        [600, 600, 600, 199, 203],
        [600, 600, 600, 0, 597],
        [204, 204, 1000, 200, 200],
        [500, 203, 602, 200, 200],
    ]
    np.testing.assert_allclose(found.means[0], expected, rtol=0, atol=1e-9)
    assert found.is_symmetric
    scores = {one.entrant.name: one.score.mean for one in found.standings[""]}
    assert scores == pytest.approx({name: np.mean(row) for name, row in zip(CLASSICS, expected, strict=True)})
    assert found.standings[""][0].entrant.name == "tit_for_tat"
    assert found.notes == ("the scenario does not say how rounds repeat: rounds are played without discounting",
        "matches last 200 rounds, because neither the scenario nor anyone says how long")  # fmt: skip


def test_a_match_is_that_of_a_simulation_with_its_strategies_and_seed():
    source = read(DILEMMA)
    found = round_robin(source, terms=terms(25, seed=7), entrants=entrants("random", "tit_for_tat:generosity=0.3"))
    behaviour = {"row": "random", "column": StrategyChoice("tit_for_tat", {"generosity": 0.3})}
    record = events.run(match(source.scenario, replications=25, seed=7, behaviour=behaviour))
    np.testing.assert_array_equal(found.payoffs[0, 1], record.payoffs)


def test_scores_and_leads_are_means_over_opponents_and_roles():
    found = round_robin(read(DILEMMA), terms=terms(40, noise=0.1), entrants=entrants("random", "tit_for_tat", "always:action=defect"))
    samples = []
    for one in range(3):
        both = [found.payoffs[one, other, :, 0] for other in range(3)] + [found.payoffs[other, one, :, 1] for other in range(3)]
        samples.append(np.mean(both, axis=0))
    standings = found.standings[""]
    order = [found.entrants[0].index(one.entrant) for one in standings]
    assert order == sorted(range(3), key=lambda one: -np.mean(samples[one]))
    for one, place in zip(standings, order, strict=True):
        low, high = scipy.stats.t.interval(0.95, 39, np.mean(samples[place]), scipy.stats.sem(samples[place]))
        assert (one.score.low, one.score.high) == pytest.approx((low, high))
    difference = samples[order[0]] - samples[order[1]]
    assert standings[0].lead.mean == pytest.approx(np.mean(difference))
    assert standings[0].lead.standard_error == pytest.approx(scipy.stats.sem(difference))
    assert standings[-1].lead is None


def test_different_positions_have_a_ranking_each():
    found = round_robin(read(FLAGSHIP), terms=terms(10), entrants=entrants("equilibrium", "random", "always:action=refuse"))
    assert [[one.name for one in fit] for fit in found.entrants] == [
        ["equilibrium", "random"],
        ["equilibrium", "random", "always:action=refuse"],
    ]
    assert list(found.standings) == ["challenger", "target"]
    assert found.payoffs.shape == (2, 3, 10, 2)
    scores = {one.entrant.name: one.score.mean for one in found.standings["target"]}
    assert scores["random"] == pytest.approx(found.payoffs[:, 1, :, 1].mean())
    assert [(one.name, one.role) for one in found.left_out] == [("always:action=refuse", "challenger")]


def test_a_single_replication_leaves_errors_unknown():
    assert (interval(np.array([2.5])).mean, interval(np.array([2.5])).low) == (2.5, None)


def test_intervals_cover_the_mean_as_often_as_they_say():
    """4000 samples of 8 normal draws: the share that covers is 0.95 within four standard errors."""
    samples = np.random.default_rng(3).normal(size=(4000, 8))
    covered = sum(one.low <= 0 <= one.high for one in map(interval, samples))
    assert abs(covered / 4000 - 0.95) < 4 * (0.95 * 0.05 / 4000) ** 0.5


def test_results_are_the_same_bytes_with_any_number_of_workers():
    source, who = read(DILEMMA), entrants("random", "tit_for_tat", "grim_trigger")
    alone = round_robin(source, terms=terms(35, noise=0.05), entrants=who)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        shared = round_robin(source, terms=terms(35, noise=0.05), entrants=who, executor=pool)
    texts = [as_json(tournament_document(found, ecology(found.means, generations=50), source)) for found in (alone, shared)]
    assert alone.payoffs.tobytes() == shared.payoffs.tobytes()
    assert texts[0] == texts[1]


def test_another_entrant_changes_no_match_of_the_others():
    source = read(DILEMMA)
    few = round_robin(source, terms=terms(12, noise=0.1), entrants=entrants("random", "tit_for_tat"))
    more = round_robin(source, terms=terms(30, noise=0.1), entrants=entrants("random", "tit_for_tat", "grim_trigger"))
    np.testing.assert_array_equal(few.payoffs, more.payoffs[:2, :2, :12])


def test_an_interruption_keeps_what_all_matches_have_played():
    """The parts have 10, 20, 40, ... replications; the interruption comes in the third."""

    def stop(done, _):
        if done > 4 * 30:
            raise KeyboardInterrupt

    found = round_robin(read(DILEMMA), terms=terms(100), entrants=entrants("random", "tit_for_tat"), progress=stop)
    assert (found.replications, found.is_complete) == (30, False)
    assert found.notes == ("interrupted: 30 of 100 replications are done; the results are of these",)
    whole = round_robin(read(DILEMMA), terms=terms(30), entrants=entrants("random", "tit_for_tat"))
    np.testing.assert_array_equal(found.payoffs, whole.payoffs)


def test_an_interruption_before_everybody_has_played_is_passed_on():
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        round_robin(read(DILEMMA), terms=terms(5), entrants=entrants("random", "tit_for_tat"), progress=stop)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["tit_for_tat:generosity"], r"'tit_for_tat:generosity': expected options as NAME=VALUE after the strategy, got 'generosity'"),
        (["random", "random"], "the entrant 'random' is named twice"),
        (["random", "tit_for_tat:generosity=2"], r"tit_for_tat:generosity=2 can play no role: as row: generosity: must lie in \[0, 1\]"),
        (["random", "bluff"], "bluff can play no role: as row: demand: no action is called 'ultimatum'"),
    ],
)
def test_mistakes_in_the_list_of_entrants(names, message):
    with pytest.raises(ParameterError, match=message):
        round_robin(read(DILEMMA), terms=terms(), entrants=entrants(*names))


def test_a_role_that_nobody_can_play_is_told():
    with pytest.raises(ParameterError, match="nobody can play challenger: as challenger: action: challenger also moves at 'start'"):
        round_robin(read(FLAGSHIP), terms=terms(), entrants=entrants("always:action=refuse"))


def test_games_of_other_programs_are_refused(tmp_path):
    path = tmp_path / "game.nfg"
    path.write_text('NFG 1 R "game" { "a" "b" } { 2 2 } 1 1 0 0 0 0 1 1', encoding="utf-8")
    with pytest.raises(NotApplicableError, match="a tournament needs a scenario, which says how rounds repeat"):
        round_robin(read(str(path)), terms=terms())


def test_options_of_entrants_are_numbers_lists_and_texts():
    one = parse_entrant("tit_for_tat:generosity=0.25:hard=defect+betray:opening=hard")
    assert (one.strategy, dict(one.options)) == ("tit_for_tat", {"generosity": 0.25, "hard": ("defect", "betray"), "opening": "hard"})
    assert one.label == "tit for tat (generosity 0.25, hard defect betray, opening hard)"
    assert dict(parse_entrant("escalate_on_refusal:after=2").options) == {"after": 2}


def test_the_ecology_is_the_discrete_replicator_dynamics():
    """Written out for one population of three; payoffs are not negative, so nothing is added."""
    payoffs = np.array([[3.0, 0.0, 2.0], [5.0, 1.0, 0.5], [3.0, 1.5, 1.0]])
    found = ecology([payoffs], generations=20)
    assert found.background == (0.0,)
    x = [1 / 3] * 3
    for generation in range(20):
        f = [sum(payoffs[i, j] * x[j] for j in range(3)) for i in range(3)]
        mean = sum(x[i] * f[i] for i in range(3))
        x = [x[i] * f[i] / mean for i in range(3)]
        assert found.shares[0][generation + 1] == pytest.approx(x)


def test_hawks_and_doves_settle_at_the_share_of_maynard_smith():
    """Maynard Smith and Price (1973): with value 2 and cost 4 half are hawks; -1 is the lowest payoff, so 1 is added to all."""
    found = ecology([np.array([[-1.0, 2.0], [0.0, 1.0]])], generations=2000)
    assert found.background == (1.0,)
    assert found.shares[0][-1] == pytest.approx([0.5, 0.5], abs=1e-9)
    assert found.survivors(0) == (0, 1)


def test_two_populations_play_against_each_other():
    """Matching pennies with payoffs 1 and 0, one step by hand from equal shares and one from unequal payoffs."""
    first = np.array([[1.0, 0.0], [0.5, 0.5]])
    second = np.array([[0.0, 1.0], [1.0, 3.0]])
    found = ecology([first, second], generations=2)
    # Row: 0.5 each pays 0.5 and 0.5. Column: 0.5 * (0 + 1) and 0.5 * (1 + 3), mean 1.25.
    assert found.shares[0][1] == pytest.approx([0.5, 0.5])
    assert found.shares[1][1] == pytest.approx([0.2, 0.8])
    assert found.shares[0][2] == pytest.approx([0.2 / 0.7, 0.5 / 0.7])


def test_where_all_are_paid_the_lowest_payoff_shares_stay():
    assert ecology([np.zeros((3, 3))], generations=5).shares[0][-1] == pytest.approx([1 / 3] * 3)


def test_what_is_said_names_the_winner_and_the_survivors():
    source = read(DILEMMA)
    found = round_robin(source, terms=terms(20, rounds=50), entrants=entrants("tit_for_tat", "always:action=defect"))
    text = "\n".join(
        line for one in tournament_sections(found, ecology(found.means, generations=1000), source.labels) for line in one.paragraphs
    )
    assert "2 strategies met each other and themselves, in both roles: 4 different matches, each played 20 times" in text
    assert "After 1,000 generations these have at least 1%:" in text


def test_the_figure_has_a_row_for_each_ranking():
    source = read(FLAGSHIP)
    found = round_robin(source, terms=terms(3), entrants=entrants("equilibrium", "random"))
    drawn = figure(found, ecology(found.means, generations=100), source.labels)
    titles = [ax.get_title() for ax in drawn.axes if ax.get_title()]
    assert titles == ["What Moscow gets", "Who survives: Moscow", "What Washington and NATO gets", "Who survives: Washington and NATO"]


def test_the_command_prints_a_document_that_does_not_know_the_number_of_workers(tmp_path):
    picture = tmp_path / "figure.svg"
    arguments = (
        "tournament",
        DILEMMA,
        "--strategies",
        "random,tit_for_tat:generosity=0.3",
        "--replications",
        "12",
        "--noise",
        "0.1",
        "--json",
    )
    alone = negotiation(*arguments, "--plot", str(picture))
    assert (alone.returncode, alone.stderr) == (0, "")
    found = json.loads(alone.stdout)
    assert found["entrants"]["row"] == ["random", "tit_for_tat:generosity=0.3"]
    assert found["rankings"]["all roles"][0]["score"].keys() == {"mean", "standard_error", "low", "high"}
    assert found["provenance"]["seed"] == 0
    assert len(found["ecology"]["all roles"]["shares"]) == 1001
    assert picture.read_text(encoding="utf-8").startswith("<?xml")
    assert "is there already" in negotiation(*arguments, "--plot", str(picture)).stderr
    assert negotiation(*arguments, "--workers", "2").stdout == negotiation(*arguments).stdout


def test_the_command_refuses_what_it_cannot_draw():
    done = negotiation("tournament", DILEMMA, "--plot", "figure.txt")
    assert done.returncode == 2
    assert "expected a file ending in .pdf, .png, .svg, got 'figure.txt'" in done.stderr


def test_several_channels_are_refused(tmp_path):
    path = tmp_path / "channels.yaml"
    clock = "  clock:\n    unit: days\n    channels: {column: {paris: Paris, london: London}}\n"
    path.write_text(TWICE + "repeat:\n  rounds: 3\n" + clock, encoding="utf-8")
    with pytest.raises(NotApplicableError, match="a tournament plays one channel at a time, and here are london, paris"):
        round_robin(read(str(path)), terms=terms(), entrants=entrants("random"))


def test_an_interrupted_command_ranks_what_all_have_played():
    arguments = ("--strategies", "random,tit_for_tat", "--engine", "events", "--workers", "2", "--json")
    # The first run compiles what the second one finds compiled, so that Ctrl-C comes while it plays.
    negotiation("tournament", DILEMMA, *arguments, "--replications", "10")
    done = interrupted("tournament", DILEMMA, *arguments, "--replications", "1000000", after=12)
    found = json.loads(done.stdout)
    assert (done.returncode, found["complete"], "Traceback" in done.stderr) == (130, False, False)
    assert 0 < found["replications"] < 1_000_000
    assert found["notes"][-1].startswith("interrupted: ")
