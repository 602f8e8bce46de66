"""The command that imports front-matter files into the site."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editions.clock import validate_zone
from exchange.dialects import Dialect, choose, dialect_names, recognised, values
from exchange.importing import Options, Report, import_files
from exchange.plan import Step
from exchange.problems import Level, Problems
from exchange.reports import (
    as_json,
    conflict_lines,
    github_line,
    offending_line,
    printable,
    problem_line,
    step_lines,
    step_name,
    summary,
)
from exchange.scalars import BadValue


class Command(BaseCommand):
    """import_talks PATH…: files, folders, a site's root or a zip."""

    help = _(
        "Import front-matter files: talks, editions and committee, with their pictures and documents; or a "
        "conference's schedule.xml or schedule.json."
    )

    # How long the line of progress is that stands on the terminal.
    line = 0

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the paths and how to import them."""
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help=_("file, folder, site's root or .zip")
        )
        parser.add_argument(
            "--root", type=Path, metavar="DIR", help=_("root of the site, if it cannot be seen")
        )
        parser.add_argument(
            "--edition", default="", metavar="KEY", help=_("import this edition only, whatever else is there")
        )
        parser.add_argument(
            "--default-edition", default="", metavar="KEY", help=_("edition of files that name none")
        )
        parser.add_argument(
            "--new-editions", action="store_true", help=_("make editions that have no file of their own")
        )
        parser.add_argument(
            "--dialect",
            default="",
            metavar="NAME|FILE",
            help=_("what the files' keys mean: %(names)s, or a mapping file")
            % {"names": ", ".join(dialect_names())},
        )
        parser.add_argument(
            "--timezone", default="", metavar="ZONE", help=_("time zone of editions made in this run")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("say what would be done, write nothing"))
        parser.add_argument(
            "--check", action="store_true", help=_("write nothing; exit 1 if a run would change anything")
        )
        parser.add_argument(
            "--prefer", choices=["file", "site"], default="", help=_("who wins where both changed")
        )
        parser.add_argument(
            "--prune", action="store_true", help=_("remove what files had made that are gone from the PATHs")
        )
        parser.add_argument(
            "--keep-going", action="store_true", help=_("leave out files with errors, import the others")
        )
        parser.add_argument(
            "--format", choices=["text", "json", "github"], default="text", help=_("form of the report")
        )
        parser.add_argument(
            "--noinput", "--no-input", action="store_false", dest="interactive", help=_("ask nothing")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, print the report, set the exit code."""
        try:
            report = import_files(options["paths"], self._options(options))
        finally:
            self._clear_line()
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_json(report), ensure_ascii=False, indent=2))
        else:
            self._print(report, options["verbosity"], github=options["format"] == "github")
        if report.exit_code:
            raise SystemExit(report.exit_code)

    def _options(self, options: dict[str, Any]) -> Options:
        self._check(options)
        asks = options["prune"] and options["interactive"] and not (options["dry_run"] or options["check"])
        if asks and not sys.stdin.isatty():
            message = _(
                "--prune asks before it removes anything, and here is nobody to answer: add --noinput"
            )
            raise CommandError(message, returncode=2)
        return Options(
            dialect=self._dialect(options),
            root=options["root"],
            default_edition=options["default_edition"],
            new_editions=options["new_editions"],
            timezone=options["timezone"],
            dry_run=options["dry_run"],
            check=options["check"],
            prefer=options["prefer"],
            actor="import_talks",
            edition=options["edition"],
            prune=options["prune"],
            keep_going=options["keep_going"],
            confirm=self._confirm if asks else None,
            progress=self._progress if options["verbosity"] > 0 and self.stderr.isatty() else None,
        )

    def _check(self, options: dict[str, Any]) -> None:
        """Refuse a zone or a key that cannot be one."""
        checks = (
            (validate_zone, "timezone"),
            (values.edition_key, "default_edition"),
            (values.edition_key, "edition"),
        )
        for check, name in checks:
            option = f"--{name.replace('_', '-')}"
            try:
                if options[name]:
                    check(options[name])
            except ValidationError as wrong:
                raise CommandError(f"{option}: {wrong.messages[0]}", returncode=2) from wrong
            except BadValue as wrong:
                message = _("“%(key)s” is no edition's key") % {"key": options[name]}
                raise CommandError(f"{option}: {message}", returncode=2) from wrong

    def _dialect(self, options: dict[str, Any]) -> Dialect:
        """The dialect that is named, else the one that the paths have; what is wrong with a mapping is told."""
        name = options["dialect"]
        if not name:
            return recognised(options["paths"], options["root"])
        problems = Problems()
        try:
            dialect = choose(name, problems)
        except OSError as refused:
            said = {"name": printable(name), "names": ", ".join(dialect_names()), "reason": refused.strerror}
            message = _("--dialect: %(name)s is no dialect (%(names)s) and no file to read: %(reason)s")
            raise CommandError(message % said, returncode=2) from refused
        for problem in problems.sorted():
            self.stderr.write(problem_line(problem, {}), self._style(problem.level))
        if dialect is None:
            raise SystemExit(1)
        return dialect

    # On a terminal

    def _progress(self, count: int, total: int) -> None:
        """One line that says how far the reading is, written over each time."""
        if count % max(1, total // 100) == 0 or count == total:
            words = _("Reading files: %(count)d of %(total)d") % {"count": count, "total": total}
            self._clear_line()
            self.stderr.write(words, str, ending="")
            self.stderr.flush()
            self.line = len(words)

    def _clear_line(self) -> None:
        if self.line:
            self.stderr.write("\r" + " " * self.line + "\r", str, ending="")
            self.line = 0

    def _confirm(self, leaving: Sequence[Step]) -> bool:
        """Name what would be removed and ask; only a yes is a yes."""
        self._clear_line()
        for step in leaving:
            words = _("%(record)s, because %(path)s is gone")
            self.stderr.write(words % {"record": step_name(step), "path": printable(step.record.path)}, str)
        question = ngettext(
            "Remove this record? [y/N] ", "Remove these %(count)d records? [y/N] ", len(leaving)
        )
        self.stderr.write(question % {"count": len(leaving)}, str, ending="")
        self.stderr.flush()
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    def _print(self, report: Report, verbosity: int, *, github: bool) -> None:
        """Problems are talk and go to stderr; annotations, changes and the summary are data and go to stdout."""
        for problem in report.problems:
            if verbosity == 0 and problem.level is not Level.ERROR:
                continue
            if github:
                self.stdout.write(github_line(problem, report.shown))
                continue
            self.stderr.write(problem_line(problem, report.shown), self._style(problem.level))
            line = offending_line(problem, report.lines) if verbosity > 0 else ""
            if line:
                self.stderr.write(line, str)
        if verbosity > 0:
            steps = () if report.refused else step_lines(report, verbosity)
            for told in (*steps, *conflict_lines(report), summary(report)):
                self.stdout.write(told)

    def _style(self, level: Level) -> Any:
        return {Level.ERROR: self.style.ERROR, Level.WARNING: self.style.WARNING}.get(level, str)
