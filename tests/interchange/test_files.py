"""Files: the format by the ending, converting between forms, writing whole or not at all, and what is said of bad files."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from game_trees import chance, move, pretext, tree

from negotiation.errors import GameError, GameFileError, NotApplicableError, UserMistakeError
from negotiation.games.audience import UNSETTLED, AffinePayoff, Audience
from negotiation.games.extensive_form import Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.plans import reduced_normal_form
from negotiation.games.readings import Reading
from negotiation.games.simultaneous import simultaneous_moves
from negotiation.interchange.files import convert, load, save

TREE = tree(("A", "B"), chance(x=("1/3", move("A", "x", a=(1, 2), b=move("B", "reply", c=(0, "1/7"), d=(3, 3)))), y=("2/3", (5, -5))))
TABLE = NormalFormGame.from_payoffs(np.arange(24).reshape(2, 3, 4), players=("A", "B"), title="a table")


def test_the_ending_chooses_the_format(tmp_path):
    assert save(TREE, tmp_path / "tree.efg") == ()
    assert save(TABLE, tmp_path / "table.NFG") == ()
    assert load(tmp_path / "tree.efg").nodes == TREE.nodes
    table = load(str(tmp_path / "table.NFG"))
    assert table.exact_payoffs.tolist() == TABLE.exact_payoffs.tolist()
    assert table.strategies == TABLE.strategies


def test_a_tree_becomes_its_reduced_normal_form(tmp_path):
    save(pretext(), tmp_path / "pretext.efg")
    notes = convert(tmp_path / "pretext.efg", tmp_path / "pretext.nfg")
    form = reduced_normal_form(pretext()).game
    table = load(tmp_path / "pretext.nfg")
    assert table.strategies == form.strategies
    assert table.exact_payoffs.tolist() == form.exact_payoffs.tolist()
    assert notes == (
        "the tree was written in its reduced normal form: a strategy is a plan for the whole game, and outcomes have lost their names",
    )


def test_a_table_becomes_a_tree_with_the_same_normal_form(tmp_path):
    game = NormalFormGame.from_payoffs(np.arange(3 * 24).reshape(3, 2, 3, 4))
    save(game, tmp_path / "table.nfg")
    notes = convert(tmp_path / "table.nfg", tmp_path / "tree.efg")
    played = load(tmp_path / "tree.efg")
    assert notes == ("the table was written as a tree in which the players move in order and nobody sees another's move",)
    assert [len(nodes) for nodes in played.members] == [1, 2, 6]
    assert reduced_normal_form(played).game.exact_payoffs.tolist() == game.exact_payoffs.tolist()


def test_simultaneous_moves_keep_cells_names_and_readings():
    readings = (Reading("deal", (("a", "c"),)),)
    payoffs = TABLE.exact_payoffs[:, :2, :2].copy()
    outcomes = np.array([["peace", "war"], ["war", "war"]], dtype=object)
    game = NormalFormGame(("A", "B"), (("a", "b"), ("c", "d")), payoffs, "t", outcomes, readings)
    played = simultaneous_moves(game)
    assert played.information_sets == (InformationSet("start", 0, ("a", "b")), InformationSet("start", 1, ("c", "d")))
    assert played.readings == readings
    assert [(played.path_to(end), played.nodes[end].outcome, played.nodes[end].payoffs) for end in played.ends] == [
        ((one, two), outcomes[row, column], tuple(payoffs[:, row, column]))
        for (row, one), (column, two) in product(enumerate("ab"), enumerate("cd"))
    ]


def test_a_tree_that_would_fill_the_memory_is_refused():
    game = NormalFormGame.from_payoffs(np.zeros((2, 1000, 1000), dtype=int))
    with pytest.raises(NotApplicableError, match=r"as a tree the game would have 1,001,001 nodes: too large"):
        simultaneous_moves(game)


def test_what_the_format_has_no_word_for_is_said(tmp_path):
    sets = (InformationSet("tough: start", 0, ("go",), "tough"),)
    game = ExtensiveFormGame(("A",), sets, (Decision(0, (1,)), End("o", (Fraction(1),))), readings=(Reading("gone", (("go",),)),))
    assert save(game, tmp_path / "game.efg") == (
        "types are not told from other chance moves in the file: an information set's name is all that is left of its type",
        "readings are not in the file: the format has no word for them",
    )
    assert load(tmp_path / "game.efg").information_sets == (InformationSet("tough: start", 0, ("go",)),)


@pytest.mark.parametrize("name", ["Ärger", "two  blanks", "blank ", "tab\there", "back\\slash"])
def test_names_that_gambit_refuses_are_said(tmp_path, name):
    game = tree(("A",), move("A", "place", **{"go": (0,), name: (1,)}))
    note = f"Gambit 16.7 takes only names in plain ASCII with single blanks between words, and may refuse {name!r}"
    assert save(game, tmp_path / "game.efg") == (note,)
    assert convert(tmp_path / "game.efg", tmp_path / "game.nfg")[-1] == note


def test_payoffs_that_depend_on_a_belief_are_refused(tmp_path):
    root = tree(("A", "B"), chance(x=("1/2", (0, 0)), y=("1/2", (0, 0))))
    payoffs = ((AffinePayoff((Fraction(0), Fraction(1))),) * 2,) * 2
    nodes = tuple(End(node.outcome, UNSETTLED) if isinstance(node, End) else node for node in root.nodes)
    audience = Audience(0, ("x", "y"), ("over",), (0, 0), (0, 1), payoffs)
    watched = ExtensiveFormGame(root.players, (), nodes, type_moves=frozenset({0}), audience=audience)
    with pytest.raises(NotApplicableError, match=r"payoffs depend on what an audience believes, and a .efg file holds numbers only"):
        save(watched, tmp_path / "watched.efg")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_as_it_is_unless_told(tmp_path):
    (tmp_path / "game.efg").write_text("mine")
    save(TABLE, tmp_path / "table.nfg")
    for write in (lambda: save(TREE, tmp_path / "game.efg"), lambda: convert(tmp_path / "table.nfg", tmp_path / "game.efg")):
        with pytest.raises(UserMistakeError, match=r"game\.efg is there already and is left as it is"):
            write()
    assert (tmp_path / "game.efg").read_text() == "mine"
    save(TREE, tmp_path / "game.efg", overwrite=True)
    assert load(tmp_path / "game.efg").nodes == TREE.nodes


def test_a_game_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(GameError, match=r"U\+0007"):
        save(NormalFormGame.from_payoffs([[1]], title="\x07"), tmp_path / "game.nfg")
    with pytest.raises(UserMistakeError, match="cannot write the file: No such file or directory"):
        save(TABLE, tmp_path / "missing" / "game.nfg")
    (tmp_path / "folder.nfg").mkdir()
    with pytest.raises(UserMistakeError, match="cannot write the file: Is a directory"):
        save(TABLE, tmp_path / "folder.nfg", overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.nfg"]


def test_a_written_file_has_the_usual_permissions(tmp_path):
    (tmp_path / "plain.txt").write_text("")
    save(TREE, tmp_path / "game.efg")
    assert (tmp_path / "game.efg").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode


@pytest.mark.parametrize("name", ["game.txt", "game", "game.efg.gz"])
def test_other_endings_are_refused(tmp_path, name):
    for use in (load, lambda path: save(TREE, path), lambda path: convert(tmp_path / "no.efg", path)):
        with pytest.raises(UserMistakeError, match=r"the file's name must end in \.nfg or \.efg, got '(\.txt|no ending|\.gz)'"):
            use(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ":1:1: expected 'EFG', with which the format starts, got the end of the file"),
        (b'EFG 2 R "the \xc4rger"', ":1:14: the file is not UTF-8: byte 0xc4 cannot stand here; save the file as UTF-8"),
        (b'EFG 2 R "t"\r\n{ "\xc3\xa9\xff" }', ":2:5: the file is not UTF-8: byte 0xff cannot stand here"),
        (b"\xff\xfeE\x00F\x00G\x00", ":1:1: the file is not UTF-8: byte 0xff cannot stand here"),
        (b'EFG 2 R "t" { "A" } t "" x', ":1:26: expected the number of an outcome (0 for none), got 'x'"),
        (b"EFG" + b" " * 20_000_000, ":1:1: the file is larger than 20,000,000 bytes, the most that is read"),
    ],
    ids=["empty", "Latin-1", "second line", "UTF-16", "word", "large"],
)
def test_bad_files_are_told_with_file_line_and_column(tmp_path, content, expected):
    path = tmp_path / "game.efg"
    path.write_bytes(content)
    with pytest.raises(GameFileError) as raised:
        load(path)
    assert str(raised.value).startswith(f"{path}{expected}")


def test_a_file_that_is_not_there_or_a_folder_is_told(tmp_path):
    with pytest.raises(GameFileError, match="cannot read the file: No such file or directory"):
        load(tmp_path / "none.efg")
    (tmp_path / "folder.efg").mkdir()
    with pytest.raises(GameFileError, match="cannot read the file: Is a directory"):
        load(tmp_path / "folder.efg")


def test_names_beyond_ascii_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "game.efg"
    path.write_bytes(b"\xef\xbb\xbf" + 'EFG 2 R "Kriegsgefahr ≥ 戦" { "Ärger" } t "" 0'.encode())
    game = load(path)
    assert (game.title, game.players) == ("Kriegsgefahr ≥ 戦", ("Ärger",))
    save(game, path, overwrite=True)
    assert load(path).title == game.title
