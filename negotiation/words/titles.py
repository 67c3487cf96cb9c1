"""What a result is about: the scenario, the variant, and the values that were set."""

from __future__ import annotations

from negotiation.sources import Source
from negotiation.words.sections import Section, number

__all__ = ["title_section"]


def title_section(source: Source) -> Section:
    """Return the heading of a result."""
    file = source.file if source.variant is None else f"{source.file}, variant '{source.variant}'"
    set_ = ", ".join(f"{name} = {number(source.values[name])}" for name in source.settings)
    changed = [f"{file}{f'; {set_}' if set_ else ''}"]
    if source.variant is not None and source.scenario is not None:
        base = source.scenario.parameters
        differs = source.scenario.variants[source.variant]
        kept = {name: value for name, value in differs.items() if name not in source.settings}
        parts = [f"{name} = {number(value)} (base {number(base[name].value)})" for name, value in kept.items()]
        changed.append(f"The variant sets {', '.join(parts)}." if parts else "The variant changes nothing.")
    return Section(source.title, tuple(changed))
