"""Whether a port is free, asked before anything is started that would have to be undone."""

import socket


class PortTaken(Exception):
    """Somebody else listens there."""


def require_free(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(
                f"port {port} is in use: does a demonstration run already? Else choose others: --web-port, --smpp-port"
            ) from None
