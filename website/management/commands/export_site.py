"""The command that writes the static archive, and holds an old one against its manifest."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editions.models import Edition
from website.archive.building import Building, Fate, ForeignFilesError
from website.archive.checking import check
from website.archive.scope import Scope

FATES: dict[Fate, Any] = {"rendered": gettext_lazy("rendered"), "removed": gettext_lazy("removed")}
WRONG: dict[str, Any] = {
    "missing": gettext_lazy("missing"),
    "changed": gettext_lazy("changed"),
    "extra": gettext_lazy("extra"),
}
MOST_NAMED = 10


class Command(BaseCommand):
    """export_site DIR: an edition or the series as plain files."""

    help = _("Write the public pages as plain files that need no server, or check those of an earlier run.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, what to write, and where it will stand."""
        parser.add_argument("folder", type=Path, metavar="DIR", help=_("the archive's folder"))
        parser.add_argument("--edition", default="", metavar="KEY", help=_("only this edition"))
        parser.add_argument(
            "--base-url",
            default="",
            metavar="URL",
            help=_("where the archive will be found, if that is known"),
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help=_("write nothing; exit 1 if a file isn't as the manifest says"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write or check, print the report, set the exit code."""
        folder: Path = options["folder"]
        if folder.exists() and not folder.is_dir():
            raise CommandError(_("%(name)s is no folder") % {"name": folder}, returncode=2)
        if options["check"]:
            self._check(folder, options)
        else:
            self._write(folder, options)

    def _check(self, folder: Path, options: dict[str, Any]) -> None:
        """Name each file that differs, on stdout."""
        if options["edition"] or options["base_url"]:
            raise CommandError(_("--check looks at the whole folder: give nothing else"), returncode=2)
        try:
            found = check(folder)
        except FileNotFoundError:
            raise CommandError(_("%(name)s holds no archive") % {"name": folder}, returncode=1) from None
        for one in found:
            self.stdout.write(f"{WRONG[one.wrong]}: {folder / one.file}")
        if found:
            raise SystemExit(1)
        self._say(_("Every file is as the manifest says."), options)

    def _write(self, folder: Path, options: dict[str, Any]) -> None:
        """Write the archive; a line a file and a summary on stderr."""

        def tell(file: str, fate: Fate) -> None:
            self._say(f"{FATES[fate]}: {folder / file}", options)

        building = Building(folder, _scope(options), tell)
        try:
            building.run()
        except ForeignFilesError as error:
            named = ", ".join(error.files[:MOST_NAMED]) + (", …" if len(error.files) > MOST_NAMED else "")
            words = _("%(name)s holds files that no archive wrote: %(files)s")
            raise CommandError(words % {"name": folder, "files": named}, returncode=2) from None
        for page, link in building.dead:
            words = _("%(page)s: error: leads to %(link)s, which isn't there")
            self.stderr.write(words % {"page": folder / page, "link": link}, str)
        counts = {"rendered": building.rendered, "unchanged": building.unchanged, "removed": building.removed}
        self._say(_("%(rendered)s rendered, %(unchanged)s unchanged, %(removed)s removed.") % counts, options)
        if building.dead:
            raise SystemExit(1)

    def _say(self, words: str, options: dict[str, Any]) -> None:
        """Talk goes to stderr, and is left out at verbosity 0."""
        if options["verbosity"] > 0:
            self.stderr.write(words, str)


def _scope(options: dict[str, Any]) -> Scope:
    """What to write; an unknown edition or no address is a wrong option."""
    edition, base_url = options["edition"], options["base_url"].rstrip("/")
    if edition and not Edition.objects.published().filter(key=edition).exists():
        raise CommandError(_("there is no published edition %(key)s") % {"key": edition}, returncode=2)
    parts = urlsplit(base_url)
    if base_url and (
        parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment
    ):
        raise CommandError(_("%(url)s is no address of a site") % {"url": base_url}, returncode=2)
    return Scope(edition, base_url)
