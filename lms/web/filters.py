"""Jinja filters and what every template may use: words, times, marks, the person's navigation."""

import re
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, request
from flask_babel import get_locale, gettext
from flask_login import current_user
from markupsafe import Markup

from assessments.marks import truncated
from assessments.words import Message
from lms.services.history import words_of
from lms.web.language import languages
from lms.web.navigation import navigation
from lms.web.words import WORDS

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def register(app: Flask) -> None:
    """Give templates their filters."""
    app.jinja_env.filters.update(say=say, when=when, day=day, clock=clock, marks=marks, history_words=history_words)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(icon=icon, **WORDS)
    app.context_processor(_page_facts)


def say(message: Message | str) -> str:
    """A message in the reader's language; text that came from a person stays as it is."""
    if isinstance(message, str):
        return message
    facts = {name: _fact(name, value) for name, value in message.facts.items()}
    return str(gettext(message.template)) % facts


def when(moment: datetime | None) -> str:
    """`3 Mar 2026, 14:05` in the site's zone."""
    return f"{day(moment)}, {clock(moment)}" if moment else ""


def day(moment: datetime | date | None) -> str:
    """`3 Mar 2026` in the site's zone."""
    if moment is None:
        return ""
    local = _local(moment) if isinstance(moment, datetime) else moment
    return f"{local.day} {gettext(_MONTHS[local.month - 1])} {local.year}"


def clock(moment: datetime | None, seconds: bool = False) -> str:
    """`14:05` in the site's zone."""
    return _local(moment).strftime("%H:%M:%S" if seconds else "%H:%M") if moment else ""


def marks(value: Fraction | int) -> str:
    """Marks as shown: exact when whole, else truncated, never rounded up."""
    return truncated(Fraction(value))


def history_words(row: Any) -> str:
    """What a history row says was done."""
    return say(words_of(row))


def icon(name: str) -> Markup:
    """A small picture from the sprite; always beside a word."""
    href = f"/static/icons.svg#{name}"
    return Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>').format(href)


def _fact(name: str, value: str) -> str:
    """A fact as shown: words whose name begins with `_` are translated, and `date` is written as days are."""
    if name.startswith("_"):
        return str(gettext(value))
    return day(date.fromisoformat(value)) if name == "date" and _ISO_DAY.fullmatch(value) else value


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(current_app.config["SETTINGS"].time_zone))


def _page_facts() -> dict[str, Any]:
    signed_in = current_user.is_authenticated
    return {
        "language": str(get_locale() or "en"),
        "languages": languages(),
        "navigation": navigation(current_user.actor) if signed_in else (),
        "here": request.path,
        "theme": current_user.person.theme if signed_in else "auto",
    }
