"""What is wrong with a text that is not YAML, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from negotiation.scenario.mistakes import Place
from negotiation.scenario.reader import MAX_DEPTH

__all__ = ["explain"]

#: (a part of the parser's problem or context, the rule in plain words, what to do). The first that fits is used.
_EXPLANATIONS = (
    # Newer parsers have a limit of their own, which they can reach while they read ahead.
    ("maximum nesting depth", f"nested deeper than {MAX_DEPTH} levels", ""),
    ("mapping values are not allowed", "a ':' cannot stand here", "indent it like its neighbours, or quote a text that contains ': '"),
    ("could not find expected ':'", "a key needs a ':' and a blank after it", ""),
    ("while scanning an alias", "a text cannot start with '*'", "quote it: '* > refuse'"),
    ("while scanning an anchor", "a text cannot start with '&'", "quote it"),
    ("found unexpected end of stream", "a quoted text is not closed", "add the missing quotation mark"),
    ("found unexpected document indicator", "a quoted text is not closed", "add the missing quotation mark"),
    ("unknown escape", "an unknown escape after '\\' in a quoted text", "use single quotes"),
    ("expected ',' or ']'", "a list that was opened with '[' is not closed, or lacks a ','", ""),
    ("expected ',' or '}'", "a mapping that was opened with '{' is not closed, or lacks a ','", ""),
    ("flow sequence", "a list that was opened with '[' is not closed, or lacks a ','", ""),
    ("flow mapping", "a mapping that was opened with '{' is not closed, or lacks a ','", ""),
    ("expected '-' indicator", "a list item ('- ') is expected here", "indent the line like its neighbours"),
    ("block sequence", "a list item ('- ') is expected here", "indent the line like its neighbours"),
    ("block collection", "a list item ('- ') is expected here", "indent the line like its neighbours"),
    ("block mapping", "a key is expected here", "indent the line like its neighbours, or quote the whole text"),
    ("block scalar", "after '|' or '>' the text starts on the next line", "quote a text that starts with '|' or '>'"),
    ("document start", "the text goes on after the scenario is complete", "look for a bracket or a quotation mark too many"),
    ("expected node content", "a value is expected here", "quote a text that starts with a bracket or a sign"),
    ("directive", "a line that starts with '%' is not part of the language", ""),
    ("incompatible", "a line that starts with '%' is not part of the language", ""),
    ("tag", "tags ('!name') are not part of the language", "quote a text that starts with '!'"),
)


def explain(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[Place, str, str]:
    """Return where a YAML syntax error is, the rule in plain words, and what to do about it."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Place(1, 1), "this is not YAML", ""
    place = Place(mark.line + 1, mark.column + 1)
    said = f"{error.problem or ''}; {error.context or ''}"
    if "start any token" in said or "tab" in said:
        return place, *_token(lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else "")
    for part, rule, suggestion in _EXPLANATIONS:
        if part in said:
            # An unclosed text or bracket and a missing colon are noticed late: what was opened is the place to look.
            late = "not closed" in rule or "needs a ':'" in rule
            opened = error.context_mark if late else None
            if "starts with '%'" in rule:
                place = Place(mark.line + 1, 1)
            return (Place(opened.line + 1, opened.column + 1) if opened else place), rule, suggestion
    return place, "this is not YAML", "compare the line with its neighbours"


def _token(character: str) -> tuple[str, str]:
    if character == "\t":
        return "a tab cannot indent a line", "indent with blanks"
    return f"a text cannot start with {character!r}", "quote it"
