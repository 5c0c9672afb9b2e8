"""Each commune's share of need: what the pool is measured against before anybody performs.

    a_i = Σ_c ω_c · x̃_ic / Σ_j x̃_jc,   x̃ = max(x, floor · Σ x)

over criteria c that a commune cannot better by doing worse: points of the national allocation
rule (zone, border, specially difficult villages), people, the weighted burden of multidimensional
poverty (people × things lacked, not the rate), and person-minutes to the nearest health point in
the season that law names. The commune's land area is not in the snapshot and is left out. A
burden that rests on too few households to be published counts as 0 and so gets the floor: money
is public, and must not give away what is hidden. All shares are exact fractions that sum to 1.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow.compute as pc

from hoaban.account.terms.scores import exact
from hoaban.base.law import Law
from hoaban.base.problems import Problem
from hoaban.base.scope import commune_of
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured

CRITERIA = ("points", "people", "poverty", "travel")
ZONES = ("I", "II", "III")
_M0, _GROUP = "poverty.M0", "people"


class WeightsDoNotAddUp(Problem):
    vi = "Trọng số các tiêu chí nhu cầu ({names}) cộng lại là {total}, không phải 1; hãy sửa."
    en = "The weights of the criteria of need ({names}) add up to {total}, not 1; mend them."


class NegativeNeed(Problem):
    vi = "Tiêu chí nhu cầu “{criterion}” của {commune} là {amount}, nhỏ hơn 0; hãy sửa số liệu."
    en = "The criterion of need “{criterion}” of {commune} is {amount}, below 0; mend the data."


@dataclass(frozen=True, slots=True)
class Need:
    """Need of every commune in force, by path.

    ``amounts`` are whole, by criterion then path: points, people, people × things lacked,
    person-minutes. ``cut_off`` are people without an all-season link. ``hidden`` are communes
    whose burden is not published and so counts 0.
    """

    amounts: Mapping[str, Mapping[str, int]]
    cut_off: Mapping[str, int]
    hidden: frozenset[str]


def communes(tables: Tables, at: date) -> dict[str, dict[str, Any]]:
    """The communes in force on a day by path, in order: ``id, name, zone, border``."""
    rows = tables.valid("areas", at, ["id", "name", "zone", "border"]).to_pylist()
    kept = (row for row in rows if row["id"].count("/") == 2)
    return {row["id"]: row for row in sorted(kept, key=lambda row: str(row["id"]))}


def count(
    listed: Mapping[str, Mapping[str, Any]], measured: Measured, law: Law, at: date, *, year: int
) -> Need:
    """What is counted of every commune listed, under the poverty standard that covers ``year``."""
    minutes = f"minutes_health_{law.number('access.mode', at)}_{law.number('access.season', at)}"
    columns = ["commune", "people", "special_difficulty", "all_season_link", minutes]
    cap = max(law.number("access.minutes_shown", at))
    amounts = {name: dict.fromkeys(listed, 0) for name in CRITERIA}
    villages = measured.villages.select(columns).to_pylist()
    difficult = Counter(row["commune"] for row in villages if row["special_difficulty"])
    amounts["points"] = points(listed, difficult, law, at)
    amounts["poverty"], hidden = _burden(listed, measured, year)
    cut_off = dict.fromkeys(listed, 0)
    for village in villages:
        path, people = village["commune"], int(village["people"] or 0)
        away = cap if village[minutes] is None else min(village[minutes], cap)
        amounts["people"][path] += people
        amounts["travel"][path] += round(people * away)
        cut_off[path] += 0 if village["all_season_link"] else people
    return Need(amounts, cut_off, hidden)


def points(
    listed: Mapping[str, Mapping[str, Any]], difficult: Mapping[str, int], law: Law, at: date
) -> dict[str, int]:
    """Points of the national allocation rule by path, for communes as `communes` lists them.

    ``difficult`` is how many of its villages are specially difficult, by commune path.
    """
    each = int(law.number("allocation.points_difficult_village", at))
    return {
        path: _points(row, law, at) + each * difficult.get(path, 0) for path, row in listed.items()
    }


def points_of(tables: Tables, law: Law, at: date) -> dict[str, int]:
    """`points` of every commune in force on a day, from a snapshot's areas and villages."""
    rows = tables.valid("villages", at, ["area", "special_difficulty"]).to_pylist()
    difficult = Counter(commune_of(row["area"]) for row in rows if row["special_difficulty"])
    return points(communes(tables, at), difficult, law, at)


def _points(row: Mapping[str, Any], law: Law, at: date) -> int:
    names = [f"zone_{row['zone']}" if row["zone"] in ZONES else "other"]
    names += ["border"] if row["border"] else []
    return max(int(law.number(f"allocation.points_{name}", at)) for name in names)


def _burden(
    listed: Mapping[str, Any], measured: Measured, year: int
) -> tuple[dict[str, int], frozenset[str]]:
    """People × things lacked by commune (M0's numerator), and whose is not published."""
    figures = measured.figures
    here = pc.and_(pc.equal(figures["indicator"], _M0), pc.equal(figures["group"], _GROUP))
    rows = figures.filter(here).select(["area", "standard", "numerator"]).to_pylist()
    known = {
        row["area"]: int(row["numerator"])
        for row in rows
        if row["numerator"] is not None and _covers(row["standard"], year)
    }
    return {path: known.get(path, 0) for path in listed}, frozenset(set(listed) - set(known))


def _covers(standard: str | None, year: int) -> bool:
    """Whether a standard named by its years (2027-2030) holds in ``year``."""
    first, _, last = (standard or "").partition("-")
    return first.isdigit() and last.isdigit() and int(first) <= year <= int(last)


def weights(law: Law, at: date) -> dict[str, Fraction]:
    """The weight of each criterion, summing to 1 (`WeightsDoNotAddUp`)."""
    found = {name: exact(law.number(f"agreement.need_{name}", at)) for name in CRITERIA}
    total = sum(found.values())
    if total != 1:
        raise WeightsDoNotAddUp(names=", ".join(CRITERIA), total=float(total))
    return found


def shares(
    amounts: Mapping[str, Mapping[str, int]],
    weight: Mapping[str, Fraction],
    *,
    floor: Fraction = Fraction(0),
) -> dict[str, Fraction]:
    """The need share of everybody, exact, summing to 1.

    ``amounts`` by criterion, then name; whole and not negative (`NegativeNeed`). A criterion of
    which nobody has anything is shared equally. ``floor`` (0–1) is the least part of a
    criterion's sum that anybody counts with. Scaling a criterion changes nothing.
    """
    names = {name: None for by_name in amounts.values() for name in by_name}
    found = dict.fromkeys(names, Fraction(0))
    for criterion, by_name in amounts.items():
        _require_whole(criterion, by_name)
        whole = sum(by_name.values())
        lifted = {name: max(Fraction(by_name.get(name, 0)), floor * whole) for name in names}
        if not whole:
            lifted = dict.fromkeys(names, Fraction(1))
        total = sum(lifted.values())
        for name, amount in lifted.items():
            found[name] += weight[criterion] * amount / total
    return found


def _require_whole(criterion: str, by_name: Mapping[str, int]) -> None:
    for name, amount in by_name.items():
        if amount < 0:
            raise NegativeNeed(criterion=criterion, commune=name, amount=amount)
