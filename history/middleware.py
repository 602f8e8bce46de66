"""Tells every write of a request in the name of the user who sent it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from history.telling import acting


class TellingMiddleware:
    """Stands behind authentication; writes by a visitor who is not signed in have no actor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its user as the actor of all that it writes."""
        # Reading is no writing, and asking who is signed in would cost every page a query.
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        with acting(request.user.get_username() if request.user.is_authenticated else ""):
            return self.get_response(request)
