"""What is said of a sweep as a whole, against plain counts over all of its points."""

import json
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from shipped import scenario
from stored_sweeps import task as own_task

import negotiation
from negotiation.documents import as_json
from negotiation.games.tables import Column, Layout, Table
from negotiation.scenario.scenario import loads
from negotiation.sweeping.chart import COLUMNS, ROWS
from negotiation.sweeping.dataset import dataset, labels
from negotiation.sweeping.document import estimate_document, overview_document
from negotiation.sweeping.estimate import Estimate
from negotiation.sweeping.filling import tabulate
from negotiation.sweeping.overview import MOST_TOLD, overview
from negotiation.sweeping.planning import Asked, plan
from negotiation.sweeping.possible import MOST_SETS
from negotiation.words.sections import share
from negotiation.words.sweep import estimate_sections, overview_sections, shown_bytes, shown_seconds

AXES = ["pi_X=0:1:11", "k_X=0,1,2,3,9", "b=4:8:3"]


@pytest.fixture(scope="module")
def swept():
    """The flagship over three axes, with points at which somebody is indifferent: what was computed, and labelled results."""
    task = plan(scenario("pretext"), AXES, variants=["B", "E2"])
    tables = tabulate(task)
    return task, tables, dataset(task, task.layout(), tables)


def pieces(tables, size):
    """The same rows in smaller blocks."""
    for start, stop, table in tables:
        for low in range(start, stop, size):
            here = slice(low - start, min(stop, low + size) - start)
            dense = {name: column[here] for name, column in table.dense.items()}
            yield low, min(stop, low + size), Table(dense, table.case[here], table.cases, table.remarks)


def told(results):
    """What can happen at each point, in the plainest way: the name of the reading, and which readings are possible where that is open."""
    names, readings = labels(results, "reading"), results["reading_name"].to_numpy().tolist()
    chances = results["reading_highest"].transpose(*names.dims, "reading_name").to_numpy().reshape(-1, len(readings))
    found = []
    for name, chance_of in zip(names.to_numpy().ravel().tolist(), chances.tolist(), strict=True):
        highest = dict(zip(readings, chance_of, strict=True))
        possible = [reading for reading, chance in highest.items() if chance > 0]
        if name == "mixed":
            likeliest = next(reading for reading in possible if highest[reading] >= max(highest.values()) - 1e-9)
            possible = [likeliest, *(reading for reading in possible if reading != likeliest)]
        found.append((name, tuple(possible) if name in ("mixed", "several") else ()))
    return found


def test_answers_are_counted_and_placed_as_in_the_results(swept):
    task, tables, results = swept
    found = overview(task, task.layout(), tables)
    table = labels(results, "reading").to_dataframe().reset_index()
    table["answer"] = told(results)
    assert {(each.name, each.possible): each.points for each in found.answers} == dict(Counter(table["answer"]))
    low, high = (results[name].to_dataframe()[name].unstack("player") for name in ("payoff_lowest", "payoff_highest"))
    for answer in found.answers:
        rows = table[table["answer"] == (answer.name, answer.possible)]
        for name in ("pi_X", "k_X", "b"):
            assert answer.within[name] == (rows[name].min(), rows[name].max())
            assert answer.means[name] == pytest.approx(rows[name].mean())
        assert answer.among["variant"] == tuple(name for name in ("B", "E2") if (rows["variant"] == name).any())
        for player in ("challenger", "target"):
            worth = low[player].to_numpy()[rows.index].min(), high[player].to_numpy()[rows.index].max()
            assert answer.worth[player] == worth
    assert found.computed == task.design.size == 330
    assert (found.failed, found.incomplete, found.regret) == (0, 0, 0.0)
    assert found.exact == int((results["exact_solver"] == 1).sum())


@pytest.mark.parametrize("size", [1, 7, 64])
def test_how_points_are_divided_into_blocks_changes_nothing(swept, size):
    task, tables, _ = swept
    whole, parts = (overview(task, task.layout(), each) for each in (tables, pieces(tables, size)))
    for one, other in zip(whole.answers, parts.answers, strict=True):
        assert (one.name, one.points, one.within, one.among, one.worth) == (
            other.name,
            other.points,
            other.within,
            other.among,
            other.worth,
        )
    assert whole.counted == parts.counted
    for one, other in zip(whole.spreads, parts.spreads, strict=True):
        assert (one.column, one.label, one.lowest, one.highest) == (other.column, other.label, other.lowest, other.highest)
        assert one.mean == pytest.approx(other.mean)


def test_numbers_are_those_of_the_results(swept):
    task, tables, results = swept
    found = {(each.column, each.label): each for each in overview(task, task.layout(), tables).spreads}
    shares = results["reading_lowest"].sel(reading_name="compellence")
    spread = found["reading_lowest", "compellence"]
    assert (spread.lowest, spread.highest) == (shares.min().item(), shares.max().item())
    assert spread.mean == pytest.approx(shares.mean().item())


def test_a_chart_counts_every_point_where_it_lies():
    """101 x 7 points: several values of the first axis share a letter, each of the second has a row of its own. One has ties."""
    task = plan(scenario("pretext"), ["pi_X=101", "k_X=3,1,2,0,6,5,4"])
    tables = tabulate(task)
    found = overview(task, task.layout(), tables)
    results = dataset(task, task.layout(), tables).sortby("k_X")
    answers = [(each.name, each.possible) for each in found.answers]
    plain = np.zeros((7, COLUMNS, len(answers)))
    for place, answer in enumerate(told(results)):
        plain[place % 7, place // 7 * COLUMNS // 101, answers.index(answer)] += 1
    np.testing.assert_array_equal(found.chart.counts, plain)


@pytest.mark.parametrize(
    ("name", "axes"),
    [("resolve", ["c=0:20:5", "K=0:50:5"]), ("two_sided", ["tau=4", "phi=4"]), ("chicken", ["both_yield=5", "yield_alone=5"])],
)
def test_where_readings_are_open_the_possible_ones_tell_answers_apart(name, axes):
    """Private types, types on both sides, and mixed equilibria beside pure ones; in blocks of any size."""
    task = plan(scenario(name), axes)
    tables = tabulate(task)
    expected = dict(Counter(told(dataset(task, task.layout(), tables))))
    assert any(possible for _, possible in expected)
    for each in (tables, pieces(tables, 3)):
        found = overview(task, task.layout(), each)
        assert {(answer.name, answer.possible): answer.points for answer in found.answers} == expected


def test_means_of_many_parameters_stand_under_letters_where_names_are_long():
    task = plan(scenario("resolve"), ["c=2,20", "K=5,50", "w=0,2", "h=4,8"])
    found = overview(task, task.layout(), tabulate(task))
    head, means, *_ = overview_sections(found)
    assert any(each.possible for each in found.answers)
    assert means.heading == "Where it happens"
    assert means.table.columns == ("mean of", *(row[0] for row in head.table.rows))
    assert [row[0] for row in means.table.rows] == ["c", "K", "w", "h"]


def open_layout(readings):
    """A table of readings, as one of equilibria has it."""
    return Layout(
        (
            Column("status", "whether it was solved", names=("solved", "failed"), dtype="uint8"),
            Column("reading", "what happens", names=(*readings, "unnamed", "mixed", "several", "none"), dtype="uint8"),
            Column("reading_lowest", "at least", ("reading",)),
            Column("reading_highest", "at most", ("reading",)),
        ),
        {"reading": (*readings, "unnamed")},
    )


def test_the_likeliest_reading_is_not_a_matter_of_rounding():
    """A half and a half within rounding: the first in the file's order is named first, and the points are one answer."""
    task = plan(scenario("pretext"), ["pi_X=3"])
    shares = np.array([[0.5, 0.5, 0.0], [0.5 - 1e-12, 0.5 + 1e-12, 0.0], [0.4, 0.6, 0.0]])
    cases = {"status": np.zeros(1, dtype=np.uint8), "reading": np.array([3], dtype=np.uint8)}
    table = Table({"reading_lowest": shares, "reading_highest": shares}, np.zeros(3, dtype=np.uint32), cases, ("",))
    found = overview(task, open_layout(("calm", "war")), [(0, 3, table)])
    assert [(each.name, each.possible, each.points) for each in found.answers] == [
        ("mixed", ("calm", "war"), 2),
        ("mixed", ("war", "calm"), 1),
    ]


@pytest.mark.parametrize("readings", [5, 70])
def test_of_many_sets_the_commonest_have_answers_of_their_own(readings):
    """Sets of three readings, the k-th at k points; there are more than are counted by themselves where there are many readings."""
    names = tuple(f"r{number}" for number in range(readings))
    sets = [(0, *pair) for pair in combinations(range(1, readings), 2)][:90]
    assert len(sets) in (6, 90)
    assert MOST_SETS < 90
    which = np.repeat(np.arange(len(sets)), np.arange(1, len(sets) + 1))
    shares = np.zeros((len(which), readings + 1))
    for row, number in enumerate(which.tolist()):
        shares[row, list(sets[number])] = 0.5, 0.25, 0.25
    task = plan(scenario("pretext"), [f"pi_X={len(which)}"])
    cases = {"status": np.zeros(1, dtype=np.uint8), "reading": np.array([readings + 1], dtype=np.uint8)}
    table = Table({"reading_lowest": shares, "reading_highest": shares}, np.zeros(len(which), dtype=np.uint32), cases, ("",))
    found = overview(task, open_layout(names), [(0, len(which), table)])
    assert sum(each.points for each in found.answers) == len(which)
    told_apart = [each for each in found.answers if each.possible]
    assert len(told_apart) == min(MOST_TOLD, len(sets))
    assert [each.points for each in told_apart] == list(range(len(sets), len(sets) - len(told_apart), -1))
    assert [each.name for each in found.answers if not each.possible] == ["mixed"] * (len(sets) > MOST_TOLD)
    np.testing.assert_array_equal(found.chart.counts.sum(axis=(0, 1)), [each.points for each in found.answers])


def test_what_is_open_in_words():
    """theory of signalling: which types demand what is private, so what happens is a matter of types."""
    task = plan(scenario("resolve"), ["c=0,2,20", "K=0,5,50"])
    found = overview(task, task.layout(), tabulate(task))
    head, chart, likely, *_ = overview_sections(found)
    rows = {row[0]: row[1] for row in head.table.rows}
    assert rows["A"] == "compellence"
    assert "status quo / pretext" in rows.values()
    assert rows["1"] == "status quo or pretext or called bluff"
    assert head.remarks[0].startswith("Small letters: one way to play that can come out as any of these")
    assert head.remarks[1].startswith("Digits: several equilibria that come out differently")
    lines = {line[:2]: line[5:] for line in chart.paragraphs[1:4]}
    assert {line[0] for line in lines.values()} == {"1"}
    assert lines[" 0"][-1] == "A"
    assert likely.heading == "How likely each is"
    spread = {(each.column, each.label): each for each in found.spreads}
    for name, lowest, mean, highest in likely.table.rows:
        assert lowest == share(spread["reading_lowest", name].lowest)
        assert highest == share(spread["reading_highest", name].highest)
        ends = (share(spread[f"reading_{end}", name].mean) for end in ("lowest", "highest"))
        assert mean == " to ".join(dict.fromkeys(ends))
    document = json.loads(as_json(overview_document(found)))
    assert ["status quo", "pretext"] in [each["possible"] for each in document["answers"] if each["name"] == "mixed"]


def test_a_tall_chart_has_several_values_in_a_row():
    task = plan(scenario("pretext"), ["pi_X=2", "k_X=50"])
    chart = overview(task, task.layout(), tabulate(task)).chart
    assert chart.counts.shape[:2] == (ROWS, 2)
    assert chart.counts.sum() == 100


def test_more_than_two_axes_and_samples_have_no_chart(swept):
    task, tables, _ = swept
    assert overview(task, task.layout(), tables).chart is None


def test_points_that_failed_or_have_not_been_computed_are_told():
    """There is no game where the denominator is zero, at one of five values; the last block is missing."""
    text = """\
negotiation: 1
title: A quotient
players: {one: One, two: Two}
parameters: {x: {value: 1, range: [-1, 1], about: a divisor}}
game: {player: one, actions: {wait: quiet, act: acted}}
outcomes: {quiet: {one: 0, two: 0}, acted: {one: 1 / x, two: 0}}
readings: {war: act}
"""
    task = plan(loads(text), ["x=-1:1:5"])
    tables = [each for each in pieces(tabulate(task), 1) if each[0] < 4]
    found = overview(task, task.layout(), tables)
    assert {each.name: each.points for each in found.answers} == {"war": 1, "unnamed": 2, "none": 1}
    assert (found.computed, found.failed) == (4, 1)
    none = next(each for each in found.answers if each.name == "none")
    assert all(np.isnan(end) for ends in none.worth.values() for end in ends)
    said = "\n".join(line for section in overview_sections(found) for line in (*section.paragraphs, *section.remarks))
    assert "5 points, of which 4 have been computed:" in said
    assert "'none': points that could not be computed." in said
    assert "1 of 4 points could not be computed" in said
    assert ".A" not in said
    document = json.loads(as_json(overview_document(found)))
    assert document["answers"][-1]["payoffs"] == {"one": None, "two": None}


def test_a_function_of_ones_own_has_numbers_and_no_answers():
    task = own_task(axes={"gain": 5, "cost": 3})
    found = overview(task, task.layout(), tabulate(task))
    assert (found.guide, found.exact, found.incomplete, found.regret) == ("", None, None, None)
    results = negotiation.sweep(loads(task.text, file=task.file), {"gain": 5, "cost": 3}, summary="own_function", options=task.options)
    for each in found.spreads:
        assert (each.lowest, each.highest) == (results[each.column].min().item(), results[each.column].max().item())
    assert overview_document(found)["answers"] == []


def test_simulations_are_told_apart_by_their_commonest_end():
    task = plan(scenario("december_2021"), ["blame=0,1,2"], Asked(summary="simulation", options={"rounds": 2}))
    tables = tabulate(task)
    found = overview(task, task.layout(), tables)
    results = dataset(task, task.layout(), tables)
    ends = results["end_share"].idxmax("end").to_numpy().tolist()
    assert {each.name: each.points for each in found.answers} == dict(Counter(ends))
    assert found.counted["engine"] == {"exact": 3}


def test_a_million_rows_are_looked_through_in_blocks():
    """Rows with few cases: what is kept does not depend on how many there are."""
    names = ("calm", "war", "several", "none")
    layout = Layout(
        (
            Column("status", "whether it was solved", names=("solved", "failed"), dtype="uint8"),
            Column("reading", "what happens", names=names, dtype="uint8"),
            Column("payoff_lowest", "at least", ("player",)),
            Column("payoff_highest", "at most", ("player",)),
        ),
        {"player": ("challenger", "target")},
    )
    task = plan(scenario("pretext"), ["pi_X=1001", "k_X=1001"])

    def rows():
        for start in range(0, task.design.size, 65_536):
            stop = min(task.design.size, start + 65_536)
            code = (np.arange(start, stop) // 1001 >= 500).astype(np.uint32)
            worth = np.stack([code.astype(float), -code.astype(float)], axis=1)
            cases = {"status": np.zeros(2, dtype=np.uint8), "reading": np.array([0, 1], dtype=np.uint8)}
            yield start, stop, Table({"payoff_lowest": worth, "payoff_highest": worth}, code, cases, ("", ""))

    calm, war = overview(task, layout, rows()).answers
    assert (calm.points, war.points) == (500 * 1001, 501 * 1001)
    assert (calm.within["pi_X"], war.within["pi_X"]) == ((0.0, 0.499), (0.5, 1.0))
    assert war.worth == {"challenger": (1.0, 1.0), "target": (-1.0, -1.0)}


def test_what_a_sweep_would_take_in_words():
    task = plan(scenario("pretext"), ["pi_X=201", "k_X=201"])
    guess = Estimate(points=40_401, blocks=4, block_points=10_101, bytes=1_234_567, seconds=400.0)
    said = " ".join(line for section in estimate_sections(task, guess, 8) for line in section.paragraphs)
    assert "40,401 points in 4 blocks of up to 10,101 points each" in said
    assert "about 1.2 MB on the disk" in said
    assert "It takes about 100.0 minutes" not in said
    assert "It takes about 1.7 minutes with 4 workers like this machine's, about 6.7 minutes with one." in said
    assert estimate_document(task, guess)["seconds"] == 400.0


@pytest.mark.parametrize(
    ("size", "text"), [(999, "999 bytes"), (1_200, "1.2 kB"), (45_000_000, "45 MB"), (3.2e9, "3.2 GB"), (7e13, "70.0 TB")]
)
def test_sizes_are_told_as_people_read_them(size, text):
    assert shown_bytes(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "less than a second"),
        (42, "about 42.0 seconds"),
        (600, "about 10.0 minutes"),
        (36_000, "about 10.0 hours"),
        (864_000, "about 10 days"),
    ],
)
def test_times_are_told_as_people_read_them(seconds, text):
    assert shown_seconds(seconds) == text


def test_a_reading_may_be_called_as_a_code_is():
    """A capital for what happens for certain, whatever it is called; a small letter for what is open."""
    task = plan(scenario("pretext"), ["pi_X=2"])
    shares = np.array([[1.0, 0.0, 0.0], [0.25, 0.75, 0.0]])
    table = Table(
        {"reading": np.array([0, 3], dtype=np.uint8), "reading_lowest": shares, "reading_highest": shares},
        np.zeros(2, dtype=np.uint32),
        {"status": np.zeros(1, dtype=np.uint8)},
        ("",),
    )
    found = overview(task, open_layout(("mixed", "several")), [(0, 2, table)])
    rows = overview_sections(found)[0].table.rows
    assert [row[:2] for row in rows] == [("A", "mixed"), ("a", "several / mixed")]
