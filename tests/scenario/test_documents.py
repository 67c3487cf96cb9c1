"""The text of a file: YAML without its traps, what is no YAML in plain words, and hostile files refused at once."""

import os
import threading
from fractions import Fraction
from pathlib import Path

import pytest

from negotiation.errors import ScenarioError
from negotiation.scenario.document import read_document
from negotiation.scenario.scenario import load, loads

HEAD = "negotiation: 1\ntitle: t\nplayers: {a: A, b: B}\n"
GAME = """\
game:
  player: a
  actions: {x: one, y: two}
outcomes:
  one: {a: 1, b: 2}
  two: {a: 0, b: 0}
"""
PARAMETER = "parameters: {{size: {{value: {value}, range: [0, 2000], about: how much}}}}\n"


def message(text):
    with pytest.raises(ScenarioError) as caught:
        loads(text, file="draft.yaml")
    return str(caught.value)


def data(text):
    return read_document(text, "draft.yaml").data


# What a scalar is


def test_scalars_are_what_was_written():
    """YAML 1.1 would make booleans, sexagesimal numbers, octal numbers, dates and floats of these."""
    written = [
        "no",
        "yes",
        "on",
        "off",
        "y",
        "n",
        "True",
        "1:30",
        "010",
        "0o17",
        "0x1f",
        "1e3",
        "1_000",
        "2021-12-17",
        ".5",
        ".inf",
        "<=",
        "=",
        "1.",
    ]
    assert data("\n".join(f"- {each}" for each in written)) == written


def test_only_nothing_and_null_are_no_text():
    assert data("[~, null, Null, NULL, 'null', \"~\", '', nil, none]") == [None, None, None, None, "null", "~", "", "nil", "none"]
    assert data("a:\nb: ''\n") == {"a": None, "b": ""}
    assert data("null: 1\n~: 2\nno: 3\n") == {"null": "1", "~": "2", "no": "3"}


def test_actions_may_be_called_yes_and_no():
    scenario = loads(HEAD + GAME.replace("x: one, y: two", "yes: one, no: two, on: one, off: two, null: one, 10: two"))
    assert scenario.game().information_sets[0].actions == ("yes", "no", "on", "off", "null", "10")


@pytest.mark.parametrize(
    ("written", "value"), [("1e3", 1000), ("1E-2", Fraction(1, 100)), ("'2'", 2), ("2/3", Fraction(2, 3)), ("+.5", Fraction(1, 2))]
)
def test_numbers_are_exact(written, value):
    assert loads(HEAD + PARAMETER.format(value=written) + GAME).parameters["size"].value == value


@pytest.mark.parametrize(
    "written", ["1:30", "2021-12-17", "0o17", "0x1f", "1_000", "yes", ".inf", ".nan", "1,5", "ten", "1e", "--1", "1/0", "٣"]
)
def test_what_only_yaml_1_1_takes_for_a_number_is_refused(written):
    said = message(HEAD + PARAMETER.format(value=f"'{written}'") + GAME)
    assert said.startswith("draft.yaml:4:28: parameters.size.value must be a number such as 2, 0.25, 1e-3 or 2/3, got ")


def test_octal_looking_numbers_are_refused():
    """010 is 8 in YAML 1.1 and 10 in YAML 1.2: nobody should have to know."""
    said = message(HEAD + PARAMETER.format(value="010") + GAME)
    assert said.splitlines()[0] == "draft.yaml:4:28: parameters.size.value must be a number without a needless 0 in front, got '010'"


def test_yes_in_a_payoff_is_a_name_that_nothing_has():
    assert message(HEAD + GAME.replace("{a: 1,", "{a: yes,")).startswith("draft.yaml:8:12: unknown name 'yes' in the payoff of 'a'")


# Encodings and line ends


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
def test_line_ends_and_byte_order_marks(tmp_path, end, bom):
    path = tmp_path / "draft.yaml"
    path.write_bytes(bom + (HEAD + GAME).replace("\n", end).encode())
    assert load(path).players == ("a", "b")
    path.write_bytes(bom + (HEAD + GAME.replace("b: 2", "b: bad")).replace("\n", end).encode())
    with pytest.raises(ScenarioError, match=r"draft\.yaml:8:18: unknown name 'bad'"):
        load(path)


def test_columns_count_characters_and_carets_stand_below_them():
    said = message(HEAD.replace("title: t", "title: 😀 国際") + GAME.replace("{a: 1,", "{ a: 'é' ,"))
    assert said.splitlines()[0].startswith("draft.yaml:8:14: the character 'é'")
    parameters = "parameters: {size: {value: 1, range: [0, 1], about: 国際e\u0301, unit: [x]}}\n"
    first, source, carets = message(HEAD + parameters + GAME).splitlines()[:3]
    assert first == "draft.yaml:4:59: parameters.size.unit must be a text or a number, got a list"
    # Two wide characters take two places each and the accent none: the caret stands one place further right.
    assert carets.index("^") - carets.index("|") == source.index("unit") - source.index("|") + 1


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (HEAD.replace("title: t", "title: caf\u00e9").encode("latin-1"), "2:11: the file is not UTF-8: byte 0xe9"),
        (HEAD.encode("utf-16"), "1:1: the file is not UTF-8: byte 0xff"),
        (b"\xef\xbb\xbftitle: \xff", "1:8: the file is not UTF-8: byte 0xff"),
        (b"title: t\n\xc3", "2:1: the file is not UTF-8: byte 0xc3"),
        (b"title: t\r\n\r\n\xc3\x28", "3:1: the file is not UTF-8: byte 0xc3"),
    ],
    ids=["Latin-1", "UTF-16", "after a BOM", "cut off", "after CRLF"],
)
def test_not_utf_8(tmp_path, content, place):
    path = tmp_path / "draft.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:{place} cannot stand here")
    assert "save the file as UTF-8" in str(caught.value)


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x07", "\x0c", "\x7f", "\ufffe", "\ud800"])
def test_characters_that_may_not_stand_in_a_text_file(character):
    said = message(HEAD.replace("title: t", f"title: t{character}u"))
    assert said.splitlines()[0] == f"draft.yaml:2:9: the character U+{ord(character):04X} may not stand in a text file"
    assert character not in said  # what is shown of the line must not steer a terminal


# Files


@pytest.mark.parametrize("text", ["", "\n \n", "# only a comment\n", "---\n", "---\n...\n", "~\n", "\ufeff"])
def test_empty_file(text):
    assert message(text).startswith("draft.yaml:1:1: the file is empty")
    assert message(text).endswith("a scenario starts with 'negotiation: 1'")


def test_files_that_cannot_be_read(tmp_path):
    missing, folder, locked = tmp_path / "missing.yaml", tmp_path / "folder.yaml", tmp_path / "locked.yaml"
    folder.mkdir()
    for path, reason in ((missing, "No such file or directory"), (folder, "Is a directory"), (Path("a\0b"), "embedded null byte")):
        with pytest.raises(ScenarioError) as caught:
            load(path)
        assert str(caught.value) == f"{path}: cannot read the file: {reason}"
    locked.touch(mode=0)
    if not os.access(locked, os.R_OK):  # root may read everything
        with pytest.raises(ScenarioError, match="Permission denied"):
            load(locked)


def test_a_pipe_is_read_like_a_file(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(HEAD + GAME,))
    writer.start()
    assert load(path).players == ("a", "b")
    writer.join()


def test_files_that_never_end_are_read_up_to_the_limit():
    with pytest.raises(ScenarioError, match="larger than 1,000,000 bytes"):
        load("/dev/zero")


def test_the_largest_file_is_read_and_one_byte_more_is_not(tmp_path):
    path = tmp_path / "draft.yaml"
    text = HEAD + GAME
    path.write_text(text + "#" * (1_000_000 - len(text)))
    assert load(path).players == ("a", "b")
    path.write_text(text + "#" * (1_000_001 - len(text)))
    with pytest.raises(ScenarioError, match=r"draft\.yaml:1:1: the file is larger than 1,000,000 bytes, the most that is read"):
        load(path)


# What of YAML is not part of the language, and what is no YAML: text -> the first line after the file's name

UNIQUE = HEAD + GAME
YAML_MISTAKES = {
    "duplicate key": (UNIQUE + "title: u\n", "10:1: duplicate key 'title'; it already stands on line 2"),
    "duplicate key inside": (UNIQUE + "  one: {a: 0, b: 0}\n", "10:3: duplicate key 'one'; it already stands on line 8"),
    "duplicate key in braces": (UNIQUE.replace("a: 1, b: 2", "a: 1, b: 2, a: 2"), "8:21: duplicate key 'a'; it already stands on line 8"),
    "duplicate key, quoted": (UNIQUE.replace("a: 1, b: 2", "a: 1, b: 2, 'a': 2"), "8:21: duplicate key 'a'; it already stands on line 8"),
    "second document": (UNIQUE + "---\ntitle: u\n", "10:1: a second document starts here; a file is one scenario"),
    "anchor": (UNIQUE.replace("{a: 1, b: 2}", "&same {a: 1, b: 2}"), "8:8: anchors ('&name') are not part of the language"),
    "alias": (UNIQUE.replace("{a: 0, b: 0}", "*same"), "9:8: aliases ('*name') are not part of the language"),
    "merge key": (UNIQUE.replace("{a: 0, b: 0}", "{<<: {a: 0}, b: 0}"), "9:9: merge keys ('<<') are not part of the language"),
    "tag": (UNIQUE.replace("title: t", "title: !!python/object:os.system t"), "2:8: tags are not part of the language, got '!os.system'"),
    "own tag": (UNIQUE.replace("title: t", "title: !mine t"), "2:8: tags are not part of the language, got '!mine'"),
    "list as a key": (UNIQUE.replace("title: t", "[a, b]: t"), "2:1: a key must be a word, not a list or a mapping"),
    "tab": (UNIQUE.replace("  player: a", "\tplayer: a"), "5:1: a tab cannot indent a line"),
    "text with a colon": (UNIQUE.replace("title: t", "title: a: b"), "2:9: a ':' cannot stand here"),
    "wrong indent": (UNIQUE.replace("  actions:", "   actions:"), "6:11: a ':' cannot stand here"),
    "less indent": (UNIQUE.replace("  actions:", " actions:"), "6:2: a key is expected here"),
    "no blank after the colon": (UNIQUE.replace("title: t", "title:t"), "2:1: a key needs a ':' and a blank after it"),
    "unclosed brace": (UNIQUE.replace("b: 2}", "b: 2"), "8:8: a mapping that was opened with '{' is not closed, or lacks a ','"),
    "unclosed bracket": (UNIQUE + "variants: {v: [1, 2}\n", "10:15: a list that was opened with '[' is not closed, or lacks a ','"),
    "unclosed quotation": (UNIQUE.replace("title: t", 'title: "t'), "2:8: a quoted text is not closed"),
    "bracket too many": (UNIQUE.replace("b: 2}", "b: 2}}"), "8:20: a key is expected here"),
    "text that starts with a star": (UNIQUE + "readings: {r: * > x}\n", "10:16: a text cannot start with '*'"),
    "text that starts with an at": (UNIQUE.replace("title: t", "title: @t"), "2:8: a text cannot start with '@'"),
    "text that starts with a per cent sign": (UNIQUE.replace("title: t", "title: %t"), "2:8: a text cannot start with '%'"),
    "text behind a quotation": (UNIQUE.replace("title: t", "title: 'a' b"), "2:12: a key is expected here"),
    "question mark": (UNIQUE.replace("{a: 1,", "{a: ?,"), "8:12: a value is expected here"),
    "unknown escape": (UNIQUE.replace("title: t", 'title: "a\\qb"'), "2:10: an unknown escape after '\\' in a quoted text"),
    "text right after a bar": (UNIQUE.replace("title: t", "title: |t"), "2:9: after '|' or '>' the text starts on the next line"),
    "directive": ("%MINE\n---\n" + UNIQUE, "1:1: a line that starts with '%' is not part of the language"),
    "list item out of line": ("players:\n - a\n  - b\n - c\n d: e\n", "5:2: a list item ('- ') is expected here"),
    "nested too deep": ("- " * 120 + "x", "1:201: nested deeper than 100 levels"),
    "too many entries": ("about: [" + "x," * 50_000 + "]\n", "1:99999: the file has more than 50,000 entries, the most that is read"),
    "no mapping": ("- a\n- b\n", "1:1: a scenario must be a mapping: lines such as 'title: ...'"),
    "only a text": ("hello\n", "1:1: a scenario must be a mapping: lines such as 'title: ...'"),
}


@pytest.mark.parametrize(("text", "said"), YAML_MISTAKES.values(), ids=YAML_MISTAKES.keys())
def test_yaml_mistakes(text, said):
    first, *rest = message(text).splitlines()
    assert first.startswith(f"draft.yaml:{said}")
    source, carets = rest[:2]
    assert source.startswith(f"    {said.partition(':')[0]} | ")
    assert carets.strip(" |").strip("^") == ""
    assert len(message(text)) < 600


def test_all_duplicate_keys_are_reported():
    said = message(UNIQUE + "title: u\ntitle: v\n  \nabout: x\nabout: y\n")
    assert [line.partition(": ")[2] for line in said.splitlines() if line.startswith("draft")] == [
        "duplicate key 'title'; it already stands on line 2",
        "duplicate key 'title'; it already stands on line 2",
        "duplicate key 'about'; it already stands on line 13",
    ]


def test_duplicate_keys_do_not_keep_other_mistakes_from_being_found():
    said = message(UNIQUE.replace("b: 2", "b: bad") + "title: u\n")
    assert [line.partition(": ")[2] for line in said.splitlines() if line.startswith("draft")] == [
        "unknown name 'bad' in the payoff of 'b' at outcome 'one'",
        "duplicate key 'title'; it already stands on line 2",
    ]


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        ("{a: min(1, 2), b: 2}", "min(1, 2)"),
        ("{a: clip(max(1 ,2),0,  1) + 1, b: 2}", "clip(max(1 ,2),0,  1) + 1"),
        ("{b: 2, a: max(1, 2)}", "max(1, 2)"),
    ],
)
def test_formulas_that_are_cut_at_a_comma_are_one_mistake(written, joined):
    text = UNIQUE.replace("{a: 1, b: 2}", written)
    line = f"  one: {written}"
    assert message(text).splitlines() == [
        f"draft.yaml:8:{line.index(joined) + 1}: in braces and brackets, a comma ends a text",
        f"    8 | {line}",
        f"      | {' ' * line.index(joined)}{'^' * len(joined)}",
        f'    put the formula in quotation marks: "{joined}"',
    ]
    assert loads(text.replace(joined, f'"{joined}"')).game().ends


def test_formulas_that_are_cut_at_a_comma_are_checked_as_a_whole():
    """Each cut is told, the same rest of two formulas is no duplicate key, and what is wrong inside them is found."""
    said = message(UNIQUE.replace("{a: 1, b: 2}", "{a: min(1, 2), b: min(bad, 2)}"))
    assert [line.partition(": ")[2] for line in said.splitlines() if line.startswith("draft")] == [
        "in braces and brackets, a comma ends a text",
        "in braces and brackets, a comma ends a text",
        "unknown name 'bad' in the payoff of 'b' at outcome 'one'",
    ]


@pytest.mark.parametrize("written", ["{a: min(1, b: 2}", "{a: 1), b: 2}", "{a: (1, x: 2), b: 2}", "{a: 'min(1', 2): 3, b: 2}"])
def test_brackets_that_are_not_closed_by_what_follows_are_left_alone(written):
    assert "a comma ends a text" not in message(UNIQUE.replace("{a: 1, b: 2}", written))


def test_directives_and_marks_of_one_document_are_read():
    assert loads("%YAML 1.2\n---\n" + UNIQUE + "...\n").players == ("a", "b")


def test_places_in_texts_of_several_lines_are_those_of_the_text():
    for formula in ("'bad +\n      1'", ">-\n      bad +\n      1", "bad +\n      1"):
        said = message(UNIQUE.replace("{a: 1, b: 2}", f"\n    a: {formula}\n    b: 2"))
        assert said.startswith("draft.yaml:9:8: unknown name 'bad' in the payoff of 'a' at outcome 'one'")


def test_places_inside_quotation_marks():
    said = message(UNIQUE.replace("a: 1,", "'a': '2 * bad',"))
    assert said.splitlines()[0].startswith("draft.yaml:8:19: unknown name 'bad'")
