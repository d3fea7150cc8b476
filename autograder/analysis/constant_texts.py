"""Texts that code computes from constants: what an expression gives, without running it.

`"_get" + "frame"`, f-strings, `"".join(...)`, `chr(...)`, slices and decoding are understood. The
work and the size of each text are bounded.
"""

from __future__ import annotations

import ast
import base64
import binascii
import codecs
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

MAX_CHARS = 20_000  # of a text or list that is computed
MAX_STEPS = 300_000  # nodes that are read for all texts of a file
MAX_DEPTH = 60  # of an expression

Constant: TypeAlias = "str | bytes | int | list[Constant]"


class Unknown(Exception):
    """Raised where an expression is not made of constants, or is too large."""


def _rot13(text: str) -> str:
    return codecs.encode(text, "rot13")


DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "b64decode": base64.b64decode,
    "urlsafe_b64decode": base64.urlsafe_b64decode,
    "standard_b64decode": base64.standard_b64decode,
    "decodebytes": base64.decodebytes,
    "b32decode": base64.b32decode,
    "b16decode": base64.b16decode,
    "a85decode": base64.a85decode,
    "b85decode": base64.b85decode,
    "unhexlify": binascii.unhexlify,
    "a2b_hex": binascii.unhexlify,
    "a2b_base64": binascii.a2b_base64,
}
TEXT_METHODS = frozenset(
    ("lower", "upper", "strip", "lstrip", "rstrip", "title", "swapcase", "capitalize", "casefold")
)
OTHER_CODECS: Mapping[str, Callable[[str], str]] = {"rot13": _rot13, "rot_13": _rot13}
TEXT_CODECS = frozenset(("utf8", "utf-8", "ascii", "latin1", "latin-1"))


@dataclass(slots=True)
class ConstantTexts:
    """What the expressions of a file give, by the names that are assigned once in it."""

    names: Mapping[str, ast.expr]
    _bound: dict[str, Constant] = field(default_factory=dict)  # of comprehensions
    steps: int = 0  # so far
    _depth: int = 0

    def value(self, node: ast.expr) -> Constant | None:
        """Return what an expression gives; None where constants do not say it."""
        try:
            return self._of(node)
        except (Unknown, ValueError, TypeError, KeyError, IndexError, OverflowError, LookupError):
            return None

    @property
    def is_exhausted(self) -> bool:
        """Whether the file has more to compute than is read."""
        return self.steps > MAX_STEPS

    def text(self, node: ast.expr) -> str | None:
        """Return the text that an expression gives; None where constants do not say it."""
        value = self.value(node)
        return value if isinstance(value, str) else None

    def _of(self, node: ast.expr) -> Constant:
        self.steps += 1
        self._depth += 1
        try:
            if self.steps > MAX_STEPS or self._depth > MAX_DEPTH:
                raise Unknown
            value = self._by_kind(node)
        finally:
            self._depth -= 1
        if isinstance(value, int) and abs(value) > MAX_CHARS * MAX_CHARS:
            raise Unknown
        if not isinstance(value, int) and len(value) > MAX_CHARS:
            raise Unknown
        return value

    def _by_kind(self, node: ast.expr) -> Constant:
        match node:
            case ast.Constant(value=str() | bytes() | int() as value):
                return value
            case ast.Name(id=name) if name in self._bound:
                return self._bound[name]
            case ast.Name(id=name):
                return self._of(self.names[name])
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return [self._of(part) for part in parts]
            case ast.JoinedStr(values=parts):
                return "".join(self._plain(self._of(part)) for part in parts)
            case ast.FormattedValue(value=inner, format_spec=None):
                return self._plain(self._of(inner))
            case ast.BinOp(left=left, op=op, right=right):
                return self._operation(self._of(left), op, self._of(right))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -_number(self._of(inner))
            case ast.Subscript(value=whole, slice=index):
                return self._part(self._of(whole), index)
            case ast.GeneratorExp() | ast.ListComp():
                return self._comprehension(node)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments)
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=arguments):
                return self._method(owner, name, arguments)
        raise Unknown

    @staticmethod
    def _plain(value: Constant) -> str:
        if isinstance(value, str | int):
            return str(value)
        raise Unknown

    def _operation(self, left: Constant, op: ast.operator, right: Constant) -> Constant:
        match (op, left, right):
            case (ast.Add(), str(), str()) | (ast.Add(), bytes(), bytes()):
                return left + right  # type: ignore[operator]
            case (ast.Add(), list(), list()):
                return [*left, *right]
            case (ast.Mult(), str() | bytes() | list(), int()):
                if len(left) * max(right, 0) > MAX_CHARS:
                    raise Unknown
                return left * right
            case (ast.Mod(), str(), _):
                values = right if isinstance(right, list) else [right]
                if left.count("%") != left.count("%s") + left.count("%c"):
                    raise Unknown  # a width could be huge
                return left % tuple(values)
        a, b = _number(left), _number(right)
        match op:
            case ast.Add():
                return a + b
            case ast.Sub():
                return a - b
            case ast.Mult():
                return a * b
            case ast.BitXor():
                return a ^ b
            case ast.FloorDiv() if b:
                return a // b
            case ast.Mod() if b:
                return a % b
        raise Unknown

    def _part(self, whole: Constant, index: ast.expr) -> Constant:
        if isinstance(whole, int):
            raise Unknown
        if isinstance(index, ast.Slice):
            bounds = [
                None if bound is None else _number(self._of(bound))
                for bound in (index.lower, index.upper, index.step)
            ]
            return whole[slice(*bounds)]
        return whole[_number(self._of(index))]

    def _comprehension(self, node: ast.GeneratorExp | ast.ListComp) -> Constant:
        match node.generators:
            case [ast.comprehension(target=ast.Name(id=name), iter=over, ifs=[])]:
                found: list[Constant] = []
                for each in self._items(self._of(over)):
                    before = dict(self._bound)
                    self._bound[name] = each
                    try:
                        found.append(self._of(node.elt))
                    finally:
                        self._bound = before
                return found
        raise Unknown

    @staticmethod
    def _items(value: Constant) -> Sequence[Constant]:
        if isinstance(value, int):
            raise Unknown
        return list(value)

    def _call(self, name: str, arguments: Sequence[ast.expr]) -> Constant:
        if name == "map" and len(arguments) == 2 and isinstance(arguments[0], ast.Name):
            return [
                self._call_with(arguments[0].id, [each])
                for each in self._items(self._of(arguments[1]))
            ]
        return self._call_with(name, [self._of(argument) for argument in arguments])

    def _call_with(self, name: str, values: Sequence[Constant]) -> Constant:
        match (name, values):
            case ("chr", [int(code)]):
                return chr(code)
            case ("ord", [str(char)]):
                return ord(char)
            case ("str", [value]):
                return self._plain(value)
            case ("str", [bytes(data), str(codec)]) if codec in TEXT_CODECS:
                return data.decode(codec)
            case ("bytes" | "bytearray", [list(codes)]):
                return bytes(_number(code) for code in codes)
            case ("bytes", [str(text), str(codec)]) if codec in TEXT_CODECS:
                return text.encode(codec)
            case ("list" | "tuple", [value]):
                return list(self._items(value))
            case ("reversed", [value]):
                return list(self._items(value))[::-1]
            case (_, [str() | bytes() as data]) if name in DECODERS:
                return _decoded(name, data)
        raise Unknown

    def _method(self, owner: ast.expr, name: str, arguments: Sequence[ast.expr]) -> Constant:
        values = [self._of(argument) for argument in arguments]
        match (name, values):
            case ("decode" | "encode", [str() | bytes() as data, str(codec)]) if isinstance(
                owner, ast.Name
            ):  # codecs.decode("...", "rot13")
                return _recoded(data, codec)
            case ("fromhex", [str(digits)]):
                return bytes.fromhex(digits)
            case (_, [str() | bytes() as data]) if name in DECODERS:
                return _decoded(name, data)
        return self._text_method(self._of(owner), name, values)

    def _text_method(self, whole: Constant, name: str, values: Sequence[Constant]) -> Constant:
        match (whole, name, values):
            case (str(), "join", [list(parts)]):
                return whole.join(self._plain(part) for part in parts)
            case (str(), "join", [str(chars)]):
                return whole.join(chars)
            case (str(), "replace", [str(old), str(new)]) if old:
                if whole.count(old) * len(new) > MAX_CHARS:
                    raise Unknown
                return whole.replace(old, new)
            case (str(), "split", []):
                return list(whole.split())
            case (str(), "split", [str(mark)]):
                return list(whole.split(mark))
            case (str(), "format", _) if whole.count("{") == whole.count("{}"):
                return whole.format(*(self._plain(value) for value in values))
            case (str(), _, []) if name in TEXT_METHODS:
                return str(getattr(whole, name)())
            case (bytes(), "decode", []):
                return whole.decode()
            case (bytes(), "decode", [str(codec)]) if codec in TEXT_CODECS:
                return whole.decode(codec)
            case (str(), "encode", [] | ["utf-8" | "ascii" | "utf8"]):
                return whole.encode()
        raise Unknown


def _number(value: Constant) -> int:
    if isinstance(value, int):
        return value
    raise Unknown


def _decoded(name: str, data: str | bytes) -> bytes:
    return DECODERS[name](data.encode("ascii") if isinstance(data, str) else data)


def _recoded(data: str | bytes, codec: str) -> Constant:
    codec = codec.lower()
    if isinstance(data, str) and codec in OTHER_CODECS:
        return OTHER_CODECS[codec](data)
    if codec in ("hex", "base64"):
        return _decoded("unhexlify" if codec == "hex" else "b64decode", data)
    if codec in TEXT_CODECS:
        return data.decode(codec) if isinstance(data, bytes) else data.encode(codec)
    raise Unknown


def names_assigned_once(tree: ast.AST) -> dict[str, ast.expr]:
    """Return what each name is assigned, of those names that a file binds once and no more."""
    values: dict[str, ast.expr] = {}
    times: dict[str, int] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                times[name] = times.get(name, 0) + 1
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                values[name] = value
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                values[name] = value
    return {name: value for name, value in values.items() if times[name] == 1}
