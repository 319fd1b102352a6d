"""A world with a given number of everything, for asking whether pages take more of the database as it grows.

It is put on top of `tests.world`: that many trainees, candidates, organisations, staff, packs, batches, assessments in
every state, requests, answers and acts. Everything belongs to the first council, so that each of its roles sees it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count as numbers
from typing import Any

from assessments.words import Message
from curriculum.frameworks import get_shipped_skill
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import role_of
from lms.services import (
    approval,
    assessors,
    coursework,
    declarations,
    delivery,
    drawing,
    feedback,
    framework_uploads,
    history,
    judging,
    presence,
    publishing,
    reassessment,
    registers,
    reviews,
    rosters,
    scheduling,
    skill_goals,
)
from lms.services.accounts import actor_of
from lms.services.registers import Mark
from lms.services.taps import Tap
from lms.tables.assessing import (
    AssessmentAssessorRow,
    AssessmentRow,
    AssessmentState,
    CandidateRow,
    PaperRow,
    PracticalSheetRow,
)
from lms.tables.attempts import AttemptRow
from lms.tables.certification import CertificateRow
from lms.tables.content import ContentState, ItemVersionRow, LessonVersionRow, PackVersionRow, SchemeVersionRow
from lms.tables.coursework import CourseworkEntryRow, FeedbackRecipientRow
from lms.tables.jobs import JobRow
from lms.tables.marking import ReassessmentRow
from lms.tables.mocks import MockExamRow
from lms.tables.people import OrganisationKind, OrganisationRow, PersonRow, Role, RoleGrantRow
from lms.tables.roles import DeclarationRow, RoleVersionRow
from lms.tables.training import (
    BatchRow,
    BatchTrainerRow,
    PracticeAnswerRow,
    RosterUploadRow,
    SectionReadRow,
    TraineeRow,
)
from tests import builders, mocks, world
from tests.lms.services import assessing_steps as steps

DAY = world.DAY
# When the pages are opened: what is released was released before, what runs is open.
NOW = steps.AFTER + timedelta(days=2)
STAGES = ("accepted", "running", "submitted", "released")
Things = Mapping[str, object]
_WORDS = {
    "day": "2026-10-01",
    "unit": "asc-n1105",
    "criterion": "PC1",
    "scope": "asc-n1105",
    "line": "Q1",
    "skill": "SSUP",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What the addresses of pages are filled with, by the stage of the assessment that it belongs to."""

    things: Mapping[str, Things]


def fill(count: int) -> Crowd:
    """Fill a copy of the test world with `count` of everything; lists of assessments get a third of it in each state.

    Takes at least 6: a page may ask once more for what a world with none of it does not have.
    """
    return _Builder(count).build()


class _Builder:
    def __init__(self, count: int) -> None:
        self.count = count
        self.few = max(2, count // 3)
        self.serial = numbers(1)
        self.council = _organisation("ASC")
        self.centre = _organisation("TC-1")
        self.agency = _organisation("AA-1")
        self.password_hash = _person("trainee").password_hash

    def build(self) -> Crowd:
        self._staff()
        trainees = self._trainees()
        self._lists()
        rows = {stage: self._assessment(stage, trainees) for stage in STAGES}
        self._training(rows["released"].batch)
        for row in rows.values():
            self._room(row.batch)
        self._mocks(rows["released"])
        self._roles(rows["released"])
        self._skills(rows["released"])
        self._history(rows)
        db.session.commit()
        return Crowd(things={stage: self._things(row) for stage, row in rows.items()})

    def _staff(self) -> None:
        places = {Role.COUNCIL_STAFF: self.council, Role.CENTRE_STAFF: self.centre, Role.TRAINER: self.centre}
        places |= {Role.AGENCY_STAFF: self.agency, Role.ASSESSOR: self.agency}
        self.staff = {role: [self._add_person(role, place) for _ in range(self.few)] for role, place in places.items()}

    def _trainees(self) -> list[PersonRow]:
        own = [_person(login) for login in world.TRAINEES["TC-1"][:2]]
        return own + [self._add_person(Role.TRAINEE, self.centre) for _ in range(self.count - len(own))]

    def _lists(self) -> None:
        """Batches, packs, organisations, and assessments in every state: some at our centre, some by our agency."""
        for number in range(1, self.few + 1):
            centre = self._add_organisation(OrganisationKind.CENTRE, f"TC-C{number}")
            agency = self._add_organisation(OrganisationKind.AGENCY, f"AA-C{number}")
            pack = self._add_pack(f"ASC/Q{9000 + number}")
            for state in AssessmentState:
                for place, by in ((self.centre, agency), (centre, self.agency)):
                    batch = self._add_batch(place, pack, [_person("trainee"), self._add_person(Role.TRAINEE, place)])
                    self._add_assessment(batch, by, state)
            self._add_batch(self.centre, pack, [_person("trainee"), _person("trainee-b")])

    def _add_assessment(self, batch: BatchRow, agency: OrganisationRow, state: AssessmentState) -> None:
        scheme = db.session.query(SchemeVersionRow).filter_by(pack_version_id=batch.pack_version_id)
        row = AssessmentRow(
            code=f"A-C-{next(self.serial)}",
            batch=batch,
            council_id=self.council.id,
            agency=agency,
            pack_version_id=batch.pack_version_id,
            scheme_version_id=scheme.first().id,
            state=state,
            opens_at=NOW - timedelta(hours=1),
            closes_at=NOW + timedelta(hours=7),
            released_at=NOW - timedelta(hours=1) if state == AssessmentState.RELEASED else None,
            created_at=DAY,
        )
        people = [_person("assessor"), *self.staff[Role.ASSESSOR]] if state != AssessmentState.ACCEPTED else []
        row.assessors = [AssessmentAssessorRow(person_id=person.id) for person in people]
        row.candidates = [self._candidate(trainee) for trainee in batch.trainees]
        db.session.add(row)
        db.session.flush()

    def _candidate(self, trainee: TraineeRow) -> CandidateRow:
        return CandidateRow(trainee=trainee, number=f"C-{next(self.serial)}", attempt_number=1)

    def _assessment(self, stage: str, trainees: list[PersonRow]) -> AssessmentRow:
        """An assessment of all trainees, walked to a stage through the services."""
        days = 2 if stage == "running" else 0
        batch = self._add_batch(self.centre, world.pack_version(), trainees)
        db.session.commit()
        row = scheduling.schedule(
            _actor("council"),
            batch_id=batch.id,
            agency_id=self.agency.id,
            again=False,
            opens_at=NOW - timedelta(hours=1) if stage == "running" else steps.OPENS,
            closes_at=NOW + timedelta(hours=7) if stage == "running" else steps.CLOSES,
            extra_minutes={},
            now=DAY + timedelta(days=days),
        )
        scheduling.answer(_actor("agency"), row.id, "accept", now=DAY)
        if stage == "accepted":
            return row
        drawing.draw(_actor("agency"), row.id, now=DAY)
        named = [steps.person("assessor"), *(person.id for person in self.staff[Role.ASSESSOR])]
        assessors.name_assessors(_actor("agency"), row.id, named, now=DAY)
        if stage == "running":
            return self._run(row)
        self._sit(row, row.candidates[: 2 * self.few])
        for candidate in row.candidates[2 * self.few :]:
            presence.mark_absent(_actor("centre"), row.id, candidate.id, now=row.opens_at)
        approval.submit(_actor("assessor"), row.id, now=steps.AFTER)
        if stage == "released":
            self._release(row)
        return row

    def _run(self, row: AssessmentRow) -> AssessmentRow:
        """The first has begun, some are done, the others have not come yet."""
        mine, done = row.candidates[0], row.candidates[1 : 1 + self.few]
        delivery.start(actor_of(mine.trainee.person), mine.id, now=NOW - timedelta(minutes=5))
        self._sit(row, done)
        return row

    def _sit(self, row: AssessmentRow, candidates: list[CandidateRow]) -> None:
        refs = drawing.material_of(row).scheme.practical_refs
        for place, candidate in enumerate(candidates):
            passes = place % 2 == 0
            steps.sit(candidate, right=passes, at=row.opens_at)
            steps.score(candidate, refs, "1" if passes else "0")

    def _release(self, row: AssessmentRow) -> None:
        approval.verify(_actor("agency"), row.id, now=steps.AFTER)
        approval.approve(_actor("council"), row.id, now=steps.AFTER)
        approval.release(_actor("council"), row.id, now=steps.AFTER)
        for place, candidate in enumerate(row.candidates[1::2]):
            asked = reassessment.ask(actor_of(candidate.trainee.person), candidate.id, reason="I was ill.", now=NOW)
            for level in reassessment.LEVELS[: place % 4]:
                reassessment.decide(_actor(level), asked.id, level=level, is_accepted=True, reason="It is so.", now=NOW)

    def _training(self, batch: BatchRow) -> None:
        """What the trainees of a batch read and practised, and a roster with that many faulty lines."""
        items = db.session.query(ItemVersionRow).filter_by(use="practice").limit(self.count).all()
        lessons = db.session.query(LessonVersionRow).all()
        for trainee in batch.trainees:
            person = trainee.person_id
            for place, item in enumerate(items):
                answer = {"item_version_id": item.id, "choice": "A", "is_right": place % 2 == 0, "answered_at": DAY}
                db.session.add(PracticeAnswerRow(person_id=person, **answer))
                reviews.keep(person, item.code, is_right=place % 2 == 0, now=DAY)
            for lesson in lessons:
                db.session.add(SectionReadRow(person_id=person, lesson_version_id=lesson.id, section=1, read_at=DAY))
        db.session.commit()
        people = [self._add_person(Role.TRAINEE, self.centre) for _ in range(self.count)]
        lines = [f"E-{person.login},{person.name},2004-03-01,NA,{person.login}" for person in people]
        content = "\n".join(["enrolment_number,name,born_on,guardian,user_name", *lines]).encode()
        rosters.check_roster(_actor("centre"), batch.id, file_name="late.csv", content=content, now=NOW)

    def _room(self, batch: BatchRow) -> None:
        """Registers kept by several people, one of them corrected, scored work, and messages that some have read."""
        trainers = [row.person for row in batch.trainers]
        for place in range(self.few):
            day, keeper = date(2026, 10, 1) + timedelta(days=place), actor_of(trainers[place % len(trainers)])
            marks = {row.id: Mark.ABSENT if row.id % 3 else Mark.PRESENT for row in batch.trainees}
            registers.keep(keeper, batch.id, day, marks, seen=0, now=NOW)
        for place in range(self.few):
            marks = {row.id: Mark.ABSENT if (row.id + place) % 2 else Mark.PRESENT for row in batch.trainees}
            why, keeper = "Looked again", actor_of(trainers[place % len(trainers)])
            registers.keep(keeper, batch.id, date(2026, 10, 1), marks, seen=1 + place, why=why, now=NOW)
        ids, refs = [row.id for row in batch.trainees], ["ASC/N1105#PC4", "ASC/N1105#PC5"]
        for place in range(self.few):
            trainer = actor_of(trainers[place % len(trainers)])
            given = {"title": f"Role play {place}", "text": "With a partner.", "refs": refs, "trainee_ids": ids}
            due = NOW.date() + timedelta(days=2)
            row = coursework.give(trainer, batch.id, **given, due_on=due, key=f"form-{place:04}", now=NOW)
            for entry in row.entries:
                taps = [Tap(ref=ref, share="1", key=f"tap-{ref[-1]}-{place:04}") for ref in refs[: 1 + place % 2]]
                coursework.score(trainer, batch.id, entry.id, taps, now=NOW)
            message = feedback.write(trainer, batch.id, ids, "Well done.", key=f"form-{place:04}", now=NOW)
            for to in message.recipients[1::2]:
                feedback.mark_read(actor_of(to.trainee.person), to.id, now=NOW)
        feedback.withdraw(trainer, batch.id, message.id, now=NOW)

    def _mocks(self, row: AssessmentRow) -> None:
        """That many mock exams of each of two trainees that are over, and one that runs."""
        for candidate in row.candidates[:2]:
            paper, person = db.session.query(PaperRow).filter_by(candidate_id=candidate.id).one(), candidate.trainee
            for number in range(1, self.count + 1):
                mocks.a_copy_of(paper, person.person_id, number=number, at=DAY)
            at = NOW - timedelta(minutes=5)
            mocks.a_copy_of(paper, person.person_id, number=self.count + 1, at=at, is_over=False)

    def _roles(self, row: AssessmentRow) -> None:
        """Job roles in several versions, and declared evidence of everybody, some of it checked again and again."""
        shipped = db.session.query(RoleVersionRow).one()
        role = role_of(shipped)
        for number in range(1, self.few + 1):
            other = role.model_copy(update={"code": f"ROLE-{number}", "title": f"Role {number}"})
            publishing.add_role(self.council.id, other, now=DAY)
            publishing.add_role(self.council.id, role.model_copy(update={"version": f"1.{number}"}), now=DAY)
        db.session.commit()
        for place, candidate in enumerate(row.candidates):
            whose = actor_of(candidate.trainee.person)
            given = {"what": "A degree", "place": "A university", "day": date(2024, 6, 12), "now": NOW}
            for line in ("Q1", "Q2"):
                declared = declarations.declare(whose, shipped.id, line, key=f"form-{line}", **given)
            for number in range(place % 3 if place else 2):
                said = {"is_confirmed": number % 2 == 0, "reason": "The original", "seen": number, "now": NOW}
                declarations.check(_actor("centre"), declared.id, **said)

    def _skills(self, row: AssessmentRow) -> None:
        """More skills, and for each trainee judgements by several assessors, self-ratings and targets."""
        shipped = get_shipped_skill("SSUP", "en")
        for number in range(self.few):
            skill = shipped.model_copy(update={"code": f"SKI{number}", "name": f"Skill {number}"})
            framework_uploads.publish_skill(_actor("council"), skill, now=DAY)
        person_ids = dict.fromkeys(candidate.trainee.person_id for candidate in row.candidates)
        judges = [actor_of(person) for person in [_person("assessor"), *self.staff[Role.ASSESSOR]]]
        for person_id in person_ids:
            for place, judge in enumerate(judges):
                key, texts = f"form-{place:04}", [f"Seen on day {day} at the counter" for day in range(self.few)]
                said = judging.Judgement(
                    level=1 + place % 6,
                    reasons="Did what the words say.",
                    linked=[],
                    described=texts,
                    seen=place,
                    corrects=False,
                    language="en",
                    key=key,
                )
                judging.judge(judge, person_id, "SSUP", said, now=NOW)
                person = actor_of(db.session.get_one(PersonRow, person_id))
                skill_goals.rate_self(person, "SSUP", place % 6, "", key=key, now=NOW)
            for place, trainer in enumerate(self.staff[Role.TRAINER]):
                aim = {"skill_code": "SSUP", "level": 1 + place % 6, "reason": "", "key": f"form-{place:04}"}
                skill_goals.set_target(actor_of(trainer), person_id, **aim, now=NOW)

    def _history(self, rows: Mapping[str, AssessmentRow]) -> None:
        """Acts of many people on everything that shows its history."""
        things = [("batch", row.batch_id) for row in rows.values()]
        things += [("assessment", row.id) for row in rows.values()]
        things += [("person", steps.person("trainer")), ("organisation", self.centre.id)]
        things += [("pack_version", world.pack_version().id), ("scheme_version", world.scheme_version().id)]
        things += [("certificate", row.id) for row in db.session.query(CertificateRow).limit(1)]
        for thing, number in things:
            for person in self.staff[Role.COUNCIL_STAFF]:
                history.record(actor_of(person), thing, number, Message("looked at it"), now=DAY)

    def _things(self, row: AssessmentRow) -> Things:
        entry = next(one for one in row.candidates if one.trainee.person.login == "trainee")
        found: dict[str, Any] = {
            "assessment_id": row,
            "attempt_id": db.session.query(AttemptRow).filter_by(candidate_id=entry.id).first(),
            "batch_id": row.batch,
            "candidate_id": entry,
            "certificate_id": _certificate_of(entry),
            "job_id": db.session.query(JobRow).first(),
            "lesson_id": db.session.query(LessonVersionRow).first(),
            "mock_id": _mock_of(entry.trainee.person_id, row.state),
            "organisation_id": self.centre,
            "pack_id": world.pack_version(),
            "person_id": _person("trainer"),
            "request_id": db.session.query(ReassessmentRow).first(),
            "scheme_id": world.scheme_version(),
            "sheet_id": db.session.query(PracticalSheetRow).filter_by(candidate_id=entry.id).first(),
            "trainee_id": entry.trainee,
            "holder_id": entry.trainee.person,
            "upload_id": db.session.query(RosterUploadRow).filter_by(batch_id=row.batch_id).first(),
            "answer_id": db.session.query(PracticeAnswerRow).filter_by(person_id=entry.trainee.person_id).first(),
        }
        found["role_id"] = db.session.query(RoleVersionRow).order_by(RoleVersionRow.id).first()
        found["declaration_id"] = db.session.query(DeclarationRow).filter_by(person_id=entry.trainee.person_id).first()
        work = db.session.query(CourseworkEntryRow).filter_by(trainee_id=entry.trainee_id).first()
        message = db.session.query(FeedbackRecipientRow).filter_by(trainee_id=entry.trainee_id).first()
        found |= {"entry_id": work, "coursework_id": work.coursework, "recipient_id": message}
        things = {name: thing.id for name, thing in found.items() if thing is not None}
        return things | {"code": db.session.query(CertificateRow).first().code, **_WORDS}

    def _add_person(self, role: Role, place: OrganisationRow) -> PersonRow:
        number = next(self.serial)
        row = PersonRow(login=f"c{number}", name=f"Person {number}", password_hash=self.password_hash, created_at=DAY)
        row.grants = [RoleGrantRow(role=role, organisation_id=place.id)]
        db.session.add(row)
        db.session.flush()
        return row

    def _add_organisation(self, kind: OrganisationKind, code: str) -> OrganisationRow:
        row = OrganisationRow(kind=kind, code=code, name=f"The {code}", council_id=self.council.id, created_at=DAY)
        db.session.add(row)
        db.session.flush()
        return row

    def _add_pack(self, code: str) -> PackVersionRow:
        pack = builders.a_pack(code=code)
        row = publishing.add_pack(self.council.id, pack, now=DAY)
        for state in (ContentState.PUBLISHED, ContentState.DRAFT):
            publishing.add_scheme(row.id, builders.a_scheme(pack), state, now=DAY)
        return row

    def _add_batch(self, centre: OrganisationRow, pack: PackVersionRow, people: list[PersonRow]) -> BatchRow:
        number = next(self.serial)
        row = BatchRow(
            code=f"B-C{number}",
            name=f"Batch {number}",
            centre_id=centre.id,
            pack_version_id=pack.id,
            starts_on=date(2026, 8, 3),
            ends_on=date(2026, 10, 30),
            created_at=DAY,
        )
        trainers = [_person("trainer"), *self.staff[Role.TRAINER]]
        row.trainers = [BatchTrainerRow(person_id=trainer.id) for trainer in trainers]
        row.trainees = [
            TraineeRow(person=person, enrolment_number=f"E-{number}-{place:03}", attendance="92")
            for place, person in enumerate(people)
        ]
        db.session.add(row)
        db.session.flush()
        return row


def _actor(login: str) -> Actor:
    return actor_of(_person(login))


def _person(login: str) -> PersonRow:
    return db.session.query(PersonRow).filter_by(login=login).one()


def _organisation(code: str) -> OrganisationRow:
    return db.session.query(OrganisationRow).filter_by(code=code).one()


def _certificate_of(candidate: CandidateRow) -> CertificateRow | None:
    query = db.session.query(CertificateRow).join(CertificateRow.result)
    return query.filter_by(candidate_id=candidate.id).first()


def _mock_of(person_id: int, state: str) -> MockExamRow | None:
    """The mock that runs, beside an assessment that runs; beside a released one a mock that is over."""
    own = db.session.query(MockExamRow).filter_by(person_id=person_id).order_by(MockExamRow.number)
    if state == AssessmentState.DRAWN:
        return own.filter_by(submitted_at=None).first()
    return own.first() if state == AssessmentState.RELEASED else None
