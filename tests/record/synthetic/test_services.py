"""Staff, courses, procedures, works and money of the small province."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from hoaban.record.province import Province
from hoaban.record.synthetic import carry_over, services
from hoaban.record.synthetic.households import Homes

AT = date(2026, 11, 24)
TITLES = ["secretary", "head", "front_head"]
PROCEDURES = [
    {
        "code": f"1.00{number:02d}",
        "name": f"Thủ tục {number}",
        "field": "civil_status",
        "basic": 1,
        "deadline_days": days,
        "deadline_kind": kind,
        "channel_online": online,
        "source": "test",
    }
    for number, days, kind, online in [
        (1, 1, "wd", 1), (2, 12, "h", 1), (3, None, "none", 1), (4, 15, "d", 0),
        *[(n, 3, "wd", 1) for n in range(5, 25)],
    ]
]  # fmt: skip


@pytest.fixture(scope="module")
def posts(nho: Province, twelve: Homes, assumed: dict[str, Any]) -> services.Posts:
    return services.posts(1, nho, twelve, TITLES, assumed["staff"])


@pytest.fixture(scope="module")
def staff(posts: services.Posts, nho: Province, twelve: Homes) -> pa.Table:
    return services.staff_table(posts, nho, twelve, "test")


@pytest.fixture(scope="module")
def procedures(nho: Province) -> pa.Table:
    return services.procedures_table(nho, PROCEDURES)


@pytest.fixture(scope="module")
def deployments(
    nho: Province, twelve: Homes, procedures: pa.Table, assumed: dict[str, Any]
) -> pa.Table:
    found = services.live(1, twelve, procedures, assumed["deployments"])
    return services.deployments_table(found, procedures, twelve, nho, AT)


@pytest.fixture
def roads() -> pa.Table:
    """R1 earth 2 km · R2 asphalt 3 km · R3 earth with a ford 0.5 km."""
    return pa.table(
        {
            "key": ["R1", "R2", "R3"],
            "area": ["99/90004/", "99/90004/", "99/90007/"],
            "class": ["commune", "provincial", "village"],
            "surface": ["earth", "asphalt", "earth"],
            "length_m": [2000.0, 3000.0, 500.0],
            "ford": [False, False, True],
            "drain": [True, False, True],
        }
    )


def test_that_every_planned_post_and_every_paid_title_stands(staff: pa.Table) -> None:
    roles = staff["role"].to_pylist()
    assert roles.count("commune") == 24
    assert roles.count("village") == 12 * len(TITLES)
    titles = [r["title"] for r in staff.to_pylist() if r["village"] == "0005"]
    assert titles == TITLES


def test_that_larger_communes_have_more_posts(staff: pa.Table) -> None:
    area = [row["area"] for row in staff.to_pylist() if row["role"] == "commune"]
    counts = [area.count(f"99/{code}/") for code in ("90001", "90004", "90007")]
    assert counts == sorted(counts, reverse=True)
    assert min(counts) >= 5


def test_that_a_native_speaker_masters_the_language(posts: services.Posts) -> None:
    assert not (posts.native & ~posts.speaks).any()
    assert (~posts.native).any()


def test_that_a_post_masters_only_the_languages_of_its_place(
    staff: pa.Table,
) -> None:
    for row in staff.to_pylist():
        if row["village"] in ("0009", "0010"):
            assert row["languages"] in ("vi", "vi;hmn")


def test_that_languages_are_taught_to_who_needs_them(
    posts: services.Posts, staff: pa.Table, assumed: dict[str, Any]
) -> None:
    courses = services.training_table(1, posts, staff, AT, assumed["training"]).to_pylist()
    native = dict(zip(staff["key"].to_pylist(), posts.native.tolist(), strict=True))
    assert {c["course"] for c in courses} == {"social_governance", "language"}
    for course in courses:
        assert course["on"] <= AT
        assert (course["language"] is not None) == (course["course"] == "language")
        if course["course"] == "language":
            assert not native[course["staff"]]


def test_that_a_village_added_moves_no_other_post(
    nho: Province, twelve: Homes, posts: services.Posts, assumed: dict[str, Any]
) -> None:
    fewer = Homes(
        code=twelve.code[:11],
        path=twelve.path[:11],
        languages=twelve.languages[:11],
        number=twelve.number[:11],
        commune=twelve.commune[:11],
        households=twelve.households[:11],
        remoteness=twelve.remoteness[:11],
        difficult=twelve.difficult[:11],
    )
    found = services.posts(1, nho, fewer, TITLES, assumed["staff"])
    assert found.native[24:].tolist() == posts.native[24 : 24 + 33].tolist()


def test_that_deadlines_are_days(procedures: pa.Table) -> None:
    assert procedures["deadline_days"].to_pylist()[:4] == [1.0, 0.5, None, 15.0]
    assert procedures["digital"].to_pylist()[:4] == [True, True, True, False]
    assert set(procedures["origin"].to_pylist()) == {"official"}


def test_that_a_pair_stands_once_and_its_dates_are_in_order(deployments: pa.Table) -> None:
    rows = deployments.to_pylist()
    assert len({(r["village"], r["procedure"]) for r in rows}) == len(rows)
    for row in rows:
        assert date(2025, 7, 1) <= row["since"] <= AT
        if row["last_completed_on"] is not None:
            assert row["since"] <= row["last_completed_on"] <= AT
        recent = row["last_completed_on"] is not None and (AT - row["last_completed_on"]).days < 365
        assert recent == (row["completed_12m"] > 0)


def test_that_remote_villages_have_fewer_live_procedures(deployments: pa.Table) -> None:
    villages = deployments["village"].to_pylist()
    near = sum(villages.count(f"{n:04d}") for n in range(1, 5))
    far = sum(villages.count(f"{n:04d}") for n in range(9, 13))
    assert near > far > 0


def test_that_the_language_of_help_is_given_where_somebody_helps(deployments: pa.Table) -> None:
    for row in deployments.to_pylist():
        assert (row["language"] is None) == (row["form"] == "self")


def test_that_works_take_real_roads_and_cost_by_the_kilometre(
    nho: Province, twelve: Homes, roads: pa.Table
) -> None:
    spec = {
        "pave_road": {
            "pack": "roads", "on": "roads", "label": "x", "count": 5, "cost_vnd": 3 * 10**9,
            "per_km": True, "where": {"class": ["commune"], "surface": ["earth", "gravel"]},
        },
        "build_bridge": {
            "pack": "roads", "on": "roads", "label": "x", "count": 1, "cost_vnd": 2 * 10**9,
            "where": {"ford": [True]},
        },
        "water_scheme": {
            "pack": "water", "on": "villages", "label": "x", "count": 1, "cost_vnd": 10**7,
            "per_household": True,
        },
    }  # fmt: skip
    given = {"works": spec, "as_of": AT}
    works = carry_over.works_table(1, nho, twelve, roads, given).to_pylist()
    assert [(w["work"], w["targets"], w["cost_vnd"]) for w in works[:2]] == [
        ("pave_road", "R1", 6 * 10**9),
        ("build_bridge", "R3", 2 * 10**9),
    ]
    scheme = works[2]
    at = twelve.code.index(scheme["village"])
    assert scheme["cost_vnd"] == 10**7 * int(twelve.households[at])
    assert all(0 < w["spent_vnd"] < w["cost_vnd"] for w in works)
    assert all(w["start_year"] <= 2026 <= w["finish_year"] for w in works)


def test_that_money_is_the_provinces_own(nho: Province) -> None:
    money = carry_over.money_table(nho).to_pylist()
    assert sum(m["amount_vnd"] for m in money) == sum(e.amount_vnd for e in nho.envelopes)
    assert {m["origin"] for m in money} <= {"assumed", "compiled"}
    assert len({m["key"] for m in money}) == len(money)


def test_that_four_on_the_spot_plans_are_of_communes(nho: Province) -> None:
    given = {"four_on_the_spot": {"approved": 1.0, "stocked": 1.0}, "as_of": AT}
    plans = carry_over.plans_table(1, nho, given).to_pylist()
    assert [p["key"] for p in plans] == [c.code for c in nho.communes]
    assert all(p["approved_on"] < AT < p["stocked_until"] for p in plans)


def test_that_a_few_posts_are_still_shared_out_whole(
    nho: Province, twelve: Homes, assumed: dict[str, Any]
) -> None:
    few = assumed["staff"] | {"commune_posts": 3, "base_posts": 60}
    found = services.posts(1, nho, twelve, [], few)
    assert found.commune.tolist() == [0, 1, 2]
