"""Design folders to values and problems: design.yaml, and sample.yaml, which shows the design."""

from pathlib import Path

from certificates.errors import UnknownDesign
from certificates.model import CertificateFacts, Design
from curriculum.documents import read_path, validate
from curriculum.errors import ContentFaulty
from curriculum.problems import Problem

DESIGNS = Path(__file__).parent / "designs"


def design_folder(name: str) -> Path:
    """The folder of a design, which printing opens. Raises `UnknownDesign`."""
    folder = DESIGNS / name
    if folder.parent != DESIGNS or not (folder / "design.yaml").is_file():
        raise UnknownDesign(name)
    return folder


def load_design(name: str) -> tuple[Design | None, list[Problem]]:
    """A design, or None and every fault of its file."""
    document, problems = read_path(design_folder(name) / "design.yaml", f"certificates/designs/{name}/design.yaml")
    if problems:
        return None, problems
    return validate(document, Design)


def load_sample(name: str) -> tuple[CertificateFacts | None, list[Problem]]:
    """The facts a design is shown with, or None and every fault of their file."""
    document, problems = read_path(design_folder(name) / "sample.yaml", f"certificates/designs/{name}/sample.yaml")
    if problems:
        return None, problems
    return validate(document, CertificateFacts)


def get_design(name: str) -> Design:
    """A design fit for use. Raises `UnknownDesign` or `ContentFaulty`."""
    design, problems = load_design(name)
    if design is None:
        raise ContentFaulty(problems)
    return design
