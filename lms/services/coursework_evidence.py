"""The evidence that assignments and observations at work give, person by person."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from assessments.marks import from_text
from assessments.mastery import Evidence, EvidenceKind
from assessments.words import Message
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.services.days import start_of
from lms.services.taps import TAKEN_BACK
from lms.tables.coursework import CourseworkEntryRow, CourseworkKind, CourseworkRow, CourseworkScoreRow
from lms.tables.training import TraineeRow

KINDS = {
    CourseworkKind.ASSIGNMENT: EvidenceKind.ASSIGNMENT,
    CourseworkKind.OBSERVATION: EvidenceKind.OBSERVATION,
}


def room_evidence(person_ids: Sequence[int], pack: QualificationPack) -> Iterator[tuple[int, Evidence]]:  # noqa: ARG001 -- every source is asked the same way
    """The level that counts for each criterion of each assignment and observation; one query.

    An observation shows what was done on its day, whenever it was scored.
    """
    score = CourseworkScoreRow
    newest = (
        select(func.max(score.id))
        .join(CourseworkEntryRow, CourseworkEntryRow.id == score.entry_id)
        .join(TraineeRow, TraineeRow.id == CourseworkEntryRow.trainee_id)
        .where(TraineeRow.person_id.in_(person_ids))
        .group_by(score.entry_id, score.ref)
    )
    query = (
        select(
            TraineeRow.person_id,
            CourseworkRow.id,
            CourseworkRow.kind,
            CourseworkRow.title,
            CourseworkRow.day,
            score.ref,
            score.share,
            score.scored_at,
        )
        .join(CourseworkEntryRow, CourseworkEntryRow.id == score.entry_id)
        .join(CourseworkRow, CourseworkRow.id == CourseworkEntryRow.coursework_id)
        .join(TraineeRow, TraineeRow.id == CourseworkEntryRow.trainee_id)
        .where(score.id.in_(newest), score.share != TAKEN_BACK)
    )
    for person, number, kind, title, day, ref, share, scored_at in db.session.execute(query):
        is_seen = kind == CourseworkKind.OBSERVATION
        yield (
            person,
            Evidence(
                ref=ref,
                kind=KINDS[CourseworkKind(kind)],
                thing=str(number),
                share=from_text(share),
                at=start_of(day) if is_seen else scored_at,
                words=Message("“%(title)s”", {"title": title}),
            ),
        )
