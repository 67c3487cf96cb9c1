"""Other programs' files: Gambit's ``.nfg`` and ``.efg`` to games and back (``files.load``, ``files.save``, ``files.convert``)."""
