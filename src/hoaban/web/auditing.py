"""The poverty audit as the command turns it: the live register, read for the law's statistics.

Reads whole lists under the purpose ``statutory``, each leaving one event; ethnicity only when
errors by ethnicity are asked for. What is found is published beside the lists, and no class,
score or rank reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.base.models import Area, User
from hoaban.base.problems import Problem
from hoaban.measure.poverty import ANSWERS, register_audit
from hoaban.measure.poverty.register_audit import Round
from hoaban.measure.poverty.standards import in_force
from hoaban.measure.tables import weakest
from hoaban.record import lists, reads, scorecard
from hoaban.record.lists import ListSpec
from hoaban.web import loaded

PURPOSE = "statutory"
BY = ("ethnicity", "zone", "village", "commune")
NOT_KNOWN = "—"
_FIRST_ROUND = 2016
_WANTED = ("household", "round", "completed_on", "income_per_head_vnd", *ANSWERS)
_REGIONS = ("poverty.scorecard_region_urban", "poverty.scorecard_region_rural")


class NoRoundYet(Problem):
    vi = "Đến ngày {at} sổ bộ chưa có đợt rà soát nào hoàn thành; hãy nhập kết quả rà soát trước."
    en = "The register holds no review round completed by {at}; import reviews first."
    status = 409


def audit(
    *, on: date, at: datetime, by: str | None = None, user: User | None = None, within: str = ""
) -> dict[str, Any]:
    """The last review round completed by ``on``: errors, scores, second interviews, bunching.

    ``by`` (one of `BY`) also gives errors by group. ``user`` None is the command itself, which
    reads everywhere; else what lies in the user's area. Raises `NoRoundYet`, and the problems
    of `reads`, of the standards and of the answers.
    """
    here = loaded.current()
    declared = lists.read_lists(settings.PACKS)
    looking = _Looking(user, at, within)
    reviews = _last_round(declared["reviews"], on, looking)
    year = reviews["round"][0].as_py()
    completed: date = pc.max(reviews["completed_on"]).as_py()
    rule = in_force(here.law, completed)
    places = _places(reviews["area"].to_pylist())
    reviews = _with_points(reviews, places.rural, here.law, declared, looking)
    again = looking.read(declared["reinterviews"], *_WANTED, where=("round", year))
    groups, names = _groups(by, reviews, places, declared["households"], looking)
    found = register_audit.of_round(
        Round(reviews, places.rural, groups, _clusters(by, places)), again.sort_by("key"), rule
    )
    _name(found, names, declared["reviews"])
    origins = {o for table in (reviews, again) for o in pc.unique(table["origin"]).to_pylist()}
    return {
        "at": on.isoformat(),
        "round": year,
        "completed_on": completed.isoformat(),
        "province": here.province.name.vi,
        "purpose": PURPOSE,
        "by": by,
        "origin": weakest(origins),
        "synthetic_households": pc.sum(pc.equal(reviews["origin"], "synthetic")).as_py(),
        **found,
    }


@dataclass(frozen=True, slots=True)
class _Looking:
    """Who reads, when and where; always for the law's statistics."""

    user: User | None
    at: datetime
    within: str

    def read(self, spec: ListSpec, *only: str, where: tuple[str, object] | None = None) -> pa.Table:
        """A list's rows and of its properties some (all when none is named)."""
        return reads.bulk(
            spec,
            user=self.user,
            purpose=PURPOSE,
            at=self.at,
            within=self.within,
            only=only,
            where=where,
        )


class _Places:
    """Of each row: the paths of its village and commune, whose line holds, and its zone."""

    def __init__(self, paths: list[str], facts: Mapping[str, Mapping[str, Any]]) -> None:
        self.village = np.array(paths, dtype=object)
        self.commune = np.array([scope.parent(path) for path in paths], dtype=object)
        self.zone = np.array([self._fact(facts, path, "zone") or NOT_KNOWN for path in paths])
        rural = [self._fact(facts, path, "rural") for path in paths]
        self.rural = np.array([True if flag is None else bool(flag) for flag in rural])

    @staticmethod
    def _fact(facts: Mapping[str, Mapping[str, Any]], path: str, name: str) -> Any:
        own = facts.get(path, {}).get(name)
        return facts.get(scope.parent(path), {}).get(name) if own is None else own


def _places(paths: list[str]) -> _Places:
    areas = Area.objects.filter(kind__in=("commune", "village")).order_by("valid_from")
    return _Places(paths, dict(areas.values_list("path", "facts")))


def _last_round(spec: ListSpec, on: date, looking: _Looking) -> pa.Table:
    """The reviews of the last round whose last household was reviewed by a day, by household."""
    for year in range(on.year, _FIRST_ROUND - 1, -1):
        found = looking.read(spec, *_WANTED, "points_a", "decided", where=("round", year))
        ended = pc.max(found["completed_on"]).as_py()
        if ended is not None and ended <= on:
            return found.sort_by("household")
    raise NoRoundYet(at=on.isoformat())


def _with_points(
    reviews: pa.Table,
    rural: npt.NDArray[np.bool_],
    law: Law,
    declared: Mapping[str, ListSpec],
    looking: _Looking,
) -> pa.Table:
    """The reviews with the scores that the form's answers and the imported table give."""
    year = reviews["round"][0].as_py()
    table = looking.read(declared["scorecard"])
    answers = looking.read(declared["scorecard_answers"], where=("round", year))
    if not len(table) or not len(answers):
        return reviews
    day = pc.max(reviews["completed_on"]).as_py()
    regions = [str(law.number(name, day)) for name in _REGIONS]
    chosen = [regions[int(flag)] for flag in rural]
    points = scorecard.fill_points(reviews, answers, table, chosen)
    return reviews.set_column(reviews.column_names.index("points_a"), "points_a", points)


def _groups(
    by: str | None,
    reviews: pa.Table,
    places: _Places,
    households: ListSpec,
    looking: _Looking,
) -> tuple[npt.NDArray[Any] | None, dict[str, str]]:
    """The label of each household, and what a label is called where it is a path."""
    if by is None:
        return None, {}
    if by == "ethnicity":
        found = looking.read(households, "ethnicity")
        at = pc.index_in(reviews["household"], value_set=found["key"].combine_chunks())
        named = pc.fill_null(found["ethnicity"].take(at), NOT_KNOWN)
        return np.array(named.to_pylist(), dtype=object), {}
    labels: npt.NDArray[Any] = getattr(places, by)
    return labels, dict(Area.objects.filter(kind=by).values_list("path", "name"))


def _clusters(by: str | None, places: _Places) -> npt.NDArray[Any] | None:
    """What errs together: communes; villages where communes are compared, else households."""
    return {"village": None, "commune": places.village}.get(by or "", places.commune)


def _name(found: dict[str, Any], names: Mapping[str, str], reviews: ListSpec) -> None:
    """Beside a group's path its name, and beside an item what the register calls it."""
    decided = found["decided"] or {}
    for part in (decided.get("poor"), decided.get("multidimensional"), found["scorecard"]):
        for group in (part or {}).get("groups", ()):
            group["name"] = names.get(group["group"], group["group"])
    for item in (found["reinterviews"] or {}).get("items", ()):
        label = reviews.properties[item["item"]].label
        item["label"], item["label_en"] = label.vi, label.en
