"""Every address of the workbench that is not Django's own, on one screen."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

import website.converters  # noqa: F401 - makes <edition:…> known
from workbench import switching, writing
from workbench.checks import dashboard
from workbench.files import conflicts, downloads, imports
from workbench.past import undoing
from workbench.people import merging
from workbench.programme import bulk, cloning, day_grid, today
from workbench.publishing import drafts, preview

View = Callable[..., HttpResponseBase]


def addresses(guard: Callable[[Any], View]) -> list[URLPattern]:
    """Return our addresses below /admin/; `guard` lets only those in who may work here."""
    return [
        path("markdownx/markdownify/", writing.preview, name="markdownx_markdownify"),
        path("markdownx/upload/", writing.upload, name="markdownx_upload"),
        path("switch/", guard(switching.switch), name="switch"),
        path("check/<edition:edition>/", guard(dashboard.check), name="check"),
        path("grid/<edition:edition>/", guard(day_grid.grid), name="grid"),
        path("grid/<edition:edition>/move/", guard(day_grid.move), name="grid-move"),
        path("today/", guard(today.today), name="today"),
        path("today/<edition:edition>/", guard(today.today), name="today-edition"),
        path("clone/<edition:edition>/", guard(cloning.clone), name="clone"),
        path("links/<edition:edition>/", guard(bulk.links), name="links"),
        path("preview/", guard(preview.preview), {"address": ""}, name="preview-home"),
        path("preview/<path:address>", guard(preview.preview), name="preview"),
        path("draft-link/<int:talk>/", guard(drafts.draft_link), name="draft-link"),
        path("import/", guard(imports.upload), name="import"),
        path("import/<uuid:key>/", guard(imports.plan), name="import-plan"),
        path("export/", guard(downloads.downloads), name="export"),
        path("export/talk/<int:talk>.md", guard(downloads.talk_file), name="export-talk"),
        path("export/<str:edition>.zip", guard(downloads.archive), name="export-zip"),
        path("export/<str:edition>.patch", guard(downloads.patch), name="export-patch"),
        path("conflicts/<int:record>/", guard(conflicts.record), name="conflicts"),
        path("merging/", guard(merging.suggestions), name="merging"),
        path("merging/<int:kept>/<int:other>/", guard(merging.merge), name="merge"),
        path("merging/<int:kept>/undo/", guard(merging.undo), name="merge-undo"),
        path("undelete/<uuid:batch>/", guard(undoing.undelete), name="undelete"),
        path("restore/<int:change>/", guard(undoing.restore), name="restore"),
    ]
