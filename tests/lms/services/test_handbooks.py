"""Handbooks: printed once for each content and language, kept, and for who may read the lessons."""

import pytest
from sqlalchemy import func, select

from curriculum.lessons import Lesson, parse_lesson
from lms.extensions import db
from lms.records.content import lesson_of, stored
from lms.services import handbooks, jobs
from lms.services.errors import Absent
from lms.services.handbooks import Handbook
from lms.tables.content import LessonVersionRow
from lms.tables.handbooks import HandbookPdfRow
from lms.tables.jobs import JobRow
from lms.web.learning import handbook as pages
from tests import world
from tests.conftest import BOTH
from tests.lms.lesson_files import A_DRAWING, a_lesson

NOW = world.DAY
UNIT = "asc-n0003"


@pytest.fixture(autouse=True)
def _no_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """The press is another's matter: here a page is its own bytes."""
    monkeypatch.setattr("lms.printing.print_pdf", lambda html, _folder: html.encode())


def add(language: str, title: str) -> None:
    lesson, _, problems = parse_lesson(a_lesson(language, title), "lesson.md", lambda _address: A_DRAWING)
    assert isinstance(lesson, Lesson), problems
    names = {"unit_code": "ASC/N0003", "slug": "the-lamp", "language": language, "number": 1, "position": 9}
    db.session.add(LessonVersionRow(**names, title=title, published_at=NOW, **stored(lesson)))
    db.session.commit()


def handbook(actor, language: str = "en", login: str = "trainee") -> Handbook:
    return handbooks.get_handbook(actor(login), world.pack_version().id, UNIT, language)


def printed() -> int:
    return db.session.scalar(select(func.count()).select_from(HandbookPdfRow))


@BOTH
def test_a_handbook_is_printed_once_and_kept(app, actor) -> None:
    job = handbooks.request_pdf(actor("trainee"), handbook(actor), now=NOW)
    assert handbooks.request_pdf(actor("trainer"), handbook(actor), now=NOW) is None, "it is being printed"
    jobs.run_job(job.id, lambda: NOW)
    assert db.session.get_one(JobRow, job.id).state == "done"
    kept = handbooks.find_pdf(handbook(actor))
    assert handbook(actor).lessons[0].header.title.encode() in kept.content
    assert kept.size == len(kept.content)
    assert handbooks.request_pdf(actor("trainee"), handbook(actor), now=NOW) is None, "it is there"
    handbooks.save_pdf(handbook(actor), b"again", now=NOW)
    assert printed() == 1


def test_when_a_lesson_changes_its_handbook_is_another(app, actor) -> None:
    before = handbook(actor)
    row = db.session.scalars(select(LessonVersionRow).filter_by(unit_code="ASC/N0003", language="en")).first()
    lesson = lesson_of(row)
    changed = lesson.model_copy(update={"bodies": ("Something new.\n", *lesson.bodies[1:])})
    names = {name: getattr(row, name) for name in ("unit_code", "slug", "language", "position", "title")}
    db.session.add(LessonVersionRow(**names, number=2, published_at=NOW, **stored(changed)))
    db.session.commit()
    assert handbook(actor).digest != before.digest
    assert handbooks.to_print(world.pack_version().id, before.key) is None, "what nobody wants any more is not printed"


def test_each_language_has_its_own_and_what_is_not_in_it_stays_as_it_is(app, actor) -> None:
    add("en", "The lamp")
    assert handbook(actor, "pl").language == "en"
    add("pl", "Lampa")
    polish = handbook(actor, "pl")
    assert (polish.language, polish.untranslated) == ("pl", len(polish.lessons) - 1)
    assert polish.languages == ("en", "hi", "pl")
    assert "Lampa" in [lesson.header.title for lesson in polish.lessons]
    assert handbook(actor, "en").digest != polish.digest


@pytest.mark.parametrize("login", ["trainee", "trainer", "centre", "council"])
def test_who_may_read_the_lessons_has_the_handbook(app, actor, login: str) -> None:
    assert handbook(actor, login=login).lessons


@pytest.mark.parametrize("login", ["council2", "agency", "assessor"])
def test_for_others_there_is_none(app, actor, login: str) -> None:
    with pytest.raises(Absent):
        handbook(actor, login=login)


def test_a_unit_without_lessons_has_none(app, actor) -> None:
    with pytest.raises(Absent):
        handbooks.get_handbook(actor("trainee"), world.pack_version().id, "asc-n9999", "en")


def test_the_page_has_every_section_its_boxes_and_its_drawings(app, actor) -> None:
    add("en", "The lamp")
    book = handbook(actor)
    html = pages.handbook_html(book.pack, book.unit, book.lessons, "en")
    alone = pages.handbook_html(book.pack, book.unit, book.lessons[-1:], "en")
    for lesson in book.lessons:
        for section in lesson.header.sections:
            assert section.title.replace("'", "&#39;") in html
    assert alone.count('<li class="tick">') == 2
    assert '<rect x="10"' in html
    assert 'fill="#e3efee"' in html
    assert 'class="fill-' not in html
