"""Hostile files: refused in about a second and within 200 MB, each in a process of its own."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "negotiation: 1\ntitle: t\nplayers: {a: A, b: B}\n"
GAME = "game: {player: a, actions: {x: one, y: two}}\noutcomes:\n  one: {a: 1, b: 2}\n  two: {a: 0, b: 0}\n"
WHOLE = HEAD + GAME
ONE = "outcomes: {one: {a: 1, b: 0}}\n"
TEN_MEGABYTES = 10_000_000


def lines(count, pattern):
    """Return lines made of a pattern with the number of the line and the next one."""
    return "".join(pattern.format(n=n, next=n + 1) for n in range(count))


def parameter(value):
    return f"{HEAD}parameters: {{size: {{value: {value}, range: [0, 1], about: x}}}}\n{GAME}"


def payoff(formula):
    return WHOLE.replace("a: 1,", f"a: {formula},")


def tree(actions, stages=""):
    return f"{HEAD}game: {{player: a, actions: {{{actions}}}}}\nstages:\n{stages}{ONE}"


def stage(number, targets):
    actions = ", ".join(f"{name}: {target}" for name, target in zip("xy", targets, strict=True))
    return f"  s{number}: {{player: b, actions: {{{actions}}}}}\n"


def parameters(count):
    return HEAD + "parameters:\n" + lines(count, "  p{n}: {{value: 1, range: [0, 1], about: x}}\n")


def definitions(count, pattern, last=""):
    return HEAD + "definitions:\n" + lines(count, pattern) + last + GAME


DOUBLING = "".join(stage(n, (f"s{n + 1}", f"s{n + 1}")) for n in range(2_000)) + stage(2_000, ("one", "one"))
CIRCLE = "".join(stage(n, (f"s{(n + 1) % 4_000}", "one")) for n in range(4_000))
ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{f'*{a}, ' * 9}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
)
FAMILIES = f"x: {{each: {{{lines(2_000, 's{n}: {{from: 0, to: 1, points: 99}}, ')}}}, then: one}}"
MANY_TARGETS = HEAD + f"game: {{player: a, actions: {{{lines(10_000, 'x{n}: z{n}, ')}}}}}\n"
MANY_ENDS = parameters(2_000) + f"game: {{player: a, actions: {{{lines(2_000, 'x{n}: o{n}, ')}}}}}\n"

#: name -> (the file, what the first line of the answer says)
HOSTILE = {
    "10 MB of blanks": (" " * TEN_MEGABYTES, "larger than 1,000,000 bytes"),
    "10 MB of line ends": ("\n" * TEN_MEGABYTES, "larger than 1,000,000 bytes"),
    "10 MB of comments": ("# nothing\n" * (TEN_MEGABYTES // 10), "larger than 1,000,000 bytes"),
    "10 MB in one line": ("title: " + "x" * TEN_MEGABYTES, "larger than 1,000,000 bytes"),
    "1 MB of blanks": (" " * 999_999, "the file is empty"),
    "1 MB of line ends": ("\n" * 999_999, "the file is empty"),
    "1 MB of comments": ("# nothing\n" * 99_999, "the file is empty"),
    "1 MB in one line": ("title: " + "x" * 999_990, "the file needs 'negotiation'"),
    "a key of 1 MB": ("x" * 999_990 + ": 1", "a ':' cannot stand here"),
    "100,000 brackets": ("game: " + "[" * 100_000, "nested deeper than 100 levels"),
    "100,000 braces": ("game: " + "{a: " * 100_000, "nested deeper than 100 levels"),
    "100,000 dashes": ("- " * 100_000, "nested deeper than 100 levels"),
    "100,000 question marks": ("? " * 100_000, "a key must be a word"),
    "deep indentation": ("\n".join(" " * depth + "a:" for depth in range(1_300)), "nested deeper than 100 levels"),
    "alias bomb": (ALIASES, "anchors"),
    "alias of itself": ("a: &a [*a]\n", "anchors"),
    "merge bomb": ("a: {<<: [" + "*b, " * 30_000 + "]}\n", "merge keys"),
    "100,000 documents": ("---\na\n" * 100_000, "a second document"),
    "24,000 duplicate keys": ("a: 1\n" * 24_000, "the file needs 'negotiation'"),
    "24,000 unknown keys": (lines(24_000, "key{n}: 1\n"), "the file needs 'negotiation'"),
    "450,000 entries": ("about: [" + "x," * 450_000, "more than 50,000 entries"),
    "a number of 900,000 digits": (parameter("9" * 900_000), "a number of at most 40 digits"),
    "a huge exponent": (parameter("1e999999999"), "a number of at most 40 digits"),
    "a tower of powers": (payoff("9**9**9**9"), "the number is too large"),
    "attributes": (payoff("().__class__.__bases__"), "attributes such as a.b cannot be used"),
    "a formula of 800,000 characters": (payoff("1+" * 400_000 + "1"), "a formula may have at most 2,000 characters"),
    "a formula with 100,000 brackets": (payoff("(" * 100_000 + "1" + ")" * 100_000), "a formula may have at most 2,000 characters"),
    "null characters": ("\0" * 999_999, "the character U+0000"),
    "a family of a billion": (
        tree("x: {each: {s: {from: 0, to: 1, points: 999999999}}, then: one}"),
        "this family has 999,999,999 actions",
    ),
    "a family of families": (tree(FAMILIES), "this family has more than a billion actions"),
    "stages that double": (tree("x: s0", DOUBLING), "the tree has more than a billion nodes"),
    "stages in a circle": (tree("x: s0", CIRCLE), "the stages lead in a circle"),
    "10,000 unknown outcomes": (
        MANY_TARGETS + "outcomes:\n" + lines(3_000, "  out{n}: {{a: 1, b: 0}}\n"),
        "unknown outcome or stage 'z0'",
    ),
    "10,000 unknown names": (
        parameters(2_000) + GAME + "definitions:\n" + lines(10_000, "  d{n}: q{n}\n"),
        "unknown name 'q0'",
    ),
    "definitions that use later ones": (
        definitions(24_000, "  d{n}: d{next}\n", "  d24000: 1\n"),
        "the definition 'd0' uses 'd1', which is defined later",
    ),
    "definitions in a circle": (
        definitions(24_000, "  d{n}: d{next}\n", "  d24000: d0\n"),
        "the definitions 'd0' and 'd1' need each other",
    ),
    "5,000 variants of unknown parameters": (
        parameters(2_000) + GAME + "variants:\n" + lines(5_000, "  v{n}: {{q{n}: 1}}\n"),
        "unknown parameter 'q0'",
    ),
    "100,000 dots in a reading": (WHOLE + f"readings: {{r: '{'... > ' * 100_000}x'}}\n", "a pattern has at most 100 steps"),
    "parameters and outcomes by the thousand": (
        MANY_ENDS + "outcomes:\n" + lines(2_000, "  o{n}: {{a: p{n}, b: p{n} / 0}}\n"),
        "the payoff of 'b' at outcome 'o0' cannot be computed: division by zero",
    ),
}

PROGRAM = """
import sys, time
from negotiation.errors import ScenarioError
from negotiation.scenario.scenario import load, loads
loads(sys.argv[1])  # what the imports take is not the file's
start = time.process_time()
try:
    load(sys.argv[2])
except ScenarioError as error:
    seconds = time.process_time() - start
    # The peak of this program alone; the one that getrusage gives includes the process that it was forked from.
    peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(seconds, int(peak) / 1024)
    print(error)
"""

#: A second on an idle machine; others may be at work on this one.
SECONDS = 3


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_at_once(tmp_path, name):
    text, said = HOSTILE[name]
    path: Path = tmp_path / "hostile.yaml"
    path.write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, WHOLE, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        # The pools of linear algebra ask for memory that nobody uses here.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (20, 20)),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    figures, first, *_ = done.stdout.splitlines()
    seconds, megabytes = map(float, figures.split())
    assert said in first
    assert len(done.stdout) < 60_000
    assert megabytes < 200
    assert seconds < SECONDS
