"""T1's parts with everything a measuring may tell, as the commands' JSON has them."""

from typing import Any

from tests.web import sample

OLD, NEW = "2022-2026", "2027-2030"
CLASSES = ("poor", "near_poor", "average", "not_poor", "cannot_classify")
LACKS = (
    "water",
    "toilet",
    "house_quality",
    "adult_education",
    "insurance",
    "employment",
    "house_area",
    "telecom",
    "nutrition",
    "child_attendance",
    "dependants",
    "waste",
)


def standard(
    poor: int, near_poor: int, unsure: int, rural: int, average: int | None = 60
) -> dict[str, Any]:
    households = 1160
    both = poor + near_poor
    return {
        "poor": poor,
        "rate": poor / households,
        "near_poor": near_poor,
        "near_poor_rate": near_poor / households,
        "multidimensional": both,
        "multidimensional_rate": both / households,
        "average": average,
        "not_poor": households - both - unsure - (average or 0),
        "cannot_classify": unsure,
        "cannot_classify_rate": unsure / households,
        "rate_high": (poor + unsure) / households,
        "met_for_certain": False,
        "line_rural_vnd": rural,
        "line_urban_vnd": rural + 500_000,
        "deprivations_needed": 3,
        "answers_unknown": 14,
        "persons": {
            "poor": 1066,
            "rate": 0.1985,
            "near_poor": 875,
            "near_poor_rate": 0.163,
            "multidimensional": 1941,
            "multidimensional_rate": 0.3615,
        },
    }


def crossed(*rows: tuple[int, ...]) -> dict[str, dict[str, int]]:
    return {a: dict(zip(CLASSES, row, strict=True)) for a, row in zip(CLASSES, rows, strict=True)}


MOVED = crossed(
    (147, 33, 12, 18, 0),
    (10, 88, 20, 22, 0),
    (11, 14, 20, 15, 0),
    (12, 15, 10, 690, 3),
    (0, 0, 0, 11, 9),
)
BRIDGE = crossed(
    (168, 12, 0, 0, 0),
    (60, 90, 0, 0, 0),
    (12, 48, 0, 0, 0),
    (7, 143, 0, 600, 0),
    (0, 0, 0, 0, 20),
)


def index(scale: float) -> dict[str, Any]:
    share = {name: (12 - n) / 78 for n, name in enumerate(LACKS)}
    one = {
        "H": 0.31 * scale,
        "A": 0.38,
        "M0": 0.31 * 0.38 * scale,
        "censored": {name: 0.3 - 0.02 * n for n, name in enumerate(LACKS)},
        "uncensored": {name: 0.42 - 0.02 * n for n, name in enumerate(LACKS)},
        "contribution": share,
    }
    return {
        "counted": 1140,
        "left_out": 20,
        "households": one,
        "people": one,
        "legal": {"A": 0.41, "contribution": share},
    }


def years(first: int, start: float, wide: float) -> dict[str, dict[str, float]]:
    found = {}
    for n, year in enumerate(range(first, 2031)):
        mid = start * 0.9**n
        out = wide * (n + 1)
        found[str(year)] = {
            "low": mid - 2 * out,
            "p25": mid - out,
            "mid": mid,
            "p75": mid + out,
            "high": mid + 2 * out,
        }
    return found


def commune(now: float, needed: float, best: int) -> dict[str, Any]:
    return {
        "now": now,
        "mid": now * 0.6,
        "low": now * 0.4,
        "high": now * 0.8,
        "needed_exits_a_year": needed,
        "best_year": {"year": 2023, "net_exits": best},
        "within_own_best": needed <= best,
    }


def landed(first: int, start: float, wide: float, chance: float, *seen: float) -> dict[str, Any]:
    return {
        "seen": {str(2022 + n): value for n, value in enumerate(seen)},
        "years": years(first, start, wide),
        "why": None,
        "target": 0.15,
        "met_probability": chance,
        "with_cleared": None,
        "needed_exits_a_year": 64.9,
        "best_year": {"year": 2023, "net_exits": 52},
        "within_own_best": False,
        "mobility": {"shorrocks": 0.3, "years_to_exit": 6.5},
        "communes": {
            "11/00001/": commune(0.42, 61.2, 40),
            "11/00002/": {"suppressed": True},
        },
    }


def landing() -> dict[str, Any]:
    trial = {"year": 2025, "mid": 0.16, "low": 0.157, "high": 0.17, "seen": 0.155}
    return {
        OLD: landed(2026, 0.14, 0.004, 0.93, 0.24, 0.21, 0.181, 0.155),
        NEW: landed(2026, 0.2, 0.006, 0.31, 0.302, 0.266, 0.232, 0.213),
        "break_on": "2027-01-01",
        "headline": {},
        "backtest": {
            OLD: {
                "years": [{**trial, "inside": False}],
                "band": 0.9,
                "coverage": 0.0,
                "communes_coverage": 0.9,
                "error": 0.005,
                "error_straight": 0.009,
            },
            NEW: {"years": [], "band": 0.9, "coverage": None},
        },
        "method": "t1-landing-1",
        "origin": "synthetic",
        "draws": 2000,
        "seed": 1,
        "works": None,
    }


def planned() -> dict[str, Any]:
    """The landing after a plan: some more chance, and works that only clear deprivations."""
    found = landing()
    for name, chance in ((OLD, 0.95), (NEW, 0.36)):
        found[name] |= {"met_probability": chance, "with_cleared": {"met_probability": 0.41}}
    found["works"] = {OLD: {"lifted": 0.0, "cleared": 140.0}, NEW: {"lifted": 2.0, "cleared": 90.0}}
    return found


def parts() -> dict[str, Any]:
    """Every part there is."""
    seen = ((2022, 0.24, 0.302), (2023, 0.21, 0.266), (2024, 0.181, 0.232), (2025, 0.155, 0.213))
    return {
        "round": 2025,
        "completed_on": "2025-12-14",
        "households": 1160,
        "people": 5370,
        "poor": 180,
        "near_poor": 150,
        "multidimensional": 330,
        "rate_2022_2026": 0.1552,
        "rate_2027_2030": 0.2129,
        "standards": {
            OLD: standard(180, 150, 20, 1_500_000),
            NEW: standard(247, 293, 20, 2_200_000, average=None),
        },
        "exits": {"all": 66, "income": 30, "fewer_deprivations": 33, "durable": 3, "relapsed": 21},
        "rounds": [
            {"round": y, "completed_on": f"{y}-12-14", "rate_2022_2026": a, "rate_2027_2030": b}
            for y, a, b in seen
        ],
        "bridge": {"round": 2025, "from": OLD, "to": NEW, "table": BRIDGE},
        "years": [
            {"from": 2023, "to": 2024, "standard": OLD, "real": MOVED},
            {"from": 2024, "to": 2025, "standard": OLD, "real": MOVED},
        ],
        "change": {"real_points": -2.57, "definition_points": 5.78},
        "paper": {"households": 26, "by_commune": {"11/00001/": 22, "11/00002/": 4}},
        "index": {OLD: index(1.0), NEW: index(1.1)},
        "robustness": {
            "cutoffs": {"2": {"H": 0.5, "M0": 0.15}, "3": {"H": 0.31, "M0": 0.12}},
            "orderings_kept": 0.97,
            "tau_min": 0.88,
        },
        "landing": landing(),
    }


def entitlements() -> dict[str, Any]:
    """The gaps as ``hoaban measure`` tells them; the pension's small counts are withheld."""
    rule = {"label": {"vi": "Hộ nghèo", "en": "Poor"}, "article": "Điều 3", "source": "NĐ 146"}
    full = {"entitled": 3000, "cannot_tell": 41, "households": 90, "monthly_vnd": 12_000_000}
    few = {"entitled": 60, "without": None, "cannot_tell": 0, "households": None}
    insurance = {**full, "without_card": 210, "expiring": 35}
    return {
        "at": "2026-11-24",
        "purpose": "named_benefit",
        "source": "register",
        "origin": "synthetic",
        "method": "gaps-1",
        "people": 5370,
        "insurance": {
            **insurance,
            "by_group": {"poor": {"entitled": 1000, "without_card": None, **rule}},
            "not_checked": [{"code": "veterans", "needs": ["veteran"], **rule}],
        },
        "pension": {**few, "monthly_vnd": None, "by_group": {}, "not_checked": []},
        "communes": {"11/00001/": {"insurance": insurance, "pension": few}},
    }


def target() -> dict[str, Any]:
    """T1 as a measuring keeps it."""
    return {
        "value": 0.1552,
        "target": 0.15,
        "met": False,
        "unit": "share of households",
        "standard": OLD,
        "origin": "synthetic",
        "method": "t1-count-2",
        "parts": parts(),
        "parameters": [],
    }


def measured() -> dict[str, Any]:
    """A measuring whose T1 tells everything."""
    found = sample.measured()
    found["targets"]["T1"] = target()
    found["entitlements"] = entitlements()
    return found
