"""Drawings of lessons: a small, safe part of SVG, whose colours follow the page that it stands on."""

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from curriculum.problems import Place, Problem, did_you_mean, error, quoted
from curriculum.words import Message

WIDTH = 340  # as wide as a phone, so that letters keep their size there
MAX_HEIGHT = 480
MIN_FONT_SIZE = 12
MAX_BYTES = 30_000
FILLS = (
    "ink", "quiet", "line", "accent", "soft", "panel", "amber", "amber-soft", "red", "red-soft", "green", "green-soft",
    "none",
)  # fmt: skip
STROKES = ("ink", "quiet", "line", "accent", "amber", "red", "green")
CLASSES = (*(f"fill-{name}" for name in FILLS), *(f"stroke-{name}" for name in STROKES))

_Fits = Callable[[str], bool]
_NAMESPACE = "http://www.w3.org/2000/svg"
_LETTERED = ("text", "tspan")
_ELEMENTS = ("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", *_LETTERED)
_NUMBER = r"[-+]?(\d+\.?\d*|\.\d+)"

# What the parser says of files that somebody wrote by hand, so that it is said in the reader's language.
_PARSER_WORDS = {
    words.template: words
    for words in (
        Message("syntax error"),
        Message("no element found"),
        Message("not well-formed (invalid token)"),
        Message("unclosed token"),
        Message("mismatched tag"),
        Message("duplicate attribute"),
        Message("junk after document element"),
        Message("undefined entity"),
        Message("XML or text declaration not at start of entity"),
        Message("unknown encoding"),
        Message("encoding specified in XML declaration is incorrect"),
        Message("XML declaration not well-formed"),
        Message("unclosed CDATA section"),
        Message("reference to invalid character number"),
        Message("partial character"),
    )
}


def _like(pattern: str) -> _Fits:
    whole = re.compile(pattern, re.ASCII)  # browsers draw by no other digits
    return lambda value: whole.fullmatch(value) is not None


def _is_view_box(value: str) -> bool:
    found = re.fullmatch(rf"0 0 {WIDTH} (\d{{2,3}})", value, re.ASCII)
    return found is not None and int(found[1]) <= MAX_HEIGHT


def _is_font_size(value: str) -> bool:
    found = re.fullmatch(r"\+?(\d{1,4})(\.\d*)?", value, re.ASCII)
    return found is not None and int(found[1]) >= MIN_FONT_SIZE


def _are_classes(value: str) -> bool:
    return all(name in CLASSES for name in value.split())


_IS_NUMBER = _like(_NUMBER)
# What may stand in each attribute, and the words that say so.
_ATTRIBUTES: Mapping[str, tuple[_Fits, str | Message]] = {
    **dict.fromkeys(
        ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "dx", "dy", "stroke-width"),
        (_IS_NUMBER, Message("a number")),
    ),
    "d": (_like(r"[MmLlHhVvCcSsQqTtAaZz\d\s,.+-]+"), Message("a path of letters and numbers")),
    "points": (_like(r"[\d\s,.+-]+"), Message("pairs of numbers")),
    "transform": (
        _like(rf"((translate|rotate|scale)\(\s*{_NUMBER}([\s,]+{_NUMBER})*\s*\)\s*)+"),
        Message("translate(…), rotate(…) or scale(…)"),
    ),
    "text-anchor": (_like("start|middle|end"), Message("start, middle or end")),
    "font-size": (_is_font_size, Message("a number, at least %(least)s", {"least": str(MIN_FONT_SIZE)})),
    "font-weight": (_like("400|600"), Message("400 or 600")),
    "stroke-dasharray": (_like(r"[\d\s,.]+"), Message("numbers")),
    "stroke-linecap": (_like("butt|round|square"), Message("butt, round or square")),
    "stroke-linejoin": (_like("miter|round|bevel"), Message("miter, round or bevel")),
    "class": (_are_classes, Message("some of %(classes)s", {"classes": ", ".join(CLASSES)})),
    "viewBox": (
        _is_view_box,
        Message(
            "`0 0 %(width)s H` with a height H of at most %(height)s", {"width": str(WIDTH), "height": str(MAX_HEIGHT)}
        ),
    ),
    "xmlns": (lambda value: value == _NAMESPACE, _NAMESPACE),
}


def read_drawing(content: bytes, file: str) -> tuple[str | None, list[Problem]]:
    """A drawing as it may stand in a page, or None with every fault in it.

    What is returned is written anew from the elements and attributes that are allowed, without space between
    elements: nothing else of the file comes through.
    """
    if len(content) > MAX_BYTES:
        words = Message(
            "has %(bytes)s bytes; a drawing has at most %(limit)s",
            {"bytes": str(len(content)), "limit": str(MAX_BYTES)},
        )
        return None, [error("", words, place=Place(file=file, line=1, column=1))]
    reader = _Reader(file)
    reader.read(content)
    return (None, reader.problems) if reader.problems else ("".join(reader.written), [])


class _Reader:
    """Follows the parser through a file and writes down what is allowed."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.written: list[str] = []
        self._open: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, content: bytes) -> None:
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as fault:
            self._broken(expat.ErrorString(fault.code), self._place(fault.lineno, fault.offset + 1))
        except (LookupError, ValueError):
            # What Python says where the parser asks it for an encoding that it has not, or not for single bytes.
            self._broken("unknown encoding", self._place(1, 1))

    def _broken(self, said: str, place: Place) -> None:
        words = Message("is no well-formed SVG: %(reason)s", {"reason": _PARSER_WORDS.get(said, said)})
        self.problems.append(error("", words, place=place))

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self._open and name != "svg":
            self._fault(Message("begins with <%(element)s>; a drawing begins with <svg>", {"element": name}))
        elif name not in _ELEMENTS or (self._open and name == "svg"):
            facts: dict[str, str | Message] = {"element": name, "meant": did_you_mean(name, _ELEMENTS)}
            self._fault(Message("<%(element)s> is not drawn%(meant)s", facts))
        if not self._open and "viewBox" not in attributes:
            self._fault(Message("has no viewBox; write %(wanted)s", {"wanted": _ATTRIBUTES["viewBox"][1]}))
        for key, value in attributes.items():
            self._check(name, key, value)
        listed = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        self.written.append(f"<{name}{listed}>")
        self._open.append(name)

    def _end(self, name: str) -> None:
        self._open.pop()
        self.written.append(f"</{name}>")

    def _text(self, text: str) -> None:
        if self._open[-1] in _LETTERED:
            self.written.append(escape(text))
        elif text.strip():
            self._fault(Message("the words %(words)s stand outside <text>", {"words": quoted(text.strip())}))

    def _doctype(self, *_: object) -> None:
        self._fault(Message("has a DOCTYPE; leave it away"))

    def _check(self, element: str, key: str, value: str) -> None:
        on_root = key in {"viewBox", "xmlns"}
        facts: dict[str, str | Message] = {"attribute": key, "element": element}
        if key not in _ATTRIBUTES or on_root != (element == "svg"):
            meant = did_you_mean(key, list(_ATTRIBUTES))
            self._fault(Message("%(attribute)s of <%(element)s> is not drawn%(meant)s", {**facts, "meant": meant}))
            return
        fits, wanted = _ATTRIBUTES[key]
        if not fits(value):
            facts |= {"value": quoted(value), "wanted": wanted}
            self._fault(Message("%(attribute)s of <%(element)s> is %(value)s; write %(wanted)s", facts))

    def _fault(self, message: Message) -> None:
        place = self._place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        self.problems.append(error("", message, place=place))

    def _place(self, line: int, column: int) -> Place:
        return Place(file=self.file, line=line, column=column)
