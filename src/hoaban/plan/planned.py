"""A plan with all it rests on, and the JSON object that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hoaban.measure import targets
from hoaban.measure.targets import Measured
from hoaban.plan import prices
from hoaban.plan.envelopes import Envelopes
from hoaban.plan.facts import TARGETS
from hoaban.plan.instance import Chosen, Instance, Result
from hoaban.plan.need import Need
from hoaban.plan.works import MILESTONE, Work

METHOD_NOTE = {
    "vi": "Bản đầu: phần mỗi việc đóng góp cho từng mục tiêu được cộng lại khi chọn, mỗi mục tiêu "
    "chỉ tính đến mức cần; sau đó các việc được chọn được áp dụng cùng nhau và đo lại. Cận trên là "
    "của bài toán nới lỏng tuyến tính: chặn tổng cộng gộp, không chặn hiệu quả thật khi làm cùng "
    "nhau.",
    "en": "First cut: what single works close of each target is added up to choose, each target "
    "up to what it needs; then the works chosen are applied together and measured again. The "
    "bound is that of the linear relaxation: it bounds the sum, not the true joint effect.",
}


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan with all it rests on. ``works`` are all candidates, those under way first.

    ``before`` and ``after`` are measured on the same day under the standard of the last plan
    year; ``after`` is a forecast.
    """

    envelopes: Envelopes
    before: Measured
    after: Measured
    works: tuple[Work, ...]
    instance: Instance
    result: Result
    missing: Mapping[str, Need]
    weights: Mapping[str, Any]
    price_year: int

    @property
    def by_id(self) -> dict[str, Work]:
        """Every candidate by its id."""
        return {work.id: work for work in self.works}

    def credited(self) -> dict[str, tuple[dict[str, float], float]]:
        """The gains and the worth of each work chosen, with its part of the passes it makes.

        What a commune gains by passing is shared out over the works it required, by cost.
        """
        by_id, items = self.by_id, {item.id: item for item in self.instance.items}
        names = [one.id for one in self.result.chosen]
        found = {
            name: (dict(by_id[name].gains), self.instance.worth([items[name]])) for name in names
        }
        for name in (n for n in names if by_id[n].kind == MILESTONE):
            gains, worth = found.pop(name)
            needed = [one for one in by_id[name].requires if one in found]
            total = sum(max(by_id[one].cost_vnd, 1) for one in needed)
            for one in needed:
                share = max(by_id[one].cost_vnd, 1) / total
                own, before = found[one]
                for target, gain in gains.items():
                    own[target] = own.get(target, 0.0) + gain * share
                found[one] = (own, before + worth * share)
        return found

    @property
    def chosen(self) -> list[tuple[Work, Chosen]]:
        """Each work chosen with when it is done and what it takes.

        Works under way first, then by year, then by worth per đồng.
        """
        by_id, credited = self.by_id, self.credited()
        pairs = [
            (by_id[one.id], one) for one in self.result.chosen if by_id[one.id].kind != MILESTONE
        ]
        return sorted(
            pairs,
            key=lambda pair: (
                not pair[0].carry_over,
                pair[1].year,
                -credited[pair[0].id][1] / max(pair[1].spent, 1),
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
    rows = [_row(work, one, *credited[work.id]) for work, one in found.chosen]
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
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "weights": dict(found.weights),
        "counted_up_to": {name: found.instance.cap(name) for name in TARGETS},
        "prices": {"year": found.price_year, "deflator": prices.DEFLATOR},
        "candidates": sum(work.kind != MILESTONE for work in found.works),
        "carry_over": _carry_over(rows, result),
        "chosen": rows,
        "targets": {
            "before": before["targets"],
            "after": {name: {**one, "forecast": True} for name, one in after["targets"].items()},
            "after_label": {"vi": "dự báo sau kế hoạch", "en": "forecast with the plan done"},
        },
        "missing": {name: one.as_json() for name, one in found.missing.items()},
    }


def _carry_over(rows: list[dict[str, Any]], result: Result) -> dict[str, Any]:
    begun = [row for row in rows if row["carry_over"]]
    return {
        "works": len(begun),
        "cost_vnd": sum(row["cost_vnd"] for row in begun),
        "unpaid": list(result.unpaid),
    }


def _row(work: Work, one: Chosen, gains: dict[str, float], worth: float) -> dict[str, Any]:
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
        "gains": gains,
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
