"""Memory does not grow with the number of points."""

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from stored_sweeps import TEXT

from negotiation import lookup
from negotiation.games.tables import Column, Layout, Table
from negotiation.scenario.scenario import loads
from negotiation.sweeping.filling import Place, fill
from negotiation.sweeping.planning import Asked, plan


def layout(scenario, concept, options):
    return Layout((Column("value", "a number"), Column("code", "a name", names=("a", "b"), dtype="uint8")), {})


def tabulate(scenario, points, options):
    """Some numbers, at once."""
    value = points.parameters["gain"].doubles * points.parameters["cost"].doubles
    return Table({"value": value}, np.zeros(points.size, dtype=np.uint32), {"code": np.zeros(1, dtype=np.uint8)}, ("",))


@pytest.fixture(autouse=True)
def _quick_summary(monkeypatch):
    quick = SimpleNamespace(layout=layout, tabulate=tabulate, takes_many=lambda *_: True)
    monkeypatch.setattr(lookup, "summary", lambda _: quick)


def peak(folder, points):
    """The largest memory that Python's and numpy's objects took while so many points were swept, in bytes."""
    task = plan(loads(TEXT, file="demand.yaml"), {"gain": points // 1024, "cost": 1024}, Asked(summary="quick"))
    tracemalloc.start()
    store = fill(task, folder, Place("here", 2))
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert store.blocks.points == 65_536
    assert store.points_done == points
    return found


def test_memory_is_the_same_for_16_times_as_many_points(tmp_path):
    peak(tmp_path / "warm", 2**17)
    few, many = peak(tmp_path / "few", 2**18), peak(tmp_path / "many", 2**22)
    # Which blocks are in the two threads at the same moment is chance; the rows of all points would take 30 MB more.
    assert many < few + 6_000_000
