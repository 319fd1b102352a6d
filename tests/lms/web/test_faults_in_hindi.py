"""A council that reads Hindi reads no English sentence about the packs, lessons and schemes that it hands over."""

import io
import re
from collections.abc import Iterable
from html import unescape

import pytest
from flask_babel import force_locale

from assessments.model import AssessmentScheme
from assessments.scheme_checks import check_scheme
from assessments.words import Message
from curriculum.bundle import read_bundle
from curriculum.lesson_bundle import read_lessons
from curriculum.problems import Problem
from lms.extensions import db
from lms.records.content import pack_of, scheme_of, stored
from lms.tables.content import PackVersionRow, SchemeVersionRow
from lms.web.curriculum.forms import plain_document
from lms.web.filters import say
from tests.lms.pack_files import uploads
from tests.lms.web.test_curriculum import draft_of, filled

# What stays as its author wrote it: codes and names of fields, quoted words, elements of drawings.
OWN = re.compile(r"“[^”]*”|`[^`]*`|<[^>]*>|\([a-z_]+\)")
ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")
FAULT = re.compile(r'<(p|div) class="(?:fault|notice notice-bad)"[^>]*>(.*?)</\1>', re.DOTALL)

PACK = """\
code: OTH/Q9000
title: Showroom Guide
version: "1.0"
kind: employer_pack
nsqf_level: "4"
brief_description: Shows visitors round.
personal_attributes: Patient.
source: "A\\u202Etest"
units:
  compulsory: [OTH/N9001, OTH/N9002, OTH/N9002]
  electives: [{title: One of these, choose: {min: 2, max: 3}, units: [OTH/N9003]}]
"""
UNIT = """\
code: {code}
title: Welcome
version: "1.0"
elements: {elements}
"""
LINES = """
  - title: Nothing
    criteria: []
  - title: Do it
    criteria:
      - {id: PC1, code: PC1., text: greet the visitor at the door}
      - {id: PC1, code: PC1, text: greet the visitor at the door}
      - {id: PC4, code: PC4, text: greet the visitors at the door}
      - {id: E2, code: E2, text: "give (a map of"}
      - {id: PC5, code: PC5, text: talk goodworking}
"""

LESSON = """\
---
unit: ASC/N0002
slug: {slug}
title: Do it
language: {language}
position: {position}
minutes: 10
aims: [Do it]
sections: {sections}
---
{body}"""
SECTIONS = "[{title: First, criteria: [PC1, PC77]}, {title: Second}]"
BODY = "\n## First\n\nWords.\n\n## Second\n\nMore.\n"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 50">{}</svg>'
ODD_SHAPES = """<!DOCTYPE svg><svg viewBox="9"><sgv/>words<text font-size="9">a</text><rect x="a" clas="x" class="b"/>\
<path d="!" transform="no" points="b" text-anchor="c" stroke-linecap="d" stroke-linejoin="e" font-weight="5"\
 stroke-dasharray="f"/></svg>"""


def lesson(body: str = BODY, slug: str = "do-it", position: int = 90, **facts: str) -> bytes:
    """A lesson of a unit of the world."""
    given = {"language": "en", "sections": SECTIONS} | facts
    return LESSON.format(body=body, slug=slug, position=position, **given).encode()


LESSONS = {
    "01.md": lesson(),
    "02.md": lesson(slug="do-it", position=91),
    "03.md": lesson(slug="other", position=90),
    "04.md": lesson(slug="do-it", position=92, language="hi", sections="[{title: First}, {title: Second}]"),
    "05.md": lesson(slug="other", position=90, language="hi", sections="[{title: First}]", body="\n## First\n"),
    "06.md": lesson(body="\nText.\n\n## Second\n\n## Second\n\n## Frist\n"),
    "07.md": lesson(body="\n## Second\n\n## First\n"),
    "08.md": lesson(sections="[{title: First}, {title: First}]", body="\n## First\n"),
    "09.md": b"No front matter.\n",
    "10.md": lesson(slug="long", position=93, body=f"\n## First\n\n{'word ' * 1501}\n## Second\n"),
    "11.md": lesson(slug="x", position=94).replace(b"ASC/N0002", b"ASC/N9"),
    "12.md": lesson(
        body="\n## First\n\nSee ![a](a.png)\n\n"
        + "".join(f"![What this drawing shows](drawings/{name}.svg)\n" for name in ("odd", "g", "open", "big", "none"))
        + "\n## Second\n"
    ),
    "drawings/odd.svg": ODD_SHAPES.encode(),
    "drawings/g.svg": b"<g/>",
    "drawings/open.svg": b"<svg><g></svg>",
    "drawings/big.svg": DRAWING.format(" " * 30_000).encode(),
    "notes.txt": b"",
}


@pytest.fixture
def in_hindi(signed_in):
    """A browser that is signed in and reads Hindi."""

    def sign_in(login: str):
        browser = signed_in(login)
        browser.post("/account/preferences", data={"language": "hi"})
        return browser

    return sign_in


def english_in(words: Iterable[str]) -> list[str]:
    """Sentences of which something that nobody quotes is English."""
    return [one for one in words if ENGLISH.search(OWN.sub("", one))]


def said(app, messages: Iterable[Message]) -> list[str]:
    """The messages in Hindi."""
    with app.test_request_context(), force_locale("hi"):
        return [say(message) for message in messages]


def send(browser, address: str, files: Iterable[tuple[str, bytes]]):
    """The page that answers an upload of these files."""
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    return browser.post(address, data=data, content_type="multipart/form-data")


def templates_of(problems: Iterable[Problem]) -> set[str]:
    return {problem.message.template for problem in problems}


def test_a_faulty_pack_is_told_in_hindi(app, in_hindi) -> None:
    files = uploads(
        {
            "pack.yaml": PACK,
            "n9001.yaml": UNIT.format(code="OTH/N9001", elements=LINES),
            "n9002.yaml": UNIT.format(code="OTH/N9002", elements="[]"),
            "n9003.yaml": UNIT.format(code="OTH/N9003", elements="[]"),
        }
    )
    problems = read_bundle(files).problems
    assert len(templates_of(problems)) == 15
    answer = send(in_hindi("council2"), "/packs/new", files)
    assert answer.status_code == 422
    words, page = said(app, [problem.message for problem in problems]), unescape(answer.text)
    assert [one for one in words if one not in page] == []
    assert english_in(words) == []


def test_faulty_lessons_and_drawings_are_told_in_hindi(app, in_hindi) -> None:
    files = list(LESSONS.items())
    units = {unit.code: unit for unit in pack_of(db.session.get(PackVersionRow, 1)).units}
    problems = read_lessons(files, units).problems
    assert len(templates_of(problems)) == 32
    answer = send(in_hindi("council"), "/packs/1/lessons/new", files)
    assert answer.status_code == 422
    words, page = said(app, [problem.message for problem in problems]), unescape(answer.text)
    assert [one for one in words if one not in page] == []
    assert english_in(words) == []


UNFIT = {
    "pack": "ASC/Q9",
    "pack_version": "9",
    "nsqf_level": "3",
    "units": [
        {
            "unit": "ASC/N0001",
            "marks": 7,
            "whole": {"marks": {"practical": 50}},
            "elements": [{"element": number, "marks": {"viva": 5}} for number in (1, 1, 99)],
            "criteria": [
                {"criterion": name, "marks": {"practical": 5, "viva": 1}} for name in ("PC1", "PC1", "E1", "PC99")
            ],
        },
        {"unit": "ASC/N0002", "criteria": [{"criterion": "PC1", "marks": {}}]},
        {"unit": "ASC/N0002", "criteria": [{"criterion": "PC1", "marks": {}}]},
        {"unit": "ASC/N9", "whole": {"marks": {"viva": 1}}},
    ],
    "electives": [
        {"title": "E", "choose": {"min": 2, "max": 3}, "units": ["ASC/N0001"]},
        {"title": "F", "choose": {"min": 1, "max": 1}, "units": ["ASC/N0002", "ASC/N7"]},
    ],
    "options": ["ASC/N7"],
    "pass_rule": {
        "level_percents": {"4": "70"},
        "unit_weights": {"ASC/N8": 90, "ASC/N0001": 60, "ASC/N0002": 50},
        "unit_min_percent_of": {"ASC/N8": "50"},
        "unit_component_min_percent_of": {"ASC/N0001": {"project": "5"}},
        "component_min_percent": {"project": "5"},
        "critical_min_percent": {"ASC/N0001#PC8": "50"},
        "grades": [{"grade": "A", "from_percent": "9"}] * 2,
    },
}
IN_GROUPS = {
    "nsqf_level": None,
    "options": ["ASC/N0001"],
    "pass_rule": {
        "level_percents": {"4": "70"},
        "unit_groups": [{"title": name, "weight": 30, "units": ["ASC/N0002", "ASC/N8"]} for name in ("G", "H")],
    },
}
WEIGHED = {
    "electives": [
        {"title": name, "choose": {"min": 1, "max": 1}, "units": units}
        for name, units in (("E", ["ASC/N0001", "ASC/N0002"]), ("F", ["ASC/N1105", "ASC/N1106"]))
    ],
    "pass_rule": {"aggregate_percent": "5", "unit_weights": {"ASC/N0001": 60, "ASC/N0002": 40}},
}


def kept(row: SchemeVersionRow, **changes) -> tuple[Problem, ...]:
    """Keep the draft with these changes; what is wrong with it then."""
    scheme = AssessmentScheme.model_validate({**plain_document(scheme_of(row)), **changes})
    for name, value in stored(scheme).items():
        setattr(row, name, value)
    db.session.commit()
    return tuple(check_scheme(scheme, pack_of(db.session.get(PackVersionRow, row.pack_version_id))))


@pytest.mark.parametrize(("changes", "kinds"), [(UNFIT, 30), (IN_GROUPS, 7), (WEIGHED, 3)])
def test_a_scheme_that_does_not_fit_its_pack_is_told_in_hindi(app, in_hindi, changes, kinds: int) -> None:
    browser = in_hindi("council")
    row = draft_of(browser)
    problems = kept(row, **changes)
    assert len(templates_of(problems)) == kinds
    page = unescape(browser.get(f"/schemes/{row.id}/publish").text)
    words = said(app, [problem.message for problem in problems])
    assert [one for one in words if one not in page] == []
    assert english_in(words) == []


def test_what_is_typed_wrongly_into_a_scheme_is_told_in_hindi(in_hindi) -> None:
    browser = in_hindi("council")
    row = draft_of(browser)
    none = {name: "0" for name in filled(row) if re.fullmatch(r"units\.1\.criteria\.\d+\.importance", name)}
    typed = {
        "minutes": "ninety",
        "attendance": "9" * 50,
        "aggregate": "700",
        "exempt": "50",
        "units.0.criteria.0.theory_percent": "",
        **none,
    }
    answer = browser.post(f"/schemes/{row.id}/edit", data=filled(row, act="save") | typed)
    assert answer.status_code == 422
    told = [unescape(re.sub("<[^>]*>", "", one)).strip() for _, one in FAULT.findall(answer.text)]
    assert sum(bool(one) for one in told) >= 6
    assert english_in(told) == []
