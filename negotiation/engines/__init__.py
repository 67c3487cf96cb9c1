"""A family: one way to run a match per file, each with ``run(match) -> Record``; that of ``exact`` is a ``Distribution``."""
