"""A file's plain data, in which every key and value knows its line and column."""

from __future__ import annotations

from collections.abc import KeysView, Sequence
from dataclasses import dataclass

import yaml

from negotiation.scenario.mistakes import Collector, Place
from negotiation.scenario.nodes import Data, Key, Node
from negotiation.scenario.reader import Reader
from negotiation.scenario.syntax import explain
from negotiation.scenario.text import check_characters

__all__ = ["Document", "read_document"]

#: The C parser is some thirty times faster; PyYAML's wheels have it, a build without libyaml does not.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, eq=False)
class Document:
    """A file's plain data, the places of all its parts, and the mistakes that were found in reading it."""

    file: str
    text: str
    lines: tuple[str, ...]
    root: Node
    problems: Collector

    @property
    def data(self) -> Data:
        """A fresh copy of the plain data."""
        return self.root.data

    def find(self, path: Sequence[Key]) -> Node | None:
        """Return the node at a path of keys, None if there is none."""
        node: Node | None = self.root
        for key in path:
            node = None if node is None else node.child(key)
        return node

    def names(self, *path: Key) -> KeysView[str]:
        """Return the keys of the mapping at a path as they were written, none where there is no mapping."""
        node = self.find(path)
        return (node.entries if node is not None and node.entries is not None else {}).keys()

    def rename(self, path: Sequence[Key], name: str) -> None:
        """Read the last key of a path as another one; it keeps its place."""
        parent = self.find(path[:-1])
        if parent is not None and parent.entries is not None:
            parent.entries = {name if key == path[-1] else key: node for key, node in parent.entries.items()}
            parent.keys = {name if key == path[-1] else key: node for key, node in parent.keys.items()}

    def value_place(self, path: Sequence[Key]) -> Place:
        """Return the place of the value at a path, or of what is nearest to it in the file."""
        node, known = self._walk(path)
        if known < len(path) or (node.value is None and known and isinstance(path[known - 1], str)):
            return self.key_place(path[:known])
        return self._place(node)

    def key_place(self, path: Sequence[Key]) -> Place:
        """Return the place of the last key of a path; of the value where it stands in a list; line 1 for the whole file."""
        node, known = self._walk(path)
        if not known:
            return Place(1, 1)
        last = path[known - 1]
        parent, _ = self._walk(path[: known - 1])
        return self._place(parent.keys[last] if isinstance(last, str) else node)

    def _walk(self, path: Sequence[Key]) -> tuple[Node, int]:
        """Return the deepest node on a path that exists, and how many keys lead to it."""
        node = self.root
        for known, key in enumerate(path):
            child = node.child(key)
            if child is None:
                return node, known
            node = child
        return node, len(path)

    def _place(self, node: Node) -> Place:
        line, column = node.start
        source = self.lines[line] if line < len(self.lines) else ""
        end = node.end[1] if node.end[0] == line else len(source.rstrip())
        text_column = None
        if node.value is not None and node.end[0] == line:
            for opening in (0, 1):  # bare, or after a quotation mark
                if source.startswith(node.value, column + opening) and end - column == len(node.value) + 2 * opening:
                    text_column = column + opening + 1
        return Place(line + 1, column + 1, max(1, end - column), text_column)


def read_document(text: str, file: str) -> Document:
    """Return the plain data of a text with the places of its parts.

    Keys that stand twice, and formulas that YAML cuts at a comma, are noted in the document's ``problems``: the rest of it
    can be checked all the same.

    Raises
    ------
    ScenarioError
        If the text is not YAML, is empty, has several documents, tags, anchors, aliases, or breaks a limit.
    """
    text = text.removeprefix("\ufeff")
    check_characters(text, file)
    problems = Collector(file, text)
    try:
        root = Reader(problems).read(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        place, rule, suggestion = explain(error, problems.lines)
        problems.fail(place, rule, suggestion=suggestion)
    if root is None or root.is_nothing:
        problems.fail(Place(1, 1), "the file is empty", suggestion="a scenario starts with 'negotiation: 1'")
    return Document(file, text, tuple(problems.lines), root, problems)
