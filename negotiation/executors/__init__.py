"""Family: where the blocks of a sweep are computed, one place per file: here, in processes of this machine, on a cluster.

Each file has ``executor(workers, *, scheduler=None)``, a context manager that gives a ``dispatch.Pool``. ``workers`` is how many
blocks are computed at a time, None for as many as there are processors (on a cluster that exists: workers). When it is left
normally all work is done; when it is left by an exception, the work that is being done is abandoned.
"""
