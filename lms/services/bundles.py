"""Recompute bundles of released assessments: all that their results rest on, streamed as one file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from assessments.attempt_times import event_json, time_json
from assessments.bundles import bundle_bytes, carried_json
from assessments.marks import to_text
from assessments.papers import paper_json
from assessments.results import result_json
from assessments.rulings import ruling_json
from assessments.scoring import shares_at_nodes
from lms.extensions import begin_reading, db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of
from lms.records.keys import keys_of_items
from lms.records.papers import paper_of
from lms.records.results import result_of
from lms.records.rulings import rulings_in_force
from lms.services import assessing
from lms.services.assessing import Side
from lms.services.errors import Absent
from lms.services.grading import Records, records_of, status_of
from lms.services.results import newest_results
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, PaperRow

AT_ONCE = 100  # candidates held at a time
Lines = Iterator[Mapping[str, Any]]


def get_released(actor: Actor, assessment_id: int) -> AssessmentRow:
    """A released assessment, for its council; raises Absent for everybody else and before the release.

    A bundle holds keys, and its items may stand on papers that are being written: the council decides who gets one.
    """
    row = assessing.get_assessment(actor, assessment_id)
    if row.state != AssessmentState.RELEASED or Side.COUNCIL not in assessing.sides_of(actor, row):
        raise Absent
    return row


def bundle_of(actor: Actor, assessment_id: int) -> tuple[str, Iterator[bytes]]:
    """The assessment's code and its bundle piece by piece. Nobody is named in it but by candidate numbers."""
    begin_reading()
    row = get_released(actor, assessment_id)
    scheme, version, pack = scheme_of(row.scheme_version), row.scheme_version, row.pack_version
    index = {
        "assessment": row.code,
        "specimen": row.is_specimen,
        "pack": {"code": pack.code, "version": pack.version, "sha256": pack.sha256},
        "scheme": {"code": scheme.code, "version": scheme.version, "number": version.number, "sha256": version.sha256},
    }
    items = _items(row.id)
    files: dict[str, Iterable[Mapping[str, Any]]] = {
        "candidates.jsonl": _candidates(row.id),
        "papers.jsonl": _papers(row.id),
        "answers.jsonl": _answers(row),
        "keys.jsonl": _keys(items),
        "shares.jsonl": _shares(row),
        "rulings.jsonl": _rulings(row, items),
        "results.jsonl": _results(row.id),
    }
    return row.code, bundle_bytes(index, scheme, files)


def _candidates(assessment_id: int) -> Lines:
    for record in _records(assessment_id):
        time = record.time
        status = status_of(record)
        yield {
            "candidate": record.candidate.number,
            "attempt_number": record.candidate.attempt_number,
            "status": status.value if status else None,
            "deadline": time.deadline_at.isoformat() if time else None,
            "time": time_json(time) if time else None,
            "chosen": list(record.candidate.chosen),
            "carried": {unit: carried_json(kept) for unit, kept in sorted(record.taking.kept.items())},
        }


def _papers(assessment_id: int) -> Lines:
    for record in _records(assessment_id):
        if record.paper is not None:
            yield paper_json(paper_of(record.paper))


def _answers(row: AssessmentRow) -> Lines:
    for record in _records(row.id):
        if record.attempt is not None:
            events = sorted(record.events, key=lambda event: (event.received_at, event.device, event.seq))
            yield {
                "candidate": record.candidate.number,
                "events": [event_json(event) for event in events],
                "counting": record.answers or {},
            }


def _keys(items: Sequence[tuple[str, int]]) -> Lines:
    keys = keys_of_items({item for item, _ in items}) if items else {}
    for item, version in items:
        yield {"item": item, "version": version, "right": keys[item, version].right}


def _shares(row: AssessmentRow) -> Lines:
    """The shares by criterion, and those of elements and units that carry marks as a whole."""
    pack = pack_of(row.pack_version)
    for record in _records(row.id):
        if record.shares:
            found = shares_at_nodes(record.scheme, pack, record.shares)
            shares = {ref: to_text(share) for ref, share in found.items()}
            yield {"candidate": record.candidate.number, "shares": shares}


def _rulings(row: AssessmentRow, items: Sequence[tuple[str, int]]) -> Lines:
    here = set(items)
    for ruling in sorted(rulings_in_force(row.council_id), key=lambda each: (each.item, each.version, each.number)):
        if (ruling.item, ruling.version) in here:
            yield ruling_json(ruling)


def _results(assessment_id: int) -> Lines:
    for candidates in _some(assessment_id):
        results = newest_results([candidate.id for candidate in candidates])
        for candidate in candidates:
            if candidate.id in results:
                yield {**result_json(result_of(results[candidate.id])), "number": results[candidate.id].number}


def _items(assessment_id: int) -> list[tuple[str, int]]:
    """The item versions on the assessment's papers, in order."""
    query = select(PaperRow).join(CandidateRow, CandidateRow.id == PaperRow.candidate_id)
    papers = db.session.scalars(query.where(CandidateRow.assessment_id == assessment_id))
    return sorted({(line.item, line.version) for paper in papers for line in paper_of(paper).lines})


def _records(assessment_id: int) -> Iterator[Records]:
    for candidates in _some(assessment_id):
        yield from records_of(candidates)[0]


def _some(assessment_id: int) -> Iterator[Sequence[CandidateRow]]:
    """The candidates in order of their numbers, some at a time."""
    query = select(CandidateRow.id).filter_by(assessment_id=assessment_id).order_by(CandidateRow.number)
    numbers = db.session.scalars(query).all()
    for start in range(0, len(numbers), AT_ONCE):
        some = select(CandidateRow).where(CandidateRow.id.in_(numbers[start : start + AT_ONCE]))
        yield db.session.scalars(some.order_by(CandidateRow.number)).unique().all()
