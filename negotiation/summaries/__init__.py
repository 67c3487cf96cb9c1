"""Family: what is computed at each point of a sweep, one kind per file.

Each file has ``layout(scenario, concept, options) -> Layout``, which says what its columns are, and
``tabulate(scenario, points, options) -> Table`` with a row for each point. What fails at a point is a case of the table with a
remark, never an exception.

A file may also have ``takes_many(scenario, concept) -> bool``: whether many points are computed at once, so that blocks are large. And it
may have ``prepared(scenario, options) -> options``, which a sweep calls once as it begins: it adds the checksums of the
user's own files on which results depend, so that no sweep goes on after one of them has changed.
"""
