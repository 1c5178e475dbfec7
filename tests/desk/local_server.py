"""A server on this machine that answers what a test wants, also badly."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Asked(NamedTuple):
    """A question as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes


@dataclass(frozen=True)
class Reply:
    """An answer; with `pause` it comes byte by byte, and with `promised` it breaks off before that many bytes."""

    content: bytes = b""
    status: int = 200
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0
    promised: int | None = None


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def _answer(self) -> None:
        length = int(self.headers.get("content-length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.answer(Asked(self.command, self.path, headers, self.rfile.read(length)))
        self.send_response(reply.status)
        length = len(reply.content) if reply.promised is None else reply.promised
        about = {"content-type": reply.media_type, "content-length": str(length), **reply.headers}
        for name, value in about.items():
            self.send_header(name, value)
        self.end_headers()
        self._send(reply)

    do_GET = do_POST = _answer

    def _send(self, reply: Reply) -> None:
        step = 1 if reply.pause else max(len(reply.content), 1)
        try:
            for start in range(0, len(reply.content), step):
                self.wfile.write(reply.content[start : start + step])
                time.sleep(reply.pause)
        except OSError:
            return  # whoever asked did not wait for the rest

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answer: Callable[[Asked], Reply]

    def handle_error(self, *arguments: object) -> None:
        """Say nothing of whoever broke off."""


@contextmanager
def serving(answer: Callable[[Asked], Reply], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server with these answers, and its address."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.answer = answer
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
