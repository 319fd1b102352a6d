"""Layouts of whole pages that no line can be read of: two columns of text side by side, letters set one by one."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from curriculum.published.lines import Line
from curriculum.words import Message

COLUMNS = Message(
    "seems to be set in two columns, which are read as one line each; save the text of one column below the other"
)
_LETTERS = Message(
    "has its letters set one by one, so that words cannot be told; save it as text, or have it recognised (OCR)"
)
_EMPTY = Message(
    "pages without text: %(pages)s; where a picture stands there, such as a scanned table, what it says is missing here"
)
_MOST_PAGES = 20
_LEAST_LINES = 10  # fewer side by side are a table
_LEAST_WORDS = 4  # in each of two columns; a cell of a table has fewer
_LEAST_LETTERS = 200


def why_unreadable(lines: Sequence[Line]) -> Message | None:
    """Why no unit was found in a text, where its layout is the reason."""
    words = [word for line in lines for word in line.text.split() if word.isalpha()]
    alone = sum(len(word) == 1 for word in words)
    if len(words) > _LEAST_LETTERS and alone * 4 > len(words):
        return _LETTERS
    return COLUMNS if next(columned_pages(lines), None) is not None else None


def empty_pages(lines: Sequence[Line]) -> Iterator[tuple[int, Message]]:
    """Where the first page without text is, and the numbers of them all: a scanned table leaves no other trace."""
    pages = {number: [*page] for number, page in groupby(lines, key=lambda line: line.page) if number is not None}
    # A form feed at the very end of a text ends its last page and begins none.
    own = [number for number in pages if number < len(pages) or len(pages[number]) > 1]
    empty = [number for number in own if not any(line.text for line in pages[number])]
    if empty:
        facts = {"pages": ", ".join(map(str, empty[:_MOST_PAGES])) + (" …" if len(empty) > _MOST_PAGES else "")}
        yield pages[empty[0]][0].number, Message(_EMPTY.template, facts)


def columned_pages(lines: Sequence[Line]) -> Iterator[int]:
    """The first line of each page on which most lines are two columns of running text."""
    for _, page in groupby(lines, key=lambda line: line.page):
        own = [line for line in page if line.text]
        beside = [line for line in own if _is_beside(line)]
        if len(beside) >= _LEAST_LINES and 2 * len(beside) > len(own):
            yield own[0].number


def _is_beside(line: Line) -> bool:
    return len(line.cells) == 2 and all(len(cell.split()) >= _LEAST_WORDS for cell in line.cells)
