"""Paper booklets: the theory papers of an assessment as they are printed. It hands out faces, and reaches no key."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import scheme_of
from lms.records.delivery import ShownItem, shown_items
from lms.services import assessing, history
from lms.services.assessing import Side
from lms.services.errors import Conflict
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Booklet:
    """One candidate's paper with what its first page says; `minutes` has the extra time in it."""

    candidate: CandidateRow
    minutes: int
    items: tuple[ShownItem, ...]


def print_booklets(actor: Actor, assessment_id: int, *, now: datetime) -> tuple[AssessmentRow, list[Booklet]]:
    """The booklets of all candidates in order, for the agency; the history tells that they were printed.

    Raises Conflict before papers are drawn, and NotAllowed for all but the agency.
    """
    row = assessing.get_assessment(actor, assessment_id)
    assessing.require_side(actor, row, Side.AGENCY)
    papers = _papers(row)
    if not papers:
        raise Conflict(Message("The papers are not drawn yet, so there is nothing to print."))
    done = Message("printed %(papers)s paper booklets", {"papers": str(len(papers))})
    history.record(actor, assessing.THING, row.id, done, now=now)
    db.session.commit()
    minutes = scheme_of(row.scheme_version).theory.minutes
    booklets = [
        Booklet(
            candidate=candidate,
            minutes=minutes + candidate.extra_minutes,
            items=shown_items(papers[candidate.id].face),
        )
        for candidate in row.candidates
        if candidate.id in papers
    ]
    return row, booklets


def _papers(row: AssessmentRow) -> dict[int, PaperRow]:
    numbers = [candidate.id for candidate in row.candidates]
    papers = select(PaperRow).where(PaperRow.candidate_id.in_(numbers))
    return {paper.candidate_id: paper for paper in db.session.scalars(papers)}
