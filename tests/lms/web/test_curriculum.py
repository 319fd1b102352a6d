"""Pages of packs, schemes and the bank: allowed, refused, bad input, other councils' things, double clicks."""

import io
import random
import re
import threading
from collections.abc import Iterator
from html import unescape

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from assessments.model import AssessmentScheme, Cell, Component
from lms.extensions import db
from lms.records.content import pack_of, scheme_of, stored
from lms.tables.content import ContentState, PackVersionRow, SchemeVersionRow
from lms.web.curriculum.forms import plain_document
from lms.web.curriculum.scheme_table import lay_out
from tests import world
from tests.lms.every_rule import publish_every_rule
from tests.lms.pack_files import pack_files, zipped

EVERYBODY = ("council", "council2", "agency", "assessor", "centre", "trainer")


def upload(browser, files: dict[str, str]):
    content = [(text.encode(), name) for name, text in files.items()]
    return browser.post(
        "/packs/new", data={"files": [_file(*pair) for pair in content]}, content_type="multipart/form-data"
    )


def _file(content: bytes, name: str):
    return io.BytesIO(content), name


def draft_of(browser) -> SchemeVersionRow:
    answer = browser.post("/packs/1/schemes")
    assert answer.status_code == 302, answer.text
    return db.session.query(SchemeVersionRow).filter_by(state=ContentState.DRAFT).one()


def filled(row: SchemeVersionRow, **changes: str) -> dict[str, str]:
    """The editor's form as the page sends it, with changes."""
    scheme = scheme_of(row)
    rule, again = scheme.pass_rule, scheme.reassessment
    form = {
        "seen": row.sha256,
        "title": scheme.title,
        "practical_scorer": scheme.practical_scorer.value,
        "minutes": str(scheme.theory.minutes),
        "attendance": scheme.attendance_min_percent or "",
        "aggregate": rule.aggregate_percent or "",
        "unit_floor": "",
        "theory_floor": "",
        "practical_floor": rule.component_min_percent.get(Component.PRACTICAL, ""),
        "exempt": again.exempt_percent or "",
        "cooling_off": str(again.cooling_off_days or ""),
        "scope": again.scope.value,
        "max_attempts": str(again.max_attempts),
        "apply_within": str(again.apply_within_days),
        "hold_within": str(again.hold_within_days),
        "absent_may": "y",
    } | dict.fromkeys(["left_page", "second_tab", "watermark"], "y")
    for unit in lay_out(plain_document(scheme), pack_of(db.session.get(PackVersionRow, row.pack_version_id))).units:
        form |= {f"{unit.path}.way": "typed" if unit.is_typed else "shared", f"{unit.path}.marks": unit.given_marks}
        for line in (line for group in unit.groups for line in group.lines):
            form |= {
                f"{line.path}.importance": line.importance,
                f"{line.path}.theory_percent": line.theory_percent,
                f"{line.path}.theory_items": line.items,
                f"{line.path}.marks.theory": line.typed_theory,
                f"{line.path}.marks.practical": line.typed_practical,
            }
    return form | changes


@pytest.mark.parametrize("login", EVERYBODY)
def test_everybody_but_trainees_reads_packs_and_published_schemes(signed_in, login: str) -> None:
    browser = signed_in(login)
    for address in ("/packs", "/packs/1", "/schemes/1"):
        page = browser.get(address)
        assert page.status_code == 200
        assert "Customer Relationship Executive" in page.text
    assert "Specimen: the marks behind this are sample figures" in page.text


@pytest.mark.parametrize("login", ["trainee", "admin"])
def test_trainees_and_the_administrator_have_no_packs(signed_in, login: str) -> None:
    assert signed_in(login).get("/packs").status_code == 403


def test_a_stranger_is_asked_to_sign_in(client) -> None:
    assert client.get("/packs/1").status_code == 302


@pytest.mark.parametrize(
    ("login", "status"), [("council2", 404), ("agency", 403), ("centre", 403), ("trainer", 403), ("assessor", 403)]
)
def test_only_the_packs_council_opens_its_bank_and_edits_its_scheme(signed_in, login: str, status: int) -> None:
    row = draft_of(signed_in("council"))
    browser = signed_in(login)
    assert browser.get("/packs/1/bank").status_code == status
    assert browser.get("/packs/1/bank?unit=ASC/N1105").status_code == status
    assert browser.get(f"/schemes/{row.id}").status_code == 404
    assert browser.get(f"/schemes/{row.id}/edit").status_code == status
    assert browser.post(f"/schemes/{row.id}/edit", data=filled(row, act="save")).status_code == status
    assert (
        browser.post(f"/schemes/{row.id}/publish", data={"status": "sample", "seen": row.sha256}).status_code == status
    )
    assert browser.post("/packs/1/schemes").status_code == status


def test_no_page_but_the_councils_bank_holds_a_key(signed_in) -> None:
    rationale = "Why:"
    assert rationale in signed_in("council").get("/packs/1/bank?unit=ASC/N1105").text
    assert rationale not in signed_in("council").get("/packs/1/bank").text
    assert rationale not in signed_in("agency").get("/packs/1").text


@pytest.mark.parametrize(
    "address", ["/packs/999", "/schemes/999", "/packs/1/bank?unit=ASC/N9", f"/packs/drafts/{'0' * 64}"]
)
def test_what_is_not_there_is_not_found(signed_in, address: str) -> None:
    assert signed_in("council").get(address).status_code == 404


def test_a_faulty_upload_shows_every_fault_with_its_place_and_publishes_nothing(signed_in) -> None:
    files = pack_files()
    del files["n9002.yaml"]
    files["n9001.yaml"] = files["n9001.yaml"].replace("knowledge:", "knowlege:")
    page = upload(signed_in("council2"), files)
    assert page.status_code == 422
    assert "the files have 2 faults" in page.text
    assert "n9001.yaml:9:1" in page.text
    assert "did you mean `knowledge`?" in page.text
    assert "OTH/N9002 is listed, but its file is missing" in page.text
    assert db.session.query(PackVersionRow).filter_by(code="OTH/Q9000").count() == 0


def test_no_file_is_a_fault_beside_the_field(signed_in) -> None:
    page = signed_in("council2").post("/packs/new", data={}, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "Choose the pack’s files." in page.text


def test_a_sound_upload_is_shown_then_published_by_two_clicks_once(signed_in) -> None:
    browser = signed_in("council2")
    seen = upload(browser, pack_files())
    assert seen.status_code == 302
    page = browser.get(seen.location)
    assert "Publish version 1.0" in page.text
    assert db.session.query(PackVersionRow).filter_by(code="OTH/Q9000").count() == 0
    places = {browser.post(seen.location).location for _ in range(2)}
    assert len(places) == 1
    assert db.session.query(PackVersionRow).filter_by(code="OTH/Q9000").count() == 1
    assert browser.get(seen.location).location in places  # the way back in a browser
    assert "This very content is published already" in browser.get(upload(browser, pack_files()).location).text
    assert upload(browser, pack_files(first="wave")).status_code == 422
    assert signed_in("council").get(seen.location).status_code == 404


def test_without_a_scheme_no_page_says_that_the_bank_is_enough(signed_in) -> None:
    browser = signed_in("council2")
    pack = browser.post(upload(browser, pack_files()).location).location
    bank = browser.get(f"{pack}/bank").text
    assert "No scheme yet" in bank
    assert "Papers can be drawn" not in bank
    coverage = browser.get(f"{pack}/coverage").text
    assert "only looked for in lessons" in coverage
    assert "Not assessed" not in coverage
    assert "Papers can be drawn" in signed_in("council").get("/packs/1/bank").text


def test_a_draft_is_told_against_the_scheme_of_the_version_before_in_words(signed_in) -> None:
    browser = signed_in("council2")
    first = browser.post(upload(browser, pack_files()).location).location
    browser.post(f"{first}/schemes")
    row = db.session.query(SchemeVersionRow).order_by(SchemeVersionRow.id.desc()).first()
    browser.post(f"/schemes/{row.id}/publish", data={"status": "sample", "typed": "", "seen": row.sha256})
    raised = {name: text.replace('version: "1.0"', 'version: "1.1"') for name, text in pack_files().items()}
    second = browser.post(upload(browser, raised).location).location
    assert "Make the scheme" in browser.get(second).text
    draft = browser.post(f"{second}/schemes").location.removesuffix("/edit")
    page = browser.get(second).text
    assert "Make the scheme" not in page
    assert f'href="{draft}/edit">Go on with the draft' in page
    number = int(draft.rpartition("/")[2])
    row = db.session.get_one(SchemeVersionRow, number)
    form = filled(row, act="save", practical_scorer="either", absent_may="", left_page="", watermark="")
    assert browser.post(f"{draft}/edit", data=form).status_code == 302
    page = browser.get(f"{draft}/publish").text
    assert "What changes against scheme 1 of version 1.0" in page
    assert "<td>The trainer or the assessor</td>" in page
    db.session.refresh(row)
    assert (scheme_of(row).theory.watched, scheme_of(row).theory.has_watermark) == (("second_tab",), False)
    for words in ("told when a candidate leaves the exam page", "number stands across the exam page"):
        assert re.search(f'{words}</td><td class="quiet">yes</td><td>no</td>', page)


def test_a_zip_works_and_hostile_text_stays_text(signed_in) -> None:
    browser = signed_in("council2")
    files = pack_files(first="<script>alert(1)</script> {{ 7*7 }}")
    answer = browser.post(
        "/packs/new", data={"files": _file(zipped(files), "pack.zip")}, content_type="multipart/form-data"
    )
    browser.post(answer.location)
    row = db.session.query(PackVersionRow).filter_by(code="OTH/Q9000").one()
    page = browser.get(f"/packs/{row.id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page
    assert "This version has no published scheme yet" in page
    assert "said by a scheme; this version has none yet" in page
    assert "No theory" not in page


def test_a_draft_is_saved_and_shown_again(signed_in) -> None:
    browser = signed_in("council")
    row = draft_of(browser)
    form = filled(row, act="save", aggregate="65", **{"units.0.criteria.0.importance": "5", "units.1.way": "typed"})
    form["units.1.criteria.0.marks.theory"] = "11"
    assert browser.post(f"/schemes/{row.id}/edit", data=form).status_code == 302
    db.session.expire_all()
    scheme = scheme_of(row)
    assert scheme.pass_rule.aggregate_percent == "65"
    assert scheme.unit_total("ASC/N0001") == 100
    assert scheme.units[1].criteria[0].marks[Component.THEORY] == 11
    page = browser.get(f"/schemes/{row.id}/publish").text
    assert "What changes against scheme 1" in page
    assert "ASC/N0002 PC1" in page


def test_recalculating_and_setting_an_element_write_nothing(signed_in) -> None:
    browser = signed_in("council")
    row = draft_of(browser)
    before = row.sha256
    form = filled(row, act="set:0:6,7,8", **{"0:6,7,8.importance": "5", "0:6,7,8.theory_percent": "20"})
    page = browser.post(f"/schemes/{row.id}/edit", data=form)
    assert page.status_code == 200
    for line in (6, 7, 8):
        assert f'name="units.0.criteria.{line}.theory_percent" value="20"' in page.text
    assert 'name="units.0.criteria.5.theory_percent" value="40"' in page.text
    db.session.expire_all()
    assert row.sha256 == before


def test_faults_stand_beside_their_fields_and_keep_what_was_typed(signed_in) -> None:
    browser = signed_in("council")
    row = draft_of(browser)
    form = filled(row, act="save", minutes="ninety", aggregate="700", **{"units.3.criteria.2.theory_percent": "many"})
    page = browser.post(f"/schemes/{row.id}/edit", data=form)
    assert page.status_code == 422
    for typed in (
        'value="ninety"',
        'value="700"',
        'value="many"',
        "a percentage is from 0 to 100",
        'href="#units.3.criteria.2-errors"',
    ):
        assert typed in page.text


def test_a_fault_that_has_no_field_is_told_with_the_name_of_its_part(signed_in) -> None:
    browser = signed_in("council")
    row = draft_of(browser)
    for name, value in stored(scheme_of(row).model_copy(update={"pack_version": "9"})).items():
        setattr(row, name, value)
    db.session.commit()
    page = browser.get(f"/schemes/{row.id}/edit").text
    assert '<span class="code">pack_version</span> is 9, the pack is at 1.0' in page


def test_a_form_made_up_by_somebody_is_refused_in_words(signed_in) -> None:
    browser = signed_in("council")
    row = draft_of(browser)
    for odd in (
        {"practical_scorer": "anybody"},
        {"act": "set:99:0"},
        {"act": "set:0:999,x"},
        {"units.0.marks": "9" * 5000},
    ):
        assert browser.post(f"/schemes/{row.id}/edit", data=filled(row) | odd).status_code in {200, 422}
    assert browser.post(f"/schemes/{row.id}/edit", data={}).status_code == 422
    assert browser.post(f"/schemes/{row.id}/publish", data={}).status_code == 422


def test_a_stale_editor_is_told_and_keeps_what_was_typed(signed_in) -> None:
    browser = signed_in("council")
    row = draft_of(browser)
    stale = filled(row, act="save", minutes="45")
    assert browser.post(f"/schemes/{row.id}/edit", data=filled(row, act="save", minutes="50")).status_code == 302
    page = browser.post(f"/schemes/{row.id}/edit", data=stale)
    assert page.status_code == 409
    assert "Somebody else changed this scheme" in page.text
    assert 'value="45"' in page.text


def test_publishing_asks_for_the_code_once_and_happens_once(signed_in) -> None:
    browser = signed_in("council")
    row = draft_of(browser)
    form = {"status": "official", "typed": "", "seen": row.sha256}
    page = browser.post(f"/schemes/{row.id}/publish", data=form)
    assert page.status_code == 422
    assert "type the pack’s code: ASC/Q1106" in page.text
    answers = [
        browser.post(f"/schemes/{row.id}/publish", data=form | {"typed": "ASC/Q1106"}).status_code for _ in range(2)
    ]
    assert answers == [302, 302]
    assert browser.get(f"/schemes/{row.id}/edit").status_code == 409
    assert "Official marks" in browser.get("/packs").text
    assert "sample figures" not in browser.get(f"/schemes/{row.id}").text


@pytest.fixture
def address(app) -> Iterator[str]:
    """The site served to a real browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


FILL = """(values) => {
  for (const [name, value] of Object.entries(values)) document.querySelector(`[name="${name}"]`).value = value;
  document.querySelector("[data-scheme]").dispatchEvent(new Event("input"));
  const read = (part) => [...part.querySelectorAll("[data-out]")].map((output) => output.value);
  const lines = [...document.querySelectorAll("[data-line]")].map(read);
  return { lines, all: read(document.querySelector(".figures-bar")) };
}"""


@pytest.mark.browser
def test_the_browser_works_out_the_same_marks_as_the_server(app, signed_in, address: str, chromium: Browser) -> None:
    row = draft_of(signed_in("council"))
    base, number = plain_document(scheme_of(row)), row.id
    db.session.rollback()  # a session that has read keeps other writers out
    dice = random.Random(1106)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("[name=login]", "council")
    page.fill("[name=password]", world.PASSWORD)
    page.click("main button")
    page.goto(f"{address}/schemes/{number}/edit")
    for _ in range(8):
        values = _thrown(base, dice)
        told = page.evaluate(FILL, values)
        assert told == _worked_out(base, values)
    context.close()


def _thrown(base: dict, dice: random.Random) -> dict[str, str]:
    values = {}
    for place, unit in enumerate(base["units"]):
        values[f"units.{place}.marks"] = str(dice.choice([0, 1, 7, 60, 99, 100, 1000]))
        for index in range(len(unit["criteria"])):
            here = f"units.{place}.criteria.{index}"
            values[f"{here}.importance"] = str(dice.randint(1 if index == 0 else 0, 5))
            values[f"{here}.theory_percent"] = str(dice.choice([0, 1, 33, 50, 67, 99, 100]))
    return values


def _worked_out(base: dict, values: dict[str, str]) -> dict[str, list]:
    document = {
        **base,
        "units": [{**unit, "criteria": [dict(line) for line in unit["criteria"]]} for unit in base["units"]],
    }
    for path, value in values.items():
        place = document
        *parents, last = path.split(".")
        for name in parents:
            place = place[int(name) if name.isdecimal() else name]
        place[last] = value
    scheme = AssessmentScheme.model_validate(document)
    cells = scheme.cells()
    refs = [f"{unit.unit}#{line.criterion}" for unit in scheme.units for line in unit.criteria]

    def both(ref: str) -> tuple[int, int]:
        return cells.get(Cell(ref, Component.THEORY), 0), cells.get(Cell(ref, Component.PRACTICAL), 0)

    lines = [[str(theory), str(practical), str(theory + practical)] for theory, practical in map(both, refs)]
    theory, practical = (sum(both(ref)[side] for ref in refs) for side in (0, 1))
    return {"lines": lines, "all": [str(theory + practical), str(theory), str(practical)]}


def test_a_scheme_shows_every_rule_in_words_and_every_mark_where_it_stands(signed_in) -> None:
    row = publish_every_rule()
    page = signed_in("council").get(f"/schemes/{row.id}").text
    for words in (
        "To pass at level 4: at least 70 % of the percentages of groups of units, each counted by its weight.",
        "And at least 50 % in every unit that has no other line.",
        "And at least 60 % in unit ASC/N1105.",
        "And at least 40 % of the viva marks of every unit that has any.",
        "And at least 200/3 % of the theory marks of unit ASC/N1106.",
        "And at least 50 % of the marks of ASC/N0003#PC1, which is critical.",
        "The total percentage is rounded once to multiples of 1, a half upwards; nothing else is rounded.",
        "A wrong answer takes off 1/4 of its item",
        "Grade A from 85 % upwards.",
        "“Core” counts 70 of 100: ASC/N1105, ASC/N1106, with their marks added.",
        "The pack’s own rule, without “Council protocol 2021”",
        "Units with less than 60 % are assessed again; those with at least as much keep their marks.",
        "The unit as a whole",
        "As a whole: ",
    ):
        assert words in unescape(page)
    assert '<th scope="col" class="num">Project</th><th scope="col" class="num">Viva</th>' in page
    pack = signed_in("council").get(f"/packs/{row.pack_version_id}").text
    assert "To pass at level 4" in pack


def test_a_draft_of_such_a_scheme_keeps_its_rules_when_it_is_saved_from_the_form(signed_in) -> None:
    published = scheme_of(publish_every_rule())
    council = signed_in("council")
    draft = draft_of(council)
    assert council.get(f"/schemes/{draft.id}/edit").status_code == 200
    assert council.post(f"/schemes/{draft.id}/edit", data=filled(draft, act="save", minutes="75")).status_code == 302
    db.session.expire_all()
    saved = scheme_of(draft)
    assert saved.theory == published.theory.model_copy(update={"minutes": 75})
    assert (saved.pass_rule, saved.override) == (published.pass_rule, published.override)
    assert (saved.reassessment, saved.cells()) == (published.reassessment, published.cells())
    changes = council.get(f"/schemes/{draft.id}/publish").text
    assert "Minutes for the theory exam" in changes
    assert "Rounding" not in changes


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        (
            "electives: [{title: Trades, choose: {min: 0, max: 1}, units: [OTH/N9002]}]",
            "Electives: Trades, choose 0 to 1",
        ),
        ("electives: [{title: Trades, choose: {min: 1, max: 1}, units: [OTH/N9002]}]", "Electives: Trades, choose 1"),
        ("options: [OTH/N9002]", "option"),
    ],
)
def test_a_draft_and_its_pack_say_which_units_are_chosen_and_of_how_many(signed_in, listed: str, told: str) -> None:
    council = signed_in("council2")
    files = pack_files()
    files["pack.yaml"] = files["pack.yaml"].replace(", OTH/N9002]", f"]\n  {listed}")
    draft = upload(council, files).location
    read = re.compile(r'(?:Guide|Welcome)\s*<span class="d-block[^>]*>([^<]*)</span>').findall
    assert read(council.get(draft).text) == [told]
    assert read(council.get(council.post(draft).location).text) == [told]
