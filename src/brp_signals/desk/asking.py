"""One question to another system, within limits that hold whatever that system does.

The time runs from the first byte to the last, and an answer is read up to a size and no farther. No redirect is
followed, nothing is asked twice, and settings of the machine (proxies) do not count.
"""

import asyncio
import json
import os
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import read_secret


class Why(Enum):
    """Why there is no answer."""

    UNREACHABLE = auto()
    UNTRUSTED = auto()
    SLOW = auto()
    TOO_LARGE = auto()
    REDIRECTED = auto()
    BROKEN_OFF = auto()


class Unanswered(Exception):
    """There is no answer; it holds nothing of the question."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


class Answer(NamedTuple):
    """A whole answer, whatever its status."""

    status: int
    media_type: str
    content: bytes

    def members(self) -> dict[str, Any] | None:
        """The members of the JSON object that was answered; None when something else was."""
        is_json = self.media_type == "application/json" or self.media_type.endswith("+json")
        try:
            said = json.loads(self.content) if is_json else None
        except (ValueError, RecursionError):
            return None
        return said if isinstance(said, dict) else None


@dataclass(frozen=True)
class Line:
    """How another system is reached."""

    seconds: float
    most_bytes: int
    tls: ssl.SSLContext = field(repr=False)

    def ask(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        """Ask once. Raises Unanswered.

        The caller waits, so that this belongs in a thread without an event loop, as FastAPI gives a `def` route.
        """
        told = {"accept": "application/json", **(headers or {}), "accept-encoding": "identity"}
        try:
            return asyncio.run(self._in_time(httpx.Request(method, address, headers=told, content=content)))
        except TimeoutError:
            raise Unanswered(Why.SLOW) from None
        except (httpx.ReadError, httpx.RemoteProtocolError, httpx.DecodingError):
            raise Unanswered(Why.BROKEN_OFF) from None
        except (httpx.HTTPError, OSError) as problem:  # httpx lets the alert of a server that refuses us through
            raise Unanswered(Why.UNTRUSTED if _is_about_trust(problem) else Why.UNREACHABLE) from None

    async def _in_time(self, request: httpx.Request) -> Answer:
        async with (
            asyncio.timeout(self.seconds),
            httpx.AsyncClient(verify=self.tls, trust_env=False, timeout=None) as client,  # noqa: S113 -- the line above
        ):
            response = await client.send(request, stream=True)
            if response.is_redirect:
                raise Unanswered(Why.REDIRECTED)
            media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            return Answer(response.status_code, media_type, await self._content(response))

    async def _content(self, response: httpx.Response) -> bytes:
        content = bytearray()
        async for part in response.aiter_bytes():
            content += part
            if len(content) > self.most_bytes:
                raise Unanswered(Why.TOO_LARGE)
        return bytes(content)


def _is_about_trust(problem: BaseException) -> bool:
    return any(isinstance(each, ssl.SSLError) for each in _causes(problem))


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__


def trust(ca_file: Path | None, certificate: tuple[Path, Path] | None = None) -> ssl.SSLContext:
    """Whom to trust (by default whom this machine trusts), and the certificate and key that say who we are.

    Raises UsageProblem when a file is missing or holds something else.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
        if certificate:
            context.load_cert_chain(*certificate)
    except OSError:  # SSLError is one
        named = ", ".join(str(path) for path in (ca_file, *(certificate or ())) if path)
        raise UsageProblem(f"{named}: a certificate or its key cannot be read; check paths, rights and form.") from None
    return context


def secret(file: Path | None, variable: str | None, what: str) -> str:
    """A secret out of its file or environment variable. Raises UsageProblem when there is none."""
    if file and not file.exists():
        raise UsageProblem(f"The {what} {file} does not exist; write it there, readable for its owner alone.")
    text = (read_secret(file, what) if file else os.environ.get(variable or "", "")).strip()
    if not text or not text.isprintable() or not text.isascii():
        raise UsageProblem(f"The {what} in {file or variable} is empty or more than one line; write it there again.")
    return text
