"""How long a computation may take, and whom it tells how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["UNLIMITED", "Budget"]


@dataclass(frozen=True, slots=True)
class Budget:
    """A deadline on the monotonic clock (seconds; None for no limit) and a listener for progress.

    ``report(what, done, total)`` is called now and then; ``total`` is None where it is not known.
    """

    deadline: float | None = None
    report: Callable[[str, int, int | None], None] | None = None

    @classmethod
    def of_seconds(cls, seconds: float | None, report: Callable[[str, int, int | None], None] | None = None) -> Budget:
        """Return a budget that ends so many seconds from now."""
        return cls(None if seconds is None else time.monotonic() + seconds, report)

    @property
    def is_spent(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def tell(self, what: str, done: int, total: int | None = None) -> None:
        """Tell the listener, if there is one, how far the work is."""
        if self.report is not None:
            self.report(what, done, total)


UNLIMITED = Budget()
