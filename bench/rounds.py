"""Knows how measurements take turns, and what their results are. Must not know what is measured."""

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.environments import MissingError
from bench.loads import WrongAnswerError

Figures = dict[str, float]  # by their name, like 'cpu', one measurement of each


@dataclass
class Effort:
    """How much is done: `rounds`, and `seconds` for which each load lasts."""

    rounds: int = 5
    seconds: float = 2
    is_quick: bool = False


@dataclass
class Results:
    """What was measured of a subject.

    Attributes: `title`; `figures`, by row, column and name, one value for each round; `missing`, why a row, or one of its columns,
    has none.
    """

    title: str
    figures: 'dict[str, dict[str, dict[str, list[float]]]]' = field(default_factory=dict)
    missing: 'dict[str, str]' = field(default_factory=dict)

    def add(self, row: str, column: str, figures: Figures) -> None:
        """Add what was measured in a round."""
        for name, value in figures.items():
            self.figures.setdefault(row, {}).setdefault(column, {}).setdefault(name, []).append(value)

    @property
    def columns(self) -> 'list[str]':
        """The names of all columns."""
        return list(dict.fromkeys(column for columns in self.figures.values() for column in columns))

    def median(self, row: str, column: str, name: str = 'cpu') -> 'float | None':
        """Return the median of all rounds, None if there is nothing."""
        values = self.figures.get(row, {}).get(column, {}).get(name)
        return statistics.median(values) if values else None

    def spread(self, row: str, column: str, name: str = 'cpu') -> 'tuple[float, float] | None':
        """Return the least and the most of all rounds, None if there is nothing."""
        values = self.figures.get(row, {}).get(column, {}).get(name)
        return (min(values), max(values)) if values else None


class Turn:
    """A row's turn in a round: it measures columns, and notes which cannot be."""

    def __init__(self, results: Results, row: str) -> None:
        self.results = results
        self.row = row

    def measure(self, column: str, measurement: 'Callable[[], Figures]') -> None:
        """Measure a column, unless that has failed before."""
        name = f'{self.row}: {column}'
        if name not in self.results.missing:
            try:
                self.results.add(self.row, column, measurement())
            except WrongAnswerError as exc:
                self.results.missing[name] = str(exc)
                self.results.figures.get(self.row, {}).pop(column, None)


def take_turns(results: Results, rows: 'Sequence[tuple[str, Callable[[Turn], None]]]', rounds: int) -> Results:
    """Let each row have its turn in each round, in the other order every second time.

    :param results: what is added to, and returned.
    :param rows: names, and functions that measure columns. One that raises `MissingError` has no further turns.
    """
    for number in range(rounds):
        for row, run in rows if number % 2 == 0 else reversed(rows):
            if row not in results.missing:
                print(f'{results.title}, round {number + 1} of {rounds}: {row}', file=sys.stderr)
                try:
                    run(Turn(results, row))
                except MissingError as exc:
                    results.missing[row] = str(exc)
                    results.figures.pop(row, None)
    return results
