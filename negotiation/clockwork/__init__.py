"""Matches with a clock: as processes in time, for an engine that has a clock to run them on, and many replications in step."""
