"""The questions of a paper as HTML, drawn once for each paper and language; only tokens and choices are put in anew."""

import re
from collections.abc import Mapping
from functools import lru_cache

from flask import render_template
from markupsafe import Markup, escape

from lms.records.delivery import shown_items

# Signs of nobody's language: no text of an item holds them.
_MARK = re.compile("\ue000([a-z]+|\\d+:\\d+)\ue001")
_CHECKED = " checked"
NAMES = {"en": "English", "hi": "हिन्दी", "pl": "Polski"}


class Marks:
    """Places in the drawn questions that are filled each time the page is opened."""

    token = "\ue000token\ue001"  # noqa: S105 -- a place for one
    url = "\ue000url\ue001"

    @staticmethod
    def chosen(number: int, place: int) -> str:
        """Where it says that this option of this question is chosen."""
        return f"\ue000{number}:{place}\ue001"


def draw_items(face: str, language: str, *, url: str, token: str, chosen: Mapping[int, int | None]) -> Markup:
    """The questions of a stored face, with the places that are `chosen` by number, sent to `url` with `token`."""
    parts = list(_drawn(face, language))
    given = {"url": str(escape(url)), "token": str(escape(token))}
    given |= {f"{number}:{place}": _CHECKED for number, place in chosen.items() if place}
    parts[1::2] = [given.get(mark, "") for mark in parts[1::2]]
    return Markup("".join(parts))  # noqa: S704 -- drawn by the template, which escapes


@lru_cache(maxsize=300)
def _drawn(face: str, language: str) -> tuple[str, ...]:
    """Text and marks by turns, the page's language first; a hall of candidates is drawn once in each process."""
    items = [item.beginning_with(language) for item in shown_items(face)]
    html = render_template("exam/items.html", items=items, marks=Marks, language_names=NAMES)
    return tuple(_MARK.split(html))
