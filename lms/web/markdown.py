"""Markdown of lessons to safe HTML: no HTML of the author's own, no inline styles, tables that scroll, drawings."""

import re
from collections.abc import Mapping, MutableMapping, Sequence
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
    "a", "blockquote", "br", "code", "div", "em", "figure", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "figure": {"data-drawing"},
    "ol": {"start"},
    "table": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
}
BOX_TAGS = {"input", "label", "span"}
BOX_ATTRIBUTES = {"li": {"class"}}
BOX_VALUES = {"input": {"type": {"checkbox"}}}
SCHEMES = {"http", "https", "mailto"}
# A page's own headings come above those of a lesson's text.
HIGHEST_HEADING = 3
_PLACE = re.compile(r'<figure data-drawing="(\d+)"></figure>')
_Env = MutableMapping[str, Any]


class _Renderer(RendererHTML):
    """Tables in a region that scrolls, named by their head; alignment as a class, since styles may not be inline.

    `env` holds `drawings` by address, and collects what is shown as `shown`; with `boxes`, each line of a list can be
    ticked.
    """

    def table_open(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """Open the region, then the table."""
        name = escape(", ".join(_head(tokens[index:])))
        return f'<div class="table-scroll" tabindex="0" role="region" aria-label="{name}"><table class="table">\n'

    def table_close(self, *_: Any) -> str:
        """Close both."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """A head cell; an empty one heads nothing."""
        if not tokens[index + 1].content:
            return "<td>"
        return f'<th scope="col"{_aligned(tokens[index])}>'

    def th_close(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """The end of either."""
        return "</th>" if tokens[index - 1].content else "</td>"

    def td_open(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """A cell."""
        return f"<td{_aligned(tokens[index])}>"

    def heading_open(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """A heading below the page's own."""
        return f"<{_heading(tokens[index])}>"

    def heading_close(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        """The end of a heading."""
        return f"</{_heading(tokens[index])}>\n"

    def list_item_open(self, tokens: Sequence[Token], index: int, _options: Any, env: _Env) -> str:
        """A line of a list."""
        return '<li class="tick">' if _ticks(tokens, index + 1, env) else "<li>"

    def paragraph_open(self, tokens: Sequence[Token], index: int, _options: Any, env: _Env) -> str:
        """A paragraph; a drawing alone has no tags of its own, and the words of a line to tick are its label."""
        if _ticks(tokens, index, env):
            return '<label><input type="checkbox"><span>'
        return "" if tokens[index].hidden or _is_drawing(tokens[index + 1], env) else "<p>"

    def paragraph_close(self, tokens: Sequence[Token], index: int, _options: Any, env: _Env) -> str:
        """Its end: a paragraph is three tokens."""
        if _ticks(tokens, index - 2, env):
            return "</span></label>"
        return "" if tokens[index].hidden or _is_drawing(tokens[index - 1], env) else "</p>\n"

    def image(self, tokens: Sequence[Token], index: int, _options: Any, env: _Env) -> str:
        """The place of a drawing of the lesson; of any other image only the words."""
        alternative = tokens[index].content
        drawing = env["drawings"].get(str(tokens[index].attrs.get("src", "")))
        if drawing is None:
            return escape(alternative)
        env["shown"].append((drawing, alternative))
        return f'<figure data-drawing="{len(env["shown"]) - 1}"></figure>'


_PARSER = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable(["table", "strikethrough"])


def render(markdown: str, drawings: Mapping[str, str] | None = None, *, boxes: bool = False) -> Markup:
    """The HTML of a Markdown text with its drawings; with `boxes`, its lists are lists to tick."""
    used = tuple((address, drawing) for address, drawing in (drawings or {}).items() if address in markdown)
    return _rendered(markdown, used, boxes)


@lru_cache(maxsize=1024)
def _rendered(markdown: str, drawings: tuple[tuple[str, str], ...], boxes: bool) -> Markup:
    """Rendered once, then kept by the text's hash. Drawings are put in after cleaning: they were written from a list
    of what may stand in a page when the lesson was read (`curriculum.drawings`)."""
    env: _Env = {"drawings": dict(drawings), "shown": [], "boxes": boxes}
    html = nh3.clean(
        _PARSER.render(markdown, env),
        tags=TAGS | BOX_TAGS if boxes else TAGS,
        attributes=ATTRIBUTES | BOX_ATTRIBUTES if boxes else ATTRIBUTES,
        tag_attribute_values=BOX_VALUES if boxes else None,
        url_schemes=SCHEMES,
    )
    return Markup(_PLACE.sub(lambda place: _figure(*env["shown"][int(place[1])]), html))  # noqa: S704 -- cleaned above


def _figure(drawing: str, alternative: str) -> str:
    """A drawing as one picture with its words: what is written in it is not read out besides."""
    named = drawing.replace("<svg", f'<svg role="img" aria-label="{escape(alternative)}"', 1)
    return f'<figure class="drawing">{named}</figure>'


def _is_drawing(inline: Token, env: _Env) -> bool:
    """Whether a paragraph is a drawing and nothing else."""
    children = inline.children or []
    return len(children) == 1 and children[0].type == "image" and children[0].attrs.get("src") in env["drawings"]


def _ticks(tokens: Sequence[Token], index: int, env: _Env) -> bool:
    """Whether the paragraph that opens here is the first of a line to tick."""
    follows = tokens[index - 1].type == "list_item_open" and tokens[index].type == "paragraph_open"
    return bool(env["boxes"]) and follows and not _is_drawing(tokens[index + 1], env)


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
