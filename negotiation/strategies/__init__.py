"""A family: one way to play per file, each with ``strategy(stage, player, ...) -> Strategy``."""
