"""Result agreements (*văn bản giao nhiệm vụ, cam kết kết quả*): one draft for every commune.

Recurrent money only: investment is not paid by result (its lever is next year's allocation, see
`investment`). The pool is split into a base, a performance and an equity part. The performance
part goes by need and is earned by results alone (`need`, `pay`); base and equity are certain:
base by the points of the national allocation rule, equity by people without an all-season link,
both together held between last year's money less what hold-harmless allows and a greatest rise,
and never under a floor a poor person (`projection`). Communes of the pilot zone are paid by
result once the four conditions of NĐ 163/2016/NĐ-CP art. 11 are documented; the others run in
shadow: the same sums and goals, paid by inputs. A goal is a verified service or a true register,
never a count of the poor.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from hoaban.account.drafting import need
from hoaban.account.drafting.allotment import allot
from hoaban.account.drafting.baselines import MEASURED, Baseline, baselines
from hoaban.account.terms import pay
from hoaban.account.terms.pay import Payment, Terms
from hoaban.account.terms.projection import concentration, split
from hoaban.account.terms.scores import (
    ALL_POINTS,
    Band,
    Found,
    Goal,
    banded,
    bands_of,
    goal_as_json,
)
from hoaban.base import packs
from hoaban.base.law import Law
from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured

# Names of the modules below that readers of drafts take from here.
__all__ = [
    "ALL_POINTS",
    "Draft",
    "Found",
    "Goal",
    "NotMeasured",
    "Payment",
    "PointsDoNotAddUp",
    "Promise",
    "as_json",
    "draft",
    "equity",
    "payment",
    "promises",
    "recurrent",
    "split",
    "target",
]

UNDOCUMENTED = Text("chưa lập hồ sơ", "not documented")
GATES = "agreement.gates"


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
    level_from: float | None = None  # see `scores.Goal`
    minimum: float | None = None
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One commune's draft agreement for one year. Money is whole đồng of recurrent funds.

    ``goals`` leaves out what has nobody to serve here (T3 in a commune without highland
    people): its points are not at stake. ``conditions`` maps each legal condition to the paper
    that documents it, empty when there is none; so does ``gates`` for what must be in order when
    the year is settled. ``works`` are the ids of works the plan chose here for that year.
    ``stake`` is B_perf · need share, not rounded (None: ``performance_vnd`` itself);
    ``pool_vnd`` is the pool of all communes, ``factors`` how this commune's parts came about.
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
    gates: Mapping[str, str] = field(default_factory=dict)
    stake: Fraction | None = None
    pool_vnd: int = 0
    factors: Mapping[str, Any] = field(default_factory=dict)

    @property
    def total_vnd(self) -> int:
        """All three parts together."""
        return self.base_vnd + self.performance_vnd + self.equity_vnd

    @property
    def terms(self) -> Terms:
        """What payment depends on."""
        return Terms(
            id=self.id,
            commune=self.commune,
            mode=self.mode,
            base_vnd=self.base_vnd,
            equity_vnd=self.equity_vnd,
            stake=Fraction(self.performance_vnd) if self.stake is None else self.stake,
            goals=self.goals,
            conditions=self.conditions,
            gates=self.gates,
        )


def promises(folder: Path) -> tuple[Promise, ...]:
    """The results that make up an agreement, from the packs' account.yaml: those with points.

    Raises `PointsDoNotAddUp` unless they come to 100, `NotMeasured` for an unknown measure and
    `scores.BandsOutOfOrder` for bands that do not rise.
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
    bands = bands_of(said.get("bands", ()))
    banded(Fraction(0), bands, name=name)
    return Promise(
        name=name,
        pack=pack,
        label=Text.read(said["label"]),
        measured=said["measured"],
        points=said["points"],
        how=said["verification"]["how"],
        how_label=Text.read(said["verification"]["label"]),
        lasts_months=said["lasts_months"],
        level_from=said.get("level_from"),
        minimum=said.get("minimum"),
        bands=bands,
    )


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
    last_year: Mapping[str, int] | None = None,
) -> list[Draft]:
    """A draft agreement for every commune in force on ``at``, in order of path.

    ``plan`` is the JSON of a plan (``years`` or the years of its ``chosen`` works, of which
    those of the agreement's year are listed). ``year`` is the next one unless given.
    ``pool_vnd`` is the recurrent money of that year; without it, what the snapshot's ``money``
    table has. ``last_year`` is base and equity together of the year before, by path, which
    nobody falls far below; without it nobody is held. The drafts sum to the pool less the few
    đồng that rounding leaves of the performance part. Raises `allotment.SharesDoNotAddUp`.
    """
    year = at.year + 1 if year is None else year
    communes = need.communes(tables, at)
    if pool_vnd is None:
        pool_vnd = recurrent(tables, year)
    counted = need.count(communes, measured, law, at, year=year)
    parts = allot(pool_vnd, counted, law, at, last_year=last_year or {})
    measured_here = baselines(measured, law, at)
    pilot, last = law.number("agreement.pilot_zone", at), _last_year(plan, year)
    conditions, gates = (
        dict.fromkeys(law.number(name, at), "") for name in ("results.conditions", GATES)
    )
    chosen = [w for w in plan.get("chosen", ()) if w.get("year") == year]
    villages = measured.villages.select(["area", "commune"]).to_pylist()
    return [
        Draft(
            id=f"{year}-{path.split('/')[1]}",
            commune=path,
            name=str(row["name"]),
            year=year,
            mode="pilot" if row["zone"] == pilot else "shadow",
            base_vnd=parts[path].base_vnd,
            performance_vnd=parts[path].performance_vnd,
            equity_vnd=parts[path].equity_vnd,
            goals=tuple(
                _goal(promise, measured_here[promise.measured][path], year, at.year, last)
                for promise in promises
                if measured_here[promise.measured][path].applies
            ),
            conditions=conditions,
            works=tuple(sorted({str(w["work"]) for w in chosen if w["commune"] == path})),
            villages=tuple(sorted(v["area"] for v in villages if v["commune"] == path)),
            gates=gates,
            stake=parts[path].stake,
            pool_vnd=pool_vnd,
            factors=parts[path].factors,
        )
        for path, row in communes.items()
    ]


def recurrent(tables: Tables, year: int) -> int:
    """The recurrent money of a year in the snapshot's ``money`` table, whole đồng."""
    rows = tables.arrow("money", ["year", "kind", "amount_vnd"]).to_pylist()
    return sum(r["amount_vnd"] for r in rows if (r["year"], r["kind"]) == (year, "recurrent"))


def _last_year(plan: Mapping[str, Any], year: int) -> int:
    years = [int(y) for y in plan.get("years", ())] or [w["year"] for w in plan.get("chosen", ())]
    return max([*years, year])


def _goal(promise: Promise, found: Baseline, year: int, now: int, last: int) -> Goal:
    line = target(found.value, found.goal, year=year, now=now, last=last)
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
        target=line,
        hidden=found.hidden,
        line=line,
        level_from=promise.level_from,
        minimum=promise.minimum,
        bands=promise.bands,
    )


def target(baseline: float | None, goal: float, *, year: int, now: int, last: int) -> float:
    """The share to reach in ``year``: on the straight line from the baseline to the last year.

    The goal itself where there is no baseline; the baseline where it is at the goal already.
    """
    if baseline is None:
        return goal
    step = (year - now) / (last - now) if last > now else 1.0
    return round(max(baseline, baseline + (goal - baseline) * min(step, 1.0)), 4)


def payment(
    agreed: Draft,
    found: Mapping[str, Found],
    *,
    tranche: Fraction = Fraction(0),
    again: Mapping[str, Found] | None = None,
) -> Payment:
    """What a draft would pay for what verification found: `pay.pay` of its terms."""
    return pay.pay(agreed.terms, found, tranche=tranche, again=again)


def equity(drafts: Iterable[Draft]) -> dict[str, Any]:
    """Whether all money lies at least as much with the poor communes as base alone does.

    Concentration indices (−1…1, lower is more with the poor; None when nothing is shared) of
    base, and of all three parts if everybody earns everything; communes are ranked by burden of
    poverty a head as far as it is published. JSON-ready: ``base``, ``total``, ``holds``.
    """
    listed = list(drafts)
    people, burden = (
        {one.commune: _amount(one, name) for one in listed} for name in ("people", "poverty")
    )
    of_base, of_all = (
        concentration(money, people, burden)
        for money in (
            {one.commune: one.base_vnd for one in listed},
            {one.commune: one.total_vnd for one in listed},
        )
    )
    return {
        "base": None if of_base is None else round(float(of_base), 6),
        "total": None if of_all is None else round(float(of_all), 6),
        "holds": None if of_base is None or of_all is None else of_all <= of_base,
    }


def _amount(agreed: Draft, criterion: str) -> int:
    rows = agreed.factors.get("criteria", ())
    return sum(row["amount"] or 0 for row in rows if row["criterion"] == criterion)


def as_json(agreed: Draft) -> dict[str, Any]:
    """A draft ready for JSON, each condition and gate with its state in words."""
    found = asdict(replace(agreed, goals=()))
    found["goals"] = [goal_as_json(goal) for goal in agreed.goals]
    found["total_vnd"] = agreed.total_vnd
    found["stake"] = str(agreed.terms.stake)
    found["conditions"] = _papers("condition", agreed.conditions)
    found["gates"] = _papers("gate", agreed.gates)
    return found


def _papers(what: str, papers: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {what: name, "document": paper, "state": {"vi": paper, "en": paper}}
        if paper
        else {what: name, "document": None, "state": asdict(UNDOCUMENTED)}
        for name, paper in papers.items()
    ]
