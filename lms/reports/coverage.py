"""The coverage of a pack as a file to download: a row a line of the pack, columns for each language, holes in words."""

from lms.reports.writing import Column, Sheet, csv_file, xlsx_file
from lms.services.coverage import CoverageMatrix, MatrixLine

_OWN = ("unit", "unit title", "line", "kind", "text", "theory marks", "practical marks", "tasks")
_EACH = ("sections", "words", "exam items", "practice items")


def coverage_file(kind: str, matrix: CoverageMatrix) -> bytes:
    """The matrix as CSV, or as a workbook with the holes on a second sheet."""
    header = [*_OWN, *(f"{name} {language}" for language in matrix.languages for name in _EACH), "holes"]
    rows = [_row(unit.unit.code, unit.unit.title, line, matrix) for unit in matrix.units for line in unit.lines]
    if kind == "csv":
        return csv_file(header, rows)
    widths = [16, 40, 8, 12, 70, 12, 14, 8, *(14 for _ in header[8:-1]), 60]
    holes = [[language, hole.ref, hole.text, hole.words] for language, found in matrix.holes.items() for hole in found]
    return xlsx_file(
        [
            Sheet(name="Coverage", header=header, rows=rows, columns=[Column(width=width) for width in widths]),
            Sheet(
                name="Holes",
                header=["language", "line", "text", "hole"],
                rows=holes,
                columns=[Column(width=width) for width in (10, 24, 70, 60)],
            ),
        ]
    )


def _row(unit: str, title: str, line: MatrixLine, matrix: CoverageMatrix) -> list[str]:
    own = line.own
    row = [unit, title, own.ref.partition("#")[2], str(own.kind), own.text]
    row += ["yes" if own.theory else "no", "yes" if own.practical else "no", str(own.tasks)]
    for language in matrix.languages:
        found = line.by_language[language]
        row += [str(len(found.sections)), str(found.words), str(found.exam_items), str(found.practice_items)]
    row.append("; ".join(f"{language}: {hole.words}" for language, hole in line.holes(matrix.languages)))
    return row
