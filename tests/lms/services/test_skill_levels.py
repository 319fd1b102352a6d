"""Whose level counts: the newest judgement of each skill, with what it rests on."""

from datetime import timedelta

from lms.extensions import db
from lms.services import skill_levels, skills
from lms.tables.people import PersonRow
from lms.tables.skills import SkillEvidenceRow, SkillJudgementRow
from tests.world import DAY


def person(login: str) -> PersonRow:
    return db.session.query(PersonRow).filter_by(login=login).one()


def judged(login: str, level: int, number: int = 1) -> SkillJudgementRow:
    assessor = person("assessor")
    row = SkillJudgementRow(
        person_id=person(login).id,
        skill_code="SSUP",
        number=number,
        framework_version_id=skills.get_skill("SSUP", "en").row.id,
        level=level,
        reasons="Seen at work.",
        assessor_id=assessor.id,
        organisation_id=assessor.grants[0].organisation_id,
        judged_at=DAY + timedelta(days=number),
        code=f"{login}-{number}",
        key=f"key-{number:05}",
        evidence=[SkillEvidenceRow(source="described", detail="A quote for twelve chairs.")],
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_the_newest_judgement_of_a_skill_is_what_somebody_holds(app) -> None:
    judged("trainee", 2)
    newest = judged("trainee", 3, number=2)
    held = skill_levels.held_levels([person("trainee").id, person("trainee-b").id])
    assert held[person("trainee-b").id] == {}
    level = held[person("trainee").id]["SSUP"]
    assert (level.level, level.judgement_id, level.by) == (3, newest.id, "Assessor")
    assert [line.detail for line in level.evidence] == ["A quote for twelve chairs."]


def test_who_is_judged_to_be_below_all_levels_holds_none(app) -> None:
    judged("trainee", 2)
    judged("trainee", 0, number=2)
    assert skill_levels.held_levels([person("trainee").id]) == {person("trainee").id: {}}


def test_shipped_skills_are_read_in_the_readers_language_and_else_in_english(app) -> None:
    assert skills.get_skill("SSUP", "pl").skill.name == "Wsparcie sprzedaży"
    assert skills.get_skill("ssup", "hi").skill.name == "Sales support"
    assert [one.languages for one in skills.list_skills("pl")] == [("en", "pl")]
