"""Pages of skills: what a trainee, an assessor, a trainer and a checker see, and what is published from a text."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from curriculum.framework_import import Origin, import_skill
from curriculum.frameworks import Wording
from lms.clock import now
from lms.extensions import db
from lms.printing import missing_libraries
from lms.services import framework_uploads, jobs, skill_goals, skills
from lms.tables.jobs import JobRow
from lms.tables.skills import FrameworkVersionRow, SkillJudgementRow, SkillRatingRow
from tests.curriculum.test_framework_import import SMALL
from tests.lms.services.skill_steps import AFTER, SKILL, judged, person, served
from tests.raw_pdf import raw_pdf, shown

can_print = pytest.mark.skipif(bool(missing_libraries()), reason="nothing can be printed here")


def key_in(page: str) -> str:
    """The key of the form on a page."""
    found = re.search(r'name="key"[^>]* value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def sent(browser, address: str, data: dict[str, object]) -> str:
    """The page that a form leads to."""
    answer = browser.post(address, data=data)
    assert answer.status_code == 302, answer.text
    page: str = browser.get(answer.headers["Location"]).text
    return page


@pytest.fixture
def place(app, actor) -> str:
    """The address of the trainee's page in the skill, at a centre that the agency serves."""
    served(actor)
    return f"/skills/{SKILL}/people/{person('trainee').id}"


def test_a_trainee_reads_the_skill_and_says_where_they_see_themselves(place, signed_in) -> None:
    browser = signed_in("trainee")
    page = browser.get("/skills/SSUP").text
    assert "Not judged yet" in page
    assert page.count('class="rung rung-none"') == 6
    form = {"level": "3", "note": "With help.", "key": key_in(browser.get("/skills/SSUP/rate").text)}
    answers = [sent(browser, "/skills/SSUP/rate", form) for _ in range(2)]
    assert "Your self-rating is kept." in answers[0]
    assert "Self-rating" in answers[1]
    assert db.session.query(SkillRatingRow).count() == 1
    assert db.session.query(SkillJudgementRow).count() == 0


@pytest.mark.parametrize("level", ["", "9", "x"])
def test_a_rating_without_a_level_says_what_to_do_and_keeps_what_was_typed(place, signed_in, level) -> None:
    form = {"level": level, "note": "I type a lot.", "key": "rating-0001"}
    answer = signed_in("trainee").post("/skills/SSUP/rate", data=form)
    assert answer.status_code == 422
    assert "Choose a level." in answer.text
    assert "I type a lot." in answer.text


def test_an_assessor_judges_and_everybody_concerned_sees_the_same(place, signed_in, actor) -> None:
    skill_goals.set_target(actor("trainer"), person("trainee").id, SKILL, 5, "Lead", key="target-001", now=AFTER)
    browser = signed_in("assessor")
    page = browser.get(f"{place}/judge").text
    form = {
        "level": "3",
        "reasons": "Asked until it was clear.",
        "described": ["Wrote a quote for twelve chairs.", ""],
        "seen": "0",
        "key": key_in(page),
    }
    assert "The level is judged." in sent(browser, f"{place}/judge", form)
    for login in ("trainee", "trainer", "centre"):
        page = signed_in(login).get(place).text
        assert "Gap: 2 levels" in page
        assert "Wrote a quote for twelve chairs." in page
        assert "Judge the level" not in page
    assert signed_in("assessor2").get(place).status_code == 404
    assert signed_in("trainee-b").get(place).status_code == 404
    assert signed_in("trainer").get(f"{place}/judge").status_code == 403


def test_a_judgement_without_evidence_is_refused_beside_what_was_typed(place, signed_in) -> None:
    form = {"level": "3", "reasons": "Asked until it was clear.", "described": "", "seen": "0", "key": "judgement-9"}
    answer = signed_in("assessor").post(f"{place}/judge", data=form)
    assert answer.status_code == 422
    assert "A level is judged on evidence." in answer.text
    assert "Asked until it was clear." in answer.text
    short = signed_in("assessor").post(f"{place}/judge", data={**form, "reasons": "So."})
    assert (short.status_code, "Write from 10 to 1000 characters." in short.text) == (422, True)
    assert db.session.query(SkillJudgementRow).count() == 0


def test_who_was_late_with_a_judgement_reads_the_other_one_and_judges_again(place, signed_in, actor) -> None:
    judged(actor)
    form = {"level": "5", "reasons": "Leads the whole desk.", "described": "Wrote all quotes of a day.", "seen": "0"}
    late = signed_in("assessor").post(f"{place}/judge", data={**form, "key": "judgement-9"})
    assert late.status_code == 422
    assert "Somebody else has judged this level meanwhile." in late.text
    assert "Worked a whole morning at the desk." in late.text
    shown = re.search(r'name="seen"[^>]* value="([0-9]+)"', late.text)
    assert shown is not None
    again = {**form, "key": "judgement-9", "seen": shown[1]}
    assert "The level is judged." in sent(signed_in("assessor"), f"{place}/judge", again)
    assert [row.level for row in db.session.query(SkillJudgementRow).order_by(SkillJudgementRow.number)] == [3, 5]


def test_the_list_of_people_is_filtered_by_what_is_asked(place, signed_in, actor) -> None:
    judged(actor, login="trainee-b", level=2)
    judged(actor, login="trainee-c", level=0)
    browser = signed_in("assessor")
    assert "Below level 1" in browser.get("/skills/SSUP/people?text=trainee+c").text
    rows = {only: browser.get(f"/skills/SSUP/people?only={only}").text.count("stack-name") for only in ("", "unjudged")}
    assert rows == {"": 4, "unjudged": 2}
    assert "Nobody is like this." in browser.get("/skills/SSUP/people?only=rated").text
    assert browser.get("/skills/SSUP/people?text=trainee+b&batch=x").text.count("stack-name") == 1
    skill_goals.set_target(actor("trainer"), person("trainee-b").id, SKILL, 4, "", key="target-001", now=AFTER)
    assert '<td data-word="Gap">2 levels (3, 4)</td>' in browser.get("/skills/SSUP/people?only=gap").text


def test_a_trainer_sets_a_target_and_takes_it_away(place, signed_in) -> None:
    browser = signed_in("trainer")
    form = {"level": "4", "reason": "For the desk", "key": key_in(browser.get(f"{place}/target").text)}
    assert "The target is set." in sent(browser, f"{place}/target", form)
    form = {"level": "0", "reason": "", "key": key_in(browser.get(f"{place}/target").text)}
    assert "The target is taken away." in sent(browser, f"{place}/target", form)
    assert signed_in("trainer2").get(f"{place}/target").status_code == 404


def test_a_record_names_its_evidence_and_its_check_and_anybody_can_ask(place, signed_in, actor, client) -> None:
    row = judged(actor)
    page = signed_in("trainee").get(f"{place}/record").text
    assert row.code in page
    assert row.framework_version.sha256 in page
    assert "Wrote a quote for twelve chairs." in page
    answer = client.get(f"/skill-records/{row.code}")
    assert "no judgement has been made since" in answer.text
    assert "Wrote a quote" not in answer.text  # evidence is for those concerned
    judged(actor, level=4, key="judgement-2", seen=1)
    assert "a newer one of" in client.get(f"/skill-records/{row.code}").text
    assert client.get("/skill-records/AAAAAA-AAAAAA-AAAAAA").status_code == 404
    assert client.get(f"/verify/{row.code}").headers["Location"] == f"/skill-records/{row.code}"


def test_licensed_words_of_a_framework_are_not_shown_to_who_only_has_a_code(app, actor, client) -> None:
    served(actor)
    shipped = skills.get_skill(SKILL, "en").skill
    levels = tuple(
        level.model_copy(update={"descriptor": f"Licensed words of level {level.number}."}) for level in shipped.levels
    )
    licensed = shipped.model_copy(update={"wording": Wording.PUBLISHED, "levels": levels})
    framework_uploads.publish_skill(actor("council"), licensed, now=AFTER)
    row = judged(actor)
    page = client.get(f"/skill-records/{row.code}").text
    assert "Level 3" in page
    assert "Licensed words" not in page


def test_a_record_in_words_of_another_language_says_in_which_and_that_it_was_judged_by_them(
    place, signed_in, actor, client
) -> None:
    note = "These are the very words that the level was judged by, in their language: Polish."
    first = judged(actor)
    assert note not in signed_in("trainee").get(f"{place}/record").text
    again = judged(actor, language="pl", seen=1, key="judgement-2")
    assert note in signed_in("trainee").get(f"{place}/record").text
    assert note in client.get(f"/skill-records/{again.code}").text
    assert note not in client.get(f"/skill-records/{first.code}").text


def test_a_record_is_absent_where_nothing_was_judged(place, signed_in) -> None:
    assert signed_in("trainee").get(f"{place}/record").status_code == 404


def test_a_skill_is_read_in_polish_by_who_reads_polish_and_else_in_english_with_a_word(place, signed_in) -> None:
    browser = signed_in("trainee")
    browser.post("/account/preferences", data={"language": "pl"})
    page = browser.get("/skills/SSUP").text
    assert "Wsparcie sprzedaży" in page
    assert "/skills/SSUP?language=en" in page
    assert "Tej umiejętności nie ma" not in page
    asked = browser.get("/skills/SSUP?language=en").text
    assert "Sales support" in asked
    assert "Tej umiejętności nie ma" not in asked
    browser.post("/account/preferences", data={"language": "hi"})
    page = browser.get("/skills/SSUP").text
    assert "इस कौशल का पाठ अभी आपकी भाषा में नहीं है।" in page
    assert "Sales support" in page


def _upload(browser, text: str | bytes, name: str = "baking.txt"):
    content = text if isinstance(text, bytes) else text.encode()
    data = {"file": (BytesIO(content), name), "source": "", "licence": "", "edition": "9", "language": ""}
    return browser.post("/skills/upload", data=data, content_type="multipart/form-data")


@pytest.mark.parametrize("login", ["council", "admin"])
def test_a_published_text_is_shown_line_by_line_and_published_on_a_word(app, signed_in, login) -> None:
    browser = signed_in(login)
    draft = _upload(browser, SMALL).headers["Location"]
    page = browser.get(draft).text
    assert "What became of each line" in page
    assert "Weighs flour." in page
    assert db.session.query(FrameworkVersionRow).filter_by(code="BAKE").count() == 0
    for _ in range(2):
        assert "Baking" in sent(browser, draft, {})
    row = skills.get_skill("BAKE", "en")
    assert (row.row.number, row.skill.wording, row.skill.edition) == (1, "published", "9")
    assert "These very words are published already." in browser.get(draft).text


def test_a_pdf_is_shown_line_by_line_and_published_as_its_text_is(app, signed_in) -> None:
    browser = signed_in("council")
    draft = _upload(browser, raw_pdf([shown(SMALL.split("\n"))]), "baking.pdf").headers["Location"]
    assert "Weighs flour." in browser.get(draft).text
    sent(browser, draft, {})
    assert skills.get_skill("BAKE", "en").skill.numbers == (2, 3)
    broken = _upload(browser, b"%PDF-1.7 and then nothing", "baking.pdf")
    assert broken.status_code == 422
    assert "is a PDF that is damaged or cut off" in broken.text


def test_a_text_with_faults_is_told_and_not_published(app, signed_in) -> None:
    answer = _upload(signed_in("council"), SMALL.replace("Level 3", "Level 9"))
    assert answer.status_code == 422
    assert "write at most 7" in answer.text
    assert _upload(signed_in("council"), "").status_code == 422
    without = signed_in("council").post("/skills/upload", data={})
    assert (without.status_code, "Choose the file." in without.text) == (422, True)
    assert "The text</label>" in without.text
    assert db.session.query(FrameworkVersionRow).filter_by(code="BAKE").count() == 0


def test_after_new_words_a_judgement_says_by_which_it_was_made(place, signed_in, actor) -> None:
    judged(actor)
    browser = signed_in("trainee")
    assert "Judged by the words of version" not in browser.get(place).text
    words = import_skill(SMALL.replace("BAKE", "SSUP"), "skill.txt", Origin(source="made")).skill
    assert words is not None
    framework_uploads.publish_skill(actor("council"), words, now=AFTER)
    assert "Judged by the words of version 1 (English)." in browser.get(place).text
    assert "Asks until it is clear what a customer needs" in browser.get(f"{place}/record").text


def test_before_newer_words_drop_a_level_the_page_counts_who_stands_there(place, signed_in, actor) -> None:
    judged(actor, level=4)
    judged(actor, login="trainee-b", level=4)
    judged(actor, login="trainee-b", level=3, key="judgement-2", seen=1)
    for login, level in (("trainee", 5), ("trainee-b", 5), ("trainee-c", 3)):
        key = f"target-{login}"
        skill_goals.set_target(actor("trainer"), person(login).id, SKILL, level, "", key=key, now=AFTER)
    browser = signed_in("council")
    draft = _upload(browser, SMALL.replace("BAKE", "SSUP")).headers["Location"]
    told = " ".join(re.sub("<[^>]+>", "", browser.get(draft).text).split())
    assert "Level 1: 0 people are judged at it, 0 people have it as their target." in told
    assert "Level 4: 1 person is judged at it, 0 people have it as their target." in told
    assert "Level 5: 0 people are judged at it, 2 people have it as their target." in told
    assert "Level 3: " not in told
    assert "Who is judged at such a level keeps it" in told
    sent(browser, draft, {})
    assert "Who is judged at such a level" not in browser.get(draft).text
    assert '<dd class="big">Level 4</dd>' in signed_in("trainee").get(place).text


def test_a_level_that_newer_words_drop_is_still_shown_as_judged_and_as_the_target(place, signed_in, actor) -> None:
    judged(actor, level=4)
    skill_goals.set_target(actor("trainer"), person("trainee").id, SKILL, 5, "", key="target-1", now=AFTER)
    words = import_skill(SMALL.replace("BAKE", "SSUP"), "skill.txt", Origin(source="made")).skill
    assert words is not None
    framework_uploads.publish_skill(actor("council"), words, now=AFTER)
    page = signed_in("trainee").get(place).text
    rung = " ".join(re.sub("<[^>]+>", " ", page.split('id="level-4"')[1].split("</li>")[0]).split())
    assert rung.endswith("Level 4 Not defined in this skill Judged")
    aim = page.split('<div class="is-aim">')[1].split("</div>")[0]
    assert "Level 5" in aim
    assert "Not defined in this skill" in aim


def test_somebody_elses_upload_is_absent_and_others_upload_none(app, signed_in) -> None:
    draft = _upload(signed_in("council"), SMALL).headers["Location"]
    assert signed_in("admin").get(draft).status_code == 404
    assert _upload(signed_in("assessor"), SMALL).status_code == 403


def test_words_of_one_council_are_not_replaced_by_another_but_by_an_administrator(app, signed_in) -> None:
    council, other = signed_in("council"), signed_in("council2")
    first = _upload(other, SMALL.replace("Weighs flour", "Weighs salt")).headers["Location"]
    sent(council, _upload(council, SMALL).headers["Location"], {})
    answer = other.post(first, data={})
    assert answer.status_code == 403
    assert "The words of BAKE are published by" in answer.text
    answer = _upload(other, SMALL.replace("Weighs flour", "Weighs sugar"))
    assert answer.status_code == 422
    assert "Ask them or an administrator to publish newer ones." in answer.text
    assert skills.get_skill("BAKE", "en").row.number == 1
    sent(council, _upload(council, SMALL.replace("Weighs flour", "Weighs oats")).headers["Location"], {})
    admin = signed_in("admin")
    sent(admin, _upload(admin, SMALL.replace("Weighs flour", "Weighs rice")).headers["Location"], {})
    assert skills.get_skill("BAKE", "en").row.number == 3


def test_words_that_came_with_the_software_are_any_councils_to_replace(app, signed_in) -> None:
    other = signed_in("council2")
    sent(other, _upload(other, SMALL.replace("BAKE", "SSUP")).headers["Location"], {})
    assert skills.get_skill("SSUP", "en").row.number == 2
    answer = _upload(signed_in("council"), SMALL.replace("BAKE", "SSUP").replace("flour", "salt"))
    assert answer.status_code == 422


def test_home_tells_a_trainee_of_a_target_and_an_assessor_of_ratings(place, signed_in, actor) -> None:
    skill_goals.set_target(actor("trainer"), person("trainee").id, SKILL, 4, "", key="target-001", now=AFTER)
    assert "A target was set for you in SSUP: level 4" in signed_in("trainee").get("/").text
    skill_goals.rate_self(actor("trainee"), SKILL, 2, "", key="rating-001", now=AFTER)
    assert "A target was set for you" not in signed_in("trainee").get("/").text
    assert "since they were judged: 1" in signed_in("assessor").get("/").text


@can_print
def test_a_record_is_printed_by_a_worker_and_downloaded_by_who_may_see_it(place, signed_in, actor) -> None:
    row = judged(actor)
    browser = signed_in("trainee")
    assert browser.get(f"{place}/record.pdf").status_code == 404
    for _twice in range(2):
        assert browser.post(f"{place}/record").status_code == 302
    [job] = db.session.query(JobRow).filter_by(kind="record").all()
    assert "Being printed" in browser.get(f"{place}/record").text
    jobs.run_job(job.id, now)
    assert db.session.get(JobRow, job.id).state == "done"
    assert "Download the PDF" in browser.get(f"{place}/record").text
    pdf = PdfReader(BytesIO(browser.get(f"{place}/record.pdf").data))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for words in ("Record of a judged level", row.person.name, row.assessor.name, row.code, row.reasons):
        assert words in text
    assert signed_in("centre2").get(f"{place}/record.pdf").status_code == 404
