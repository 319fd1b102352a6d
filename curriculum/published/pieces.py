"""Pieces of lines, and what was found in them: every value keeps the pieces that it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from curriculum.published.lines import Line, plain_figures, words_of

_BULLET = re.compile(r"^(?:[•●▪■◦‣∙·*o–—➢✓\uf0b7\uf0a7\uf0d8-]\s+|[•●▪■◦‣∙·➢✓\uf0b7\uf0a7\uf0d8-](?=\w))")
_NUMBER = re.compile(r"[NQ] ?\d{3,5}(?!\d)")  # of a code


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a line: its text, and where it begins in the line's own text. A blank line is a piece without text."""

    line: int
    text: str
    at: int = 0
    cells: tuple[str, ...] = ()

    def after(self, place: int) -> Piece:
        """What stands from a place on."""
        rest = self.text[place:]
        text = rest.lstrip()
        return Piece(line=self.line, text=text, at=self.at + place + len(rest) - len(text))

    def before(self, place: int) -> Piece:
        """What stands before a place."""
        return Piece(line=self.line, text=self.text[:place].rstrip(), at=self.at)

    def columns(self) -> list[Piece]:
        """Its cells as pieces, the first one without text when the line begins in a later column."""
        if not self.cells:
            return [self]
        pieces, at = [], self.at
        for cell in self.cells:
            pieces.append(Piece(line=self.line, text=cell, at=at))
            at += len(cell) + 1 if cell else 0
        return pieces


@dataclass(frozen=True, slots=True)
class Found:
    """A text of the pack with the pieces that it was joined from."""

    text: str
    pieces: tuple[Piece, ...]

    def lines(self) -> tuple[int, ...]:
        """The lines it stands in."""
        return tuple(dict.fromkeys(piece.line for piece in self.pieces))

    def shown(self) -> list[Piece]:
        """Its pieces with those words that are in the text: a code is written without the blanks it is printed with."""
        words = words_of(self.text)
        if len(self.pieces) != 1 or words == words_of(self.pieces[0].text):
            return list(self.pieces)
        kept = [word for word in words_of(self.pieces[0].text) if word in words]
        return [replace(self.pieces[0], text=" ".join(kept), cells=())]


Tree = Found | str | int | Mapping[str, "Tree"] | Sequence["Tree"]


def pieces_of(lines: Iterable[Line]) -> list[Piece]:
    """Each line as one piece."""
    return [Piece(line=line.number, text=line.text, cells=line.cells) for line in lines]


def found(pieces: Iterable[Piece], *, without: str = "") -> Found:
    """The pieces as one text; signs at the end are taken away."""
    used = [piece for piece in pieces if piece.text]
    text = ""
    for piece in used:
        text = joined(text, piece.text)
    return Found(text.rstrip(without).rstrip() if without else text, tuple(used))


def joined(text: str, following: str) -> str:
    """A line and the next as one text, without a blank where a word was parted at a hyphen, or a code at its stroke."""
    parted = text[-1:] in {"-", "‐", "‑"} and text[-2:-1].isalpha() and following[:1].islower()
    parted = parted or (text[-1:] == "/" and _NUMBER.match(following) is not None)
    return f"{text}{following}" if parted or not text else f"{text} {following}"


def figure(pieces: Iterable[Piece]) -> Found:
    """The pieces as one text that is a figure, such as a level or a version: in 0 to 9 whatever its script."""
    printed = found(pieces)
    return Found(plain_figures(printed.text), printed.pieces)


def unbulleted(piece: Piece) -> tuple[Piece, bool]:
    """The piece without a bullet in front, and whether there was one."""
    bullet = _BULLET.match(piece.text)
    return (piece.after(bullet.end()), True) if bullet else (piece, False)


def stripped(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without blank lines at either end."""
    first, last = 0, len(pieces)
    while first < last and not pieces[first].text:
        first += 1
    while last > first and not pieces[last - 1].text:
        last -= 1
    return list(pieces[first:last])


def blocks(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces, parted at blank lines."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.text:
            parts[-1].append(piece)
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]


def leaves(tree: Tree, path: str = "") -> Iterator[tuple[str, Found]]:
    """Every text that was found, with its path."""
    left: list[tuple[str, Tree]] = [(path, tree)]
    while left:
        path, tree = left.pop()
        if isinstance(tree, Found):
            yield path, tree
        elif not isinstance(tree, str | int):
            parts = tree.items() if isinstance(tree, Mapping) else enumerate(tree)
            left += reversed([(f"{path}.{name}" if path else str(name), part) for name, part in parts])


def plain(tree: Tree) -> object:
    """The tree with texts in place of what was found, as a file has it."""
    if isinstance(tree, Found):
        return tree.text
    if isinstance(tree, str | int):
        return tree
    if isinstance(tree, Mapping):
        return {name: plain(part) for name, part in tree.items()}
    return [plain(part) for part in tree]


def whole(piece: Piece) -> Piece:
    """The piece without its columns."""
    return replace(piece, cells=())
