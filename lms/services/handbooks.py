"""Handbooks: all lessons of a unit as one PDF, made by a worker once for each content and language, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from curriculum.documents import canonical_json
from curriculum.lessons import Lesson
from curriculum.loading import file_stem
from curriculum.model import NosUnit, QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of
from lms.records.learning import PublishedLesson, lessons_of
from lms.services import jobs
from lms.services.errors import Absent
from lms.services.learning import get_pack
from lms.tables.content import PackVersionRow
from lms.tables.handbooks import HandbookPdfRow
from lms.tables.jobs import JobItemRow, JobRow

KIND = "handbook"
# Raise it when what is printed of the same lessons changes: then handbooks are made anew.
LAYOUT = "1"
_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Handbook:
    """What is to be printed: a unit of a pack with its lessons, each in the language where it is in it.

    `languages` are all that some of its lessons are in.
    """

    pack_version_id: int
    pack: QualificationPack
    unit: NosUnit
    language: str
    languages: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    digest: str

    @property
    def untranslated(self) -> int:
        """How many of the lessons are not in its language."""
        return sum(lesson.header.language != self.language for lesson in self.lessons)

    @property
    def key(self) -> str:
        """What the work of printing it is called."""
        return f"{self.language}-{self.digest[:_DIGITS]}"


def get_handbook(actor: Actor, pack_version_id: int, unit_stem: str, language: str) -> Handbook:
    """The handbook of a unit of a pack that the actor may read; raises Absent, too where the unit has no lesson."""
    pack = get_pack(actor, pack_version_id).pack
    units = [unit for unit in pack.units if file_stem(unit.code) == unit_stem]
    if not units or not (found := _handbooks(pack_version_id, pack, units, language)):
        raise Absent
    return found[0]


def find_pdf(handbook: Handbook) -> HandbookPdfRow | None:
    """The printed handbook, None while nobody had it made as it is now."""
    return db.session.scalar(select(HandbookPdfRow).filter_by(digest=handbook.digest))


def find_job(handbook: Handbook) -> JobRow | None:
    """The newest work of printing it."""
    query = select(JobRow).join(JobItemRow, JobItemRow.job_id == JobRow.id).where(JobItemRow.key == handbook.key)
    query = query.where(JobRow.kind == KIND, JobRow.thing_id == handbook.pack_version_id)
    return db.session.scalar(query.order_by(JobRow.id.desc()).limit(1))


def request_pdf(actor: Actor, handbook: Handbook, *, now: datetime) -> JobRow | None:
    """Have it printed by a worker; None when it is printed or waits for one."""
    job = find_job(handbook)
    if find_pdf(handbook) is not None or (job is not None and job.state in jobs.OPEN):
        return None
    job = jobs.add_job(actor, KIND, handbook.pack_version_id, [handbook.key], now=now)
    db.session.commit()
    return job


def to_print(pack_version_id: int, key: str) -> Handbook | None:
    """What a worker is to print; None when it is printed, or when the lessons have changed meanwhile."""
    pack, language = pack_of(db.session.get_one(PackVersionRow, pack_version_id)), key.partition("-")[0]
    for handbook in _handbooks(pack_version_id, pack, pack.units, language):
        if handbook.key == key:
            return None if find_pdf(handbook) else handbook
    return None


def save_pdf(handbook: Handbook, content: bytes, *, now: datetime) -> None:
    """Keep a printed handbook; where another worker was faster, that one is kept."""
    names = {"digest": handbook.digest, "unit_code": handbook.unit.code, "language": handbook.language}
    db.session.add(HandbookPdfRow(**names, size=len(content), content=content, made_at=now))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()


def _handbooks(
    pack_version_id: int, pack: QualificationPack, units: Sequence[NosUnit], language: str
) -> list[Handbook]:
    """The handbooks of units that have lessons; one query for all."""
    published = lessons_of(units)
    of_units = {unit.code: [one for one in published if one.lesson.header.unit == unit.code] for unit in units}
    return [
        _handbook(pack_version_id, pack, unit, of_units[unit.code], language) for unit in units if of_units[unit.code]
    ]


def _handbook(
    pack_version_id: int, pack: QualificationPack, unit: NosUnit, published: Sequence[PublishedLesson], asked: str
) -> Handbook:
    """The handbook in the language asked for, else in the first of those that its lessons are in."""
    languages = tuple(dict.fromkeys(language for one in published for language in one.editions))
    language = asked if asked in languages else languages[0]
    lessons = tuple(one.edition_in(language).lesson for one in published)
    header = pack.pack
    facts = [LAYOUT, language, header.code, header.version, header.title, canonical_json(unit)]
    whole = "\n".join([*facts, *(canonical_json(lesson) for lesson in lessons)])
    return Handbook(
        pack_version_id=pack_version_id,
        pack=pack,
        unit=unit,
        language=language,
        languages=languages,
        lessons=lessons,
        digest=sha256(whole.encode()).hexdigest(),
    )
