"""The JSON Schema for editors: valid, made of the classes that check files, and of one mind with them."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from broken_files import RECORDS, SOUND

from negotiation.scenario.document import read_document
from negotiation.scenario.schema import json_schema

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


def as_editors_read(text):
    """Return a file's data with numbers as YAML 1.2 reads them."""

    def read(part):
        match part:
            case dict():
                return {key: read(value) for key, value in part.items()}
            case list():
                return [read(item) for item in part]
            case str() if re.fullmatch(r"[-+]?\d+", part):
                return int(part)
            case str() if re.fullmatch(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", part):
                return float(part)
        return part

    return read(read_document(text, "file").data)


def test_schema_is_a_valid_schema_of_its_draft_and_plain_json():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_there_are_shipped_scenarios():
    assert len(SHIPPED) >= 12


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_fit(path):
    assert not list(VALIDATOR.iter_errors(as_editors_read(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("name", SOUND)
def test_sound_files_fit(name):
    assert not list(VALIDATOR.iter_errors(as_editors_read(SOUND[name])))


#: Mistakes of shape: what a schema can say. The others are about what names mean, numbers and trees.
OF_SHAPE = """
no version; another version; no title; empty title; misspelt section; misspelt section that everything needs; unknown section;
section in the wrong place; no game; section with nothing in it; list in place of a section; one player;
player with a blank in the name; player without a label; player as a list; one type; types as a list; range of one value;
range of three values; range in words; value in words; value as a list; value as a percentage; value with a comma;
comma inside a text in braces; misspelt key of a parameter; parameter without meaning; parameter as a number;
parameter with a hyphen; definition as a list; action that leads nowhere; action that leads to a list; misspelt key of a node;
misspelt key of a decision; decision without a player; decision without actions; action with a sign in its name;
stage that is an outcome; hidden from a text; chance without a probability; chance as a short form; then without with;
with and each together; with nothing; family of one point; family as a list; family without points; outcome as a list;
payoff as a list; reading without a path; empty list of patterns; repeat without an end; rounds without a value;
one discount for all; over_when as a text; state without a start; unknown key where one is missing; misspelt strategy key;
options without a strategy; strategy as a list; strategy with a list for its name; option with a mapping;
sweep of one point; sweep with points in words; sweep as numbers; variant with a formula; variant with a sign in its name;
matrix and game; rows of two players;
cell with one payoff; cell as a number; audience as a name
"""


def test_broken_files_do_not_fit_where_the_schema_can_say_it():
    unfit = {record.name for record in RECORDS if not VALIDATOR.is_valid(as_editors_read(record.text))}
    assert unfit == {name.strip() for name in OF_SHAPE.split(";")}


def test_every_key_is_described():
    """Editors show the descriptions, and so do messages about a missing key."""
    parts = {"the file": SCHEMA, **SCHEMA["$defs"]}
    for name, part in parts.items():
        assert part["description"]
        for key, value in part["properties"].items():
            assert value.get("description", "").endswith("."), (name, key)


def test_keys_are_those_of_the_language():
    assert list(SCHEMA["properties"]) == [
        "negotiation",
        "title",
        "source",
        "about",
        "players",
        "parameters",
        "definitions",
        "audience",
        "game",
        "matrix",
        "stages",
        "outcomes",
        "readings",
        "repeat",
        "behaviour",
        "sweep",
        "variants",
    ]
    assert SCHEMA["required"] == ["negotiation", "title", "players"]
