"""What the pictures show: for each its name, who looks, on which screen, and what they do before it is taken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from lms.services.demo_visitors import PARTS, Part
from tests.journeys import steps
from tests.published import TEXTS

Way = Callable[[Page], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A screen in CSS pixels; `sharpness` is how many dots each has."""

    width: int
    height: int
    sharpness: int = 1
    scheme: str = "light"


DESK = Screen(width=1280, height=800)
DESK_DARK = Screen(width=1280, height=800, scheme="dark")
TABLET = Screen(width=768, height=1024)
PHONE = Screen(width=360, height=720, sharpness=2)
PHONE_DARK = Screen(width=360, height=720, sharpness=2, scheme="dark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture; `part` is None for somebody who is not signed in, `language` the one the pages are in."""

    name: str
    part: Part | None
    screen: Screen
    way: Way
    language: str = "en"


def enter(page: Page, part: Part | None, language: str = "en") -> None:
    """Come in as who plays a part, to pages in a language, by the buttons for both."""
    page.goto("/sign-in")
    if part is None:
        return
    page.locator(".role").filter(has=page.get_by_text(PARTS[part][0].template, exact=True)).click()
    page.locator(f"button[name=language][lang={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def look(_page: Page) -> None:
    """Stay on the first page."""


def show(page: Page, words: str) -> None:
    """Bring the heading with these words to the top, clear of what stays there."""
    to_the_top(page.get_by_role("heading", name=words).first)


def to_the_top(place: Locator) -> None:
    """Bring something to the top, clear of what stays there."""
    place.evaluate(
        "one => scrollTo(0, one.getBoundingClientRect().top + scrollY"
        " - document.querySelector('header').offsetHeight - 24)"
    )


def read_a_lesson(page: Page) -> None:
    """A lesson from its beginning."""
    steps.go_to(page, "Learn")
    page.locator(".lesson-line a").first.click()
    expect(page.locator("[data-lesson]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")


def learn(page: Page) -> None:
    """The map of what a trainee has read and practised."""
    steps.go_to(page, "Learn")
    show(page, "What you have shown, and how sure that is")


@contextmanager
def beside(page: Page, part: Part) -> Iterator[Page]:
    """A page of somebody else, at a device of their own."""
    browser = page.context.browser
    if browser is None:
        raise RuntimeError("the page has no browser of its own")
    context = browser.new_context(base_url=page.url)
    try:
        other = context.new_page()
        enter(other, part)
        yield other
    finally:
        context.close()


def sit_the_exam(page: Page) -> None:
    """Begin, or go on with the invigilator's code where it was begun at another device, and answer a few questions."""
    page.locator("main a[href*='/exam/']").first.click()
    start = page.locator(".waiting-room form button.btn-primary")
    start.or_(page.locator("[data-exam]")).first.wait_for()
    if start.count():
        start.click()
        page.locator("#q1").wait_for()
    else:
        take_over(page)
    for number, place in ((1, 1), (2, 3), (3, 0)):
        page.locator(f"#q{number} label").nth(place).click()
        page.locator(f"#q{number} a[href='#q{number + 1}']").click()
    page.locator("#q4 label").nth(2).click()
    expect(page.locator("[data-saved]")).to_have_class("exam-saved is-saved")


def take_over(page: Page) -> None:
    """Go on at this device with a code that the invigilator makes and reads out."""
    page.locator("[data-take-over]").wait_for()
    with beside(page, Part.ASSESSOR) as invigilator:
        steps.follow(invigilator, "Exam room")
        invigilator.get_by_role("row").filter(has_text="Working").get_by_role("link").first.click()
        steps.press(invigilator, "Code for another device")
        code = invigilator.locator("[data-code]").inner_text()
    page.locator("#take-over-code").fill(code)
    page.locator("[data-take-over] button").click()
    expect(page.locator("[data-take-over]")).to_be_hidden()


def watch_the_exam(page: Page) -> None:
    """The exam room, with one candidate who writes."""
    with beside(page, Part.EXAMINEE) as candidate:
        sit_the_exam(candidate)
        steps.follow(page, "Exam room")
        page.get_by_role("heading", name="Exam room").wait_for()


def score_a_practical(page: Page) -> None:
    """Score the first criteria of the first candidate."""
    steps.follow(page, "Score")
    page.get_by_role("link", name="Score").first.click()
    criteria = page.locator("[data-criterion]")
    for place, level in enumerate((3, 2, 3)):
        criteria.nth(place).locator(".level").nth(level).click()
    expect(page.locator(".is-waiting")).to_have_count(0)
    criteria.nth(1).evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 130)")


def see_the_result(page: Page) -> None:
    """The newest result of one's own."""
    steps.go_to(page, "Results")
    page.locator("main a").first.click()


def see_the_map_of_the_result(page: Page) -> None:
    """The same, from its map on."""
    see_the_result(page)
    show(page, "Criterion by criterion")


def see_a_batch(page: Page) -> None:
    """A batch and how far its trainees are."""
    steps.go_to(page, "Batches")
    page.locator("main td a").first.click()


def see_a_pack(page: Page) -> None:
    """A pack with its map."""
    steps.go_to(page, "Packs")
    page.get_by_role("link", name="Customer Relationship Executive").first.click()


def see_a_text_beside_its_lines(page: Page) -> None:
    """A pack as its council publishes it, read: each printed line beside what it became."""
    steps.go_to(page, "Packs")
    steps.follow(page, "Publish a pack")
    page.locator("input[type=file]").set_input_files(TEXTS / "exa-q0104.txt")
    steps.press(page, "Read the files")
    to_the_top(page.locator("details.unit").filter(has_text="PC,").first)


def see_the_coverage(page: Page) -> None:
    """Where each line of a pack is taught, asked and shown."""
    see_a_pack(page)
    steps.follow(page, "Coverage")
    show(page, "All lines")


def see_a_skill(page: Page) -> None:
    """Where somebody stands on the levels of a skill, in the language of the page."""
    page.locator(".site-nav a[href='/skills']").click()
    page.locator("main a[href*='/skills/']").first.click()
    page.locator("main .page-head a.btn-primary").click()
    page.locator("main table a, main .skill-lines a").first.click()


def see_who_is_nearest(page: Page) -> None:
    """The people of a batch, who has proved most of a job role first."""
    steps.go_to(page, "Batches")
    page.get_by_role("link", name="Morning batch, seller desk").click()
    steps.follow(page, "Job roles")
    page.locator("main ul a").first.click()
    steps.heading(page, "Who is nearest?")


def see_the_training_room(page: Page) -> None:
    """The people of a batch in training, criterion by criterion."""
    steps.go_to(page, "Batches")
    page.get_by_role("link", name="Noon batch, sales desk").click()
    steps.follow(page, "Training room")
    show(page, "Everybody, criterion by criterion")


def export(page: Page) -> None:
    """The results of the batch that was released last."""
    steps.go_to(page, "Exports")
    page.get_by_role("navigation", name="Released lately").get_by_role("link").first.click()


def check_a_certificate(page: Page) -> None:
    """What anybody is told about a certificate."""
    steps.follow(page, "Somebody with a certificate in hand")


SCENES = (
    Scene(name="sign-in", part=None, screen=DESK, way=look),
    Scene(name="council-home", part=Part.COUNCIL, screen=DESK, way=look),
    Scene(name="pack", part=Part.COUNCIL, screen=DESK_DARK, way=see_a_pack),
    Scene(name="text", part=Part.COUNCIL, screen=DESK, way=see_a_text_beside_its_lines),
    Scene(name="coverage", part=Part.COUNCIL, screen=DESK, way=see_the_coverage),
    Scene(name="exports", part=Part.COUNCIL, screen=DESK, way=export),
    Scene(name="batch", part=Part.TRAINER, screen=DESK, way=see_a_batch),
    Scene(name="room", part=Part.TRAINER, screen=DESK, way=see_the_training_room),
    Scene(name="agency-home", part=Part.AGENCY, screen=DESK, way=look),
    Scene(name="practical", part=Part.ASSESSOR, screen=TABLET, way=score_a_practical),
    Scene(name="skill", part=Part.ASSESSOR, screen=DESK, way=see_a_skill, language="pl"),
    Scene(name="nearest", part=Part.CENTRE, screen=DESK, way=see_who_is_nearest),
    Scene(name="lesson", part=Part.LEARNER, screen=PHONE, way=read_a_lesson),
    Scene(name="progress", part=Part.FAILED, screen=PHONE_DARK, way=learn),
    Scene(name="exam", part=Part.EXAMINEE, screen=PHONE, way=sit_the_exam),
    Scene(name="exam-desk", part=Part.EXAMINEE, screen=DESK_DARK, way=sit_the_exam, language="hi"),
    Scene(name="exam-room", part=Part.ASSESSOR, screen=DESK, way=watch_the_exam),
    Scene(name="result", part=Part.CERTIFIED, screen=PHONE, way=see_the_result),
    Scene(name="result-map", part=Part.FAILED, screen=DESK, way=see_the_map_of_the_result),
    Scene(name="check", part=None, screen=PHONE, way=check_a_certificate),
)
