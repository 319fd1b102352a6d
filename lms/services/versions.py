"""The order of versions as people write them: 1.10 comes after 1.9."""

from collections.abc import Iterable

from lms.tables.content import PackVersionRow


def version_key(version: str) -> tuple[int, ...]:
    """What versions are sorted by."""
    return tuple(int(part) for part in version.split("."))


def in_order(rows: Iterable[PackVersionRow]) -> list[PackVersionRow]:
    """Pack versions by title and code, the newest version of each first."""
    newest_first = sorted(rows, key=lambda row: version_key(row.version), reverse=True)
    return sorted(newest_first, key=lambda row: (row.title.lower(), row.code))
