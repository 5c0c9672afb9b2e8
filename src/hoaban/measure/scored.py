"""Form B1's scores joined to the reviews: the sum of the raw answers under the imported table."""

from datetime import date

import numpy as np
import pyarrow.compute as pc

from hoaban.base.law import Law
from hoaban.measure.network import flags
from hoaban.measure.tables import Tables
from hoaban.record import scorecard

REGIONS = ("poverty.scorecard_region_urban", "poverty.scorecard_region_rural")


def scored(tables: Tables, law: Law, at: date) -> Tables:
    """The tables with ``points_a`` of each review that has answers of form B1 and no score yet.

    The region of the point table follows the village (urban or rural). The same tables come
    back while no point table or no answer is recorded. Raises the problems of `scorecard.score`.
    """
    if not {"scorecard", "scorecard_answers"} <= set(tables):
        return tables  # a snapshot from before the lists were declared
    if not len(tables.arrow("scorecard", ["id"])):
        return tables
    answers = tables.arrow("scorecard_answers", ["household", "round", "item", "option"])
    if not len(answers):
        return tables
    columns = ["region", "item", "option", "points", "valid_from", "valid_to"]
    reviews = tables.arrow("reviews")
    villages = tables.valid("villages", at, ["id", "rural"])
    place = pc.index_in(reviews["village"], value_set=villages["id"].combine_chunks())
    rural = flags(villages["rural"].take(place), True)
    regions = np.array([str(law.number(name, at)) for name in REGIONS])[rural.astype(np.int64)]
    points = scorecard.fill_points(
        reviews, answers, tables.arrow("scorecard", columns), regions.tolist()
    )
    where = reviews.column_names.index("points_a")
    return tables.replace(reviews=reviews.set_column(where, "points_a", points))
