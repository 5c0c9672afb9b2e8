"""The poverty audit of a live register: which round, whose area, and what sorts the households.

The rows come through a function that reads a list and leaves its trace (`record.reads.bulk`);
ethnicity is asked for only when errors by ethnicity are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.base.problems import Problem
from hoaban.measure.network import Flags, flags
from hoaban.measure.poverty import register_audit
from hoaban.measure.poverty.register_audit import Round
from hoaban.measure.poverty.standards import in_force
from hoaban.measure.scored import with_points
from hoaban.measure.tables import weakest
from hoaban.record.answers import ANSWERS

BY = ("ethnicity", "zone", "village", "commune")
NOT_KNOWN = "—"
Read = Callable[..., pa.Table]  # (list, *properties, where=(property, value)) → its rows
Labels = npt.NDArray[Any]
_FIRST_ROUND = 2016
_WANTED = ("household", "round", "completed_on", "income_per_head_vnd", *ANSWERS)


class NoRoundYet(Problem):
    vi = "Đến ngày {at} sổ bộ chưa có kỳ rà soát nào hoàn thành; hãy nhập kết quả rà soát trước."
    en = "The register holds no review round completed by {at}; import reviews first."
    status = 409


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Of each row of the reviews: its village and commune (paths), whose line holds, its zone."""

    village: Labels
    commune: Labels
    zone: Labels
    rural: Flags


def audit(
    read: Read, zones: Mapping[str, str], law: Law, *, on: date, by: str | None = None
) -> dict[str, Any]:
    """The last review round completed by a day: errors, scores, second interviews, bunching.

    ``zones`` of the communes by path; ``by`` (one of `BY`) also gives errors by group. Raises
    `NoRoundYet`, and the problems of ``read``, of the standards and of the answers.
    """
    reviews = last_round(read, on)
    year, completed = reviews["round"][0].as_py(), pc.max(reviews["completed_on"]).as_py()
    places = _places(reviews, read("villages", "rural"), zones)
    table = read("scorecard")
    if len(table):
        answers = read("scorecard_answers", where=("round", year))
        reviews = with_points(reviews, places.rural, answers, table, law=law, at=completed)
    again = read("reinterviews", *_WANTED, where=("round", year)).sort_by("key")
    found = Round(
        reviews,
        places.rural,
        int(law.number("suppress.households_min", on)),
        _groups(by, reviews, places, read),
        {"village": None, "commune": places.village}.get(by or "", places.commune),
    )
    origins = {o for table in (reviews, again) for o in pc.unique(table["origin"]).to_pylist()}
    return {
        "at": on.isoformat(),
        "round": year,
        "completed_on": completed.isoformat(),
        "by": by,
        "origin": weakest(origins),
        "synthetic_households": pc.sum(pc.equal(reviews["origin"], "synthetic")).as_py(),
        **register_audit.of_round(found, again, in_force(law, completed)),
    }


def last_round(read: Read, on: date) -> pa.Table:
    """The reviews of the last round whose last household was reviewed by a day, by household."""
    for year in range(on.year, _FIRST_ROUND - 1, -1):
        found = read("reviews", *_WANTED, "points_a", "decided", where=("round", year))
        ended = pc.max(found["completed_on"]).as_py()
        if ended is not None and ended <= on:
            return found.sort_by("household")
    raise NoRoundYet(at=on.isoformat())


def _places(reviews: pa.Table, villages: pa.Table, zones: Mapping[str, str]) -> _Places:
    """A village nobody knows is rural, as everywhere in `measure`."""
    paths = reviews["area"].to_pylist()
    communes = [scope.parent(path) for path in paths]
    place = pc.index_in(reviews["area"], value_set=villages["area"].combine_chunks())
    return _Places(
        np.array(paths, dtype=object),
        np.array(communes, dtype=object),
        np.array([zones.get(commune) or NOT_KNOWN for commune in communes]),
        flags(villages["rural"].take(place), True),
    )


def _groups(by: str | None, reviews: pa.Table, places: _Places, read: Read) -> Labels | None:
    """The label of each household; what is compared errs together by commune, or by village."""
    if by is None:
        return None
    if by == "ethnicity":
        found = read("households", "ethnicity")
        at = pc.index_in(reviews["household"], value_set=found["key"].combine_chunks())
        named = pc.fill_null(found["ethnicity"].take(at), NOT_KNOWN)
        return np.array(named.to_pylist(), dtype=object)
    labels: Labels = getattr(places, by)
    return labels
