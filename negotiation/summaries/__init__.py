"""Family: what is computed at each point of a sweep, one kind per file.

Each file has ``layout(scenario, concept, options) -> Layout``, which says what its columns are, and
``tabulate(scenario, points, options) -> Table`` with a row for each point. What fails at a point is a case of the table with a
remark, never an exception.
"""
