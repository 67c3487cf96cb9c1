"""General conditions in words: for each thing that can happen the inequalities on the parameters under which it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from negotiation.boundaries.conditions import Conditions, Course, Inequality, PlayConditions, Requirement, Subgame
from negotiation.words.sections import Section, player_name

__all__ = ["conditions_sections"]

#: What a reader has to know of all of them.
SCOPE = (
    "Everything below is for parameters within the ranges that the file declares, and holds exactly there; cases that cannot occur and "
    "inequalities that were proved to follow from the others are left out. Where a line depends on what an action would lead to, a course "
    "that is not listed below it rules the outcome out. All inequalities are strict: with an equality somebody is "
    "indifferent, and what stands on both sides of it can happen."
)


def conditions_sections(found: Conditions, reading: str | None = None) -> list[Section]:
    """Return the conditions of each play (of those with a reading), then what each later decision leads to."""
    labels = found.scenario.labels
    plays = [each for each in found.plays if reading is None or each.reading == reading]
    head = Section(found.scenario.title, (found.scenario.file, SCOPE))
    later = [_subgame_section(each, labels) for each in found.subgames]
    return [head, *(_play_section(each, labels) for each in plays), *later]


def _play_section(play: PlayConditions, labels: Mapping[str, str]) -> Section:
    path = " > ".join(play.path)
    heading = play.reading if play.reading == path else f"{play.reading}: {path}"
    if play.requirements is None:
        return Section(heading, ("Never: no values in the declared ranges lead to it, except by indifference.",))
    lines = [f"- this reading's own condition: {_inequality(each)}" for each in play.when]
    lines += [line for each in play.requirements for line in _requirement(each, labels)]
    return Section(
        heading, ("This happens if and only if all of these hold:" if lines else "This happens whatever the parameters are.", *lines)
    )


def _subgame_section(subgame: Subgame, labels: Mapping[str, str]) -> Section:
    lines = [line for course in subgame.courses for line in _course(course, labels)]
    return Section(f"What '{' > '.join(subgame.path)}' would lead to ({player_name(labels, subgame.player)} moves)", tuple(lines))


def _course(course: Course, labels: Mapping[str, str]) -> Iterator[str]:
    if course.requirements is None:
        yield f"'{course.actions}': never, except by indifference."
    elif not course.requirements:
        yield f"'{course.actions}': whatever the parameters are."
    else:
        yield f"'{course.actions}' if and only if:"
        for each in course.requirements:
            yield from _requirement(each, labels)


def _requirement(found: Requirement, labels: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of one requirement; where there are cases, each says what the other action would lead to."""
    start = f"- {player_name(labels, found.player)}: '{found.takes}' rather than '{found.instead}'"
    only = found.cases[0]
    if len(found.cases) == 1 and not only.when and only.inequality is not None:
        yield f"{start}: {_inequality(only.inequality)}"
        return
    yield f"{start}, which depends on what '{found.instead}' would lead to:"
    for case in found.cases:
        needed = "then nothing more is needed" if case.inequality is None else _inequality(case.inequality)
        yield f"    - '{case.course}': {needed}"


def _inequality(found: Inequality) -> str:
    return f"{found.text}  ({found.short})" if found.short else found.text
