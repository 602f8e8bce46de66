"""The command that brings the site's programme back into its files."""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editions.models import Edition
from exchange.exporting import Export, export_files
from exchange.outgoing import Action, Written, put
from exchange.problems import Level
from exchange.reports import printable, problem_line

STDOUT = "-"
ACTIONS: tuple[Action, ...] = ("written", "merged", "deleted", "unchanged")
DONE: Mapping[Action, Any] = {
    "written": gettext_lazy("written"),
    "merged": gettext_lazy("merged"),
    "deleted": gettext_lazy("deleted"),
    "unchanged": gettext_lazy("unchanged"),
}
TO_DO: Mapping[Action, Any] = {
    "written": gettext_lazy("to be written"),
    "merged": gettext_lazy("to be merged"),
    "deleted": gettext_lazy("to be deleted"),
    "unchanged": gettext_lazy("unchanged"),
}


class Command(BaseCommand):
    """export_talks [DIR]: the site to files, a zip or a patch."""

    help = _("Write the programme back into its front-matter files: into a folder, a zip or a patch.")
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder and what to write."""
        parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=_("root of the site's files"))
        parser.add_argument("--edition", default="", metavar="KEY", help=_("only this edition"))
        parser.add_argument(
            "--check", action="store_true", help=_("write nothing; exit 1 with a diff if DIR differs")
        )
        parser.add_argument("--zip", default="", metavar="FILE", help=_("write everything into one archive"))
        parser.add_argument(
            "--patch", default="", metavar="FILE", help=_("write the site's edits as a patch for git apply")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Export, print the report, set the exit code."""
        self._refuse(options)
        export = export_files(options["edition"])
        written = Written()
        if options["zip"]:
            self._put(options["zip"], export.as_zip())
        if options["patch"]:
            self._put(options["patch"], export.as_patch())
            self._tell_left_out(export, options["verbosity"])
        if options["folder"]:
            written = export.into_folder(options["folder"], write=not options["check"])
            self._tell(written, options)
        refused = self._tell_problems(export, options)
        if refused or (options["check"] and written.differs):
            raise SystemExit(1)

    def _refuse(self, options: dict[str, Any]) -> None:
        """Stop at options that do not go together, with exit code 2."""
        if not (options["folder"] or options["zip"] or options["patch"]):
            raise CommandError(_("give a folder, --zip FILE or --patch FILE"), returncode=2)
        if options["check"] and (options["zip"] or options["patch"] or not options["folder"]):
            raise CommandError(
                _("--check compares with a folder: give one, and nothing to write"), returncode=2
            )
        if options["zip"] == options["patch"] == STDOUT:
            raise CommandError(_("only one of --zip and --patch can go to stdout"), returncode=2)
        if options["folder"] and options["folder"].exists() and not options["folder"].is_dir():
            name = printable(str(options["folder"]))
            raise CommandError(_("%(name)s is no folder") % {"name": name}, returncode=2)
        edition = options["edition"]
        if edition and not Edition.objects.filter(key=edition).exists():
            raise CommandError(_("there is no edition %(key)s") % {"key": edition}, returncode=2)

    def _put(self, name: str, data: bytes) -> None:
        """Write a file, or to stdout."""
        if name == STDOUT:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            return
        try:
            put(Path(name), data)
        except OSError as refused:
            said = {"name": printable(name), "reason": refused.strerror}
            raise CommandError(_("%(name)s can't be written: %(reason)s") % said) from refused

    def _tell(self, written: Written, options: dict[str, Any]) -> None:
        """The diff of a check on stdout; a line a file and a summary on stderr. A check that agrees says nothing."""
        verbosity, check = options["verbosity"], options["check"]
        if check:
            self._put(STDOUT, b"".join(written.diff))
        words = TO_DO if check else DONE
        for path, action in sorted(written.actions.items()):
            if verbosity > 1 or (verbosity == 1 and action != "unchanged"):
                self._say(f"{words[action]}: {printable(str(options['folder'] / path))}")
        if verbosity > 1 or (verbosity == 1 and (written.differs or not check)):
            counts = Counter(written.actions.values())
            told = (f"{counts[action]} {words[action]}" for action in ACTIONS if counts[action])
            self._say(", ".join(told) + ".")

    def _tell_left_out(self, export: Export, verbosity: int) -> None:
        """A patch is text: new pictures and documents are listed beside it."""
        for path in export.new_companions() if verbosity > 0 else ():
            self._say(_("not in the patch: %(path)s") % {"path": printable(path)})

    def _tell_problems(self, export: Export, options: dict[str, Any]) -> bool:
        """Print what is wrong; True if any of it is an error."""
        said, folder = export.said(), options["folder"]
        shown = {one.path: str(folder / one.path) for one in said} if folder else {}
        for problem in said:
            if options["verbosity"] > 0 or problem.level is Level.ERROR:
                self._say(problem_line(problem, shown))
        return any(one.level is Level.ERROR for one in said)

    def _say(self, text: str) -> None:
        self.stderr.write(text, lambda line: line)
