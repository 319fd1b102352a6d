"""Writers to an SQLite file, one after another: in this process by a lock, between processes by a locked file."""

import fcntl
import os
import threading
import time
from pathlib import Path

BUSY_SECONDS = 10.0
_LOOK_AGAIN = 0.0002


class Turns:
    """Whose turn it is to write.

    SQLite itself lets a writer that has to wait sleep and try again, longer each time: who is unlucky waits for seconds
    while others pass by. Here at most one writer of a process looks again, five times a millisecond: once a millisecond
    saves a sixth fewer answers. Whoever waits in vain for `BUSY_SECONDS` goes on to SQLite, which has the last word in
    any case.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew; also in a process that was forked off, where nobody writes yet."""
        self._lock = threading.Lock()
        self._files: dict[str, int] = {}

    def take(self, database: str) -> bool:
        """Wait for one's turn; False where it did not come."""
        latest = time.monotonic() + BUSY_SECONDS
        if not self._lock.acquire(timeout=BUSY_SECONDS):
            return False
        try:
            file = self._file_of(database)
            while not _has_locked(file):
                if time.monotonic() > latest:
                    self._lock.release()
                    return False
                time.sleep(_LOOK_AGAIN)
        except BaseException:
            self._lock.release()
            raise
        return True

    def leave(self, database: str) -> None:
        """Let the next one have it."""
        fcntl.flock(self._file_of(database), fcntl.LOCK_UN)
        self._lock.release()

    def _file_of(self, database: str) -> int:
        """The open file beside the database; each process has its own."""
        if database not in self._files:
            for name in [name for name in self._files if not Path(name).exists()]:
                os.close(self._files.pop(name))
            self._files[database] = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT, 0o600)
        return self._files[database]


def _has_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


TURNS = Turns()
os.register_at_fork(after_in_child=TURNS.forget)
