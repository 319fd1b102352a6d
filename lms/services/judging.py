"""Judging somebody's level in a skill on evidence: what there is to link; judgements are added and never changed."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.results import Outcome
from assessments.skill_levels import BELOW_ALL
from assessments.words import Message
from certificates.codes import CODE_RANDOMNESS, verification_code
from lms.extensions import db
from lms.permissions import Actor
from lms.services import coursework, history, skills
from lms.services.days import day_of
from lms.services.errors import Conflict, Faulty
from lms.services.reasons import MOST_REASON, checked_reason, checked_words
from lms.services.results import is_newest
from lms.services.skill_people import get_judged
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.content import PackVersionRow
from lms.tables.marking import ResultRow
from lms.tables.skills import EvidenceSource, SkillEvidenceRow, SkillJudgementRow
from lms.tables.training import TraineeRow

THING = "skill_judgement"
MIN_EVIDENCE, MOST_DESCRIBED = 10, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing of a person that a judgement can rest on; `name` is what the page sends back."""

    row: SkillEvidenceRow

    @property
    def name(self) -> str:
        """Which thing it is: `result-12`."""
        return f"{self.row.source}-{self.row.thing_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an assessor says: the level (0: below all), why, on which linked things, and on what they describe.

    `seen` is the number of the newest judgement that the page showed; `corrects` says that it was wrong. `language` is
    that of the words that were on the page. `key` makes a form sent twice one judgement.
    """

    level: int
    reasons: str
    linked: Collection[str]
    described: Sequence[str]
    seen: int
    corrects: bool
    language: str
    key: str


def list_offers(actor: Actor, person_id: int) -> list[Offer]:
    """What a judgement of this person can be linked to: released results, and work at the centre that was scored."""
    person, _ = get_judged(actor, person_id)
    return [*_results_of(person.id), *_work_of(person.id)]


def judge(actor: Actor, person_id: int, skill_code: str, said: Judgement, *, now: datetime) -> SkillJudgementRow:
    """Add a judgement; the same form again gives the same one.

    Raises Absent or NotAllowed for who may not judge this person, Faulty for a level that the skill does not define or
    a judgement without evidence, Conflict when somebody else judged meanwhile.
    """
    person, agency = get_judged(actor, person_id)
    if again := _find(person.id, said.key):
        return again
    published = skills.get_skill(skill_code, said.language)
    if said.level not in {BELOW_ALL, *published.skill.numbers}:
        raise Faulty(Message("Choose a level that the skill defines."))
    reasons = checked_reason(said.reasons)
    evidence = _evidence(actor, person.id, said)
    before = newest_of(person.id, published.code)
    if said.seen != (before.number if before else 0):
        raise _judged_meanwhile()
    row = SkillJudgementRow(
        person_id=person.id,
        skill_code=published.code,
        number=said.seen + 1,
        framework_version_id=published.row.id,
        level=said.level,
        reasons=reasons,
        corrects_id=before.id if before and said.corrects else None,
        assessor_id=actor.person_id,
        organisation_id=agency,
        judged_at=now,
        code=verification_code(secrets.token_bytes(CODE_RANDOMNESS)),
        key=said.key,
        evidence=evidence,
    )
    return _added(actor, row, now)


def newest_of(person_id: int, skill_code: str) -> SkillJudgementRow | None:
    """The judgement that counts of a person in a skill, if there is one."""
    query = select(SkillJudgementRow).filter_by(person_id=person_id, skill_code=skill_code)
    return db.session.scalar(query.order_by(SkillJudgementRow.number.desc()).limit(1))


def _added(actor: Actor, row: SkillJudgementRow, now: datetime) -> SkillJudgementRow:
    person_id, key = row.person_id, row.key
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as fault:  # the same form, or another assessor, at the same moment
        db.session.rollback()
        if again := _find(person_id, key):
            return again
        raise _judged_meanwhile() from fault
    facts = {"skill": row.skill_code, "level": str(row.level)}
    words = Message("judged the level in %(skill)s: %(level)s", facts)
    history.record(actor, "person", person_id, words, why=row.reasons, now=now)
    db.session.commit()
    return row


def _evidence(actor: Actor, person_id: int, said: Judgement) -> list[SkillEvidenceRow]:
    offers = {offer.name: offer.row for offer in list_offers(actor, person_id)}
    if not set(said.linked) <= set(offers):
        raise Faulty(Message("Choose evidence from the list: results and work of this person."))
    linked = [row for name, row in offers.items() if name in said.linked]
    fault = Message("Describe evidence with %(least)s to %(most)s characters: what was seen, where and when.")
    words = [checked_words(text, MIN_EVIDENCE, MOST_REASON, fault) for text in said.described if text.strip()]
    if len(words) > MOST_DESCRIBED:
        raise Faulty(Message("Describe at most %(most)s things that you have seen.", {"most": str(MOST_DESCRIBED)}))
    described = [SkillEvidenceRow(source=EvidenceSource.DESCRIBED, detail=text) for text in words]
    if not linked and not described:
        raise Faulty(
            Message("A level is judged on evidence. Tick something of the list, or describe what you have seen.")
        )
    return [*linked, *described]


def _results_of(person_id: int) -> list[Offer]:
    """The newest released result of each attempt in which something was decided; an absence shows nothing."""
    query = (
        select(ResultRow, AssessmentRow.code, PackVersionRow.title)
        .join(CandidateRow, CandidateRow.id == ResultRow.candidate_id)
        .join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .join(PackVersionRow, PackVersionRow.id == AssessmentRow.pack_version_id)
        .where(
            TraineeRow.person_id == person_id,
            AssessmentRow.state == AssessmentState.RELEASED,
            ResultRow.outcome.in_((Outcome.COMPETENT, Outcome.NOT_YET_COMPETENT)),
            is_newest(),
        )
        .order_by(ResultRow.id.desc())
    )
    return [
        Offer(
            row=SkillEvidenceRow(
                source=EvidenceSource.RESULT,
                thing_id=result.id,
                title=f"{title} · {code}",
                detail=result.outcome,
                day=day_of(result.decided_at),
            )
        )
        for result, code, title in db.session.execute(query)
    ]


def _work_of(person_id: int) -> list[Offer]:
    """Assignments and observations of which every criterion has a level."""
    works = [work for work in coursework.list_work_of(person_id) if work.is_scored]
    return [
        Offer(
            row=SkillEvidenceRow(
                source=EvidenceSource.COURSEWORK,
                thing_id=work.entry.id,
                title=work.entry.coursework.title,
                detail=work.entry.coursework.kind,
                day=work.entry.coursework.day,
            )
        )
        for work in works
    ]


def _find(person_id: int, key: str) -> SkillJudgementRow | None:
    return db.session.scalar(select(SkillJudgementRow).filter_by(person_id=person_id, key=key))


def _judged_meanwhile() -> Conflict:
    return Conflict(
        Message("Somebody else has judged this level meanwhile. Read that judgement first, then judge again.")
    )
