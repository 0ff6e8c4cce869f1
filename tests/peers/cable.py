"""The cable between Hall and what it talks to: it can be held, so that nothing from Hall arrives, and be pulled out."""

import contextlib
import socket
import struct
import threading

AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: close() resets the connection


class Cable:
    """Listens on `port` and carries what comes there to `centre`, and back."""

    def __init__(self, centre: int) -> None:
        self._centre = centre
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._held = threading.Event()
        self._unplugged = threading.Event()
        self._ends: list[socket.socket] = []
        self._left: list[int | None] = [None, None]
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self) -> None:
        """From now on what Hall writes is lost on the way, though Hall cannot know."""
        self._held.set()

    def cut_after(self, octets: int, *, to_centre: bool) -> None:
        """Pulled out by itself when so much more has passed in one direction, in the middle of whatever that is."""
        self._left = [None, None]
        self._left[to_centre] = octets

    def pull(self) -> None:
        """All ends find their connections reset. The next connection works again."""
        ends, self._ends = self._ends, []
        self._held.clear()
        for end in ends:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RD)
            end.close()

    def unplug(self) -> None:
        """Pulled out, and nobody gets through until it is plugged in again."""
        self._unplugged.set()
        self.pull()

    def plug(self) -> None:
        self._unplugged.clear()

    def close(self) -> None:
        self._listener.close()
        self.pull()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                hall, _ = self._listener.accept()
                self._connect(hall)

    def _connect(self, hall: socket.socket) -> None:
        if self._unplugged.is_set():
            hall.close()
            return
        try:
            centre = socket.create_connection(("127.0.0.1", self._centre))
        except OSError:
            hall.close()
            return
        for end in (hall, centre):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ends += [hall, centre]
        threading.Thread(target=self._carry, args=(hall, centre, self._held, True), daemon=True).start()
        threading.Thread(target=self._carry, args=(centre, hall, threading.Event(), False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, held: threading.Event, to_centre: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if held.is_set():
                    continue
                left = self._left[to_centre]
                target.sendall(data[:left])
                if left is not None:
                    self._left[to_centre] = left - len(data)
                    if left <= len(data):
                        self._left[to_centre] = None
                        break
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
