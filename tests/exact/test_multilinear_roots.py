"""Solutions of indifference equations: planted ones are found, all of them are proved, what is not isolated is reported."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.budget import Budget
from negotiation.errors import SolverError
from negotiation.exact import multilinear_boxes
from negotiation.exact.indifference import Indifference, simplified
from negotiation.exact.multilinear_roots import approached, solutions


def value(table, mixtures):
    for mixture in reversed(mixtures):
        table = np.tensordot(table, np.array(mixture, dtype=object), axes=([-1], [0]))
    return table


def system_with_root(seed, sizes, root):
    """Random equations that a point solves: each table is shifted by its value there (weights sum to one)."""
    generator = np.random.default_rng(seed)
    tables = []
    for player, size in enumerate(sizes):
        others = [other for other in range(len(sizes)) if other != player]
        table = generator.integers(-9, 10, (size - 1, *(sizes[other] for other in others))).astype(object)
        at_root = np.array([value(equation, [root[other] for other in others]) for equation in table], dtype=object)
        tables.append(table - at_root.reshape(-1, *(1,) * len(others)))
    return Indifference(tuple(sizes), tuple(tables))


def rational_mixture(generator, size):
    weights = [int(weight) for weight in generator.integers(1, 9, size)]
    return tuple(Fraction(weight, sum(weights)) for weight in weights)


@pytest.mark.parametrize("sizes", [(2, 2, 2), (2, 2, 3), (2, 3, 3), (3, 3, 3), (2, 2, 2, 2)])
def test_planted_rational_solutions_are_found_exactly(sizes):
    for seed in range(5):
        root = tuple(rational_mixture(np.random.default_rng([seed, *sizes]), size) for size in sizes)
        found = solutions(system_with_root(seed, sizes, root))
        assert not found.undecided
        assert root in {solution.mixtures for solution in found.roots if not solution.error}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_each_solution_is_one_and_a_fine_grid_of_newton_starts_finds_no_other(seed):
    """Up to three players with two strategies; the system's values at the solutions are far below the claimed error's reach."""
    generator = np.random.default_rng(seed)
    system = Indifference((2, 2, 2), tuple(generator.integers(-9, 10, (1, 2, 2)).astype(object) for _ in range(3)))
    found = solutions(system)
    if found.undecided:
        return
    points = [[float(mixture[1]) for mixture in root.mixtures] for root in found.roots]
    for root in found.roots:
        for player, table in enumerate(system.tables):
            others = [root.mixtures[other] for other in range(3) if other != player]
            assert abs(value(table[0], others)) <= 100 * root.error
    for start in product((0.1, 0.5, 0.9), repeat=3):
        point = newton(system, np.array(start))
        if point is not None and ((point > 1e-6) & (point < 1 - 1e-6)).all():
            assert any(np.abs(point - other).max() < 1e-6 for other in points)


def newton(system, point):
    """Plain Newton's method in floats; None where it does not settle."""
    for _ in range(40):
        rows = [np.array([1 - w, w]) for w in point]
        values, slopes = np.zeros(3), np.zeros((3, 3))
        for player, table in enumerate(system.tables):
            one, two = (other for other in range(3) if other != player)
            own = table[0].astype(float)
            values[player] = rows[one] @ own @ rows[two]
            slopes[player, one], slopes[player, two] = (own[1] - own[0]) @ rows[two], rows[one] @ (own[:, 1] - own[:, 0])
        if abs(np.linalg.det(slopes)) < 1e-9:
            return None
        step = np.linalg.solve(slopes, values)
        point = point - step
    return point if np.abs(step).max() < 1e-12 else None


def test_a_line_of_solutions_is_reported_and_one_of_them_given():
    """Two of three players do not care about the third: any of his mixtures goes with theirs."""
    third = np.array([[[1, 1], [-1, -1]]], dtype=object)
    equal = np.array([[[1, -1], [-1, 1]]], dtype=object)
    system = Indifference((2, 2, 2), (third, third, equal))
    found = solutions(system)
    assert found.roots == ()
    assert found.undecided
    near = next(approached(system, found.undecided))
    assert near.error == 0
    assert near.mixtures[0] == near.mixtures[1] == (Fraction(1, 2), Fraction(1, 2))


def test_a_double_solution_is_reported_and_given():
    """The equations of a touching parabola: their only solution in the box is not regular."""
    half = np.array([[[1, 0], [0, -1]]], dtype=object)  # y + z = 1 for weights of the second strategies
    product_of_two = np.array([[[-1, -1], [-1, 3]]], dtype=object)  # 4 y z = 1
    system = Indifference((2, 2, 2), (half, half, product_of_two))
    found = solutions(system)
    known = [root.mixtures for root in (*found.roots, *approached(system, found.undecided))]
    assert ((Fraction(1, 2),) * 2,) * 3 in known


def test_time_and_boxes_are_limited(monkeypatch):
    system = system_with_root(1, (2, 2, 2), ((Fraction(1, 3), Fraction(2, 3)),) * 3)
    with pytest.raises(SolverError, match="the time ran out"):
        solutions(system, budget=Budget.of_seconds(0))
    monkeypatch.setattr(multilinear_boxes, "MAXIMUM_BOXES", 0)
    assert solutions(system).undecided


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.permutations([0, 1, 2]))
def test_leaving_out_positive_factors_keeps_the_sign(seed, order):
    """A form that is (weights of some strategies of one player) times (a form of the others)."""
    generator = np.random.default_rng(seed)
    rest = generator.integers(-3, 4, (2, 3)).astype(object)
    factor = generator.integers(0, 3, 3).astype(object)
    table = np.multiply.outer(factor, rest).transpose(np.argsort(order))
    shorter, lost = simplified(table)
    if rest.any() and len(set(factor.tolist())) > 1:
        assert lost >= 1
    mixtures = [rational_mixture(generator, size) for size in table.shape]
    assert np.sign(float(value(table, mixtures))) == np.sign(float(value(shorter, mixtures))) or not factor.any()


def test_nothing_is_left_out_without_a_positive_factor():
    table = np.array([[1, -1], [-1, 2]], dtype=object)
    shorter, lost = simplified(table)
    assert lost == 0
    assert (shorter == table).all()
