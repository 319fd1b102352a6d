"""Catalogues of translations: read from the .po files as they stand, so that nothing is compiled, stored or stale."""

import io
import tomllib
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Babel, Domain, get_locale

TRANSLATIONS = Path(__file__).parent / "translations"
# Which pages are declared complete in which language, and from which files their words come.
COMPLETE = TRANSLATIONS / "complete.toml"
SOURCE_LANGUAGE = "en"


class Catalogues(Domain):
    """The words of a request's language."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language that the request is answered in."""
        locale = get_locale()
        return catalogue(str(locale)) if locale else NullTranslations()


class HouseBabel(Babel):
    """Flask-Babel over these catalogues."""

    domain_instance = Catalogues()


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue is kept."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


@cache
def languages() -> tuple[str, ...]:
    """English, in which the sources are written, and every language with a catalogue."""
    return SOURCE_LANGUAGE, *sorted(path.parents[1].name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations into a language; what is not translated, or only by a guess marked fuzzy, stays English."""
    path = catalogue_path(language)
    if not path.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


@cache
def declared_complete() -> dict[str, dict[str, frozenset[str]]]:
    """For each language the endpoints (`pages`) that are complete, and globs of the files (`sources`) they draw on."""
    groups = tomllib.loads(COMPLETE.read_text()).values()
    return {
        language: {
            part: frozenset(name for group in groups if language in group["languages"] for name in group[part])
            for part in ("pages", "sources")
        }
        for language in languages()[1:]
    }


def is_complete(endpoint: str, language: str) -> bool:
    """Whether every word of a page is there in this language."""
    return language == SOURCE_LANGUAGE or endpoint in declared_complete()[language]["pages"]
