"""The desk as a web application: its addresses, and what holds around all of them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from brp_signals.base.errors import SignalsError
from brp_signals.desk.security import BodyLimit, Headers, TooLarge
from brp_signals.desk.views import case_page, entry, oversight, persons, work, work_account
from brp_signals.desk.workplace import Workplace

_SECONDS_BETWEEN: Final = 60
_LOG: Final = logging.getLogger("brp_signals.desk")


def create_app(place: Workplace) -> FastAPI:
    """The application that shows this desk."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_kept_up)
    app.state.place = place
    for views in (entry, work_account, work, case_page, persons, oversight):
        app.router.routes.extend(views.addresses.routes)
    app.add_exception_handler(HTTPException, _no_such_address)
    app.add_exception_handler(TooLarge, _too_large)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(place.settings.hosts), www_redirect=False)
    app.add_middleware(BodyLimit)
    app.add_middleware(Headers)
    return app


@asynccontextmanager
async def _kept_up(app: FastAPI) -> AsyncIterator[None]:
    """While the desk is open: hand what waits to the ledger every minute, and remove what is over its term."""
    task = asyncio.create_task(_keep_up(app.state.place))
    yield
    task.cancel()


async def _keep_up(place: Workplace) -> None:
    while True:
        try:
            await run_in_threadpool(place.tidy)
            await run_in_threadpool(place.keep_up)
        except SignalsError as problem:
            _LOG.error("%s", problem)
        await asyncio.sleep(_SECONDS_BETWEEN)


async def _no_such_address(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 404
    return PlainTextResponse("Deze pagina bestaat niet.", status)


async def _too_large(request: Request, problem: Exception) -> Response:
    return PlainTextResponse("Dit formulier is te groot.", 413)
