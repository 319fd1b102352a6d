"""The exam page for all who sit an exam: large text, strong contrast, all on one page, in Hindi, by axe's rules."""

import pytest
from playwright.sync_api import Page, expect

from lms.extensions import db
from lms.tables.assessing import CandidateRow
from lms.tables.training import TraineeRow
from tests.journeys import steps
from tests.journeys.walking import NARROW, examine
from tests.lms.services import assessing_steps

pytestmark = pytest.mark.browser
RATIOS = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const straight = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = parts(colour).slice(0, 3).map((c) => straight(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const isText = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const isShown = (one) => one.checkVisibility() && !one.closest('.visually-hidden, .skip-link');
  const texts = [...document.querySelectorAll('body *')].filter((one) => isShown(one) && isText(one));
  return texts.map((one) => {
    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))].sort((x, y) => y - x);
    return [Math.round(((a + 0.05) / (b + 0.05)) * 10) / 10, one.outerHTML.slice(0, 80)];
  }).filter(([ratio]) => ratio < 7);
}"""


@pytest.fixture
def page(live, browser_of) -> Page:
    """A candidate in their exam, with two answers and a flag."""
    with live.inside():
        steps.assessed_today(live, assessing_steps.batch().id)
    page = browser_of("trainee")
    steps.take_up(page, "Theory exam")
    steps.press(page, "Start the exam")
    expect(page.locator("body")).to_have_class("exam scripted")
    for number in (1, 2):
        page.locator(f'.palette [data-go="{number}"]').click()
        page.locator(f"#q{number} label").nth(1).click()
    page.keyboard.press("f")
    return page


def display(page: Page, name: str, value: str) -> None:
    page.get_by_label("Text size, contrast and keys").click()
    page.locator(f'[data-display="{name}"][value="{value}"]').click()
    page.keyboard.press("Escape")


def test_each_look_of_the_page_is_accessible_and_legible(page) -> None:
    assert not examine(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(RATIOS) == []
    display(page, "contrast", "more")
    display(page, "text", "3")
    assert not examine(page)
    display(page, "layout", "all")
    expect(page.locator("#q3")).to_be_visible()
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= NARROW["width"] + 1
    page.reload()
    expect(page.locator("body")).to_have_class("exam scripted is-whole")
    expect(page.locator("html")).to_have_attribute("data-text", "3")


def test_the_review_names_what_is_open_and_flagged_and_leads_there(page) -> None:
    page.get_by_role("navigation", name="Questions").get_by_role("link", name="Review and hand in").click()
    expect(page.locator("[data-review]")).to_contain_text("Not answered: ")
    expect(page.locator("[data-review-lists]")).to_contain_text("Flagged: 2")
    assert not examine(page)
    page.locator("[data-review-lists]").get_by_role("link", name="2", exact=True).click()
    expect(page.locator("#q2")).to_be_visible()
    expect(page.get_by_role("link", name="Question 2 (answered, flagged)")).to_have_attribute("aria-current", "true")


def test_letters_choose_only_where_they_are_wanted(page) -> None:
    page.locator('.palette [data-go="3"]').click()
    page.keyboard.press("c")
    expect(page.locator("#q3").get_by_role("radio").nth(2)).to_be_checked()
    display(page, "keys", "off")
    page.keyboard.press("a")
    expect(page.locator("#q3").get_by_role("radio").nth(2)).to_be_checked()


def test_the_page_speaks_hindi_to_who_has_chosen_it(page) -> None:
    page.goto("/")
    page.get_by_role("button", name="हिन्दी").click()
    page.goto("/exam/attempts/1")
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    steps.says(page, "सर्वर पर")
    expect(page.get_by_role("timer")).to_contain_text("मिनट")
    assert not examine(page)


def large_print(live, is_scripted: bool, browser_of) -> Page:
    """Somebody who is listed for large print, in their exam."""
    with live.inside():
        steps.assessed_today(live, assessing_steps.batch().id)
        is_theirs = CandidateRow.trainee.has(TraineeRow.person.has(login="trainee"))
        db.session.query(CandidateRow).filter(is_theirs).one().large_print = True
        db.session.commit()
    page = browser_of("trainee", java_script_enabled=is_scripted)
    steps.take_up(page, "Theory exam")
    steps.press(page, "Start the exam")
    return page


@pytest.mark.parametrize("is_scripted", [True, False], ids=["with script", "without script"])
def test_who_is_listed_for_large_print_begins_with_large_text(live, browser_of, is_scripted) -> None:
    page = large_print(live, is_scripted, browser_of)
    if is_scripted:
        expect(page.locator("body")).to_have_class("exam scripted")
    expect(page.locator("html")).to_have_attribute("data-text", "2")
    if is_scripted:
        display(page, "text", "1")
        page.reload()
        expect(page.locator("body")).to_have_class("exam scripted")
        expect(page.locator("html")).to_have_attribute("data-text", "1")


def test_an_arrow_to_the_side_moves_on_and_never_changes_an_answer(page) -> None:
    page.locator('.palette [data-go="3"]').click()
    page.locator("#q3 label").nth(2).click()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#q4")).to_be_visible()
    expect(page.locator("#q3").get_by_role("radio", include_hidden=True).nth(2)).to_be_checked()
    page.locator("#q4 label").nth(0).click()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#q3")).to_be_visible()
    expect(page.locator("#q4").get_by_role("radio", include_hidden=True).nth(0)).to_be_checked()


def test_the_next_person_at_a_device_begins_with_the_plain_page(live, page) -> None:
    display(page, "text", "3")
    display(page, "keys", "off")
    page.goto("/")
    page.context.clear_cookies()
    steps.sign_in(page, "trainee-b")
    steps.take_up(page, "Theory exam")
    steps.press(page, "Start the exam")
    expect(page.locator("body")).to_have_class("exam scripted")
    expect(page.locator("html")).to_have_attribute("data-text", "1")
    page.keyboard.press("b")
    expect(page.locator("#q1").get_by_role("radio").nth(1)).to_be_checked()


def test_the_number_in_the_head_stays_a_number_on_a_phone_with_the_largest_text(page) -> None:
    display(page, "text", "3")
    page.set_viewport_size(NARROW)
    lines = "(one) => Math.round(one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))"
    assert page.locator(".exam-who .code").evaluate(lines) == 1
    page.locator("[data-clock]").evaluate("(one) => { one.textContent = 'Paused, less than a minute left'; }")
    assert page.locator(".exam-who .code").evaluate(lines) == 1
    assert page.evaluate("document.scrollingElement.scrollWidth") <= NARROW["width"] + 1
