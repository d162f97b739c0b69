"""A client that costs little: a socket, requests made ready beforehand, answers parsed in C."""

from __future__ import annotations

import socket
from collections.abc import Mapping

import httptools

#: Bytes that are taken from a socket at once.
_TAKEN = 65_536


class _Answer:
    """What httptools finds, piece by piece."""

    def __init__(self) -> None:
        self.body = b""
        self.whole = False

    def on_body(self, part: bytes) -> None:
        self.body += part

    def on_message_complete(self) -> None:
        self.whole = True


class Connection:
    """One connection on loopback, opened by the first request and kept alive.

    Args:
        port: of the server.
        timeout_s: for one answer.
    """

    def __init__(self, port: int, timeout_s: float = 120.0) -> None:
        self._port, self._timeout_s = port, timeout_s
        self._socket: socket.socket | None = None

    def send(self, request: bytes) -> tuple[int, bytes]:
        """Send what `message` made; the answer's status and body.

        Raises:
            OSError: no connection, or none any more.
        """
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), self._timeout_s)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        answer = _Answer()
        parser = httptools.HttpResponseParser(answer)
        while not answer.whole:
            part = self._socket.recv(_TAKEN)
            if not part:
                raise ConnectionResetError("The server closed the connection within an answer.")
            parser.feed_data(part)
        status: int = parser.get_status_code()
        if not parser.should_keep_alive():
            self.close()
        return status, answer.body

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def message(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A POST as it goes over the line."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
