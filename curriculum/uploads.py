"""Files as they are handed over, loose or packed in a ZIP, never more than can be looked at; and packed in one."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from curriculum.problems import Place, Problem, error
from curriculum.words import Message, either

File = tuple[str, bytes]  # its name, with its folders where they are known, and its content
_ZIP = b"PK\x03\x04"
_LISTED = b"PK\x01\x02"  # before each entry of a ZIP's list
MOST_LISTED = 10_000  # wanted or not: the list is read whole
# What reading a ZIP raises that is damaged, locked or packed in a way that is not known here.
UNREADABLE_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, OSError, EOFError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is taken out of a ZIP (by the ends of names), and how much is read at once."""

    suffixes: Collection[str]
    files: int
    bytes: int

    @property
    def facts(self) -> dict[str, str]:
        """The limits, for people."""
        return {"files": str(self.files), "size": str(self.bytes // 1_000_000)}


def unpack(files: Sequence[File], allowance: Allowance, problems: list[Problem]) -> list[File]:
    """The files, those of a ZIP in its place; what cannot be read is added to `problems`."""
    out: list[File] = []
    for name, content in files:
        if content.startswith(_ZIP):
            out += _members(name, content, allowance, problems)
        else:
            out.append((name, content))
    if len(out) > allowance.files or sum(len(content) for _, content in out) > allowance.bytes:
        problems.append(
            error("", Message("is too much at once; send at most %(files)s files and %(size)s MB", allowance.facts))
        )
        return []
    return out


def is_listing_too_much(content: bytes) -> bool:
    """Whether the list of a ZIP is so long that reading it would take up more than the files."""
    return content.count(_LISTED) > MOST_LISTED


def _members(name: str, content: bytes, allowance: Allowance, problems: list[Problem]) -> list[File]:
    """The wanted files of a ZIP. Sizes are those written in its list, and reading stops there."""
    place = Place(file=name)
    too_much = Message("unpacks to more than %(files)s files and %(size)s MB", allowance.facts)
    if is_listing_too_much(content):
        problems.append(error("", too_much, place=place))
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [info for info in archive.infolist() if _is_wanted(info, allowance.suffixes)]
            if len(members) > allowance.files or sum(info.file_size for info in members) > allowance.bytes:
                problems.append(error("", too_much, place=place))
                return []
            read = [(info.filename, archive.read(info)) for info in members]
    except UNREADABLE_ZIP:
        words = Message("cannot be unpacked; make the ZIP again, without a password")
        problems.append(error("", words, place=place))
        return []
    if not read:
        words = Message("holds no %(kinds)s files", {"kinds": either(list(allowance.suffixes))})
        problems.append(error("", words, place=place))
    return read


def _is_wanted(info: zipfile.ZipInfo, suffixes: Collection[str]) -> bool:
    path = PurePosixPath(info.filename)
    return path.suffix.lower() in suffixes and not path.name.startswith(".") and "__MACOSX" not in path.parts


def pack_files(files: Sequence[File], written: datetime) -> bytes:
    """The files as a ZIP; the same files and time give the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, date_time=written.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return held.getvalue()
