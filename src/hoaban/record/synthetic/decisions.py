"""What communes decided after a round, and what a second interview of a few households found."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.base.law import Law
from hoaban.record.answers import ANSWERS
from hoaban.record.synthetic import columns, draws
from hoaban.record.synthetic.households import NEAR_POOR, POOR, Frame, Homes, Reviewed

CLASSES = ("poor", "near_poor", "average", "not_poor")
_CEILINGS = ("poverty.middle_line_urban_vnd", "poverty.middle_line_rural_vnd")


def decided(homes: Frame, one: Reviewed, law: Law, as_of: date) -> pa.Array:
    """The class of every household by the standard of the round's day; null until it is completed.

    Of those above the line, average is who is at most the published ceiling (nobody where none is).
    """
    day, found, _ = one
    if day > as_of:
        return pa.nulls(len(homes), pa.string())
    ceilings = [law.find(name, day) for name in _CEILINGS]
    ceiling = np.array([-1 if c is None else int(c.value) for c in ceilings])
    average = found.income <= ceiling[homes.rural.astype(np.intp)]
    other = np.where(average, CLASSES.index("average"), CLASSES.index("not_poor"))
    cls = np.select([found.standing == POOR, found.standing == NEAR_POOR], [0, 1], other)
    return columns.taken(CLASSES, cls)


def reinterviews(
    seed: int,
    homes: Frame,
    villages: Homes,
    one: Reviewed,
    *,
    household: pa.Array,
    spec: Mapping[str, Any],
) -> pa.Table:
    """A drawn share of a round's households, asked again: a few answers differ, incomes a little.

    ``spec``: ``share`` of households, ``differs`` (chance of each answer), ``income_noise``
    (standard deviation of the logarithm), ``days_after`` the round. Assumed, all of it.
    """
    day, found, answers = one
    at = np.flatnonzero(draws.chance(seed, "reinterview", homes.key, float(spec["share"])))
    key, again = homes.key[at], day + timedelta(days=int(spec["days_after"]))
    noise = float(spec["income_noise"]) * draws.normal(seed, "reinterview.income", key)
    income = np.floor(found.income[at] * np.exp(noise) / 1000) * 1000
    flips = {
        n: draws.chance(seed, f"reinterview.{n}", key, float(spec["differs"])) for n in ANSWERS
    }
    homes_asked = household.take(pa.array(at))
    return columns.table(
        key=columns.joined(homes_asked, f"{found.year}-2"),
        area=columns.taken(villages.path, homes.village[at]),
        source=columns.drawn(seed),
        valid_from=again,
        columns={
            "household": homes_asked,
            "village": columns.taken(villages.code, homes.village[at]),
            "round": pa.array(np.full(len(at), found.year)),
            "completed_on": columns.days(again, np.zeros(len(at))),
            "members": pa.array(homes.members[at]),
            "income_per_head_vnd": pa.array(income.astype(np.int64)),
            **{n: pa.array((answers[n][at] ^ flips[n]).astype(np.int8)) for n in ANSWERS},
        },
    )
