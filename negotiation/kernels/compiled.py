"""How a kernel is compiled: without the global lock, with its machine code kept in the user's cache folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from platformdirs import user_cache_path

__all__ = ["compiled"]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])  # any signature: what goes in is callable in the same way when it comes out


def compiled(kernel: Kernel) -> Kernel:
    """Return a compiled kernel that runs outside the global lock.

    Machine code is kept in the user's cache folder, not beside the installed package, unless ``NUMBA_CACHE_DIR`` names
    another one. Where no folder can be written to, the kernel is compiled anew in each process.
    """
    config: Any = numba.config  # numba fills this module in at import, so its names are not declared
    decorate: Any = numba.njit  # declared to return a dispatcher, which is called like the kernel that it compiles
    chosen = config.CACHE_DIR
    if not chosen:
        config.CACHE_DIR = str(user_cache_path("negotiation") / "kernels")
    try:
        result: Kernel = decorate(cache=True, nogil=True)(kernel)
    except RuntimeError:
        # None of numba's cache folders can be written to.
        result = decorate(nogil=True)(kernel)
    finally:
        config.CACHE_DIR = chosen
    return result
