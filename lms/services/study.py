"""Where a trainee stands in a pack, all in one: read, practised, shown, due today, and the next best thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from assessments.mastery import Evidence, Standing, standing_of
from assessments.recovery import criterion_worths
from curriculum.lessons import FIRST_LANGUAGE
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import scheme_of
from lms.records.learning import PracticeItem, PublishedLesson, lessons_of, practice_items_of
from lms.services import mocks
from lms.services.learning import OpenPack, own_packs, progress_in
from lms.services.learning_progress import Progress
from lms.services.mastery import all_evidence_of
from lms.services.next_step import Facts, is_ready_for_mock, next_step
from lms.services.reviews import Agenda, agenda_of
from lms.services.waiting import Waiting
from lms.tables.content import ContentState, SchemeVersionRow
from lms.tables.people import PersonRow, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionAbout:
    """A section of a lesson about a criterion."""

    lesson_id: int
    lesson: str
    number: int
    title: str
    knowledge: tuple[str, ...]
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One person in one pack. `worths` are the marks each criterion can bring, empty without a scheme.

    `mock` is the pack version whose mock exam is worth beginning now, if one is.
    """

    open_pack: OpenPack
    lessons: tuple[PublishedLesson, ...]
    items: tuple[PracticeItem, ...]
    progress: Progress
    evidence: Mapping[str, Sequence[Evidence]]
    standings: Mapping[str, Standing]
    worths: Mapping[str, Fraction]
    agenda: Agenda
    language: str
    mock: int | None

    @property
    def next_step(self) -> Waiting | None:
        """The next best thing; None when there is nothing to do but rest."""
        about = {
            published.id: [f"{published.lesson.header.unit}#{criterion}" for criterion in _not_read(published, read)]
            for published, read in self._read()
        }
        return next_step(
            Facts(
                due=len(self.agenda.due),
                progress=self.progress,
                standings=self.standings,
                worths=self.worths,
                about=about,
                mock=self.mock,
            )
        )

    def sections_about(self, ref: str) -> tuple[SectionAbout, ...]:
        """The sections about a criterion, in order."""
        return tuple(
            SectionAbout(
                lesson_id=published.id,
                lesson=published.edition_in(self.language).lesson.header.title,
                number=number,
                title=published.edition_in(self.language).lesson.header.sections[number - 1].title,
                knowledge=section.knowledge,
                is_read=number in read,
            )
            for published, read in self._read()
            for number, section in enumerate(published.lesson.header.sections, start=1)
            if ref in {f"{published.lesson.header.unit}#{criterion}" for criterion in section.criteria}
        )

    def _read(self) -> list[tuple[PublishedLesson, frozenset[int]]]:
        """The lessons, each with the numbers of its sections that are read."""
        places = {lesson.id: lesson.read for unit in self.progress.units for lesson in unit.lessons}
        return [(published, places[published.id]) for published in self.lessons]


def study_of(actor: Actor, open_pack: OpenPack, now: datetime, language: str = FIRST_LANGUAGE) -> Study:
    """Where a person stands in a pack, lessons named in their language; ten queries, some more before a mock exam."""
    pack, person_id = open_pack.pack, actor.person_id
    lessons, items = lessons_of(pack.units), practice_items_of(pack.units)
    evidence = all_evidence_of(person_id, pack)
    progress = progress_in({person_id: pack}, lessons, items, language)[person_id]
    is_ready = open_pack.as_trainee and is_ready_for_mock(progress)
    return Study(
        open_pack=open_pack,
        lessons=lessons,
        items=items,
        progress=progress,
        evidence=evidence,
        standings={ref: standing_of(evidence.get(ref, ())) for ref in pack.criterion_refs()},
        worths=_worths(open_pack.id, pack),
        agenda=agenda_of(person_id, items, now),
        language=language,
        mock=open_pack.id if is_ready and mocks.is_due(actor, open_pack.id, now) else None,
    )


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """The next best thing for a trainee in their newest pack, until they hold a certificate."""
    if not actor.has(Role.TRAINEE):
        return []
    newest = next(iter(own_packs(actor, certified=False)), None)
    language = db.session.get_one(PersonRow, actor.person_id).language
    step = study_of(actor, newest, now, language).next_step if newest else None
    return [step] if step else []


def _worths(pack_version_id: int, pack: QualificationPack) -> Mapping[str, Fraction]:
    """What each criterion can bring by the newest published scheme."""
    query = select(SchemeVersionRow).filter_by(pack_version_id=pack_version_id, state=ContentState.PUBLISHED)
    row = db.session.scalar(query.order_by(SchemeVersionRow.number.desc()).limit(1))
    if row is None:
        return {}
    scheme = scheme_of(row)
    return {ref: worth * Fraction(scheme.mark_unit) for ref, worth in criterion_worths(scheme, pack).items()}


def _not_read(published: PublishedLesson, read: frozenset[int]) -> Sequence[str]:
    sections = enumerate(published.lesson.header.sections, start=1)
    return [criterion for number, section in sections if number not in read for criterion in section.criteria]
