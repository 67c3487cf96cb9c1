"""``python -m negotiation`` is the same as ``negotiation``."""

from negotiation.cli import main

main()
