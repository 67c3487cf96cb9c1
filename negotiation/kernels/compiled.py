"""How a kernel is compiled: without the global lock, with its machine code kept in the user's cache folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from platformdirs import user_cache_path

__all__ = ["compiled", "compiled_in_place", "compiled_inside", "compiled_without_counting"]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])  # any signature: what goes in is callable in the same way when it comes out


def compiled(kernel: Kernel) -> Kernel:
    """Return a compiled kernel that runs outside the global lock.

    Machine code is kept in the user's cache folder, not beside the installed package, unless ``NUMBA_CACHE_DIR`` names
    another one. Where no folder can be written to, the kernel is compiled anew in each process.

    A kernel's machine code holds that of the kernels which it calls, and numba looks only at the file that it is in for
    whether the code is out of date. So each state of this folder's files has a cache of its own.
    """
    return _compiled(kernel, {})


def compiled_without_counting(kernel: Kernel) -> Kernel:
    """Return a kernel compiled as by ``compiled``, one that makes no arrays and only reads and fills those that it is given.

    It does not count how often arrays are referred to. Counting takes some nanoseconds for each array that a kernel hands to
    another, which in a kernel that is called for every round of play is as much as the round.
    """
    # numba's own word for it: its run-time support, which counts references and allocates, is left out.
    return _compiled(kernel, {"_nrt": False})


def compiled_inside(kernel: Kernel) -> Kernel:
    """Return a kernel compiled as by ``compiled_without_counting`` that only other kernels call.

    Python has no entry to it: where many arrays are handed on, compiling that takes as long as the kernel itself.
    """
    return _compiled(kernel, {"_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True})


def compiled_in_place(kernel: Kernel) -> Kernel:
    """Return a kernel compiled as by ``compiled`` that becomes part of each kernel that calls it, instead of being called."""
    return _compiled(kernel, {"inline": "always"})


@cache
def _sources() -> str:
    """Return a name for the state of all kernels: the first digits of a hash of their files."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _compiled(kernel: Kernel, options: dict[str, bool | str]) -> Kernel:
    config: Any = numba.config  # numba fills this module in at import, so its names are not declared
    decorate: Any = numba.njit  # declared to return a dispatcher, which is called like the kernel that it compiles
    chosen = config.CACHE_DIR
    config.CACHE_DIR = str((Path(chosen) if chosen else user_cache_path("negotiation") / "kernels") / _sources())
    try:
        result: Kernel = decorate(cache=True, nogil=True, **options)(kernel)
    except RuntimeError:
        # None of numba's cache folders can be written to.
        result = decorate(nogil=True, **options)(kernel)
    finally:
        config.CACHE_DIR = chosen
    return result
