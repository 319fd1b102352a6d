"""The worker process: does long work until it is stopped."""

import logging
from pathlib import Path
from typing import Any

import click
from huey import Huey
from huey.consumer import Consumer

from lms.jobs.queue import open_queue
from lms.settings import Settings, SettingsFaulty

BEAT_SECONDS = 10
FINISH_SECONDS = 8


def beat_path(instance: Path) -> Path:
    """The file whose age tells whether a worker lives."""
    return instance / "worker.beat"


class BeatingConsumer(Consumer):  # type: ignore[misc]
    """Takes work from the queue, and touches a file whenever it has seen to its processes."""

    def __init__(self, queue: Huey, beat: Path, **options: Any) -> None:
        super().__init__(queue, health_check_interval=BEAT_SECONDS, **options)
        self._beat = beat

    def start(self) -> None:
        """Start the processes; the first beat comes when signals are heard, so that an end in order clears it."""
        super().start()
        self._beat.touch()

    def run(self) -> None:
        """Work until stopped."""
        try:
            super().run()
        finally:
            self._beat.unlink(missing_ok=True)

    def check_worker_health(self) -> bool:
        """Beat, and start again what has died."""
        self._beat.touch()
        return bool(super().check_worker_health())


@click.command()
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1), help="Works done at the same time.")
def work(processes: int) -> None:
    """Do long work in the background; SIGTERM lets what runs finish first."""
    from lms.jobs.tasks import bind

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = Settings.load()
    except SettingsFaulty as fault:
        raise click.ClickException(str(fault)) from fault
    queue = open_queue(settings)
    bind(queue)
    # Processes, not threads: PDFs are made here, and what prints them is not safe in threads.
    options = {"workers": processes, "worker_type": "process", "graceful_signal": "TERM"}
    BeatingConsumer(queue, beat_path(settings.instance), shutdown_timeout=FINISH_SECONDS, **options).run()
