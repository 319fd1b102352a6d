"""Loading all shipped content, beside the YAML library's fastest loader on the same files."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from assessments.scheme import load_scheme, scheme_path
from assessments.tasks import load_tasks, tasks_path
from benchmarks.harness import Row, compare
from curriculum import loading
from curriculum.loading import load_pack, shipped_packs
from question_bank.loading import items_path, load_items


def rows(rounds: int) -> Iterator[Row]:
    """Packs, units, schemes, items and tasks, read and checked for shape."""
    files = list(_files())

    def plain() -> object:
        return [yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in files]

    yield compare(
        f"all {len(files)} YAML files",
        rounds=rounds,
        ours=_ours,
        baseline_name="yaml.CSafeLoader",
        baseline=plain,
        note="frozen values, and a place for every fault, are ours alone",
    )


def _files() -> Iterator[Path]:
    for path in shipped_packs():
        pack, _ = load_pack(path)
        if pack is None:
            raise SystemExit(f"{path.name} cannot be read: ./run check says why")
        yield path
        yield scheme_path(pack.code)
        for unit in pack.units:
            yield loading.UNITS / f"{loading.file_stem(unit.code)}.yaml"
            yield items_path(unit.code)
            yield tasks_path(unit.code)


def _ours() -> None:
    for path in shipped_packs():
        pack, _ = load_pack(path)
        if pack is not None:
            load_scheme(scheme_path(pack.code))
            for unit in pack.units:
                load_items(items_path(unit.code))
                load_tasks(tasks_path(unit.code))
