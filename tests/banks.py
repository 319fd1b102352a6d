"""Banks whose keys are made to be found again, or made otherwise: what tests of key secrecy stand on."""

import re
from collections.abc import Callable

from sqlalchemy import select

from lms.extensions import db
from lms.records.content import stored
from lms.records.keys import key_of
from lms.tables.append_only import create_triggers, drop_triggers
from lms.tables.keys import ItemKeyRow
from question_bank.keys import ItemKey, KeyWords

Change = Callable[[int, ItemKey], ItemKey]
MARK = re.compile(rb"canary(\d{6})")
_HASH = re.compile(rb"\b[0-9a-f]{64}\b")


def rewrite_keys(change: Change) -> None:
    """Make every key of the bank what `change` makes of it: keys in a database stay, so their guard is put aside."""
    connection = db.session.connection()
    drop_triggers(connection)
    for row in db.session.scalars(select(ItemKeyRow)):
        columns = stored(change(row.item_version_id, key_of(row)))
        row.content, row.sha256 = columns["content"], columns["sha256"]
    db.session.flush()
    create_triggers(connection)
    db.session.commit()


def marked(item_version_id: int, key: ItemKey) -> ItemKey:
    """A key that holds, in all its words and languages, a sign that stands nowhere else."""
    sign = f"canary{item_version_id:06}"
    words = {"rationale": f"{sign} why", "feedback": {letter: f"{sign} not {letter}" for letter in key.feedback}}
    others = {language: KeyWords.model_validate(words) for language in key.translations or ("hi",)}
    return key.model_copy(update={**words, "translations": others})


def turned(_item_version_id: int, key: ItemKey) -> ItemKey:
    """The same words with another option right: the next one in the order of the letters."""
    letters = sorted({key.right, *key.feedback})
    right = letters[(letters.index(key.right) + 1) % len(letters)]
    feedback = {letter: "Not this one." for letter in letters if letter != right}
    return key.model_copy(update={"right": right, "feedback": feedback, "translations": None})


def signs_in(content: bytes) -> set[int]:
    """The item versions whose keys are in what somebody was sent."""
    return {int(number) for number in MARK.findall(content)}


def key_hashes_in(content: bytes) -> set[str]:
    """The hashes of keys in what somebody was sent: from one, a key could be guessed option by option."""
    known = set(db.session.scalars(select(ItemKeyRow.sha256)))
    return known & {found.decode() for found in _HASH.findall(content)}
