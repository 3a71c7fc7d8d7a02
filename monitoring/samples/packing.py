"""Whole numbers over time in few bytes: what each differs from the one before it, small ones in one byte, compressed.
A figure that does not change costs nearly nothing."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

Value = int | None
"""None: it was not known then."""


def pack(values: Iterable[Value]) -> tuple[bytes, int]:
    """The packed values, and what the last known one was (0: none)."""
    raw, last = bytearray(), 0
    last = _append(raw, values, last)
    return zlib.compress(raw), last


def append(data: bytes, last: int, values: Iterable[Value]) -> tuple[bytes, int]:
    """The same with more values behind it."""
    raw = bytearray(zlib.decompress(data))
    last = _append(raw, values, last)
    return zlib.compress(raw), last


def unpack(data: bytes) -> list[Value]:
    values: list[Value] = []
    last = 0
    for number in _numbers(zlib.decompress(data)):
        if number == 0:
            values.append(None)
            continue
        number -= 1
        last += (number >> 1) ^ -(number & 1)
        values.append(last)
    return values


def pack_frame(values: Mapping[int, int]) -> bytes:
    """Values by the number of their series."""
    raw, before = bytearray(), 0
    for series in sorted(values):
        _put(raw, series - before)
        _put(raw, _zigzag(values[series]))
        before = series
    return zlib.compress(raw)


def unpack_frame(data: bytes, largest: int | None = None) -> dict[int, int]:
    """Those up to the series `largest`, if it is given."""
    numbers = _numbers(zlib.decompress(data))
    found, series = {}, 0
    for ahead in numbers:
        series += ahead
        if largest is not None and series > largest:
            break
        number = next(numbers)
        found[series] = (number >> 1) ^ -(number & 1)
    return found


def mean(values: Sequence[Value]) -> Value:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known)) if known else None


def latest(values: Sequence[Value]) -> Value:
    return next((value for value in reversed(values) if value is not None), None)


def _append(raw: bytearray, values: Iterable[Value], last: int) -> int:
    for value in values:
        if value is None:
            raw.append(0)
        else:
            _put(raw, _zigzag(value - last) + 1)
            last = value
    return last


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _put(raw: bytearray, number: int) -> None:
    while number > 127:
        raw.append(number & 127 | 128)
        number >>= 7
    raw.append(number)


def _numbers(raw: bytes) -> Iterator[int]:
    number, shift = 0, 0
    for byte in raw:
        if byte > 127:
            number |= (byte & 127) << shift
            shift += 7
        elif shift:
            yield number | byte << shift
            number, shift = 0, 0
        else:
            yield byte
