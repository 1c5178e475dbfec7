"""Signing in and out, the style sheets, and whether the desk is well."""

import os
from importlib.resources import files
from typing import Final

from starlette.responses import JSONResponse, Response

from brp_signals.desk.accounts import user_with_password
from brp_signals.desk.entrance import SIGN_IN, Addresses, Visit
from brp_signals.desk.limits import SIGN_IN_BY_NAME, SIGN_IN_BY_PLACE, count, is_reached
from brp_signals.desk.roles import Permission
from brp_signals.desk.security import own_path

addresses = Addresses()
_STATIC: Final = {"desk.css": "text/css", "teken.svg": "image/svg+xml"}
_WRONG: Final = "Naam of wachtwoord klopt niet."
_BLOCKED: Final = "Te vaak geprobeerd. Wacht een kwartier en probeer het dan opnieuw."


@addresses.page(SIGN_IN, Permission.ANYBODY)
def show_sign_in(visit: Visit) -> Response:
    """The form to sign in with; the browser gets a session without a name."""
    if visit.session and visit.session.user:
        return visit.go("/")
    return _sign_in_page(visit, visit.request.query_params.get("naar", "/"))


@addresses.form(SIGN_IN, Permission.ANYBODY)
def sign_in(visit: Visit) -> Response:
    """Let somebody in who knows a name and its password."""
    name, to = visit.form.get("naam", "").strip()[:60], own_path(visit.form.get("naar", "/"))
    place, database = _where_from(visit), visit.place.database
    subjects = ((SIGN_IN_BY_NAME, name), (SIGN_IN_BY_PLACE, place))
    if any(is_reached(database, limit, subject, visit.now) for limit, subject in subjects):
        visit.log("sign_in_blocked", detail=place)
        return _sign_in_page(visit, to, _BLOCKED, 429)
    user = user_with_password(database, name, visit.form.get("wachtwoord", ""))
    if user is None:
        for limit, subject in subjects:
            count(database, limit, subject, visit.now)
        visit.log("sign_in_failed", detail=place)
        return _sign_in_page(visit, to, _WRONG, 403)
    visit.place.log.write(visit.now, user.name, "signed_in")
    answer = visit.go(to)
    visit.begin_session(answer, user)
    return answer


def _sign_in_page(visit: Visit, to: str, problem: str = "", status: int = 200) -> Response:
    session = visit.place.sessions.begin(None, visit.now, visit.session.token if visit.session else None)
    fresh = Visit(visit.place, visit.request, session, visit.form, visit.now)
    answer = fresh.page(
        "sign_in.html", status, title="Aanmelden", to=own_path(to), problem=problem, ways=visit.place.ways
    )
    visit.give(answer, session)
    return answer


def _where_from(visit: Visit) -> str:
    return visit.request.client.host if visit.request.client else ""


@addresses.form("/afmelden", Permission.SIGNED_IN)
def sign_out(visit: Visit) -> Response:
    """End the session."""
    visit.log("signed_out")
    if visit.session:
        visit.place.sessions.end(visit.session.token)
    return visit.go(SIGN_IN)


@addresses.page("/stijl/{name}", Permission.ANYBODY)
def style(visit: Visit) -> Response:
    """A style sheet or picture of the desk, or the style sheet of the municipality."""
    name, theme = visit.request.path_params["name"], visit.place.settings.theme
    if name == "thema.css" and theme:
        return Response(theme.read_bytes(), media_type="text/css")
    if name not in _STATIC:
        return Response(status_code=404)
    return Response(files("brp_signals.desk").joinpath("static", name).read_bytes(), media_type=_STATIC[name])


@addresses.page("/gezond", Permission.ANYBODY)
def health(visit: Visit) -> Response:
    """Whether the desk can do its work, for a monitor; no numbers of cases or persons."""
    visit.place.keep_up()
    log = visit.place.log.path
    is_well = os.access(log if log.exists() else log.parent, os.W_OK)
    return JSONResponse(
        {"status": "gezond" if is_well else "het auditlog is niet te schrijven"}, 200 if is_well else 503
    )
