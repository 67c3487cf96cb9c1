"""Gambit's .nfg: every variant of the format, exact numbers, mistakes with their places, and writing."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import GameError, GameFileError
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import exact_array
from negotiation.interchange.nfg import read_nfg, write_nfg

#: Characters that a file can hold, those that the format treats specially more often than others.
characters = st.one_of(st.sampled_from('"\\ {},\n\t1e'), st.characters(exclude_categories=("Cc", "Cs")))
names = st.text(characters, min_size=1, max_size=8)
numbers = st.one_of(
    st.integers(-9, 9).map(Fraction),
    st.fractions(max_denominator=10**30).filter(lambda number: abs(number) < 10**40),
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9).map(Fraction),
)


@st.composite
def games(draw):
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    players = draw(st.lists(names, min_size=len(sizes), max_size=len(sizes), unique=True))
    strategies = tuple(tuple(draw(st.lists(names, min_size=size, max_size=size, unique=True))) for size in sizes)
    cells = int(np.prod(sizes))
    payoffs = np.empty(cells * len(sizes), dtype=object)
    payoffs[:] = draw(st.lists(numbers, min_size=len(payoffs), max_size=len(payoffs)))
    outcomes = None
    if draw(st.booleans()):
        outcomes = np.empty(cells, dtype=object)
        outcomes[:] = draw(st.lists(names, min_size=cells, max_size=cells))
        outcomes = outcomes.reshape(sizes)
    return NormalFormGame(tuple(players), strategies, payoffs.reshape(len(sizes), *sizes), draw(names), outcomes)


def same(one, other):
    """Whether two games are equal to the last digit and letter."""
    return (
        (one.players, one.strategies, one.title) == (other.players, other.strategies, other.title)
        and one.exact_payoffs.tolist() == other.exact_payoffs.tolist()
        and (None if one.outcomes is None else one.outcomes.tolist()) == (None if other.outcomes is None else other.outcomes.tolist())
    )


def message(text, read=read_nfg):
    with pytest.raises(GameFileError) as raised:
        read(text, file="game.nfg")
    return str(raised.value)


HEAD = 'NFG 1 R "t" { "A" "B" }\n'


def test_payoff_version_without_strategy_names():
    """Selten (1975), International Journal of Game Theory 4, figure 2 in normal form, a 3 x 2 game."""
    game = read_nfg('NFG 1 R "Selten, figure 2"\n{ "Player 1" "Player 2" } { 3 2 }\n\n1 1 0 2 0 2 1 1 0 3 2 0')
    assert game.players == ("Player 1", "Player 2")
    assert game.strategies == (("1", "2", "3"), ("1", "2"))
    assert game.title == "Selten, figure 2"
    assert game.exact_payoffs.tolist() == [[[1, 1], [0, 0], [0, 2]], [[1, 1], [2, 3], [2, 0]]]
    assert game.outcomes is None


def test_outcome_version_is_the_same_game_as_the_payoff_version():
    payoff = read_nfg(HEAD + "{ 3 2 } 1 1 0 2 0 2 1 1 0 3 2 0")
    outcome = read_nfg(HEAD + '{ { "1" "2" "3" } { "1" "2" } } { { "" 1, 1 } { "" 0, 2 } { "" 0 3 } { "" 2,0 } } 1 2 2 1 3 4')
    assert same(payoff, outcome)


def test_the_first_players_strategy_changes_fastest_with_three_players():
    cells = [10 * (1 + a + 2 * b + 6 * c) for c, b, a in product(range(4), range(3), range(2))]
    body = " ".join(f"{cell} {cell + 1} {cell + 2}" for cell in cells)
    game = read_nfg('NFG 1 R "" { "A" "B" "C" } { 2 3 4 } ' + body)
    for a, b, c in product(range(2), range(3), range(4)):
        first = 10 * (1 + a + 2 * b + 6 * c)
        assert game.exact_payoffs[:, a, b, c].tolist() == [first, first + 1, first + 2]


def test_named_outcomes_name_the_cells_and_zero_is_the_null_outcome():
    game = read_nfg(HEAD + '{ { "a" "b" } { "c" "d" } } "a comment" { { "war" -1, -2 } { "peace" 1/2 0.5 } { 7 7 } } 2 0 1 3')
    assert game.outcomes.tolist() == [["peace", "war"], ["null outcome", "outcome 3"]]
    assert game.exact_payoffs.tolist() == [[[Fraction(1, 2), -1], [0, 7]], [[Fraction(1, 2), -2], [0, 7]]]


def test_cells_are_named_by_strategies_where_no_outcome_has_a_name():
    game = read_nfg(HEAD + '{ { "a" "b" } { "c" } } { { "" 1 2 } { "" 3 4 } } 1 2')
    assert game.outcomes is None
    assert game.outcome((1, 0)) == "b, c"


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("2", 2),
        ("-2", -2),
        ("+3", 3),
        ("0.1", Fraction(1, 10)),
        (".5", Fraction(1, 2)),
        ("-.5", Fraction(-1, 2)),
        ("7.", 7),
        ("1/3", Fraction(1, 3)),
        ("-4/6", Fraction(-2, 3)),
        ("1e3", 1000),
        ("1.5E-2", Fraction(3, 200)),
        ("2e+0001", 20),
        (".1e1", 1),
        ("0e1000", 0),
        ("0.30000000000000000000000000000000001", Fraction(3 * 10**34 + 1, 10**35)),
    ],
)
def test_numerals_are_the_rationals_that_they_read_as(numeral, number):
    game = read_nfg(HEAD + "{ 1 1 } " + numeral + " 0")
    assert game.exact_payoffs[0, 0, 0] == number


@pytest.mark.parametrize("numeral", ["1.5/2", "1/-2", "e5", "1e", "1e5.5", "0x10", "1_000", "nan", "inf", "--1", "1/2/3", ".", "٣"])
def test_what_is_no_number_is_refused_at_its_place(numeral):
    text = message(HEAD + "{ 1 1 } " + numeral + " 0")
    assert text.startswith("game.nfg:2:9: expected the payoff of 'A', a number such as 2, 0.25 or 2/3, got ")


def test_blanks_and_line_ends_mean_nothing():
    crowded = 'NFG 1 R"t"{"A""B"}{{"a b""c"}{"d"}}"comment"1,2 3,4'
    airy = 'NFG\r\n1\tD\v"t"\f{\n"A"\r"B" } { { "a b"\n"c" } { "d" } }\n\n"comment"\n\n1 2\n\n3 4\n\n'
    assert same(read_nfg(crowded), read_nfg(airy))
    assert read_nfg(crowded).strategies == (("a b", "c"), ("d",))


def test_quotation_marks_and_backslashes_in_names():
    game = read_nfg(r'NFG 1 R "a \"war\" game" { "A\B" "C:\\dir" "end\\" } { { "\"" } { "\\\"" } { "{1, 2}" } } 1 2 3')
    assert game.title == 'a "war" game'
    assert game.players == (r"A\B", r"C:\\dir", "end\\")
    assert game.strategies == (('"',), ('\\"',), ("{1, 2}",))


def test_empty_and_repeated_names_are_made_different():
    game = read_nfg('NFG 1 R "" { "" "A" "A" } { { "x" "" "x" "x (2)" "x" } { "2" "" } { "" } } ' + "0 " * 30)
    assert game.players == ("player 1", "A", "A (2)")
    assert game.strategies == (("x", "2", "x (3)", "x (2)", "x (4)"), ("2", "2 (2)"), ("1",))


def test_writing_is_pinned():
    game = NormalFormGame.from_payoffs(
        [[[3, "1/3"], [0, "0.25"]], [[1, 2], [3, 4]]],
        players=("row", "column"),
        strategies=[("up", "down"), ("left", 'the "right"')],
        title="A game",
    )
    assert write_nfg(game) == (
        'NFG 1 R "A game" { "row" "column" }\n{\n{ "up" "down" }\n{ "left" "the \\"right\\"" }\n}\n""\n\n3 1\n0 3\n1/3 2\n1/4 4\n'
    )


def test_writing_gives_cells_that_are_one_outcome_one_number():
    outcomes = np.array([["war", "peace"], ["peace", "war"]], dtype=object)
    payoffs = exact_array([[[0, 1], [1, 2]], [[0, 1], [1, 0]]])
    text = write_nfg(NormalFormGame(("A", "B"), (("a", "b"), ("c", "d")), payoffs, "t", outcomes))
    assert text.endswith('{\n{ "war" 0, 0 }\n{ "peace" 1, 1 }\n{ "war" 2, 0 }\n}\n1 2\n2 3\n')


@settings(max_examples=150, deadline=None)
@given(games())
def test_what_is_written_reads_as_the_same_game(game):
    assert same(read_nfg(write_nfg(game)), game)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('"\\a '), max_size=10))
def test_any_text_of_quotation_marks_and_backslashes_comes_back(title):
    game = NormalFormGame.from_payoffs([[1]], title=title)
    assert read_nfg(write_nfg(game)).title == title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "game.nfg:1:1: expected 'NFG', with which the format starts, got the end of the file"),
        ('EFG 2 R "t"', "this is a game tree: its file name should end in .efg"),
        ('NFG 2 R "t"', "game.nfg:1:5: expected '1', the version of the format, got '2'"),
        ('NFG 1 Q "t"', "game.nfg:1:7: expected 'R' (or 'D'), got 'Q'"),
        ("NFG 1 R t", "game.nfg:1:9: expected the title of the game, got 't'\n    1 | NFG 1 R t\n      |         ^\n    texts stand"),
        ('NFG 1 R "t', "game.nfg:1:9: a text that starts here has no closing quotation mark"),
        ('NFG 1 R "t" { }', "game.nfg:1:13: a game needs at least one player"),
        ('NFG 1 R "t" { "A"', "game.nfg:1:18: expected the name of a player or '}', got the end of the file"),
        (HEAD + "2 2", "game.nfg:2:1: expected '{' before the strategies, got '2'"),
        (HEAD + "{ 2 }", "game.nfg:2:5: expected the number of strategies of 'B', got '}'"),
        (HEAD + '{ { "a" } }', "game.nfg:2:11: expected '{' before the strategies of 'B', got '}'"),
        (HEAD + "{ 2 2 2 }", "game.nfg:2:7: expected '}' after the strategies of 2 players, got '2'"),
        (HEAD + "{ 2 0 }", "game.nfg:2:5: expected the number of strategies of 'B' from 1 to 2000000, got '0'"),
        (HEAD + '{ { "a" } { } } 1', "game.nfg:2:1: each player needs at least one strategy"),
        (HEAD + "{ 2 2 }\n1 2 3", "game.nfg:3:6: the file ends after 1 of 4 cells (2 x 2); expected the payoff of 'B'"),
        (HEAD + "{ 1 1 }\n1 2 3", "game.nfg:3:5: expected the end of the file, since every cell of the 1 x 1 table is there, got '3'"),
        (HEAD + "{ 1 1 }\n1 2/0", "game.nfg:3:3: the payoff of 'B' divides by zero: '2/0'"),
        (HEAD + '{ 1 1 }\n{ { "a" 1 } } 1', "game.nfg:3:11: expected the payoff of 'B', a number such as 2, 0.25 or 2/3, got '}'"),
        (HEAD + '{ 1 1 }\n{ { "a" 1 2 3 } } 1', "game.nfg:3:13: expected '}' after 2 payoffs, one for each player, got '3'"),
        (HEAD + '{ 1 1 }\n{ { "a" 1 2 }', "game.nfg:3:14: expected '{' before outcome 2, or '}' after the last outcome, got the end"),
        (HEAD + '{ 1 1 }\r\n{ { "a" 1 2 } }\r\n  2', "game.nfg:4:3: expected the number of an outcome from 0 to 1, got '2'\n    4 |   2\n"),
        (HEAD + '{ 2 1 }\r{ { "a" 1 2 } } 1', "game.nfg:3:18: the file ends after 1 of 2 cells (2 x 1); expected the number of an outcome"),
    ],
)
def test_mistakes_say_where_what_and_what_came(text, expected):
    assert expected in message(text)


def test_a_mistake_shows_the_line_with_a_caret():
    assert message(HEAD + "{ 1 1 }\n\t1 many") == (
        "game.nfg:3:4: expected the payoff of 'B', a number such as 2, 0.25 or 2/3, got 'many'\n    3 |  1 many\n      |    ^^^^"
    )


def test_a_mistake_in_a_very_long_line_shows_what_is_around_it():
    rows = message(HEAD + "{ 1000 1 }" + " 7" * 1500 + " seven" + " 7" * 400).splitlines()
    assert rows[0].startswith("game.nfg:2:3012: ")
    assert len(rows[1]) < 180
    assert rows[1][rows[2].index("^") :].startswith("seven")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + "{ 1 1 } 1e999999999 0", "is a number beyond 1e300 or with more than 1,200 digits"),
        (HEAD + "{ 1 1 } 1e-999999999 0", "is a number beyond 1e300 or with more than 1,200 digits"),
        (HEAD + "{ 1 1 } 1e301 0", "is a number beyond 1e300 or with more than 1,200 digits"),
        (HEAD + "{ 1 1 } " + "9" * 1_000_000 + " 0", "is a number beyond 1e300 or with more than 1,200 digits"),
        (HEAD + "{ 1 1 } 1e" + "9" * 1_000_000 + " 0", "is a number beyond 1e300 or with more than 1,200 digits"),
        (HEAD + "{ 1 1 } 1/" + "9" * 2000 + " 0", "is a number beyond 1e300 or with more than 1,200 digits"),
        (HEAD + "{ 100000 100000 } 1 2", "game.nfg:2:10: the table has more than 2,000,000 payoffs, the most that are read"),
        (HEAD + "{ 1 " + "9" * 3000 + " } 1", "expected the number of strategies of 'B', got '999"),
        ('NFG 1 R "" { ' + '"x" ' * 70 + "} { " + "1 " * 70 + "}", "a table for 70 players; at most 63 are read"),
        ('NFG 1 R "" { ' + '"" ' * 100_001 + "}", "more than 100,000 players, the most that are read"),
        (HEAD + '{ { "' + "x" * 1001 + '" } { "b" } } 1 2', "a name is longer than 1,000 characters"),
        (HEAD + "{ 1 1 } 1 2\x1b[31m", "game.nfg:2:12: the character U+001B may not stand in a game file"),
        (HEAD + " " * 20_000_000, "the text is longer than 20,000,000 characters, the most that is read"),
        ('NFG 1 R "' + "\\" * 10_000_000, "no closing quotation mark"),
        ('NFG 1 R "' + '\\"' * 5_000_000, "no closing quotation mark"),
        ("{" * 10_000_000, "expected 'NFG', with which the format starts, got '{'"),
    ],
)
def test_hostile_texts_are_refused(text, expected):
    said = message(text)
    assert expected in said
    assert len(said) < 1000
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("game", "expected"),
    [
        (NormalFormGame.from_payoffs([[1]], title="a\x07b"), "the title 'a\\\\x07b' has the character U\\+0007"),
        (NormalFormGame.from_payoffs([[1]], players=["x" * 1001]), "the player 'xxx.*'... is longer than 1,000 characters"),
        (NormalFormGame.from_payoffs([[10**300]]), "a number beyond 1e300 .* cannot be written"),
        (NormalFormGame.from_payoffs([[Fraction(1, 3**3000)]]), "a number beyond 1e300 .* cannot be written"),
    ],
)
def test_what_could_not_be_read_is_not_written(game, expected):
    with pytest.raises(GameError, match=expected):
        write_nfg(game)
