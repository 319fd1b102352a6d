"""The log of an exam room as a file to download: a row an event, in the order in which they happened."""

from collections.abc import Callable, Sequence

from assessments.words import Message
from lms.reports.writing import csv_file
from lms.services.room_log import Entry

HEADER = ("at_utc", "candidate_number", "candidate", "what", "detail", "by")


def log_file(entries: Sequence[Entry], say: Callable[[Message], str]) -> bytes:
    """The log as CSV."""
    rows = [
        (entry.at.strftime("%Y-%m-%d %H:%M:%S"), entry.number, entry.candidate, say(entry.what), entry.detail, entry.by)
        for entry in entries
    ]
    return csv_file(HEADER, rows)
