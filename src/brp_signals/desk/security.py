"""What holds for every answer and every request of the desk, whatever the address."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: No form of the desk comes near.
LARGEST_BODY: Final = 64 * 1024
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers then say of our own forms that they come from nowhere.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Nothing of a page stays in the browser, so that the back button shows nothing after signing out.
    "Cache-Control": "no-store",
}


class TooLarge(Exception):
    """A body of more than `LARGEST_BODY` bytes."""


class Headers:
    """Puts the headers of the desk on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                del headers["server"]
            await send(message)

        await self._app(scope, receive, with_headers)


class BodyLimit:
    """Refuses a body that is larger than any form of the desk, also one that does not say its length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        n_bytes = 0

        async def counted() -> Message:
            nonlocal n_bytes
            message = await receive()
            n_bytes += len(message.get("body", b""))
            if n_bytes > LARGEST_BODY:
                raise TooLarge
            return message

        await self._app(scope, counted, send)


def own_path(text: str) -> str:
    """The address if it is one of this desk, else the first page: nobody is sent elsewhere by a link to us."""
    is_plain = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    parts = urlsplit(text) if is_plain else None
    return text if parts and not parts.scheme and not parts.netloc else "/"


def is_from_elsewhere(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a browser says that a form was sent by a page of another site."""
    found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    origin = found.get("origin")
    if found.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    return origin is not None and urlsplit(origin).netloc != found.get("host")
