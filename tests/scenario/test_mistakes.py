"""Broken scenario files: each with all that is said of it, and many mistakes in one file."""

import re

import pytest
from broken_files import RECORDS, SOUND

from negotiation.errors import ScenarioError
from negotiation.scenario.scenario import loads


def answer(text):
    with pytest.raises(ScenarioError) as caught:
        loads(text, file="draft.yaml")
    return str(caught.value)


@pytest.mark.parametrize("name", SOUND)
def test_the_files_are_sound_before_they_are_broken(name):
    assert loads(SOUND[name]).title


def test_there_are_enough_of_them_and_no_two_have_a_name():
    assert len({record.name for record in RECORDS}) == len(RECORDS) >= 150


@pytest.mark.parametrize("record", RECORDS, ids=[record.name for record in RECORDS])
def test_answer(record):
    assert answer(record.text) == record.answer


@pytest.mark.parametrize("record", RECORDS, ids=[record.name for record in RECORDS])
def test_the_caret_is_under_what_is_wrong(record):
    """What is marked is a whole word, formula or sign of the line that is shown, and the line is the one that is named."""
    for said in re.split(r"\n(?=draft\.yaml)", answer(record.text)):
        first, source, carets = said.splitlines()[:3]
        line, column = map(int, first.split(":")[1:3])
        shown = source.partition(" | ")[2]
        assert shown == record.text.splitlines()[line - 1]
        marked = shown[column - 1 : column - 1 + carets.count("^")]
        assert marked.strip() == marked != ""
        assert carets.partition("| ")[2].index("^") == column - 1


MANY = {
    "title: An ultimatum": "titel: An ultimatum",
    "p: {value: 0.4": "p: {value: 2",
    "gain: {value: 2, range: [0, 5]": "gain: {value: 2, range: [5, 0]",
    "net: gain - cost": "net: gian - cost",
    "wait: quiet": "wait: quite",
    "with: {size: 0.5}": "with: {size: 0.5 *}",
    "war: {probability: 0.3": "war: {likelihood: 0.3",
    "deal: {sender: net * size": "deal: {sender: net * siez",
    "fight: {sender: -cost * trust, target: -2}": "fight: {sender: -cost * trust}",
    "demand > concede": "demand > concde",
    "{sender: 0.9, target: 0.95}": "{sendr: 0.9, target: 0.95}",
    "[fight]": "[fihgt]",
    "deal: 0.5 * trust": "deal: 0.5 * turst",
    "{firm: always, ": "{firn: always, ",
    "axes: {gain: ": "axes: {gains: ",
    "gain: 1, cost: 0.25": "gain: 1, cots: 0.25",
}


def test_all_independent_mistakes_come_in_one_go_in_order_and_nothing_else():
    text = SOUND["tree"]
    for old, new in MANY.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    said = [line for line in answer(text).splitlines() if line.startswith("draft.yaml")]
    # One mistake for each change, on its line.
    assert [int(line.split(":")[1]) for line in said] == [text[: text.index(new)].count("\n") + 1 for new in MANY.values()]
    assert [line.split(": ", 1)[1] for line in said] == [
        "unknown key 'titel'",
        "the value of 'p' must lie in [0, 1], got 2",
        "the range of 'gain' is upside down: 5 is above 0",
        "unknown name 'gian' in the definition 'net'",
        "unknown outcome or stage 'quite'",
        "a value is missing at the end, in the value of 'size'",
        "unknown key 'likelihood' in ... actions.refuse.chance.war",
        "unknown name 'siez' in the payoff of 'sender' at outcome 'deal'",
        "the outcome 'fight' has no payoff for 'target'",
        "unknown action 'concde' in reading 'appeasement'",
        "unknown player 'sendr'",
        "unknown outcome 'fihgt'",
        "unknown name 'turst' in state 'trust' after outcome 'deal'",
        "unknown type 'firn' of 'target'",
        "unknown parameter 'gains'",
        "unknown parameter 'cots'",
    ]


def test_a_part_that_is_cut_out_does_not_make_others_wrong():
    """A stage with a mistake of shape is not read; neither the outcomes that it leads to nor its actions are called unknown."""
    text = SOUND["tree"].replace("concede: deal", "concede: [deal]")
    assert [line for line in answer(text).splitlines() if line.startswith("draft")] == [
        "draft.yaml:23:7: stages.reply.actions.concede must lead to an outcome, a stage, a decision ('player' and 'actions') "
        "or a chance move ('chance'), got a list"
    ]


def test_no_more_than_fifty_mistakes_are_listed():
    outcomes = "".join(f"  end{number}: {{sender: {number}}}\n" for number in range(80))
    said = answer(SOUND["tree"].replace("outcomes:\n", f"outcomes:\n{outcomes}"))
    listed = [line for line in said.splitlines() if line.startswith("draft")]
    assert len(listed) == 51
    assert listed[-1].endswith("and 110 more mistakes after this one")


def test_answers_do_not_depend_on_the_order_of_sets():
    """Sets of names are in another order in each process; two formulas with several unknown names tell."""
    text = SOUND["tree"].replace("net: gain - cost", "net: zeta + alpha + mu + beta")
    rules = [line.split(": ", 1)[1] for line in answer(text).splitlines() if line.startswith("draft")]
    assert rules == [f"unknown name {name!r} in the definition 'net'" for name in ("zeta", "alpha", "mu", "beta")]
    folded = SOUND["tree"].replace("net: gain - cost", "net: zeta + alpha +\n    mu + beta")
    assert [line.split(": ", 1)[1] for line in answer(folded).splitlines() if line.startswith("draft")] == rules


def test_control_characters_of_a_file_do_not_reach_the_terminal():
    said = answer(SOUND["tree"].replace("An ultimatum", "An ultimatum\u202e\n\u200bx: 1"))
    assert not any(each in said for each in "\u202e\u200b")


# Limits that take large files


def first_rule(text):
    return answer(text).splitlines()[0].split(": ", 1)[1]


HEAD = "negotiation: 1\ntitle: t\nplayers: {a: A, b: B}\nparameters: {p: {value: 0, range: [0, 1], about: x}}\n"


def test_paths_have_at_most_a_thousand_moves():
    def chain(length):
        stages = "".join(f"  s{number}: {{player: b, actions: {{on: s{number + 1}, off: out}}}}\n" for number in range(1, length))
        last = f"  s{length}: {{player: b, actions: {{off: out}}}}\n"
        return f"{HEAD}game: {{player: a, actions: {{on: s1}}}}\nstages:\n{stages}{last}outcomes: {{out: {{a: 0, b: 0}}}}\n"

    assert len(loads(chain(999)).game().ends) == 999
    assert first_rule(chain(1000)) == "a path has more than 1,000 moves, the most that is allowed"


def test_names_of_information_sets_stay_within_memory():
    """A thousand moves of names of 90 characters: each information set is named by all that was seen before it."""
    name = "on" * 45
    stages = "".join(f"  s{number}: {{player: b, actions: {{{name}: s{number + 1}, off: out}}}}\n" for number in range(900))
    text = f"{HEAD}game: {{player: a, actions: {{on: s0}}}}\nstages:\n{stages}  s900: {{player: b, actions: {{off: out}}}}\n"
    assert first_rule(text + "outcomes: {out: {a: 0, b: 0}}\n") == "the paths of the tree have more than 10,000,000 characters together"


def test_variants_of_large_trees_are_bounded():
    family = "x: {each: {s: {from: 0, to: 1, points: 60000}}, then: out}"
    variants = ", ".join(f"v{number}: {{p: 1}}" for number in range(40))
    text = f"{HEAD}game: {{player: a, actions: {{{family}}}}}\noutcomes: {{out: {{a: s, b: p}}}}\nvariants: {{{variants}}}\n"
    assert first_rule(text) == "40 variants of a tree with 60,001 nodes are more than is checked (2,000,000 nodes in all)"


def test_a_long_text_is_refused_like_a_long_file():
    assert first_rule("#" * 1_000_001) == "the text is longer than 1,000,000 characters, the most that is read"


def test_a_mistake_deep_down_leaves_nothing_that_could_be_checked():
    """Each decision has one action, so that cutting out the wrong end empties all decisions above it."""
    inner = "[wrong]"
    for _ in range(20):
        inner = f"{{player: a, actions: {{on: {inner}}}}}"
    said = answer(f"{HEAD}game: {inner}\noutcomes: {{out: {{a: 0, b: 0}}}}\n")
    assert len(said.splitlines()) == 3
    assert "must lead to an outcome, a stage" in said
