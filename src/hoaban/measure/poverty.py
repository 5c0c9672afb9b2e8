"""T1: poor and near-poor households under every national standard, from the raw answers.

A household is poor when its income per head is at most the line of its area (rural or urban)
and it lacks at least as many things as the standard says; near-poor when its income is at
most the line and it lacks fewer (Decrees 07/2021 and 351/2025). An answer that was not given
counts as not lacking, an income that was not given as above the line; both are counted and
shown as unknown. One review is judged under all standards side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.law import Law
from hoaban.measure.tables import Tables

METHOD = "t1-count-1"
TABLES = ["reviews", "villages"]
NOT_POOR, NEAR_POOR, POOR = 0, 1, 2
CLASSES = {POOR: "poor", NEAR_POOR: "near_poor", NOT_POOR: "not_poor"}


@dataclass(frozen=True, slots=True)
class Standard:
    """One national standard: its lines (đồng a head a month), its list, how many make poor."""

    name: str  # "2022-2026"
    valid_from: date
    valid_to: date | None
    line_rural_vnd: int
    line_urban_vnd: int
    needed: int
    indicators: tuple[str, ...]

    @property
    def column(self) -> str:
        """Its name as an identifier: ``2022_2026``."""
        return self.name.replace("-", "_")


def standards(law: Law) -> tuple[Standard, ...]:
    """Every standard the law folder holds, in order of date, whatever the day."""
    return tuple(
        Standard(
            name=str(found.value),
            valid_from=found.valid_from,
            valid_to=found.valid_to,
            line_rural_vnd=law.number("poverty.income_line_rural_vnd", found.valid_from),
            line_urban_vnd=law.number("poverty.income_line_urban_vnd", found.valid_from),
            needed=law.number("poverty.deprivations_needed", found.valid_from),
            indicators=tuple(law.number("poverty.indicators", found.valid_from)),
        )
        for found in law.values.get("poverty.standard", ())
    )


def classify(reviews: ir.Table, villages: ir.Table, rules: tuple[Standard, ...]) -> ir.Table:
    """Each review with a class under each standard.

    reviews
        One row a household and round: ``village``, ``members``, ``income_per_head_vnd``
        (missing allowed) and a 0/1 column per indicator (1 = lacking, missing allowed).
    villages
        ``id`` and ``rural``, which says whose line holds; a village nobody knows is rural.

    Returns ``household, village, round, completed_on, members`` and for each standard
    ``class_<standard>`` (0 not poor, 1 near-poor, 2 poor) and ``unknown_<standard>`` (1 when
    some answer of its list is missing), and ``income_unknown``.
    """
    where = villages.select(place=villages.id, rural=villages.rural)
    t = reviews.left_join(where, reviews.village == where.place)
    rural = t.rural.fill_null(True)
    judged = {}
    for rule in rules:
        lacks = reduce(add, [t[i].fill_null(0).cast("int64") for i in rule.indicators])
        line = ibis.ifelse(rural, rule.line_rural_vnd, rule.line_urban_vnd)
        below = (t.income_per_head_vnd <= line).fill_null(False)
        severity = ibis.ifelse(lacks >= rule.needed, POOR, NEAR_POOR)
        judged[f"class_{rule.column}"] = ibis.ifelse(below, severity, NOT_POOR).cast("int8")
        missing = reduce(lambda a, b: a | b, [t[i].isnull() for i in rule.indicators])
        judged[f"unknown_{rule.column}"] = missing.cast("int8")
    return t.select(
        "household",
        "village",
        "round",
        "completed_on",
        "members",
        income_unknown=t.income_per_head_vnd.isnull().cast("int8"),
        **judged,
    )


def rounds(tables: Tables, at: date) -> list[tuple[int, date]]:
    """The review rounds completed on or before a day, oldest first, and when each was."""

    def make() -> list[tuple[int, date]]:
        reviews = tables["reviews"]
        ended = reviews.group_by("round").agg(completed_on=reviews.completed_on.max())
        return [(row["round"], row["completed_on"]) for row in tables.run(ended).to_pylist()]

    ended = tables.once("poverty.rounds", ["reviews"], make)
    return sorted((number, day) for number, day in ended if day <= at)


def by_village(tables: Tables, rules: tuple[Standard, ...], at: date) -> pa.Table:
    """Counts per village and completed round, under every standard.

    Columns: ``village, round, households, people, income_unknown`` and per standard
    ``poor_…, near_poor_…`` (households), ``poor_people_…, near_poor_people_…``, ``unknown_…``.
    """

    def make(rules: tuple[Standard, ...], at: date) -> pa.Table:
        done = [number for number, _ in rounds(tables, at)]
        t = classify(tables["reviews"], tables["villages"], rules)
        t = t.filter(t["round"].isin(done)) if done else t.limit(0)
        counts = {}
        for rule in rules:
            for cls, name in ((POOR, "poor"), (NEAR_POOR, "near_poor")):
                is_it = (t[f"class_{rule.column}"] == cls).cast("int64")
                counts[f"{name}_{rule.column}"] = is_it.sum()
                counts[f"{name}_people_{rule.column}"] = (is_it * t.members).sum()
            counts[f"unknown_{rule.column}"] = t[f"unknown_{rule.column}"].cast("int64").sum()
        grouped = t.group_by("village", "round").agg(
            households=t.count(),
            people=t.members.sum(),
            income_unknown=t.income_unknown.cast("int64").sum(),
            **counts,
        )
        return tables.run(grouped.order_by("village", "round"))

    return tables.once("poverty.by_village", TABLES, make, rules, at)


def histories(tables: Tables, rule: Standard, at: date) -> pa.Table:
    """How many households had which classes in the last three completed rounds.

    Columns ``before, last, now`` (class in each round, missing where there was no review or
    no round) and ``households``.
    """

    def make(rule: Standard, at: date) -> pa.Table:
        done = [number for number, _ in rounds(tables, at)][-3:]
        padded = [-1] * (3 - len(done)) + done
        t = classify(tables["reviews"], tables["villages"], (rule,))
        t = t.filter(t["round"].isin(done)) if done else t.limit(0)
        cls = t[f"class_{rule.column}"]
        names = ("before", "last", "now")
        of = {n: cls.max(where=t["round"] == r) for n, r in zip(names, padded, strict=True)}
        each = t.group_by("household").agg(**of)
        counted = each.group_by(list(names)).agg(households=each.count())
        return tables.run(counted.order_by(list(names)))

    return tables.once("poverty.histories", TABLES, make, rule, at)


def moves(found: pa.Table) -> dict[str, dict[str, int]]:
    """From which class to which, between the last two rounds: ``{from: {to: households}}``.

    ``new`` had no review in the round before, ``gone`` has none in the newest.
    """
    table: dict[str, dict[str, int]] = {}
    for row in found.to_pylist():
        was = "new" if row["last"] is None else CLASSES[row["last"]]
        now = "gone" if row["now"] is None else CLASSES[row["now"]]
        if (was, now) != ("new", "gone"):
            into = table.setdefault(was, {})
            into[now] = into.get(now, 0) + row["households"]
    return table


def exits(found: pa.Table) -> dict[str, int]:
    """Households that left poverty in the last two rounds, each in one of three ways.

    ``income``: poor in the round before, now above the line. ``fewer_deprivations``: poor in
    the round before, now lacking fewer things with an income that is still at most the line.
    ``durable``: poor two rounds ago and not poor in either review since. ``all`` is the sum.
    Beside them ``relapsed``: poor two rounds ago, out in the next, poor again now.
    """
    counts = dict.fromkeys(("income", "fewer_deprivations", "durable", "relapsed"), 0)
    for row in found.to_pylist():
        kind = _exit(row["before"], row["last"], row["now"])
        if kind:
            counts[kind] += row["households"]
    return {"all": sum(counts.values()) - counts["relapsed"], **counts}


def _exit(before: int | None, last: int | None, now: int | None) -> str:
    if last == POOR and now in (NOT_POOR, NEAR_POOR):
        return "income" if now == NOT_POOR else "fewer_deprivations"
    if before == POOR and last in (NOT_POOR, NEAR_POOR) and now is not None:
        return "relapsed" if now == POOR else "durable"
    return ""


def target(
    tables: Tables, law: Law, *, at: date, standard_at: date | None = None
) -> dict[str, Any]:
    """T1's value and parts.

    The value is the share of households that are poor in the newest round completed on or
    before ``at``, under the standard in force on ``standard_at`` (``at`` when not given);
    None when no round was completed.
    """
    rules = standards(law)
    headline = law.number("poverty.standard", standard_at or at)
    counts = by_village(tables, rules, at)
    done = rounds(tables, at)
    newest = done[-1][0] if done else None
    total = totals(counts, newest)
    judged = {rule.name: _judged(total, rule) for rule in rules}
    rule = next(r for r in rules if r.name == headline)
    history = histories(tables, rule, at)
    return {
        "value": judged[headline]["rate"],
        "unit": "share of households",
        "standard": headline,
        "parts": {
            "round": newest,
            "completed_on": done[-1][1].isoformat() if done else None,
            "households": total.get("households", 0),
            "people": total.get("people", 0),
            **{k: judged[headline][k] for k in ("poor", "near_poor", "multidimensional")},
            **{f"rate_{r.column}": judged[r.name]["rate"] for r in rules},
            "standards": judged,
            "exits": exits(history),
            "transitions": moves(history),
            "income_unknown": total.get("income_unknown", 0),
            "rounds": [_round(counts, number, rules, day) for number, day in done],
        },
    }


def totals(counts: pa.Table, number: int | None) -> dict[str, int]:
    """The sums of every count over the villages in one round; empty when there is none."""
    if number is None:
        return {}
    here = counts.filter(pc.equal(counts["round"], number))
    names = [n for n in counts.column_names if n not in ("village", "round")]
    return {name: int(np.asarray(here[name]).sum()) for name in names}


def _judged(total: Mapping[str, int], rule: Standard) -> dict[str, Any]:
    poor, near = (total.get(f"{n}_{rule.column}", 0) for n in ("poor", "near_poor"))
    people = [total.get(f"{n}_people_{rule.column}", 0) for n in ("poor", "near_poor")]
    households, persons = total.get("households", 0), total.get("people", 0)
    return {
        "line_rural_vnd": rule.line_rural_vnd,
        "line_urban_vnd": rule.line_urban_vnd,
        "deprivations_needed": rule.needed,
        "poor": poor,
        "near_poor": near,
        "multidimensional": poor + near,
        "rate": share(poor, households),
        "near_poor_rate": share(near, households),
        "multidimensional_rate": share(poor + near, households),
        "persons": {
            "poor": people[0],
            "near_poor": people[1],
            "multidimensional": sum(people),
            "rate": share(people[0], persons),
            "near_poor_rate": share(people[1], persons),
            "multidimensional_rate": share(sum(people), persons),
        },
        "answers_unknown": total.get(f"unknown_{rule.column}", 0),
    }


def _round(counts: pa.Table, number: int, rules: tuple[Standard, ...], day: date) -> dict[str, Any]:
    """One earlier round in short, under every standard, for the line through the years."""
    total = totals(counts, number)
    rates = {r.column: share(total[f"poor_{r.column}"], total["households"]) for r in rules}
    near = {r.column: share(total[f"near_poor_{r.column}"], total["households"]) for r in rules}
    return {
        "round": number,
        "completed_on": day.isoformat(),
        **{f"rate_{c}": r for c, r in rates.items()},
        **{f"near_poor_rate_{c}": r for c, r in near.items()},
    }


def share(part: int, whole: int) -> float | None:
    """``part / whole``, or None where there is no whole."""
    return part / whole if whole else None
