"""Broken scenario files with what is said of them, from ``scenario/mistakes/mistakes.txt``, and the sound files behind them."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "scenario" / "mistakes"
SOUND = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml")}


@dataclass(frozen=True)
class Record:
    """A sound file, what is changed in it, and the answer."""

    name: str
    text: str
    answer: str


def lines_after(mark, body):
    return "\n".join(line[2:] for line in body.splitlines() if line.startswith(mark))


def read_record(block):
    name, source, *rest = block.splitlines()
    body = "\n".join(rest)
    text = SOUND[source.removeprefix("in ")]
    for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)+)", body, re.MULTILINE):
        before, after = (lines_after("-", old) + "\n", "") if new == "+\n" else (lines_after("-", old), lines_after("+", new))
        assert text.count(before) == 1, (name, before)
        text = text.replace(before, after)
    return Record(name, text, lines_after(">", body))


RECORDS = [read_record(block) for block in (FOLDER / "mistakes.txt").read_text(encoding="utf-8").split("\n== ")[1:]]
