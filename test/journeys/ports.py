"""Ports for the servers of journeys: several workers, and several runs of them, ask at once."""

import fcntl
import functools
import itertools
import os
import pathlib
import socket
import tempfile

# Below 32768, where Linux begins with the ports of outgoing connections: nobody's client sits on one of these.
FIRST, EACH, SLOTS = 20_000, 250, 50


@functools.cache
def slot():
    """(number, file): a range of ports that is this process's alone, for as long as it holds the file's lock."""
    folder = pathlib.Path(tempfile.gettempdir()) / f"tradewind-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for number in range(SLOTS):
        file = open(folder / str(number), "w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return number, file
        except BlockingIOError:
            file.close()
    raise AssertionError(f"{SLOTS} processes have taken all ranges of ports: see {folder}")


@functools.cache
def numbers():
    first = FIRST + slot()[0] * EACH
    return itertools.cycle(range(first, first + EACH))


def free_port():
    for port in itertools.islice(numbers(), EACH):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue  # a stranger's, or a connection to it ended only now
    raise AssertionError(f"no port of {FIRST + slot()[0] * EACH} and the {EACH} after it is free")
