"""Pictures and documents on their way out: named where the site put them up, and never over somebody else's."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from editions.models import Edition, Sponsor
from talks.models import Appearance, Paper, Talk
from tests.attachments.drawn import picture
from tests.exchange.exports import export, goes_out, told
from tests.exchange.exports import lines as lines_between
from tests.exchange.series import Bring, files_of, write
from tests.factories import make_appearance, make_talk

LAMP = "_programs/3-faro-27/05-lamp.md"
PutUp = Callable[[Any, str, str, bytes], None]


@pytest.fixture
def put_up(db: None, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]) -> PutUp:
    """Put a file up as a form does."""

    def save(row: Any, field: str, name: str, data: bytes) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            getattr(row, field).save(name, ContentFile(data), save=False)
            row.save()

    return save


def test_what_was_put_up_goes_out_under_a_name(bring: Bring, series: Path, put_up: PutUp) -> None:
    bring(series)
    portrait, other = picture("PNG", (120, 120), color=(1, 2, 3)), picture("PNG", (120, 120), color=(3, 2, 1))
    put_up(Appearance.objects.get(name="José Rebelo"), "photo", "me.png", portrait)
    put_up(Appearance.objects.get(name="灯台 守", talk__key="04-panel"), "photo", "x.png", other)
    put_up(Talk.objects.get(key="05-lamp"), "slides_file", "Lamp talk.pdf", b"%PDF-1.4\nlamp")
    put_up(Paper.objects.get(title="Пыль и линзы"), "poster_file", "dust.pdf", b"%PDF-1.4\ndust")
    put_up(Sponsor.objects.get(name="Фонарь"), "logo", "f.png", portrait)
    before = files_of(series)
    export(series)
    after = files_of(series)
    texts = [
        {path: data for path, data in files.items() if path.endswith(".md")} for files in (before, after)
    ]
    lines = lines_between(*texts)
    new = {path for path in after if path not in before}
    slides = next(path for path in new if "amp" in path)
    assert new == {
        "assets/images/speakers/faro-27/jose-rebelo.png", "assets/images/speakers/faro-27/picture-2.png",
        slides, "assets/docs/faro-27/dust.pdf", "assets/images/sponsors/picture.png",
    }  # fmt: skip
    assert after["assets/images/speakers/faro-27/jose-rebelo.png"] == portrait
    assert after[slides] == b"%PDF-1.4\nlamp"
    assert lines[LAMP] == [
        "-speaker: José Rebelo", "+speaker:", "+    name: José Rebelo", "+    avatar: jose-rebelo.png",
        f"+presentation: {slides.rpartition('/')[2]}",
    ]  # fmt: skip
    assert "+      poster: dust.pdf" in lines["_programs/3-faro-27/02-papers.md"]
    # The site learns the names that its files were given, and nothing else.
    report = bring(series)
    assert report.exit_code == 0
    assert {field.rpartition(".")[2] for step in report.plan.steps for field in step.changes} == {
        "avatar", "slides", "poster", "logo_text",
    }  # fmt: skip
    assert goes_out(bring, series) == {}


def test_two_pictures_never_share_a_name(bring: Bring, series: Path, put_up: PutUp) -> None:
    bring(series)
    pictures = {talk: picture("PNG", (99, 99), color=(talk, 0, 0)) for talk in (1, 2)}
    for number, data in pictures.items():
        made = make_talk(edition=Edition.objects.get(key="faro-27"), title=f"Fog {number}")
        put_up(make_appearance(talk=made, name="Ostby"), "photo", "me.png", data)
    export(series)
    folder = series / "assets/images/speakers/faro-27"
    assert {path.name for path in folder.iterdir()} == {"ostby.jpg", "ostby.png", "ostby-2.png"}
    assert {(folder / name).read_bytes() for name in ("ostby.png", "ostby-2.png")} == set(pictures.values())


def test_another_picture_takes_the_place_of_the_old(bring: Bring, series: Path, put_up: PutUp) -> None:
    bring(series)
    new = picture("JPEG", (90, 90), color=(9, 9, 9))
    put_up(Appearance.objects.get(talk__key="01-keynote"), "photo", "new.jpg", new)
    path = "assets/images/speakers/faro-27/ostby.jpg"
    assert [one for one, action in export(series).actions.items() if action != "unchanged"] == [path]
    assert (series / path).read_bytes() == new
    assert goes_out(bring, series) == {}


def test_a_picture_that_both_changed_stays(bring: Bring, series: Path, put_up: PutUp) -> None:
    bring(series)
    put_up(Appearance.objects.get(talk__key="01-keynote"), "photo", "new.jpg", picture("JPEG", (90, 90)))
    path = "assets/images/speakers/faro-27/ostby.jpg"
    theirs = picture("JPEG", (80, 80))
    write(series, {path: theirs})
    assert told(series) == [(path, None, "out-asset-differs")]
    assert (series / path).read_bytes() == theirs


def test_a_picture_that_only_a_colleague_changed_or_took_away_stays_so(bring: Bring, series: Path) -> None:
    bring(series)
    write(series, {"assets/images/speakers/faro-27/ostby.jpg": b"theirs"})
    (series / "assets/docs/faro-27/salt.pdf").unlink()
    before = files_of(series)
    assert not export(series).differs
    assert files_of(series) == before
