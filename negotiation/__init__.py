"""A game-theoretic negotiation simulator.

It is built for one question: when someone makes an offer, do they want it accepted?
"""

__version__ = "0.1.0"
