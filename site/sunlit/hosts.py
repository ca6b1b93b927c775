"""The names that a machine answers to when nobody has named its public host."""

import socket

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, never bound here


def own_names(host: str) -> list[str]:
    """Host names for ``ALLOWED_HOSTS``: loopback, the given address, or this machine's own ones.

    Never ``*``: with it the origin check of WebSockets would let everybody in.
    """
    if host not in EVERYWHERE:
        return list(dict.fromkeys([*LOOPBACK, host]))
    name = socket.gethostname()
    try:
        addresses = {str(info[4][0]) for info in socket.getaddrinfo(name, None)}
    except OSError:
        addresses = set()
    return list(
        dict.fromkeys([*LOOPBACK, name, *sorted(address for address in addresses if ":" not in address)])
    )
