"""Area paths and the range below one: the range and the plain prefix must mean the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base import scope

CODES = st.text(alphabet="0123456789", min_size=1, max_size=5)
PATHS = st.lists(CODES, min_size=1, max_size=3).map(lambda codes: "/".join(codes) + "/")


@given(path=PATHS, top=PATHS)
def test_inside_is_the_prefix_of_whole_codes(path: str, top: str) -> None:
    brute = path.split("/")[:-1][: top.count("/")] == top.split("/")[:-1]
    assert scope.inside(path, top) == brute == path.startswith(top)


@given(paths=st.lists(PATHS, max_size=12), top=PATHS)
def test_the_range_selects_from_sorted_paths_what_a_walk_would(paths: list[str], top: str) -> None:
    first, past = scope.below(top)
    assert [p for p in sorted(paths) if first <= p < past] == [
        p for p in sorted(paths) if p.startswith(top)
    ]


def test_a_shorter_code_does_not_see_a_longer_one() -> None:
    assert not scope.inside("11/03127/", "11/031/")
    assert not scope.inside("110/", "11/")
    assert scope.inside("11/03127/0042/", "11/03127/")


@pytest.mark.parametrize(
    ("path", "parent", "commune"),
    [
        ("11/03127/", "11/", "11/03127/"),
        ("11/03127/0042/", "11/03127/", "11/03127/"),
    ],
)
def test_a_village_belongs_to_its_commune_and_province(
    path: str, parent: str, commune: str
) -> None:
    assert scope.parent(path) == parent
    assert scope.commune_of(path) == commune


def test_a_province_has_no_parent() -> None:
    assert scope.parent("11/") == ""
