"""A measured province and a plan, small and complete, as the commands' JSON has them."""

from datetime import UTC, date, datetime
from typing import Any

SNAPSHOT = "2026-11-24-0123456789ab"
PROVINCE = {"code": "11", "name": {"vi": "Tỉnh Nhỏ", "en": "Small Province"}}
NAMES = {
    "11/": "Tỉnh Nhỏ",
    "11/00001/": "Xã Mường Một",
    "11/00001/0001/": "Bản Na Ư",
    "11/00002/": "Xã Mường Hai",
}


def target(value: float, goal: float, met: bool | None, **parts: Any) -> dict[str, Any]:
    return {"value": value, "target": goal, "met": met, "parts": parts}


def targets(rate: float = 0.1778) -> dict[str, Any]:
    return {
        "T1": {
            **target(rate, 0.15, rate < 0.15, households=143650, poor=25541, near_poor=18748),
            "standard": "2022-2026",
        },
        "T2": target(0.4, 1.0, False, communes=3, people_share_min=0.9),
        "T3": target(0.3511, 0.8, False, health=0.7, education=0.6, joint=0.3511),
        "T4": target(0.62, 1.0, False, staff=3567),
        "T5": target(0.05, 0.7, None, self=10, helped=4, on_behalf=1),
    }


def measured(origin: str = "synthetic") -> dict[str, Any]:
    return {
        "snapshot": SNAPSHOT,
        "at": "2026-11-24",
        "province": PROVINCE,
        "origin": origin,
        "targets": targets(),
        "seconds": 7.25,
    }


def work(number: int, **more: Any) -> dict[str, Any]:
    return {
        "work": f"concrete_road:{number:04d}",
        "kind": "concrete_road",
        "label": {"vi": "Cứng hoá đường bản bằng bê tông xi măng", "en": "Concrete village road"},
        "pack": "roads",
        "commune": "11/00001/",
        "village": "11/00001/0001/",
        "year": 2026,
        "cost_vnd": 3_500_000_000,
        "money": "investment",
        "why": {"vi": "Mở đường xe máy mùa mưa cho 420 người", "en": "Opens a wet-season link"},
        **more,
    }


def planned(origin: str = "synthetic", works: int = 12) -> dict[str, Any]:
    return {
        "snapshot": SNAPSHOT,
        "at": "2026-11-24",
        "province": PROVINCE,
        "origin": origin,
        "budget_vnd": 1_200_000_000_000,
        "spent_vnd": 1_150_000_000_000,
        "years": [2026, 2030],
        "method": "additive",
        "bound": 12.5,
        "gap": 0.0123,
        "chosen": [work(n, kind=f"concrete_road_{n % 6}") for n in range(1, works + 1)],
        "targets": {"before": targets(0.2511), "after": targets(0.1432)},
        "missing": {"T1": 250_000_000_000, "T2": None, "T3": 0},
        "contracts": 45,
        "verification_sample": ["a1", "b2"],
        "seconds": 21.5,
        "peak_mb": 913,
        "names": NAMES,
    }


def plan_row(area: Any) -> dict[str, Any]:
    """The columns of a kept plan: twelve works in Mường Một, one in Mường Hai."""
    result = planned()
    result["chosen"].append(work(99, commune="11/00002/", village=None, year=2027))
    return {
        "area": area,
        "snapshot": SNAPSHOT,
        "at": date(2026, 11, 24),
        "budget_vnd": result["budget_vnd"],
        "years": "2026-2030",
        "result": result,
        "made_at": datetime(2026, 11, 24, 5, tzinfo=UTC),
    }


VILLAGE: dict[str, Any] = {
    **{f"isolated_{mode}_dry": False for mode in ("foot", "motorbike", "car")},
    "isolated_foot_wet": False,
    "isolated_motorbike_wet": True,
    "isolated_car_wet": True,
    "cut_off_days_foot": 0.0,
    "cut_off_days_motorbike": 12.5,
    "cut_off_days_car": 40.0,
    "minutes_seat_foot_dry": 210.0,
    "minutes_seat_motorbike_dry": 85.0,
    "minutes_seat_motorbike_wet": None,
    "grid_power": True,
    "mobile_4g": False,
    "has_speaker": None,
}
BINDS = [
    {
        "code": "isolated_motorbike",
        "target": "T2",
        "vi": "Mùa mưa xe máy không về được trung tâm.",
        "en": "No way by motorbike in the wet season.",
        "shortfall": 1.0,
        "facts": {},
    },
    {
        "code": "no_4g",
        "target": "",
        "vi": "Chưa có sóng 4G.",
        "en": "No 4G coverage.",
        "shortfall": 1.0,
        "facts": {},
    },
    {
        "code": "poverty",
        "target": "T1",
        "vi": "4 trong 20 hộ là hộ nghèo.",
        "en": "4 of 20 households are poor.",
        "shortfall": 0.2,
        "facts": {"poor": 4, "households": 20},
    },
]
