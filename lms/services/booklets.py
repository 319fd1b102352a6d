"""Paper booklets: the theory papers of an assessment as they are printed. It hands out faces, and reaches no key."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import scheme_of
from lms.records.delivery import ShownItem, shown_items
from lms.services import assessing, commitments, history
from lms.services.assessing import Side
from lms.services.errors import Conflict
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow

NOT_DRAWN = Message("The papers are not drawn yet, so there is nothing to print.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Booklet:
    """One candidate's paper with what its first page says; `minutes` has the extra time in it.

    `commitments` are the hashes that council and agency published before the draw, empty where there were none.
    """

    candidate: CandidateRow
    minutes: int
    items: tuple[ShownItem, ...]
    face_hash: str
    commitments: Mapping[Side, str]

    @property
    def qr_text(self) -> str:
        """What the square on each printed part says: the assessment, the candidate, and the hash of the paper."""
        return f"Yogyata {self.candidate.assessment.code} {self.candidate.number} {self.face_hash}"


def print_booklets(actor: Actor, assessment_id: int, *, now: datetime) -> tuple[AssessmentRow, list[Booklet]]:
    """The booklets of all candidates in order, for the agency; the history tells that they were printed.

    Raises Conflict before papers are drawn, and NotAllowed for all but the agency.
    """
    row = assessing.get_assessment(actor, assessment_id)
    assessing.require_side(actor, row, Side.AGENCY)
    booklets = booklets_of(row)
    if not booklets:
        raise Conflict(NOT_DRAWN)
    done = Message("printed %(papers)s paper booklets", {"papers": str(len(booklets))})
    history.record(actor, assessing.THING, row.id, done, now=now)
    db.session.commit()
    return row, booklets


def booklets_of(row: AssessmentRow, only: Collection[int] | None = None) -> list[Booklet]:
    """The booklets of those who have a paper, in order, or of some candidates; the caller may see them."""
    papers = _papers(row)
    minutes = scheme_of(row.scheme_version).theory.minutes
    stands = {side: found.commitment for side, found in commitments.standing_of(row).items()}
    return [
        Booklet(
            candidate=candidate,
            minutes=minutes + candidate.extra_minutes,
            items=shown_items(papers[candidate.id].face),
            face_hash=papers[candidate.id].face_hash,
            commitments=stands,
        )
        for candidate in row.candidates
        if candidate.id in papers and (only is None or candidate.id in only)
    ]


def _papers(row: AssessmentRow) -> dict[int, PaperRow]:
    numbers = [candidate.id for candidate in row.candidates]
    papers = select(PaperRow).where(PaperRow.candidate_id.in_(numbers))
    return {paper.candidate_id: paper for paper in db.session.scalars(papers)}
