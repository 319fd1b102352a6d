"""Who would change by a ruling: everybody of a council who was given the item, before and after."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from assessments.consequences import Change, Consequences, DecideMany, Sitting, decide_together, foresee
from assessments.model import AssessmentScheme
from assessments.papers import Paper
from assessments.results import Outcome
from assessments.rulings import Ruling, ruling_json
from curriculum.documents import canonical_json, sha256
from lms.extensions import db
from lms.records.content import scheme_of
from lms.records.papers import paper_of
from lms.records.results import result_of
from lms.records.rulings import rulings_in_force
from lms.services.grading import CandidateMarks, Keys, Records, grade_candidates, records_of
from lms.services.results import newest_results
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, PaperRow
from lms.tables.attempts import AttemptRow
from lms.tables.certification import CertificateReplacementRow, CertificateRow, RevocationRow
from lms.tables.marking import ResultRow

AT_ONCE = 400  # candidates looked at in one query: what every database takes in one list
_DECIDED = frozenset({AssessmentState.APPROVED, AssessmentState.RELEASED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """One candidate in a preview, with what they are called and where they were assessed."""

    change: Change
    candidate_id: int
    name: str
    number: str
    assessment_id: int
    assessment: str
    is_released: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a ruling would change. Two previews with the same hash are of the same ruling and say the same."""

    ruling: Ruling
    consequences: Consequences
    lines: tuple[PreviewLine, ...]
    sha256: str

    @property
    def decided_assessments(self) -> tuple[int, ...]:
        """The assessments in which somebody's decided result would change."""
        changed = [line for line in self.lines if line.change.changes and line.change.outcome_before is not None]
        return tuple(dict.fromkeys(line.assessment_id for line in changed))


def preview(council_id: int, ruling: Ruling, decide_many: DecideMany = decide_together) -> Preview:
    """What the ruling changes besides those already in force; nothing is written."""
    rulings = (*rulings_in_force(council_id), ruling)
    found: list[tuple[CandidateRow, Change]] = []
    for candidates in candidates_given(council_id, ruling):
        sittings, keys = _sittings(candidates, ruling)
        by_scheme: dict[str, list[Sitting]] = {}
        schemes: dict[str, AssessmentScheme] = {}
        rows = {candidate.number: candidate for candidate in candidates}
        for sitting in sittings:
            version = rows[sitting.candidate].assessment.scheme_version
            schemes[version.sha256] = scheme_of(version)
            by_scheme.setdefault(version.sha256, []).append(sitting)
        for digest, many in by_scheme.items():
            changes = foresee(schemes[digest], many, keys, rulings, decide_many)
            found.extend((rows[change.candidate], change) for change in changes)
    found.sort(key=lambda pair: pair[1].candidate)
    consequences = Consequences(changes=tuple(change for _, change in found))
    return Preview(
        ruling=ruling,
        consequences=consequences,
        lines=tuple(_line(candidate, change) for candidate, change in found),
        sha256=sha256(canonical_json({"ruling": ruling_json(ruling), "changes": consequences.sha256})),
    )


def candidates_given(council_id: int, ruling: Ruling) -> Iterator[Sequence[CandidateRow]]:
    """The council's candidates who began a paper with the item on it, some hundreds at a time."""
    query = (
        select(CandidateRow.id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .join(PaperRow, PaperRow.candidate_id == CandidateRow.id)
        .join(AttemptRow, AttemptRow.candidate_id == CandidateRow.id)
        # Papers are canonical JSON: an item's id stands there in this one way.
        .where(AssessmentRow.council_id == council_id, PaperRow.content.contains(f'"item":"{ruling.item}"'))
        .order_by(CandidateRow.number)
    )
    numbers = db.session.scalars(query).all()
    whole = joinedload(CandidateRow.assessment).joinedload(AssessmentRow.scheme_version)
    for start in range(0, len(numbers), AT_ONCE):
        some = select(CandidateRow).options(whole).where(CandidateRow.id.in_(numbers[start : start + AT_ONCE]))
        yield db.session.scalars(some.order_by(CandidateRow.number)).unique().all()


def _sittings(candidates: Sequence[CandidateRow], ruling: Ruling) -> tuple[list[Sitting], Keys]:
    records, keys = records_of(candidates)
    places = {record.candidate.id: place for record in records if (place := _find_place(record, ruling))}
    results = newest_results([candidate.id for candidate in candidates])
    certificates = _certificates([candidate.id for candidate in candidates])
    now_graded = _graded(record.candidate for record in records if record.candidate.id in places)
    return [
        _sitting(record, places[record.candidate.id], results, now_graded, certificates)
        for record in records
        if record.candidate.id in places
    ], keys


def _graded(candidates: Iterable[CandidateRow]) -> Mapping[int, CandidateMarks]:
    """The marks as they stand of those whose results are not decided yet."""
    by_assessment: dict[AssessmentRow, list[CandidateRow]] = {}
    for candidate in candidates:
        if candidate.assessment.state not in _DECIDED:
            by_assessment.setdefault(candidate.assessment, []).append(candidate)
    return {line.candidate.id: line for row, some in by_assessment.items() for line in grade_candidates(row, some)}


def _sitting(
    record: Records,
    place: tuple[str, Paper],
    results: Mapping[int, ResultRow],
    graded: Mapping[int, CandidateMarks],
    certificates: Mapping[int, str],
) -> Sitting:
    candidate = record.candidate
    outcome: Outcome | None = None
    if candidate.id in graded:
        scores = graded[candidate.id].scores
    else:
        result = result_of(results[candidate.id])
        scores, outcome = result.cell_scores, result.outcome
    return Sitting(
        candidate=candidate.number,
        ref=place[0],
        paper=place[1],
        answers=record.answers or {},
        scores=scores,
        marks=sum(score.awarded for score in scores.values()),
        outcome=outcome,
        certificate=certificates.get(candidate.id, ""),
    )


def _find_place(record: Records, ruling: Ruling) -> tuple[str, Paper] | None:
    """The cell that the item counts for and the paper; None when the paper has another version of the item."""
    if record.paper is None:
        return None
    paper = paper_of(record.paper)
    refs = [line.ref for line in paper.lines if (line.item, line.version) == (ruling.item, ruling.version)]
    return (refs[0], paper) if refs else None


def _certificates(candidates: Sequence[int]) -> Mapping[int, str]:
    """The numbers of the certificates that stand, by candidate."""
    query = (
        select(ResultRow.candidate_id, CertificateRow.number)
        .join(CertificateRow, CertificateRow.result_id == ResultRow.id)
        .outerjoin(RevocationRow, RevocationRow.certificate_id == CertificateRow.id)
        .outerjoin(CertificateReplacementRow, CertificateReplacementRow.certificate_id == CertificateRow.id)
        .where(
            ResultRow.candidate_id.in_(candidates),
            RevocationRow.id.is_(None),
            CertificateReplacementRow.id.is_(None),
        )
    )
    return dict(db.session.execute(query).all())


def _line(candidate: CandidateRow, change: Change) -> PreviewLine:
    return PreviewLine(
        change=change,
        candidate_id=candidate.id,
        name=candidate.trainee.person.name,
        number=candidate.number,
        assessment_id=candidate.assessment_id,
        assessment=candidate.assessment.code,
        is_released=candidate.assessment.state == AssessmentState.RELEASED,
    )
