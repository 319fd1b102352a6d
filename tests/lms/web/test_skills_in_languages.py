"""Pages of skills show no word in another language, to a trainee, an assessor, a trainer, or who checks a record."""

from lms.services import skill_goals
from tests.lms.services.skill_steps import AFTER, SKILL, judged, person, served
from tests.lms.web import test_complete_pages as complete
from tests.lms.web.test_complete_pages import Walk, browser_of

walk = complete.walk


def test_skills_of_a_trainee_before_and_after_they_are_judged(walk: Walk, signed_in, actor, client) -> None:
    served(actor)
    place = f"/skills/{SKILL}/people/{person('trainee').id}"
    browser = browser_of(signed_in, "trainee")
    walk.see(browser.get("/skills"))
    walk.see(browser.get(f"/skills/{SKILL}"))
    walk.see(browser.get(f"/skills/{SKILL}/rate"))
    walk.see(browser.post(f"/skills/{SKILL}/rate", data={"level": "", "key": "rating-001"}), 422)
    walk.see(browser.get(place))
    skill_goals.set_target(actor("trainer"), person("trainee").id, SKILL, 4, "A desk job", key="target-001", now=AFTER)
    walk.see(browser.get("/"))
    skill_goals.rate_self(actor("trainee"), SKILL, 3, "With some help", key="rating-001", now=AFTER)
    first = judged(actor, level=0)
    walk.see(browser.get(place))
    second = judged(actor, level=2, seen=1, key="judgement-2", corrects=True)
    walk.see(browser.get("/skills"))
    walk.see(browser.get(f"/skills/{SKILL}"))
    walk.see(browser.get(place))
    walk.see(browser.get(f"{place}/record"))
    client.post("/account/preferences", data={"language": complete.DRAWN_IN})
    for row in (first, second):
        walk.see(client.get(f"/skill-records/{row.code}"))
    walk.see(client.get("/skill-records/4EGSJ7-DZQ6TN-9C72G0"), 404)


def test_skills_as_an_assessor_and_a_trainer_see_them(walk: Walk, signed_in, actor) -> None:
    served(actor)
    place = f"/skills/{SKILL}/people/{person('trainee').id}"
    assessor, trainer = browser_of(signed_in, "assessor"), browser_of(signed_in, "trainer")
    skill_goals.rate_self(actor("trainee"), SKILL, 3, "With some help", key="rating-001", now=AFTER)
    walk.see(assessor.get("/"))
    walk.see(assessor.get(f"/skills/{SKILL}/people"))
    walk.see(assessor.get(f"/skills/{SKILL}/people?text=nobody"))
    walk.see(assessor.get(f"{place}/judge"))
    form = {"level": "2", "reasons": "Did what is said.", "described": "", "seen": "0", "key": "judgement-1"}
    walk.see(assessor.post(f"{place}/judge", data=form), 422)
    walk.see(assessor.post(f"{place}/judge", data={**form, "level": "", "reasons": ""}), 422)
    walk.see(trainer.get(f"{place}/target"))
    walk.see(trainer.get(f"/skills/people/{person('trainee').id}"))
    walk.see(trainer.get(place))
