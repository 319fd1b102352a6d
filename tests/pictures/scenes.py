"""What the pictures show: for each its name, who looks, on which screen, and what they do before it is taken."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from lms.services.demo_visitors import Part
from tests.journeys import steps

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
    """One picture; `part` is None for somebody who is not signed in."""

    name: str
    part: Part | None
    screen: Screen
    way: Way


def look(_page: Page) -> None:
    """Stay on the first page."""


def show(page: Page, words: str) -> None:
    """Bring the heading with these words to the top, clear of what stays there."""
    page.get_by_role("heading", name=words).first.evaluate(
        "one => scrollTo(0, one.getBoundingClientRect().top + scrollY"
        " - document.querySelector('header').offsetHeight - 24)"
    )


def read_a_lesson(page: Page) -> None:
    """A lesson from its beginning."""
    steps.follow(page, "Begin")
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")


def learn(page: Page) -> None:
    """The map of what a trainee has read and practised."""
    steps.go_to(page, "Learn")
    show(page, "What you will be able to do")


def sit_the_exam(page: Page) -> None:
    """Begin, and answer a few questions."""
    page.get_by_role("link", name="exam").first.click()
    steps.press(page, "Start the exam")
    for number, place in ((1, 1), (2, 3), (3, 0)):
        page.locator(f"#q{number} label").nth(place).click()
        page.locator(f"#q{number}").get_by_role("link", name="Next").click()
    page.locator("#q4 label").nth(2).click()
    expect(page.locator("[data-saved]")).to_contain_text("On the server, ")


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
    page.locator("main td a, main li a, main h2 a").first.click()


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
    Scene(name="exports", part=Part.COUNCIL, screen=DESK, way=export),
    Scene(name="batch", part=Part.TRAINER, screen=DESK, way=see_a_batch),
    Scene(name="agency-home", part=Part.AGENCY, screen=DESK, way=look),
    Scene(name="practical", part=Part.ASSESSOR, screen=TABLET, way=score_a_practical),
    Scene(name="lesson", part=Part.LEARNER, screen=PHONE, way=read_a_lesson),
    Scene(name="progress", part=Part.LEARNER, screen=PHONE_DARK, way=learn),
    Scene(name="exam", part=Part.EXAMINEE, screen=PHONE, way=sit_the_exam),
    Scene(name="result", part=Part.CERTIFIED, screen=PHONE, way=see_the_result),
    Scene(name="result-map", part=Part.FAILED, screen=DESK, way=see_the_map_of_the_result),
    Scene(name="check", part=None, screen=PHONE, way=check_a_certificate),
)
