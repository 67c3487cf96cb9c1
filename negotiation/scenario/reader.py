"""Reading YAML: the parser's events become values with places.

The events are taken one by one and the reading stops at the first that breaks a limit, so neither deep nesting nor a flood
of entries is ever built. Scalars stay text: ``no``, ``1:30`` and ``0.1`` are what was written, and whoever needs a number
reads it exactly. Only an empty value, ``null`` and ``~`` are no text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import yaml

from negotiation.scenario.commas import joined_items, joined_pairs
from negotiation.scenario.mistakes import Collector, Place, shown
from negotiation.scenario.nodes import Node, Position

__all__ = ["MAX_DEPTH", "MAX_EVENTS", "Reader"]

#: The deepest nesting of mappings and lists. A decision takes two levels, and longer games are told in stages.
MAX_DEPTH = 100

#: The largest number of keys, values, and opened or closed mappings and lists.
MAX_EVENTS = 50_000

_NULL = frozenset({"", "~", "null", "Null", "NULL"})


def _at(mark: object) -> Position:
    """Return a parser's mark as a position."""
    return getattr(mark, "line", 0), getattr(mark, "column", 0)


class Reader:
    """Builds nodes from events with a stack of open mappings and lists."""

    def __init__(self, problems: Collector) -> None:
        self.problems = problems
        self.open: list[Node] = []
        self.pairs: list[list[tuple[Node, Node]]] = []  # for each open mapping or list
        self.waiting: list[Node | None] = []  # for each the key whose value comes next
        self.root: Node | None = None

    def read(self, events: Iterator[yaml.Event]) -> Node | None:
        """Return the node of the only document, None if there is none.

        Raises
        ------
        ScenarioError
            If something stands in the file that is not part of the language, after which nothing more can be told.
        """
        for count, event in enumerate(events):
            if count >= MAX_EVENTS:
                self._refuse(event, f"the file has more than {MAX_EVENTS:,} entries, the most that is read")
            self._take(event)
        return self.root

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.AliasEvent():
                hint = "quote a text that starts with '*', such as '* > refuse'"
                self._refuse(event, "aliases ('*name') are not part of the language; use a stage or a definition", hint)
            case yaml.ScalarEvent():
                self._check_plain(event)
                is_plain = event.style is None or event.style == ""
                value = None if is_plain and event.value in _NULL else event.value
                self._place_node(Node(_at(event.start_mark), _at(event.end_mark), value, is_plain=is_plain), event.value)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._check_plain(event)
                node = Node(_at(event.start_mark), _at(event.end_mark), is_flow=bool(event.flow_style))
                node.entries, node.items = ({}, None) if isinstance(event, yaml.MappingStartEvent) else (None, [])
                self._open(node)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close(event)
            case yaml.DocumentStartEvent() if self.root is not None:
                self._refuse(event, "a second document starts here; a file is one scenario")

    def _check_plain(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._refuse(event, "anchors ('&name') are not part of the language; use a stage or a definition")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._refuse(event, f"tags are not part of the language, got {shown('!' + tag.rpartition(':')[2].lstrip('!'))}")

    def _open(self, node: Node) -> None:
        self._place_node(node, None)
        self.open.append(node)
        self.pairs.append([])
        self.waiting.append(None)
        if len(self.open) > MAX_DEPTH:
            self.problems.fail(Place(node.start[0] + 1, node.start[1] + 1), f"nested deeper than {MAX_DEPTH} levels")

    def _close(self, event: yaml.Event) -> None:
        node, pairs = self.open.pop(), self.pairs.pop()
        self.waiting.pop()
        node.end = _at(event.end_mark)
        if node.items is not None:
            node.items = joined_items(node, self.problems)
            return
        for key, value in joined_pairs(node, pairs, self.problems):
            name = str(key.value)
            if name in node.keys:
                rule = f"duplicate key {shown(name)}; it already stands on line {node.keys[name].start[0] + 1}"
                self.problems.add(_place(key), rule)
            elif node.entries is not None:
                node.keys[name], node.entries[name] = key, value

    def _place_node(self, node: Node, text: str | None) -> None:
        """Put a node where it belongs: the root, the next item of a list, a key, or the value of the waiting key."""
        if not self.open:
            self.root = node
            return
        parent, key = self.open[-1], self.waiting[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif key is None:
            self._take_key(node, text)
        else:
            self.waiting[-1] = None
            self.pairs[-1].append((key, node))

    def _take_key(self, node: Node, text: str | None) -> None:
        if text is None:
            hint = "quote a text that starts with a bracket"
            self.problems.fail(_place(node), "a key must be a word, not a list or a mapping", suggestion=hint)
        if text == "<<":
            self.problems.fail(_place(node), "merge keys ('<<') are not part of the language", suggestion="use a stage or a definition")
        node.value = text  # a key named ``null`` is that word
        self.waiting[-1] = node

    def _refuse(self, event: yaml.Event, rule: str, suggestion: str = "") -> NoReturn:
        line, column = _at(event.start_mark)
        self.problems.fail(Place(line + 1, column + 1), rule, suggestion=suggestion)


def _place(node: Node) -> Place:
    return Place(node.start[0] + 1, node.start[1] + 1, max(1, node.end[1] - node.start[1]))
