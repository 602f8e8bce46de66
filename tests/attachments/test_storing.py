"""Files are stored whole, once, after the commit; what a broken run leaves is found and dealt with."""

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, InMemoryStorage, Storage
from django.db import transaction

from attachments.documents import BadDocument
from attachments.names import public_names
from attachments.pictures import BadPicture, check_picture, render
from attachments.storing import Batch, sweep
from tests.attachments.drawn import picture, svg

NOW = timedelta(0)


@pytest.fixture
def storage(tmp_path: Path) -> FileSystemStorage:
    return FileSystemStorage(tmp_path, base_url="/media/")


def stored(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_stored_with_its_renditions(storage: FileSystemStorage, tmp_path: Path) -> None:
    data = picture("JPEG", (120, 100))
    with Batch(storage) as batch:
        name = batch.picture(data, "portrait", "ada.jpg")
        assert all(path.startswith("incoming/") for path in stored(tmp_path))
    assert stored(tmp_path) == {name, *public_names(name, "portrait")}
    assert (tmp_path / name).read_bytes() == data
    assert check_picture((tmp_path / public_names(name, "portrait")[0]).read_bytes()).width == 96


@pytest.mark.django_db(transaction=True)
def test_storing_twice_changes_nothing(storage: FileSystemStorage, tmp_path: Path) -> None:
    data = picture("PNG", (120, 100))
    with Batch(storage) as batch:
        first = batch.picture(data, "logo")
        assert batch.picture(data, "logo") == first
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    with Batch(storage) as batch:
        assert batch.picture(data, "logo") == first
        assert batch.staged == {}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.django_db(transaction=True)
def test_one_picture_in_two_roles_gets_the_renditions_of_both(
    storage: FileSystemStorage, tmp_path: Path
) -> None:
    data = picture("PNG", (120, 100))
    for kind in ("portrait", "logo"):
        with Batch(storage) as batch:
            name = batch.picture(data, kind)
    assert stored(tmp_path) == {name, *public_names(name, "portrait"), *public_names(name, "logo")}


@pytest.mark.django_db(transaction=True)
def test_renditions_made_elsewhere_are_kept(storage: FileSystemStorage, tmp_path: Path) -> None:
    data = picture("WEBP", (700, 300))
    with Batch(storage) as batch:
        name = batch.checked_picture(check_picture(data), data, "banner", render(data, "banner"))
    assert stored(tmp_path) == {name, *public_names(name, "banner")}


@pytest.mark.django_db(transaction=True)
def test_a_drawing_is_published_only_if_it_only_draws(storage: FileSystemStorage, tmp_path: Path) -> None:
    with Batch(storage) as batch:
        plain = batch.picture(svg(), "logo", allow_svg=True)
        active = batch.picture(svg("<script/>"), "logo", allow_svg=True)
    assert stored(tmp_path) == {plain, active, *public_names(plain, "logo")}


@pytest.mark.django_db(transaction=True)
def test_files_wait_for_the_commit(storage: FileSystemStorage, tmp_path: Path) -> None:
    with transaction.atomic():
        with Batch(storage) as batch:
            name = batch.document(b"%PDF-1.4", "Slides 1.pdf")
        assert not (tmp_path / name).exists()
    assert (tmp_path / name).read_bytes() == b"%PDF-1.4"
    assert name.endswith("/Slides-1.pdf")
    assert stored(tmp_path) == {name}


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_publishes_nothing(storage: FileSystemStorage, tmp_path: Path) -> None:
    with transaction.atomic():
        with Batch(storage) as batch:
            batch.document(b"text", "a.txt")
        transaction.set_rollback(True)
    assert not (tmp_path / "documents").exists()
    assert sweep([], NOW, storage) == 1
    assert stored(tmp_path) == set()


@pytest.mark.django_db(transaction=True)
def test_an_error_drops_what_was_staged(storage: FileSystemStorage, tmp_path: Path) -> None:
    batch = Batch(storage)
    batch.document(b"text", "a.txt")
    assert len(stored(tmp_path)) == 1
    with pytest.raises(BadPicture), batch:
        batch.picture(b"no picture", "portrait")
    assert stored(tmp_path) == set()


@pytest.mark.django_db(transaction=True)
def test_a_refused_document_leaves_nothing(storage: FileSystemStorage, tmp_path: Path) -> None:
    with Batch(storage) as batch:
        for name, content in [("a.html", b"x"), ("a.pdf", b"")]:
            with pytest.raises(BadDocument):
                batch.document(content, name)
        kept = batch.document(BytesIO(b"words"), "メモ.txt")
    assert stored(tmp_path) == {kept}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("as_stream", [False, True])
def test_a_storage_without_folders_gets_the_final_names(as_stream: bool) -> None:
    remote: Storage = InMemoryStorage()
    with Batch(remote) as batch:
        name = batch.document(BytesIO(b"words") if as_stream else b"words", "a.txt")
        photo = batch.picture(picture("PNG"), "portrait")
        assert not remote.exists(name)
    assert remote.open(name).read() == b"words"
    assert all(remote.exists(public) for public in public_names(photo, "portrait"))
    assert not batch.folder.exists()
    assert sweep([photo], NOW, remote) == 1
    assert not remote.exists(name)
    assert remote.exists(photo)


@pytest.mark.django_db(transaction=True)
def test_sweeping_removes_orphans_and_keeps_what_is_known(storage: FileSystemStorage, tmp_path: Path) -> None:
    with Batch(storage) as batch:
        known = batch.picture(picture("PNG", (100, 100)), "portrait")
        orphan = batch.picture(picture("PNG", (120, 120)), "portrait")
        document = batch.document(b"words", "a.txt")
    (tmp_path / "originals" / "by-hand.txt").write_text("not ours")
    assert sweep([known, document], timedelta(hours=1), storage) == 0
    assert sweep([known, document], NOW, storage) == 1 + len(public_names(orphan, "portrait"))
    assert stored(tmp_path) == {known, document, *public_names(known, "portrait"), "originals/by-hand.txt"}
    assert sweep([known, document], NOW, storage) == 0


@pytest.mark.django_db(transaction=True)
def test_sweeping_keeps_figures_which_stand_in_texts(storage: FileSystemStorage, tmp_path: Path) -> None:
    with Batch(storage) as batch:
        figure = batch.picture(picture("PNG", (900, 300)), "figure")
    assert sweep([], NOW, storage) == 0
    assert stored(tmp_path) == {figure, *public_names(figure, "figure")}


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_after_the_commit_loses_nothing(storage: FileSystemStorage, tmp_path: Path) -> None:
    killed = Batch(storage)
    name = killed.picture(picture("PNG", (100, 100)), "portrait")
    assert sweep([name], timedelta(hours=1), storage) == 0
    assert stored(tmp_path) == {name, *public_names(name, "portrait")}


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_while_writing_leaves_nothing_under_a_final_name(
    storage: FileSystemStorage, tmp_path: Path
) -> None:
    killed = Batch(storage)
    name = killed.keep("documents/0123456789abcdef/a.txt", b"words")
    os.replace(killed.staged[name].path, killed.folder / "half.part")
    assert sweep([name], timedelta(hours=1), storage) == 0
    assert not (tmp_path / name).exists()
    assert sweep([name], NOW, storage) == 1
    assert stored(tmp_path) == set()


def test_sweeping_an_empty_store(storage: FileSystemStorage) -> None:
    assert sweep([], NOW, storage) == 0
