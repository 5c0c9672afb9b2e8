"""The tables of a frozen snapshot by name: as Ibis expressions, or as Arrow for arithmetic.

Expressions are unbound and compiled to SQL when run, so they say nothing about the engine:
DuckDB unless told otherwise, over the snapshot's Parquet files (see `measure.engines`).
"""

import itertools
import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.measure import engines

T = TypeVar("T")

# From the strongest to the weakest; a figure carries the weakest of its inputs.
STRENGTH = ("official", "surveyed", "compiled", "imported", "assumed", "synthetic")
_KEPT = 48  # results remembered per snapshot; a what-if adds some, so there is an end
_numbers = itertools.count()


class NoSuchTable(Problem):
    vi = "Bản chốt số liệu {snapshot} không có bảng “{table}”; gần nhất là “{nearest}”."
    en = "Snapshot {snapshot} has no table “{table}”; the nearest is “{nearest}”."
    status = 404


class NotASnapshot(Problem):
    vi = "“{folder}” không phải là bản chốt số liệu; hãy chạy “hoaban freeze” trước."
    en = "“{folder}” is not a snapshot; run “hoaban freeze” first."
    status = 404


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """One table: a Parquet file, or Arrow in memory. ``number`` tells versions apart."""

    number: int
    held: Path | pa.Table

    def arrow(self, columns: list[str] | None) -> pa.Table:
        if isinstance(self.held, Path):
            return pq.read_table(self.held, columns=columns)
        return self.held if columns is None else self.held.select(columns)

    def schema(self) -> pa.Schema:
        return pq.read_schema(self.held) if isinstance(self.held, Path) else self.held.schema


class Tables(Mapping[str, ir.Table]):
    """The tables of one snapshot, or of a what-if made from it with `replace`.

    ``name`` is the snapshot's name; it stays the same through `replace`.
    """

    def __init__(
        self,
        name: str,
        sources: Mapping[str, _Source],
        engine: engines.Engine,
        kept: OrderedDict[Hashable, Any],
        layers: Mapping[str, Path] | None = None,
        *,
        base: "Tables | None" = None,
    ) -> None:
        self.name = name
        self._layers = dict(layers or {})
        self._sources = dict(sources)
        self._engine = engine
        self._kept = kept
        self._base = base

    @classmethod
    def open(cls, folder: Path, engine: str = "duckdb") -> "Tables":
        """The tables of a snapshot folder, on an engine (``duckdb``, ``spark``).

        Raises `NotASnapshot`, `engines.NoSuchEngine`.
        """
        files = sorted((folder / "tables").glob("*.parquet"))
        if not files:
            raise NotASnapshot(folder=folder.name)
        sources = {file.stem: _Source(next(_numbers), file) for file in files}
        layers = {file.stem: file for file in sorted((folder / "layers").glob("*.tif"))}
        return cls(folder.name, sources, engines.named(engine), OrderedDict(), layers)

    @classmethod
    def of(
        cls,
        tables: Mapping[str, pa.Table],
        name: str = "memory",
        layers: Mapping[str, Path] | None = None,
        *,
        engine: engines.Engine | None = None,
    ) -> "Tables":
        """Tables held in memory, and grids on disk, as tests and trials build them."""
        sources = {n: _Source(next(_numbers), table) for n, table in tables.items()}
        return cls(name, sources, engine or engines.DuckDB(), OrderedDict(), layers)

    def replace(self, **tables: pa.Table) -> "Tables":
        """The same tables with some put in the place of others, or added."""
        changed = {n: _Source(next(_numbers), table) for n, table in tables.items()}
        sources = {**self._sources, **changed}
        return Tables(self.name, sources, self._engine, self._kept, self._layers, base=self.base())

    def base(self) -> "Tables":
        """The tables as first opened, whatever `replace` has put in their place since.

        What is learnt of the snapshot's own records (`measure.expected`) is learnt there, so that
        a what-if is judged by the same beliefs.
        """
        return self if self._base is None else self._base

    def layer(self, name: str) -> Path | None:
        """The GeoTIFF of a grid (``elevation``, ``population`` …); None where there is none."""
        return self._layers.get(name)

    def layer_origin(self, name: str) -> str:
        """Where a layer comes from, as its data package says; ``synthetic`` when it does not."""
        file = self._layers[name]
        package = file.parent.parent / "datapackage.json"
        if not package.is_file():
            return STRENGTH[-1]
        rows = json.loads(package.read_text("utf-8"))["resources"]
        origins = {o for row in rows if row["name"] == f"layer-{name}" for o in row["origins"]}
        return weakest(origins or {STRENGTH[-1]})

    def __getitem__(self, name: str) -> ir.Table:
        source = self._source(name)
        place = f"t{source.number}"
        self._engine.offer(place, source.held)
        return ibis.table(ibis.Schema.from_pyarrow(source.schema()), name=place)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    def __contains__(self, name: object) -> bool:
        return name in self._sources

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, in Arrow with the expression's own types."""
        return self._engine.run(expression)

    def close(self) -> None:
        """Give back what the engine holds (Spark's Java process)."""
        self._engine.close()

    def arrow(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """A table, or some of its columns, as Arrow."""
        return self._source(name).arrow(columns)

    def valid(self, name: str, at: date, columns: list[str]) -> pa.Table:
        """The rows that hold on the day ``at`` (``valid_to`` is exclusive), some columns."""
        dated = list(dict.fromkeys([*columns, "valid_from", "valid_to"]))
        table = self._source(name).arrow(dated)
        begun = pc.fill_null(pc.less_equal(table["valid_from"], pa.scalar(at)), True)
        ended = pc.fill_null(pc.less_equal(table["valid_to"], pa.scalar(at)), False)
        return table.filter(pc.and_not(begun, ended)).select(columns)

    def origin(self, *names: str) -> str:
        """The weakest origin of any row of the named tables; ``official`` when all are empty."""
        found = {o for name in names for o in self.once("origin", [name], self._origins, name)}
        return weakest(found)

    def _origins(self, name: str) -> frozenset[str]:
        return frozenset(pc.unique(self.arrow(name, ["origin"])["origin"]).to_pylist())

    def once(self, key: Hashable, names: list[str], make: Callable[..., T], *given: Hashable) -> T:
        """What ``make(*given)`` returns, made once while the named tables stay the same.

        ``make`` must depend on nothing but the named tables and ``given``. A what-if that
        replaces other tables gets the same result back, so what it cannot change is not
        measured again. The last few dozen results are kept.
        """
        versions = tuple(self._source(name).number for name in names)
        full = (key, versions, given)
        if full in self._kept:
            self._kept.move_to_end(full)
        else:
            self._kept[full] = make(*given)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        found: T = self._kept[full]
        return found

    def _source(self, name: str) -> _Source:
        if name not in self._sources:
            raise NoSuchTable(
                snapshot=self.name, table=name, nearest=nearest(name, list(self._sources))
            )
        return self._sources[name]


def weakest(origins: set[str] | frozenset[str]) -> str:
    """The weakest of some origins; an origin nobody knows counts as the weakest of all."""
    ranks = [STRENGTH.index(o) if o in STRENGTH else len(STRENGTH) - 1 for o in origins]
    return STRENGTH[max(ranks, default=0)]
