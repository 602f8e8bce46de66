"""The form that takes files to be imported, and says how."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from editions.clock import validate_zone
from editions.models import Edition
from editions.querysets import works_everywhere
from exchange.dialects import NATIVE, Dialect, choose, dialect_names, read_mapping
from exchange.dialects.values import edition_key
from exchange.documents.reading import DATA_LIMIT
from exchange.importing import Options
from exchange.models import SourceDialect, SourceFile
from exchange.problems import Problems
from exchange.reports import problem_line
from exchange.scalars import BadValue
from exchange.tree.view import TEXT_ENDINGS
from workbench.files.uploads import LIMIT, is_zip
from workbench.naming import edition_words

if TYPE_CHECKING:
    from exchange.merge import Prefer

    _FileField = forms.FileField
else:
    _FileField = forms.FileField

# Among dialects: a mapping that files came by before, and one that is sent with the form.
KEPT, SENT = "kept:", "sent"
PREFER = [
    ("", _("Ask me: keep the site's value, and note a conflict")),
    ("file", _("The file's value wins")),
    ("site", _("The site's value wins")),
]
TOO_LARGE = _("That is more than %(limit)d MB. Send the editions one by one.")

BELONG_TOGETHER = _("Files that a mapping describes belong together: send them all as a .zip.")


class ManyFiles(forms.ClearableFileInput):
    """An input for several files."""

    allow_multiple_selected = True


class ManyFilesField(_FileField):
    """One or several files."""

    widget = ManyFiles(attrs={"accept": ".zip,.md,.markdown,.html"})

    def clean(self, data: Any, initial: Any = None) -> "list[File[bytes]]":
        """Every file as Django checks one."""
        files = data if isinstance(data, (list, tuple)) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in files or [None]]


class OptionsForm(forms.Form):
    """How files shall be imported: what `import_talks` asks by its options, in plain words."""

    edition = forms.CharField(
        label=_("Only this edition"),
        required=False,
        help_text=_("Its key. Whatever else the files tell of stays as it is. Empty: all of them."),
    )
    default_edition = forms.CharField(
        label=_("Edition of files that name none"),
        required=False,
        help_text=_("Its key, as in the edition's address."),
    )
    new_editions = forms.BooleanField(
        label=_("Make new editions"),
        required=False,
        help_text=_("Where talks name an edition that has no file of its own and is not on the site yet."),
    )
    timezone = forms.CharField(
        label=_("Time zone of new editions"),
        required=False,
        help_text=_("Such as Europe/Lisbon; used where no file names one."),
    )
    prefer = forms.ChoiceField(
        label=_("Where site and file have both changed"), choices=PREFER, required=False
    )
    keep_going = forms.BooleanField(
        label=_("Leave out files with errors, and import the others"), required=False
    )
    dialect = forms.ChoiceField(
        label=_("What the files' keys mean"),
        help_text=_("Lectern's own keys, unless the site that the files come from has a mapping."),
    )
    mapping = forms.FileField(
        label=_("A mapping of your own"),
        required=False,
        help_text=_("A .yml file; choose “the mapping sent here” above."),
        widget=forms.FileInput(attrs={"accept": ".yml,.yaml"}),
    )

    def __init__(self, *args: Any, user: Any, kept: Mapping[str, Any] | None = None, **given: Any) -> None:
        given["initial"] = {"dialect": _usual_dialect(), **(kept or {})}
        super().__init__(*args, **given)
        self.kept = kept or {}
        self.everywhere = works_everywhere(user)
        open_ones = Edition.objects.open_to(user).newest_first()
        cast("forms.ChoiceField", self.fields["dialect"]).choices = _dialects(own=self.everywhere)
        if self.everywhere:
            self.editions = list(open_ones.values_list("key", flat=True))
            for name in ("edition", "default_edition"):
                self.fields[name].widget.attrs["list"] = "editions"
            return
        # Who works in some editions imports into one of them, and what is series-wide is not theirs to send.
        self.editions = []
        choices = [(one.key, edition_words(one)) for one in open_ones]
        self.fields["edition"] = forms.ChoiceField(
            label=_("Into this edition"),
            choices=choices,
            help_text=_("Whatever else the files tell of stays as it is."),
        )
        for name in ("new_editions", "timezone", "mapping"):
            del self.fields[name]

    def clean_edition(self) -> str:
        """The key of an edition, or nothing."""
        return _key(self.cleaned_data["edition"])

    def clean_default_edition(self) -> str:
        """The key of an edition, or nothing."""
        return _key(self.cleaned_data["default_edition"])

    def clean_timezone(self) -> str:
        """The name of a zone, or nothing."""
        zone = str(self.cleaned_data["timezone"])
        if zone:
            validate_zone(zone)
        return zone

    def clean(self) -> dict[str, Any]:
        """The mapping is there if it is chosen, and can be read."""
        found = super().clean() or self.cleaned_data
        if found.get("dialect") == SENT:
            try:
                found |= self._sent()
            except ValidationError as wrong:
                self.add_error("mapping", wrong)
        return found

    def _sent(self) -> dict[str, str]:
        """Name and text of the mapping that is sent, or was sent before."""
        file = self.cleaned_data.get("mapping")
        if file is None and self.kept.get("mapping_text"):
            return {name: self.kept[name] for name in ("mapping_name", "mapping_text")}
        if file is None:
            raise ValidationError(_("Send the mapping, or choose another meaning of the keys."))
        data, problems = file.read(DATA_LIMIT + 1), Problems()
        if read_mapping(str(file.name), data, problems) is None:
            raise ValidationError([problem_line(one, {}) for one in problems.sorted()])
        return {"mapping_name": str(file.name), "mapping_text": data.decode()}

    def options(self) -> dict[str, Any]:
        """What was chosen, as JSON."""
        return {name: one for name, one in self.cleaned_data.items() if name not in ("mapping", "upload")}


class UploadForm(OptionsForm):
    """Files, and how they shall be imported."""

    upload = ManyFilesField(
        label=_("Files"),
        help_text=_("A .zip of a site's folder with its pictures, or one or several .md files."),
        error_messages={"required": _("Choose a .zip, or one or several .md files.")},
    )
    field_order = ("upload",)

    def clean_upload(self) -> "list[File[bytes]]":
        """One archive, or single files of talks, of different names."""
        files: list[File[bytes]] = self.cleaned_data["upload"]
        names = [str(one.name) for one in files]
        zipped = [name for name in names if is_zip(name)]
        strange = [name for name in names if not name.lower().endswith((".zip", *TEXT_ENDINGS))]
        if strange:
            raise ValidationError(
                _("“%(name)s” is neither a .zip nor a .md file."), params={"name": strange[0]}
            )
        if zipped and len(files) > 1:
            raise ValidationError(_("Send an archive alone, without other files."))
        if len({name.casefold() for name in names}) < len(names):
            raise ValidationError(
                _("Two of these files have the same name. Send them as a .zip, in their folders.")
            )
        if sum(one.size for one in files) > LIMIT:
            raise ValidationError(TOO_LARGE, params={"limit": LIMIT // 1024**2})
        return files

    def clean(self) -> dict[str, Any]:
        """Single files are read by Lectern's own keys: those of a mapping tell of each other."""
        found = super().clean()
        files = found.get("upload")
        if files and not is_zip(str(files[0].name)) and found.get("dialect", NATIVE.name) != NATIVE.name:
            self.add_error("upload", BELONG_TOGETHER)
        return found


@dataclass(frozen=True)
class Chosen:
    """How to import, made of what a form kept. ``wrong``: why it cannot be, in words."""

    options: Options
    wrong: str = ""


def chosen(kept: Mapping[str, Any], user: User, **more: Any) -> Chosen:
    """The options that a form kept; who works in some editions gets nothing but one of these."""
    dialect = _dialect(kept)
    options = Options(
        default_edition=kept["default_edition"],
        edition=kept["edition"],
        new_editions=kept.get("new_editions", False),
        timezone=kept.get("timezone", ""),
        prefer=cast("Prefer", kept["prefer"]),
        keep_going=kept["keep_going"],
        dialect=dialect or NATIVE,
        actor=user.get_username(),
        **more,
    )
    open_one = Edition.objects.open_to(user).filter(key=options.edition)
    if not works_everywhere(user) and not open_one.exists():
        return Chosen(options, gettext("You may not import into this edition."))
    return Chosen(options, "" if dialect else gettext("The mapping is no longer there: choose another."))


def _dialect(kept: Mapping[str, Any]) -> Dialect | None:
    name, problems = str(kept["dialect"]), Problems()
    if name == SENT:
        return read_mapping(kept["mapping_name"], kept["mapping_text"].encode(), problems)
    if name.startswith(KEPT):
        mapping = SourceDialect.objects.filter(key=name.removeprefix(KEPT)).first()
        return read_mapping(mapping.name, mapping.text.encode(), problems) if mapping else None
    return choose(name, problems)


def _dialects(*, own: bool) -> list[tuple[str, str]]:
    """Lectern's own keys and the mappings by which files came; with ``own`` any other mapping too."""
    kept = [
        (f"{KEPT}{key}", gettext("As before: %(name)s") % {"name": name})
        for key, name in SourceDialect.objects.order_by("name", "pk").values_list("key", "name")
    ]
    found = [(NATIVE.name, gettext("Lectern's own keys")), *kept]
    if own:
        found += [(name, name) for name in dialect_names() if name != NATIVE.name]
        found.append((SENT, gettext("The mapping sent here")))
    return found


def _usual_dialect() -> str:
    """That of all files on the site, if it is one."""
    keys = SourceFile.objects.filter(gone_at=None).order_by().values_list("mapping__key", flat=True)
    found = set(keys.distinct()[:2])
    key = found.pop() if len(found) == 1 else None
    return f"{KEPT}{key}" if key else NATIVE.name


def _key(text: str) -> str:
    try:
        if text:
            edition_key(text)
    except BadValue as wrong:
        raise ValidationError(_("“%(key)s” is no edition's key."), params={"key": text}) from wrong
    return text.strip()
