"""What is said of a sweep as a whole, against plain counts over all of its points."""

import json
from collections import Counter

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
from negotiation.sweeping.overview import overview
from negotiation.sweeping.planning import Asked, plan
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


def test_answers_are_counted_and_placed_as_in_the_results(swept):
    task, tables, results = swept
    found = overview(task, task.layout(), tables)
    table = labels(results, "reading").to_dataframe().reset_index()
    assert {each.name: each.points for each in found.answers} == dict(Counter(table["reading"]))
    low, high = (results[name].to_dataframe()[name].unstack("player") for name in ("payoff_lowest", "payoff_highest"))
    for answer in found.answers:
        rows = table[table["reading"] == answer.name]
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
    """101 x 7 points: several values of the first axis share a letter, each of the second has a row of its own."""
    task = plan(scenario("pretext"), ["pi_X=101", "k_X=3,1,2,0,6,5,4"])
    tables = tabulate(task)
    chart = overview(task, task.layout(), tables).chart
    assert chart.counts.shape[:2] == (7, COLUMNS)
    codes = dataset(task, task.layout(), tables)["reading"].sortby("k_X").to_numpy()
    plain = np.zeros_like(chart.counts)
    for (across, up), code in np.ndenumerate(codes):
        plain[up, across * COLUMNS // 101, code] += 1
    np.testing.assert_array_equal(chart.counts, plain)


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
