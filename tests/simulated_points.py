"""Points of a sweep, written by hand."""

from fractions import Fraction

import numpy as np

from negotiation.games.points import Along, Points


def points(seed=0, variant=None, **values):
    """Points at which these parameters have these values, place by place."""
    lists = {name.replace("__", "."): list(each) for name, each in values.items()}
    count = len(next(iter(lists.values()), [0]))
    along = {name: Along(tuple(map(Fraction, each)), np.arange(count)) for name, each in lists.items()}
    return Points(count, along, variant, seed=seed)
