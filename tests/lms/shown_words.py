"""What a page shows, and what of it did not come from a catalogue: every translated message is put between marks."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from babel.support import NullTranslations
from sqlalchemy import select

from lms.extensions import db
from lms.records.content import lesson_of
from lms.services.roster_columns import Field
from lms.tables.content import LessonVersionRow
from lms.web.markdown import render

OPEN, CLOSE = "⟦", "⟧"
_MARKED = re.compile(rf"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
# What has a figure in it is a code, a number or a file; an address is no word either.
_CODE = re.compile(r"https?://\S+|\S*\d\S*")
_WORD = re.compile(r"[A-Za-z]{2,}")
# The same in every language: the product, each language by its own name, kinds of files.
_NAMES = {"Yogyata", "English", "Polski", "CSV", "SHA", "XLSX"}
# Columns that people name things in, and tables whose single words are content too, such as a sector or a level.
_NAMING = {"code", "login", "name", "title"}
_CONTENT = {
    "framework_version",
    "item_version",
    "lesson_version",
    "pack_version",
    "role_version",
    "task_version",
    "unit_version",
}
_READ_ALOUD = re.compile(r"aria-label|placeholder|title|alt|data-word-[a-z-]+|data-confirm|data-name")
# Commands to type, in <pre> and <code>, are the same in every language.
_UNSEEN = {"script", "style", "pre", "code"}


class MarkedCatalogue(NullTranslations):
    """Puts every message between marks and remembers which were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str | tuple[str, str]] = set()

    def gettext(self, message: str) -> str:
        """The message between marks."""
        self.asked.add(message)
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The form for a number, between marks."""
        self.asked.add((one, many))
        return f"{OPEN}{one if number == 1 else many}{CLOSE}"

    ugettext, ungettext = gettext, ngettext


class _Shown(HTMLParser):
    """The texts of a page that people read or are read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in _UNSEEN else self._inside
        self.texts += [value for name, value in attrs if value and _READ_ALOUD.fullmatch(name)]

    def handle_endtag(self, tag: str) -> None:
        self._inside = None if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside is None:
            self.texts.append(data)


def shown(page: str) -> list[str]:
    """Every text of a page, blanks set right."""
    parser = _Shown()
    parser.feed(page)
    return [text for text in (" ".join(text.split()) for text in parser.texts) if text]


def is_translated(text: str, content: set[str]) -> bool:
    """Whether no word of a text stands outside the marks but content, names and codes."""
    while _MARKED.search(text):
        text = _MARKED.sub(" ", text)
    return not _words(text) or _is_content(text, content)


def content_of_the_site() -> set[str]:
    """What people and content say: names, titles, criteria, questions, lessons. It is shown as it was written."""
    texts = {text for table in db.metadata.sorted_tables if table.name != "history" for text in _texts_of(table)}
    for row in db.session.scalars(select(LessonVersionRow)):
        texts |= {
            text for _, body in lesson_of(row).parts() for text in shown(str(render(body, lesson_of(row).drawings)))
        }
    return {" ".join(text.split()) for text in texts} | {field.value for field in Field}


def _words(text: str) -> set[str]:
    return set(_WORD.findall(_CODE.sub(" ", text))) - _NAMES


def _is_content(rest: str, content: set[str]) -> bool:
    if rest.strip() in content:
        return True
    # Not pieces of a code: what is left of it would look like words.
    for text in sorted((text for text in content if text in rest and _WORD.search(text)), key=len, reverse=True):
        rest = rest.replace(text, " ")
    return not _words(rest)


def _texts_of(table: Any) -> Iterator[str]:
    """Names, content, and texts of several words; words such as a state or a role are told in words of the page."""
    for row in db.session.execute(select(table)).mappings():
        for column, value in row.items():
            for text in _leaves(value):
                if column in _NAMING or " " in text or (table.name in _CONTENT and text[:1].isupper()):
                    yield text


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str) and value[:1] in "{[":
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for key, part in value.items() if key != "template" for text in _leaves(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _leaves(part))
