"""Drafts of published texts under attack: many tabs at once, many texts, and what nobody may lose meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lms.extensions import db
from lms.services import drafts, published_texts
from lms.services.errors import Absent
from tests.conftest import BOTH
from tests.published import TEXTS

TEXT = (TEXTS / "exa-q0104.txt").read_text(encoding="utf-8")
WEB_TEXT = (TEXTS / "asc-q1106.txt").read_text(encoding="utf-8")


def uploaded(council, number: int = 0) -> str:
    return published_texts.upload(council, "pack.txt", f"{TEXT}\n{number}\n".encode())


@BOTH
def test_no_correction_of_many_tabs_at_once_is_lost(app, actor) -> None:
    council = actor("council")
    digest = uploaded(council)
    numbers = [number for number, line in enumerate(TEXT.split("\n"), start=1) if line.startswith("PC")][:12]

    db.session.remove()  # who holds a transaction keeps the others waiting

    def correct(number: int) -> None:
        with app.app_context():
            published_texts.correct_line(council, digest, number, f"PC1. what stands in line {number}")

    with ThreadPoolExecutor(len(numbers)) as pool:
        list(pool.map(correct, numbers))
    lines = {line.number: line.corrected for line in published_texts.show(council, digest).lines}
    assert {number: lines[number] for number in numbers} == {
        number: f"PC1. what stands in line {number}" for number in numbers
    }
    folder = Path(app.instance_path) / published_texts.DRAFTS / str(council.person_id)
    assert [path.name for path in folder.glob("*.part")] == []


def test_a_draft_that_was_worked_on_makes_no_room_for_new_ones(app, actor) -> None:
    council = actor("council")
    first, second = uploaded(council, 1), uploaded(council, 2)
    published_texts.correct_line(council, first, 1, "Another first line")
    for number in range(3, 3 + drafts.MAX_DRAFTS):
        uploaded(council, number)
    assert published_texts.show(council, first).lines[0].corrected == "Another first line"
    with pytest.raises(Absent):
        published_texts.show(council, second)


def test_the_same_bytes_again_keep_what_was_corrected(app, actor) -> None:
    council = actor("council")
    digest = uploaded(council)
    published_texts.correct_line(council, digest, 1, "Another first line")
    assert uploaded(council) == digest
    assert published_texts.show(council, digest).lines[0].corrected == "Another first line"


def test_made_codes_follow_the_packs_code_and_printed_facts_their_lines(app, actor) -> None:
    council = actor("council")
    digest = published_texts.upload(council, "pack.txt", WEB_TEXT.encode())
    first = published_texts.give_facts(council, digest, {"code": "EXB/Q0160", "version": "1.0"})
    shown = published_texts.facts_of(first.meta, first.read)
    assert shown["units"].startswith("EXB/Q0160-U1 ")

    again = published_texts.give_facts(council, digest, {**shown, "code": "EXB/Q0106"})
    assert [unit["code"] for unit in again.read.units][:2] == ["EXB/Q0106-U1", "EXB/Q0106-U2"]
    assert {unit["code_status"] for unit in again.read.units} == {"local"}
    assert set(again.meta) == {"code", "version"}

    number = next(line.number for line in again.lines if line.printed.startswith("Customer Relationship Executive"))
    corrected = published_texts.correct_line(council, digest, number, "Customer Relations Executive:")
    assert corrected.read.pack["title"] == "Customer Relations Executive"
