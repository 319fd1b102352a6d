"""Who uses an instance: sites that run share it, what makes its database anew has it alone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(Exception):
    """Another process uses the instance in a way that does not go together with what is wanted."""


@contextmanager
def hold(instance: Path, *, alone: bool) -> Iterator[None]:
    """Hold an instance, with others or alone, until the end of the block; raises InUse.

    The system lets go of it when the process ends, however it ends, and child processes do not inherit it.
    """
    descriptor = os.open(instance / "in-use", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(instance) from None
        yield
    finally:
        os.close(descriptor)
