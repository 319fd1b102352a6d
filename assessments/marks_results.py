"""The results of a file of marks, candidate by candidate: the words and hashes of `decide_result`, in bulk.

Candidates are decided some thousands at a time by a compiled scheme. A condition's words depend on its marks alone,
so each is put together once and used again; what the hashes have in common is hashed once.
"""

import hashlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import Any

import numpy as np

from assessments.compiled import CompiledScheme, compile_scheme
from assessments.decisions import condition_of, decide_result, inputs_text
from assessments.marks import to_text
from assessments.marks_files import CandidateLine, MarksFile
from assessments.model import AssessmentScheme, Cell
from assessments.pass_lines import LineKind
from assessments.results import Outcome, Result, besides_json, condition_json, figure_json, score_json
from assessments.scoring import Score
from assessments.verdicts import Figures, Table, Verdicts
from curriculum.documents import canonical_json

Line = dict[str, Any]
_AT_A_TIME = 5_000
_MOST_BITS = 512


def results_of(scheme: AssessmentScheme, marks: MarksFile) -> Iterator[Line]:
    """The result of every candidate of a file, in its order, as the `results` of `yogyata decide --json` hold it."""
    bulk: dict[tuple[frozenset[str], bool], _Bulk] = {}
    for at in range(0, len(marks.candidates), _AT_A_TIME):
        some = marks.candidates[at : at + _AT_A_TIME]
        for (chosen, known, is_plain), group in groupby(some, key=_kind):
            lines = list(group)
            if not is_plain:
                yield from (brief_json(decide_line(scheme, marks, line)) for line in lines)
                continue
            if (chosen, known) not in bulk:
                bulk[chosen, known] = _Bulk(scheme, marks, chosen, known=known)
            yield from bulk[chosen, known].results(lines)


def decide_line(scheme: AssessmentScheme, marks: MarksFile, line: CandidateLine) -> Result:
    """One candidate of a file, decided the plain way."""
    scores = marks.scores_of(scheme, line)
    return decide_result(
        scheme, line.candidate, scores, status=line.status, attendance=line.attendance, chosen=line.chosen
    )


def brief_json(result: Result) -> Line:
    """A result as `yogyata decide --json` prints it: outcome, both aggregates, conditions and the inputs' hash."""
    return {
        "candidate": result.candidate,
        "outcome": result.outcome.value,
        "raw_percent": figure_json(result.raw_percent),
        "weighted_percent": None if result.weighted_percent is None else figure_json(result.weighted_percent),
        "conditions": [condition_json(condition) for condition in result.conditions],
        "inputs_hash": result.inputs_hash,
        **besides_json(result),
    }


def _kind(line: CandidateLine) -> tuple[frozenset[str], bool, bool]:
    return line.chosen, line.attendance is not None, line.status is None


class _Bulk:
    """Candidates of one choice of units: the compiled scheme, and what was put together for them before."""

    def __init__(self, scheme: AssessmentScheme, marks: MarksFile, chosen: frozenset[str], *, known: bool) -> None:
        has_line = known and scheme.attendance_needed is not None
        self.scheme, self.marks, self.chosen, self.has_attendance = scheme, marks, chosen, has_line
        self.compiled: CompiledScheme = compile_scheme(scheme, chosen, attendance_known=has_line)
        self.columns = [marks.cells.index(cell) for cell in self.compiled.cells]
        self.hashes = _Hashes(scheme, marks, self.compiled.cells)
        self.conditions: list[dict[tuple[int, int, int, int], Line]] = [
            {} for _ in (*self.compiled.lines, *self.compiled.options)
        ]
        self.percents: dict[tuple[int, int], Line] = {}
        self.besides: Line = {} if scheme.override is None else {"override": scheme.override.title}

    def results(self, lines: Sequence[CandidateLine]) -> Iterator[Line]:
        """The results of some candidates, none of whom has a status.

        Where their marks have so many denominators that the common one is out of all proportion, each is decided by
        itself.
        """
        numbers = np.array([line.marks for line in lines], dtype=np.int64)[:, self.columns]
        denominator = lcm(*(self.marks.values[number].denominator for number in np.unique(numbers)))
        if denominator.bit_length() > _MOST_BITS:
            yield from (brief_json(decide_line(self.scheme, self.marks, line)) for line in lines)
            return
        verdicts = self._verdicts(lines, numbers, denominator)
        for row, line in enumerate(lines):
            yield self._result(verdicts, row, line)

    def _verdicts(self, lines: Sequence[CandidateLine], numbers: Table, denominator: int) -> Verdicts:
        worth = np.array([int(value * denominator) for value in self.marks.values], dtype=object)
        if max(abs(int(value)) for value in worth) < 2**62:
            worth = worth.astype(np.int64)
        attendance = None
        if self.has_attendance:
            given = [line.attendance or Fraction() for line in lines]
            bottom = lcm(*(figure.denominator for figure in given))
            tops = np.array([int(figure * bottom) for figure in given], dtype=object)
            attendance = Figures(numerators=tops, denominator=bottom)
        return self.compiled.decide(worth[numbers], denominator, attendance)

    def _result(self, verdicts: Verdicts, row: int, line: CandidateLine) -> Line:
        weighted, cut = verdicts.weighted_percent, len(verdicts.conditions)
        conditions = [self._condition(verdicts, row, place, line) for place in range(len(self.conditions))]
        passed, besides = bool(verdicts.competent[row]), {}
        if verdicts.grade[row] >= 0:
            besides["grade"] = (self.scheme.rule.grades or ())[verdicts.grade[row]].grade
        if conditions[cut:]:
            besides["options"] = conditions[cut:]
        return {
            "candidate": line.candidate,
            "outcome": (Outcome.COMPETENT if passed else Outcome.NOT_YET_COMPETENT).value,
            "raw_percent": self._percent(verdicts.raw_percent, row),
            "weighted_percent": None if weighted is None else self._percent(weighted, row),
            "conditions": conditions[:cut],
            "inputs_hash": self.hashes.of(line),
            **besides,
            **self.besides,
        }

    def _condition(self, verdicts: Verdicts, row: int, place: int, line: CandidateLine) -> Line:
        rule = (*self.compiled.lines, *self.compiled.options)[place]
        given, total = verdicts.awarded[place], verdicts.aggregate
        if rule.kind is LineKind.ATTENDANCE:
            return condition_json(
                condition_of(self.scheme, rule, Score(awarded=Fraction(), available=0), Fraction(), line.attendance)
            )
        top = int(total.numerators[row]) if rule.kind is LineKind.AGGREGATE else 0
        key = (int(given.numerators[row]), given.denominator, top, total.denominator)
        known = self.conditions[place].get(key)
        if known is None:
            score = Score(awarded=given[row], available=sum(self.scheme.cells()[cell] for cell in rule.cells))
            known = condition_json(condition_of(self.scheme, rule, score, total[row]))
            self.conditions[place][key] = known
        return known

    def _percent(self, figures: Figures, row: int) -> Line:
        key = (int(figures.numerators[row]), figures.denominator)
        if key not in self.percents:
            self.percents[key] = figure_json(figures[row])
        return self.percents[key]


class _Hashes:
    """The hash of each candidate's inputs, as `inputs_hash` makes it, from parts of its canonical JSON."""

    def __init__(self, scheme: AssessmentScheme, marks: MarksFile, cells: Sequence[Cell]) -> None:
        self.scheme = scheme
        self.head, _, self.tail = inputs_text(scheme, "[*]", None, {}).rpartition("*")
        self.shared = hashlib.sha256(self.head.encode())
        in_order = sorted(cells)
        self.columns = [marks.cells.index(cell) for cell in in_order]
        self.parts = [_score_parts(scheme, cell) for cell in in_order]
        self.values = marks.values
        self.texts: list[dict[int, str]] = [{} for _ in in_order]

    def of(self, line: CandidateLine) -> str:
        """The hash of one candidate's inputs."""
        entries = []
        for place, column in enumerate(self.columns):
            number = line.marks[column]
            text = self.texts[place].get(number)
            if text is None:
                head, tail = self.parts[place]
                text = self.texts[place][number] = f"{head}{to_text(self.values[number])}{tail}"
            entries.append(text)
        tail = self.tail
        if besides := _besides(line):
            tail = inputs_text(self.scheme, "[*]", None, besides).removeprefix(self.head + "*")
        own = self.shared.copy()
        own.update((",".join(entries) + tail).encode())
        return own.hexdigest()


def _score_parts(scheme: AssessmentScheme, cell: Cell) -> tuple[str, str]:
    """The canonical JSON of a cell's score, before and after what was awarded."""
    score = score_json(Score(awarded=Fraction(), available=scheme.cells()[cell]))
    whole = canonical_json({"ref": cell.ref, "component": cell.component.value, **score})
    head, mark, tail = whole.partition('"awarded":"0"')
    return head + mark[:-2], '"' + tail


def _besides(line: CandidateLine) -> Line:
    given: Line = {}
    if line.attendance is not None:
        given["attendance"] = to_text(line.attendance)
    if line.chosen:
        given["chosen"] = sorted(line.chosen)
    return given
