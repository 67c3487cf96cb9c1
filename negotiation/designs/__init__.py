"""Designs: at which points of a space of parameters a sweep computes something.

A design is a product of axes. An axis of a grid has one parameter; an axis of several parameters that vary together (a table,
a random sample) has one column for each.
"""
