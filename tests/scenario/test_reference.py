"""The reference page of the language: its examples are loaded, its answers compared, its tables held against the code."""

import re
from pathlib import Path

import pytest

from negotiation.errors import ScenarioError
from negotiation.scenario import checking, formula_syntax, formula_tree, horizon, layout, reader, references, text
from negotiation.scenario.formulas import parse
from negotiation.scenario.scenario import loads
from negotiation.scenario.schema import json_schema

PAGE = (Path(__file__).parents[2] / "docs" / "scenario-language.md").read_text(encoding="utf-8")
BROKEN = re.compile(r"<!-- draft\.yaml -->\n```yaml\n(.*?)```\n+```text\n(.*?)\n```", re.DOTALL)
EXAMPLES = re.findall(r"```yaml\n(.*?)```", BROKEN.sub("", PAGE), re.DOTALL)
WHOLE = EXAMPLES[0]


def sections(example):
    """Return the parts of a file by their keys."""
    return {part.partition(":")[0]: part for part in re.split(r"^(?=\w)", example, flags=re.MULTILINE) if part.strip()}


def completed(example):
    """Return an example with the parts of the page's first file that it lacks."""
    found = sections(example)
    return example if {"players", "outcomes"} <= found.keys() and "title" in found else "".join((sections(WHOLE) | found).values())


@pytest.mark.parametrize(
    "number", range(len(EXAMPLES)), ids=[example.partition(":")[0] + f" {number}" for number, example in enumerate(EXAMPLES)]
)
def test_examples_are_sound(number):
    scenario = loads(completed(EXAMPLES[number]))
    assert scenario.game().players == scenario.players
    assert scenario.choices()


def test_every_part_of_the_language_has_an_example():
    shown = {key for example in EXAMPLES for key in sections(example)}
    assert shown == set(json_schema()["properties"])
    words = set(re.findall(r"[a-z_]+(?=:)", "\n".join(EXAMPLES)))
    keys = {key for part in json_schema()["$defs"].values() for key in part["properties"]}
    assert keys <= words | {"strategy"}


def test_answers_are_those_of_the_program():
    ((draft, answer),) = BROKEN.findall(PAGE)
    with pytest.raises(ScenarioError) as caught:
        loads(draft, file="draft.yaml")
    assert str(caught.value) == answer


def test_every_function_and_operator_is_explained():
    table = PAGE.partition("| written | means |")[2].partition("\n\n")[0]
    for name in formula_tree.FUNCTIONS:
        assert f"`{name}(" in table
    for sign in (*formula_tree.BINARY.values(), *formula_tree.COMPARE.values(), "and", "or", "not", "if", "else"):
        assert sign in table
    for example in re.findall(r"`([^`]+)`", table):
        if re.search(r"\w", example):
            parse(example)


def test_limits_are_those_of_the_program():
    table = PAGE.partition("| at most | of |")[2].partition("\n\n")[0]
    limits = [int(number.replace(",", "")) for number in re.findall(r"\| ([\d,]+) \|", table)]
    assert limits == [
        references.MAX_NODES,
        checking.MAX_CHECKED,
        layout.MAX_MOVES,
        text.MAX_BYTES,
        reader.MAX_EVENTS,
        reader.MAX_DEPTH,
        formula_syntax.LONGEST_TEXT,
        formula_tree.MOST_NODES,
        formula_syntax.DEEPEST,
        horizon.MAX_ROUNDS,
    ]


def test_links_within_the_page_lead_somewhere():
    heads = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= heads
