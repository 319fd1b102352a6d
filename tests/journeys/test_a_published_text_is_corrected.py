"""A council corrects a line of a published text, on a phone: what it parted into two lines stands in two."""

from playwright.sync_api import expect

from tests.journeys import steps
from tests.lms.web.test_published_texts import PRINTED

PHONE = {"width": 360, "height": 780}


def test_a_line_that_was_parted_is_shown_as_the_lines_it_became(browser_of) -> None:
    council = browser_of("council", viewport=PHONE)
    council.goto("/packs/new")
    council.locator("input[type=file]").set_input_files(PRINTED)
    steps.press(council, "Read the files")
    council.get_by_role("link", name="Correct line 5", exact=True).click()
    council.get_by_label("Read instead").fill("one\ntwo")
    steps.press(council, "Read it so")
    corrected = council.locator("#l5 ins")
    expect(corrected).to_have_text("one two")
    assert corrected.inner_text() == "one\ntwo"
    assert council.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
