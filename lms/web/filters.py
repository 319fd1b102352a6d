"""Jinja filters and what every template may use: words, times, marks, the person's navigation."""

import re
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import get_decimal_symbol
from flask import Flask, current_app, request
from flask_babel import get_locale
from flask_login import current_user
from markupsafe import Markup

from assessments.marks import truncated
from assessments.words import Message
from lms.catalogues import languages
from lms.services.demo_visitors import Visitor, list_visitors
from lms.services.history import words_of
from lms.web.counted_words import COUNTED
from lms.web.navigation import current, navigation
from lms.web.owner_words import speak_of, told, told_number
from lms.web.words import WORDS

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Facts that are figures with decimals; the mark before them is the language's own.
_DAYS = frozenset({"date", "day", "starts", "ends"})
_FIGURES = frozenset(
    {"attendance", "available", "awarded", "exact", "figure", "kept", "more", "most", "needed", "percent", "rounded"}
    | {"short", "step"}
)


def register(app: Flask) -> None:
    """Give templates their filters."""
    app.jinja_env.filters.update(say=say, when=when, day=day, clock=clock, marks=marks, history_words=history_words)
    app.jinja_env.filters.update(figure=figure, language_name=language_name)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(icon=icon, speak_of=speak_of, **WORDS)
    app.jinja_env.install_gettext_callables(told, told_number, newstyle=True)  # type: ignore[attr-defined]
    app.context_processor(_page_facts)


def say(message: Message | str) -> str:
    """A message in the reader's language; text that came from a person stays as it is."""
    if isinstance(message, str):
        return message
    facts = {name: _fact(name, value) for name, value in message.facts.items()}
    how = COUNTED.get(message.template)
    words = told_number(how.one, message.template, how.number(message)) if how else told(message.template)
    return words % facts if facts else words


def language_name(code: str) -> str:
    """A language in the page's words, `Hindi` for `hi`; what is no code stays as it is."""
    try:
        return Locale.parse(code).get_language_name(str(get_locale() or "en")) or code
    except (ValueError, UnknownLocaleError):
        return code


def when(moment: datetime | None, seconds: bool = False) -> str:
    """`3 Mar 2026, 14:05` in the site's zone."""
    return f"{day(moment)}, {clock(moment, seconds)}" if moment else ""


def day(moment: datetime | date | None) -> str:
    """`3 Mar 2026` in the site's zone; other languages write the month in full, having no short forms that all know."""
    if moment is None:
        return ""
    local = _local(moment) if isinstance(moment, datetime) else moment
    language = get_locale() or "en"
    return format_date(local, "d MMM y" if str(language) == "en" else "d MMMM y", locale=language)


def clock(moment: datetime | None, seconds: bool = False) -> str:
    """`14:05` in the site's zone."""
    return _local(moment).strftime("%H:%M:%S" if seconds else "%H:%M") if moment else ""


def marks(value: Fraction | int) -> str:
    """Marks as shown: exact when whole, else truncated, never rounded up."""
    return figure(truncated(Fraction(value)))


def figure(text: str) -> str:
    """A figure such as `66.66` with the decimal mark of the reader's language."""
    return text.replace(".", get_decimal_symbol(get_locale() or "en"))


def history_words(row: Any) -> str:
    """What a history row says was done."""
    return say(words_of(row))


@cache
def icon(name: str) -> Markup:
    """A small picture from the sprite; always beside a word."""
    href = f"/static/icons.svg#{name}"
    return Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>').format(href)


def _fact(name: str, value: str | date | Message) -> str:
    """A fact as shown: words and days in the reader's language, figures with its decimal mark, other text as it is."""
    if isinstance(value, str):
        if name in _FIGURES:
            return figure(value)
        # Days that were kept as text.
        return day(date.fromisoformat(value)) if name in _DAYS and _ISO_DAY.fullmatch(value) else value
    return day(value) if isinstance(value, date) else say(value)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(current_app.config["SETTINGS"].time_zone))


def _page_facts() -> dict[str, Any]:
    signed_in = current_user.is_authenticated
    entries = navigation(current_user.actor) if signed_in else ()
    return {
        "language": str(get_locale() or "en"),
        "languages": languages(),
        "navigation": entries,
        "current_entry": current(entries, request.path),
        "here": request.path,
        "theme": current_user.person.theme if signed_in else "auto",
        "visitors": _visitors(),
    }


def _visitors() -> list[Visitor]:
    """Whom one can sign in as on a demo. A real person is on none, so that their pages need not ask the database."""
    is_real = current_user.is_authenticated and not current_user.person.is_simulated
    return [] if is_real else list_visitors()
