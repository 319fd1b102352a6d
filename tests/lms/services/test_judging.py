"""Who judges whose level, on what, and what stays: judgements are added, and two at once do not hide each other."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from lms.extensions import db
from lms.services import framework_uploads, history, judging, skill_goals, skill_people, skill_sheets, skills
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.history import words_of
from lms.services.skill_levels import held_levels
from lms.tables.people import Role, RoleGrantRow
from lms.tables.registry import METADATA
from lms.tables.skills import SkillJudgementRow
from tests.conftest import BOTH
from tests.lms.released import an_assessment
from tests.lms.services import assessing_steps as steps
from tests.lms.services.skill_steps import AFTER, SKILL, judged, person, served


def test_an_assessor_of_an_agency_that_serves_the_centre_judges_on_evidence(app, actor) -> None:
    served(actor)
    row = judged(actor)
    assert (row.number, row.level, row.assessor.name, row.organisation.code) == (1, 3, "Assessor", "AA-1")
    assert [one.detail for one in row.evidence] == ["Wrote a quote for twelve chairs."]
    told = [str(words_of(line)) for line in history.list_history("person", person("trainee").id)]
    assert told == ["judged the level in SSUP: 3"]


def test_before_an_assessment_is_accepted_the_centres_people_are_absent(app, actor) -> None:
    steps.scheduled(actor)
    with pytest.raises(Absent):
        judged(actor)


@pytest.mark.parametrize("login", ["assessor2", "trainer2", "centre2", "trainee2", "trainee-b", "council", "agency"])
def test_somebody_elses_levels_are_absent(app, actor, login) -> None:
    served(actor)
    with pytest.raises(Absent):
        skill_sheets.get_sheet(actor(login), person("trainee").id, SKILL, "en")


@pytest.mark.parametrize("login", ["trainer", "centre", "trainee"])
def test_trainers_the_centre_and_the_person_see_the_level_and_do_not_judge(app, actor, login) -> None:
    served(actor)
    judged(actor)
    sheet = skill_sheets.get_sheet(actor(login), person("trainee").id, SKILL, "en")
    assert (sheet.line.level, sheet.may_judge, sheet.may_aim, sheet.is_own) == (
        3,
        False,
        login != "trainee",
        login == "trainee",
    )
    with pytest.raises(NotAllowed):
        skill_people.get_judged(actor(login), person("trainee").id)


def test_who_works_for_the_centre_as_well_does_not_judge_its_people(app, actor) -> None:
    row = served(actor)
    db.session.add(
        RoleGrantRow(person_id=person("assessor").id, role=Role.TRAINER, organisation_id=row.batch.centre_id)
    )
    db.session.commit()
    with pytest.raises(NotAllowed, match="another assessor"):
        judged(actor)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"level": 7}, "Choose a level that the skill defines."),
        ({"reasons": "ok"}, "Give a reason of 10 to 1000 characters."),
        ({"described": [" ", ""]}, "A level is judged on evidence."),
        ({"described": ["seen"]}, "Describe evidence with 10 to 1000 characters"),
        ({"linked": ["result-999"]}, "Choose evidence from the list"),
    ],
)
def test_a_judgement_that_says_too_little_is_refused_and_nothing_is_kept(app, actor, said, message) -> None:
    served(actor)
    with pytest.raises(Faulty, match=message):
        judged(actor, **said)
    assert db.session.query(SkillJudgementRow).count() == 0


def test_the_same_form_twice_is_one_judgement(app, actor) -> None:
    served(actor)
    assert judged(actor).id == judged(actor).id
    assert db.session.query(SkillJudgementRow).count() == 1


def test_a_judgement_on_a_page_that_is_out_of_date_is_refused(app, actor) -> None:
    served(actor)
    judged(actor)
    with pytest.raises(Conflict, match="meanwhile"):
        judged(actor, level=5, key="judgement-2")
    assert judged(actor, level=5, key="judgement-2", seen=1).number == 2


def test_a_correction_names_what_was_wrong_and_both_stay(app, actor) -> None:
    served(actor)
    first = judged(actor)
    second = judged(actor, level=2, key="judgement-2", seen=1, corrects=True, now=AFTER + timedelta(days=1))
    assert (first.corrects_id, second.corrects_id) == (None, first.id)
    held = held_levels([person("trainee").id])[person("trainee").id][SKILL]
    assert (held.level, held.judgement_id) == (2, second.id)


@BOTH
@pytest.mark.parametrize("table", ["skill_judgement", "skill_evidence", "framework_version"])
def test_a_judgement_and_what_it_rests_on_cannot_be_changed(app, actor, table) -> None:
    served(actor)
    judged(actor)
    rows = METADATA.tables[table]
    with pytest.raises(DBAPIError, match="added, never changed"):
        db.session.execute(rows.update().values(id=rows.c.id + 1))
    db.session.rollback()


def test_released_results_and_scored_work_can_be_linked_and_nobody_elses(app, actor) -> None:
    row = steps.drawn(actor)
    for candidate in row.candidates:
        steps.sit(candidate, right=True, at=row.opens_at)
        steps.score(candidate, steps.drawing.material_of(row).scheme.practical_refs, "1")
    assert judging.list_offers(actor("assessor"), person("trainee").id) == []
    steps.approval.submit(actor("assessor"), row.id, now=steps.AFTER)
    steps.approval.verify(actor("agency"), row.id, now=steps.AFTER)
    steps.approval.approve(actor("council"), row.id, now=steps.AFTER)
    steps.approval.release(actor("council"), row.id, now=steps.AFTER)
    own, other = (judging.list_offers(actor("assessor"), person(login).id) for login in ("trainee", "trainee-b"))
    assert [offer.row.source for offer in own] == ["result"]
    assert own[0].row.title.endswith(row.code)
    with pytest.raises(Faulty):
        judged(actor, linked=[other[0].name])
    assert [one.source for one in judged(actor, linked=[own[0].name]).evidence] == ["result", "described"]


def test_an_absence_is_no_evidence_of_a_level(app, actor) -> None:
    an_assessment()
    offers = {login: judging.list_offers(actor("assessor"), person(login).id) for login in ("trainee", "trainee-d")}
    assert (len(offers["trainee"]), offers["trainee-d"]) == (1, [])


def test_a_level_that_only_one_language_defines_can_be_chosen_by_who_reads_it(app, actor) -> None:
    served(actor)
    polish = skills.get_skill(SKILL, "pl").skill
    more = polish.levels[-1].model_copy(update={"number": 7, "descriptor": "Wyznacza strategię w całej firmie."})
    wider = polish.model_copy(update={"levels": (*polish.levels, more)})
    framework_uploads.publish_skill(None, wider, now=AFTER)
    assert skill_goals.rate_self(actor("trainee"), SKILL, 7, "", key="rating-07", now=AFTER).level == 7
    target = skill_goals.set_target(actor("trainer"), person("trainee").id, SKILL, 7, "", key="target-07", now=AFTER)
    assert target is not None
    assert target.level == 7


def test_a_self_rating_stands_beside_and_never_counts(app, actor) -> None:
    served(actor)
    skill_goals.rate_self(actor("trainee"), SKILL, 5, "", key="rating-01", now=AFTER)
    assert held_levels([person("trainee").id]) == {person("trainee").id: {}}
    assert skill_people.count_rated_since(actor("assessor")) == {SKILL: 1}
    judged(actor, now=AFTER + timedelta(days=1))
    assert skill_people.count_rated_since(actor("assessor")) == {}
    sheet = skill_sheets.get_sheet(actor("trainee"), person("trainee").id, SKILL, "en")
    assert (sheet.line.level, sheet.line.rating.level) == (3, 5)


def test_a_target_is_set_by_the_trainer_and_the_gap_is_the_levels_in_between(app, actor) -> None:
    served(actor)
    judged(actor, level=2)
    aim = skill_goals.set_target(actor("trainer"), person("trainee").id, SKILL, 4, "", key="target-01", now=AFTER)
    again = skill_goals.set_target(actor("trainer"), person("trainee").id, SKILL, 4, "", key="target-02", now=AFTER)
    assert aim is not None
    assert again is not None
    assert again.id == aim.id
    sheet = skill_sheets.get_sheet(actor("trainee"), person("trainee").id, SKILL, "en")
    assert sheet.line.gap.missing == (3, 4)
    skill_goals.set_target(actor("centre"), person("trainee").id, SKILL, 0, "", key="target-03", now=AFTER)
    assert skill_sheets.get_sheet(actor("trainee"), person("trainee").id, SKILL, "en").line.gap is None


def test_an_assessor_sets_no_target(app, actor) -> None:
    served(actor)
    with pytest.raises(NotAllowed):
        skill_goals.set_target(actor("assessor"), person("trainee").id, SKILL, 4, "", key="target-01", now=AFTER)


def test_a_record_is_checked_by_its_code_and_says_when_another_counts(app, actor) -> None:
    served(actor)
    first = judged(actor)
    assert skill_sheets.check_record(first.code.lower()).newer is None
    second = judged(actor, level=4, key="judgement-2", seen=1)
    newer = skill_sheets.check_record(first.code).newer
    assert newer is not None
    assert newer.id == second.id
    with pytest.raises(Absent):
        skill_sheets.check_record("nothing of ours")


def test_the_list_of_a_skill_is_by_name_and_by_batch(app, actor) -> None:
    row = served(actor)
    judged(actor, login="trainee-c")
    skill = skill_sheets.get_sheet(actor("trainee"), person("trainee").id, SKILL, "en").line.published.skill
    lines = skill_people.list_people(actor("assessor"), skill)
    assert [line.trainee.person.login for line in lines] == ["trainee", "trainee-b", "trainee-c", "trainee-d"]
    assert [line.judgement.level if line.judgement else None for line in lines] == [None, None, 3, None]
    assert skill_people.list_people(actor("trainer2"), skill, batch_id=row.batch_id) == []
    assert [batch.id for batch in skill_people.list_batches(actor("trainer"))] == [row.batch_id]
