"""What figures are made from: the facts of every village and where they stand."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.law import Law
from hoaban.measure.expected import Expected
from hoaban.measure.figures import rolled_up
from hoaban.measure.network import Ints, floats
from hoaban.measure.place import Place
from hoaban.measure.poverty.landing import Landing
from hoaban.measure.tables import Tables, weakest


@dataclass(frozen=True, eq=False)
class Scene:
    """What the figures are made from: the village facts and where they stand."""

    tables: Tables
    law: Law
    place: Place
    at: date
    villages: pa.Table  # villages.facts, in order of area
    communes: list[str]  # paths, in order
    drawn: Expected | None = None
    landing: Landing | None = None

    @property
    def below(self) -> list[str]:
        """Paths of the villages, in order."""
        found: list[str] = self.villages["area"].to_pylist()
        return found

    @property
    def above(self) -> list[str]:
        """The province's path and its communes'."""
        return [self.place.path, *self.communes]

    @property
    def areas(self) -> list[str]:
        """Every path: the province, its communes, their villages."""
        return [*self.above, *self.below]

    def counts(self, column: str) -> Ints:
        """(villages,) a column as whole numbers, 0 where it is missing."""
        return np.nan_to_num(floats(self.villages[column])).astype(np.int64)

    def known(self, column: str) -> Ints:
        """(villages,) people of the villages of which a column is known, else 0."""
        there = np.asarray(pc.is_valid(self.villages[column]))
        found: Ints = self.counts("people") * there
        return found

    def everywhere(self, *columns: Ints) -> Ints:
        """(areas, k) sums of village counts for every path of `areas`."""
        counts = np.stack(columns, axis=1)
        return np.vstack([rolled_up(self.below, self.above, counts), counts])


def judged(
    tables: Tables, law: Law, names: list[str], parameters: tuple[str, ...], at: date
) -> str:
    """The weakest origin of tables and pass marks; a pass mark nobody set is ``assumed``."""
    marks = {"assumed" for name in parameters if law.at(name, at).assumed}
    return weakest({tables.origin(*names)} | marks)
