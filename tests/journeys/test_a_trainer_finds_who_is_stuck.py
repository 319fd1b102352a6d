"""A trainer keeps the register on a phone, finds who is stuck, and writes to them; a trainee reads it at home."""

from datetime import timedelta

from playwright.sync_api import expect

from lms.clock import now
from lms.extensions import db
from lms.services import learning, registers
from lms.services.days import day_of
from lms.services.registers import Mark
from lms.tables.training import BatchRow
from tests.journeys import steps

TEXT = "I missed you three days in a row.\nCome half an hour early tomorrow."


def in_training(site) -> int:
    """The batch goes on for weeks yet; one trainee reads, another was away on the last three days."""
    batch = db.session.query(BatchRow).filter_by(code="B-TC-1").one()
    today = day_of(now())
    batch.starts_on, batch.ends_on = today - timedelta(days=20), today + timedelta(days=20)
    db.session.commit()
    people = {row.person.login: row.id for row in batch.trainees}
    for days in (3, 2, 1):
        marks = dict.fromkeys(people.values(), Mark.PRESENT) | {people["trainee"]: Mark.ABSENT}
        registers.keep(site.actor("trainer"), batch.id, today - timedelta(days=days), marks, seen=0, now=now())
    for login in ("trainee-b", "trainee-c", "trainee-d"):
        actor = site.actor(login)
        lesson = learning.progress_of(actor.person_id, learning.list_packs(actor)[0].pack).next_lesson
        learning.mark_read(actor, lesson.id, 1, now=now())
    return batch.id


def test_a_trainer_finds_who_is_stuck_and_writes_and_the_trainee_reads_it(live, browser_of) -> None:
    with live.inside():
        batch = in_training(live)
    trainer = browser_of("trainer", viewport={"width": 360, "height": 780})
    trainer.goto(f"/batches/{batch}")
    steps.follow(trainer, "Register")
    steps.follow(trainer, "Keep today’s register")
    trainer.get_by_role("group", name="Trainee B").get_by_label("Absent").check()
    steps.press(trainer, "Save the register")
    steps.told(trainer, "The register is saved.")
    expect(trainer.get_by_role("link", name="3/4 present")).to_have_count(4)

    steps.take_up(trainer, "See who is stuck")
    steps.heading(trainer, "Training room")
    stuck = trainer.get_by_role("region", name="Stuck")
    expect(stuck.get_by_role("listitem")).to_have_count(1)
    expect(stuck.get_by_role("listitem")).to_contain_text("Trainee has read nothing yet")
    steps.follow(trainer, "Write to 1 trainee")
    trainer.get_by_label("Message").fill(TEXT)
    steps.press(trainer, "Send the message")
    steps.told(trainer, "The message is sent.")
    expect(trainer.get_by_text("read by 0 of 1")).to_be_visible()

    trainee = browser_of("trainee", viewport={"width": 360, "height": 780})
    trainee.goto("/")
    message = trainee.get_by_role("region", name="Message from Trainer")
    expect(message).to_contain_text("I missed you three days in a row.")
    steps.press(trainee, "Read")
    expect(message).to_have_count(0)
    steps.follow(trainee, "All messages")
    expect(trainee.get_by_text("I missed you three days in a row.")).to_be_visible()

    trainer.reload()
    expect(trainer.get_by_text("read by 1 of 1")).to_be_visible()


def test_all_criteria_and_figures_of_the_room_fit_on_a_desk_and_a_phone_says_that_there_is_more(
    live, browser_of
) -> None:
    with live.inside():
        batch = in_training(live)
    hidden = "document.querySelector('.heat').scrollWidth - document.querySelector('.heat').clientWidth"
    desk = browser_of("trainer", viewport={"width": 1280, "height": 800})
    desk.goto(f"/batches/{batch}/room")
    expect(desk.get_by_role("columnheader", name="Missed")).to_be_visible()
    assert desk.evaluate(hidden) == 0
    expect(desk.get_by_text("The table goes on to the right")).to_be_hidden()
    phone = browser_of("trainer", viewport={"width": 360, "height": 780})
    phone.goto(f"/batches/{batch}/room")
    assert phone.evaluate(hidden) > 0
    expect(phone.get_by_text("The table goes on to the right")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
