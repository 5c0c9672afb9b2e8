"""What every part rests on: the snapshot on a day, its villages, and the works by number."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.law import Law
from hoaban.measure import villages
from hoaban.measure.place import Place
from hoaban.measure.poverty import Standard
from hoaban.measure.reach import Reach, survey
from hoaban.measure.tables import Tables
from hoaban.plan.facts import Facts
from hoaban.plan.joint.parts import Ints
from hoaban.plan.joint.road_states import RoadStates
from hoaban.plan.works import Work
from hoaban.record.roads import RoadRules


@dataclass(frozen=True, eq=False)
class Basis:
    """The province before the plan, and the works, numbered by their place.

    ``standard`` judges poverty on the last day of the plan, ``until``.
    """

    tables: Tables
    law: Law
    place: Place
    at: date
    until: date
    standard: Standard
    works: list[Work]
    rules: RoadRules

    @classmethod
    def of(cls, known: Facts, works: list[Work], rules: RoadRules) -> "Basis":
        """From the facts of the province as it is."""
        return cls(
            known.tables,
            known.law,
            known.place,
            known.at,
            known.standard_at,
            known.standard(),
            works,
            rules,
        )

    @cached_property
    def villages(self) -> pa.Table:
        """`measure.villages.register`: the villages in order of area."""
        return villages.register(self.tables, self.at)

    @cached_property
    def code(self) -> dict[str, int]:
        """The place of each village by its code."""
        return {code: n for n, code in enumerate(self.villages["village"].to_pylist())}

    @cached_property
    def people(self) -> Ints:
        """(villages,) people of each; 0 where nobody knows."""
        return np.asarray(pc.fill_null(self.villages["people"], 0), np.int64)

    @cached_property
    def communes(self) -> list[str]:
        """The paths of the communes in force, in order."""
        return [row["id"] for row in villages.communes(self.tables, self.at)]

    @cached_property
    def commune(self) -> Ints:
        """(villages,) the number of each village's commune; -1 for none."""
        of = pc.index_in(self.villages["commune"], value_set=pa.array(self.communes, pa.string()))
        return np.asarray(pc.fill_null(of, -1), np.int64)

    @cached_property
    def reach(self) -> Reach:
        """What the network gives today."""
        season = self.law.number("access.season", self.at)
        listed = self.villages["node"]
        return survey(self.tables, self.place, at=self.at, villages=listed, season=season)

    @cached_property
    def nodes(self) -> Ints:
        """(villages,) the road node of each; -1 for none."""
        return self.reach.ground.numbers(self.villages["node"])

    @cached_property
    def roads(self) -> RoadStates:
        """What each road becomes under each combination of works."""
        return RoadStates.of(self.tables, self.works, self.rules, self.at)
