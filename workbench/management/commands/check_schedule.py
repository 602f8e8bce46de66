"""The command that checks the programme: clashes, gaps, what is missing."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editions.models import Edition
from talks.warnings import RANKS, Level
from workbench.checks.check_report import Report, as_json, check, github_lines, text_lines


class Command(BaseCommand):
    """check_schedule: all editions that are not frozen, or one."""

    help = _(
        "Check the programme: clashes, gaps, missing photos and files, names in two spellings, dead links."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the edition, the form of the report, and what counts as a failure."""
        parser.add_argument(
            "--edition", default="", metavar="KEY", help=_("this edition only, frozen or not")
        )
        parser.add_argument(
            "--format", choices=["text", "json", "github"], default="text", help=_("form of the report")
        )
        parser.add_argument(
            "--fail-on",
            choices=["warning", "error"],
            default="error",
            help=_("the least that makes the exit code 1 (error)"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, print the report, set the exit code."""
        report = check(self._editions(options["edition"]), Level(options["fail_on"]))
        form, verbosity = options["format"], options["verbosity"]
        if form == "json":
            self.stdout.write(json.dumps(as_json(report), ensure_ascii=False, indent=2))
        else:
            worst = Level.ERROR if verbosity == 0 else Level.INFO
            told = [one for one in report.warnings if RANKS[one.told.level] <= RANKS[worst]]
            for line in (github_lines if form == "github" else text_lines)(told):
                self.stdout.write(line)
            if verbosity > 0:
                self.stderr.write(self._summary(report), str)
        if report.exit_code:
            raise SystemExit(report.exit_code)

    def _editions(self, key: str) -> list[Edition]:
        if not key:
            return list(Edition.objects.exclude(state=Edition.State.FROZEN).newest_first())
        found = list(Edition.objects.filter(key=key))
        if not found:
            keys = ", ".join(Edition.objects.newest_first().values_list("key", flat=True)[:10])
            message = _("--edition: there is no edition “%(key)s” (there are: %(keys)s)")
            raise CommandError(message % {"key": key, "keys": keys or "–"}, returncode=2)
        return found

    def _summary(self, report: Report) -> str:
        editions = ngettext("%(count)d edition", "%(count)d editions", len(report.editions))
        parts = {
            Level.ERROR: ngettext("%(count)d error", "%(count)d errors", report.counts[Level.ERROR]),
            Level.WARNING: ngettext("%(count)d warning", "%(count)d warnings", report.counts[Level.WARNING]),
            Level.INFO: ngettext("%(count)d note", "%(count)d notes", report.counts[Level.INFO]),
        }
        told = ", ".join(words % {"count": report.counts[level]} for level, words in parts.items())
        return f"{editions % {'count': len(report.editions)}}: {told}."
