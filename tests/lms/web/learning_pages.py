"""What tests of the learning pages take: the practice of one unit, its items and keys, and how a form is answered."""

import html
import re

import pytest
from sqlalchemy import select

from lms.extensions import db
from lms.records.content import face_of
from lms.records.keys import key_of
from lms.tables.content import ItemVersionRow, LessonVersionRow
from lms.tables.keys import ItemKeyRow
from question_bank.keys import ItemKey
from question_bank.model import ItemFace, ItemUse

UNIT = "asc-n0003"
PRACTICE = f"/practice/{UNIT}"


@pytest.fixture
def lesson(app) -> int:
    """The id of a lesson of the trainees' pack."""
    query = select(LessonVersionRow.id).filter_by(unit_code="ASC/N0003")
    return once(lambda: db.session.scalars(query).first())


def once(read):
    """Read something and let go of the database, so that the pages can write."""
    found = read()
    db.session.remove()
    return found


def bank(use: ItemUse) -> list[tuple[int, ItemFace, ItemKey]]:
    """Items of a use with their keys."""
    joined = select(ItemVersionRow, ItemKeyRow).join(ItemKeyRow, ItemKeyRow.item_version_id == ItemVersionRow.id)
    query = joined.where(ItemVersionRow.use == use)
    return once(lambda: [(row.id, face_of(row), key_of(key)) for row, key in db.session.execute(query)])


def count(table: type) -> int:
    return once(lambda: db.session.query(table).count())


def shown(text: str) -> str:
    return " ".join(html.unescape(text).split())


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the practice form."""
    return dict(re.findall(r'name="(item|try_number)"[^>]* value="(\d+)"', page))


def answer(browser, choice: str = "A", **changed: str):
    fields = form_of(browser.get(PRACTICE).text) | {"choice": choice} | changed
    return browser.post(PRACTICE, data=fields)
