"""A walk over pages with every message marked: at its end what was seen is held against what each language declares."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from typing import Any

import pytest
from flask import Flask, template_rendered
from jinja2 import meta

from lms.catalogues import declared_complete
from lms.cli.words import read_catalogue, said_by_sources, untranslated
from lms.extensions import db
from tests.lms.shown_words import MarkedCatalogue, content_of_the_site, is_translated, shown

LANGUAGES = sorted(declared_complete())
# Pages are drawn with marks in this one: no word of it, not even a month, has a Latin letter.
DRAWN_IN = "hi"
Look = Callable[..., Any]


class Walk:
    """Opens pages with every message marked, and finds what they show that no catalogue gave."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.pages: list[tuple[str, str]] = []
        self.opened: set[str] = set()
        self.templates: set[str] = set()

    def see(self, answer: Any, status: int = 200) -> Any:
        """Look at an answer."""
        address = f"{answer.request.method} {answer.request.path}"
        assert answer.status_code == status, address
        assert f'<html lang="{DRAWN_IN}"' in answer.text, address
        self.pages.append((address, answer.text))
        endpoint = self.app.url_map.bind("").match(answer.request.path, method=answer.request.method)[0]
        self.opened.add(endpoint)
        return answer

    def faults(self) -> dict[str, list[str]]:
        """By address what is shown and neither translated nor content."""
        content = content_of_the_site()
        texts = {text for _, page in self.pages for text in shown(page)}
        strange = {text for text in texts if not is_translated(text, content)}
        found = {where: [text for text in shown(page) if text in strange] for where, page in self.pages}
        return {where: texts for where, texts in found.items() if texts}


@pytest.fixture
def walk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """A walk; at its end everything it saw is held against what each language declares."""
    marked = MarkedCatalogue()
    monkeypatch.setattr("lms.catalogues.catalogue", lambda _language: marked)
    walk = Walk(app)

    def remember(_app: Flask, template: Any, **_facts: Any) -> None:
        walk.templates.add(template.name)

    with template_rendered.connected_to(remember, app):
        yield walk
    db.session.remove()
    assert walk.faults() == {}
    said = {text: files for text, files in said_by_sources().items() if text in marked.asked}
    assert marked.asked == set(said), "asked for words that no source says"
    complete_in = [language for language in LANGUAGES if walk.opened <= declared_complete()[language]["pages"]]
    assert DRAWN_IN in complete_in
    for language in complete_in:
        assert untranslated(read_catalogue(language), said) == []
        assert {name for name in _with_parts(app, walk.templates) if not _is_declared(language, name)} == set()


def _with_parts(app: Flask, names: set[str]) -> set[str]:
    """Templates and all that they extend, include and import."""
    found, open_ = set(), set(names)
    while open_:
        name = open_.pop()
        found.add(name)
        source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, name)
        open_ |= {part for part in meta.find_referenced_templates(app.jinja_env.parse(source)) if part} - found
    return found


def _is_declared(language: str, template: str) -> bool:
    return any(fnmatch(f"lms/templates/{template}", glob) for glob in declared_complete()[language]["sources"])


def browser_of(signed_in: Look, login: str) -> Any:
    """A person's browser, the language chosen."""
    browser = signed_in(login)
    browser.post("/account/preferences", data={"language": DRAWN_IN})
    return browser
