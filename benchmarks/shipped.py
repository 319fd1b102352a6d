"""What the benchmarks are run on: the packs that come with the software, with their schemes and their banks."""

from collections.abc import Iterator
from dataclasses import dataclass

from assessments.model import AssessmentScheme
from assessments.scheme import load_scheme, scheme_path
from curriculum.loading import load_pack, shipped_packs
from curriculum.model import QualificationPack
from question_bank.loading import face_of, items_path, load_items
from question_bank.model import ItemFace

BATCH = 30  # trainees in a batch of the usual size


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A pack, its scheme, and all its items."""

    pack: QualificationPack
    scheme: AssessmentScheme
    faces: tuple[ItemFace, ...]


def shipped() -> Iterator[Shipped]:
    """Every pack that comes with the software."""
    for path in shipped_packs():
        pack, _ = load_pack(path)
        scheme, _, _ = load_scheme(scheme_path(pack.code)) if pack else (None, None, None)
        if pack is None or scheme is None:
            raise SystemExit(f"{path.name} cannot be read: ./run check says why")
        loaded = ((unit.code, load_items(items_path(unit.code))[0]) for unit in pack.units)
        faces = tuple(face_of(entry, unit) for unit, file in loaded if file for entry in file.items)
        yield Shipped(pack=pack, scheme=scheme, faces=faces)


def candidates(count: int = BATCH) -> tuple[str, ...]:
    """The numbers of that many candidates."""
    return tuple(f"C-{number:03}" for number in range(1, count + 1))
