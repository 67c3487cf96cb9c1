"""The values of a file with their places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Data", "Key", "Node", "Position"]

Data: TypeAlias = "str | list[Data] | dict[str, Data] | None"

#: A step on the way to a value: a key of a mapping or a place in a list.
Key: TypeAlias = str | int

#: Line and column, both from 0, the column in characters.
Position: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class Node:
    """A value of the file with the marks of its start and end; keys of a mapping carry their own.

    ``is_plain``: a text without quotation marks. ``is_flow``: a mapping in braces or a list in brackets.
    """

    start: Position
    end: Position
    value: str | None = None
    entries: dict[str, Node] | None = None
    keys: dict[str, Node] = field(default_factory=dict)
    items: list[Node] | None = None
    is_plain: bool = False
    is_flow: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was written, or ``null``."""
        return self.value is None and self.entries is None and self.items is None

    @property
    def data(self) -> Data:
        """The plain data of the value."""
        if self.entries is not None:
            return {key: node.data for key, node in self.entries.items()}
        if self.items is not None:
            return [node.data for node in self.items]
        return self.value

    def child(self, key: Key) -> Node | None:
        """Return the value under a key or at a place of a list, None if there is none."""
        if isinstance(key, str):
            return None if self.entries is None else self.entries.get(key)
        return self.items[key] if self.items is not None and 0 <= key < len(self.items) else None
