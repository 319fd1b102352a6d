"""What is wrong in an uploaded job role or skill is said in the reader's language, whatever kind of fault it is."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import escape

from curriculum.problems import Problem
from curriculum.words import Message
from lms.cli.words import read_catalogue
from lms.services import framework_uploads, role_uploads
from lms.services.framework_uploads import Origin
from lms.web.filters import say
from tests.curriculum.test_framework_import import SMALL

LANGUAGES = ("hi", "pl")
HEAD = "code: A-ROLE\ntitle: A job\nversion: '1'\nsummary: S\nsource: S\nareas:\n  - title: A\n    duties:\n"
ROLES = {
    "empty": "",
    "no names": "- a\n- b\n",
    "a tab": "code: A\n\ttitle: B\n",
    "a quote": "code: 'A\ntitle: B\nversion: 1\n",
    "a second colon": "code: A: B\n",
    "an invisible sign": "code: A\u200bB\x01\n",
    "an alias": "code: &a A\ntitle: *a\n",
    "a name twice": "code: A\ncode: B\n",
    "another code page": "code: Ą\n".encode("cp1250"),
    "UTF-16": "code: A\n".encode("utf-16"),
    "a PDF": b"%PDF-1.7\0",
    "shapes": (
        "code: a role\ntitel: A job\nsummary: [a]\nsource:\nareas:\n  - title: A\n    duties: []\n  - duties:\n"
        "      - {id: D 1, text: do it, mapped: [{skill: SSUP, level: 9, covers: hole, note: {a: b}}, {covers: whole,"
        " note: so, criterias: []}, {skill: SSUP, covers: whole, note: so}, {criteria: [ASC-PC1], covers: 3,"
        " level: many, note: so}, {criteria: [ASC/N0001#PC1], skill: SSUP, covers: part, note: so}]}\n"
    ),
    "lines": HEAD.replace("A job", "A job " * 60).replace("'1'", "'1.0.0.0.0.0.0.0.0.0.0.0'")
    + "      - {id: D1, text: a, mapped: [{criteria: [ASC/N0001#PC99], covers: whole, note: so}]}\n"
    "      - {id: D1, text: b, mapped: [{criteria: [ASC/N001#PC1], covers: whole, note: so}], gap: all}\n"
    "      - {id: D3, text: c, mapped: [{criteria: [XYZ/N4#PC1], covers: part, note: so}]}\n"
    "      - {id: D4, text: d, mapped: [{skill: NONE, level: 2, covers: whole, note: so}]}\n"
    "      - {id: D5, text: e, mapped: [{skill: SSUP, level: 7, covers: whole, note: so}]}\n"
    "      - {id: D6, text: f}\n"
    "      - {id: PC4-2, text: g, mapped: [{criteria: [ASC/N0001#PC1, ASC/N0001#PC1], covers: whole, note: so}]}\n"
    "qualifications:\n  - {id: Q1, text: h}\n",
}
YAML_SKILL = (
    "code: BAKE\nframework: Works\nname: Baking\nlanguage: en\ndefinition: Makes bread.\nsource: s\nlicence: l\n"
    "guidance: {activities: [kneading, kneading]}\nrelated: [{code: BAKE, name: B}, {code: FRY, name: F},"
    " {code: FRY, name: F}]\nlevels:\n"
    "  - {number: 3, name: Do, essence: Does., descriptor: Weighs.}\n"
    "  - {number: 2, name: Help, essence: Helps., descriptor: Weighs.}\n"
    "  - {number: 6, name: Lead, essence: Leads., descriptor: Bakes.}\n"
)
STRANGE = (
    SMALL.replace("2 3\n", "2 4\n\nAmid the levels.\n")
    .replace("  • kneading", "  • kneading\nsoftly\n")
    .replace("  • waiting", "  • waiting\n\nAnd more words.")
    .replace("Makes bread.", "Makes bread.\n\nUwagi zawierające wskazówki\n\nWhere lower levels are not defined...")
    .replace("Guidance notes", "Guidance notes\n\nGuidance notes")
    .replace("Understanding the responsibility levels of this skill", "\\g<0>\n\n  • a point")
    .replace("\\g<0>", "Understanding the responsibility levels of this skill")
)
SKILLS = {
    "baking.yaml": YAML_SKILL,
    "empty.yaml": "",
    "empty.txt": "",
    "letters.txt": "Nothing of a skill.\n",
    "hidden.txt": "Baking BAKE\n\x01\n",
    "strange.txt": STRANGE.replace("Baking: Level 3", "Frying: Level 3").replace("Level 3 – Do", "Level 4 – Do"),
    "no-title.txt": SMALL.replace("Baking BAKE", "Baking"),
    "no-levels.txt": SMALL.partition("2 3\n")[0].replace("Makes bread.", "").replace("Works of the kitchen", ""),
    "thin.txt": SMALL.replace("Level 2 – Help: Essence of the level: Helps.\n\nWeighs flour.", ""),
    "no-heading.txt": SMALL.replace("Baking: Level 2\n", ""),
    "high.txt": SMALL.replace("Level 3", "Level 9"),
    "broken.pdf": b"%PDF-1.7 and then nothing",
}


def templates(message: Message) -> Iterator[str]:
    """The template of a message and those of the words in its facts."""
    yield message.template
    for fact in message.facts.values():
        if isinstance(fact, Message):
            yield from templates(fact)


def own_words(template: str) -> str:
    """What a template says besides its facts and what is quoted."""
    return re.sub(r"%\(\w+\)s|`[^`]*`|\W", "", template)


def expect_told(app: Flask, page: str, problems: tuple[Problem, ...], language: str) -> None:
    """Each problem stands on the page in words of the language, all of them translated ones."""
    assert problems
    catalogue = read_catalogue(language)
    for problem in problems:
        for template in templates(problem.message):
            assert not own_words(template) or (catalogue[template].string or template) != template, template
        with app.test_request_context(), force_locale(language):
            told = say(problem.message)
        assert str(escape(told)) in page
        assert str(escape(problem.message)) not in page


def sent(browser: Any, address: str, content: str | bytes, name: str) -> Any:
    body = content if isinstance(content, bytes) else content.encode()
    data = {"file": (BytesIO(body), name), "language": ""}
    return browser.post(address, data=data, content_type="multipart/form-data")


@pytest.mark.parametrize("language", LANGUAGES)
def test_faults_of_a_job_role_are_told_in_the_readers_language(app, signed_in, actor, language: str) -> None:
    browser = signed_in("council")
    browser.post("/account/preferences", data={"language": language})
    for name, text in ROLES.items():
        body = text if isinstance(text, bytes) else text.encode()
        answer = sent(browser, "/roles/new", body, "role.yaml")
        assert answer.status_code == 422, name
        expect_told(app, answer.text, role_uploads.check_upload(actor("council"), "role.yaml", body)[1], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_faults_of_a_skill_are_told_in_the_readers_language(app, signed_in, actor, language: str) -> None:
    browser = signed_in("council")
    browser.post("/account/preferences", data={"language": language})
    for name, text in SKILLS.items():
        body = text if isinstance(text, bytes) else text.encode()
        answer = sent(browser, "/skills/upload", body, name)
        assert answer.status_code == 422, name
        _, problems = framework_uploads.check_upload(actor("council"), name, body, Origin(source=name))
        expect_told(app, answer.text, problems, language)


def test_oddities_of_a_skill_that_can_be_published_are_kept_and_told_in_the_readers_language(app, signed_in) -> None:
    browser = signed_in("council")
    browser.post("/account/preferences", data={"language": "pl"})
    draft = sent(browser, "/skills/upload", SMALL.replace("2 3\n", "2 4\n"), "baking.txt").headers["Location"]
    page = browser.get(draft).text
    assert "tekst wymienia poziomy 2, 4; niżej stoją poziomy 2, 3" in page
    assert "the text lists the levels" not in page
