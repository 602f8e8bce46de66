"""What every test stands on: nothing of one test is left to the next."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Begin with nothing kept, as after a start."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """A folder of the test's own for what it uploads."""
    folder = tmp_path / "media"
    settings.MEDIA_ROOT = folder
    return folder
