"""In Polish from the door on: a self-rating, a judgement on evidence, the gap between them, and the printed record."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from lms.clock import now
from lms.extensions import db
from lms.services import scheduling, skill_goals
from lms.tables.people import PersonRow
from lms.tables.training import BatchRow
from tests import world
from tests.curriculum.test_framework_import import SMALL
from tests.journeys import steps
from tests.lms.services import assessing_steps

TABLET = {"width": 834, "height": 1112}
PHONE = {"width": 360, "height": 780}


def in_polish(site) -> None:
    """Two people who chose Polish, a centre that the agency serves, and a target."""
    for login in ("trainee", "assessor"):
        db.session.query(PersonRow).filter_by(login=login).one().language = "pl"
    batch = db.session.query(BatchRow).filter_by(code="B-TC-1").one()
    row = scheduling.schedule(
        site.actor("council"),
        batch_id=batch.id,
        agency_id=assessing_steps.organisation("AA-1"),
        again=False,
        opens_at=now() + timedelta(days=2),
        closes_at=now() + timedelta(days=2, hours=8),
        extra_minutes={},
        now=now(),
    )
    scheduling.answer(site.actor("agency"), row.id, "accept", now=now())
    trainee = assessing_steps.person("trainee")
    skill_goals.set_target(site.actor("trainer"), trainee, "SSUP", 4, "Do salonu.", key="target-0001", now=now())


def enter(page: Page, login: str) -> None:
    """Sign in on the Polish page for it."""
    page.goto("/sign-in")
    page.get_by_role("button", name="Polski").click()
    page.get_by_label("Nazwa użytkownika").fill(login)
    page.get_by_label("Hasło").fill(world.PASSWORD)
    steps.press(page, "Zaloguj się")


def test_a_level_is_rated_judged_compared_and_printed_in_polish(live, browser_of) -> None:
    with live.inside():
        in_polish(live)
    trainee = browser_of(viewport=PHONE)
    enter(trainee, "trainee")
    steps.take_up(trainee, "Ustawiono cel w umiejętności SSUP: poziom 4")
    steps.heading(trainee, "Jak oceniasz swój poziom?")
    trainee.get_by_label("Poziom 4").check()
    trainee.get_by_label("Dlaczego, własnymi słowami").fill("Prowadzę rozmowy z klientami.")
    steps.press(trainee, "Zapisz samoocenę")
    steps.told(trainee, "Samoocena jest zapisana.")

    assessor = browser_of(viewport=TABLET)
    enter(assessor, "assessor")
    steps.take_up(assessor, "Osoby z nową samooceną w SSUP")
    steps.heading(assessor, "Wsparcie sprzedaży: osoby")
    assessor.get_by_role("link", name="Trainee", exact=True).click()
    steps.follow(assessor, "Ustal poziom")
    steps.heading(assessor, "Trainee: ustalenie poziomu")
    assessor.get_by_label("Poziom 2").check()
    assessor.get_by_label("Co było widać w pracy").fill("Wycena dwunastu foteli, w salonie, 12 października.")
    assessor.get_by_label("Dlaczego ten poziom").fill("Wyceny powstają jeszcze ze wsparciem.")
    steps.press(assessor, "Ustal ten poziom")
    steps.told(assessor, "Poziom jest ustalony.")

    trainee.goto("/skills/SSUP")
    expect(trainee.get_by_text("Luka: 2 poziomy (3, 4)")).to_be_visible()
    expect(trainee.locator("html")).to_have_attribute("lang", "pl")
    steps.follow(trainee, "Dowody i zapis")
    expect(trainee.get_by_text("Wycena dwunastu foteli")).to_be_visible()
    steps.follow(trainee, "Zapis do druku")
    steps.heading(trainee, "Zapis ustalonego poziomu")
    record = trainee.get_by_role("article")
    expect(record).to_contain_text("Poziom 2 · Ze wsparciem")
    code = record.locator(".record-check .code").inner_text()
    trainee.emulate_media(media="print")
    expect(trainee.get_by_role("button", name="Drukuj")).to_be_hidden()

    anybody = browser_of(viewport=PHONE)
    anybody.goto(f"/skill-records/{code}")
    steps.heading(anybody, "Counts")
    expect(anybody.get_by_text("Wsparcie sprzedaży")).to_be_visible()


def test_what_became_of_each_line_of_a_skill_is_legible_on_a_phone(browser_of) -> None:
    council = browser_of("council", viewport=PHONE)
    council.goto("/skills/upload")
    content = SMALL.replace("2 3\n", "2 4\n").encode()
    council.get_by_label("The text").set_input_files({"name": "a.txt", "mimeType": "", "buffer": content})
    steps.press(council, "Read the text")
    expect(council.locator(".problem").first).to_have_css("border-left-width", "4px")
    text = council.locator(".read-lines td", has_text="Makes bread.")
    assert text.evaluate("cell => cell.clientWidth") > 200
    assert council.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
