"""Form B1's scores joined to the reviews: the sum of the raw answers under the imported table."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.law import Law
from hoaban.measure.network import Flags, flags
from hoaban.measure.tables import Tables
from hoaban.record import scorecard

REGIONS = ("poverty.scorecard_region_urban", "poverty.scorecard_region_rural")
_TABLE = ["region", "item", "option", "points", "valid_from", "valid_to"]
_ANSWERS = ["household", "round", "item", "option"]


def scored(tables: Tables, law: Law, at: date) -> Tables:
    """The tables with ``points_a`` of each review that has answers of form B1 and no score yet.

    The same tables come back while no point table or no answer is recorded. Raises the problems
    of `scorecard.score`.
    """
    if not {"scorecard", "scorecard_answers"} <= set(tables):
        return tables  # a snapshot from before the lists were declared
    table, answers = tables.arrow("scorecard", _TABLE), tables.arrow("scorecard_answers", _ANSWERS)
    if not len(table) or not len(answers):
        return tables
    reviews = tables.arrow("reviews")
    villages = tables.valid("villages", at, ["id", "rural"])
    place = pc.index_in(reviews["village"], value_set=villages["id"].combine_chunks())
    rural = flags(villages["rural"].take(place), True)
    return tables.replace(reviews=with_points(reviews, rural, answers, table, law=law, at=at))


def with_points(
    reviews: pa.Table, rural: Flags, answers: pa.Table, table: pa.Table, *, law: Law, at: date
) -> pa.Table:
    """The reviews with their scores; the region of the table follows ``rural`` (reviews,)."""
    if not len(table) or not len(answers):
        return reviews
    regions = np.array([str(law.number(name, at)) for name in REGIONS])[rural.astype(np.int64)]
    points = scorecard.fill_points(reviews, answers, table, regions.tolist())
    return reviews.set_column(reviews.column_names.index("points_a"), "points_a", points)
