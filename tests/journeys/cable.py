"""The cable between a browser and the site: it can be cut, so that what is sent is neither answered nor refused."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Cable:
    """Carries bytes both ways; while it is cut it takes them and carries none, as where packets are dropped.

    What was under way is carried on when it is mended, as TCP does that sends again.
    """

    def __init__(self, port: int) -> None:
        """`port` is the site's, on this machine."""
        self._site = port
        self._whole = threading.Event()
        self._whole.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._open, daemon=True).start()

    @property
    def url(self) -> str:
        """The address of the site behind the cable."""
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def cut(self) -> None:
        """From now on nothing arrives."""
        self._whole.clear()

    def mend(self) -> None:
        """What waited arrives, and all that comes."""
        self._whole.set()

    def close(self) -> None:
        """Take the cable away."""
        self.mend()
        for end in [self._door, *self._ends]:
            end.close()

    def _open(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:  # taken away
                return
            threading.Thread(target=self._lead, args=(near,), daemon=True).start()

    def _lead(self, near: socket.socket) -> None:
        self._ends.append(near)
        self._whole.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self._site))
        except OSError:
            near.close()
            return
        self._ends.append(far)
        threading.Thread(target=self._carry, args=(near, far), daemon=True).start()
        self._carry(far, near)

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                self._whole.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:  # one end went away, so does the other
            source.close()
            target.close()


@contextmanager
def cable_to(url: str) -> Iterator[Cable]:
    """A cable to the site at an address, until the end of the block."""
    cable = Cable(int(url.rpartition(":")[2]))
    try:
        yield cable
    finally:
        cable.close()
