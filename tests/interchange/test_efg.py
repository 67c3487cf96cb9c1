"""Gambit's .efg: every variant of the format, exact numbers, mistakes with their places, and writing."""

from fractions import Fraction

import pytest
from game_trees import chance, move, pretext, tree

from negotiation.errors import GameError, GameFileError
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet
from negotiation.interchange.efg import read_efg, write_efg

HEAD = 'EFG 2 R "t" { "A" "B" }\n'


def ends(game):
    return [(node.outcome, node.payoffs) for node in game.nodes if isinstance(node, End)]


def message(text):
    with pytest.raises(GameFileError) as raised:
        read_efg(text, file="game.efg")
    return str(raised.value)


def test_a_game_with_chance_two_players_and_shared_information_sets():
    """A one-round signalling game: chance, a sender who knows its draw, a receiver who sees the message alone."""
    game = read_efg("""EFG 2 R "signals" { "sender" "receiver" }
        "a comment"
        c "draw" 1 "type" { "weak" 1/4 "strong" 0.75 } 0
        p "" 1 1 "weak" { "beer" "quiche" } 0
        p "" 2 1 "after beer" { "duel" "leave" } 0
        t "" 1 "weak duel, beer" { 0 1 }   t "" 2 "weak leave, beer" { 2, 0 }
        p "" 2 2 "after quiche" { "duel" "leave" } 0
        t "" 3 "weak duel, quiche" { 1, 1 }   t "" 4 "weak leave, quiche" { 3, 0 }
        p "" 1 2 "strong" { "beer" "quiche" } 0
        p "" 2 1 0
        t "" 5 "strong duel, beer" { 1, -1 }   t "" 6 "strong leave, beer" { 3, 0 }
        p "" 2 2 0
        t "" 7 "strong duel, quiche" { -5e-1, -1 }   t "" 6
    """)
    assert game.title == "signals"
    assert game.players == ("sender", "receiver")
    assert [(place.name, place.player, place.actions) for place in game.information_sets] == [
        ("weak", 0, ("beer", "quiche")),
        ("after beer", 1, ("duel", "leave")),
        ("after quiche", 1, ("duel", "leave")),
        ("strong", 0, ("beer", "quiche")),
    ]
    assert game.nodes[0] == Chance(("weak", "strong"), (Fraction(1, 4), Fraction(3, 4)), (1, 8))
    assert game.members == ((1,), (2, 9), (5, 12), (8,))
    assert game.nodes[13] == End("strong duel, quiche", (Fraction(-1, 2), Fraction(-1)))
    assert game.nodes[14] == game.nodes[11] == End("strong leave, beer", (Fraction(3), Fraction(0)))


def test_outcomes_at_moves_add_up_along_the_path():
    game = read_efg(
        HEAD
        + """
        c "" 1 "" { "x" 1/2 "y" 1/2 } 9 "fee" { -1, -1/2 }
        p "" 1 1 "" { "in" "out" } 1 "stage" { 1/3 1e1 }
        t "" 2 "war" { 1, 1 }
        t "" 0
        p "" 2 1 "" { "l" "r" } 0
        t "" 2
        t "named node" 0
    """
    )
    assert ends(game) == [
        ("fee + stage + war", (Fraction(1, 3), Fraction(21, 2))),
        ("fee + stage", (Fraction(-2, 3), Fraction(19, 2))),
        ("fee + war", (Fraction(0), Fraction(1, 2))),
        ("fee", (Fraction(-1), Fraction(-1, 2))),
    ]


def test_ends_without_an_outcome_are_named_after_their_node():
    game = read_efg(HEAD + 'p "" 1 1 "" { "a" "b" "c" } 0  t "everyone goes home" 0  t "" 0  t "node" 7 { 1 2 }')
    assert ends(game) == [("everyone goes home", (0, 0)), ("null outcome", (0, 0)), ("outcome 7", (1, 2))]


def test_the_same_information_set_number_of_two_players_and_of_chance_is_three_things():
    game = read_efg(
        HEAD
        + """
        c "" 7 "coin" { "heads" 1/2 "tails" 1/2 } 0
        p "" 1 7 "first" { "a" } 0  p "" 2 7 "second" { "b" } 0  t "" 0
        p "" 1 7 0  p "" 2 7 0  t "" 0
    """
    )
    assert [(place.name, place.player) for place in game.information_sets] == [("first", 0), ("second", 1)]
    assert [type(node).__name__ for node in game.nodes] == ["Chance", *["Decision", "Decision", "End"] * 2]


def test_an_event_of_chance_is_described_once():
    game = read_efg(HEAD + 'p "" 1 1 "" { "a" "b" } 0 c "" 1 "e" { "x" .3 "y" 7/10 } 0 t "" 0 t "" 0 c "" 1 0 t "" 0 t "" 0')
    assert game.nodes[1].probabilities == game.nodes[4].probabilities == (Fraction(3, 10), Fraction(7, 10))
    assert game.nodes[4].actions == ("x", "y")


@pytest.mark.parametrize(
    "second",
    ["1 0", '1 "s" 0', '1 "s" { "a" "b" } 0', '1 { "a" "b" } 0'],
)
def test_a_description_may_be_left_out_or_come_again(second):
    first = 'p "" 1 1 "s" { "a" "b" } 0 t "" 1 "o" { 1, 2 } t "" 1'
    again = f'p "" 1 {second} t "" 1 {{ 1 2.0 }} t "" 1 "o"'
    game = read_efg(f'{HEAD}c "" 1 "" {{ "y" 1/2 "z" 1/2 }} 0 {first} {again}')
    assert game.information_sets == (InformationSet("s", 0, ("a", "b")),)
    assert ends(game) == [("o", (1, 2))] * 4


def test_a_description_may_stand_at_a_later_node():
    game = read_efg(
        HEAD + 'c "" 1 "" { "x" 1/2 "y" 1/2 } 0 p "" 1 4 0 t "" 1 t "" 2 p "" 1 4 "s" { "a" "b" } 0 t "" 2 "o" { 1 2 } t "" 1 "n" { 0 0 }'
    )
    assert ends(game) == [("n", (0, 0)), ("o", (1, 2)), ("o", (1, 2)), ("n", (0, 0))]


def test_blanks_and_line_ends_mean_nothing():
    crowded = 'EFG 2 D"t"{"A""B"}p""1 1"s"{"a""b"}0 t""1"o"{1,2}t""0'
    airy = 'EFG\n2\r\nR "t" {\n"A"\t"B"\n}\n\n""\n\np ""\n1\n1 "s" {\n"a"\n"b" } 0\nt "" 1 "o" {\n1\n2\n}\nt "" 0\n\n\n'
    one, other = read_efg(crowded), read_efg(airy)
    assert (one.nodes, one.information_sets, one.players, one.title) == (other.nodes, other.information_sets, other.players, other.title)


def test_empty_and_repeated_names_are_made_different():
    game = read_efg("""EFG 2 R "" { "A" "A" }
        c "" 1 "" { "" 1/2 "" 1/2 } 0
        p "" 1 3 "" { "" "go" "go" } 0 t "" 0 t "" 0
        p "" 1 8 "here" { "x" } 0 t "" 0
        p "" 1 9 "here" { "2" "" } 0 t "" 0 p "" 2 3 "here" { "y" } 0 t "" 0
    """)
    assert game.players == ("A", "A (2)")
    assert game.nodes[0].actions == ("1", "2")
    assert [(place.name, place.player, place.actions) for place in game.information_sets] == [
        ("information set 3", 0, ("1", "go", "go (2)")),
        ("here", 0, ("x",)),
        ("here (2)", 0, ("2", "2 (2)")),
        ("here", 1, ("y",)),
    ]


def test_writing_is_pinned():
    root = chance(weak=("1/3", move("A", "weak", fight=(1, "-0.5"), yield_=(0, 0))), strong=("2/3", move("A", "strong", fight=(2, 2))))
    assert write_efg(tree(("A", "B"), root, title='the "war"')) == (
        'EFG 2 R "the \\"war\\"" { "A" "B" }\n""\n\n'
        'c "" 1 "" { "weak" 1/3 "strong" 2/3 } 0\n'
        'p "" 1 1 "weak" { "fight" "yield_" } 0\n'
        't "" 1 "end 2" { 1, -1/2 }\n'
        't "" 2 "end 3" { 0, 0 }\n'
        'p "" 1 2 "strong" { "fight" } 0\n'
        't "" 3 "end 5" { 2, 2 }\n'
    )


def test_the_pretext_ultimatum_comes_back_node_by_node():
    game = pretext()
    again = read_efg(write_efg(game))
    assert (again.nodes, again.information_sets, again.players) == (game.nodes, game.information_sets, game.players)


def test_nodes_may_be_numbered_in_any_order_of_parents_before_children():
    """Level by level here; the file has the order of play."""
    sets = (InformationSet("s", 1, ("l", "r")), InformationSet("start", 0, ("a", "b")))
    payoffs = [End(f"o{number}", (Fraction(number), Fraction(-number))) for number in range(4)]
    game = ExtensiveFormGame(("A", "B"), sets, (Decision(1, (1, 2)), Decision(0, (3, 4)), Decision(0, (5, 6)), *payoffs))
    again = read_efg(write_efg(game))
    assert again.nodes == (Decision(0, (1, 4)), Decision(1, (2, 3)), *payoffs[:2], Decision(1, (5, 6)), *payoffs[2:])
    assert again.information_sets == (sets[1], sets[0])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", "game.efg:2:1: expected the root of the tree: 'c' (chance), 'p' (player) or 't' (terminal), got the end of the file"),
        ('x "" 0', "game.efg:2:1: expected a node: 'c' (chance), 'p' (player) or 't' (terminal), got 'x'"),
        ("t 0", "game.efg:2:3: expected the name of the node, got '0'"),
        ('t "" 1', "game.efg:2:6: outcome 1 is nowhere described"),
        ('t "" 0 "" { 0 0 }', "game.efg:2:8: outcome 0 stands for no outcome: it has neither a name nor payoffs"),
        ('t "" -1', "game.efg:2:6: expected the number of an outcome (0 for none) at least 0, got '-1'"),
        ('t "" 1 "o" { 1 }', "game.efg:2:16: expected the payoff of 'B', a number such as 2, 0.25 or 2/3, got '}'"),
        ('t "" 1 "o" { 1 2 3 }', "game.efg:2:18: expected '}' after 2 payoffs, one for each player, got '3'"),
        ('t "" 1 "o"', "game.efg:2:11: expected '{' before the payoffs of outcome 1, got the end of the file"),
        ('t "" 0 t "" 0', "game.efg:2:8: the tree is complete before this node: each move has as many subtrees as actions"),
        ('p "" 3 1 "" { "a" } 0', "game.efg:2:6: expected the number of a player from 1 to 2, got '3'"),
        ('p "" 1 1 0\nt "" 0', "game.efg:2:8: information set 1 is nowhere described"),
        ('p "" 1 1 "" { } 0', "game.efg:2:13: an information set needs at least one action"),
        ('p "" 1 1 "" { "a" 1/2 } 0', "game.efg:2:19: expected the name of an action or '}', got '1/2'\n"),
        ('c "" 1 "" { "a" "b" } 0', "game.efg:2:17: expected the probability of an action of chance, a number such"),
        ('p "" 1 1 "" { "a" "b" } 0\nt "" 0\n', "game.efg:4:1: the file ends, but no node follows 'b' of the move on line 2"),
        ('c "" 1 "" { "a" .333 "b" .667 "c" -0 } 0\nt "" 0', "game.efg:3:7: the file ends, but no node follows 'b'"),
        ('c "" 1 "" { "a" 0.3333 "b" 0.6666 } 0', "game.efg:2:11: the probabilities of chance must sum to 1, got 9999/10000"),
        ('c "" 1 "" { "a" 3/2 "b" -1/2 } 0', "game.efg:2:11: a probability must be at least 0, got -1/2"),
        ('p "" 1 1 "s" { "a" "b" } 0\np "" 1 1 "s" { "a" "c" } 0', "game.efg:3:14: information set 1 had other actions"),
        ('p "" 1 1 "s" { "a" "b" } 0\np "" 1 1 "r" 0', "game.efg:3:10: information set 1 had the name 's'"),
        ('c "" 1 "" { "a" 1 } 0\nc "" 1 "" { "a" 1 "b" 0 } 0', "game.efg:3:11: information set 1 had other actions or probabilities"),
        ('t "" 1 "o" { 1, 2 }\nt "" 1 "o" { 1, 3 }', "game.efg:3:12: outcome 1 had other payoffs where it was described first: 1"),
        ('t "" 1 "o" { 1, 2 }\nt "" 1 "p" { 1, 2 }', "game.efg:3:8: outcome 1 had the name 'o'"),
    ],
)
def test_mistakes_say_where_what_and_what_came(body, expected):
    assert expected in message(HEAD + body)


def test_a_table_read_as_a_tree_is_told_its_ending():
    assert "this is a game in normal form: its file name should end in .nfg" in message('NFG 1 R "t" { "A" } { 1 } 1')


def test_rounded_probabilities_are_told_how_to_be_exact():
    assert message(HEAD + 'c "" 1 "" { "a" 0.3333 "b" 0.6666 } 0').endswith(
        "numbers are taken exactly as they are written: write 1/3, not 0.3333"
    )


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('p "" 1 1 "s" { "a" "b" } 0\nt "" 0\np "" 1 1 0\nt "" 0\nt "" 0', 4),
        (
            'c "" 1 "" { "x" 1/2 "y" 1/2 } 0\np "" 1 1 "x" { "a" } 0\np "" 1 2 "s" { "u" } 0\nt "" 0\n'
            'p "" 1 3 "y" { "a" } 0\np "" 1 2 0\nt "" 0',
            7,
        ),
        ('p "" 1 1 "x" { "a" "b" } 0\np "" 1 2 "s" { "u" } 0\nt "" 0\np "" 1 2 0\nt "" 0', 5),
    ],
    ids=["absent-minded", "forgets what he knew", "forgets what he did"],
)
def test_imperfect_recall_is_a_mistake_at_the_node(body, place):
    said = message(HEAD + body)
    assert said.startswith(f"game.efg:{place}:8: imperfect recall: at information set ")
    assert "('s'), A would have forgotten what he knew or did at an earlier node of it" in said


def test_a_chain_of_ten_thousand_moves_reads_and_comes_back():
    moves = 10_000
    rows = [f'p "" {number % 2 + 1} {number + 1} "s{number}" {{ "stop" "go" }} {number + 1} {{ 1, 1/3 }} t "" 0' for number in range(moves)]
    game = read_efg(HEAD + "\n".join(rows) + '\nt "" 0')
    assert len(game.nodes) == 2 * moves + 1
    last = game.nodes[-1]
    assert last.payoffs == (moves, Fraction(moves, 3))
    assert last.outcome.endswith("outcome 9999 + outcome 10000")
    assert len(last.outcome) <= 200
    assert read_efg(write_efg(game)).nodes == game.nodes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + 'p "" 1 1 "" { "a" "b" } 0\n' * 200_000, "imperfect recall"),
        (HEAD + 'c "" 1 "" { "a" 1/2 "b" 1/2 } 0\n' + 'c "" 1 0 ' * 150_000, "no node follows 'a' of the move on line 3"),
        (HEAD + 't""0 ' * 300_001, "more than 300,000 nodes, the most that are read with 2 players"),
        ('EFG 2 R "" { ' + '"x" ' * 1000 + "} " + 't""0 ' * 2001, "more than 2,000 nodes, the most that are read with 1000 players"),
        (HEAD + 'p "" 1 1 "" { ' + '"" ' * 100_001, "more than 100,000 actions, the most that are read"),
        (HEAD + 't "" 1 "o" { 1e999999999 0 }', "is a number beyond 1e300 or with more than 1,200 digits"),
        (HEAD + 't "" ' + "9" * 100_000, "expected the number of an outcome (0 for none), got '999"),
        (HEAD + 'c "" 1 "" { ' + " ".join(f'"" 1/{3**40 * 2**k + 1}' for k in range(2000)) + " } 0", "too many digits to be added up"),
        (HEAD + 'c "" 1 "" { "a" 1 } 1 { 9e299 0 } t "" 2 { 9e299 0 }', "the payoffs added up along the path are beyond 1e300"),
        (HEAD + 't "\x00" 0', "game.efg:2:4: the character U+0000 may not stand in a game file"),
        (HEAD + 't "' + "x" * 10_000_000, "a text that starts here has no closing quotation mark"),
        (HEAD + 'p "" 1 1 "' + "x" * 10_000 + '" { "a" } 0 t "" 0', "a name is longer than 1,000 characters, the most that is read"),
        (HEAD + 't "" 0 ' * 3_000_000, "the text is longer than 20,000,000 characters, the most that is read"),
    ],
)
def test_hostile_texts_are_refused(text, expected):
    said = message(text)
    assert expected in said
    assert len(said) < 1500


@pytest.mark.parametrize("name", ["a\x1bb", "x" * 1001, "\ud800"])
def test_names_that_could_not_be_read_are_not_written(name):
    game = tree(("A",), move("A", name, left=(0,), right=(1,)))
    with pytest.raises(GameError, match=r"the information set '.*(has the character U|is longer than 1,000 characters)"):
        write_efg(game)
