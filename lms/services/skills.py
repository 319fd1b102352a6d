"""Skills of frameworks as published: each read in the reader's language, or in one that there is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from curriculum.frameworks import FrameworkSkill
from lms.extensions import db
from lms.records.content import skill_of
from lms.services.errors import Absent
from lms.tables.skills import FrameworkVersionRow

FIRST_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSkill:
    """A skill at its newest version in one language, and the languages that it can be read in."""

    row: FrameworkVersionRow
    skill: FrameworkSkill
    languages: tuple[str, ...]

    @property
    def code(self) -> str:
        """The skill's code."""
        return self.row.code


def list_skills(language: str) -> list[PublishedSkill]:
    """Every published skill in a language where it has that, else in English, else in any; by name."""
    rows: dict[str, list[FrameworkVersionRow]] = {}
    for row in newest_versions():
        rows.setdefault(row.code, []).append(row)
    found = [_in_language(of_code, language) for of_code in rows.values()]
    return sorted(found, key=lambda one: (one.skill.name.casefold(), one.code))


def get_skill(code: str, language: str) -> PublishedSkill:
    """One skill, as `list_skills` would have it; raises Absent."""
    rows = newest_versions(code.upper())
    if not rows:
        raise Absent
    return _in_language(rows, language)


def levels_of(code: str) -> frozenset[int]:
    """The levels that a skill defines, in whichever language somebody reads it."""
    return frozenset(number for row in newest_versions(code) for number in skill_of(row).numbers)


def as_published(row: FrameworkVersionRow) -> PublishedSkill:
    """A skill in the words of one version, whatever was published since."""
    return PublishedSkill(row=row, skill=skill_of(row), languages=(row.language,))


def newest_versions(code: str | None = None) -> Sequence[FrameworkVersionRow]:
    """The newest version of each skill, or of one, in each language."""
    newest = (
        select(
            func.max(FrameworkVersionRow.number).label("number"), FrameworkVersionRow.code, FrameworkVersionRow.language
        )
        .group_by(FrameworkVersionRow.code, FrameworkVersionRow.language)
        .subquery()
    )
    query = (
        select(FrameworkVersionRow)
        .join(
            newest,
            (FrameworkVersionRow.code == newest.c.code)
            & (FrameworkVersionRow.language == newest.c.language)
            & (FrameworkVersionRow.number == newest.c.number),
        )
        .options(undefer(FrameworkVersionRow.content))
        .order_by(FrameworkVersionRow.code, FrameworkVersionRow.language)
    )
    return db.session.scalars(query if code is None else query.where(FrameworkVersionRow.code == code)).all()


def _in_language(rows: Sequence[FrameworkVersionRow], language: str) -> PublishedSkill:
    of_language = {row.language: row for row in rows}
    row = of_language.get(language) or of_language.get(FIRST_LANGUAGE) or rows[0]
    return PublishedSkill(row=row, skill=skill_of(row), languages=tuple(of_language))
