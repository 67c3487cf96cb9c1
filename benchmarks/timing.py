"""Times of functions that are compared within one run."""

import time
from collections.abc import Callable

#: How often each function is timed: the best of these is what it takes when nothing disturbs it.
TURNS = 9


def best_times(*functions: Callable[[], object]) -> list[float]:
    """Return the best time of each function, taken in turns, so that other work on the machine disturbs all alike."""
    best = [float("inf")] * len(functions)
    for _ in range(TURNS):
        for number, function in enumerate(functions):
            start = time.perf_counter()
            function()
            best[number] = min(best[number], time.perf_counter() - start)
    return best
