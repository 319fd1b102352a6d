"""The newest version of each lesson, whatever its language, published or withdrawn."""

from collections.abc import Collection

from sqlalchemy import and_, func, select

from curriculum.lessons import LessonHeader
from lms.extensions import db
from lms.tables.content import LessonVersionRow

LessonName = tuple[str, str, str]  # unit, slug, language


def name_of(header: LessonHeader) -> LessonName:
    """What tells a lesson from all others."""
    return header.unit, header.slug, header.language


def newest_lessons(unit_codes: Collection[str]) -> dict[LessonName, LessonVersionRow]:
    """The newest version of every lesson of these units, by its name; one query."""
    table = LessonVersionRow
    newest = (
        select(table.unit_code, table.slug, table.language, func.max(table.number).label("number"))
        .where(table.unit_code.in_(unit_codes))
        .group_by(table.unit_code, table.slug, table.language)
        .subquery()
    )
    same = and_(
        newest.c.unit_code == table.unit_code,
        newest.c.slug == table.slug,
        newest.c.language == table.language,
        newest.c.number == table.number,
    )
    rows = db.session.scalars(select(table).join(newest, same))
    return {(row.unit_code, row.slug, row.language): row for row in rows}
