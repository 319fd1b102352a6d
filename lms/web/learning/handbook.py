"""A handbook as HTML for `lms.printing`: all lessons of a unit, from values alone, so that files are printed alike."""

from collections.abc import Sequence

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from curriculum.lessons import Lesson, SectionPart
from curriculum.model import NosUnit, QualificationPack
from lms import catalogues
from lms.settings import ROOT
from lms.web.learning.paper_drawings import on_paper
from lms.web.learning.parts import PART_WORDS
from lms.web.markdown import render

# The folder that relative addresses in the page are of.
FOLDER = ROOT / "lms" / "static" / "printing"


def handbook_html(pack: QualificationPack, unit: NosUnit, lessons: Sequence[Lesson], language: str) -> str:
    """The page to print, its own words in `language`, each lesson in its own."""
    template = _environment(language).get_template("printing/handbook.html")
    return template.render(language=language, pack=pack, unit=unit, lessons=lessons, text_of=text_of, words=PART_WORDS)


def text_of(lesson: Lesson, number: int) -> Markup:
    """A section of a lesson (numbered from 0) with its drawings, as it is printed."""
    drawings = {address: on_paper(drawing) for address, drawing in lesson.drawings.items()}
    boxes = lesson.header.sections[number].part is SectionPart.CHECKLIST
    return render(lesson.bodies[number], drawings, boxes=boxes)


def _environment(language: str) -> Environment:
    """Templates with a language's words, without the web."""
    environment = Environment(
        loader=FileSystemLoader(ROOT / "lms" / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(catalogues.catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    return environment
