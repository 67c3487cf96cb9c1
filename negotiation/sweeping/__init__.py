"""Sweeps: something computed at every point of a design, block by block, in a store that is never lost and never repeated."""
