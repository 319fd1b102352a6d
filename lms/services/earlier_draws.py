"""Earlier and parallel assessments of a pack, as a draw sees them: which items their papers hold."""

from sqlalchemy import select

from assessments.manifest import Earlier
from lms.extensions import db
from lms.records.papers import items_in
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow
from lms.tables.content import PackVersionRow


def earlier_sessions(row: AssessmentRow) -> tuple[Earlier, ...]:
    """All other assessments of the pack that have papers, at any version of it, the latest first."""
    query = (
        select(AssessmentRow.code, PaperRow.content)
        .join(CandidateRow, CandidateRow.assessment_id == AssessmentRow.id)
        .join(PaperRow, PaperRow.candidate_id == CandidateRow.id)
        .join(PackVersionRow, PackVersionRow.id == AssessmentRow.pack_version_id)
        .where(PackVersionRow.code == row.pack_version.code, AssessmentRow.id != row.id)
        .order_by(AssessmentRow.opens_at.desc(), AssessmentRow.id.desc(), CandidateRow.number)
    )
    papers: dict[str, list[frozenset[str]]] = {}
    for code, content in db.session.execute(query):
        papers.setdefault(code, []).append(items_in(content))
    return tuple(Earlier(name=code, papers=tuple(own)) for code, own in papers.items())
