"""Steps of the road, each done by the person whose step it is, at a moment of the simulation's own."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import select

from assessments.marks import to_text
from assessments.papers import Paper
from assessments.randomness import Stream, stream_for
from lms.extensions import db
from lms.records.keys import keys_of_items
from lms.records.papers import paper_of
from lms.records.practicals import units_of
from lms.services import accounts, approval, assessors, delivery, drawing, learning, marking, presence, scheduling
from lms.simulation.people import Place, ability_of, as_person, person_of
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow, PracticalSheetRow
from lms.tables.content import LessonVersionRow
from lms.tables.training import BatchRow

# A scorer gives the nearest level at or below what is shown; what is shown varies by this much about the ability,
# and is a little better than what is known, as in the field.
_SLIP = 18
_KIND = 12


def schedule(place: Place, batch: BatchRow, *, opens_at: datetime, closes_at: datetime, now: datetime) -> AssessmentRow:
    """The council schedules, the agency accepts, draws and names its assessor."""
    row = scheduling.schedule(
        as_person("council"),
        batch_id=batch.id,
        agency_id=place.agency.id,
        again=False,
        opens_at=opens_at,
        closes_at=closes_at,
        extra_minutes={},
        now=now,
    )
    agency = as_person("agency")
    scheduling.answer(agency, row.id, "accept", now=now + timedelta(hours=3))
    drawing.draw(agency, row.id, now=now + timedelta(hours=4))
    assessors.name_assessors(agency, row.id, [person_of("assessor").id], now=now + timedelta(hours=5))
    return row


def sit(candidate: CandidateRow, *, seed: bytes, now: datetime) -> None:
    """The candidate starts, answers every item as well as they can, and hands the paper in."""
    actor, login = accounts.actor_of(candidate.trainee.person), candidate.trainee.person.login
    attempt = delivery.start(actor, candidate.id, now=now)
    row = db.session.scalars(select(PaperRow).filter_by(candidate_id=candidate.id)).one()
    choices, ability = stream_for(seed, "answers", login), ability_of(login, seed)
    for number, place in _answers(paper_of(row), choices, ability).items():
        delivery.save_answer(
            actor,
            attempt.id,
            device="simulated",
            seq=number,
            number=number,
            place=place,
            now=now + timedelta(minutes=number),
        )
    delivery.submit(actor, attempt.id, now=now + timedelta(minutes=80))


def score(candidate: CandidateRow, *, seed: bytes, now: datetime) -> None:
    """The assessor scores every criterion of the candidate's practical by what the candidate can do."""
    login = candidate.trainee.person.login
    sheet = db.session.scalars(select(PracticalSheetRow).filter_by(candidate_id=candidate.id)).one()
    luck, ability, assessor = stream_for(seed, "practical", login), ability_of(login, seed), as_person("assessor")
    for criterion in (line for unit in units_of(sheet) for line in unit.criteria):
        shown = Fraction(max(0, min(100, ability + luck.below(2 * _SLIP) - _SLIP + _KIND)), 100)
        share = max(level.share for level in criterion.levels if level.share <= shown)
        key = f"simulated-{criterion.ref.replace('/', '-').replace('#', '-')}"
        marking.score(assessor, sheet.id, ref=criterion.ref, share=to_text(share), key=key, now=now)


def finish(row: AssessmentRow, *, seed: bytes, absent: Sequence[str] = ()) -> None:
    """The day itself, then the way to release: submitted, verified, approved, released."""
    for candidate in row.candidates:
        if candidate.trainee.person.login in absent:
            presence.mark_absent(as_person("assessor"), row.id, candidate.id, now=row.opens_at + timedelta(hours=1))
            continue
        sit(candidate, seed=seed, now=row.opens_at + timedelta(minutes=5))
        score(candidate, seed=seed, now=row.opens_at + timedelta(hours=3))
    after = row.closes_at + timedelta(minutes=30)
    approval.submit(as_person("assessor"), row.id, now=after)
    approval.verify(as_person("agency"), row.id, now=after + timedelta(days=1))
    approval.approve(as_person("council"), row.id, now=after + timedelta(days=2))
    approval.release(as_person("council"), row.id, now=after + timedelta(days=2, hours=1))


def read_some(login: str, sections: int, *, now: datetime) -> None:
    """A trainee reads the first sections of the pack's lessons."""
    actor = as_person(login)
    pack = learning.list_packs(actor)[0]
    lessons = select(LessonVersionRow).where(LessonVersionRow.unit_code.in_(_units(pack)))
    left = sections
    for lesson in db.session.scalars(lessons.order_by(LessonVersionRow.id)).all():
        section: int | None = 1
        while section is not None and left > 0:
            section = learning.mark_read(actor, lesson.id, section, now=now)
            left -= 1


def _answers(paper: Paper, choices: Stream, ability: int) -> Mapping[int, int]:
    """The place chosen on each line: the right one as often as the candidate is able."""
    keys = keys_of_items({line.item for line in paper.lines})
    answers = {}
    for line in paper.lines:
        right = line.options.index(keys[line.item, line.version].right)
        wrong = [place for place in range(len(line.options)) if place != right]
        answers[line.number] = 1 + (right if choices.below(100) < ability else wrong[choices.below(len(wrong))])
    return answers


def _units(pack: learning.OpenPack) -> list[str]:
    return [unit.code for unit in pack.pack.units]
