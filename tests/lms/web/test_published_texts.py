"""A published text on the web: read, corrected in place, made a draft, published; another person's is absent."""

import io
import re
from html import escape, unescape
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event

from curriculum.published.errors import NotAPack
from curriculum.published.files import published_text
from curriculum.published.lines import plain_lines
from curriculum.published.reading import read_published
from lms.extensions import db
from lms.printing import missing_libraries, print_pdf
from lms.services import published_texts
from lms.services.published_texts import PublishedText, SourceLine
from lms.tables.content import ContentState, PackVersionRow, SchemeVersionRow
from lms.web.curriculum.source_lines import sections_of
from tests.curriculum.published.test_mutations import mutated
from tests.raw_pdf import letters_as, raw_pdf, shown
from tests.soak.forms import SEED

TEXTS = Path(__file__).parents[2] / "content" / "published"
WEB_TEXT = TEXTS / "asc-q1106.txt"
PRINTED = TEXTS / "exa-q0104.txt"
FACTS = {"code": "EXB/Q0106", "version": "2.0", "title": "Customer Relationship Executive", "nsqf_level": "4"}


def send(browser, content: bytes, name: str):
    data = {"files": [(io.BytesIO(content), name)]}
    return browser.post("/packs/new", data=data, content_type="multipart/form-data")


@pytest.fixture
def council(signed_in):
    return signed_in("council")


@pytest.fixture
def address(council) -> str:
    answer = send(council, WEB_TEXT.read_bytes(), "customer relations.txt")
    assert answer.status_code == 302, answer.text
    return answer.location


def line_of(page: str, words: str) -> str:
    """The row of the first line that was printed with these words."""
    return next(row for row in re.split(r'<li id="l', page) if words in row)


def test_each_line_stands_beside_what_it_became(council, address) -> None:
    page = council.get(address).text
    assert "KU1" in line_of(page, "KU1. the organisations policies")
    assert "goes on from above" not in line_of(page, "PC1. keep immediate work area")
    assert "Left out:" in line_of(page, "To be competent")
    assert "PC4.." in line_of(page, "PC4.. work in ways")
    assert "Something is missing" in page
    assert "See what publishing changes" not in page


def test_facts_that_the_text_lacks_make_it_a_draft_that_is_published(council, address) -> None:
    assert council.post(f"{address}/facts", data=FACTS).status_code == 302
    page = council.get(address).text
    assert "See what publishing changes" in page
    draft = council.post(address)
    assert draft.status_code == 302
    assert "EXB/Q0106" in council.get(draft.location).text
    assert council.post(draft.location).status_code == 302
    row = db.session.query(PackVersionRow).filter_by(code="EXB/Q0106").one()
    assert row.version == "2.0"
    after = council.get(address).text
    assert "Open the pack" in after
    assert "Correct" not in after


def test_of_a_line_that_is_left_out_in_part_the_words_are_told(council) -> None:
    text = WEB_TEXT.read_text(encoding="utf-8").replace(
        "Customer Relationship Executive:\n", "Customer Relationship Executive click here\n", 1
    )
    page = council.get(send(council, text.encode(), "pack.txt").location).text
    row = line_of(page, "Customer Relationship Executive click here")
    assert "Left out: <q>click here</q> stands before the pack" in row
    assert "Left out: is a heading" in line_of(page, "Brief Job Description")


def test_a_line_is_corrected_in_place_and_given_back(council, address) -> None:
    page = council.get(address).text
    number = int(re.search(r'^(\d+)"', line_of(page, "PC5. obtain guidance"))[1])
    opened = council.get(f"{address}?line={number}").text
    assert "Read instead" in line_of(opened, "PC5. obtain guidance")
    answer = council.post(f"{address}/lines/{number}", data={"text": "PC5. ask the right people\nPC5a"})
    assert answer.status_code == 302
    row = line_of(council.get(address).text, "PC5. obtain guidance")
    assert "<del>" in row
    assert "ask the right people" in row
    council.post(
        f"{address}/lines/{number}", data={"text": "PC5. obtain guidance from appropriate people, where necessary"}
    )
    assert "<del>" not in line_of(council.get(address).text, "PC5. obtain guidance")


def test_a_correction_that_leaves_no_pack_is_refused_and_not_kept(council, address) -> None:
    digest = address.rpartition("/")[2]
    text = WEB_TEXT.read_text()
    lines = enumerate(text.split("\n"), start=1)
    many = [
        number for number, line in lines if "Performance Criteria" in line or "competent" in line or line[:2] == "PC"
    ]
    last = None
    for number in many:
        last = council.post(f"{address}/lines/{number}", data={"text": ""})
        if last.status_code != 302:
            break
    assert last is not None
    assert last.status_code == 422
    assert "holds no unit" in last.text
    assert council.get(f"/packs/texts/{digest}").status_code == 200


def test_a_heading_of_electives_that_a_person_puts_before_a_unit_is_named_and_its_rule_told(council, address) -> None:
    council.post(f"{address}/facts", data=FACTS)
    title = "Work effectively in a team"
    printed = rf'<li id="l(\d+)"[^>]*>\s*<span[^>]*>\d+</span>\s*<div class="source-printed">\s*{title}'
    number = re.search(printed, council.get(address).text)[1]
    council.post(f"{address}/lines/{number}", data={"text": f"Elective 1: Extras\n{title}:"})
    page = council.get(address).text
    assert "it is read as 1 or more" in page
    assert '<strong class="source-label">Electives</strong> <span>Extras</span>' in page


def test_a_refused_correction_keeps_what_was_typed_and_another_tabs_words_are_told(council, address) -> None:
    number = int(re.search(r'^(\d+)"', line_of(council.get(address).text, "PC5. obtain guidance"))[1])
    place = f"{address}/lines/{number}"
    long = "PC5. " + "ask " * 1100
    answer = council.post(place, data={"text": long})
    assert answer.status_code == 422
    assert long.strip() in answer.text
    printed = re.search(r'name="seen" value="([^"]*)"', council.get(f"{address}?line={number}").text)[1]
    first = {"seen": unescape(printed), "text": "PC5. ask the right people"}
    for again in (first, first):  # a double click
        assert council.post(place, data=again).status_code == 302
    late = council.post(place, data=first | {"text": "PC5. ask nobody"})
    assert late.status_code == 422
    assert "ask the right people”" in late.text
    assert ">\nPC5. ask nobody</textarea>" in late.text
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', late.text)[1])
    assert council.post(place, data={"seen": seen, "text": "PC5. ask nobody"}).status_code == 302


@pytest.mark.parametrize("line", ["\fPC5. obtain {}", "  PC5. obtain {}", "PC5. obtain {}  ", "\f PC5. obtain {} "])
def test_lines_that_begin_a_page_or_have_blanks_around_them_are_corrected_too(council, line) -> None:
    text = WEB_TEXT.read_text(encoding="utf-8")
    rest = "guidance from appropriate people, where necessary"
    assert f"\nPC5. obtain {rest}\n" in text
    text = text.replace(f"\nPC5. obtain {rest}\n", f"\n{line.format(rest)}\n")
    address = send(council, text.encode(), "pack.txt").location
    number = int(re.search(r'^(\d+)"', line_of(council.get(address).text, "PC5. obtain guidance"))[1])
    opened = council.get(f"{address}?line={number}").text
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', opened)[1])
    assert council.post(f"{address}/lines/{number}", data={"seen": seen, "text": seen}).status_code == 302
    assert "<del>" not in line_of(council.get(address).text, "PC5. obtain guidance")
    typed = {"seen": seen, "text": "PC5. ask the right people"}
    assert council.post(f"{address}/lines/{number}", data=typed).status_code == 302
    assert "ask the right people" in line_of(council.get(address).text, "PC5. obtain guidance")


def test_a_page_goes_on_beginning_with_a_line_that_is_corrected() -> None:
    assert SourceLine(number=9, printed="\fPC5. obtain", corrected="PC5. ask").text == "\fPC5. ask"
    assert SourceLine(number=9, printed="\fPC5. obtain", corrected="").text == "\f"
    assert SourceLine(number=9, printed=" PC5. obtain", corrected="PC5. ask").text == "PC5. ask"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x00\x01\x02binary" * 50, "neither a PDF nor text"),
        (b"A letter about nothing at all.\n" * 20, "holds no unit"),
        (b"%PDF-1.4 broken", "PDF"),
    ],
)
def test_what_is_no_pack_is_refused_beside_the_field(council, content, words) -> None:
    answer = send(council, content, "letter.txt")
    assert answer.status_code == 422
    assert words in answer.text


def test_anothers_text_is_absent_and_other_roles_are_refused(council, address, signed_in) -> None:
    other = signed_in("council2")
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/facts", data=FACTS).status_code == 404
    assert other.post(f"{address}/lines/1", data={"text": "x"}).status_code == 404
    assert signed_in("trainer").get(address).status_code == 403


def test_what_a_pack_needs_and_its_text_lacks_is_asked_for_by_its_name_and_can_be_given(council) -> None:
    text = WEB_TEXT.read_text(encoding="utf-8")
    start, end = text.index("Personal Attributes"), text.index("Plan and organise work")
    address = send(council, (text[:start] + text[end:]).encode(), "pack.txt").location
    council.post(f"{address}/facts", data=FACTS)
    page = council.get(address).text
    assert "Something is missing" in page
    assert "Personal attributes: the text prints none" in page
    assert "personal_attributes:" not in page
    council.post(f"{address}/facts", data={**FACTS, "personal_attributes": "Patience, and an ear for customers."})
    draft = council.post(address).location
    pack = council.post(draft).location
    assert "an ear for customers" in council.get(pack).text


def test_every_fact_that_cannot_be_is_told_beside_its_own_field(council, address) -> None:
    wrong = {"version": "two", "nsqf_level": "four", "code": "EXB-Q0106", "units": "EXB/N1 x y EXB/N4 EXB/N5"}
    answer = council.post(f"{address}/facts", data={**FACTS, **wrong})
    assert answer.status_code == 422
    told = {name: answer.text.partition(f'id="{name}-errors"')[2].partition("</p>")[0] for name in wrong}
    assert all(
        words in told[name] for name, words in (("version", "“two”"), ("nsqf_level", "“four”"), ("code", "“EXB-Q0106”"))
    )
    assert "“x”" in told["units"]
    assert "“y”" in told["units"]


def test_a_fact_with_a_sign_that_no_file_can_hold_is_refused_above_the_fields(council, address) -> None:
    answer = council.post(f"{address}/facts", data={**FACTS, "title": "Guide\x80s"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "it is said beside its field" not in answer.text


def test_each_fault_that_stops_a_text_stands_for_itself_with_its_unit(council, address) -> None:
    publish(council, address)
    changed = WEB_TEXT.read_bytes().replace(b"PC2. treat confidential", b"PC2. guard confidential")
    changed = changed.replace(b"PC1. maintain clear", b"PC1. keep clear")
    other = send(council, changed, "changed.txt").location
    units = " ".join(f"EXB/Q0106-U{number}@2.0" for number in range(1, 6))
    council.post(f"{other}/facts", data={**FACTS, "version": "3.0", "units": units})
    answer = council.post(other)
    assert answer.status_code == 422
    told = re.findall(
        r"problem-error.*?is published at version 2.0 with other content.*?<p class=\"problem-place\">([^<]*)<",
        answer.text,
    )
    assert told == ["exb-q0106-u1.yaml", "exb-q0106-u2.yaml"]
    assert "; version:" not in answer.text


def test_facts_that_cannot_be_are_told_and_what_was_typed_stays(council, address) -> None:
    answer = council.post(f"{address}/facts", data={**FACTS, "version": "two"})
    assert answer.status_code == 422
    assert 'value="two"' in answer.text
    told = answer.text.partition('id="version-errors"')[2].partition("</p>")[0]
    assert "“two”" in told


def test_printed_marks_become_a_draft_scheme_once(council) -> None:
    address = send(council, PRINTED.read_bytes(), "pack.txt").location
    page = council.get(address).text
    assert "Weight" in page
    draft = council.post(address)
    assert draft.status_code == 302, draft.text
    council.post(draft.location)
    first, second = council.post(f"{address}/marks"), council.post(f"{address}/marks")
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    rows = db.session.query(SchemeVersionRow).filter_by(state=ContentState.DRAFT).all()
    assert len(rows) == 1


def test_a_row_of_marks_that_fits_no_criterion_is_told_before_the_marks_are_taken(council) -> None:
    text = PRINTED.read_text(encoding="utf-8")
    odd = text.replace("PC3. Test each joint with dry paper 2 4 - 1", "PC3. sing the anthem in tune 2 4 - 1")
    assert odd != text
    page = council.get(send(council, odd.encode(), "odd.txt").location).text
    assert "in the table, and “Test each joint" in page
    whole = council.get(send(council, text.encode(), "whole.txt").location).text
    assert "in the table, and “" not in whole


def test_a_content_file_is_no_text() -> None:
    files = [("pack.YAML", b"code: EX/Q0001"), ("pack.pdf", b"%PDF-"), ("units.zip", b"PK")]
    assert published_texts.texts_among(files) == [("pack.pdf", b"%PDF-")]


@pytest.mark.parametrize("other", ["another pack.txt", "asc-n0001.yaml"])
def test_a_text_is_sent_alone_and_is_not_read_as_yaml_beside_others(council, other: str) -> None:
    data = {"files": [(io.BytesIO(WEB_TEXT.read_bytes()), name) for name in ("pack.txt", other)]}
    answer = council.post("/packs/new", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    told = answer.text.partition('id="files-errors"')[2].partition("</p>")[0]
    assert "pack.txt is no YAML file" in told
    assert "cannot be read as YAML" not in answer.text


@pytest.mark.skipif(bool(missing_libraries()), reason="the libraries that print are not installed")
def test_a_printed_pdf_is_read_as_its_text_is(council, tmp_path) -> None:
    lines = "".join(f"<p>{escape(line)}</p>" for line in WEB_TEXT.read_text().splitlines())
    content = print_pdf(f"<!doctype html><html lang='en'><title>Pack</title><body>{lines}</body></html>", tmp_path)
    address = send(council, content, "customer relations.pdf").location
    page = council.get(address).text
    assert page.count('<strong class="source-label">PC') == 57
    assert page.count('<strong class="source-label">KU') == 68
    assert page.count('<strong class="source-label">GS') == 75
    assert council.post(f"{address}/facts", data=FACTS).status_code == 302
    draft = council.post(address)
    assert "57" in council.get(draft.location).text


def publish(council, address: str) -> None:
    council.post(f"{address}/facts", data=FACTS)
    assert council.post(council.post(address).location).status_code == 302


def test_a_text_with_other_words_is_not_called_published_under_a_version_that_is(council, address) -> None:
    publish(council, address)
    changed = WEB_TEXT.read_bytes().replace(b"PC2. treat confidential", b"PC2. guard confidential")
    other = send(council, changed, "changed.txt").location
    council.post(f"{other}/facts", data=FACTS)
    page = council.get(other).text
    assert "Version 2.0 of EXB/Q0106 is published and says something else" in page
    assert "Version taken" in page
    assert "See what publishing changes" not in page
    assert "Read instead" in council.get(f"{other}?line=3").text
    council.post(f"{other}/facts", data={**FACTS, "version": "2.1"})
    assert "See what publishing changes" in council.get(other).text
    same = send(council, WEB_TEXT.read_bytes() + b"\n", "again.txt").location
    council.post(f"{same}/facts", data=FACTS)
    assert "Open the pack" in council.get(same).text
    assert "says something else" not in council.get(same).text


def test_a_text_with_a_guideline_less_is_not_called_published_either(council) -> None:
    guidelines = b"\nGuidelines for Assessment\n1. Be fair to all of them.\n2. Write down what was seen.\n"
    publish(council, send(council, WEB_TEXT.read_bytes() + guidelines, "whole.txt").location)
    less = guidelines.replace(b"2. Write down what was seen.\n", b"")
    other = send(council, WEB_TEXT.read_bytes() + less, "less.txt").location
    council.post(f"{other}/facts", data=FACTS)
    assert "says something else" in council.get(other).text


@pytest.mark.parametrize("facts", [{"code": "EXB-Q0106"}, {"units": "EXB/N1 two EXB/N3 EXB/N4 EXB/N5"}])
def test_what_is_no_code_is_refused_where_it_is_typed(council, address, facts: dict[str, str]) -> None:
    answer = council.post(f"{address}/facts", data={**FACTS, **facts})
    assert answer.status_code == 422
    assert answer.text.count("is no code; write one such as ASC/Q1106") == 1


def test_a_line_that_a_person_left_out_says_so_and_is_taken_back_by_one_button(council, address) -> None:
    number = int(re.search(r'^(\d+)"', line_of(council.get(address).text, "PC5. obtain guidance"))[1])
    council.post(f"{address}/lines/{number}", data={"text": ""})
    page = council.get(f"{address}?line={number}").text
    assert "a person said that it is no part of the pack" in line_of(page, "PC5. obtain guidance")
    assert "Read it as printed" in page
    council.post(f"{address}/lines/{number}", data={"text": "", "take_back": "1"})
    assert "<del>" not in line_of(council.get(address).text, "PC5. obtain guidance")


def test_the_draft_of_a_text_leads_back_to_it(council, address) -> None:
    council.post(f"{address}/facts", data=FACTS)
    draft = council.get(council.post(address).location).text
    assert f'href="{address}"' in draft
    assert "runs words together" in draft
    assert ".yaml:" not in draft


def test_what_the_page_of_a_text_counts_and_what_its_draft_counts_have_names_of_their_own(council, address) -> None:
    council.post(f"{address}/facts", data=FACTS)
    draft = council.get(council.post(address).location).text
    counted = r'%s[^<]*(?:</span>)? <span class="quiet num">(\d+)</span>'
    [read] = re.findall(counted % "To look at in how it was read", council.get(address).text)
    [checked] = re.findall(counted % "Oddities of codes and words", draft)
    assert (int(read), int(checked)) == (33, 45)
    assert "is counted apart, on the page of the text" in draft


def test_oddities_of_the_same_words_stand_together(council, address) -> None:
    page = council.get(address).text
    oddities = page.partition("To look at")[2].partition("The text and what it became")[0]
    assert oddities.count('class="problem ') == 3
    assert "32 more like it" in oddities
    assert "the code is printed PC20.. and kept so" in oddities


def test_each_line_of_any_text_stands_in_one_section() -> None:
    chance = Random(SEED)
    for _ in range(60):
        try:
            text = plain_lines(published_text(mutated(chance)))
            read = read_published(text)
        except NotAPack:
            continue
        lines = tuple(SourceLine(number=number, printed=line) for number, line in enumerate(text.split("\n"), start=1))
        origin = tuple(line.number for line in lines)
        facts = {"sha256": "", "file_name": "", "meta": {}, "published": None, "other": None}
        page = PublishedText(lines=lines, read=read, origin=origin, **facts)
        shown_lines = [line.number for section in sections_of(page) for line in section.lines]
        assert sorted(shown_lines) == [line.number for line in lines if line.printed.strip()]


def test_what_somebody_else_published_meanwhile_is_not_called_this_very_content(council, signed_in) -> None:
    addresses = []
    for words in ("", "\nFirst of all: "):
        text = WEB_TEXT.read_text(encoding="utf-8").replace("keep immediate work area", f"{words}keep the work area")
        addresses.append(send(council, text.encode(), "customer relations.txt").location)
        assert council.post(f"{addresses[-1]}/facts", data=FACTS).status_code == 302
    first, second = (council.post(address).location for address in addresses)
    assert council.post(second).status_code == 302
    page = council.get(first).text
    assert "This very content is published already" not in page
    assert "is published with other content" in page
    again = council.post(addresses[1]).location
    assert "This very content is published already" in council.get(again).text


def test_a_pdf_with_signs_of_other_planes_is_kept_and_shown(council) -> None:
    pages = WEB_TEXT.read_text(encoding="utf-8").encode("cp1252", "ignore").decode("cp1252").split("\n")
    content = raw_pdf(
        [shown(pages[first : first + 60]) for first in range(0, len(pages), 60)],
        to_unicode=letters_as({"z": "\U0001f6b0", "q": "\ud800"}),
    )
    answer = send(council, content, "pack.pdf")
    assert answer.status_code == 302, answer.text
    assert "\U0001f6b0" in council.get(answer.location).text


def test_a_level_in_other_figures_does_not_stop_the_printed_marks(council) -> None:
    text = PRINTED.read_text(encoding="utf-8").replace("NSQF Level\n4.5", "NSQF Level\n४")
    address = send(council, text.encode(), "pack.txt").location
    draft = council.post(address)
    council.post(draft.location)
    assert council.post(f"{address}/marks").status_code == 302


def begun(app, send_it) -> list[str]:
    """How transactions begin while something is sent."""
    found: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        found.extend([statement] if statement.startswith("BEGIN") else [])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert send_it().status_code < 400
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return found


def test_nobody_who_writes_waits_while_a_text_is_read(app, council, address) -> None:
    number = next(place for place, line in enumerate(WEB_TEXT.read_text().split("\n"), 1) if line.startswith("PC2"))
    for act in (
        lambda: send(council, PRINTED.read_bytes(), "pack.txt"),
        lambda: council.post(f"{address}/facts", data=FACTS),
        lambda: council.post(f"{address}/lines/{number}", data={"text": "PC2. look"}),
        lambda: council.post(address),
    ):
        assert set(begun(app, act)) == {"BEGIN DEFERRED"}
