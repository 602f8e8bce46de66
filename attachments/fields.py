"""Model fields for pictures and documents: the column holds a stored name, which says all that a page needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from attachments.documents import BadDocument, check_document
from attachments.names import (
    DOCUMENT_EXTENSIONS,
    STEPS,
    Kind,
    Original,
    read_original,
    rendition_name,
    sizes,
)
from attachments.pictures import MAX_BYTES, BadPicture, check_picture
from attachments.storing import Batch
from attachments.words import sentence

MAX_NAME = 200


@dataclass(frozen=True)
class Shown:
    """A rendition as a page needs it: addresses, size in px. A drawing has no WebP (`webp_url` is None)."""

    url: str
    webp_url: str | None
    width: int
    height: int


class PictureFile(FieldFile):
    """The picture in a row. Everything but saving is read from its name, without a file or a query."""

    field: PictureField
    _committed: bool

    @property
    def original(self) -> Original | None:
        """What the stored name says, None for an empty column or a file not yet stored."""
        return read_original(self.name or "")

    @property
    def url(self) -> str:
        """The address of the largest rendition; empty if the picture may not be shown."""
        shown = self.renditions()
        return shown[-1].url if shown else ""

    def renditions(self) -> tuple[Shown, ...]:
        """Return the renditions, smallest first; none for an empty column or what may not be shown."""
        original = self.original
        if original is None or not original.shown:
            return ()
        if original.extension == "svg":
            return self._drawing(original)
        return tuple(
            Shown(
                self._address(original, size.step, original.fallback),
                self._address(original, size.step, "webp"),
                size.width,
                size.height,
            )
            for size in sizes(self.field.kind, original.width, original.height)
        )

    def rendition(self, step: int) -> Shown | None:
        """Return the rendition for `step` px (96, 192, 384 of a portrait), else the largest below it."""
        shown = self.renditions()
        if not shown:
            return None
        index = [known for known in STEPS[self.field.kind] if known <= step]
        return shown[min(max(len(index), 1), len(shown)) - 1]

    def save(self, name: str | None, content: File[Any], save: bool = True) -> None:
        """Check a new picture and store it under its own name with its renditions. Raises BadPicture."""
        content.seek(0)
        with Batch(self.storage) as batch:
            stored = batch.picture(
                content.read(), self.field.kind, name or "", allow_svg=self.field.allow_svg
            )
        _settle(self, stored, save=save)

    def _drawing(self, original: Original) -> tuple[Shown, ...]:
        """Return the steps of a drawing, which are one file in several sizes."""
        address = self._address(original, STEPS[self.field.kind][-1], "svg")
        return tuple(
            Shown(address, None, size.width, size.height)
            for size in sizes(self.field.kind, original.width, original.height)
        )

    def _address(self, original: Original, step: int, extension: str) -> str:
        return self.storage.url(rendition_name(original.digest, self.field.kind, step, extension))


class DocumentFile(FieldFile):
    """The document in a row: `url` and `name` of what is stored as it came."""

    _committed: bool

    @property
    def public_name(self) -> str:
        """The file name that readers see."""
        return (self.name or "").rpartition("/")[2]

    def save(self, name: str | None, content: File[Any], save: bool = True) -> None:
        """Check a new document and store it under its own name. Raises BadDocument."""
        content.seek(0)
        with Batch(self.storage) as batch:
            stored = batch.document(content, name or "")
        _settle(self, stored, save=save)


def _settle(file: PictureFile | DocumentFile, stored: str, *, save: bool) -> None:
    """Make the row hold a stored name, as FieldFile.save does."""
    file.name = stored
    setattr(file.instance, file.field.attname, stored)
    file._committed = True  # noqa: SLF001  # the flag by which Django's FileField knows that nothing is left to store
    if save:
        file.instance.save()


class PictureFormField(forms.FileField):
    """An upload that is refused with a sentence if it is no picture that the site takes."""

    def __init__(self, *, allow_svg: bool = False, **kwargs: Any) -> None:
        self.allow_svg = allow_svg
        super().__init__(**{**kwargs, "max_length": None})

    def to_python(self, data: Any) -> File[Any] | None:
        """Return the upload, checked to its last row and wound back."""
        upload = super().to_python(data)
        if upload is None:
            return None
        try:
            # One byte over the limit is enough to refuse.
            check_picture(upload.read(MAX_BYTES + 1), upload.name or "", allow_svg=self.allow_svg)
        except BadPicture as problem:
            raise ValidationError(sentence(problem), code=problem.code) from problem
        upload.seek(0)
        return upload

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the browser offer pictures only."""
        types = [
            "image/jpeg",
            "image/png",
            "image/webp",
            "image/gif",
            *(["image/svg+xml"] if self.allow_svg else []),
        ]
        return {**super().widget_attrs(widget), "accept": ",".join(types)}


class DocumentFormField(forms.FileField):
    """An upload that is refused with a sentence if it is no document that the site takes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "max_length": None})

    def to_python(self, data: Any) -> File[Any] | None:
        """Return the upload if name and size are fine."""
        upload = super().to_python(data)
        if upload is None:
            return None
        try:
            check_document(upload.name or "", upload.size or 0)
        except BadDocument as problem:
            raise ValidationError(sentence(problem), code=problem.code) from problem
        return upload

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the browser offer documents only."""
        accept = ",".join(f".{extension}" for extension in sorted(DOCUMENT_EXTENSIONS))
        return {**super().widget_attrs(widget), "accept": accept}


class PictureField(models.FileField):
    """A picture of a person, a logo or a banner; the column holds the stored name of the original.

    An import sets it to a name that `Batch.picture` returned; an upload is checked by the form and stored
    when the row is saved. `allow_svg` is for logos.
    """

    attr_class = PictureFile
    description = _("Picture")

    def __init__(self, *args: Any, kind: Kind = "portrait", allow_svg: bool = False, **kwargs: Any) -> None:
        self.kind: Kind = kind
        self.allow_svg = allow_svg
        super().__init__(*args, **{"max_length": MAX_NAME, **kwargs})

    def formfield(self, **kwargs: Any) -> Any:
        """Return a PictureFormField, unless the caller names another class."""
        defaults: dict[str, Any] = {"form_class": PictureFormField}
        if kwargs.get("form_class", PictureFormField) is PictureFormField:
            defaults["allow_svg"] = self.allow_svg
        return super().formfield(**{**defaults, **kwargs})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return what a migration needs to make this field again."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "kind": self.kind, "allow_svg": self.allow_svg}


class DocumentField(models.FileField):
    """Slides, a paper, a poster; the column holds the stored name, which is public."""

    attr_class = DocumentFile
    description = _("Document")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": MAX_NAME, **kwargs})

    def formfield(self, **kwargs: Any) -> Any:
        """Return a DocumentFormField, unless the caller names another class."""
        return super().formfield(**{"form_class": DocumentFormField, **kwargs})
