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


def pool(kind: str, budget: int, spent: int) -> dict[str, Any]:
    names = {"year": 2026, "kind": kind, "source": "programme"}
    return {**names, "budget_vnd": budget, "spent_vnd": spent}


def weight(value: float, *, assumed: bool = True) -> dict[str, Any]:
    return {"value": value, "source": "Giả định: ngang nhau", "assumed": assumed}


def criterion(name: str, value: float, counts: float, need: float | None) -> dict[str, Any]:
    return {"name": name, **weight(value), "counts": counts, "need": need}


def point(share: float, t3: float, worth: float) -> dict[str, Any]:
    """A choice at another budget: T3 and the worth rise, the rest stands still."""
    return {
        "share": share,
        "budget_vnd": round(share * 1_200_000_000_000),
        "spent_vnd": round(share * 1_150_000_000_000),
        "works": round(13 * share),
        "worth": worth,
        "bound": worth + 0.06,
        "gap": 0.0123,
        "targets": {"T1": 0.1432, "T2": 1.0, "T3": t3, "T4": 1.0, "T5": 0.8},
    }


def left_out(number: int, because: str = "money", **more: Any) -> dict[str, Any]:
    return {
        "work": f"bridge:{number:04d}",
        "kind": "bridge",
        "pack": "roads",
        "label": {"vi": "Cầu dân sinh", "en": "A footbridge"},
        "commune": "11/00001/",
        "village": "11/00001/0001/",
        "cost_vnd": 5_000_000_000,
        "gain": 0.0125,
        "because": because,
        "by": "",
        "why": "Hết vốn: còn 1 tỷ, cần 5 tỷ.",
        "why_en": "The money is used up.",
        **more,
    }


def choice() -> dict[str, Any]:
    """What a plan carries of how it was chosen: criteria, budgets, wishes, what was left out."""
    names = ("weight_T1", "weight_T2", "weight_T3", "weight_T4", "weight_T5")
    rivals = {"village": "11/00001/0001/", "by": "concrete_road:0001"}
    return {
        "weights": {
            **{name: weight(1.0) for name in names},
            "weight_T3": weight(2.0),
            "criterion_T3_joint": weight(0.5),
            "beyond": weight(0.1),
        },
        "criteria": [
            criterion("equity", 0.25, 1.72, None),
            criterion("T3_joint", 0.5, 1.01, 3000.0),
            criterion("T1_income", 0.5, 0.0, 120.0),
            criterion("T2_communes", 0.5, 0.0, 0.0),
        ],
        "curve": [point(1.0, 0.87, 4.75), point(0.1, 0.2, 3.0), point(0.5, 0.82, 4.75)],
        "forced": [
            {"work": "bridge:0001", "in": False, "reason": "Đất đang tranh chấp", "reason_en": "x"},
            {"work": "concrete_road:0001", "in": True, "reason": "Hứa với dân", "reason_en": "y"},
        ],
        "rules": {"least": {"11/00002/": 3_000_000_000}, "most": {}},
        "not_chosen": [
            left_out(1, "decided", why="Bản Na Ư có 4 hộ tranh chấp đất.", why_en="4 households."),
            left_out(2, commune="11/00002/", village=None),
            left_out(
                3,
                "rival",
                why="Đã chọn concrete_road:0001 cho cùng nhu cầu này.",
                why_en="concrete_road:0001 is chosen for the same need.",
                **rivals,
            ),
            left_out(4, kind="water_scheme", label={"vi": "Cấp nước", "en": "Water"}),
            left_out(5, "nothing", gain=0.0, why="Không thêm được gì.", why_en="Adds nothing."),
        ],
        "left_out": 25,
        "principles": [{"name": "focus", "kept": True, "why": "Vùng cao hơn.", "why_en": "More."}],
        "proposals": {"proposals": 150, "carried": 120, "funded": 66, "share": 0.55},
        "disagreement": {
            "draws": 200,
            "often": {"bridge:0002": 0.4, "concrete_road:0001": 1.0},
            "worst_regret": 0.031,
            "mean_regret": 0.01,
        },
        "kept_more": {**point(1.25, 0.9, 4.9), "share": 1.25},
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
        "method": "joint",
        "method_note": {"vi": "Chọn theo tác dụng chung.", "en": "Chosen by the joint effect."},
        "worth": 4.75,
        "bound": 4.81,
        "gap": 0.0123,
        "money": [
            pool("investment", 1_000_000_000_000, 1_000_000_000_000),
            pool("recurrent", 200_000_000_000, 150_000_000_000),
        ],
        **choice(),
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
    result["chosen"][0]["carry_over"] = True
    result["chosen"][1]["owed"] = True
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


def older_row(area: Any) -> dict[str, Any]:
    """A plan kept before: less money, by the method of before, one work of its own, one later."""
    row = plan_row(area)
    result = planned(works=6)
    for name in ("criteria", "curve", "not_chosen", "forced", "rules", "left_out", "weights"):
        del result[name]
    result["method"] = "additive"
    result["budget_vnd"], result["spent_vnd"] = 800_000_000_000, 700_000_000_000
    result["chosen"][2]["year"] = 2027
    result["chosen"].append(work(77, commune="11/00002/", village=None, cost_vnd=9_000_000_000))
    result["targets"]["after"]["T2"]["value"] = 0.4
    early = datetime(2026, 11, 20, 5, tzinfo=UTC)
    return {**row, "budget_vnd": 800_000_000_000, "result": result, "made_at": early}


def agreement_row(area: Any, *, mode: str, status: str) -> dict[str, Any]:
    """The columns of an agreement with two results; nothing documented, the second hidden."""
    goal = {
        "pack": "roads",
        "how": "timed_ride",
        "lasts_months": 12,
        "numerator": 10,
        "denominator": 20,
        "line": None,
    }
    return {
        "area": area,
        "year": 2027,
        "mode": mode,
        "status": status,
        "base_vnd": 4_000_000_000,
        "performance_vnd": 700_000_000,
        "equity_vnd": 300_000_000,
        "conditions": {"measurable": "", "cost_basis": "12/2026"},
        "data": {
            "id": f"2027-{area.code}",
            "goals": [
                {
                    **goal,
                    "name": "all_season_link",
                    "label": {"vi": "Người đi lại được quanh năm", "en": "People linked"},
                    "points": 25,
                    "baseline": 0.5,
                    "target": 0.75,
                    "hidden": False,
                    "promised": True,
                },
                {
                    **goal,
                    "name": "safe_house",
                    "label": {"vi": "Nhà an toàn", "en": "Safe houses"},
                    "points": 20,
                    "baseline": 0.123,
                    "target": 0.6,
                    "hidden": True,
                },
            ],
            "works": ["concrete_road:0003", "concrete_road:0999"],
            "outputs": {"concrete_road:0003": "2027-08-15"},
            "villages": ["11/00001/0001/"],
            "gates": {"accounts": ""},
            "stake": "700000000",
            "declared": {"all_season_link": 0.7},
            "factors": {"criteria": [{"criterion": "people", "weight": 0.2, "amount": 4200}]},
        },
        "snapshot": SNAPSHOT,
        "plan": "",
        "drafted_at": datetime(2026, 11, 24, 5, tzinfo=UTC),
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
