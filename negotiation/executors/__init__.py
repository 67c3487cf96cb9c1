"""Family: where the blocks of a sweep are computed, one place per file: here, in processes of this machine, on a cluster."""
