"""What is wrong with text that is not YAML, in an author's words."""

import re

import yaml

from curriculum.problems import Place, Problem, error
from curriculum.words import Message


def _begins_with(sign: str) -> Message:
    return Message("text that begins with `%(sign)s` needs quotes", {"sign": sign})


# What YAML cannot hold; of these the mark U+FEFF is the one that editors put there.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# The parser's phrases, by a part of them. It finds a fault where it stumbles, which may be a line late.
_WORDS = (
    ("tab character", Message("a tab stands here; indent with spaces")),
    ("mapping values are not allowed", Message("a second `: ` stands here; put text that holds `: ` in quotes")),
    ("block sequence entries are not allowed", Message("`- ` begins an entry of a list only at the start of a line")),
    ("unexpected end of stream", Message("a quote was opened and not closed")),
    ("',' or ']'", Message("a list in square brackets needs `,` between its entries and `]` at its end")),
    ("',' or '}'", Message("a group in curly brackets needs `,` between its entries and `}` at its end")),
    (
        "'-' indicator",
        Message("this line is neither an entry (`- `) of the list above nor indented like a part of one"),
    ),
    ("find expected ':'", Message("a name needs a colon and a value, such as `title: …`")),
    (
        "expected key",
        Message("this is no `name: value` at the indentation of the lines above; a value may need quotes"),
    ),
    ("<document start>", Message("this line is indented less than the first; names of one group begin in one column")),
    ("another document", Message("`---` begins a second document; a file holds one")),
    ("alias", Message("`*` stands for an alias, which is not read; put text that begins with `*` in quotes")),
    ("second occurrence", Message("anchors (`&name`) are not read; leave them out")),
    ("unknown escape character", Message("in double quotes a backslash is written twice; or use single quotes")),
    ("node content", Message("a value is missing here, or begins with a sign that needs quotes")),
    ("tag", _begins_with("!")),
    ("directive", _begins_with("%")),
    ("comment or line break", Message("after `|` or `>` the text begins on the next line")),
)


def find_forbidden(text: str, file: str) -> Problem | None:
    """The first sign that no YAML may hold, as a problem; None when there is none."""
    found = find_invisible(text)
    if found is None:
        return None
    return _problem(about_invisible(text[found]), place_of(text, found, file))


def find_invisible(text: str) -> int | None:
    """Where the first sign stands that no content may hold; None when there is none."""
    found = _FORBIDDEN.search(text)
    return found.start() if found else None


def about_invisible(sign: str) -> Message:
    """What is said of a sign that no content may hold."""
    return Message("an invisible sign (%(sign)s) stands here; delete it", {"sign": f"U+{ord(sign):04X}"})


def syntax_problem(fault: yaml.YAMLError, text: str, file: str) -> Problem:
    """What the parser stumbled over, where, and what would be right."""
    mark = getattr(fault, "problem_mark", None)
    place = Place(file=file, line=mark.line + 1, column=mark.column + 1) if mark else Place(file=file, line=1, column=1)
    reason = str(getattr(fault, "problem", None) or str(fault).splitlines()[0])
    if "cannot start any token" in reason:
        return _problem(_about_sign(_sign_at(text, place)), place)
    words = next((words for part, words in _WORDS if part in reason), reason)
    opened = getattr(fault, "context_mark", None)
    if opened and mark and opened.line != mark.line and any(part in str(words) for part in ("not closed", "brackets")):
        facts = {"fault": words, "line": str(opened.line + 1)}
        return error("", Message("cannot be read as YAML: %(fault)s (it begins in line %(line)s)", facts), place=place)
    return _problem(words, place)


def place_of(text: str, offset: int, file: str) -> Place:
    """Line and column of an offset in a text."""
    before = text[:offset]
    return Place(file=file, line=before.count("\n") + 1, column=offset - before.rfind("\n"))


def _problem(words: Message | str, place: Place) -> Problem:
    return error("", Message("cannot be read as YAML: %(fault)s", {"fault": words}), place=place)


def _about_sign(sign: str) -> Message:
    if sign == "\t":
        return Message("a tab stands here; indent with spaces")
    return _begins_with(sign) if sign else Message("text that begins with a sign needs quotes")


def _sign_at(text: str, place: Place) -> str:
    lines = text.split("\n")
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    return line[place.column - 1 : place.column]
