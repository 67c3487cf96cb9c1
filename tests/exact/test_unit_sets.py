"""Sets cut out of the unit box by equations and inequalities: isolated points, ranges, several ranges, nothing, undecided."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.exact.unit_conditions import Problem, determined
from negotiation.exact.unit_sets import solve_conditions

HUNDREDTHS = st.integers(0, 100).map(lambda n: Fraction(n, 100))


def problem(size, *, equal=(), not_below=(), above=(), is_open=None, preferred=()):
    """Conditions given as functions of the list of unknowns."""
    rows = {"equal": equal, "not_below": not_below, "above": above}
    functions = {(kind, place): function for kind, row in rows.items() for place, function in enumerate(row)}
    return Problem(
        tuple(functions),
        lambda unknowns, members: [functions[member](unknowns) for member in members],
        (False,) * size if is_open is None else is_open,
        lambda *_: preferred,
    )


def only(found):
    assert found.is_decided
    (answer,) = found.found
    return answer


def test_equations_fix_their_unknowns_and_the_rest_varies():
    """x = 1/3, then y <= x: y has the range [0, 1/3], and z is free."""
    found = only(solve_conditions(problem(3, equal=[lambda u: u[0] * Fraction(3) - Fraction(1)], not_below=[lambda u: u[0] - u[1]])))
    assert found.ranges == (((Fraction(1, 3),) * 2,), ((0, Fraction(1, 3)),), ((0, 1),))
    assert found.is_exact


def test_equations_that_determine_one_another_are_solved_together():
    """x + y = 3/4 and x - y = 1/4."""
    found = only(solve_conditions(problem(2, equal=[lambda u: u[0] + u[1] - Fraction(3, 4), lambda u: u[0] - u[1] - Fraction(1, 4)])))
    assert found.point == (Fraction(1, 2), Fraction(1, 4))


def test_each_root_is_a_solution_of_its_own():
    """(x - 1/4)(x - 1/2) = 0, with y on either side of x."""
    equation = lambda u: (u[0] - Fraction(1, 4)) * (u[0] - Fraction(1, 2))  # noqa: E731 - a formula
    found = solve_conditions(problem(2, equal=[equation], not_below=[lambda u: u[1] - u[0]]))
    assert {(answer.point[0], answer.ranges[1]) for answer in found.found} == {
        (Fraction(1, 4), ((Fraction(1, 4), 1),)),
        (Fraction(1, 2), ((Fraction(1, 2), 1),)),
    }


def test_a_range_may_have_a_hole():
    """(x - 1/3)(x - 2/3) >= 0."""
    found = only(solve_conditions(problem(1, not_below=[lambda u: (u[0] - Fraction(1, 3)) * (u[0] - Fraction(2, 3))])))
    assert found.ranges == (((0, Fraction(1, 3)), (Fraction(2, 3), 1)),)


def test_two_unknowns_bound_each_other():
    """The triangle x + y <= 1/2: each has the range [0, 1/2], and with y >= 1/4 x has [0, 1/4]."""
    room = lambda u: Fraction(1, 2) - u[0] - u[1]  # noqa: E731 - a formula
    assert only(solve_conditions(problem(2, not_below=[room]))).ranges == (((0, Fraction(1, 2)),),) * 2
    found = only(solve_conditions(problem(2, not_below=[room, lambda u: u[1] - Fraction(1, 4)])))
    assert found.ranges == (((0, Fraction(1, 4)),), ((Fraction(1, 4), Fraction(1, 2)),))


def test_preferred_values_are_taken_where_they_can_be():
    conditions = {"not_below": [lambda u: Fraction(1, 2) - u[0]]}
    assert only(solve_conditions(problem(1, **conditions, preferred=(Fraction(3, 4), Fraction(1, 5))))).point == (Fraction(1, 5),)
    assert only(solve_conditions(problem(1, **conditions))).point == (Fraction(1, 4),)


def test_what_must_lie_inside_is_not_taken_at_its_bounds():
    at_zero = {"equal": [lambda u: u[0] * Fraction(2)]}
    assert only(solve_conditions(problem(1, **at_zero))).point == (0,)
    assert solve_conditions(problem(1, **at_zero, is_open=(True,))).found == ()
    assert solve_conditions(problem(1, above=[lambda u: -u[0]])).found == ()


def test_too_many_unknowns_together_are_left_undecided():
    found = solve_conditions(problem(4, not_below=[lambda u: u[0] + u[1] - u[2] - u[3]]))
    assert (found.found, found.is_decided) == ((), False)


def test_irrational_solutions_are_marked():
    found = solve_conditions(problem(1, equal=[lambda u: u[0] * u[0] * Fraction(2) - Fraction(1)]))
    (answer,) = found.found
    assert not answer.is_exact
    assert answer.point[0] in found.close
    assert float(answer.point[0]) == pytest.approx(0.5**0.5, abs=1e-16)


@settings(max_examples=50, deadline=None)
@given(rows=st.lists(st.tuples(*[st.integers(-5, 5)] * 3), min_size=1, max_size=4))
def test_polygons_have_the_ranges_of_their_corners(rows):
    """a x + b y + c >= 0 for each row: against the corners of the polygon, found by crossing all pairs of edges."""
    lines = [tuple(map(Fraction, row)) for row in (*rows, (1, 0, 0), (0, 1, 0), (-1, 0, 1), (0, -1, 1))]
    corners = []
    for i, (a, b, c) in enumerate(lines):
        for d, e, f in lines[:i]:
            if det := a * e - b * d:
                x, y = (b * f - c * e) / det, (c * d - a * f) / det
                if all(p * x + q * y + r >= 0 for p, q, r in lines):
                    corners.append((x, y))
    conditions = [lambda u, a=a, b=b, c=c: u[0] * a + u[1] * b + c for a, b, c in lines[: len(rows)]]
    found = solve_conditions(problem(2, not_below=conditions))
    assert found.is_decided
    assert bool(found.found) == bool(corners)
    if corners:
        (answer,) = found.found
        assert answer.ranges == tuple(((min(column), max(column)),) for column in zip(*corners, strict=True))
        assert all(p * answer.point[0] + q * answer.point[1] + r >= 0 for p, q, r in lines)


def test_the_smallest_set_of_equations_is_solved_first():
    equations = {("equal", 0): [0, 1], ("equal", 1): [1], ("equal", 2): [0, 1, 2]}
    assert determined(equations) == ((("equal", 1),), (1,))
    assert determined({("equal", 0): [0, 1], ("equal", 1): [0, 1]}) == ((("equal", 0), ("equal", 1)), (0, 1))
    assert determined({("equal", 0): [0, 1]}) is None
