"""A published text on the web: read, corrected in place, made a draft, published; another person's is absent."""

import io
import re
from html import escape
from pathlib import Path

import pytest

from lms.extensions import db
from lms.printing import missing_libraries, print_pdf
from lms.services import published_texts
from lms.tables.content import ContentState, PackVersionRow, SchemeVersionRow

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


def test_facts_that_cannot_be_are_told_and_what_was_typed_stays(council, address) -> None:
    answer = council.post(f"{address}/facts", data={**FACTS, "version": "two"})
    assert answer.status_code == 422
    assert "version" in answer.text
    assert 'value="two"' in answer.text


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


def test_a_single_content_file_is_no_text() -> None:
    assert not published_texts.is_text([("pack.YAML", b"code: EX/Q0001")])
    assert published_texts.is_text([("pack.pdf", b"%PDF-")])


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
