"""Random damage to sound files: whatever comes out is a scenario or a located answer, never anything else."""

import random
import re
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml
from broken_files import SOUND
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import ScenarioError
from negotiation.scenario.document import read_document
from negotiation.scenario.scenario import loads
from negotiation.scenario.schema import json_schema

SHIPPED = Path(__file__).parents[2] / "scenarios"
SMALL = 6_000

FRAGMENTS = """
0 1 -1 2 0.5 1e9 1e-300 .5 1/3 1/0 9**9**9 nan inf yes no null ~ true [] {} [1] {a: 1} "" ' " : - , [ ] { } # | > & * ! % @ ` \\ ?
start then with each player actions chance probability hidden_from rounds continue state after strategy types label value range
audience belief( belief(sincere) exp( log(0) sqrt(-1) a.b a[0] if else and not ... * > >> \t \u00e9 \u2212 \u202e \x00 \ufeff \U0001f600
negotiation: 2 <<: 1:30 2021-12-17 010 0x1f ((( ))) == = ^ // x x x x x x x x x x
""".replace("\n", " ").split(" ")


@cache
def sources():
    shipped = {path.stem: path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.yaml")}
    # Long files and large trees are sound like the others and only take longer.
    return [text for text in (*SOUND.values(), *shipped.values()) if len(text) < SMALL and "points: 21" not in text]


def damaged_text(chance):
    """Return a sound text with a few characters, words or lines changed."""
    text = chance.choice(sources())
    for _ in range(chance.randint(1, 4)):
        text = chance.choice((_characters, _words, _lines))(text, chance)
    return text


def _characters(text, chance):
    start = chance.randrange(len(text) + 1)
    stop = min(len(text), start + chance.choice((0, 0, 1, 1, 2, 10)))
    return text[:start] + chance.choice((*FRAGMENTS, "", "", "\n", "  ")) + text[stop:]


def _words(text, chance):
    words = list(re.finditer(r"[\w.*+-]+", text))
    if not words:
        return text
    word, other = chance.choice(words), chance.choice([each.group() for each in words] + FRAGMENTS)
    return text[: word.start()] + other + text[word.end() :]


def _lines(text, chance):
    lines = text.split("\n")
    place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            del lines[place]
        case 1:
            lines.insert(place, lines[other])
        case 2:
            lines[place], lines[other] = lines[other], lines[place]
        case 3:
            lines[place] = chance.choice((" ", "  ", "\t", "    ")) + lines[place]
        case _:
            lines.insert(place, chance.choice(chance.choice(sources()).split("\n")))
    return "\n".join(lines)


def damaged_data(chance):
    """Return a sound file's data with a few parts removed, exchanged or replaced, as YAML."""
    data = read_document(chance.choice(sources()), "sound").data
    for _ in range(chance.randint(1, 3)):
        parents = list(_mappings_and_lists(data))
        parent, other = chance.choice(parents), chance.choice(parents)
        keys = list(parent) if isinstance(parent, dict) else list(range(len(parent)))
        if not keys:
            continue
        key = chance.choice(keys)
        match chance.randrange(4):
            case 0:
                del parent[key]
            case 1:
                parent[key] = chance.choice((*FRAGMENTS, [], {}, None, ["1"], {"x": "1"}, [[]], {"then": "x"}, {"player": "a"}))
            case 2 if isinstance(parent, dict):
                parent[chance.choice((*FRAGMENTS, *other) if isinstance(other, dict) else FRAGMENTS)] = parent.pop(key)
            case _:
                copy = read_document(yaml.safe_dump(other, default_flow_style=True, width=10_000), "part").data
                parent[key] = copy
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, default_flow_style=chance.choice((None, False, True)))


def _mappings_and_lists(data):
    if isinstance(data, dict | list):
        yield data
        for part in data.values() if isinstance(data, dict) else data:
            yield from _mappings_and_lists(part)


@cache
def schema():
    return jsonschema.Draft202012Validator(json_schema())


def check(text):
    """Load a text; look at all that a scenario can say, at its values and at those of its variants."""
    try:
        scenario = loads(text, file="damaged.yaml")
    except ScenarioError as error:
        _check_answer(error, text)
        return None
    for variant in (None, *scenario.variants):
        assert scenario.game(variant).players == scenario.players
        assert scenario.stage(variant).ends
        assert set(scenario.choices(variant)) >= {name for name in scenario.players if name not in scenario.types}
        if scenario.is_repeated:
            assert scenario.repetition(variant).discounts
    for end in (0, 1):
        corner = {name: parameter.range[end] for name, parameter in scenario.parameters.items()}
        try:
            assert scenario.game(**corner).players == scenario.players
            assert scenario.choices(**corner)
        except ScenarioError as error:  # a payoff that has no value there, for example
            _check_answer(error, text)
    assert scenario._repr_html_()
    return scenario


def _check_answer(error, text):
    lines = text.removeprefix("\ufeff").splitlines() or [""]
    assert error.mistakes
    assert list(error.mistakes) == sorted(error.mistakes, key=lambda mistake: (mistake.line, mistake.column))
    for mistake in error.mistakes:
        assert mistake.file == "damaged.yaml"
        assert 1 <= mistake.line <= len(lines) + 1
        assert 1 <= mistake.column <= len(lines[mistake.line - 1] if mistake.line <= len(lines) else "") + 2
        assert mistake.rule
        assert "\n" not in mistake.rule + mistake.suggestion
        # Words of pydantic, Python and the program's own classes mean nothing to the reader.
        assert not re.search(r"pydantic|Traceback|object at 0x|NoneType|<[a-z]+>(?!')|\[key\]", mistake.rule + mistake.suggestion)
    assert str(error)


def fits_the_schema(text):
    """Whether the schema takes what the program takes; scalars stay texts, as which the language has all of them."""
    return schema().is_valid(read_document(text, "damaged").data)


def test_payoffs_by_type_where_the_players_are_missing():
    """The types were compared with those of the first player, and there was none."""
    text = SOUND["tree"].replace("players:\n", "").replace("  sender: Moscow\n  target: {label: NATO, types: {firm: p, soft: 1 - p}}\n", "")
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    assert [mistake.rule for mistake in caught.value.mistakes] == ["the file needs 'players'"]


@pytest.mark.parametrize("damage", [damaged_text, damaged_data])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_damaged_files_are_scenarios_or_answered(damage, seed):
    text = damage(random.Random(seed))  # noqa: S311 - which damage is done need not be a secret
    if check(text) is not None:
        assert fits_the_schema(text)
