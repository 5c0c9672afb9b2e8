"""A plan with all it rests on, and the JSON object that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hoaban.base.text import Text
from hoaban.measure import targets
from hoaban.measure.targets import Measured
from hoaban.plan.alternatives import Frontiers
from hoaban.plan.choice.curve import Point
from hoaban.plan.choice.disagree import Disagreement
from hoaban.plan.choice.explain import Beaten
from hoaban.plan.choice.instance import Chosen, Instance, Result
from hoaban.plan.explained import Brings, Village
from hoaban.plan.finders.proposals import Funded
from hoaban.plan.joint.criteria import Room
from hoaban.plan.money import prices
from hoaban.plan.money.envelopes import Envelopes
from hoaban.plan.need import Missing
from hoaban.plan.principles import Check
from hoaban.plan.works import Work

_LEFT_OUT = 300  # works not chosen that the object carries, the most gain per đồng first
METHOD_NOTE = {
    "vi": "Chọn theo tác dụng chung, chính xác: mỗi tập việc được tính như khi đã làm xong và đo "
    "lại, không cộng lẻ. Cận trên là của bài toán tuyến tính mà mọi kế hoạch trả được đều nằm "
    "trong đó; khoảng cách nói còn có thể thiếu tối đa bao nhiêu.",
    "en": "Chosen by the joint effect, exact: every set of works is judged as it would be measured "
    "once built, never by adding up. The bound is that of a linear program which holds every plan "
    "that can be paid; the gap says how much may at most be missed.",
}


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan with all it rests on. ``works`` are all candidates, those under way first.

    ``before`` and ``after`` are measured on the same day under the standard of the last plan
    year; ``after`` is a forecast. ``points`` are choices at other budgets, each with the targets it
    would come to; ``counts`` and ``rooms`` what each criterion counts and how much it needs;
    ``left_out`` the works that are not chosen, with what beat them; ``unsafe`` the safeguards
    that each chosen work still lacks; ``expected`` the people-days a year that drawn closures cut
    off ``before`` and ``after``, over so many ``years``; ``brings`` what each chosen work brings;
    ``villages`` what binds and would free each, by path; ``stopped`` whether the search was ended
    early.
    """

    envelopes: Envelopes
    before: Measured
    after: Measured
    works: tuple[Work, ...]
    instance: Instance
    result: Result
    points: tuple[tuple[Point, Mapping[str, float | None]], ...]
    counts: Mapping[str, float]
    rooms: Mapping[str, Room]
    missing: Missing
    weights: Mapping[str, Any]
    price_year: int
    forced: Mapping[str, tuple[bool, Text]]
    left_out: tuple[Beaten, ...] = ()
    more: tuple[Point, Mapping[str, float | None]] | None = None
    robust: Disagreement | None = None
    checks: tuple[Check, ...] = ()
    proposals: Funded | None = None
    expected: Mapping[str, float] = field(default_factory=dict)
    unsafe: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    brings: Mapping[str, Brings] = field(default_factory=dict)
    villages: Mapping[str, Village] = field(default_factory=dict)
    frontiers: Frontiers | None = None
    stopped: bool = False

    @property
    def by_id(self) -> dict[str, Work]:
        """Every candidate by its id."""
        return {work.id: work for work in self.works}

    def credited(self) -> dict[str, float]:
        """What each chosen work added to the worth when it was taken.

        A step of several works is shared out by cost; works owed, under way and forced in share
        what they were worth together before anything was chosen.
        """
        cost = {item.id: max(item.cost, 1) for item in self.instance.items}
        found: dict[str, float] = {}
        for step in self.result.steps:
            total = sum(cost[name] for name in step.items)
            for name in step.items:
                found[name] = step.gain * cost[name] / total
        rest = [one.id for one in self.result.chosen if one.id not in found]
        first = self.result.steps[0] if self.result.steps else None
        begun = first.worth - first.gain if first else self.result.worth
        total = sum(cost[name] for name in rest)
        return found | {name: begun * cost[name] / total for name in rest}

    @property
    def chosen(self) -> list[tuple[Work, Chosen]]:
        """Each work chosen with when it is done and what it takes.

        Works under way first, then by year, then by worth per đồng.
        """
        by_id, credited = self.by_id, self.credited()
        pairs = [(by_id[one.id], one) for one in self.result.chosen]
        return sorted(
            pairs,
            key=lambda pair: (
                not pair[0].owed,
                not pair[0].carry_over,
                pair[1].year,
                -credited[pair[0].id] / max(pair[1].spent, 1),
                pair[0].id,
            ),
        )


def as_json(found: Planned) -> dict[str, Any]:
    """What ``hoaban plan --json`` prints, ready for JSON, but for what later rooms add.

    ``cost_vnd`` of a chosen work is all that it takes within the plan, upkeep included, so they
    add up to ``spent_vnd``; ``build_vnd`` is the work itself.
    """
    before, after = targets.as_json(found.before), targets.as_json(found.after)
    credited = found.credited()
    rows = [
        {
            **_row(work, one, credited[work.id]),
            "proposals": list(work.facts.get("proposals", ())),
            "safeguards_missing": list(found.unsafe.get(work.id, ())),
            "brings": found.brings[work.id].as_json() if work.id in found.brings else None,
        }
        for work, one in found.chosen
    ]
    envelopes, result = found.envelopes, found.result
    return {
        **{name: before[name] for name in ("snapshot", "at", "standard_at", "province", "origin")},
        "years": list(envelopes.years),
        "budget_vnd": envelopes.budget_vnd,
        "budget_given": envelopes.given,
        "spent_vnd": result.spent,
        "cost_low_vnd": sum(row["cost_low_vnd"] for row in rows),
        "cost_high_vnd": sum(row["cost_high_vnd"] for row in rows),
        "money": _money(found),
        "method": result.method,
        "method_note": METHOD_NOTE,
        "worth": result.worth,
        "bound": result.bound,
        "gap": result.gap,
        "weights": dict(found.weights),
        "criteria": _criteria(found),
        "curve": [_point(point, targets_) for point, targets_ in found.points],
        "forced": [
            {"work": name, "in": yes, "reason": why.vi, "reason_en": why.en}
            for name, (yes, why) in sorted(found.forced.items())
        ],
        "rules": {"least": dict(found.instance.least), "most": dict(found.instance.most)},
        "prices": {"year": found.price_year, "deflator": prices.DEFLATOR},
        "candidates": len(found.works),
        "evaluations": result.tried,
        "carry_over": _carry_over(rows, result),
        "chosen": rows,
        "targets": {
            "before": before["targets"],
            "after": {name: {**one, "forecast": True} for name, one in after["targets"].items()},
            "after_label": {"vi": "dự báo sau kế hoạch", "en": "forecast with the plan done"},
        },
        **_missing(found),
        "not_chosen": [_beaten(one, found.by_id[one.id]) for one in _first(found.left_out)],
        **_villages(found),
        "left_out": len(found.left_out),
        "kept_more": None if found.more is None else _point(*found.more),
        "stopped": found.stopped,
        "frontiers": None if found.frontiers is None else found.frontiers.as_json(),
        "disagreement": None if found.robust is None else _disagreement(found.robust),
        "principles": [check.as_json() for check in found.checks],
        "isolation_expected": dict(found.expected),
        "proposals": None if found.proposals is None else found.proposals.as_json(),
    }


def _missing(found: Planned) -> dict[str, Any]:
    """The money missing by target, with the smallest budget tried that meets it; and together."""
    rows = {}
    for name, one in found.missing.by_target.items():
        mark = found.after.targets[name]["target"]
        meets = (
            {"share": point.share, "budget_vnd": point.budget}
            for point, values in found.points
            if (value := values[name]) is not None and targets.passes(name, value, mark)
        )
        rows[name] = {**one.as_json(), "curve": next(meets, None)}
    together = found.missing.together
    return {"missing": rows, "missing_together": together and together.as_json()}


def _villages(found: Planned) -> dict[str, Any]:
    """What binds and would free each village, and the works that would, told once."""
    some = {name for one in found.villages.values() for name in one.frees}
    return {
        "villages": {path: one.as_json() for path, one in sorted(found.villages.items())},
        "freeing": {
            one.id: _beaten(one, found.by_id[one.id]) for one in found.left_out if one.id in some
        },
    }


def _first(left_out: tuple[Beaten, ...]) -> list[Beaten]:
    """The first works left out, and all that somebody decided to leave out."""
    return [one for n, one in enumerate(left_out) if n < _LEFT_OUT or one.why == "decided"]


def _criteria(found: Planned) -> list[dict[str, Any]]:
    """What each criterion counts, 1 being its need, with its weight; none is hidden."""
    rows = []
    for name, counts in found.counts.items():
        cited, room = found.weights[f"criterion_{name}"], found.rooms.get(name)
        had = {"need": room and room.need, "whole": room and room.whole}
        rows.append({"name": name, **cited, "counts": counts, **had})
    return rows


def _point(point: Point, targets_: Mapping[str, float | None]) -> dict[str, Any]:
    return {
        "share": point.share,
        "budget_vnd": point.budget,
        "spent_vnd": point.result.spent,
        "works": len(point.result.chosen),
        "worth": point.result.worth,
        "bound": point.result.bound,
        "gap": point.result.gap,
        "targets": dict(targets_),
    }


def _disagreement(found: Disagreement) -> dict[str, Any]:
    """How often each work is chosen; works of no draw are left out."""
    regrets = [one.regret for one in found.draws if one.regret is not None]
    return {
        "draws": len(found.draws),
        "never_regretted": found.never_regretted,
        "often": {name: share for name, share in sorted(found.often.items()) if share > 0},
        "worst_regret": found.worst_regret,
        "mean_regret": sum(regrets) / len(regrets) if regrets else None,
        "affordable": len(regrets),
        "refused": found.refused,
    }


def _beaten(one: Beaten, work: Work) -> dict[str, Any]:
    return {
        "work": work.id,
        "kind": work.kind,
        "pack": work.pack,
        "label": {"vi": work.label.vi, "en": work.label.en},
        "commune": work.commune,
        "village": work.village,
        "cost_vnd": one.cost,
        "gain": one.gain,
        "because": one.why,
        "by": one.by,
        "why": one.text.vi,
        "why_en": one.text.en,
    }


def _carry_over(rows: list[dict[str, Any]], result: Result) -> dict[str, Any]:
    begun = [row for row in rows if row["carry_over"]]
    return {
        "works": len(begun),
        "cost_vnd": sum(row["cost_vnd"] for row in begun),
        "unpaid": list(result.unpaid),
    }


def _row(work: Work, one: Chosen, worth: float) -> dict[str, Any]:
    payments = [
        {"year": year, "kind": kind, "source": source, "vnd": vnd, "for": what}
        for what, pools in (("build", one.built), ("upkeep", one.kept_up))
        for (year, kind, source), vnd in pools.items()
    ]
    return {
        "work": work.id,
        "kind": work.kind,
        "pack": work.pack,
        "label": {"vi": work.label.vi, "en": work.label.en},
        "commune": work.commune,
        "village": work.village,
        "year": one.year,
        "finished": one.finished,
        "cost_vnd": one.spent,
        "build_vnd": work.cost_vnd,
        "upkeep_vnd": sum(one.kept_up.values()),
        "upkeep_a_year_vnd": work.upkeep_vnd,
        "cost_low_vnd": work.cost_low_vnd,
        "cost_high_vnd": work.cost_high_vnd,
        "cost_source": work.cost_source,
        "price_year": work.facts.get("price_year"),
        "money": work.money,
        "sources": sorted({str(payment["source"]) for payment in payments}),
        "payments": payments,
        "proposed_by": work.proposed_by,
        "carry_over": work.carry_over,
        "people": work.people,
        "owed": work.owed,
        "gains": dict(work.gains),  # by itself; together it is ``worth``
        "worth": worth,
        "requires": list(work.requires),
        "why": work.why.vi,
        "why_en": work.why.en,
    }


def _money(found: Planned) -> list[dict[str, Any]]:
    """The pools with what was put in and what was spent of it, in order."""
    left = found.result.left
    return [
        {
            "year": pool[0],
            "kind": pool[1],
            "source": pool[2],
            "budget_vnd": amount,
            "spent_vnd": amount - left[pool],
        }
        for pool, amount in sorted(found.envelopes.pools.items())
    ]
