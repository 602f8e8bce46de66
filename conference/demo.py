"""The sample series and an organizer's account, for a site that is still empty."""

import re
import secrets
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import yaml
from django.contrib.auth import get_user_model

from editions.models import Edition, Series
from exchange.importing import Options, Report, import_files
from history.telling import acting

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
ACTOR = "demo"
ORGANIZER = "organizer"

# The files of these two editions are written for one day, and laid around another when they are loaded.
WRITTEN_FOR = date(2030, 6, 12)
ON_NOW = "3-wireless"
AHEAD = "4-valparaiso"
MORNING = time(10)
TEXTS = frozenset({".md", ".html"})
DAY = re.compile(rb"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
ZONE = re.compile(rb"^(timezone:[ \t]*)\S+", re.MULTILINE)

# One zone for every hour of the day, none with a summer time: in one of them it has just struck ten.
ZONES = tuple(
    """
    Pacific/Pago_Pago Pacific/Honolulu Pacific/Gambier Pacific/Pitcairn America/Phoenix America/Costa_Rica
    America/Lima America/La_Paz America/Montevideo America/Noronha Atlantic/Cape_Verde Africa/Accra
    Africa/Lagos Africa/Johannesburg Africa/Nairobi Asia/Dubai Asia/Tashkent Asia/Dhaka
    Asia/Bangkok Asia/Singapore Asia/Tokyo Australia/Brisbane Pacific/Guadalcanal Pacific/Tarawa
    """.split()
)


def is_empty() -> bool:
    """Whether the site has no edition yet."""
    return not Edition.objects.exists()


def make_organizer() -> str:
    """Make the organizer's account and return its password; "" where somebody has an account already."""
    users = get_user_model()
    if users.objects.exists():
        return ""
    password = secrets.token_urlsafe(12)
    users.objects.create_superuser(ORGANIZER, password=password)
    return password


def load(today: datetime) -> Report:
    """Import the sample series as it stands at the moment ``today`` (aware), then what changed in it later.

    Returns the report of the last import: where the first one fails, there is no second.
    """
    with TemporaryDirectory(prefix="lectern-demo-") as folder:
        root = prepare(Path(folder).resolve(), today)
        options = Options(root=root, actor=ACTOR)
        report = import_files([root], options)
        if report.ok:
            report = import_files(amend(root, today), options)
    if report.ok:
        name_series()
    return report


def name_series() -> None:
    """Give the series its name, colour and summary, which no front matter holds."""
    said = yaml.safe_load((FIXTURES / "series" / "_config.yml").read_text(encoding="utf-8"))
    series = Series.objects.the_one()
    series.name, series.summary, series.accent = said["title"], said["description"], said["accent"]
    with acting(ACTOR):
        series.save()


def prepare(target: Path, today: datetime) -> Path:
    """Write the series as first published into the folder ``target``, and return that folder.

    The edition that is on now gets a zone in which it is mid-morning at the moment ``today`` (aware), and its
    second day becomes today there; the edition ahead moves by as many days. Only ISO dates and that one zone
    differ from ``fixtures/series``: every other byte is the same.
    """
    lay_out(FIXTURES / "series", target, today)
    return target


def amend(target: Path, today: datetime) -> list[Path]:
    """Write what changed after publication over a prepared series; returns the files that it wrote."""
    return lay_out(FIXTURES / "changes", target, today)


def lay_out(source: Path, target: Path, today: datetime) -> list[Path]:
    """Copy a tree, moving the texts of the two editions in time; returns the files that it wrote."""
    written = []
    zone = morning_zone(today)
    shift = today.astimezone(ZoneInfo(zone)).date() - WRITTEN_FOR
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        content = file.read_bytes()
        edition = file.stem if file.parent.name == "_editions" else file.parent.name
        if edition in {ON_NOW, AHEAD} and file.suffix in TEXTS:
            content = moved(content, shift)
        if edition == ON_NOW and file.suffix in TEXTS:
            content = ZONE.sub(rb"\g<1>" + zone.encode(), content)
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
        written.append(copy)
    return written


def morning_zone(now: datetime) -> str:
    """The zone whose clocks have most recently struck ten in the morning at the moment ``now`` (aware)."""

    def since_ten(zone: str) -> timedelta:
        clock = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        return (clock - datetime.combine(clock, MORNING)) % timedelta(days=1)

    return min(ZONES, key=since_ten)


def moved(content: bytes, shift: timedelta) -> bytes:
    """The bytes of a file with every ISO date (2030-06-12) in them moved by whole days."""
    return DAY.sub(lambda found: str(date.fromisoformat(found[0].decode()) + shift).encode(), content)
