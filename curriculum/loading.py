"""Pack and unit files to values and problems."""

from pathlib import Path

from curriculum.documents import Document, read_path, validate
from curriculum.errors import ContentFaulty
from curriculum.model import NosUnit, PackDocument, QualificationPack
from curriculum.problems import Problem, error, has_errors

HERE = Path(__file__).parent
PACKS = HERE / "packs"
UNITS = HERE / "units"


def file_stem(code: str) -> str:
    """The file name of a code: `ASC/N1105` → `asc-n1105`."""
    return code.lower().replace("/", "-").replace(" ", "")


def shipped_packs(folder: Path = PACKS) -> list[Path]:
    """The pack files that come with the software, in order of name."""
    return sorted(folder.glob("*.yaml"))


def load_pack(path: Path, units_folder: Path = UNITS) -> tuple[QualificationPack | None, list[Problem]]:
    """A pack with its units, or None with every fault of shape found."""
    document, problems = read_path(path, _shown(path))
    if problems:
        return None, problems
    header, problems = validate(document, PackDocument)
    if header is None:
        return None, problems
    units: list[NosUnit] = []
    for place, code in header.units.each():
        unit, faults = _load_unit(document, f"units.{place}", code, units_folder)
        problems += faults
        if unit is not None:
            units.append(unit)
    if has_errors(problems):
        return None, problems
    return QualificationPack(pack=header, units=tuple(units)), problems


def get_shipped_pack(code: str) -> QualificationPack:
    """The shipped pack of that code; raises ContentFaulty when its files have errors."""
    pack, problems = load_pack(PACKS / f"{file_stem(code)}.yaml")
    if pack is None:
        raise ContentFaulty(problems)
    return pack


def unit_codes(header: PackDocument) -> list[str]:
    """The codes of all units that a pack lists, in order."""
    return [code for _, code in header.units.each()]


def _load_unit(document: Document, place: str, code: str, folder: Path) -> tuple[NosUnit | None, list[Problem]]:
    path = folder / f"{file_stem(code)}.yaml"
    if not path.exists():
        return None, [document.at(error(place, f"{code} has no file {_shown(path)}"))]
    unit_document, problems = read_path(path, _shown(path))
    if problems:
        return None, problems
    unit, problems = validate(unit_document, NosUnit)
    if unit is not None and unit.code != code:
        problems = [unit_document.at(error("code", f"is {unit.code}, but the pack asks this file for {code}"))]
    return unit, problems


def _shown(path: Path) -> str:
    root = HERE.parent
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
