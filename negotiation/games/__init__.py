"""The vocabulary: games, profiles, certificates and solutions as frozen data. Nothing here solves, reads files or draws."""
