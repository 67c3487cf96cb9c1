"""Family: concepts that solve many games of one scenario at once, in doubles, one concept per file with the name of the concept.

Each file has ``solve(block, ...options) -> Answers``, where ``block`` is a ``scenario.blocks.Block``. It raises
``NotApplicableError`` where it cannot take games of this form, which are then solved one by one. Points at which doubles do not
decide are left undecided, so that a block of points has the answers that its games have one by one.
"""
