"""`./run` on machines that have little: with a path, a Python and a uv made for the test, and no network."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("awk", "cat", "cksum", "cp", "dirname", "env", "grep", "mkdir", "readlink", "rm")
MEMORY = "/dev/shm"  # noqa: S108 - only asked whether it is there
SHELLS = [path for name in ("dash", "bash", "sh") if (path := shutil.which(name))]

PROGRAM = """
import os, sys
print(os.getcwd(), os.environ["PYTHONPATH"], *sys.argv[1:], sep="|")
"""
# Makes an environment without packages, and writes down what it was asked.
UV = """#!/bin/sh
echo "$@" >> "{log}"
case $1 in venv) for last in "$@"; do :; done; exec "{python}" -m venv --without-pip "$last" ;; esac
"""
OLD_PYTHON = """#!/bin/sh
case $2 in *print*) echo 3.9 ;; *) exit 1 ;; esac
"""
# Loads every library but those of Pango.
PYTHON_WITHOUT_PANGO = """#!/bin/sh
[ "$1" = - ] && {{ echo libpango-1.0-0; exit; }}
exec "{python}" "$@"
"""
APT = """#!/bin/sh
echo apt-get "$@" >> "{log}"
"""


class Machine:
    """A folder with the script and a stand-in program, and a search path that holds only what was put there."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "a folder with spaces" / "yogyata"
        self.tools = folder / "bin"
        self.log = folder / "log"
        self.tools.mkdir()
        (self.project / "lms" / "cli").mkdir(parents=True)
        (self.project / "lms" / "cli" / "__main__.py").write_text(PROGRAM)
        for name in ("requirements.lock", "requirements-dev.lock"):
            (self.project / name).write_text("click==8.0\n")
        shutil.copy(ROOT / "run", self.project / "run")
        for name in TOOLS:
            (self.tools / name).symlink_to(shutil.which(name))
        self.command("id", "#!/bin/sh\necho 1000\n")

    def command(self, name: str, text: str) -> None:
        """Put a command on the path."""
        path = self.tools / name
        path.write_text(text.format(log=self.log, python=sys.executable))
        path.chmod(0o755)

    def with_python(self) -> "Machine":
        """The same machine with a good Python and a uv."""
        self.command("python3.11", '#!/bin/sh\nexec "{python}" "$@"\n')
        self.command("uv", UV)
        return self

    def run(
        self, *words: str, shell: str = "/bin/sh", script: Path | None = None, cwd: Path | None = None, **environment
    ):
        """Call the script as from a shell without a terminal."""
        return subprocess.run(
            [shell, script or self.project / "run", *words],
            cwd=cwd or self.project,
            env={"PATH": str(self.tools), "HOME": str(self.tools), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def asked(self) -> list[str]:
        """What uv and apt-get were asked to do, but for their versions."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if line != "--version"]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_python_one_line_says_what_to_type(machine: Machine) -> None:
    ended = machine.run()
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "Python 3.11 or newer is needed, and here is none. Install it: sudo apt-get install -y python3 python3-venv"
    ]


def test_with_an_old_python_one_line_names_its_version(machine: Machine) -> None:
    machine.command("python3", OLD_PYTHON)
    ended = machine.run()
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "here is 3.9" in ended.stderr
    assert "sudo apt-get install" in ended.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_the_first_start_sets_up_and_serves(machine: Machine, shell: str) -> None:
    ended = machine.with_python().run(shell=shell)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"{machine.project}|{machine.project}|serve\n"
    made, installed = machine.asked()
    assert made.startswith("venv ")
    assert "--require-hashes" in installed
    assert installed.endswith("/requirements.lock")


def test_the_second_start_installs_nothing(machine: Machine) -> None:
    machine.with_python().run()
    before = machine.asked()
    ended = machine.run()
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert machine.asked() == before


def test_a_changed_lock_is_installed_into_the_same_environment(machine: Machine) -> None:
    machine.with_python().run()
    (machine.project / "requirements.lock").write_text("click==8.1\n")
    machine.run()
    assert [line.split()[0] for line in machine.asked()] == ["venv", "pip", "pip"]


def test_an_environment_left_half_made_is_made_anew(machine: Machine) -> None:
    machine.with_python().run()
    leftover = machine.project / ".venv" / "leftover"
    leftover.touch()
    (machine.project / ".venv" / "installing").touch()
    assert machine.run().returncode == 0
    assert not leftover.exists()
    assert not (machine.project / ".venv" / "installing").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    machine.with_python().run()
    python = machine.project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert machine.run("check").returncode == 0


def test_two_set_ups_at_once_do_not_meet(machine: Machine) -> None:
    machine.with_python().run()
    (machine.project / ".venv" / "installing").write_text(str(os.getpid()))
    ended = machine.run()
    assert ended.returncode == 1
    assert f"process {os.getpid()}" in ended.stderr


def test_an_install_that_fails_is_tried_again_at_the_next_start(machine: Machine) -> None:
    machine.with_python().command("uv", UV + "case $1 in pip) exit 1 ;; esac\n")
    assert machine.run().returncode == 1
    machine.command("uv", UV)
    assert machine.run().returncode == 0


def test_it_works_from_another_folder_and_through_a_symlink(machine: Machine, tmp_path: Path) -> None:
    link = tmp_path / "yogyata"
    link.symlink_to(machine.project / "run")
    ended = machine.with_python().run("check", "a b", script=link, cwd=tmp_path)
    assert ended.stdout == f"{tmp_path}|{machine.project}|check|a b\n"


def test_options_alone_are_those_of_serve(machine: Machine) -> None:
    assert machine.with_python().run("--yes", "--port", "9000").stdout.endswith("|serve|--port|9000\n")


@pytest.mark.parametrize(("word", "module"), [("test", "pytest"), ("pictures", "tests.pictures")])
def test_tests_and_pictures_use_the_packages_for_development(machine: Machine, word: str, module: str) -> None:
    ended = machine.with_python().run(word)
    assert machine.asked()[-1].endswith("/requirements-dev.lock")
    assert re.search(rf"No module named '?{module.partition('.')[0]}", ended.stderr)
    assert "chromium" in ended.stderr


@pytest.mark.skipif(not os.access(MEMORY, os.W_OK), reason="this system keeps no files in memory")
@pytest.mark.parametrize(
    ("free", "given", "folder"),
    [("2000000", {}, MEMORY), ("65536", {}, "None"), ("", {}, "None"), ("2000000", {"TMPDIR": "/here"}, "/here")],
    ids=["room", "little", "unknown", "told"],
)
def test_tests_keep_their_files_in_memory_where_it_has_room(machine: Machine, free: str, given, folder: str) -> None:
    machine.command("df", f"#!/bin/sh\necho Filesystem Blocks Used Available\necho tmpfs 3000000 10 {free}\n")
    (machine.project / "pytest.py").write_text("import os; print(os.environ.get('TMPDIR'))")
    ended = machine.with_python().run("test", **given)
    assert ended.stdout.splitlines() == [folder]


def test_benchmarks_use_the_packages_for_development_too(machine: Machine) -> None:
    ended = machine.with_python().run("bench", "--list")
    assert machine.asked()[-1].endswith("/requirements-dev.lock")
    assert "No module named benchmarks" in ended.stderr


def test_what_the_system_lacks_is_named_with_the_command_and_the_site_still_starts(machine: Machine) -> None:
    machine.with_python().command("python3.11", PYTHON_WITHOUT_PANGO)
    machine.command("apt-get", APT)
    ended = machine.run()
    assert "Install: sudo apt-get install -y --no-install-recommends libpango-1.0-0\n" in ended.stderr
    assert "prints no PDF" in ended.stderr
    assert ended.stdout.endswith("|serve\n")
    assert not any(line.startswith("apt-get") for line in machine.asked())


@pytest.mark.parametrize(("words", "environment"), [(["--yes"], {}), ([], {"CI": "true"})])
def test_root_installs_what_is_missing_in_one_command(machine: Machine, words: list[str], environment: dict) -> None:
    machine.with_python().command("python3.11", PYTHON_WITHOUT_PANGO)
    machine.command("apt-get", APT)
    machine.command("id", "#!/bin/sh\necho 0\n")
    machine.run(*words, "test", **environment)
    installs = [line for line in machine.asked() if line.startswith("apt-get install")]
    browsers = "chromium chromium-headless-shell" if is_debian() else "chromium"
    assert installs == [f"apt-get install -y --no-install-recommends libpango-1.0-0 {browsers} -qq"]


def is_debian() -> bool:
    system = Path("/etc/os-release")
    return system.exists() and "ID=debian" in system.read_text().splitlines()


@pytest.mark.parametrize(("answer", "installs"), [("y", True), ("n", False), ("", False)])
def test_on_a_terminal_sudo_installs_only_after_a_yes(machine: Machine, answer: str, installs: bool) -> None:
    machine.with_python().command("python3.11", PYTHON_WITHOUT_PANGO)
    machine.command("apt-get", APT)
    machine.command("sudo", '#!/bin/sh\necho sudo >> "{log}"\nexec "$@"\n')
    person, terminal = os.openpty()
    try:
        os.write(person, f"{answer}\n".encode())
        ended = subprocess.run(
            ["/bin/sh", machine.project / "run"],
            env={"PATH": str(machine.tools)},
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=terminal,
            timeout=60,
            check=False,
        )
        shown = os.read(person, 10_000).decode()
    finally:
        os.close(person)
        os.close(terminal)
    assert ended.stdout.endswith(b"|serve\n")
    assert "Missing: libpango-1.0-0. Install with sudo now? [y/n]" in shown
    assert ("sudo" in machine.asked()) is installs
    assert ("apt-get install -y --no-install-recommends libpango-1.0-0 -qq" in machine.asked()) is installs


def test_when_apt_fails_the_command_to_type_is_named(machine: Machine) -> None:
    machine.with_python().command("python3.11", PYTHON_WITHOUT_PANGO)
    machine.command("apt-get", "#!/bin/sh\nexit 100\n")
    machine.command("id", "#!/bin/sh\necho 0\n")
    ended = machine.run()
    assert "That failed. Install by hand: sudo apt-get install" in ended.stderr
    assert ended.returncode == 0


def test_a_folder_that_cannot_be_written_is_said_in_one_line(machine: Machine) -> None:
    command: list[str] = []
    if os.geteuid() == 0:
        if not (setpriv := shutil.which("setpriv")):
            pytest.skip("root writes everywhere, and setpriv is not here to be somebody else")
        command = [setpriv, "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    folder = Path("/tmp") / f"yogyata-read-only-{os.getpid()}"  # noqa: S108  pytest's own folder is closed to others
    shutil.copytree(machine.project, folder)
    folder.chmod(0o555)
    try:
        ended = subprocess.run(
            [*command, "/bin/sh", folder / "run"], cwd="/", capture_output=True, text=True, timeout=60, check=False
        )
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"{folder} cannot be written. Make it writable, or copy the project to a folder of your own."
    ]


def test_help_needs_nothing(machine: Machine) -> None:
    ended = machine.run("help")
    assert ended.returncode == 0
    assert "./run test" in ended.stdout
    assert "./run bench" in ended.stdout


def pins(name: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9][^ \n]+==[^ \n]+", (ROOT / name).read_text(), re.MULTILINE))


def test_the_list_for_development_holds_all_that_a_site_runs_on() -> None:
    assert pins("requirements.lock")
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_pinned_packages_have_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "index-url" not in text
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", text.strip()))


def test_every_package_that_the_project_names_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = {re.match(r"[a-z0-9-]+", line).group() for line in project["project"]["dependencies"]}
    assert named <= {pin.partition("==")[0].partition("[")[0] for pin in pins("requirements.lock")}
