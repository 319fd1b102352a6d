"""Where to read again: the section of a lesson that explains what an item asked."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lms.records.learning import PublishedLesson


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgain:
    """The section of a lesson where a criterion is explained."""

    lesson_id: int
    section: int
    title: str


def find_section(
    lessons: Iterable[PublishedLesson], unit: str, criteria: Collection[str], language: str
) -> ReadAgain | None:
    """The first section of the unit's lessons about one of the criteria, named in this language where it is in it."""
    for published in lessons:
        if published.lesson.header.unit != unit:
            continue
        for number, section in enumerate(published.lesson.header.sections, start=1):
            if set(section.criteria) & set(criteria):
                named = published.edition_in(language).lesson.header.sections[number - 1]
                return ReadAgain(lesson_id=published.id, section=number, title=named.title)
    return None
