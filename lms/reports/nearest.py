"""Who of a batch is nearest to a job role, as a file to download: a row a person, a column a line of the role."""

from collections.abc import Callable

from assessments.role_readiness import READY_WORDS, Ready
from assessments.words import Message
from lms.reports.writing import Column, Sheet, csv_file, xlsx_file
from lms.services.role_readiness import Nearest, Nearness


def nearest_file(kind: str, nearest: Nearest, say: Callable[[Message], str]) -> bytes:
    """The list as CSV or XLSX; the workbook has the reasons and proofs on a second sheet, and on a third the packs."""
    lines = nearest.role.lines()
    header = ["place", "enrolment_number", "name", *(str(state) for state in Ready), "specimen"]
    header += [f"{line.id} {line.text}" for line in lines]
    rows = [_row(one, say, has_place=not nearest.is_blank) for one in nearest.people]
    if kind == "csv":
        return csv_file(header, rows)
    columns = [Column(width=8), Column(width=20), Column(width=28), *(Column(width=11) for _ in header[3:])]
    reasons = ["enrolment_number", "name", "line", "text", "state", "reason", "proofs", "missing"]
    told = [row for one in nearest.people for row in _reasons(one, say)]
    widths = [Column(width=width) for width in (20, 28, 8, 60, 22, 60, 60, 40)]
    return xlsx_file(
        [
            Sheet(name="People", header=header, rows=rows, columns=columns),
            Sheet(name="Reasons", header=reasons, rows=told, columns=widths),
            Sheet(name="Packs", header=["code", "title", "note"], rows=_packs(nearest), columns=widths[:3]),
        ]
    )


def _row(one: Nearness, say: Callable[[Message], str], *, has_place: bool) -> list[str]:
    counts = one.readiness.counts
    row = [str(one.place) if has_place else "", one.trainee.enrolment_number, one.name]
    row += [str(counts[state]) for state in Ready]
    row.append("yes" if one.readiness.is_specimen else "no")
    return row + [say(READY_WORDS[line.state]) for line in one.readiness.lines]


def _packs(nearest: Nearest) -> list[list[str]]:
    """The packs whose criteria show the role; of an employer's own, that it has no level of the NSQF."""
    note = "employer pack, not aligned to the NSQF"
    return [[pack.code, pack.title, note if pack.is_employers else ""] for pack in nearest.packs]


def _reasons(one: Nearness, say: Callable[[Message], str]) -> list[list[str]]:
    return [
        [
            one.trainee.enrolment_number,
            one.name,
            line.line.id,
            line.line.text,
            say(READY_WORDS[line.state]),
            say(line.words),
            "; ".join(dict.fromkeys(say(proof.words) for proof in line.proofs)),
            "; ".join(line.missing),
        ]
        for line in one.readiness.lines
    ]
