"""What is wrong with text that is not YAML, in an author's words."""

import re

import yaml

from curriculum.problems import Place, Problem, error

# What YAML cannot hold; of these the mark U+FEFF is the one that editors put there.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# The parser's phrases, by a part of them. It finds a fault where it stumbles, which may be a line late.
_WORDS = (
    ("tab character", "a tab stands here; indent with spaces"),
    ("mapping values are not allowed", "a second `: ` stands here; put text that holds `: ` in quotes"),
    ("block sequence entries are not allowed", "`- ` begins an entry of a list only at the start of a line"),
    ("unexpected end of stream", "a quote was opened and not closed"),
    ("',' or ']'", "a list in square brackets needs `,` between its entries and `]` at its end"),
    ("',' or '}'", "a group in curly brackets needs `,` between its entries and `}` at its end"),
    ("'-' indicator", "this line is neither an entry (`- `) of the list above nor indented like a part of one"),
    ("find expected ':'", "a name needs a colon and a value, such as `title: …`"),
    ("expected key", "this is no `name: value` at the indentation of the lines above; a value may need quotes"),
    ("<document start>", "this line is indented less than the first; names of one group begin in one column"),
    ("another document", "`---` begins a second document; a file holds one"),
    ("alias", "`*` stands for an alias, which is not read; put text that begins with `*` in quotes"),
    ("second occurrence", "anchors (`&name`) are not read; leave them out"),
    ("unknown escape character", "in double quotes a backslash is written twice; or use single quotes"),
    ("node content", "a value is missing here, or begins with a sign that needs quotes"),
    ("tag", "text that begins with `!` needs quotes"),
    ("directive", "text that begins with `%` needs quotes"),
    ("comment or line break", "after `|` or `>` the text begins on the next line"),
)


def find_forbidden(text: str, file: str) -> Problem | None:
    """The first sign that no YAML may hold, as a problem; None when there is none."""
    found = find_invisible(text)
    if found is None:
        return None
    name = f"U+{ord(text[found]):04X}"
    return _problem(f"an invisible sign ({name}) stands here; delete it", place_of(text, found, file))


def find_invisible(text: str) -> int | None:
    """Where the first sign stands that no content may hold; None when there is none."""
    found = _FORBIDDEN.search(text)
    return found.start() if found else None


def syntax_problem(fault: yaml.YAMLError, text: str, file: str) -> Problem:
    """What the parser stumbled over, where, and what would be right."""
    mark = getattr(fault, "problem_mark", None)
    place = Place(file=file, line=mark.line + 1, column=mark.column + 1) if mark else Place(file=file, line=1, column=1)
    reason = str(getattr(fault, "problem", None) or str(fault).splitlines()[0])
    if "cannot start any token" in reason:
        return _problem(_about_sign(_sign_at(text, place)), place)
    words = next((words for part, words in _WORDS if part in reason), reason)
    opened = getattr(fault, "context_mark", None)
    if opened and mark and opened.line != mark.line and ("not closed" in words or "brackets" in words):
        words += f" (it begins in line {opened.line + 1})"
    return _problem(words, place)


def place_of(text: str, offset: int, file: str) -> Place:
    """Line and column of an offset in a text."""
    before = text[:offset]
    return Place(file=file, line=before.count("\n") + 1, column=offset - before.rfind("\n"))


def _problem(words: str, place: Place) -> Problem:
    return error("", f"cannot be read as YAML: {words}", place=place)


def _about_sign(sign: str) -> str:
    if sign == "\t":
        return "a tab stands here; indent with spaces"
    return f"text that begins with `{sign}` needs quotes" if sign else "text that begins with a sign needs quotes"


def _sign_at(text: str, place: Place) -> str:
    lines = text.split("\n")
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    return line[place.column - 1 : place.column]
