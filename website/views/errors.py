"""What is shown where there is no page, and where one failed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.utils import translation

from website.context import Frame, frame
from website.pages import Page, of_visitor, render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: the same page whether something is missing or not public."""
    viewpoint = of_visitor(request)
    with translation.override(viewpoint.language):
        page = Page("404.html", {"frame": frame(viewpoint, "")}, status=404)
    return HttpResponse(render(page, viewpoint), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 with a page that asks nothing of the database, which may be what failed."""
    bare = Frame(settings.SITE_NAME, None, "", "", "", (), None, ())
    return HttpResponseServerError(render_to_string("500.html", {"frame": bare}))
