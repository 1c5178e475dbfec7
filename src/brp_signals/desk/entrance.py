"""The one door of the desk: every address says which permission it asks, and every request is judged here before it is
answered.
"""

import logging
import secrets
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from brp_signals.base.errors import SignalsError, UsageProblem
from brp_signals.desk.rendering import render
from brp_signals.desk.roles import Permission, User
from brp_signals.desk.security import is_from_elsewhere
from brp_signals.desk.sessions import Session
from brp_signals.desk.workplace import Workplace

SIGN_IN: Final = "/aanmelden"
_COOKIE: Final = "brp_desk"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "testserver")
#: What exactly is wrong names files of the machine; it is in the log of the desk, for the operator.
_CANNOT: Final = "Het bureau kan nu niet lezen of vastleggen. Er is niets getoond of gewijzigd. Vraag de beheerder."
_LOG: Final = logging.getLogger("brp_signals.desk")


@dataclass(frozen=True)
class Visit:
    """One request that was let in: who asks, what was sent, and everything to answer it with."""

    place: Workplace
    request: Request
    session: Session | None
    form: Mapping[str, str]
    now: datetime

    @property
    def user(self) -> User:
        """Who asks. At an address for anybody there may be nobody; only `session` is asked there."""
        if self.session is None or self.session.user is None:
            raise UsageProblem("This address asks for somebody who signed in.")
        return self.session.user

    def log(self, action: str, case_id: str = "", detail: str = "") -> None:
        """Write a line of the audit log. Raises SignalsError: then nothing may be shown or changed."""
        name = self.session.user.name if self.session and self.session.user else ""
        self.place.log.write(self.now, name, action, case_id, detail)

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page for this visitor."""
        user = self.session.user if self.session else None
        return HTMLResponse(
            render(
                template,
                user=user,
                may=user.may if user else lambda permission: False,
                csrf=self.session.csrf_token if self.session else "",
                path=self.request.url.path,
                has_theme=self.place.settings.theme is not None,
                **values,
            ),
            status,
        )

    def go(self, path: str, **query: str) -> RedirectResponse:
        """Send the browser to another page of the desk."""
        return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303)

    def plain(self, status: int, title: str, text: str) -> HTMLResponse:
        """A page that says in one sentence why there is nothing else to see."""
        return self.page("plain.html", status, title=title, text=text)

    def not_here(self) -> HTMLResponse:
        """The same answer for what does not exist and for what this visitor may not see."""
        self.log("denied", detail=_shortened(self.request.url.path))
        return self.plain(404, "Niet gevonden", "Dit nummer bestaat niet, of u mag het niet zien.")

    def begin_session(self, answer: Response, user: User | None) -> None:
        """Give the browser a new session in the place of the one it has."""
        before = self.session.token if self.session else None
        self.give(answer, self.place.sessions.begin(user, self.now, before))

    def give(self, answer: Response, session: Session) -> None:
        """Give the browser the cookie of a session."""
        is_secure = self.request.url.hostname not in _LOOPBACK or self.request.url.scheme == "https"
        answer.set_cookie(_COOKIE, session.token, path="/", httponly=True, samesite="strict", secure=is_secure)


Answer = Callable[[Visit], Response]


class Addresses(APIRouter):
    """Addresses of the desk; none can be made without a permission."""

    def page(self, path: str, permission: Permission) -> Callable[[Answer], Answer]:
        """An address that shows something."""
        return self._address("GET", path, permission)

    def form(self, path: str, permission: Permission) -> Callable[[Answer], Answer]:
        """An address that a form of the desk is sent to."""
        return self._address("POST", path, permission)

    def _address(self, method: str, path: str, permission: Permission) -> Callable[[Answer], Answer]:
        def register(answer: Answer) -> Answer:
            self.add_api_route(path, _endpoint(permission, answer), methods=[method], response_model=None)
            return answer

        return register


def _endpoint(permission: Permission, answer: Answer) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        sent = await request.form() if request.method == "POST" else {}
        form = {name: value for name, value in sent.items() if isinstance(value, str)}
        return await run_in_threadpool(_admit, request, form, permission, answer)

    endpoint.permission = permission  # type: ignore[attr-defined]
    return endpoint


def _admit(request: Request, form: Mapping[str, str], permission: Permission, answer: Answer) -> Response:
    """Answer a request, if whoever sent it may ask this."""
    place: Workplace = request.app.state.place
    now = place.clock()
    visit = Visit(place, request, None, form, now)
    try:
        visit = Visit(place, request, place.sessions.find(request.cookies.get(_COOKIE), now), form, now)
        return _stopped(visit, permission) or answer(visit)
    except SignalsError as problem:
        _LOG.error("%s", problem)
        return visit.plain(503, "Dit kan nu niet", _CANNOT)
    except Exception as fault:
        _LOG.error("Internal failure of the desk: %s at %s.", type(fault).__name__, _place_of(fault))
        return visit.plain(500, "Er ging iets mis", "De fout is vastgelegd. Probeer het opnieuw of vraag de beheerder.")


def _stopped(visit: Visit, permission: Permission) -> Response | None:
    """The answer to a request that is not let in."""
    user = visit.session.user if visit.session else None
    if user is None and permission is not Permission.ANYBODY:
        is_page = visit.request.method == "GET" and visit.request.url.path != "/"
        return visit.go(SIGN_IN, **({"naar": visit.request.url.path} if is_page else {}))
    if visit.request.method == "POST" and not _is_own_form(visit):
        if user:
            visit.log("forged", detail=_shortened(visit.request.url.path))
        return visit.plain(403, "Formulier verlopen", "Ga terug, laad de pagina opnieuw en probeer het nog een keer.")
    if user and not user.may(permission):
        visit.log("denied", detail=_shortened(visit.request.url.path))
        return visit.plain(403, "Geen toegang", "Uw rol geeft geen toegang tot deze pagina. De poging is vastgelegd.")
    return None


def _is_own_form(visit: Visit) -> bool:
    """Whether a form was made by us for this session."""
    if visit.session is None or is_from_elsewhere(visit.request.headers.raw):
        return False
    return secrets.compare_digest(visit.form.get("csrf", "").encode(), visit.session.csrf_token.encode())


def _shortened(path: str) -> str:
    return path[:80]


def _place_of(fault: BaseException) -> str:
    """Where a failure came from, without its text, which may quote a person."""
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{frames[-1].name}, line {frames[-1].lineno}" if frames else "an unknown place"
