"""Markdown of lessons to safe HTML: no HTML of the author's own, no inline styles, tables that scroll."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {
    "a", "blockquote", "br", "code", "div", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "ol": {"start"},
    "table": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
}
SCHEMES = {"http", "https", "mailto"}
# A page's own headings come above those of a lesson's text.
HIGHEST_HEADING = 3


class _Renderer(RendererHTML):
    """Tables in a region that scrolls, named by their head; alignment as a class, since styles may not be inline."""

    def table_open(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """Open the region, then the table."""
        name = escape(", ".join(_head(tokens[index:])))
        return f'<div class="table-scroll" tabindex="0" role="region" aria-label="{name}"><table class="table">\n'

    def table_close(self, *_: Any) -> str:
        """Close both."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """A head cell."""
        return f'<th scope="col"{_aligned(tokens[index])}>'

    def td_open(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """A cell."""
        return f"<td{_aligned(tokens[index])}>"

    def heading_open(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """A heading below the page's own."""
        return f"<{_heading(tokens[index])}>"

    def heading_close(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """The end of a heading."""
        return f"</{_heading(tokens[index])}>\n"


_PARSER = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable(["table", "strikethrough"])


@lru_cache(maxsize=1024)
def render(markdown: str) -> Markup:
    """The HTML of a Markdown text; rendered once, then kept by the text's hash."""
    html = nh3.clean(_PARSER.render(markdown), tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)
    return Markup(html)  # noqa: S704 -- cleaned just above


def _head(tokens: Sequence[Token]) -> list[str]:
    head = []
    for token, after in pairwise(tokens):
        if token.type == "thead_close":
            break
        if token.type == "th_open":
            head.append("".join(child.content for child in after.children or ()))
    return head


def _aligned(token: Token) -> str:
    return ' class="num"' if "right" in str(token.attrs.get("style", "")) else ""


def _heading(token: Token) -> str:
    return f"h{max(int(token.tag[1]), HIGHEST_HEADING)}"
