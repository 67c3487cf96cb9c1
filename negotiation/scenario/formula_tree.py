"""Formula text becomes a checked tree.

Python's own parser reads the text; the tree that comes out holds nothing but the node types below, whatever the text
was. Limits are checked before any work that a hostile text could make long.
"""

from __future__ import annotations

import ast
import difflib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.errors import FormulaError
from negotiation.scenario.formula_syntax import DEEPEST, NUMERAL, check_text, explain

__all__ = ["FUNCTIONS", "RESERVED", "Binary", "Bool", "Call", "Compare", "IfElse", "Name", "Node", "Number", "Unary", "parse_tree"]

MOST_NODES = 500
#: Digits before and after the decimal point together, and the size of a decimal exponent: far more than any payoff needs.
MOST_DIGITS = 60
LARGEST_EXPONENT = 300
#: The largest constant integer power.
LARGEST_POWER = 1_000
#: What would be rounded to infinity in double precision: half a last place above the largest double.
TOO_LARGE = Fraction(2**1024 - 2**970)

#: Function names with the fewest and the most arguments.
FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "min": (2, 20),
    "max": (2, 20),
    "abs": (1, 1),
    "exp": (1, 1),
    "log": (1, 1),
    "sqrt": (1, 1),
    "clip": (3, 3),
}

#: Words that cannot be names: they mean something in a formula.
RESERVED = frozenset({*FUNCTIONS, "belief", "and", "or", "not", "if", "else"})

BINARY: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
UNARY: Mapping[type[ast.unaryop], str] = {ast.UAdd: "+", ast.USub: "-", ast.Not: "not"}
COMPARE: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
#: What to call what people write by mistake; everything else is "this".
NOT_ALLOWED: Mapping[type[ast.AST], str] = {
    ast.Attribute: "attributes such as a.b",
    ast.Subscript: "subscripts such as a[0]",
    ast.Lambda: "lambda",
    ast.List: "lists",
    ast.Tuple: "commas outside a function",
    ast.Dict: "braces",
    ast.Set: "braces",
    ast.NamedExpr: "assignments",
    ast.Starred: "stars before a name",
    ast.ListComp: "loops",
    ast.GeneratorExp: "loops",
    ast.DictComp: "loops",
    ast.SetComp: "loops",
    ast.Await: "await",
    ast.Yield: "yield",
}


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral, as the rational that it reads as."""

    value: Fraction
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Name:
    """A free name; ``belief(sincere)`` counts as one."""

    name: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Unary:
    """``+ - not`` before an operand."""

    operator: str
    operand: Node
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Binary:
    """``+ - * / **`` between two operands."""

    operator: str
    left: Node
    right: Node
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Compare:
    """A chain of comparisons: ``operands[0] operators[0] operands[1] ...``; 1 if all hold, else 0."""

    operators: tuple[str, ...]
    operands: tuple[Node, ...]
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Bool:
    """``and`` or ``or`` of several operands: 1 or 0; a number other than 0 counts as true."""

    operator: str
    operands: tuple[Node, ...]
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class IfElse:
    """``then if condition else otherwise``."""

    condition: Node
    then: Node
    otherwise: Node
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Call:
    """One of the ``FUNCTIONS``."""

    function: str
    arguments: tuple[Node, ...]
    offset: int
    length: int


Node: TypeAlias = Number | Name | Unary | Binary | Compare | Bool | IfElse | Call


def parse_tree(text: str, *, beliefs: bool = False) -> Node:
    """Return the checked tree of a formula.

    Parameters
    ----------
    text : str
    beliefs : bool
        Whether ``belief(type)`` may appear.

    Raises
    ------
    FormulaError
        If anything but a formula is written, with offset and length in ``text``.
    """
    flat = check_text(text)
    shift = len(flat) - len(flat.lstrip())
    builder = _Builder(flat.strip(), shift, beliefs)
    return builder.build(_python_tree(flat.strip(), shift))


def _python_tree(text: str, shift: int) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        offset = min(max((error.offset or 1) - 1, 0), len(text) - 1)
        found = explain(text, offset)
        raise FormulaError(found.rule, offset=found.offset + shift, length=found.length, suggestion=found.suggestion) from None
    except (ValueError, MemoryError, RecursionError):
        raise FormulaError("this is too deeply nested to be a formula", offset=shift) from None


def _not_allowed(node: ast.expr) -> str:
    """Return the rule that a node of another kind breaks."""
    match node:
        case ast.Compare():
            return f"only {' '.join(COMPARE.values())} compare in a formula"
        case ast.Tuple(elts=[]):
            return "a value is missing between the brackets"
    return f"{NOT_ALLOWED.get(type(node), 'this')} cannot be used in a formula"


class _Builder:
    """Turns Python's tree into ours, node by node, counting nodes and depth."""

    def __init__(self, text: str, shift: int, beliefs: bool) -> None:
        self.text = text
        self.shift = shift
        self.beliefs = beliefs
        self.count = 0

    def build(self, node: ast.expr, depth: int = 0) -> Node:
        """Return the checked node; ``depth`` is how deep it stands."""
        self.count += 1
        if self.count > MOST_NODES:
            raise self.mistake(node, f"a formula may have at most {MOST_NODES} numbers, names and operations")
        if depth > DEEPEST:
            hint = "name parts of it under 'definitions'"
            raise self.mistake(node, f"operations may be nested at most {DEEPEST} deep, sums of many terms included", hint)
        place = self.place(node)
        match node:
            case ast.Constant():
                return Number(self.numeral(node), *place)
            case ast.Name(id=name):
                self.check_name(node, name)
                return Name(name, *place)
            case ast.UnaryOp(op=operator, operand=operand) if type(operator) in UNARY:
                return Unary(UNARY[type(operator)], self.build(operand, depth + 1), *place)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in BINARY:
                return self.binary(node, BINARY[type(operator)], self.build(left, depth + 1), self.build(right, depth + 1))
            case ast.Compare(left=left, ops=operators, comparators=others) if all(type(each) in COMPARE for each in operators):
                operands = tuple(self.build(each, depth + 1) for each in (left, *others))
                return Compare(tuple(COMPARE[type(each)] for each in operators), operands, *place)
            case ast.BoolOp(op=operator, values=values):
                return Bool("and" if isinstance(operator, ast.And) else "or", tuple(self.build(each, depth + 1) for each in values), *place)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return IfElse(self.build(test, depth + 1), self.build(body, depth + 1), self.build(orelse, depth + 1), *place)
            case ast.Call():
                return self.call(node, depth)
        raise self.mistake(node, _not_allowed(node))

    def place(self, node: ast.expr) -> tuple[int, int]:
        """Return the offset and the length of a node in the text as it was given."""
        end = node.end_col_offset if node.end_col_offset is not None else node.col_offset + 1
        return node.col_offset + self.shift, end - node.col_offset

    def mistake(self, node: ast.expr, rule: str, suggestion: str = "") -> FormulaError:
        """Return an error at a node."""
        offset, length = self.place(node)
        return FormulaError(rule, offset=offset, length=length, suggestion=suggestion)

    def numeral(self, node: ast.Constant) -> Fraction:
        """Return the rational that a numeral reads as."""
        text = ast.get_source_segment(self.text, node) or ""
        found = NUMERAL.fullmatch(text)
        if found is None:
            hint = "write 1 for true and 0 for false" if isinstance(node.value, bool) else ""
            raise self.mistake(node, f"{text!r} is not a number; numbers are written like 2, 0.25 or 1.5e-3", hint)
        if sum(character.isdigit() for character in found.group(1)) > MOST_DIGITS or len(found.group(2) or "") > 4:
            raise self.mistake(node, f"a number may have at most {MOST_DIGITS} digits and an exponent up to {LARGEST_EXPONENT}")
        if abs(int(found.group(2) or 0)) > LARGEST_EXPONENT:
            raise self.mistake(node, f"the exponent of a number may be at most {LARGEST_EXPONENT}, got {found.group(2)}")
        number = Fraction(text)
        if number >= TOO_LARGE:
            raise self.mistake(node, "the number is too large")
        return number

    def check_name(self, node: ast.expr, name: str) -> None:
        """Refuse function names without brackets."""
        if name in RESERVED:
            raise self.mistake(node, f"{name!r} is a function: write {name}(...)")

    def binary(self, node: ast.expr, operator: str, left: Node, right: Node) -> Binary:
        """Return an operation; constant powers are bounded here, others when they are computed."""
        exponent = right.operand if isinstance(right, Unary) else right
        if operator == "**" and isinstance(exponent, Number) and exponent.value > LARGEST_POWER:
            raise self.mistake(node, f"a constant power may be at most {LARGEST_POWER:,}")
        return Binary(operator, left, right, *self.place(node))

    def call(self, node: ast.Call, depth: int) -> Node:
        """Return a call of one of the functions, or a belief."""
        if not isinstance(node.func, ast.Name):
            raise self.mistake(node, "only functions with a name can be called in a formula", "write '*' to multiply")
        name = node.func.id
        if node.keywords:
            raise self.mistake(node, f"{name} takes its arguments by position")
        if name == "belief" and self.beliefs:
            return self.belief(node)
        if name not in FUNCTIONS:
            raise self.unknown_function(node.func, name)
        arguments = tuple(self.build(argument, depth + 1) for argument in node.args)
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(node.args) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise self.mistake(node, f"{name} takes {wanted} argument{'s' if most > 1 else ''}, got {len(node.args)}")
        return Call(name, arguments, *self.place(node))

    def unknown_function(self, node: ast.Name, name: str) -> FormulaError:
        """Return the answer to a function that is none, which is often a product without its sign."""
        near = difflib.get_close_matches(name, FUNCTIONS, n=1)
        known = f"there are {', '.join(FUNCTIONS)}; a product is written {name} * (...)"
        return self.mistake(node, f"unknown function {name!r}", f"did you mean '{near[0]}'?" if near else known)

    def belief(self, node: ast.Call) -> Name:
        """Return the name of a posterior, e.g. ``belief(sincere)``."""
        if len(node.args) != 1 or not isinstance(node.args[0], ast.Name):
            raise self.mistake(node, "belief takes the name of one type, as in belief(sincere)")
        return Name(f"belief({node.args[0].id})", *self.place(node))
