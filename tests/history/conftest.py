"""The house that the tests of history write to."""

import pytest

from tests.history.house import House, build


@pytest.fixture
def house(db: None) -> House:
    """A row of every model."""
    return build()
