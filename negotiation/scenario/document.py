"""YAML with positions: the text of a file becomes plain data in which every key and value knows its line and column.

The reader takes the events of PyYAML's parser one by one and stops at the first that breaks a limit, so neither deep
nesting nor a flood of entries is ever built. Scalars stay text: ``no``, ``1:30`` and ``0.1`` are what was written, and
whoever needs a number reads it exactly. Only an empty value, ``null`` and ``~`` are no text.
"""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

import yaml

from negotiation.scenario.mistakes import Collector, Place, shown
from negotiation.scenario.syntax import explain
from negotiation.scenario.text import check_characters

__all__ = ["Data", "Document", "Key", "Node", "read_document"]

Data: TypeAlias = "str | list[Data] | dict[str, Data] | None"

#: A step on the way to a value: a key of a mapping or a place in a list.
Key: TypeAlias = str | int

#: Line and column, both from 0, the column in characters.
Position: TypeAlias = tuple[int, int]

#: The deepest nesting of mappings and lists. A decision takes two levels, and longer games are told in stages.
MAX_DEPTH = 100

#: The largest number of keys, values, and opened or closed mappings and lists.
MAX_EVENTS = 50_000

#: The C parser is some thirty times faster; PyYAML's wheels have it, a build without libyaml does not.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True)
class Node:
    """A value of the file with the marks of its start and end; keys of a mapping carry their own."""

    start: Position
    end: Position
    value: str | None = None
    entries: dict[str, Node] | None = None
    keys: dict[str, Node] = field(default_factory=dict)
    items: list[Node] | None = None

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


@dataclass(frozen=True, eq=False)
class Document:
    """A file's plain data and the places of all its parts."""

    file: str
    text: str
    lines: tuple[str, ...]
    root: Node

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

    Raises
    ------
    ScenarioError
        If the text is not YAML, is empty, has several documents, tags, anchors, aliases, or breaks a limit; keys that
        stand twice in a mapping are all reported.
    """
    text = text.removeprefix("\ufeff")
    check_characters(text, file)
    problems = Collector(file, text)
    reader = _Reader(problems)
    try:
        root = reader.read(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        place, rule, suggestion = explain(error, problems.lines)
        problems.add(place, rule, suggestion=suggestion)
        root = None
    problems.raise_if_any()
    if root is None or root.is_nothing:
        problems.fail(Place(1, 1), "the file is empty", suggestion="a scenario starts with 'negotiation: 1'")
    return Document(file, text, tuple(problems.lines), root)


def _at(mark: object) -> Position:
    """Return a parser's mark as a position."""
    return getattr(mark, "line", 0), getattr(mark, "column", 0)


class _Stop(Exception):  # noqa: N818 - not an error: it ends the reading after a mistake was noted
    pass


class _Reader:
    """Builds nodes from events with a stack of open mappings and lists."""

    def __init__(self, problems: Collector) -> None:
        self.problems = problems
        self.open: list[Node] = []
        self.waiting: list[Node | None] = []  # for each open mapping the key whose value comes next
        self.root: Node | None = None

    def read(self, events: Iterator[yaml.Event]) -> Node | None:
        """Return the node of the only document, None if there is none."""
        count = 0
        try:
            for event in events:
                count += 1
                if count > MAX_EVENTS:
                    self._stop(event, f"the file has more than {MAX_EVENTS:,} entries, the most that is read")
                self._take(event)
        except _Stop:
            pass
        return self.root

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.AliasEvent():
                hint = "quote a text that starts with '*', such as '* > refuse'"
                self._stop(event, "aliases ('*name') are not part of the language; use a stage or a definition", hint)
            case yaml.ScalarEvent():
                self._check_plain(event)
                is_null = event.style is None or event.style == ""
                value = None if is_null and event.value in _NULL else event.value
                self._place_node(Node(_at(event.start_mark), _at(event.end_mark), value), event.value)
            case yaml.MappingStartEvent():
                self._check_plain(event)
                self._open(Node(_at(event.start_mark), _at(event.end_mark), entries={}))
            case yaml.SequenceStartEvent():
                self._check_plain(event)
                self._open(Node(_at(event.start_mark), _at(event.end_mark), items=[]))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.open.pop().end = _at(event.end_mark)
                self.waiting.pop()
            case yaml.DocumentStartEvent() if self.root is not None:
                self._stop(event, "a second document starts here; a file is one scenario")

    def _check_plain(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._stop(event, "anchors ('&name') are not part of the language; use a stage or a definition")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._stop(event, f"tags are not part of the language, got {shown('!' + tag.rpartition(':')[2].lstrip('!'))}")

    def _open(self, node: Node) -> None:
        self._place_node(node, None)
        self.open.append(node)
        self.waiting.append(None)
        if len(self.open) > MAX_DEPTH:
            self.problems.add(Place(node.start[0] + 1, node.start[1] + 1), f"nested deeper than {MAX_DEPTH} levels")
            raise _Stop

    def _place_node(self, node: Node, text: str | None) -> None:
        """Put a node where it belongs: the root, the next item of a list, a key, or the value of the waiting key."""
        if not self.open:
            self.root = node
            return
        parent, key = self.open[-1], self.waiting[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif key is None:
            self._take_key(parent, node, text)
        else:
            self.waiting[-1] = None
            if parent.entries is not None and key.value is not None:
                parent.entries.setdefault(key.value, node)

    def _take_key(self, parent: Node, node: Node, text: str | None) -> None:
        place = Place(node.start[0] + 1, node.start[1] + 1, max(1, node.end[1] - node.start[1]))
        if text is None:
            hint = "quote a text that starts with a bracket"
            self.problems.add(place, "a key must be a word, not a list or a mapping", suggestion=hint)
            raise _Stop
        if text == "<<":
            self.problems.add(place, "merge keys ('<<') are not part of the language", suggestion="use a stage or a definition")
            raise _Stop
        node.value = text  # a key named ``null`` is that word
        if text in parent.keys:
            first = parent.keys[text].start[0] + 1
            self.problems.add(place, f"duplicate key {shown(text)}; it already stands on line {first}")
        else:
            parent.keys[text] = node
        self.waiting[-1] = node

    def _stop(self, event: yaml.Event, rule: str, suggestion: str = "") -> NoReturn:
        line, column = _at(event.start_mark)
        self.problems.add(Place(line + 1, column + 1), rule, suggestion=suggestion)
        raise _Stop
