"""The project as a wheel: everything is inside, and the command works where it is installed."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("assessments", "certificates", "curriculum", "lms", "question_bank")
NOT_SHIPPED = {"__pycache__"}
BUILD = "from setuptools import build_meta; build_meta.build_wheel('dist')"


def shipped() -> set[str]:
    """Every file of the packages, as a path from the project's folder."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in files if not NOT_SHIPPED & set(path.parts)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the project's folder."""
    copy = tmp_path_factory.mktemp("source") / "yogyata"
    ignored = shutil.ignore_patterns(*NOT_SHIPPED)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=ignored)
    for name in ("LICENSE", "README.md", "pyproject.toml", "wsgi.py"):
        shutil.copy(ROOT / name, copy)
    built = subprocess.run([sys.executable, "-c", BUILD], cwd=copy, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (path,) = (copy / "dist").glob("*.whl")
    return path


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert sorted(shipped() - inside) == []
    assert "wsgi.py" in inside


def test_the_wheel_holds_nothing_but_the_packages_and_the_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {*PACKAGES, "wsgi.py"}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_an_installed_wheel_checks_its_own_content_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True, capture_output=True)
    scripts = tmp_path / "venv" / "bin"
    install = [scripts / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True, capture_output=True)
    # What it depends on is taken from the environment of the tests; the project's folder is not on the path.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YOGYATA_")}
    environment |= {"PYTHONPATH": sysconfig.get_path("purelib"), "YOGYATA_INSTANCE": str(tmp_path / "instance")}
    ended = subprocess.run(
        [scripts / "yogyata", "check"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.splitlines()[-1].startswith("0 errors")
