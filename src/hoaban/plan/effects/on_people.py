"""What works do to households, staff and procedures: tables in, tables out.

Who is reached is drawn by the thing's own id, so that one work more or less moves no other
draw, and who has standard water has hygienic water too.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.measure.network import Flags, Floats, Ints
from hoaban.measure.poverty import Standard
from hoaban.plan.finders.staffing import Post
from hoaban.plan.works import Effect

GOOD = {"water_standard": 1}  # the answer that is good; 0 (not lacking) for all the others


def drawn(ids: Iterable[str], purpose: str) -> Floats:
    """One number in [0, 1) for each id: the same id and purpose always give the same."""
    key = purpose.encode()[:64]
    return np.array(
        [
            int.from_bytes(hashlib.blake2b(i.encode(), digest_size=7, key=key).digest(), "big")
            for i in ids
        ],
        np.float64,
    ) / float(1 << 56)


def cleared(table: pa.Table, number: int, effects: Iterable[Effect]) -> pa.Table:
    """The reviews with answers of round ``number`` that ``clears`` effects have made good."""
    shares: dict[str, dict[str, float]] = {}
    for effect in effects:
        by_village = shares.setdefault(effect.given["answer"], {})
        for village in effect.on:
            by_village[village] = max(by_village.get(village, 0.0), effect.given["take_up"])
    for answer, by_village in sorted(shares.items()):
        good = GOOD.get(answer, 0)
        rows, share = _homes(table, number, by_village)
        lucky = rows[drawn(table["household"].take(rows).to_pylist(), "home") < share]
        table = _set(table, answer, lucky, np.full(len(lucky), good))
    return table


def earned(
    table: pa.Table, number: int, effects: Iterable[Effect], rule: Standard, case: str = "likely"
) -> pa.Table:
    """The reviews with the income that ``earns`` effects add to poor households of a round.

    ``case`` is low, likely or high. Nothing changes where that is 0. The score of form B1
    (``points_a``) would go on deciding against the income, so it is emptied where that makes
    nobody poor (see `_settled`).
    """
    for effect in effects:
        more = float(effect.given[case])
        if more <= 0:
            continue
        rows, share = _homes(table, number, dict.fromkeys(effect.on, effect.given["take_up"]))
        some = table.take(rows)
        lacks = sum(np.asarray(pc.fill_null(some[n], 0), np.int64) for n in rule.indicators)
        income = np.asarray(pc.fill_null(some["income_per_head_vnd"], -1), np.int64)
        lucky = drawn(some["household"].to_pylist(), "home") < share
        lucky &= (lacks >= rule.needed) & (income >= 0)
        new = income[lucky] + round(more)
        table = _set(table, "income_per_head_vnd", rows[lucky], new)
        if "points_a" in table.column_names:
            gone = rows[lucky][_settled(some["points_a"], lucky, new, rule)]
            table = _set(table, "points_a", gone, [None] * len(gone))
    return table


def _settled(points: Any, lucky: Flags, income: Ints, rule: Standard) -> Flags:
    """Which of the lucky may be judged by their new income in place of their score.

    Those above every line, and those whose score is at most the threshold of either area: a
    score that says "not poor" stays beside an income below the line.
    """
    scores = np.asarray(pc.fill_null(points, -1), np.int64)[lucky]
    known = [limit for limit in (rule.points_rural, rule.points_urban) if limit is not None]
    above: Flags = income > max(rule.line_rural_vnd, rule.line_urban_vnd)
    return above | (scores <= min(known, default=-1))


def _homes(table: pa.Table, number: int, by_village: Mapping[str, float]) -> tuple[Any, Floats]:
    """The rows of one round in some villages, and the share that each one's village has."""
    known = sorted(by_village)
    place = pc.index_in(table["village"], value_set=pa.array(known, pa.string()))
    here = pc.and_(pc.is_valid(place), pc.equal(table["round"], number))
    rows = np.flatnonzero(np.asarray(pc.fill_null(here, False)))
    at = np.asarray(pc.fill_null(place, -1))[rows]
    return rows, np.array([by_village[name] for name in known])[at] if known else np.empty(0)


def _set(table: pa.Table, name: str, rows: Any, values: Any) -> pa.Table:
    if not len(rows):
        return table
    field = table.schema.field(name)
    whole = table[name].combine_chunks()
    mask = np.zeros(len(table), bool)
    mask[rows] = True
    new = pc.replace_with_mask(whole, pa.array(mask), pa.array(values, field.type))
    return table.set_column(table.column_names.index(name), field, new)


def trained(
    table: pa.Table, effects: Iterable[Effect], posts: Iterable[Post], at: date
) -> pa.Table:
    """The courses passed, with those that ``trains`` effects add for their share of staff."""
    needs = {post.id: (post.commune, post.needs) for post in posts}
    rows = []
    for effect in effects:
        course, share = effect.given["course"], effect.given["pass_share"]
        some = [one for one in effect.on if one in needs]
        passed = drawn(some, course) < share
        for one in (post for post, ok in zip(some, passed, strict=True) if ok):
            commune, languages = needs[one]
            rows.append(
                {
                    "id": f"plan:{course}:{one}",
                    "area": commune,
                    "origin": "assumed",
                    "source": "plan",
                    "valid_from": at,
                    "staff": one,
                    "course": course,
                    "language": languages[0] if course == "language" and languages else None,
                    "on": at,
                    "passed": True,
                }
            )
    return _more(table, rows)


def digitised(table: pa.Table, effects: Iterable[Effect]) -> pa.Table:
    """The procedures with those that works have put online."""
    put = {name for e in effects if e.given.get("digital") for name in e.on}
    rows = np.flatnonzero([code in put for code in table["id"].to_pylist()])
    return _set(table, "digital", rows, np.ones(len(rows), bool))


def deployed(
    table: pa.Table,
    procedures: pa.Table,
    areas: Mapping[str, str],
    effects: Iterable[Effect],
    *,
    since: date,
    at: date,
) -> pa.Table:
    """The deployments with those that works add: the drawn share of what is not in use yet.

    ``areas`` are the villages' paths by code; in use means a case completed after ``since``.
    Several works in a village add up their shares.
    """
    shares: dict[str, float] = {}
    forms: dict[str, tuple[float, str]] = {}
    for effect in effects:
        for village in (v for v in effect.on if v in areas):
            share = effect.given["take_up"]
            shares[village] = shares.get(village, 0.0) + share
            forms[village] = max(forms.get(village, (0.0, "")), (share, effect.given["form"]))
    if not shares:
        return table
    used = _in_use(table, since)
    codes = sorted(row["id"] for row in procedures.to_pylist() if row["basic"])
    rows = []
    for village, share in sorted(shares.items()):
        missing = [code for code in codes if (village, code) not in used]
        luck = drawn((f"{village}/{code}" for code in missing), "desk")
        rows += [
            _live(code, village, areas[village], forms[village][1], at)
            for code, one in zip(missing, luck, strict=True)
            if one < share
        ]
    return _more(table, rows)


def _live(code: str, village: str, area: str, form: str, at: date) -> dict[str, Any]:
    """A procedure in use in a village from a day on."""
    return {
        "id": f"plan:{village}:{code}",
        "area": area,
        "origin": "assumed",
        "source": "plan",
        "valid_from": at,
        "procedure": code,
        "village": village,
        "form": form,
        "since": at,
        "last_completed_on": at,
        "completed_12m": 1,
    }


def _in_use(table: pa.Table, since: date) -> set[tuple[str, str]]:
    """Village and procedure of each deployment with a case completed after a day."""
    recent = pc.and_(
        pc.fill_null(pc.greater(table["last_completed_on"], since), False),
        pc.fill_null(pc.greater(table["completed_12m"], 0), False),
    )
    some = table.filter(recent)
    return set(zip(some["village"].to_pylist(), some["procedure"].to_pylist(), strict=True))


def _more(table: pa.Table, rows: list[dict[str, Any]]) -> pa.Table:
    if not rows:
        return table
    return pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)])
