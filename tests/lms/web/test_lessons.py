"""Pages for those who write lessons: allowed, refused, bad input, what changes, double clicks, withdrawing."""

import io

import pytest

from curriculum.lesson_bundle import write_lesson
from curriculum.lessons import Lesson
from lms.extensions import db
from lms.records.content import lesson_of
from lms.tables.content import LessonState, LessonVersionRow
from tests.lms.pack_files import zipped

SLUG = "one-team-one-customer"


def published(language: str = "en") -> LessonVersionRow:
    """The newest version of a shipped lesson of one unit."""
    rows = db.session.query(LessonVersionRow).filter_by(unit_code="ASC/N0002", slug=SLUG, language=language)
    return rows.order_by(LessonVersionRow.number.desc()).first()


def reworded(before: str = "", after: str = "", **header) -> Lesson:
    """That lesson with other words in its first section."""
    lesson = lesson_of(published())
    first, *others = lesson.bodies
    changed = lesson.header.model_copy(update=header)
    bodies = (first.replace(before, after) if before else f"{first}One more sentence.\n\n", *others)
    return lesson.model_copy(update={"header": changed, "bodies": bodies})


def upload(browser, *lessons: Lesson, pack: int = 1):
    files = [(io.BytesIO(content), name) for lesson in lessons for name, content in write_lesson(lesson)]
    return browser.post(f"/packs/{pack}/lessons/new", data={"folder": files}, content_type="multipart/form-data")


def seen_in(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


def test_the_list_names_every_lesson_and_says_what_no_section_is_about(signed_in) -> None:
    page = signed_in("council").get("/packs/1/lessons").text
    assert lesson_of(published()).header.title in page
    assert "What the lessons are about" in page


@pytest.mark.parametrize(
    ("login", "status"), [("council2", 404), ("agency", 403), ("centre", 403), ("trainer", 403), ("trainee", 403)]
)
def test_only_the_packs_council_writes_its_lessons(signed_in, login: str, status: int) -> None:
    draft = upload(signed_in("council"), reworded()).location
    row = published()
    browser = signed_in(login)
    assert browser.get("/packs/1/lessons").status_code == status
    assert browser.get("/packs/1/lessons.zip").status_code == status
    assert upload(browser, reworded()).status_code == status
    assert browser.get(draft).status_code == status
    assert browser.get(f"{draft}/1").status_code == status
    assert browser.post(draft).status_code == status
    assert browser.post(f"/packs/1/lessons/{row.id}/withdraw", data={"why": "Not needed now."}).status_code == status
    assert published().number == 1


def test_an_upload_shows_what_changes_and_is_published_by_two_clicks_once(signed_in) -> None:
    browser = signed_in("council")
    draft = upload(browser, reworded()).location
    page = browser.get(draft).text
    assert "<ins>" in page
    assert "One more sentence." in page
    assert "Changed" in page
    preview = browser.get(f"{draft}/1")
    assert "One more sentence." in preview.text
    assert "Mark as read" not in preview.text
    for _ in range(2):
        assert browser.post(draft, data={"seen": seen_in(page)}).status_code == 302
    assert published().number == 2
    assert "One more sentence." in signed_in("trainee").get(f"/learn/{published().id}").text
    assert "published lessons" in signed_in("council").get("/packs/1/lessons").text


def test_the_same_lessons_again_are_nothing_to_do(signed_in) -> None:
    browser = signed_in("council")
    draft = upload(browser, lesson_of(published())).location
    assert "There is nothing to do." in browser.get(draft).text
    browser.post(draft)
    assert published().number == 1


def test_all_lessons_can_be_downloaded_and_uploaded_again(signed_in) -> None:
    browser = signed_in("council")
    content = browser.get("/packs/1/lessons.zip").data
    sent = {"files": [(io.BytesIO(content), "lessons.zip")]}
    answer = browser.post("/packs/1/lessons/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    assert "There is nothing to do." in browser.get(answer.location).text


def test_what_changed_meanwhile_is_looked_at_again_first(signed_in) -> None:
    browser = signed_in("council")
    first, second = upload(browser, reworded()).location, upload(browser, reworded(minutes=40)).location
    seen = seen_in(browser.get(first).text)
    browser.post(second, data={"seen": seen_in(browser.get(second).text)})
    answer = browser.post(first, data={"seen": seen})
    assert answer.status_code == 409
    assert published().number == 2


def test_a_faulty_upload_tells_every_fault_and_publishes_nothing(signed_in) -> None:
    header = lesson_of(published()).header
    sections = (header.sections[0].model_copy(update={"criteria": ("PC77",)}), *header.sections[1:])
    page = upload(signed_in("council"), reworded(sections=sections))
    assert page.status_code == 422
    assert "PC77 is not in the criteria of ASC/N0002" in page.text
    assert published().number == 1


def test_no_file_is_a_fault_beside_the_field(signed_in) -> None:
    page = signed_in("council").post("/packs/1/lessons/new", data={}, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "Choose the folder or the files." in page.text


def test_a_place_that_another_lesson_has_is_a_fault(signed_in) -> None:
    page = upload(signed_in("council"), reworded(slug="a-second-one"))
    assert page.status_code == 422
    assert "is the place of the published lesson" in page.text


def test_a_unit_of_another_pack_is_a_fault(signed_in) -> None:
    page = upload(signed_in("council"), reworded(unit="RAS/Q0301-U1", sections=lesson_of(published()).header.sections))
    assert page.status_code == 422
    assert "is no unit that you write lessons for" in page.text


def test_hidden_files_of_a_folder_are_left_out_and_a_broken_zip_is_told(signed_in) -> None:
    browser = signed_in("council")
    files = [(io.BytesIO(content), name) for name, content in write_lesson(reworded())]
    files += [(io.BytesIO(b"\0\0"), "asc-n0002/.DS_Store")]
    sent = browser.post("/packs/1/lessons/new", data={"folder": files}, content_type="multipart/form-data")
    assert sent.status_code == 302
    broken = {"files": [(io.BytesIO(zipped({"a.md": "x"})[:40]), "a.zip")]}
    page = browser.post("/packs/1/lessons/new", data=broken, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "cannot be unpacked" in page.text


def test_a_withdrawn_lesson_is_read_by_nobody_and_comes_back_by_an_upload(signed_in) -> None:
    browser, row = signed_in("council"), published()
    lesson = lesson_of(row)
    address = f"/packs/1/lessons/{row.id}/withdraw"
    assert browser.post(address, data={"why": "no"}).status_code == 422
    assert published().number == 1
    assert browser.post(address, data={"why": "It tells an old price."}).status_code == 302
    assert browser.post(address, data={"why": "It tells an old price."}).status_code == 404
    assert (published().number, published().state) == (2, LessonState.WITHDRAWN)
    assert signed_in("trainee").get(f"/learn/{row.id}").status_code == 404
    browser = signed_in("council")
    assert "Withdrawn:" in browser.get("/packs/1/lessons").text
    draft = upload(browser, lesson).location
    browser.post(draft, data={"seen": seen_in(browser.get(draft).text)})
    assert (published().number, published().state) == (3, LessonState.PUBLISHED)
    assert signed_in("trainee").get(f"/learn/{row.id}").status_code == 200


@pytest.mark.parametrize("address", [f"/lessons/drafts/{'0' * 64}", "/lessons/drafts/x", "/packs/999/lessons"])
def test_what_is_not_there_is_not_found(signed_in, address: str) -> None:
    assert signed_in("council").get(address).status_code == 404
