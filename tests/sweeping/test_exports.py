"""Results as files: what other software reads is what was computed; whole files or none; memory does not grow."""

import csv
import json
import os
import subprocess
import sys
import time
import tracemalloc

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from demand_scenario import SCENARIO, TEXT
from hypothesis import given, settings
from hypothesis import strategies as st
from sweep_results import LAYOUT, READINGS, case_of, payoffs_of, tables, task

from negotiation.designs.latin_hypercube import latin_hypercube
from negotiation.designs.table import table
from negotiation.errors import UserMistakeError
from negotiation.sweeping.csv_rows import header
from negotiation.sweeping.dataset import dataset
from negotiation.sweeping.exports import check_export, export
from negotiation.sweeping.netcdf import pieces

DESIGNS = {
    "grid": lambda: task("share=5", "blame=0.5:2:4"),
    "sample": lambda: task(latin_hypercube(SCENARIO, 23), "repeat.rounds=3,4"),
    "choices": lambda: task("share=3", variants=["generous", ""], seeds="0:2"),
}


@pytest.fixture(params=DESIGNS)
def made(request):
    return DESIGNS[request.param]()


def written(given_task, path, block=7, **options):
    export(given_task, LAYOUT, tables(given_task.design.size, block, **options), path)
    return path


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 300))
def test_pieces_are_boxes_of_points_in_a_row_that_cover_everything(shape, most):
    numbers = np.arange(np.prod(shape)).reshape(shape)
    end = 0
    for piece in pieces(shape, most):
        assert (piece.start, piece.stop - piece.start <= most) == (end, True)
        assert numbers[piece.place].ravel().tolist() == list(range(piece.start, piece.stop))
        end = piece.stop
    assert end == numbers.size


@pytest.mark.parametrize("most", [1, 3, 10, 2**16])
def test_netcdf_holds_what_the_labelled_arrays_hold(made, tmp_path, monkeypatch, most):
    monkeypatch.setattr("negotiation.sweeping.netcdf.CHUNK_POINTS", most)
    path = written(made, tmp_path / "results.nc")
    with xr.open_dataset(path, engine="h5netcdf") as found:
        expected = dataset(made, LAYOUT, tables(made.design.size, 5))
        xr.testing.assert_identical(found.load(), expected)
        assert {name: found[name].dtype for name in found.data_vars} == {name: expected[name].dtype for name in expected.data_vars}


def test_netcdf_of_an_unfinished_sweep_marks_what_is_missing(made, tmp_path):
    path = written(made, tmp_path / "results.nc", 4, left_out=(1, 3))
    with xr.open_dataset(path, engine="h5netcdf") as found:
        xr.testing.assert_identical(found.load(), dataset(made, LAYOUT, tables(made.design.size, 4, left_out=(1, 3))))


def test_large_results_are_opened_without_being_read(tmp_path):
    path = written(task("share=1000", "blame=500"), tmp_path / "results.nc", 65536)
    with xr.open_dataset(path, engine="h5netcdf"):
        pass  # what is imported and kept for good
    tracemalloc.start()
    with xr.open_dataset(path, engine="h5netcdf") as found:
        opened = tracemalloc.get_traced_memory()[1]
        one = float(found.number[999, 499])
        read = tracemalloc.get_traced_memory()[1]
        size = found.nbytes
    tracemalloc.stop()
    assert one == 499_999
    assert opened < size / 20
    assert read < size / 5


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_csv_has_a_row_for_each_point_with_names_in_place_of_codes(made, tmp_path):
    rows = rows_of(written(made, tmp_path / "results.csv"))
    assert len(rows) == made.design.size
    for number, row in enumerate(rows):
        case = int(case_of(np.array(number)))
        assert row["reading"] == READINGS[(2, 1, 0)[case]]
        assert row["status"] == ("failed" if case == 0 else "solved")
        assert (row["remark"], row["equilibria"]) == ("no number, at all" if case == 0 else "", str((0, 3, 1)[case]))
        assert [row["payoff_lowest proposer"], row["payoff_lowest responder"]] == [repr(float(x)) for x in payoffs_of(np.array(number))]
        assert row["reading_lowest bargain"] == ("", "0.25", "1.0")[case]


def test_what_varies_is_in_the_first_columns_of_a_csv(tmp_path):
    rows = rows_of(written(task("share=0,1/4", "blame=2", variants=["", "generous"]), tmp_path / "results.csv"))
    first = [tuple(row.values())[:3] for row in rows]
    assert list(rows[0])[:3] == ["variant", "share", "blame"]
    assert first == [(v, s, b) for v in ("", "generous") for s in ("0.0", "0.25") for b in ("0.0", "2.0")]


def test_pandas_reads_a_csv(tmp_path):
    frame = pd.read_csv(written(task("share=5", "blame=0.5:2:4"), tmp_path / "results.csv"))
    assert frame["share"].dtype == frame["payoff_lowest responder"].dtype == np.float64
    np.testing.assert_array_equal(frame["payoff_lowest responder"], payoffs_of(np.arange(20))[:, 1])
    assert frame["reading_lowest bargain"].isna().tolist() == [number % 5 == 0 for number in range(20)]


def test_the_points_of_a_csv_are_the_points_of_a_table(tmp_path):
    made = task(latin_hypercube(SCENARIO, 50, ["share", "blame"]))
    path = written(made, tmp_path / "results.csv")
    frame = pd.read_csv(path)[["share", "blame"]]
    frame.to_csv(tmp_path / "points.csv", index=False)
    again = table(SCENARIO, tmp_path / "points.csv")
    for series, drawn in zip(again.series, made.design.axes[0].series, strict=True):
        np.testing.assert_array_equal(series.doubles, drawn.doubles)


def test_beside_a_csv_is_what_its_columns_are_and_where_its_rows_come_from(made, tmp_path):
    """By the W3C's recommendation: the metadata of x.csv are in x.csv-metadata.json; titles are the names in the first line."""
    path = written(made, tmp_path / "results.csv")
    about = json.loads((tmp_path / "results.csv-metadata.json").read_text(encoding="utf-8"))
    columns = about["tableSchema"]["columns"]
    assert [column["titles"] for column in columns] == list(rows_of(path)[0])
    assert (about["@context"], about["url"], about["dc:title"]) == ("http://www.w3.org/ns/csvw", "results.csv", "A small ultimatum")
    expected = dataset(made, LAYOUT, tables(made.design.size, 7)).attrs
    assert [about[f"dc:{name}"] for name in ("description", "provenance", "relation")] == [
        expected[name] for name in ("notes", "provenance", "scenario")
    ]
    described = {column["titles"]: column for column in columns}
    payoff = {"dc:description": "the lowest payoff", "schema:unitText": "payoff", "datatype": "double", "null": ""}
    assert described["payoff_lowest proposer"] == {"titles": "payoff_lowest proposer", **payoff}
    assert [described[name]["datatype"] for name in ("reading", "equilibria", "share", "remark")] == [
        "string",
        "integer",
        "double",
        "string",
    ]


def test_an_unfinished_sweep_leaves_rows_out_of_a_csv(tmp_path):
    rows = rows_of(written(task("share=5", "blame=2"), tmp_path / "results.csv", 4, left_out=(1,)))
    assert [row["number"] for row in rows] == ["0.0", "1.0", "2.0", "3.0", "8.0", "9.0"]


def test_the_columns_of_tables_are_named_after_what_they_run_over():
    assert header(task("share=2"), LAYOUT) == [
        "share", "status", "reading", "equilibria", "exact_solver",
        "reading_lowest bargain", 'reading_lowest a "strange", name', "reading_lowest unnamed",
        "payoff_lowest proposer", "payoff_lowest responder", "number",
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ["nc", "csv"])
def test_the_same_results_are_the_same_bytes_whenever_and_in_whatever_blocks_they_come(made, tmp_path, ending):
    one = written(made, tmp_path / f"one.{ending}").read_bytes()
    time.sleep(1.1 if ending == "nc" else 0)  # HDF5 keeps times in seconds, if one lets it
    assert written(made, tmp_path / f"other.{ending}", 11).read_bytes() == one


def test_files_open_where_this_package_is_not_installed(tmp_path):
    made = task("share=5", "blame=0.5:2:4")
    written(made, tmp_path / "results.nc")
    written(made, tmp_path / "results.csv")
    script = """
import json, sys
sys.modules["negotiation"] = None
import pandas as pd, xarray as xr
found = xr.open_dataset("results.nc", engine="h5netcdf")
names = json.loads(found.reading.attrs["names"])
point = found.sel(share=0.25, blame=1.5)
frame = pd.read_csv("results.csv")
row = frame[(frame["share"] == 0.25) & (frame["blame"] == 1.5)].iloc[0]
print(json.dumps([names[int(point.reading)], float(point.number), row["reading"], row["number"]]))
"""
    run = subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert json.loads(run.stdout) == [READINGS[1], 6, READINGS[1], 6]


@pytest.mark.parametrize("ending", ["nc", "csv"])
def test_memory_does_not_grow_with_the_number_of_points(tmp_path, ending, monkeypatch):
    monkeypatch.setattr("negotiation.sweeping.netcdf.CHUNK_POINTS", 4096)

    def peak(each):
        tracemalloc.start()
        written(task("share=100", f"blame={each}", seeds=range(each)), tmp_path / f"{each}.{ending}", 4096)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)  # what is imported and kept for good
    # 160,000 points against 40,000: in memory the 120,000 more would take 7 MB.
    assert peak(40) < peak(20) + 300_000


@pytest.mark.parametrize("ending", ["nc", "csv"])
def test_a_file_that_is_there_is_left_unless_it_is_to_be_replaced(tmp_path, ending):
    made, path = task("share=2"), tmp_path / f"results.{ending}"
    path.write_text("mine")
    with pytest.raises(UserMistakeError) as caught:
        export(made, LAYOUT, tables(2, 1), path)
    assert str(caught.value) == f"{path} is there already and is left as it is; name another place, or say --overwrite"
    assert path.read_text() == "mine"
    export(made, LAYOUT, tables(2, 1), path, overwrite=True)
    assert path.read_bytes()[:4] in (b"\x89HDF", b"shar")


def test_metadata_that_are_there_are_left_as_well(tmp_path):
    (tmp_path / "results.csv-metadata.json").write_text("mine")
    with pytest.raises(UserMistakeError, match=r"results\.csv-metadata\.json is there already and is left as it is"):
        export(task("share=2"), LAYOUT, tables(2, 1), tmp_path / "results.csv")
    assert [each.name for each in tmp_path.iterdir()] == ["results.csv-metadata.json"]


@pytest.mark.parametrize("ending", ["nc", "csv"])
def test_what_cannot_be_finished_leaves_nothing_and_what_was_there(tmp_path, ending):
    path = tmp_path / f"results.{ending}"
    path.write_text("mine")

    def broken():
        yield from tables(4, 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(task("share=3", "blame=2"), LAYOUT, broken(), path, overwrite=True)
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {path.name: "mine"}


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_is_told(tmp_path, monkeypatch, call):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    path = tmp_path / "results.csv"
    with pytest.raises(UserMistakeError) as caught:
        export(task("share=2"), LAYOUT, tables(2, 1), path)
    assert str(caught.value) == f"{path} cannot be written: No space left on device"
    assert not list(tmp_path.iterdir())


def test_where_results_cannot_go_is_told_before_anything_is_computed(tmp_path, monkeypatch):
    with pytest.raises(UserMistakeError, match=r"results are written to files that end in \.nc, \.csv, \.parquet"):
        check_export(tmp_path / "results.xlsx")
    with pytest.raises(UserMistakeError, match="there is no folder"):
        check_export(tmp_path / "nowhere" / "results.nc")
    monkeypatch.setattr("negotiation.sweeping.parquet.find_spec", lambda _: None)
    with pytest.raises(
        UserMistakeError, match=r"Parquet is written by pyarrow, which is not installed: pip install 'negotiation\[parquet\]'"
    ):
        check_export(tmp_path / "results.parquet")


class TestParquet:
    """Where pyarrow is installed."""

    @pytest.fixture(autouse=True)
    def pyarrow(self):
        pytest.importorskip("pyarrow")

    def test_parquet_has_the_rows_and_columns_of_csv(self, made, tmp_path):
        frame = pd.read_parquet(written(made, tmp_path / "results.parquet"))
        other = pd.read_csv(written(made, tmp_path / "results.csv"), keep_default_na=False, na_values=[""])
        assert list(frame) == list(other)
        for name in frame:
            left, right = frame[name].tolist(), other[name].tolist()
            blank = ["" if value is None or value != value else str(value) for value in left]
            assert blank == ["" if value != value else str(value) for value in right]

    def test_the_metadata_say_what_the_results_are(self, tmp_path):
        import pyarrow.parquet as pq

        about = pq.read_schema(written(task("share=5", "blame=2"), tmp_path / "results.parquet")).metadata
        read = pq.ParquetFile(tmp_path / "results.parquet").metadata.metadata
        assert {**(about or {}), **read}[b"scenario"] == TEXT.encode()
        assert read[b"notes"].splitlines()[0] == b"the exact solver decided 4 of 10 points"

    def test_the_same_results_are_the_same_bytes(self, made, tmp_path):
        one, other = (written(made, tmp_path / f"{name}.parquet").read_bytes() for name in ("one", "other"))
        assert one == other
