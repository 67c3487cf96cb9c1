"""Tables of points: CSV and Parquet, exact as they read, every mistake with its place."""

import csv
import sys
from fractions import Fraction

import pytest
from demand_scenario import SCENARIO
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.designs.table import table
from negotiation.errors import LocatedError, UserMistakeError


@pytest.fixture
def file(tmp_path):
    """A function that writes a table and returns its path."""

    def write(content, name="points.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def columns(path, **options):
    return {series.name: (series.role, series.values) for series in table(SCENARIO, path, **options).series}


def test_numbers_are_exact_as_they_read(file):
    path = file("blame,share\n0.1,1/3\n1e-1, 0.30000000000000004\n")
    assert columns(path) == {
        "blame": ("parameter", (Fraction(1, 10), Fraction(1, 10))),
        "share": ("parameter", (Fraction(1, 3), Fraction(30000000000000004, 10**17))),
    }


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.fractions(0, 1), st.decimals(0, 2, places=6)), min_size=1, max_size=30))
def test_what_a_csv_writer_writes_is_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("tables") / "points.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("share", "blame"), *rows])
    assert columns(path) == {
        "share": ("parameter", tuple(share for share, _ in rows)),
        "blame": ("parameter", tuple(Fraction(blame) for _, blame in rows)),
    }


def test_variants_concepts_and_seeds_can_be_columns(file):
    path = file("seed,variant,share,concept\n7,generous,0.5,nash\n0,,1,level_k\n")
    assert columns(path, known_concepts=["nash", "level_k"]) == {
        "seed": ("seed", (7, 0)),
        "variant": ("variant", ("generous", "")),
        "share": ("parameter", (Fraction(1, 2), 1)),
        "concept": ("concept", ("nash", "level_k")),
    }


def test_rows_may_repeat_and_spreadsheets_files_are_read(file):
    """A mark at the start, line ends of Windows, empty lines, quotation marks, blanks around names."""
    path = file(b'\xef\xbb\xbf blame ,share\r\n"0.5",0\r\n\r\n0.5,0\r\n,\r\n')
    found = table(SCENARIO, path)
    assert columns(path) == {"blame": ("parameter", (Fraction(1, 2),) * 2), "share": ("parameter", (0, 0))}
    assert (found.name, found.note) == ("point", "2 points from points.csv")


def test_numbers_of_the_file_can_be_columns(file):
    assert columns(file("repeat.rounds\n10\n20\n")) == {"repeat.rounds": ("parameter", (10, 20))}


def test_every_mistake_of_a_table_is_told_with_its_place_and_the_line(file):
    path = file('share,blame,variant\n0.5,"2.5",generous\nhalf,,Q\n0.5,1,generous\n-1,nan,""\n')
    with pytest.raises(LocatedError) as caught:
        table(SCENARIO, path)
    assert str(caught.value) == "\n".join(
        [
            f"{path}:2:6: blame must lie in [0, 2] (cost of being held responsible), got 2.5",
            '    2 | 0.5,"2.5",generous',
            "      |      ^^^",
            f"{path}:3:1: share: expected a number such as 2, 0.25 or 2/3, got 'half'",
            "    3 | half,,Q",
            "      | ^^^^",
            f"{path}:3:6: blame: a number is missing",
            "    3 | half,,Q",
            "      |      ^",
            f"{path}:3:7: demand.yaml has no variant 'Q'; known: no blame, generous",
            "    3 | half,,Q",
            "      |       ^",
            f"{path}:5:1: share must lie in [0, 1] (what the responder is offered), got -1",
            '    5 | -1,nan,""',
            "      | ^^",
            f"{path}:5:4: blame: expected a number such as 2, 0.25 or 2/3, got 'nan'",
            '    5 | -1,nan,""',
            "      |    ^^^",
        ]
    )


@pytest.mark.parametrize(
    ("content", "place", "rule"),
    [
        ("blaim,share\n0,0\n", "1:1", "demand.yaml has no parameter 'blaim'; did you mean 'blame'?"),
        ("share,cost\n0,0\n", "1:7", "demand.yaml has no parameter 'cost'; known: share, blame, fixed"),
        ("share,share\n0,0\n", "1:1", "the column 'share' stands twice"),
        ("share,\n0,0\n", "1:1", "column 2 of the first line has no name"),
        ("share;blame\n0;0\n", "1:1", "columns are separated by commas, got 'share;blame'"),
        ("share,blame\n0,0\n\n0\n", "4:1", "a row has as many cells as the first line, 2; got 1"),
        ('share\n"0.1\n0.2\n', "2:1", "this is not CSV: unexpected end of data"),
        ('share\n"0"1\n', "2:1", "this is not CSV: ',' expected after '\"'"),
        ("share,concept\n0,nahs\n", "2:3", "this version has no concept 'nahs'; did you mean 'nash'?"),
        ("share,concept\n0,\n", "2:3", "concept: a name is missing"),
        ("share,seed\n0,1.5\n", "2:3", "a seed is a whole number from 0 to 2**128 - 1, got 3/2"),
        ("share,seed\n0,-1\n", "2:3", "a seed is a whole number from 0 to 2**128 - 1, got -1"),
    ],
)
def test_a_mistake_is_told_with_the_rule_and_what_came(file, content, place, rule):
    path = file(content)
    with pytest.raises(LocatedError) as caught:
        table(SCENARIO, path, known_concepts=["nash", "level_k"])
    assert str(caught.value).splitlines()[0] == f"{path}:{place}: {rule}"


def test_of_many_mistakes_the_first_are_told_and_the_rest_counted(file):
    path = file("share\n" + "x\n" * 1000)
    with pytest.raises(LocatedError) as caught:
        table(SCENARIO, path)
    lines = [line for line in str(caught.value).splitlines() if line.startswith(str(path))]
    assert lines[0].startswith(f"{path}:2:1: share: expected a number")
    assert lines[-1].endswith(f"and {1000 - len(lines) + 1} more mistakes after this one")
    assert len(lines) < 100


@pytest.mark.parametrize(
    ("content", "name", "rule"),
    [
        ("", "points.csv", "a table has a line of names and at least one row"),
        ("share\n", "points.csv", "a table has a line of names and at least one row"),
        (b"share\n\xff\n", "points.csv", "must be UTF-8, got the byte 0xff; save it as UTF-8"),
        ("share\n0\n", "points.txt", "a table of points is a file that ends in .csv or .parquet"),
    ],
)
def test_a_file_that_is_no_table_is_told(file, content, name, rule):
    path = file(content, name)
    with pytest.raises(UserMistakeError) as caught:
        table(SCENARIO, path)
    assert str(caught.value) == f"{path}: {rule}" or str(caught.value) == f"{path} {rule}"


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UserMistakeError, match=r"none\.csv cannot be read: No such file or directory"):
        table(SCENARIO, tmp_path / "none.csv")


def test_too_many_rows_are_told_before_they_are_read(file, monkeypatch):
    monkeypatch.setattr("negotiation.designs.sheets.MAX_VALUES", 10)
    with pytest.raises(UserMistakeError, match="a table has at most 10 rows; sweep it in parts"):
        table(SCENARIO, file("share\n" + "0\n" * 11))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='sharebm,\n"\r;.0123456789/ é\0', max_size=60))
def test_whatever_a_file_holds_it_is_a_table_or_a_mistake_of_the_user(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text("share\n" + content, encoding="utf-8", newline="")
    try:
        found = table(SCENARIO, path)
    except UserMistakeError:
        return
    assert all(0 <= share <= 1 for share in found.series[0].values)


def test_without_pyarrow_parquet_is_refused_with_the_name_of_the_extra(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UserMistakeError, match=r"Parquet is read by pyarrow, which is not installed: pip install 'negotiation\[parquet\]'"):
        table(SCENARIO, file("", "points.parquet"))


class TestParquet:
    """Where pyarrow is installed."""

    @pytest.fixture(autouse=True)
    def pyarrow(self):
        self.pa = pytest.importorskip("pyarrow")

    def write(self, tmp_path, **columns):
        import pyarrow.parquet as pq

        path = tmp_path / "points.parquet"
        pq.write_table(self.pa.table(columns), path)
        return path

    def test_doubles_are_the_decimals_that_they_print_as(self, tmp_path):
        path = self.write(tmp_path, share=[0.1, 0.2], variant=["generous", None], seed=[1, 2])
        assert columns(path) == {
            "share": ("parameter", (Fraction(1, 10), Fraction(1, 5))),
            "variant": ("variant", ("generous", "")),
            "seed": ("seed", (1, 2)),
        }

    def test_decimals_are_exact(self, tmp_path):
        from decimal import Decimal

        assert columns(self.write(tmp_path, share=[Decimal("0.10"), Decimal("0.25")])) == {
            "share": ("parameter", (Fraction(1, 10), Fraction(1, 4)))
        }

    def test_mistakes_are_told_with_the_row(self, tmp_path):
        path = self.write(tmp_path, share=[0.1, None, float("nan"), 3.0], blaim=[0, 0, 0, 0])
        with pytest.raises(LocatedError) as caught:
            table(SCENARIO, path)
        assert str(caught.value).splitlines() == [
            f"{path}: the names of the columns: demand.yaml has no parameter 'blaim'; did you mean 'blame'?",
            f"{path}: row 2: share: a number is missing",
            f"{path}: row 3: share: expected a finite number, got nan",
            f"{path}: row 4: share must lie in [0, 1] (what the responder is offered), got 3",
        ]

    def test_a_file_that_is_no_parquet_is_told(self, file):
        with pytest.raises(UserMistakeError, match=r"points\.parquet cannot be read as Parquet"):
            table(SCENARIO, file("share\n0\n", "points.parquet"))
