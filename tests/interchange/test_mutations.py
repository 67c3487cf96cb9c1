"""Damaged files: whatever is cut, doubled or replaced, the text reads as a game or is refused with a place inside it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import GameFileError
from negotiation.interchange.efg import read_efg, write_efg
from negotiation.interchange.nfg import read_nfg, write_nfg

TREE = r"""EFG 2 R "a \"tree\"" { "A" "B" } "comment"
c "draw" 1 "type" { "weak" 1/4 "strong" 0.75 } 0
p "" 1 1 "weak" { "beer" "quiche" } 5 "fee" { -1, 0 }
p "" 2 1 "after beer" { "duel" "leave" } 0
t "" 1 "weak duel" { 0 1 } t "" 2 { 2e0, 0 }
t "" 0
p "" 1 2 "strong" { "beer" "quiche" } 0
p "" 2 1 0
t "" 1 t "" 2
t "over" 5
"""

TABLE = r"""NFG 1 R "a \"table\"" { "A" "B" }
{ { "up" "down" } { "left" "right" } }
"comment"
{ { "war" 0, -1/2 } { "" 1.5 2e-1 } }
1 2 0 1
"""

pieces = st.sampled_from(
    ["", " ", '"', '""', "\\", "{", "}", ",", "0", "1", "-1", "7", "1/0", "1e999999999", "c", "p", "t", '"x"', "R", "é", "\x00", "\n"]
)
damages = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), pieces), min_size=1, max_size=4)


def damaged(text, damages):
    for where, length, piece in damages:
        start = round(where * len(text))
        text = text[:start] + piece + text[start + length :]
    return text


def check(text, read, write):
    try:
        game = read(text, file="damaged")
    except GameFileError as error:
        line, column = map(int, re.match(r"damaged:(\d+):(\d+): ", str(error)).groups())
        lines = text.split("\n")
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
    else:
        assert write(read(write(game))) == write(game)


@settings(max_examples=300, deadline=None)
@given(damages)
def test_a_damaged_tree_is_read_or_refused(damages):
    check(damaged(TREE, damages), read_efg, write_efg)


@settings(max_examples=300, deadline=None)
@given(damages)
def test_a_damaged_table_is_read_or_refused(damages):
    check(damaged(TABLE, damages), read_nfg, write_nfg)


def test_every_truncation_is_read_or_refused():
    """Without its end a tree is never complete; a table may still be."""
    for text, read, write in ((TREE, read_efg, write_efg), (TABLE, read_nfg, write_nfg)):
        for length in range(len(text)):
            check(text[:length], read, write)
    for length in range(len(TREE.rstrip()) - 1):
        with pytest.raises(GameFileError):
            read_efg(TREE[:length])
