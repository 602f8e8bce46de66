"""How long the list of talks in the admin takes to answer a folded search in 10,000 talks; exit code 1 if too long.

The talks are of ten editions, each with two people, as the database that tests use: in memory, and gone afterwards.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from itertools import cycle

TALKS, EDITIONS, RUNS, GOAL = 10_000, 10, 15, 300
SEARCHES = (
    "lukasz",
    "ŁUKASZ źdźbło",
    "tide",
    "observatory currents",
    "nothing of this",
)
GIVEN = ("Łukasz", "Nerida", "渚", "Ananda", "Óscar", "Zoë", "Ümit", "Ifeoma", "Søren", "Dilnoza")
FAMILY = ("Źdźbło", "Quill", "海野", "Vale", "Peñaflor", "Brine", "Ğül", "Abara", "Ørsted", "Karimova", "Fen")
WORDS = (
    "Tide",
    "Currents",
    "Eddies",
    "Shoals",
    "Harbour",
    "Brine",
    "Kelp",
    "Lanterns",
    "Gauges",
    "Fog",
    "Rivers",
)
ABSTRACT = "Eighty years of water levels, read again with today's eyes and the patience of a lighthouse. " * 8


def start() -> None:
    """Set Django up with a database of this run's own."""
    folder = tempfile.mkdtemp(prefix="lectern-benchmark-")
    os.environ |= {
        "ENV_FILE": "",
        "DEBUG": "0",
        "SECRET_KEY": "for this measurement only",
        "ALLOWED_HOSTS": "testserver",
        "MEDIA_ROOT": folder,
        "DATABASE_URL": os.environ.get("BENCHMARK_DATABASE_URL", f"sqlite:///{folder}/talks.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    import django  # noqa: PLC0415 - after the environment is set
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)


def fill() -> None:
    """Make editions, people, talks and appearances, in bulk."""
    from editions.models import Edition, Room  # noqa: PLC0415 - after Django is set up
    from speakers.models import Speaker  # noqa: PLC0415
    from talks.models import Appearance, Talk, TalkType  # noqa: PLC0415

    kind = TalkType.objects.create(key="lecture", label="Lecture")
    names = [
        f"{given} {family}{number or ''}" for number in range(20) for given in GIVEN for family in FAMILY
    ]
    people = Speaker.objects.bulk_create(
        (Speaker(slug=f"person-{number}", name=name) for number, name in enumerate(names)), batch_size=500
    )
    someone, word = cycle(people), cycle(WORDS)
    for year in range(EDITIONS):
        first = datetime(2021 + year, 6, 7, 9)
        edition = Edition.objects.create(
            key=f"tide-{year:02}",
            state="published",
            starts_on=first.date(),
            ends_on=first.date() + timedelta(days=4),
        )
        rooms = Room.objects.bulk_create(
            Room(edition=edition, key=f"Pier {n}", name=f"Pier {n}", slug=f"pier-{n}") for n in range(20)
        )
        talks = Talk.objects.bulk_create(
            (
                Talk(
                    edition=edition,
                    key=f"talk-{number}",
                    slug=f"talk-{number}",
                    number=year * TALKS + number + 1,
                    type=kind,
                    title=f"{next(word)} and {WORDS[number % 7]} in the year {number}",
                    abstract=ABSTRACT,
                    state="published",
                    room=rooms[number % 20],
                    starts_at=(
                        begin := first + timedelta(days=number // 200, minutes=number % 200 // 20 * 45)
                    ),
                    ends_at=begin + timedelta(minutes=45),
                )
                for number in range(TALKS // EDITIONS)
            ),
            batch_size=200,
        )
        Appearance.objects.bulk_create(
            (
                Appearance(talk=talk, speaker=person, name=person.name, affiliation="Coastal Observatory")
                for talk in talks
                for person in (next(someone), next(someone))
            ),
            batch_size=500,
        )


def measured() -> dict[str, tuple[float, float]]:
    """The median time of each search in milliseconds, and that of the first answer after a change."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - after Django is set up
    from django.core.cache import cache  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    client = Client()
    client.force_login(User.objects.create_superuser("benchmark"))
    address = reverse("admin:talks_talk_changelist")

    def once(words: str) -> float:
        began = time.perf_counter()
        answer = client.get(address, {"q": words, "edition__id__exact": "all"})
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            sys.exit(f"The list answered {answer.status_code}.")
        return took

    once("warm up")
    found = {}
    for words in SEARCHES:
        cache.clear()
        found[words] = (once(words), statistics.median(once(words) for _run in range(RUNS)))
    return found


def main() -> int:
    """Measure, print, and say whether the goal was met."""
    start()
    fill()
    worst = 0.0
    for words, (first, median) in measured().items():
        worst = max(worst, median)
        print(f"{words!r:26} {median:6.0f} ms (median of {RUNS}; the first after a change: {first:.0f} ms)")
    print(f"{TALKS} talks; slowest: {worst:.0f} ms; goal: under {GOAL} ms")
    return int(worst >= GOAL)


if __name__ == "__main__":
    sys.exit(main())
