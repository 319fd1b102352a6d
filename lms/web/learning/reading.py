"""Which language lessons are read in, and a lesson's sections as they are shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template, request, session
from flask_babel import get_locale
from markupsafe import Markup

from curriculum.lessons import Lesson, LessonSection, SectionPart
from lms.catalogues import languages
from lms.permissions import Actor
from lms.services.learning import LessonView
from lms.services.mastery import mastery_of
from lms.services.study import Study
from lms.web.filters import say
from lms.web.item_languages import languages_in_words
from lms.web.learning.mastery_map import looks_of
from lms.web.learning.parts import PART_WORDS
from lms.web.markdown import render

# Each language by its own name.
NAMES = {"en": "English", "hi": "हिन्दी", "pl": "Polski"}
_CHOSEN = "lesson_language"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """A section as it is shown: its front matter, the word for its part, its text."""

    number: int
    section: LessonSection
    word: str
    html: Markup


def reading_language() -> str:
    """The language chosen for lessons (`?language=hi`, kept while one is signed in), else that of the pages."""
    asked = request.args.get("language")
    if asked in languages():
        session[_CHOSEN] = asked
    return str(session.get(_CHOSEN) or get_locale() or "en")


def other_languages(study: Study) -> tuple[str, str] | None:
    """In which languages lessons and questions of a pack are; None where all of them are in that of the page."""
    page, faces = str(get_locale() or "en"), [item.face for item in study.items]
    if all(page in one.languages for one in (*study.lessons, *faces)):
        return None
    return languages_in_words(study.lessons), languages_in_words(faces)


def show(actor: Actor, view: LessonView, wanted: str, back: str = "") -> str:
    """The page of a lesson; `back` is where its preview goes back to."""
    looks = looks_of(mastery_of(actor.person_id, view.open_pack.pack))
    sections = list(sections_of(view.lesson))
    return render_template(
        "learning/show_lesson.html", view=view, wanted=wanted, sections=sections, looks=looks, back=back
    )


def sections_of(lesson: Lesson) -> Iterator[ShownSection]:
    """The sections of a lesson in order."""
    for number, (section, body) in enumerate(lesson.parts(), start=1):
        yield ShownSection(
            number=number,
            section=section,
            word=say(PART_WORDS.get(section.part, "")),
            html=render(body, lesson.drawings, boxes=section.part is SectionPart.CHECKLIST),
        )
