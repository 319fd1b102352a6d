"""In which languages questions and lessons can be read, in words."""

from collections.abc import Iterable
from typing import Protocol

from flask_babel import gettext as _

from lms.web.filters import language_name


class Written(Protocol):
    """What can be read in some languages: an item, a line of a paper, or a lesson."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Their codes, the first one first."""


def languages_in_words(items: Iterable[Written]) -> str:
    """The languages that all of these are in, and those that only some of them are also in."""
    found = [item.languages for item in items]
    spoken = list(dict.fromkeys(code for codes in found for code in codes))
    everywhere = [code for code in spoken if all(code in codes for codes in found)]
    some = [code for code in spoken if code not in everywhere]
    if not some:
        return _names(everywhere)
    return _("%(all)s; some also in %(some)s", all=_names(everywhere), some=_names(some))


def _names(codes: list[str]) -> str:
    return ", ".join(language_name(code) for code in codes)
