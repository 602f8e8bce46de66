"""Files taken out by the browser: a talk, an edition, a patch."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from editions.models import Edition
from editions.querysets import works_everywhere
from exchange.dialects import NATIVE
from exchange.exporting import Export, export_files
from exchange.models import SourceFile, SourceRecord
from exchange.outgoing import Outgoing
from exchange.problems import Level
from exchange.sentences import sentence
from talks.models import Talk
from workbench.files.plan_page import ProblemGroup, group_problems
from workbench.files.settling import open_conflicts
from workbench.naming import edition_words
from workbench.pages import demand, find_edition, show

EVERY = "all"
MOST_FILES = 100
RIGHT = "talks.view_talk"


@dataclass(frozen=True)
class Choice:
    """An edition that can be chosen, or all of them."""

    key: str
    words: str


@dataclass(frozen=True)
class FileTold:
    """A file that is other than it was imported, and how."""

    path: str
    how: str


@dataclass(frozen=True)
class ExportTold:
    """What would be in a download: how many files, which of them differ, which pictures no patch holds, problems."""

    key: str
    count: int
    companions: int
    changed: list[FileTold]
    more_changed: int
    unpatched: list[str]
    more_unpatched: int
    problems: tuple[ProblemGroup, ...]
    conflicts: int
    closed: list[str]


def downloads(request: HttpRequest) -> HttpResponse:
    """Say what a download of an edition, or of all, would hold, and offer it."""
    demand(request, RIGHT)
    everything = [Choice(EVERY, _("All editions"))] if works_everywhere(request.user) else []
    open_ones = Edition.objects.open_to(request.user).newest_first()
    choices = [*everything, *(Choice(one.key, edition_words(one)) for one in open_ones)]
    key = request.GET.get("edition", "")
    told = _told(request, key) if key else None
    answer = show(
        request, "workbench/downloads.html", _("Download files"), choices=choices, chosen=key, told=told
    )
    answer["Cache-Control"] = "no-store"
    return answer


def talk_file(request: HttpRequest, talk: int) -> HttpResponse:
    """The file of a talk, as an export of its edition would write it."""
    demand(request, RIGHT)
    editions = Edition.objects.open_to(request.user)
    row = Talk.objects.filter(edition__in=editions.values("pk"), pk=talk).select_related("edition").first()
    if row is None:
        raise Http404(_("There is no such talk."))
    export = export_files(row.edition.key)
    found = _file_of(row, export)
    if found is None or found.data is None or _closed(request, [found.path]):
        messages.error(request, _refusal(row, export, found))
        return HttpResponseRedirect(reverse("admin:talks_talk_change", args=[row.pk]))
    return _attachment(PurePosixPath(found.path).name, "text/markdown; charset=utf-8", found.data)


def archive(request: HttpRequest, edition: str) -> HttpResponse:
    """Every file of an edition, or of all, in one archive."""
    export = _export(request, edition)
    if isinstance(export, HttpResponse):
        return export
    return _attachment(f"{edition}.zip", "application/zip", export.as_zip())


def patch(request: HttpRequest, edition: str) -> HttpResponse:
    """What the site changed since the import, for `git apply`."""
    export = _export(request, edition)
    if isinstance(export, HttpResponse):
        return export
    return _attachment(f"{edition}.patch", "text/x-diff; charset=utf-8", export.as_patch())


def _scope(request: HttpRequest, key: str) -> str:
    """The key of an edition in which the user works; "" for all, if they work in all."""
    if key == EVERY and works_everywhere(request.user):
        return ""
    return str(find_edition(request, key).key)


def _export(request: HttpRequest, key: str) -> Export | HttpResponse:
    """What goes out; where some of it is not the user's to see, the page that says so."""
    demand(request, RIGHT)
    export = export_files(_scope(request, key))
    if _closed(request, [one.path for one in export.files]):
        return HttpResponseRedirect(f"{reverse('admin:export')}?edition={key}")
    return export


def _told(request: HttpRequest, key: str) -> ExportTold:
    scope = _scope(request, key)
    export = export_files(scope)
    files = [one for one in export.files if one.data is not None]
    changed = [one for one in export.files if one.data != one.base]
    # Asked first: a picture that the site has lost is found out by reading it.
    unpatched = export.new_companions()
    conflicts = open_conflicts(request.user)
    return ExportTold(
        key=key,
        count=len(files),
        companions=len(export.companions),
        changed=[FileTold(one.path, _how(one)) for one in changed[:MOST_FILES]],
        more_changed=max(0, len(changed) - MOST_FILES),
        unpatched=unpatched[:MOST_FILES],
        more_unpatched=max(0, len(unpatched) - MOST_FILES),
        problems=group_problems(export.said(), {}),
        conflicts=(conflicts.filter(record__edition_key=scope) if scope else conflicts).count(),
        closed=_closed(request, [one.path for one in export.files]),
    )


def _how(one: Outgoing) -> str:
    if one.base is None:
        return _("new")
    return _("deleted") if one.data is None else _("changed")


def _closed(request: HttpRequest, paths: list[str]) -> list[str]:
    """Those of the files that tell of an edition in which the user does not work, or of none in particular."""
    if works_everywhere(request.user):
        return []
    own = set(Edition.objects.open_to(request.user).values_list("key", flat=True))
    wanted = set(paths)
    found = wanted & set(SourceFile.objects.filter(records=None).values_list("path", flat=True))
    rows = SourceRecord.objects.values_list(
        "file__path", "edition_key", "talk__edition__key", "edition__key", "member__edition__key"
    )
    for path, *keys in rows:
        if path in wanted and {key for key in keys if key} - own:
            found.add(path)
    return sorted(found)


def _file_of(talk: Talk, export: Export) -> Outgoing | None:
    """The file that a talk came from, or would go into."""
    files = {one.path: one for one in export.files}
    source = SourceRecord.objects.filter(talk=talk).values_list("file__path", flat=True).first()
    if source is not None:
        return files.get(source)
    # A new file has the talk's key as its stem; a number behind it where the path was taken.
    new = [one for one in export.files if one.base is None and NATIVE.kind_at(one.path) in ("talk", None)]
    exact = [one for one in new if _stem(one) == talk.key]
    numbered = [one for one in new if _stem(one).rpartition("-")[0] == talk.key]
    return next(iter([*exact, *numbered]), None)


def _stem(one: Outgoing) -> str:
    """The stem of a file, or of the folder whose index it is."""
    path = PurePosixPath(one.path)
    return path.parent.name if path.stem == "index" else path.stem


def _refusal(talk: Talk, export: Export, found: Outgoing | None) -> str:
    """Why a talk has no file to give."""
    if found is not None and found.data is not None:
        return _("Its file tells of other editions too: ask an organizer for it.")
    stems = (talk.key, str(found.path) if found else "")
    for one in export.said():
        if one.level is Level.ERROR and (PurePosixPath(one.path).stem in stems or one.path in stems):
            return f"{one.path}: {sentence(one)[0]}"
    return _("No file goes out for this talk: the one that it came from is gone.")


def _attachment(name: str, kind: str, data: bytes) -> HttpResponse:
    return HttpResponse(
        data,
        headers={
            "Content-Type": kind,
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Cache-Control": "no-store",
        },
    )
