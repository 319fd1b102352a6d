"""Pack files as a council uploads them: a small pack of two units, with whatever a test wants to be wrong."""

import io
import zipfile

PACK = """\
code: {code}
title: Showroom Guide
version: "{version}"
nsqf_level: "4"
brief_description: Shows visitors round.
personal_attributes: Patient.
source: Written for a test.
units:
  compulsory: [{prefix}/N9001, {prefix}/N9002]
"""
UNIT = """\
code: {code}
title: {title}
version: "{version}"
elements:
  - title: Do it
    criteria:
      - {{id: PC1, code: PC1, text: "{first}"}}
      - {{id: PC2, code: PC2, text: "give the visitor a map"}}
knowledge:
  - {{id: KU1, code: KU1, text: "the opening hours"}}
"""


def pack_files(prefix: str = "OTH", version: str = "1.0", first: str = "greet the visitor") -> dict[str, str]:
    """The files of the pack, by name."""
    return {
        "pack.yaml": PACK.format(code=f"{prefix}/Q9000", prefix=prefix, version=version),
        "n9001.yaml": UNIT.format(code=f"{prefix}/N9001", title="Welcome", version=version, first=first),
        "n9002.yaml": UNIT.format(code=f"{prefix}/N9002", title="Guide", version=version, first="walk ahead"),
    }


def uploads(files: dict[str, str]) -> list[tuple[str, bytes]]:
    """Files as they reach a service."""
    return [(name, text.encode()) for name, text in files.items()]


def zipped(files: dict[str, str], folder: str = "") -> bytes:
    """The files in one ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{folder}{name}", text)
    return out.getvalue()
