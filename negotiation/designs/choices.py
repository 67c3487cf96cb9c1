"""Axes of what is chosen by name or number: variants of the scenario, solution concepts, seeds of simulations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from negotiation.designs.design import Axis, Series
from negotiation.designs.ranges import MAX_VALUES, number
from negotiation.errors import ParameterError
from negotiation.games.repeated import LARGEST_SEED
from negotiation.scenario.mistakes import nearest
from negotiation.scenario.scenario import Scenario

__all__ = ["concept_axis", "name_rule", "seed_axis", "seed_rule", "variant_axis"]


def variant_axis(scenario: Scenario, names: str | Sequence[str]) -> Axis:
    """Return the axis of some variants, a list or a text such as ``"A,B"``; ``""`` stands for the values of the file itself.

    Raises
    ------
    ParameterError
        If there is no such variant, one stands twice, or there are none.
    """
    return _named("variant", names, ["", *scenario.variants], scenario.file)


def concept_axis(names: str | Sequence[str], known: Sequence[str] | None = None) -> Axis:
    """Return the axis of some solution concepts out of those that are known (None: all names are taken); errors as ``variant_axis``."""
    return _named("concept", names, known, "this version")


def seed_axis(seeds: str | Sequence[int]) -> Axis:
    """Return the axis of some seeds: a list, or a text such as ``"0:9"`` (both included) or ``"1,5,8"``.

    Raises
    ------
    ParameterError
        If one is no whole number from 0 to ``LARGEST_SEED`` or stands twice, or there are none or too many.
    """
    values = tuple(_read_seeds(seeds) if isinstance(seeds, str) else (_seed(seed) for seed in seeds))
    _check_each_once("seed", values)
    return Axis("seed", (Series("seed", "seed", values),))


def name_rule(role: str, name: str, known: Sequence[str], where: str) -> str | None:
    """Return what is said of a name that is not known, None if it is."""
    if name in known:
        return None
    legal = [each for each in known if each]
    hint = nearest(name, legal) or (f"known: {', '.join(legal)}" if legal else f"it has no {role}s")
    return f"{where} has no {role} {name!r}; {hint}"


def seed_rule(written: object) -> str | None:
    """Return the rule that a seed breaks, None if it breaks none."""
    value = number("seed", written)
    if value.denominator == 1 and 0 <= value <= LARGEST_SEED:
        return None
    return f"a seed is a whole number from 0 to 2**128 - 1, got {written}"


def _named(role: str, names: str | Sequence[str], known: Sequence[str] | None, where: str) -> Axis:
    values = tuple(name.strip() for name in names.split(",")) if isinstance(names, str) else tuple(names)
    for name in values:
        if known is not None and (rule := name_rule(role, name, known, where)) is not None:
            raise ParameterError(rule)
    _check_each_once(role, values)
    return Axis(role, (Series(role, "variant" if role == "variant" else "concept", values),))


def _read_seeds(text: str) -> list[int]:
    first, colon, last = text.partition(":")
    if not colon:
        return [_seed(part.strip()) for part in text.strip().removesuffix(",").split(",")]
    low, high = _seed(first.strip()), _seed(last.strip())
    if not 0 <= high - low < MAX_VALUES:
        raise ParameterError(f"seeds are written FIRST:LAST, at most {MAX_VALUES:,} of them, got {text!r}")
    return list(range(low, high + 1))


def _seed(written: object) -> int:
    if (rule := seed_rule(written)) is not None:
        raise ParameterError(rule)
    return int(number("seed", written))


def _check_each_once(role: str, values: Sequence[object]) -> None:
    if not values:
        raise ParameterError(f"an axis of {role}s needs at least one of them")
    if len(values) > MAX_VALUES:
        raise ParameterError(f"the number of values along an axis must lie in [1, {MAX_VALUES:,}], got {len(values):,}")
    value, times = Counter(values).most_common(1)[0]
    if times > 1:
        raise ParameterError(f"{role}: each value of an axis stands once, got {value!r} more than once")
