"""Functions that sweeps compute at each point in the tests: quick, slow, and deadly ones."""

import os
import signal
import time
from pathlib import Path

#: Where a deadly function finds out how often it has killed already.
DEATHS = "NEGOTIATION_TEST_DEATHS"


def difference(scenario, variant, settings):
    """What is known of each point: gain - cost, and their product."""
    values = scenario.values(variant, **settings)
    return {"difference": values["gain"] - values["cost"], "product": values["gain"] * values["cost"]}


def slow(scenario, variant, settings):
    """The same, in two milliseconds."""
    time.sleep(0.002)
    return difference(scenario, variant, settings)


def seeded(scenario, variant, settings, seed, concept):
    """Everything that can vary."""
    values = scenario.values(variant, **settings)
    return {"gained": values["gain"], "paid": values["cost"], "drawn": seed, "letters": len(concept or "")}


def deadly(scenario, variant, settings):
    """Kills the process that computes a gain of 10, as long as there is a file for one more death."""
    values = scenario.values(variant, **settings)
    if values["gain"] == 10:
        left = sorted(Path(os.environ[DEATHS]).iterdir())
        if left:
            left[0].unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    return difference(scenario, variant, settings)


def half_done(scenario, variant, settings):
    """Kills its process like ``deadly``, after the other points of its block took a while."""
    time.sleep(0.001)
    return deadly(scenario, variant, settings)


def nested(scenario, variant, settings):
    """Sweeps at each point itself."""
    from negotiation.sweeping.sweep import sweep

    gain = {"gain": settings.get("gain", 1)}
    inner = sweep(scenario, {"cost": 3}, summary="own_function", options={"function": difference}, settings=gain)
    return {"largest": float(inner["difference"].max())}
