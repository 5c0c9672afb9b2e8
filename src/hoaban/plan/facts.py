"""What a plan knows of a province: the measured villages and communes, and what each weighs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.measure.network import Flags, Floats, Ints, flags, floats
from hoaban.measure.place import Place
from hoaban.measure.poverty import Standard, standards
from hoaban.measure.procedures import catalogue
from hoaban.measure.tables import Tables
from hoaban.plan.money import prices
from hoaban.plan.works import WorkKind

TARGETS = ("T1", "T2", "T3", "T4", "T5")
WEIGHTS = tuple(f"plan.weight_{target}" for target in TARGETS)
EQUITY = ("plan.equity_border", "plan.equity_poverty", "plan.equity_zone_III")

Texts = npt.NDArray[np.object_]


class MeasuredLike(Protocol):
    """What is read of `hoaban.measure.targets.Measured`."""

    @property
    def targets(self) -> Mapping[str, Any]: ...
    @property
    def villages(self) -> pa.Table: ...


@dataclass(frozen=True, eq=False)
class Facts:
    """The province before the plan. Arrays over villages are in the order of ``villages``.

    ``at`` is the day of the facts, ``standard_at`` the last day of the plan: the standard in
    force on it judges poverty. ``equity`` (villages,) >= 1 is what a gain there counts.
    ``price_year`` is the year whose prices all costs are brought to.
    """

    tables: Tables
    law: Law
    place: Place
    at: date
    standard_at: date
    villages: pa.Table
    targets: Mapping[str, Any]
    code: Texts
    commune: Texts
    people: Ints
    households: Ints
    equity: Floats
    names: Mapping[str, str]  # of areas, by path
    price_year: int

    @classmethod
    def of(
        cls,
        tables: Tables,
        measured: MeasuredLike,
        law: Law,
        place: Place,
        *,
        at: date,
        standard_at: date,
    ) -> "Facts":
        """From a snapshot and what was measured of it."""
        villages = measured.villages
        areas = tables.valid("areas", at, ["id", "name"])
        return cls(
            tables=tables,
            law=law,
            place=place,
            at=at,
            standard_at=standard_at,
            villages=villages,
            targets=measured.targets,
            code=texts(villages["village"]),
            commune=texts(villages["commune"]),
            people=counts(villages, "people"),
            households=counts(villages, "households"),
            equity=_equity(villages, law, at, standard_at),
            names=dict(zip(areas["id"].to_pylist(), areas["name"].to_pylist(), strict=True)),
            price_year=prices.last_known(law, at),
        )

    def number(self, name: str) -> Any:
        """The dated parameter on the day of the facts."""
        return self.law.number(name, self.at)

    def flag(self, column: str, missing: bool = False) -> Flags:
        """(villages,) a yes-or-no fact."""
        return flags(self.villages[column], missing)

    def decimals(self, column: str) -> Floats:
        """(villages,) a fact in numbers; nan where it is missing."""
        return floats(self.villages[column])

    def whole(self, column: str) -> Ints:
        """(villages,) a whole number; 0 where it is missing."""
        return counts(self.villages, column)

    def path(self, village: int) -> str:
        """The path of a village by its position."""
        return f"{self.commune[village]}{self.code[village]}/"

    def name(self, path: str) -> str:
        """The name of an area; its code where it has none."""
        return self.names.get(path) or path.rstrip("/").rsplit("/", 1)[-1]

    def village_name(self, village: int) -> str:
        """The name of a village by its position, told as a village."""
        return _told(self.name(self.path(village)), "Bản")

    def price(self, kind: WorkKind) -> float:
        """What one đồng of the kind's price year is in prices of the plan."""
        return prices.factor(self.law, kind.cost.year, self.price_year)

    def communes(self) -> list[str]:
        """The paths of all communes that have villages, in order."""
        return sorted(set(self.commune.tolist()))

    def in_commune(self, commune: str) -> Ints:
        """The positions of a commune's villages."""
        return np.flatnonzero(self.commune == commune)

    def standard(self) -> Standard:
        """The poverty standard in force on the last day of the plan."""
        name = self.law.number("poverty.standard", self.standard_at)
        return next(rule for rule in standards(self.law) if rule.name == name)

    def new_standard(self) -> bool:
        """Whether that is the newest standard the law knows."""
        return self.standard() == standards(self.law)[-1]

    @cached_property
    def procedures(self) -> tuple[int, int]:
        """How many basic procedures there are, and how many of them are digitised."""
        listed = catalogue(self.tables, self.at)[1]
        return listed.num_rows, sum(1 for flag in listed["digital"].to_pylist() if flag)

    @cached_property
    def deficits(self) -> dict[str, Floats]:
        """(villages,) what giving one leg of T3 adds, in shares of T3, by leg.

        A village's joint deficit is split over its missing legs by their size; so what all
        legs add up to is no more than the deficit. 0 outside the highlands.
        """
        reviewed, joint = self.whole("reviewed_people"), self.whole("joint_people")
        legs = {"health": "health_people", "education": "education_people"}
        legs["water"] = "standard_water_people"
        lacks = {name: reviewed - self.whole(column) for name, column in legs.items()}
        total = np.maximum(sum(lacks.values()), 1)
        high = self.flag("highland")
        of = max(int(reviewed[high].sum()), 1)
        return {name: (reviewed - joint) * lack / total * high / of for name, lack in lacks.items()}

    @cached_property
    def gaps(self) -> dict[str, float]:
        """How far each target is from being met, in its own unit; 0 when it is met."""
        return {target: self._gap(target) for target in TARGETS}

    def place_of(self) -> dict[str, int]:
        """The position of each village by its code."""
        return {code: n for n, code in enumerate(self.code.tolist())}

    def _gap(self, target: str) -> float:
        found = self.targets[target]
        if found["value"] is None:
            return float(found["target"])
        short = found["target"] - found["value"]
        return max(0.0, float(-short if target == "T1" else short))


def weights(law: Law, at: date) -> dict[str, dict[str, Any]]:
    """The weights a choice was made with, with their sources, to be printed beside it."""
    named = [law.at(name, at) for name in (*WEIGHTS, *EQUITY)]
    return {
        value.name.removeprefix("plan."): {
            "value": value.value,
            "source": value.source,
            "assumed": value.assumed,
        }
        for value in named
    }


def texts(column: pa.ChunkedArray) -> Texts:
    """A text column as objects."""
    return np.asarray(column.to_pylist(), dtype=object)


def counts(table: pa.Table, column: str) -> Ints:
    """A whole-number column; 0 where it is missing."""
    return np.nan_to_num(floats(table[column])).astype(np.int64)


def commune_name(facts: Facts, path: str) -> str:
    """The name of the commune of an area, told as a commune."""
    return _told(facts.name(scope.commune_of(path)), "Xã")


def _told(name: str, kind: str) -> str:
    known = ("Bản", "Thôn", "Tổ", "Xã", "Phường", "Khu", "Đội", "Tổ dân phố")
    return name if name.split(" ", 1)[0] in known else f"{kind} {name}"


def _equity(villages: pa.Table, law: Law, at: date, standard_at: date) -> Floats:
    newest = standards(law)[-1].name == law.number("poverty.standard", standard_at)
    poor = counts(villages, "poor_new" if newest else "poor_old")
    rate = poor / np.maximum(counts(villages, "reviewed_households"), 1)
    equity: Floats = (
        1.0
        + law.number("plan.equity_border", at) * flags(villages["border"], False)
        + law.number("plan.equity_poverty", at) * np.minimum(rate, 1.0)
        + law.number("plan.equity_zone_III", at) * (texts(villages["zone"]) == "III")
    )
    return equity
