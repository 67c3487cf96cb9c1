"""The language: the text of a scenario file becomes a checked ``Scenario``."""
