"""A game-theoretic negotiation simulator.

It is built for one question: when someone makes an offer, do they want it accepted?

>>> import negotiation  # doctest: +SKIP
>>> scenario = negotiation.load("scenarios/december_2021.yaml")  # doctest: +SKIP
>>> solution = negotiation.solve(scenario.game(blame=0.4))  # doctest: +SKIP
>>> record = negotiation.simulate(negotiation.match(scenario))  # doctest: +SKIP
>>> results = negotiation.sweep(scenario, {"blame": (0, 2, 201)})  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from negotiation.boundaries.along import regimes
    from negotiation.boundaries.correspondence import Correspondence, correspondence
    from negotiation.boundaries.line import Regimes
    from negotiation.comparing.comparison import Comparison, compare
    from negotiation.errors import NegotiationError
    from negotiation.games.extensive_form import ExtensiveFormGame
    from negotiation.games.normal_form import NormalFormGame
    from negotiation.games.record import Record
    from negotiation.games.repeated import Match
    from negotiation.games.solution import Equilibrium, Solution
    from negotiation.play import match
    from negotiation.running import simulate
    from negotiation.scenario.scenario import Scenario, load, loads
    from negotiation.solving import solve
    from negotiation.sweeping.store import open_store
    from negotiation.sweeping.sweep import sweep

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Correspondence",
    "Equilibrium",
    "ExtensiveFormGame",
    "Match",
    "NegotiationError",
    "NormalFormGame",
    "Record",
    "Regimes",
    "Scenario",
    "Solution",
    "compare",
    "correspondence",
    "load",
    "loads",
    "match",
    "open_store",
    "regimes",
    "simulate",
    "solve",
    "sweep",
]

#: Where each public name lives; a module is imported when its name is first used, so that ``import negotiation`` is quick.
_PLACES = {
    "Comparison": ("negotiation.comparing.comparison", "Comparison"),
    "Correspondence": ("negotiation.boundaries.correspondence", "Correspondence"),
    "Equilibrium": ("negotiation.games.solution", "Equilibrium"),
    "ExtensiveFormGame": ("negotiation.games.extensive_form", "ExtensiveFormGame"),
    "Match": ("negotiation.games.repeated", "Match"),
    "NegotiationError": ("negotiation.errors", "NegotiationError"),
    "NormalFormGame": ("negotiation.games.normal_form", "NormalFormGame"),
    "Record": ("negotiation.games.record", "Record"),
    "Regimes": ("negotiation.boundaries.line", "Regimes"),
    "Scenario": ("negotiation.scenario.scenario", "Scenario"),
    "Solution": ("negotiation.games.solution", "Solution"),
    "compare": ("negotiation.comparing.comparison", "compare"),
    "correspondence": ("negotiation.boundaries.correspondence", "correspondence"),
    "load": ("negotiation.scenario.scenario", "load"),
    "loads": ("negotiation.scenario.scenario", "loads"),
    "match": ("negotiation.play", "match"),
    "open_store": ("negotiation.sweeping.store", "open_store"),
    "regimes": ("negotiation.boundaries.along", "regimes"),
    "simulate": ("negotiation.running", "simulate"),
    "solve": ("negotiation.solving", "solve"),
    "sweep": ("negotiation.sweeping.sweep", "sweep"),
}


def __getattr__(name: str) -> object:
    """Return a public name, importing the module that holds it."""
    if name not in _PLACES:
        raise AttributeError(f"module 'negotiation' has no attribute {name!r}; there are {', '.join(__all__)}")
    module, member = _PLACES[name]
    return getattr(import_module(module), member)


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "__version__"]
