"""Register rows in and out of the database set-wise: Arrow tables on one side, SQL on the other.

Values travel as JSON text, one object a row, made and read by DuckDB and Arrow, never row by
row in Python. PostgreSQL takes COPY, SQLite takes executemany; both inside one transaction.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from itertools import islice

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
from django.db import connection
from django.db.backends.utils import CursorWrapper

from hoaban.base import scope

READ = ("key", "area_id", "origin", "source", "data", "valid_from", "valid_to")
# Foreign keys wait for the end of the transaction; a table they wait for cannot be altered.
_SETTLE = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
CHUNK = 50_000  # rows at a time: bounds memory, long enough to forget the overhead
_FETCH = 5_000  # rows that Python holds one by one: more at once and its collector takes over
COLUMNS = (
    "uuid",
    "list",
    "key",
    "area_id",
    "label",
    "data",
    "version",
    "origin",
    "source",
    "valid_from",
    "valid_to",
)


def drawn_uuids(seed: int, name: str, keys: Sequence[str]) -> list[str]:
    """Version-4-shaped uuids (32 hex digits), each drawn from (seed, list, key) alone."""
    start = blake2b(f"{seed}/{name}/".encode(), digest_size=16)
    found = []
    for key in keys:
        draw = start.copy()
        draw.update(key.encode())
        digits = draw.hexdigest()
        found.append(f"{digits[:12]}4{digits[13:16]}{'89ab'[int(digits[16], 16) & 3]}{digits[17:]}")
    return found


def to_json(table: pa.Table) -> pa.ChunkedArray:
    """One JSON object a row, in the order of the columns; dates and instants as ISO text."""
    if not table.num_columns:
        return pa.chunked_array([pa.repeat("{}", len(table))])
    plain = pa.table({f.name: stored_form(table[f.name], f.type) for f in table.schema})
    parts = ", ".join(f"{_quoted(name)} := {_quoted(name)}" for name in plain.column_names)
    with duckdb.connect() as db:
        db.register("plain", plain)
        made = db.sql(f"SELECT to_json(struct_pack({parts}))::VARCHAR FROM plain")  # noqa: S608
        return made.to_arrow_table().column(0)


def stored_form(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """A column as the register stores it: dates and instants as ISO text, the rest as it is.

    Minus zero becomes zero, as PostgreSQL has it: both databases then freeze to equal bytes.
    """
    if pa.types.is_date(kind):
        return column.cast(pa.string())
    if pa.types.is_timestamp(kind):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_floating(kind):
        return pc.add(column, 0.0)
    return column


def from_json(lines: Sequence[str], schema: pa.Schema) -> pa.Table:
    """Typed columns from JSON objects; a key that is absent reads as null, others are ignored."""
    if not schema.names:
        return pa.table({"": pa.nulls(len(lines))}).select([])
    text = "\n".join(lines).encode()
    stored = pa.schema([pa.field(f.name, _stored(f.type)) for f in schema])
    found = pa.json.read_json(
        io.BytesIO(text),
        read_options=pa.json.ReadOptions(use_threads=True, block_size=len(text) + 1),
        parse_options=pa.json.ParseOptions(
            explicit_schema=stored, unexpected_field_behavior="ignore"
        ),
    )
    return found.select(schema.names).cast(schema)


def write(table: pa.Table) -> None:
    """Append rows to the register; ``table`` has `COLUMNS` (text and whole numbers)."""
    columns = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = io.BytesIO()
            pa.csv.write_csv(table, text, pa.csv.WriteOptions(include_header=False))
            with cursor.copy(f"COPY record_entity ({columns}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(text.getvalue())
            return
        marks = ", ".join(["%s"] * len(COLUMNS))
        cursor.executemany(
            f"INSERT INTO record_entity ({columns}) VALUES ({marks})",  # noqa: S608 - names above
            list(zip(*(column.to_pylist() for column in table.columns), strict=True)),
        )


def read(
    name: str,
    *,
    columns: Sequence[str] = READ,
    within: str = "",
    where: tuple[str, object] | None = None,
) -> Iterator[pa.Table]:
    """Rows of a list as tables of text, some thousand rows at a time, in no set order.

    ``columns`` are some of `READ`; ``within`` keeps the rows at or below an area's path,
    ``where`` those whose property of that name has that value (text, or a whole number).
    """
    schema = pa.schema([(column, pa.string()) for column in columns])
    texts = ", ".join(f"CAST({column} AS text)" for column in schema.names)
    conditions, values = ["list = %s"], [name]
    if within:
        conditions.append("area_id IN (SELECT id FROM base_area WHERE path >= %s AND path < %s)")
        values += scope.below(within)
    if where is not None:
        conditions.append("CAST(data ->> %s AS text) = %s")
        values += [where[0], str(where[1])]
    chosen = f"SELECT {texts} FROM record_entity WHERE {' AND '.join(conditions)}"  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({chosen}) TO STDOUT (FORMAT csv)", values) as copy:
                while lines := list(islice(copy, CHUNK)):  # one message a row
                    yield _from_csv(b"".join(lines), schema)
            return
        cursor.execute(chosen, values)
        while found := cursor.fetchmany(_FETCH):
            yield pa.table(list(zip(*found, strict=True)), schema=schema)


def _from_csv(text: bytes, schema: pa.Schema) -> pa.Table:
    return pa.csv.read_csv(
        io.BytesIO(text),
        pa.csv.ReadOptions(column_names=schema.names, block_size=len(text) + 1),
        pa.csv.ParseOptions(newlines_in_values=True),
        pa.csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


@contextmanager
def filling() -> Iterator[bool]:
    """Around the first filling of an empty register; yields whether it is empty.

    On PostgreSQL its checks and indexes then wait and are made over all rows at once, which
    takes a third of the time; inside the caller's transaction, so a fault leaves them standing.
    SQLite gains nothing from this.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM record_entity LIMIT 1")
        empty = cursor.fetchone() is None
        wait = empty and connection.vendor == "postgresql"
        later = list(_set_aside(cursor)) if wait else []
        yield empty
        if later:
            cursor.execute(_SETTLE)
        for statement in later:
            cursor.execute(statement)
        if empty:  # without counts of its rows a database searches the wrong index first
            cursor.execute("ANALYZE record_entity")
            cursor.execute("ANALYZE base_area")


def _set_aside(cursor: CursorWrapper) -> Iterator[str]:
    """Drop the indexes and checks of the register but its primary key; yields how to make each."""
    cursor.execute(_SETTLE)
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND "
        "tablename = 'record_entity' AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    )
    for name, made in cursor.fetchall():
        cursor.execute(f"DROP INDEX {_quoted(name)}")
        yield made
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = 'record_entity'::regclass AND contype IN ('f', 'u')"
    )
    for name, rule in cursor.fetchall():
        cursor.execute(f"ALTER TABLE record_entity DROP CONSTRAINT {_quoted(name)}")
        yield f"ALTER TABLE record_entity ADD CONSTRAINT {_quoted(name)} {rule}"


@contextmanager
def one_moment() -> Iterator[None]:
    """A read-only view of the database at one moment, that holds up no writer."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN"
    if connection.vendor == "postgresql":
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _stored(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_date(kind) or pa.types.is_timestamp(kind) else kind
