"""The report: one HTML file that holds everything and asks no server for anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from negotiation.sources import Source
from negotiation.words.sections import Section, number
from negotiation.words.titles import title_section

__all__ = ["page"]

TEMPLATE = Path(__file__).with_name("page.html.j2")


def page(source: Source, sections: Sequence[Section], provenance: Mapping[str, object]) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    source : Source
        The scenario with its parameters; their meanings are listed.
    sections : sequence of Section
        What the results say.
    provenance : mapping
        What has to be known to compute the results again; shown as it is.
    """
    # jinja2 takes a tenth of a second to import, which only a report needs.
    from jinja2 import Environment, StrictUndefined

    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        TEMPLATE.read_text(encoding="utf-8")
    )
    scenario = source.scenario
    return template.render(
        title=title_section(source),
        about=[] if scenario is None else [" ".join(part.split()) for part in scenario.about.split("\n\n") if part.strip()],
        origin="" if scenario is None else scenario.source,
        players=[(source.labels[name], name, _types(source, name)) for name in source.game.players],
        parameters=_parameters(source),
        readings=_readings(source),
        sections=sections,
        provenance=provenance,
        scenario_text="" if scenario is None else scenario.text,
    )


def _types(source: Source, player: str) -> str:
    return "" if source.scenario is None else ", ".join(source.scenario.types.get(player, ()))


def _parameters(source: Source) -> list[tuple[str, str, str, str]]:
    """Return (name, value, range, meaning) of each parameter."""
    if source.scenario is None:
        return []
    return [
        (
            name,
            number(source.values[name]) + (f" {parameter.unit}" if parameter.unit else ""),
            f"{number(parameter.range[0])} to {number(parameter.range[1])}",
            parameter.about,
        )
        for name, parameter in source.scenario.parameters.items()
    ]


def _readings(source: Source) -> list[tuple[str, str]]:
    """Return each reading with its patterns."""
    return [(reading.name, "; or ".join(" > ".join(pattern) for pattern in reading.patterns)) for reading in source.game.readings]
