"""The small register of `tests.record.small`, declared, loaded and looked at by people."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hoaban.base.models import Area, User
from hoaban.record import lists as declared
from hoaban.record import operations
from hoaban.record.lists import ListSpec
from tests import highland
from tests.record.small import AT, CHE, PACK, Tables, register, villages


@pytest.fixture
def lists(tmp_path: Path) -> dict[str, ListSpec]:
    """The lists of the one pack these tests declare."""
    file = tmp_path / "packs/small/record.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(PACK, "utf-8")
    return declared.read_lists(tmp_path / "packs")


@pytest.fixture
def areas(db: None) -> dict[str, Area]:
    """Province and communes; villages come with the register."""
    for path, area in highland.build().items():
        if area.kind == "village":
            Area.objects.filter(path=path).delete()
    return {area.path: area for area in Area.objects.all()}


@pytest.fixture
def load(areas: dict[str, Area], lists: dict[str, ListSpec]) -> Callable[[Tables], dict[str, int]]:
    """Loads tables with seed 1."""
    return lambda tables: operations.load_tables(tables, lists, seed=1, at=AT, actor=None)


@pytest.fixture
def loaded(load: Callable[[Tables], dict[str, int]]) -> dict[str, int]:
    """The small register, loaded; the number of rows by list."""
    return load(villages() + register())


@pytest.fixture
def mai(loaded: dict[str, int]) -> User:
    return highland.user("mai", "village", Area.objects.get(path=CHE))


@pytest.fixture
def an(loaded: dict[str, int]) -> User:
    return highland.user("an", "commune", Area.objects.get(path="11/00104/"))


@pytest.fixture
def pao(loaded: dict[str, int]) -> User:
    return highland.user("pao", "commune", Area.objects.get(path="11/00105/"))
