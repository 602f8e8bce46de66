"""Writing Markdown: the widget with its live preview, and the two addresses that it calls, for staff only.

django-markdownx's own views answer anybody, keep whatever they are sent and render with another renderer: they
are never part of the URL configuration. Of its widget we keep the markup and the names of the addresses; its
script and style sheet stay out, because the script takes Tab away from the keyboard, knows no rows that are
added to a form later, and shows an error page as if it were the preview.
"""

from functools import wraps
from pathlib import PurePath
from typing import Any, Protocol

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST
from markdownx.widgets import AdminMarkdownxWidget

from attachments.fields import PictureFormField
from attachments.names import Kind, read_original, rendition_name, sizes
from attachments.storing import Batch
from texts.markdown import render_markdown

KIND: Kind = "figure"
WRITERS = ("talks.change_talk", "speakers.change_speaker", "editions.change_edition", "editions.change_page")
WIDEST = 1280
"""A picture in a text needs no more px than a column on a sharp screen."""


class View(Protocol):
    """A view without arguments of its own."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""


def for_staff(view: View) -> View:
    """Let only people who work on the site POST, with the token of a form; nobody else gets further than 403.

    No redirect to the sign-in page: the script that calls would take that page for the answer.
    """

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not (request.user.is_active and request.user.is_staff):
            raise PermissionDenied
        return view(request)

    return never_cache(require_POST(csrf_protect(guarded)))


@for_staff
def preview(request: HttpRequest) -> HttpResponse:
    """The posted ``content`` as the public pages show it."""
    return HttpResponse(render_markdown(request.POST.get("content", "")))


class UploadForm(forms.Form):
    """A picture for a text."""

    image = PictureFormField()


@for_staff
def upload(request: HttpRequest) -> HttpResponse:
    """Keep the posted ``image`` and answer the Markdown that shows it; 400 and a sentence for what is no picture."""
    # What is put up is public: whoever only looks on puts up nothing.
    if not any(map(request.user.has_perm, WRITERS)):
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"error": " ".join(map(str, form.errors["image"]))}, status=400)
    image = form.cleaned_data["image"]
    with Batch() as batch:
        stored = batch.picture(image.read(), KIND, image.name)
    address = default_storage.url(shown_name(stored))
    return JsonResponse({"image_code": f"![{words_of(image.name)}]({address})", "image_path": address})


def shown_name(stored: str) -> str:
    """The rendition that a text shows of a picture stored under the name ``stored``."""
    original = read_original(stored)
    if original is None:
        raise ValueError(stored)
    fitting = [size for size in sizes(KIND, original.width, original.height) if size.step <= WIDEST]
    return rendition_name(original.digest, KIND, fitting[-1].step, "webp")


def words_of(name: str) -> str:
    """A file's name as words that describe its picture, for a start."""
    words = PurePath(name).stem.replace("-", " ").replace("_", " ")
    return "".join(letter for letter in words if letter.isalnum() or letter == " ").strip()


class MarkdownWidget(AdminMarkdownxWidget):  # type: ignore[misc]  # it ships no types
    """A text box with its live preview beside it; without script it is a text box."""

    @staticmethod
    def add_markdownx_attrs(attrs: dict[str, Any]) -> dict[str, Any]:
        """Add what the script reads: where to ask for the preview and where to send pictures."""
        attrs["class"] = f"{attrs.get('class', '')} markdownx-editor".strip()
        attrs["data-markdownx-urls-path"] = reverse("admin:markdownx_markdownify")
        attrs["data-markdownx-upload-urls-path"] = reverse("admin:markdownx_upload")
        attrs["data-preview"] = _("Preview")
        attrs["data-picture"] = _("Insert a picture…")
        attrs["data-failed"] = _("The preview can't be shown at the moment: your text is still here.")
        return attrs

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template needs."""
        return forms.Textarea.get_context(self, name, value, self.add_markdownx_attrs(dict(attrs or {})))

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """The box and its preview."""
        return forms.Textarea.render(self, name, value, attrs, renderer)

    @property
    def media(self) -> forms.Media:
        """Our script and style sheet instead of markdownx's."""
        return forms.Media(css={"all": ["workbench/workbench.css"]}, js=["workbench/preview.js"])
