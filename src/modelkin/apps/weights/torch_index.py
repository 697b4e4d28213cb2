"""Which tensors a PyTorch archive makes of its storages, read from the opcodes of its pickle.

Nothing is imported, called or built: a small machine follows the numbers, texts and tuples that
the opcodes put on the stack, and takes note of each tensor that would be made.
"""

import io
import pickle
import pickletools
from dataclasses import dataclass, field

from modelkin.apps.weights.raw import BFLOAT16

_LONGEST = 1 << 26
_MOST_OPCODES = 5_000_000
_MOST_STACKED = 100_000
_MOST_DIMENSIONS = 16
_LARGEST = 1 << 40
_MARK = object()
_NUMBERS = {"BININT", "BININT1", "BININT2", "INT", "LONG", "LONG1", "LONG4"}
_TEXTS = {"BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "UNICODE"}
_EMPTY = {"EMPTY_TUPLE", "EMPTY_DICT", "EMPTY_LIST", "NONE", "NEWTRUE", "NEWFALSE", "BINFLOAT"}
_PUT = {"BINPUT", "LONG_BINPUT", "PUT"}
_GET = {"BINGET", "LONG_BINGET", "GET"}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_TO_MARK = {"APPENDS", "SETITEMS", "ADDITEMS"}
_TAKEN = {"BUILD": 1, "APPEND": 1, "SETITEM": 2, "POP": 1}
# NumPy's names of them
_TYPES = {
    "FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "CharStorage": "i1",
    "ByteStorage": "u1", "ShortStorage": "<i2", "IntStorage": "<i4", "LongStorage": "<i8",
    "QInt8Storage": "i1", "QUInt8Storage": "u1", "BFloat16Storage": BFLOAT16,
}  # fmt: skip
_TENSOR = 4  # storage, offset, sizes, steps, and more
_STORAGE = 5  # the word "storage", type, key, device, number of values


@dataclass(frozen=True)
class Entry:
    """One tensor: the key of its storage, NumPy's name of its type, and which values it has."""

    key: str
    dtype: str | None
    start: int
    shape: tuple[int, ...]


@dataclass(frozen=True)
class _Storage:
    kind: str
    key: str


@dataclass
class _Machine:
    """What is on the stack and in the memo; None stands for all that is of no interest."""

    stack: list[object] = field(default_factory=list)
    memo: dict[int, object] = field(default_factory=dict)
    found: list[Entry] = field(default_factory=list)

    def run(self, name: str, argument: object) -> None:
        if name in _NUMBERS or name in _TEXTS or name == "GLOBAL":
            self.stack.append(argument)
        elif name == "MARK":
            self.stack.append(_MARK)
        elif name in _EMPTY:
            self.stack.append(() if name == "EMPTY_TUPLE" else None)
        elif name in _TUPLES:
            self.stack.append(tuple(self._take(_TUPLES[name])))
        elif name in {"TUPLE", "LIST", "DICT"}:
            held = self._to_mark()
            self.stack.append(tuple(held) if name != "DICT" else None)
        elif name in _PUT:
            self.memo[int(str(argument))] = self.stack[-1]
        elif name == "MEMOIZE":
            self.memo[len(self.memo)] = self.stack[-1]
        elif name in _GET:
            self.stack.append(self.memo.get(int(str(argument))))
        else:
            self._act(name)

    def _act(self, name: str) -> None:
        if name == "STACK_GLOBAL":
            module, attribute = self._take(2)
            self.stack.append(f"{module} {attribute}")
        elif name == "BINPERSID":
            (about,) = self._take(1)
            self.stack.append(_storage(about))
        elif name in {"REDUCE", "NEWOBJ"}:
            _, arguments = self._take(2)
            self.found += _tensors(arguments)
            self.stack.append(None)
        elif name in _TO_MARK:
            self._to_mark()
        elif name in _TAKEN:
            self._take(_TAKEN[name])
        elif name not in {"PROTO", "FRAME", "STOP"}:
            self.stack.append(None)

    def _take(self, count: int) -> list[object]:
        if len(self.stack) < count:
            raise ValueError("the pickle is damaged")
        found = self.stack[-count:]
        del self.stack[-count:]
        return found

    def _to_mark(self) -> list[object]:
        found: list[object] = []
        while self.stack:
            one = self.stack.pop()
            if one is _MARK:
                return found[::-1]
            found.append(one)
        raise ValueError("the pickle is damaged")


def read_entries(content: bytes) -> list[Entry]:
    """The tensors that a pickle describes, as far as it can be followed.

    Args:
        content: ``data.pkl`` or ``constants.pkl`` of an archive.
    """
    machine = _Machine()
    try:
        stream = io.BytesIO(content[:_LONGEST])
        for count, (opcode, argument, _) in enumerate(pickletools.genops(stream)):
            machine.run(opcode.name, argument)
            if count > _MOST_OPCODES or len(machine.stack) > _MOST_STACKED:
                break
    except (ValueError, IndexError, pickle.UnpicklingError, EOFError, OverflowError):
        pass  # what was found before the damage counts
    return machine.found


def _storage(about: object) -> object:
    if isinstance(about, tuple) and len(about) >= _STORAGE and about[0] == "storage":
        kind, key = about[1], about[2]
        if isinstance(kind, str) and isinstance(key, str):
            return _Storage(kind.rpartition(" ")[2], key)
    return None


def plain_entry(
    key: str, dtype: str | None, start: object, shape: object, steps: object
) -> Entry | None:
    """A tensor that lies in one piece; None for others, and where what is stated cannot be.

    Args:
        key: of its storage.
        dtype: NumPy's name of its type.
        start: values before it.
        shape: its sizes.
        steps: values from one to the next along each axis.
    """
    sizes, strides = _sizes(shape), _sizes(steps)
    if not isinstance(start, int) or start < 0:
        return None
    if sizes is None or strides is None or len(sizes) != len(strides):
        return None
    expected = 1
    for size, step in zip(reversed(sizes), reversed(strides), strict=True):
        if size != 1 and step != expected:
            return None
        expected *= size
    return Entry(key, dtype, start, sizes)


def _tensors(arguments: object) -> list[Entry]:
    """A tensor made of a storage, whatever makes it."""
    if not isinstance(arguments, tuple) or len(arguments) < _TENSOR:
        return []
    held, start, shape, steps = arguments[:_TENSOR]
    if not isinstance(held, _Storage):
        return []
    found = plain_entry(held.key, _TYPES.get(held.kind), start, shape, steps)
    return [] if found is None else [found]


def _sizes(held: object) -> tuple[int, ...] | None:
    if not isinstance(held, tuple) or len(held) > _MOST_DIMENSIONS:
        return None
    return held if all(type(one) is int and 0 <= one < _LARGEST for one in held) else None
