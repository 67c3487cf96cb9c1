"""Formulas with commas that stand in braces or brackets without quotation marks.

In YAML's ``{sender: min(gain, 1), target: 0}`` the comma inside ``min`` ends a text: the mapping has the entries ``sender:
min(gain``, ``1)`` and ``target: 0``. Nobody means that, so it is noted as the one mistake that it is, and the formula is put
together again for the checks that follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from negotiation.scenario.mistakes import Collector, Place, shown
from negotiation.scenario.nodes import Node

__all__ = ["joined_items", "joined_pairs"]

#: Into so many parts a formula is cut at most: functions have no more arguments.
MAX_PARTS = 40


def joined_pairs(mapping: Node, pairs: Sequence[tuple[Node, Node]], problems: Collector) -> list[tuple[Node, Node]]:
    """Return the entries of a mapping; note formulas that were cut at a comma and join them."""
    found: list[tuple[Node, Node]] = []
    place = 0
    while place < len(pairs):
        key, value = pairs[place]
        bare = [name for name, _ in takewhile(lambda pair: pair[1].is_nothing, pairs[place + 1 : place + MAX_PARTS])]
        count = _parts_cut_off(value, bare) if mapping.is_flow else 0
        found.append((key, _joined(value, bare[:count], problems) if count else value))
        place += 1 + count
    return found


def joined_items(items: Node, problems: Collector) -> list[Node]:
    """Return the items of a list; note formulas that were cut at a comma and join them."""
    nodes = items.items or []
    found = []
    place = 0
    while place < len(nodes):
        following = nodes[place + 1 : place + MAX_PARTS]
        count = _parts_cut_off(nodes[place], following) if items.is_flow else 0
        found.append(_joined(nodes[place], following[:count], problems) if count else nodes[place])
        place += 1 + count
    return found


def _parts_cut_off(value: Node, following: Sequence[Node]) -> int:
    """Return how many of the texts that follow it takes to close the brackets of a text; 0 where nothing is to be closed."""
    depth = 0
    for count, node in enumerate((value, *following)):
        if node.value is None or not node.is_plain:
            return 0
        depth += node.value.count("(") - node.value.count(")")
        if depth <= 0:
            return count if depth == 0 else 0
    return 0


def _joined(value: Node, rest: Sequence[Node], problems: Collector) -> Node:
    (line, start), (last, end) = value.start, rest[-1].end
    text = problems.lines[line][start:end] if line == last else ", ".join(str(node.value) for node in (value, *rest))
    length = end - start if line == last else value.end[1] - start
    hint = f'put the formula in quotation marks: "{shown(text)[1:-1]}"'
    problems.add(Place(line + 1, start + 1, length), "in braces and brackets, a comma ends a text", suggestion=hint)
    return Node(value.start, rest[-1].end, text, is_plain=True)
