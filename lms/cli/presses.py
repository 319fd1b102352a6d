"""Printing in processes of their own, so that all processors print while the next thing is being made."""

import gc
import os
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from types import TracebackType
from typing import Self

from flask import Flask

from lms import printing
from lms.app import create_app
from lms.clock import now
from lms.services import jobs
from lms.settings import Settings


class Presses:
    """Takes pages and jobs to print; as a context it waits for all of them, or drops them when something failed."""

    def __init__(self, settings: Settings, processes: int | None = None) -> None:
        self._settings = settings
        # Not forked: a connection to the database does not survive a fork.
        self._pool = ProcessPoolExecutor(
            processes or os.cpu_count() or 2, mp_context=get_context("spawn"), initializer=_begin
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=kind is not None)

    def print_page(self, html: str, folder: Path) -> "Future[bytes]":
        """Print a page with its relative addresses in `folder`."""
        return self._pool.submit(_print_page, html, folder)

    def do_job(self, job_id: int) -> "Future[None]":
        """Do a job of the database, such as the certificates of a release, as the site's worker does."""
        return self._pool.submit(_do_job, self._settings, job_id)


def _print_page(html: str, folder: Path) -> bytes:
    try:
        return printing.print_pdf(html, folder)
    finally:
        gc.collect()


def _do_job(settings: Settings, job_id: int) -> None:
    with _site(settings).app_context():
        jobs.run_job(job_id, now)


@cache
def _site(settings: Settings) -> Flask:
    return create_app(settings)


def _begin() -> None:
    """Begin a process of a press: what a page leaves is looked for after it, and seldom while it is laid out."""
    gc.set_threshold(100_000, 50, 100)
    _end_with_parent()


def _end_with_parent() -> None:
    """Nothing goes on printing for a process that was killed: its demo is made anew by the next one."""

    def watch() -> None:
        if (parent := parent_process()) is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
