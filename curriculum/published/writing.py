"""What was read from a published text, as content files."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from curriculum.loading import PACKS, UNITS, file_stem
from curriculum.published.model import ReadPack

SCHEMES = "schemes"


def content_files(read: ReadPack, scheme: Mapping[str, Any] | None = None) -> Iterator[tuple[str, bytes]]:
    """The pack file, the unit files and the scheme's with their paths; each unit and the pack must have a code."""
    yield _file("pack", PACKS.name, read.pack, read.pack)
    for unit in read.units:
        yield _file("unit", UNITS.name, unit, unit)
    if scheme is not None:
        yield _file("scheme", SCHEMES, scheme, read.pack)


def _file(kind: str, folder: str, value: Mapping[str, Any], of: Mapping[str, Any]) -> tuple[str, bytes]:
    text = yaml.dump(dict(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    head = f"# yaml-language-server: $schema=../../schemas/{kind}.schema.json\n"
    return f"{folder}/{file_stem(of['code'])}.yaml", (head + text).encode()


class _Dumper(yaml.SafeDumper):
    """Writes lists indented below their name, as the shipped files have them, and never an alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  yaml's own names
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  yaml's own names
        return True
