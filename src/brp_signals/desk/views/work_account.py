"""Signing in with an account of the municipality: out to its provider, and back.

A browser that comes back from the provider comes from another site, and then sends no cookie of ours (SameSite=Strict).
So it first gets a page of ours that goes on by itself; from there the cookie comes along.
"""

from typing import Final
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from brp_signals.base.errors import UsageProblem
from brp_signals.desk.accounts import WorkAccount, keep_user_of_provider
from brp_signals.desk.entrance import Addresses, Visit
from brp_signals.desk.oidc import SignedIn, SignInRefused
from brp_signals.desk.roles import Permission, User
from brp_signals.publish.in_dutch import in_dutch

addresses = Addresses()
_ON: Final = "/aanmelden/verder"
#: All that a provider sends back; nothing else goes on.
_SENT_BACK: Final = ("code", "state", "iss", "error")


@addresses.page(WorkAccount.path, Permission.ANYBODY)
def go_out(visit: Visit) -> Response:
    """Send the browser to the provider, with a session that knows what was begun in it."""
    if visit.place.provider is None:
        return visit.not_here()
    try:
        started = visit.place.provider.start()
    except SignInRefused as problem:
        return _refused(visit, problem)
    answer = RedirectResponse(started.address, 303)
    session = visit.place.sessions.begin(None, visit.now, visit.session.token if visit.session else None)
    visit.place.begun.keep(session.token, started.kept)
    visit.give(answer, session)
    return answer


@addresses.page("/aanmelden/terug", Permission.ANYBODY)
def come_back(visit: Visit) -> Response:
    """Go on from a page of our own, so that the browser sends its cookie."""
    sent = {name: value for name, value in visit.request.query_params.items() if name in _SENT_BACK}
    answer = visit.plain(200, "Aanmelden", "U wordt aangemeld.")
    answer.headers["Refresh"] = f"0; url={_ON}?{urlencode(sent)}"
    return answer


@addresses.page(_ON, Permission.ANYBODY)
def go_in(visit: Visit) -> Response:
    """Let in whom the provider vouches for."""
    provider, session = visit.place.provider, visit.session
    if provider is None:
        return visit.not_here()
    kept = visit.place.begun.take(session.token) if session else None
    try:
        user = _user(visit, provider.finish(kept, visit.request.query_params))
    except (SignInRefused, UsageProblem) as problem:
        return _refused(visit, problem)
    visit.place.log.write(visit.now, user.name, "signed_in")
    answer = visit.go("/")
    visit.begin_session(answer, user)
    return answer


@addresses.page(WorkAccount.path_out, Permission.ANYBODY)
def sign_out(visit: Visit) -> Response:
    """Send a browser that has signed out here to the provider, to sign out there as well.

    A link and no form: the desk lets no form lead to another site.
    """
    try:
        address = visit.place.provider.sign_out_address() if visit.place.provider else None
    except SignInRefused as problem:
        return _refused(visit, problem)
    return RedirectResponse(address, 303) if address else visit.not_here()


def _user(visit: Visit, signed_in: SignedIn) -> User:
    return keep_user_of_provider(
        visit.place.database,
        signed_in.subject,
        signed_in.user,
        sorted(signed_in.roles),
        sorted(signed_in.municipalities),
    )


def _refused(visit: Visit, problem: SignInRefused | UsageProblem) -> Response:
    visit.log("sign_in_refused", detail=visit.request.client.host if visit.request.client else "")
    return visit.plain(403, "Niet aangemeld", in_dutch(str(problem)))
