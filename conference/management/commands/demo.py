"""`manage.py demo`: what `make run` calls to have something to show."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from conference import demo


class Command(BaseCommand):
    """Loads the sample series and makes an organizer's account, only into an empty site."""

    help = _("Load the sample series and make an organizer's account, only into an empty site.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do nothing where an edition exists; else print the account (stdout) and load (stderr)."""
        if not demo.is_empty():
            self.say(_("The site has editions already: nothing was loaded."), options)
            return
        if password := demo.make_organizer():
            self.stdout.write(_("Organizer: %(name)s") % {"name": demo.ORGANIZER})
            self.stdout.write(_("Password: %(password)s (shown only this once)") % {"password": password})
        report = demo.load(timezone.now())
        if not report.ok:
            problems = "\n".join(str(problem) for problem in report.problems)
            raise CommandError(_("The sample series could not be loaded:") + "\n" + problems)
        self.say(_("The sample series is loaded."), options)

    def say(self, words: str, options: dict[str, Any]) -> None:
        """Talk goes to stderr, and is left out at verbosity 0."""
        if options["verbosity"] > 0:
            self.stderr.write(words, str)
