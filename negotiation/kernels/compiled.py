"""How a kernel is compiled: without the global lock, with its machine code kept in the user's cache folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from platformdirs import user_cache_path

__all__ = ["compiled", "compiled_without_counting"]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])  # any signature: what goes in is callable in the same way when it comes out


def compiled(kernel: Kernel) -> Kernel:
    """Return a compiled kernel that runs outside the global lock.

    Machine code is kept in the user's cache folder, not beside the installed package, unless ``NUMBA_CACHE_DIR`` names
    another one. Where no folder can be written to, the kernel is compiled anew in each process.
    """
    return _compiled(kernel, {})


def compiled_without_counting(kernel: Kernel) -> Kernel:
    """Return a kernel compiled as by ``compiled``, one that makes no arrays and only reads and fills those that it is given.

    It does not count how often arrays are referred to. Counting takes some nanoseconds for each array that a kernel hands to
    another, which in a kernel that is called for every round of play is as much as the round.
    """
    # numba's own word for it: its run-time support, which counts references and allocates, is left out.
    return _compiled(kernel, {"_nrt": False})


def _compiled(kernel: Kernel, options: dict[str, bool]) -> Kernel:
    config: Any = numba.config  # numba fills this module in at import, so its names are not declared
    decorate: Any = numba.njit  # declared to return a dispatcher, which is called like the kernel that it compiles
    chosen = config.CACHE_DIR
    if not chosen:
        config.CACHE_DIR = str(user_cache_path("negotiation") / "kernels")
    try:
        result: Kernel = decorate(cache=True, nogil=True, **options)(kernel)
    except RuntimeError:
        # None of numba's cache folders can be written to.
        result = decorate(nogil=True, **options)(kernel)
    finally:
        config.CACHE_DIR = chosen
    return result
