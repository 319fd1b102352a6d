"""Which language a page is in: the person's choice, else the browser's, among those translated."""

from pathlib import Path

from flask import request, session
from flask_login import current_user

TRANSLATIONS = Path(__file__).parents[1] / "translations"


def languages() -> list[str]:
    """English and every language with a compiled catalogue."""
    return ["en", *sorted(path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo"))]


def choose_language() -> str:
    """The language of this request."""
    known = languages()
    wished = current_user.person.language if current_user.is_authenticated else session.get("language")
    return wished if wished in known else (request.accept_languages.best_match(known) or "en")
