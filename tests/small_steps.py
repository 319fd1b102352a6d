"""Steps with the small pack: its roster, a drawn assessment of its batch, candidates who sat it, released results."""

from collections.abc import Mapping
from datetime import timedelta

from assessments.model import unit_of
from assessments.results import Result
from lms.extensions import db
from lms.records.results import result_of
from lms.services import approval, assessing, assessors, drawing, rosters, scheduling
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.marking import ResultRow
from lms.tables.training import BatchRow, RosterUploadRow
from tests import small_pack
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import ActorOf
from tests.small_pack import EXTRA, REPAIR, SALES

HEADER = "enrolment_number,name,born_on,attendance_percent,electives,options\n"
ROSTER = HEADER + (
    f"N-1,Asha Devi,2004-03-31,92,{SALES},\n"
    f"N-2,Ravi Kumar,2003-12-31,92,do the work of {REPAIR.lower()},{EXTRA}\n"
    f"N-3,Meera Nair,2003-11-09,92,{SALES.lower()},{EXTRA}\n"
    "N-4,Anil Rao,2003-10-09,92,,\n"
)


def checked(actor: ActorOf, batch: BatchRow, text: str) -> RosterUploadRow:
    """A roster, uploaded and checked."""
    content = text.encode()
    return rosters.check_roster(actor("centre"), batch.id, file_name="roster.csv", content=content, now=steps.NOW)


def imported(actor: ActorOf, batch: BatchRow, text: str = ROSTER) -> None:
    """A roster, imported: three have chosen, the fourth has not."""
    rosters.import_roster(actor("centre"), batch.id, checked(actor, batch, text).id, now=steps.NOW)


def drawn(actor: ActorOf, batch: BatchRow, *, again: bool = False, days: int = 0) -> AssessmentRow:
    """An assessment of the batch that is held so many days after the usual one, drawn and with its assessor."""
    moment = steps.NOW + timedelta(days=days)
    row = scheduling.schedule(
        actor("council"),
        batch_id=batch.id,
        agency_id=steps.organisation("AA-1"),
        again=again,
        opens_at=steps.OPENS + timedelta(days=days),
        closes_at=steps.CLOSES + timedelta(days=days),
        extra_minutes={},
        now=moment,
    )
    scheduling.answer(actor("agency"), row.id, "accept", now=moment)
    drawing.draw(actor("agency"), row.id, now=moment)
    assessors.name_assessors(actor("agency"), row.id, [steps.person("assessor")], now=moment)
    return assessing.get_assessment(actor("agency"), row.id)


def sat(candidate: CandidateRow, units: tuple[str, ...], shares: Mapping[str, str] | None = None) -> None:
    """Every item right, and of the practical of each unit the share named, or all of it."""
    steps.sit(candidate, at=candidate.assessment.opens_at)
    for ref in small_pack.scheme().practical_refs:
        if unit_of(ref) in units:
            steps.score(candidate, [ref], (shares or {}).get(unit_of(ref), "1"))


def released(actor: ActorOf, row: AssessmentRow) -> dict[str, Result]:
    """The results of an assessment, by enrolment number, once it went its way."""
    moment = row.closes_at + timedelta(minutes=5)
    approval.submit(actor("assessor"), row.id, now=moment)
    approval.verify(actor("agency"), row.id, now=moment)
    approval.approve(actor("council"), row.id, now=moment)
    approval.release(actor("council"), row.id, now=moment)
    candidates = [candidate.id for candidate in row.candidates]
    results = db.session.query(ResultRow).filter(ResultRow.candidate_id.in_(candidates))
    return {one.candidate.trainee.enrolment_number: result_of(one) for one in results}
