"""Which language a page is in: what was chosen; else what the browser wishes, where the page is complete in it."""

from flask import request, session
from flask_login import current_user

from lms.catalogues import SOURCE_LANGUAGE, is_complete, languages

# A page of refusal has no endpoint of its own when nothing answers to the address.
REFUSAL = "errors.refused"


def choose_language(page: str = "") -> str:
    """The language of this request; of what a page posts, that of the page, by its endpoint."""
    known = languages()
    chosen = current_user.person.language if current_user.is_authenticated else session.get("language")
    if chosen in known:
        return str(chosen)
    wished = request.accept_languages.best_match(known) or SOURCE_LANGUAGE
    return wished if is_complete(page or request.endpoint or REFUSAL, wished) else SOURCE_LANGUAGE
