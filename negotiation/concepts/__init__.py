"""A family: one solution concept per file, each with ``solve(game) -> Solution``."""
