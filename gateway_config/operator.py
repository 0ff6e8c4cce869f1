"""Who typed a command, for the access log."""

import getpass
import socket


def operator() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as in a container
        name = "unknown"
    return f"{name}@{socket.gethostname()}"
