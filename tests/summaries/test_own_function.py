"""Functions of one's own at the points of a sweep: what they return, what they are told, and what is said when they fail."""

from fractions import Fraction

import numpy as np
import pytest
from shipped import scenario

from negotiation.errors import LocatedError, ParameterError
from negotiation.games.points import Along, Points
from negotiation.own_code import find_function, name_of
from negotiation.summaries.own_function import layout, prepared, tabulate


def margins(found, variant, settings):
    """A module-level function: what acting is worth, and the worth of each refusal removed."""
    values = found.values(variant, **settings)
    worth = values["gain"] - values["blame"]
    return {"act": worth, "steps": [worth + step for step in range(3)]}


def told(found, variant, settings, *, seed, concept=None):
    return {"seed": seed, "named": concept == "nash", "varied": variant == "dear waiting", "gain_set": len(settings)}


def at(file=None, seed=0, concept=None, variant=None, **values):
    count = len(next(iter(values.values()), [0]))
    along = {name: Along(tuple(map(Fraction, each)), np.arange(count)) for name, each in values.items()}
    return Points(count, along, variant, concept=concept, seed=seed)


def written(folder, text, name="mine.py"):
    path = folder / name
    path.write_text(text)
    return path


def test_columns_are_what_the_function_returns_at_the_scenarios_own_values():
    shape = layout(scenario("harvesting"), None, {"function": margins})
    assert [(column.name, column.dimensions) for column in shape.columns] == [("status", ()), ("act", ()), ("steps", ("steps_place",))]
    assert shape.labels == {"steps_place": ("1", "2", "3")}


def test_rows_are_what_the_function_returns_at_the_points():
    table = tabulate(scenario("harvesting"), at(gain=[1, "9/2", 7]), {"function": margins})
    assert table.dense["act"].tolist() == [-6, -2.5, 0]
    assert table.dense["steps"].tolist() == [[-6, -5, -4], [-2.5, -1.5, -0.5], [0, 1, 2]]
    assert table.column("status").tolist() == [0, 0, 0]


def test_a_function_that_asks_is_told_the_concept_and_the_seed():
    file = scenario("harvesting")
    table = tabulate(file, at(seed=9, concept="nash", variant="dear waiting", gain=[1, 2]), {"function": told})
    assert [table.dense[name].tolist() for name in ("seed", "named", "varied", "gain_set")] == [[9, 9], [1, 1], [1, 1], [1, 1]]
    with pytest.raises(LocatedError, match="margins has no parameter 'concept', so it cannot be told 'nash'"):
        layout(file, "nash", {"function": margins})


def test_a_file_and_a_module_give_the_same_function(tmp_path, monkeypatch):
    text = "def twice(scenario, variant, settings):\n    return {'x': 2 * scenario.values(variant, **settings)['gain']}\n"
    path = written(tmp_path, text, "own_module_of_tests.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in (f"{path}:twice", "own_module_of_tests:twice"):
        assert tabulate(scenario("harvesting"), at(gain=[1, 2]), {"function": name}).dense["x"].tolist() == [2, 4]
    function, file = find_function("own_module_of_tests:twice")
    assert file == str(path)
    assert name_of(function) == "own_module_of_tests:twice"


def test_a_function_of_a_file_is_named_by_the_file_from_here(tmp_path, monkeypatch):
    path = written(tmp_path, "def f(scenario, variant, settings):\n    return {'x': 1}\n")
    function, _ = find_function(f"{path}:f")
    assert name_of(function) == f"{path}:f"
    monkeypatch.chdir(tmp_path)
    assert name_of(function) == "mine.py:f"
    assert find_function("mine.py:f")[0](None, None, None) == {"x": 1}


FAILING = """
def divides(scenario, variant, settings):
    gain = scenario.values(variant, **settings)["gain"]
    return {"x": 1 / (gain - 2)}

def leaves(scenario, variant, settings):
    if settings:
        raise SystemExit(3)
    return {"x": 1}

def grows(scenario, variant, settings):
    return {"x": [1] * (1 + len(settings))}

def renames(scenario, variant, settings):
    return {"y" if settings else "x": 1}

def overflows(scenario, variant, settings):
    return {"x": float("inf") if settings else 1}

def asks_too_much(scenario, variant, settings):
    return {"x": float(scenario.game(variant, **dict(settings, gain=99)).nodes[0].payoffs[0]) if settings else 1}
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("divides", "mine.py:4:1: divides failed: ZeroDivisionError: Fraction(1, 0)"),
        ("leaves", "mine.py:8:1: leaves failed: SystemExit: 3"),
        ("grows", "mine.py:11:1: grows returned x (2 numbers); at the scenario's own values it returns x (1 numbers)"),
        ("renames", "mine.py:14:1: renames returned y; at the scenario's own values it returns x"),
        ("overflows", "mine.py:17:1: overflows returned inf as 'x'; only finite numbers are kept"),
        ("asks_too_much", "gain must lie in [0, 20] (what acting is worth to the challenger before blame), got 99"),
    ],
)
def test_what_goes_wrong_at_a_point_is_told_in_its_row_with_the_line(tmp_path, name, said):
    path = written(tmp_path, FAILING)
    table = tabulate(scenario("harvesting"), at(gain=[2]), {"function": f"{path}:{name}"})
    assert table.column("status").tolist() == [1]
    assert table.remarks[0].removeprefix(f"{tmp_path}/") == said
    assert np.isnan(table.dense["x"]).all()


def test_other_points_are_not_touched_by_one_that_fails(tmp_path):
    path = written(tmp_path, FAILING)
    table = tabulate(scenario("harvesting"), at(gain=[1, 2, 4]), {"function": f"{path}:divides"})
    assert table.column("status").tolist() == [0, 1, 0]
    np.testing.assert_array_equal(table.dense["x"], [-1, np.nan, 0.5])


WRONG = """
def gives_none(scenario, variant, settings):
    return None

def gives_nothing(scenario, variant, settings):
    return {}

def gives_words(scenario, variant, settings):
    return {"x": "much"}

def gives_a_table(scenario, variant, settings):
    return {"x": [[1, 2], [3, 4]]}

def gives_no_numbers(scenario, variant, settings):
    return {"x": []}

def gives_complex(scenario, variant, settings):
    return {"x": 1j}

def gives_status(scenario, variant, settings):
    return {"status": 1}

def gives_a_phrase(scenario, variant, settings):
    return {"two words": 1}

def gives_gain(scenario, variant, settings):
    return {"gain": 1}

def fails(scenario, variant, settings):
    raise ValueError("no reason")
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gives_none", "mine.py:2:1: gives_none must return a mapping of names to numbers, it returned None"),
        ("gives_nothing", "mine.py:5:1: gives_nothing must return a mapping of names to numbers, it returned {}"),
        ("gives_words", "mine.py:8:1: gives_words must return a number or a sequence of numbers as 'x', it returned 'much'"),
        ("gives_a_table", "mine.py:11:1: gives_a_table must return a number or a sequence of numbers as 'x', it returned [1, 2]"),
        ("gives_no_numbers", "mine.py:14:1: gives_no_numbers must return a number or a sequence of numbers as 'x', it returned []"),
        ("gives_complex", "mine.py:17:1: gives_complex must return a number or a sequence of numbers as 'x', it returned 1j"),
        ("gives_status", "gives_status returned the name 'status'; names are identifiers, such as 'welfare', other than 'status'"),
        ("gives_a_phrase", "gives_a_phrase returned the name 'two words'; names are identifiers, such as 'welfare'"),
        ("gives_gain", "gives_gain returned the name 'gain', which is a parameter of the scenario: call it otherwise"),
        ("fails", "mine.py:30:1: fails failed: ValueError: no reason"),
    ],
)
def test_what_is_wrong_at_the_scenarios_own_values_is_refused_at_once(tmp_path, name, said):
    path = written(tmp_path, WRONG)
    with pytest.raises(LocatedError) as found:
        layout(scenario("harvesting"), None, {"function": f"{path}:{name}"})
    assert said in str(found.value)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("mine.py", "a function is named FILE.py:NAME or MODULE:NAME, got 'mine.py'"),
        ("no_module_of_this_name:f", "there is no module 'no_module_of_this_name' on Python's path; a file is named with its ending"),
        ("math:surplus", "math has no function 'surplus'; it defines none"),
        ("math:pi", "math has no function 'pi'; it defines none"),
        (7, "function: expected FILE.py:NAME, MODULE:NAME or a function, got 7"),
        (lambda *_: {"x": 1}, "<lambda> cannot be found by a name: define it with 'def' at the top of a file or session"),
    ],
)
def test_functions_that_cannot_be_found_are_refused(function, said):
    with pytest.raises(ParameterError) as found:
        layout(scenario("harvesting"), None, {"function": function})
    assert str(found.value).startswith(said)


def test_names_of_a_file_are_listed_where_one_is_misspelt(tmp_path):
    path = written(tmp_path, WRONG)
    with pytest.raises(ParameterError, match=r"mine.py has no function 'give'; there are gives_none, gives_nothing, "):
        layout(scenario("harvesting"), None, {"function": f"{path}:give"})


def test_a_function_that_takes_something_else_is_refused(tmp_path):
    path = written(tmp_path, "def f(scenario):\n    return {'x': 1}\n")
    with pytest.raises(ParameterError, match=r"^f is called as f\(scenario, variant, settings\): too many positional arguments$"):
        layout(scenario("harvesting"), None, {"function": f"{path}:f"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(:\n", "mine.py:1:1: the file failed: SyntaxError"),
        ("\nimport nothing_of_the_kind\n", "mine.py:2:1: the file failed: ModuleNotFound"),
    ],
)
def test_a_file_that_does_not_run_is_told_with_its_line(tmp_path, text, said):
    path = written(tmp_path, text)
    with pytest.raises(LocatedError) as found:
        layout(scenario("harvesting"), None, {"function": f"{path}:f"})
    assert said in str(found.value)


def test_a_sweep_does_not_go_on_with_another_function(tmp_path):
    path = written(tmp_path, "def f(scenario, variant, settings):\n    return {'x': 1}\n")
    options = prepared(scenario("harvesting"), {"function": f"{path}:f"})
    assert set(options) == {"function", "sha256"}
    assert tabulate(scenario("harvesting"), at(), options).dense["x"].tolist() == [1]
    written(tmp_path, "def f(scenario, variant, settings):\n    return {'x': 2}\n")
    with pytest.raises(ParameterError, match=r"mine.py is not what it was when this sweep began: a sweep has one function$"):
        tabulate(scenario("harvesting"), at(), options)


def test_other_options_are_refused():
    with pytest.raises(ParameterError, match=r"^a function of your own has no option 'fonction'; it has function$"):
        layout(scenario("harvesting"), None, {"fonction": margins})


def test_no_compiled_file_is_left_beside_the_users(tmp_path):
    path = written(tmp_path, "def f(scenario, variant, settings):\n    return {'x': 1}\n")
    layout(scenario("harvesting"), None, {"function": f"{path}:f"})
    assert [each.name for each in tmp_path.iterdir()] == ["mine.py"]
