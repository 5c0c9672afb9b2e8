"""A small register for the tests of recording, in the highland of `tests.highland`.

Mường Phăng   Bản Che: household H1 (Mai's neighbour; people P1, P2), household H2
Nà Tấu        Bản Hon: household H3 (person P3)
road R1 between them, closed once
"""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
CHE, HON = "11/00104/0001/", "11/00105/0002/"
PACK = """
lists:
  villages:
    label: {vi: Bản, en: Village}
    about: place
    level: village
    properties:
      people: {type: integer, low: 0, unit: person, label: {vi: Số người, en: People}}
      rural: {type: flag, label: {vi: Nông thôn, en: Rural}}
  households:
    label: {vi: Hộ, en: Household}
    about: household
    level: village
    properties:
      village: {type: ref, list: villages, label: {vi: Bản, en: Village}}
      members: {type: integer, low: 1, high: 40, label: {vi: Số người, en: Members}}
      income_per_head_vnd: {type: integer, low: 0, missing: allowed, unit: VND/month,
        label: {vi: Thu nhập, en: Income}}
      water: {type: answer, missing: allowed, label: {vi: Thiếu hụt nước, en: Water}}
      reviewed_on: {type: date, missing: allowed, label: {vi: Ngày rà soát, en: Reviewed on}}
      ethnicity: {type: text, missing: allowed, freeze: false,
        purpose: [language_need, statutory], label: {vi: Dân tộc, en: Ethnicity}}
  people:
    label: {vi: Người, en: Person}
    about: person
    level: village
    properties:
      household: {type: ref, list: households, label: {vi: Hộ, en: Household}}
      sex: {type: choice, options: [f, m], label: {vi: Giới tính, en: Sex}}
  roads:
    label: {vi: Đường, en: Road}
    about: thing
    level: any
    properties:
      from: {type: text, label: {vi: Từ, en: From}}
      length_m: {type: decimal, low: 0, unit: m, label: {vi: Chiều dài, en: Length}}
      bridge: {type: flag, label: {vi: Cầu, en: Bridge}}
  closures:
    label: {vi: Tắc đường, en: Closure}
    about: thing
    level: any
    properties:
      road: {type: ref, list: roads, label: {vi: Đường, en: Road}}
      started_at: {type: instant, label: {vi: Từ lúc, en: Since}}
      ended_at: {type: instant, missing: allowed, label: {vi: Đến lúc, en: Until}}
"""
Tables = list[tuple[str, pa.Table]]


def rows(*found: dict[str, Any]) -> pa.Table:
    """A table with the common columns filled in; each row gives key, area and its own."""
    common = {
        "label": "",
        "origin": "synthetic",
        "source": "tests",
        "valid_from": date(2025, 7, 1),
        "valid_to": None,
    }
    return pa.Table.from_pylist([{**common, **row} for row in found])


def register(ethnicity: tuple[str, str, str] = ("a", "b", "c")) -> Tables:
    """The tables of the small register, in load order."""
    household = {"income_per_head_vnd": 1_400_000, "water": 1, "reviewed_on": date(2025, 12, 14)}
    return [
        (
            "households",
            rows(
                {"key": "H1", "area": CHE, "village": "0001", "members": 4, **household},
                {"key": "H2", "area": CHE, "village": "0001", "members": 5, **household},
                {
                    "key": "H3",
                    "area": HON,
                    "village": "0002",
                    "members": 2,
                    "income_per_head_vnd": None,
                    "water": None,
                    "reviewed_on": None,
                },
            ).append_column("ethnicity", pa.array(ethnicity)),
        ),
        (
            "people",
            rows(
                {"key": "P1", "area": CHE, "household": "H1", "sex": "f"},
                {"key": "P2", "area": CHE, "household": "H1", "sex": "m"},
                {"key": "P3", "area": HON, "household": "H3", "sex": "f"},
            ),
        ),
        (
            "closures",
            rows(
                {
                    "key": "C1",
                    "area": "11/00104/",
                    "road": "R1",
                    "started_at": datetime(2026, 7, 3, 22, 30, tzinfo=UTC),
                    "ended_at": None,
                }
            ),
        ),
        (
            "roads",
            rows(
                {
                    "key": "R1",
                    "area": "11/00104/",
                    "from": "cầu “Nậm Rốm”, \\ đầu 1",
                    "length_m": 1234.1,
                    "bridge": True,
                }
            ),
        ),
    ]


def villages() -> Tables:
    """The two villages as rows, for a province that has no village areas yet."""
    return [
        (
            "villages",
            rows(
                {"key": "0001", "area": CHE, "label": "Bản Che", "people": 40, "rural": True},
                {"key": "0002", "area": HON, "label": "Bản Hon", "people": 30, "rural": True},
            ),
        )
    ]
