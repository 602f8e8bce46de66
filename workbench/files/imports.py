"""Files brought in by the browser: upload, plan, confirm."""

from dataclasses import replace
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editions.models import Edition
from editions.querysets import works_everywhere
from exchange.dialects import NATIVE
from exchange.importing import Report, import_files
from exchange.models import Run
from exchange.problems import Problems
from exchange.reports import problem_line, summary
from exchange.tree import open_tree
from history.frozen import FrozenEditionError
from workbench.files import uploads
from workbench.files.import_form import BELONG_TOGETHER, OptionsForm, UploadForm, chosen
from workbench.files.placing import Placed, place
from workbench.files.plan_page import PlanTold, tell_plan
from workbench.files.reach import beyond
from workbench.files.uploads import Laid, Upload
from workbench.pages import demand, show

# An import makes and changes entries; what else a plan asks for is looked at with the plan.
RIGHTS = ("talks.add_talk", "talks.change_talk")


STOPPED = gettext_lazy(
    "Nothing can be imported yet: the errors below come first. Mend the files and send them again, or leave out "
    "those with errors under “Import otherwise”."
)


def upload(request: HttpRequest) -> HttpResponse:
    """Take files and how to import them, keep them, and lead to their plan."""
    user = _importer(request)
    uploads.sweep()
    if request.method != "POST":
        key = request.GET.get("edition", "")
        return _form_page(request, UploadForm(user=user, kept={"edition": key}))
    form = UploadForm(request.POST, request.FILES, user=user)
    if not form.is_valid():
        return _form_page(request, form)
    kept = uploads.keep(user.pk, form.cleaned_data["upload"], form.options())
    wrong = _refusals(kept)
    if wrong:
        kept.drop()
        form.add_error("upload", wrong)
        return _form_page(request, form)
    return HttpResponseRedirect(reverse("admin:import-plan", args=[kept.key]))


def plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what an import would do; on POST do it, choose otherwise, or take the files back."""
    user = _importer(request)
    found = uploads.find(key, user.pk)
    if found is None:
        words = _("These files are no longer here: they were imported, taken back, or are older than a day.")
        messages.warning(request, words)
        return HttpResponseRedirect(reverse("admin:import"))
    match request.POST.get("do", "") if request.method == "POST" else "":
        case "import":
            return _confirm(request, found, user)
        case "options":
            return _choose_options(request, found, user)
        case "places":
            return _choose_places(request, found)
        case "cancel":
            found.drop()
            messages.success(request, _("The files are taken back; nothing was imported."))
            return HttpResponseRedirect(reverse("admin:import"))
    return _plan_page(request, found, user, OptionsForm(user=user, kept=found.options))


def _importer(request: HttpRequest) -> User:
    """Who may import: whoever may make and change entries, somewhere."""
    demand(request, *RIGHTS)
    user = cast("User", request.user)
    if not works_everywhere(user) and not Edition.objects.open_to(user).exists():
        raise PermissionDenied
    return user


def _form_page(request: HttpRequest, form: UploadForm) -> HttpResponse:
    return show(request, "workbench/import.html", _("Import files"), form=form, editions=form.editions)


def _refusals(kept: Upload) -> list[str]:
    """Why an archive cannot be looked into, in words."""
    problems = Problems()
    if kept.is_zip:
        with kept.laid_out({}) as laid:
            tree = open_tree(laid.paths, problems=problems)
            if tree is not None:
                tree.close()
            return [problem_line(one, laid.names) for one in problems.sorted() if tree is None]
    return []


def _plan_page(request: HttpRequest, found: Upload, user: User, form: OptionsForm) -> HttpResponse:
    placed = place(found)
    title = _("Plan of an import")
    page = {"upload": found, "form": form, "editions": form.editions, "placed": placed}
    wrong = chosen(found.options, user).wrong
    if wrong or placed.open_ones:
        return show(request, "workbench/import_plan.html", title, wrong=wrong, **page)
    report, told, reasons = _plan(found, user, placed)
    return show(
        request,
        "workbench/import_plan.html",
        title,
        told=told,
        report=report,
        reasons=reasons,
        summary=STOPPED if report.refused else summary(report),
        ready=_is_ready(report, reasons),
        **page,
    )


def _plan(found: Upload, user: User, placed: Placed) -> tuple[Report, PlanTold, list[str]]:
    """What a run would do, told for a page, and why the user may not have it done."""
    with found.laid_out(placed.beside) as laid:
        report = _import(found, user, laid, dry_run=True)
        return report, tell_plan(report, laid.names), beyond(report, user)


def _import(found: Upload, user: User, laid: Laid, *, dry_run: bool) -> Report:
    options = chosen(found.options, user, root=laid.root).options
    return import_files(laid.paths, replace(options, dry_run=dry_run))


def _is_ready(report: Report, reasons: list[str]) -> bool:
    return report.changes and not report.refused and not reasons


def _confirm(request: HttpRequest, found: Upload, user: User) -> HttpResponse:
    """Import, if what would be done is what was shown; else the plan of now is shown."""
    here = HttpResponseRedirect(request.path)
    placed = place(found)
    if chosen(found.options, user).wrong or placed.open_ones:
        return here
    with found.laid_out(placed.beside) as laid:
        before = _import(found, user, laid, dry_run=True)
        if request.POST.get("plan") != tell_plan(before, laid.names).digest:
            words = _(
                "The site has changed meanwhile, and with it what would be done. Nothing was imported; this is "
                "the plan of now."
            )
            messages.warning(request, words)
            return here
        if not _is_ready(before, beyond(before, user)):
            return here
        try:
            report = _import(found, user, laid, dry_run=False)
        except FrozenEditionError as refusal:
            messages.error(request, str(refusal))
            return here
        except IntegrityError:
            # Somebody imported the same at the same moment.
            messages.warning(
                request, _("The site has changed meanwhile: nothing was imported. This is the plan of now.")
            )
            return here
    if report.run is None:
        messages.warning(request, _("Nothing was imported. This is the plan of now."))
        return here
    return _done(request, found, report)


def _done(request: HttpRequest, found: Upload, report: Report) -> HttpResponse:
    """Name the run after what was sent, forget the files, and lead to what the run did."""
    # The paths that the import was given were only lent.
    Run.objects.filter(pk=report.run or 0).update(source=", ".join(found.names)[:2000])
    found.drop()
    messages.success(request, _("Imported: %(summary)s") % {"summary": summary(report)})
    if report.conflicts:
        messages.warning(request, _("Conflicts are left: choose between site and file for each."))
    if works_everywhere(request.user) and request.user.has_perm("exchange.view_run"):
        return HttpResponseRedirect(reverse("admin:exchange_run_change", args=[report.run]))
    edition = Edition.objects.get(key=found.options["edition"])
    if report.conflicts and request.user.has_perm("exchange.view_conflict"):
        return HttpResponseRedirect(reverse("admin:exchange_conflict_changelist"))
    return HttpResponseRedirect(f"{reverse('admin:talks_talk_changelist')}?edition__id__exact={edition.pk}")


def _choose_options(request: HttpRequest, found: Upload, user: User) -> HttpResponse:
    form = OptionsForm(request.POST, request.FILES, user=user, kept=found.options)
    if form.is_valid() and not found.is_zip and form.cleaned_data["dialect"] != NATIVE.name:
        form.add_error("dialect", BELONG_TOGETHER)
    if form.is_valid():
        found.options = form.options()
        found.write_about()
        return HttpResponseRedirect(request.path)
    return _plan_page(request, found, user, form)


def _choose_places(request: HttpRequest, found: Upload) -> HttpResponse:
    for one in place(found).places:
        said = request.POST.get(f"place-{one.name}", "")
        if said in one.choices:
            found.places[one.name] = said
    found.write_about()
    return HttpResponseRedirect(request.path)
