"""Deciding results: one at a time, and a hundred thousand at once through a compiled scheme."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from assessments.compiled import compile_scheme
from assessments.decisions import decide_result
from assessments.marks_files import read_marks
from assessments.marks_results import results_of
from assessments.model import AssessmentScheme, unit_of
from assessments.scoring import Score
from assessments.verdicts import Table
from benchmarks.harness import Row, compare
from benchmarks.shipped import Shipped, shipped

PASS_LINE = 70
MANY = 100_000
A_FILE = 2_000
QUARTERS = 4


def rows(rounds: int) -> Iterator[Row]:
    """By each shipped scheme one result, and many; by one with every kind of line many; and a file of marks."""
    for given in shipped():
        yield _one(given, rounds)
    for given in shipped():
        yield _many(given.pack.code, given.scheme, rounds)
    first = next(shipped())
    yield _many(f"{first.pack.code} with every kind of line", _lined(first.scheme), rounds)
    yield _file(first, rounds)


def _one(given: Shipped, rounds: int) -> Row:
    scores = {cell: Score(awarded=Fraction(3 * n, 4), available=n) for cell, n in given.scheme.cells().items()}
    whole = {cell: (3 * marks, 4 * marks) for cell, marks in given.scheme.cells().items()}

    def bare() -> object:
        units: dict[str, list[int]] = {}
        for cell, (got, of) in whole.items():
            unit = units.setdefault(unit_of(cell.ref), [0, 0])
            unit[0] += got
            unit[1] += of
        got, of = (sum(unit[place] for unit in units.values()) for place in (0, 1))
        return 100 * got >= PASS_LINE * of, units

    return compare(
        f"{given.pack.code}, one result",
        rounds=rounds,
        unit="results/s",
        ours=lambda: decide_result(given.scheme, "C-001", scores),
        baseline_name="whole marks added up by unit and held against one pass line",
        baseline=bare,
        note="exact fractions, every condition with its words, and the hash of what went in are ours alone",
    )


def _many(name: str, scheme: AssessmentScheme, rounds: int) -> Row:
    """Verdicts, both aggregates and every condition, beside one sum and one comparison in floating point."""
    compiled, marks = compile_scheme(scheme), _marks(scheme)
    floats, available = marks.astype(float) / QUARTERS, float(scheme.total())
    return compare(
        f"{name}, {MANY:,} verdicts of {marks.shape[1]} marks",
        rounds=rounds,
        unit="candidates/s",
        per=MANY,
        ours=lambda: compiled.decide(marks, QUARTERS),
        baseline_name="numpy: one sum of floats a candidate, held against one line",
        baseline=lambda: floats.sum(axis=1) / available * 100 >= PASS_LINE,
        note=f"ours checks each mark and decides exactly, {len(compiled.lines)} lines; the aim is 100,000/s",
    )


def _file(given: Shipped, rounds: int) -> Row:
    """A file of marks to results with words and hashes, beside each candidate decided by itself."""
    cells = list(given.scheme.cells())
    head = ",".join(["candidate", *(f"{cell.ref}/{cell.component}" for cell in cells)])
    rows = enumerate(_marks(given.scheme)[:A_FILE])
    text = "\n".join([head, *(f"C{row}," + ",".join(f"{mark}/4" for mark in own) for row, own in rows)])
    marks, problems = read_marks(text, given.scheme)
    if marks is None:
        raise SystemExit("\n".join(map(str, problems)))
    scores = [marks.scores_of(given.scheme, line) for line in marks.candidates[:100]]

    def ours() -> object:
        read, _ = read_marks(text, given.scheme)
        return read and list(results_of(given.scheme, read))

    return compare(
        f"{given.pack.code}, a file of {A_FILE:,} candidates read and decided",
        rounds=rounds,
        unit="candidates/s",
        per=A_FILE,
        ours=ours,
        baseline_name="the same results one candidate at a time, reading not counted",
        baseline=lambda: [decide_result(given.scheme, "C", own) for _ in range(A_FILE // 100) for own in scores],
        aim=1,
    )


def _marks(scheme: AssessmentScheme) -> Table:
    """Marks of many candidates in quarters, the same in every run."""
    most = np.array(list(scheme.cells().values())) * QUARTERS
    return np.random.default_rng(1).integers(most // 2, most + 1, size=(MANY, len(most)))


def _lined(scheme: AssessmentScheme) -> AssessmentScheme:
    """The scheme with weights, grades, and lines for each unit, each component and each component of a unit."""
    share = 100 // len(scheme.units)
    weights = {unit.unit: share for unit in scheme.units}
    weights[scheme.units[0].unit] += 100 - sum(weights.values())
    rule = {
        "aggregate_percent": "70",
        "aggregation": "unit_weights",
        "unit_weights": weights,
        "unit_min_percent": "50",
        "component_min_percent": {"theory": "66.67", "practical": "50"},
        "unit_component_min_percent": {"theory": "40", "practical": "200/3"},
        "critical_min_percent": {scheme.theory_refs[0]: "50"},
        "grades": [{"grade": "A", "from_percent": "85"}, {"grade": "B", "from_percent": "70"}],
    }
    return AssessmentScheme.model_validate({**scheme.model_dump(mode="json", exclude_none=True), "pass_rule": rule})
