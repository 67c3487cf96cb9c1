"""Results of shipped scenarios: labelled arrays, netCDF and CSV hold what was computed at each point."""

import csv

import numpy as np
import pytest
import xarray as xr
from shipped import scenario

import negotiation
from negotiation.sweeping.csv_rows import flat_names
from negotiation.sweeping.dataset import dataset, labels
from negotiation.sweeping.exports import export
from negotiation.sweeping.filling import tabulate
from negotiation.sweeping.planning import Asked, plan

SWEEPS = {
    "a tree": ("pretext", ["pi_X=0.4:0.6:3", "k_X=3"], Asked()),
    "private types": ("two_sided", ["tau=0.3,0.6"], Asked()),
    "a matrix": ("chicken", ["both_yield=3"], Asked()),
    "a simulation": ("salami", ["repeat.rounds=5,8"], Asked("simulation", {"replications": 20})),
}


@pytest.fixture(params=SWEEPS)
def swept(request):
    """A task, its columns and its rows."""
    name, axes, asked = SWEEPS[request.param]
    task = plan(scenario(name), axes, asked)
    return task, task.layout(), tabulate(task)


def test_every_file_holds_what_was_computed(swept, tmp_path):
    task, layout, rows = swept
    expected = dataset(task, layout, rows)
    for ending in ("nc", "csv"):
        export(task, layout, rows, tmp_path / f"results.{ending}")
    with xr.open_dataset(tmp_path / "results.nc", engine="h5netcdf", decode_timedelta=False) as found:
        xr.testing.assert_identical(found.load(), expected)
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    for column in layout.columns:
        cells = [[row[name] for name in flat_names(column, layout)] for row in read]
        if column.names:
            assert [cell for (cell,) in cells] == labels(expected, column.name).to_numpy().ravel().tolist()
        else:
            numbers = np.array([[float(cell or "nan") for cell in row] for row in cells])
            np.testing.assert_array_equal(numbers, expected[column.name].to_numpy().reshape(len(read), -1))


def test_a_point_of_the_results_is_what_solving_gives_there():
    """The tie at pi_X = 1/2 included."""
    found = negotiation.sweep(scenario("pretext"), ["pi_X=0.4:0.6:3", "k_X=6,"])
    for share in (0.4, 0.5, 0.6):
        solution = negotiation.solve(scenario("pretext").game(pi_X=share, k_X=6))
        at = found.sel(pi_X=share, k_X=6.0)
        payoffs = np.array([[float(payoff) for payoff in each.payoffs] for each in solution.equilibria])
        assert at.equilibria == len(solution.equilibria)
        np.testing.assert_allclose(at.payoff_lowest, payoffs.min(axis=0), rtol=1e-12)
        np.testing.assert_allclose(at.payoff_highest, payoffs.max(axis=0), rtol=1e-12)
    assert found.equilibria.values.ravel().tolist()[1] > 1
