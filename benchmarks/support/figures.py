"""What a benchmark measured, against what was promised."""

import statistics
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


class Failure(Exception):
    """The benchmark cannot be carried out; the text is a sentence for people."""


@dataclass(frozen=True)
class Figure:
    value: Any
    bound: Any
    ok: bool


class Figures:
    """Figures by name. A bound of None: the figure is only told, it cannot fail."""

    def __init__(self) -> None:
        self._figures: dict[str, Figure] = {}

    def at_most(self, name: str, value: float, bound: float | None) -> None:
        # What is compared is what is printed.
        value = round(value, 3)
        self._figures[name] = Figure(value, bound, bound is None or value <= bound)

    def at_least(self, name: str, value: float, bound: float) -> None:
        value = round(value, 3)
        self._figures[name] = Figure(value, bound, value >= bound)

    def equal(self, name: str, value: Any, bound: Any) -> None:
        self._figures[name] = Figure(value, bound, value == bound)

    def failed(self, name: str, reason: str) -> None:
        self._figures[name] = Figure(reason, None, False)

    def include(self, prefix: str, others: "Figures") -> None:
        self._figures |= {f"{prefix}: {name}": figure for name, figure in others._figures.items()}

    @property
    def ok(self) -> bool:
        return all(figure.ok for figure in self._figures.values())

    def as_dict(self) -> dict[str, dict[str, Any]]:
        return {name: asdict(figure) for name, figure in self._figures.items()}

    def table(self) -> str:
        width = max(map(len, self._figures), default=0)
        return "\n".join(
            f"{name:{width}}  {figure.value!s:>10}  {'' if figure.bound is None else figure.bound!s:>8}"
            f"  {'' if figure.ok else 'NOT MET'}".rstrip()
            for name, figure in self._figures.items()
        )


def say(line: str) -> None:
    """Progress, beside the result."""
    print(line, file=sys.stderr, flush=True)


def median(values: Iterable[float]) -> float:
    return statistics.median(values)
