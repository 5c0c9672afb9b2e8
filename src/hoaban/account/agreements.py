"""Result agreements (*văn bản giao nhiệm vụ, cam kết kết quả*): one draft for every commune.

Recurrent money only: investment is not paid by result. The pool is split into a base, a
performance and an equity part, and each part among the communes, exact to the đồng by largest
remainders. Communes of the pilot zone are paid by result once the four conditions of
NĐ 163/2016/NĐ-CP art. 11 are documented; the others run in shadow: the same sums and goals,
paid by inputs. A goal is a verified service or a true register, never a count of the poor.
What one commune earns, no other loses; what nobody earned goes to technical help.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from hoaban.account.baselines import MEASURED, Baseline, baselines
from hoaban.base import packs
from hoaban.base.law import Law
from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured

UNDOCUMENTED = Text("chưa lập hồ sơ", "not documented")
FULL_DISCREPANCY, NO_DISCREPANCY = Fraction(10, 100), Fraction(5, 100)
ZONES = ("I", "II", "III")
ALL_POINTS = 100


class SharesDoNotAddUp(Problem):
    vi = "Ba phần cơ bản, kết quả, công bằng cộng lại là {total}, không phải 1; hãy sửa tham số."
    en = "The base, performance and equity shares add up to {total}, not 1; mend the parameters."


class PointsDoNotAddUp(Problem):
    vi = "Điểm các kết quả trong packs/*/account.yaml cộng lại là {total}, phải là 100."
    en = "The points of the results in packs/*/account.yaml add up to {total}, not 100."


class NotMeasured(Problem):
    vi = "Chương trình “{pack}”, kết quả “{name}”: không đo được “{measured}”; chọn: {known}."
    en = "Pack “{pack}”, result “{name}”: “{measured}” is not measured; choose: {known}."


@dataclass(frozen=True, slots=True)
class Promise:
    """A result that packs offer to every agreement. ``points`` are of 100, at most 25."""

    name: str
    pack: str
    label: Text
    measured: str  # one of `baselines.MEASURED`
    points: int
    how: str  # how it is verified: visit, call_back, …
    how_label: Text
    lasts_months: int


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise with a commune's own baseline and target, both shares 0–1.

    ``baseline`` is None where nothing was measured yet. ``hidden`` marks a baseline that rests
    on too few households to be published.
    """

    name: str
    pack: str
    label: Text
    points: int
    how: str
    lasts_months: int
    baseline: float | None
    numerator: int | None
    denominator: int | None
    target: float
    hidden: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """One commune's draft agreement for one year. Money is whole đồng of recurrent funds.

    ``goals`` leaves out what has nobody to serve here (T3 in a commune without highland
    people): its points are not at stake. ``conditions`` maps each legal condition to the paper
    that documents it, empty when there is none. ``works`` are the ids of works the plan chose
    here for that year.
    """

    id: str
    commune: str  # area path
    name: str
    year: int
    mode: str  # pilot, shadow
    base_vnd: int
    performance_vnd: int
    equity_vnd: int
    goals: tuple[Goal, ...]
    conditions: Mapping[str, str]
    works: tuple[str, ...]
    villages: tuple[str, ...]  # area paths

    @property
    def total_vnd(self) -> int:
        """All three parts together."""
        return self.base_vnd + self.performance_vnd + self.equity_vnd


@dataclass(frozen=True, slots=True)
class Found:
    """What verification found of a goal: the value (0–1) and the share of claims not upheld."""

    value: float
    discrepancy: float


@dataclass(frozen=True, slots=True)
class Payment:
    """What an agreement comes to; ``unearned_vnd`` goes to the pool for technical help."""

    by: str  # results, inputs
    paid_vnd: int
    unearned_vnd: int


def promises(folder: Path) -> tuple[Promise, ...]:
    """The results that make up an agreement, from the packs' account.yaml: those with points.

    Raises `PointsDoNotAddUp` unless they come to 100, `NotMeasured` for an unknown measure.
    """
    found = tuple(
        _promise(pack, name, said)
        for pack, account in packs.with_stage(folder, "account")
        for name, said in account["results"].items()
        if said["points"]
    )
    total = sum(promise.points for promise in found)
    if total != ALL_POINTS:
        raise PointsDoNotAddUp(total=total)
    return found


def _promise(pack: str, name: str, said: Mapping[str, Any]) -> Promise:
    if said["measured"] not in MEASURED:
        raise NotMeasured(
            pack=pack, name=name, measured=said["measured"], known=", ".join(MEASURED)
        )
    return Promise(
        name=name,
        pack=pack,
        label=Text.read(said["label"]),
        measured=said["measured"],
        points=said["points"],
        how=said["verification"]["how"],
        how_label=Text.read(said["verification"]["label"]),
        lasts_months=said["lasts_months"],
    )


def split(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Whole đồng by weight, summing to ``total`` exactly (largest remainders; ties by name).

    Weights are whole and not negative; equal parts when all of them are 0. More weight never
    earns less, and the order of the names does not matter.
    """
    if not weights:
        return {}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    whole = sum(weights.values())
    parts = {name: total * weight // whole for name, weight in weights.items()}
    left = total - sum(parts.values())
    by_remainder = sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))
    for name in by_remainder[:left]:
        parts[name] += 1
    return parts


def draft(
    plan: Mapping[str, Any],
    measured: Measured,
    tables: Tables,
    law: Law,
    at: date,
    *,
    promises: tuple[Promise, ...],
    pool_vnd: int | None = None,
    year: int | None = None,
) -> list[Draft]:
    """A draft agreement for every commune in force on ``at``, in order of path.

    ``plan`` is the JSON of a plan (``years`` or the years of its ``chosen`` works, of which
    those of the agreement's year are listed). ``year`` is the next one unless given.
    ``pool_vnd`` is the recurrent money of that year; without it, what the snapshot's ``money``
    table has. Raises `SharesDoNotAddUp`.
    """
    year = at.year + 1 if year is None else year
    communes = _communes(tables, at)
    villages = measured.villages.select(
        ["area", "commune", "people", "special_difficulty", "all_season_link"]
    ).to_pylist()
    if pool_vnd is None:
        pool_vnd = recurrent(tables, year)
    parts = _parts(pool_vnd, communes, villages, law, at)
    measured_here = baselines(measured, law, at)
    pilot, last = law.number("agreement.pilot_zone", at), _last_year(plan, year)
    conditions = dict.fromkeys(law.number("results.conditions", at), "")
    chosen = [w for w in plan.get("chosen", ()) if w.get("year") == year]
    return [
        Draft(
            id=f"{year}-{path.split('/')[1]}",
            commune=path,
            name=str(row["name"]),
            year=year,
            mode="pilot" if row["zone"] == pilot else "shadow",
            base_vnd=parts["base"][path],
            performance_vnd=parts["performance"][path],
            equity_vnd=parts["equity"][path],
            goals=tuple(
                _goal(promise, measured_here[promise.measured][path], year, at.year, last)
                for promise in promises
                if measured_here[promise.measured][path].applies
            ),
            conditions=conditions,
            works=tuple(sorted({str(w["work"]) for w in chosen if w["commune"] == path})),
            villages=tuple(sorted(v["area"] for v in villages if v["commune"] == path)),
        )
        for path, row in communes.items()
    ]


def recurrent(tables: Tables, year: int) -> int:
    """The recurrent money of a year in the snapshot's ``money`` table, whole đồng."""
    rows = tables.arrow("money", ["year", "kind", "amount_vnd"]).to_pylist()
    return sum(r["amount_vnd"] for r in rows if (r["year"], r["kind"]) == (year, "recurrent"))


def _communes(tables: Tables, at: date) -> dict[str, dict[str, Any]]:
    rows = tables.valid("areas", at, ["id", "name", "zone", "border"]).to_pylist()
    kept = (row for row in rows if row["id"].count("/") == 2)
    return {row["id"]: row for row in sorted(kept, key=lambda row: str(row["id"]))}


def _parts(
    pool_vnd: int,
    communes: Mapping[str, Mapping[str, Any]],
    villages: Iterable[Mapping[str, Any]],
    law: Law,
    at: date,
) -> dict[str, dict[str, int]]:
    """The base, performance and equity part of every commune, đồng.

    Base and performance go by the points of the national allocation rule: the highest that the
    commune's zone or the border gives, and a point for each specially difficult village. Equity
    goes by people without an all-season link, which no commune can add to by reporting more
    poverty.
    """
    points = {path: _points(row, law, at) for path, row in communes.items()}
    cut_off = dict.fromkeys(communes, 0)
    each = int(law.number("allocation.points_difficult_village", at))
    for village in villages:
        path = village["commune"]
        points[path] += each * bool(village["special_difficulty"])
        cut_off[path] += 0 if village["all_season_link"] else int(village["people"] or 0)
    shares = {
        name: Fraction(str(law.number(f"agreement.{name}_share", at)))
        for name in ("base", "performance", "equity")
    }
    if sum(shares.values()) != 1:
        raise SharesDoNotAddUp(total=float(sum(shares.values())))
    pools = split(pool_vnd, {name: int(share * 10**6) for name, share in shares.items()})
    by_need = cut_off if any(cut_off.values()) else points
    return {
        "base": split(pools["base"], points),
        "performance": split(pools["performance"], points),
        "equity": split(pools["equity"], by_need),
    }


def _points(row: Mapping[str, Any], law: Law, at: date) -> int:
    names = [f"zone_{row['zone']}" if row["zone"] in ZONES else "other"]
    names += ["border"] if row["border"] else []
    return max(int(law.number(f"allocation.points_{name}", at)) for name in names)


def _last_year(plan: Mapping[str, Any], year: int) -> int:
    years = [int(y) for y in plan.get("years", ())] or [w["year"] for w in plan.get("chosen", ())]
    return max([*years, year])


def _goal(promise: Promise, found: Baseline, year: int, now: int, last: int) -> Goal:
    return Goal(
        name=promise.name,
        pack=promise.pack,
        label=promise.label,
        points=promise.points,
        how=promise.how,
        lasts_months=promise.lasts_months,
        baseline=found.value,
        numerator=found.numerator,
        denominator=found.denominator,
        target=target(found.value, found.goal, year=year, now=now, last=last),
        hidden=found.hidden,
    )


def target(baseline: float | None, goal: float, *, year: int, now: int, last: int) -> float:
    """The share to reach in ``year``: on the straight line from the baseline to the last year.

    The goal itself where there is no baseline; the baseline where it is at the goal already.
    """
    if baseline is None:
        return goal
    step = (year - now) / (last - now) if last > now else 1.0
    return round(max(baseline, baseline + (goal - baseline) * min(step, 1.0)), 4)


def score(found: float, goal: Goal) -> Fraction:
    """How much of a goal is reached, 0–1: the part of the way from baseline to target."""
    start = goal.baseline or 0.0
    if goal.target <= start:
        return Fraction(found >= start)
    way = (found - start) / (goal.target - start)
    return Fraction(str(round(min(max(way, 0.0), 1.0), 6)))


def trust(discrepancy: float) -> Fraction:
    """What verification leaves of a score: 1 to 5 % wrong, 1 − 2δ to 10 %, nothing above."""
    wrong = Fraction(str(discrepancy))
    if wrong <= NO_DISCREPANCY:
        return Fraction(1)
    return 1 - 2 * wrong if wrong <= FULL_DISCREPANCY else Fraction(0)


def payment(agreed: Draft, found: Mapping[str, Found]) -> Payment:
    """What an agreement pays. A goal nobody verified earns nothing; what is no goal here is paid.

    Paid by inputs, in full, in shadow and until all the legal conditions are documented. The
    base and equity parts are never at stake.
    """
    if agreed.mode != "pilot" or not all(agreed.conditions.values()):
        return Payment("inputs", agreed.total_vnd, 0)
    reached = sum(
        (
            goal.points * score(found[goal.name].value, goal) * trust(found[goal.name].discrepancy)
            for goal in agreed.goals
            if goal.name in found
        ),
        Fraction(ALL_POINTS - sum(goal.points for goal in agreed.goals)),
    )
    earned = int(agreed.performance_vnd * reached / ALL_POINTS)
    return Payment(
        "results",
        agreed.base_vnd + agreed.equity_vnd + earned,
        agreed.performance_vnd - earned,
    )


def as_json(agreed: Draft) -> dict[str, Any]:
    """A draft ready for JSON, each condition with its state in words."""
    found = asdict(agreed)
    found["total_vnd"] = agreed.total_vnd
    found["conditions"] = [
        {"condition": name, "document": paper, "state": {"vi": paper, "en": paper}}
        if paper
        else {"condition": name, "document": None, "state": asdict(UNDOCUMENTED)}
        for name, paper in agreed.conditions.items()
    ]
    return found
