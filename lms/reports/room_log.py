"""The log of an exam room as a file to download: a row an event, in the order in which they happened."""

from collections.abc import Callable, Sequence

from assessments.words import Message
from lms.reports.writing import csv_file
from lms.services.room_log import Entry

_DECIDES_NOTHING = Message("a sign to look; no mark changes by it")
HEADER = ("at_utc", "candidate_number", "candidate", "what", "detail", "by")


def log_file(entries: Sequence[Entry], say: Callable[[Message], str]) -> bytes:
    """The log as CSV."""
    rows = [
        (entry.at.strftime("%Y-%m-%d %H:%M:%S"), entry.number, entry.candidate, say(entry.what), detail, entry.by)
        for entry in entries
        for detail in (entry.detail or (say(_DECIDES_NOTHING) if entry.is_told else ""),)
    ]
    return csv_file(HEADER, rows)
