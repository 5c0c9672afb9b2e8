"""The small highland and its people, for every test of acting."""

import pytest

from hoaban.base.models import Area, User
from tests import highland


@pytest.fixture
def areas(db: None) -> dict[str, Area]:
    return highland.build()


@pytest.fixture
def mai(areas: dict[str, Area]) -> User:
    return highland.user("mai", "village", areas["11/00104/0001/"])


@pytest.fixture
def an(areas: dict[str, Area]) -> User:
    return highland.user("an", "commune", areas["11/00104/"])


@pytest.fixture
def pao(areas: dict[str, Area]) -> User:
    return highland.user("pao", "commune", areas["11/00105/"])


@pytest.fixture
def linh(areas: dict[str, Area]) -> User:
    return highland.user("linh", "province", areas["11/"])
