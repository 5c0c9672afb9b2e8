"""Keeping a measuring: everything of one run is written together, or nothing is."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection, models, transaction

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.base.models import Area, User, tell
from hoaban.base.problems import Problem
from hoaban.measure import bindings
from hoaban.measure.entitlement import gaps as entitlement
from hoaban.measure.models import GapCount, Measurement, Measuring, VillageFacts
from hoaban.measure.targets import Measured, as_json

_BATCH = 20_000


class AreaNotLoaded(Problem):
    vi = (
        "Địa bàn {path} có trong bản chốt số liệu nhưng chưa có trong hệ thống; hãy nạp tỉnh trước."
    )
    en = "The area {path} is in the snapshot but not in the database; load the province first."
    status = 409


@transaction.atomic
def store(measured: Measured, law: Law, *, at: datetime, actor: User | None = None) -> Measuring:
    """Keep a measuring with its figures and village facts, and tell that it was made.

    The same snapshot measured again for the same days takes the place of the first run.
    """
    areas = _areas(measured)
    province = Area.objects.get(pk=areas[measured.province["path"]])
    same = {"area": province, "snapshot": measured.snapshot, "at": measured.at}
    Measuring.objects.filter(**same, standard_at=measured.standard_at).delete()
    measuring = Measuring.objects.create(
        **same,
        standard_at=measured.standard_at,
        origin=measured.origin,
        targets=as_json(measured),
        measured_at=at,
    )
    _write(Measurement, _figures(measured, measuring.pk, areas))
    VillageFacts.objects.bulk_create(_facts(measured, law, measuring, areas), batch_size=500)
    tell(
        "measure.measured",
        at=at,
        actor=actor,
        area=province,
        subject=measuring,
        snapshot=measured.snapshot,
        day=measured.at.isoformat(),
        values={name: target["value"] for name, target in measured.targets.items()},
    )
    return measuring


@transaction.atomic
def count_gaps(
    counted: entitlement.Gaps,
    measuring: Measuring,
    *,
    shown: dict[str, Any],
    at: datetime,
    actor: User | None = None,
) -> int:
    """Keep the gaps of the province, its communes and villages, and tell that they were counted.

    ``shown`` is what may be published of them: it goes with the measuring, as ``entitlements``.
    Those counted before for the same day make room. Returns the number of rows.
    """
    top = measuring.area
    known = dict(Area.objects.within(top.path).order_by("valid_from").values_list("path", "pk"))
    known |= dict(holding(top.path, counted.on).values_list("path", "pk"))
    above = (top.path, *sorted({scope.commune_of(path) for path in counted.villages}))
    rows = [
        GapCount(
            area_id=known[row.pop("area")],
            counted_at=at,
            at=counted.on,
            purpose=entitlement.PURPOSE,
            origin=counted.origin,
            method=entitlement.METHOD,
            **row,
        )
        for row in counted.everywhere(above).to_pylist()
    ]
    GapCount.objects.within(top.path).filter(at=counted.on).delete()
    GapCount.objects.bulk_create(rows, batch_size=500)
    measuring.targets = {**measuring.targets, "entitlements": shown}
    measuring.save(update_fields=["targets"])
    tell(
        "measure.gaps_counted",
        at=at,
        actor=actor,
        area=top,
        subject=measuring,
        purpose=entitlement.PURPOSE,
        day=counted.on.isoformat(),
    )
    return len(rows)


def holding(top: str, on: date) -> models.QuerySet[Area]:
    """The areas within a path that hold on a day; none before the tree starts."""
    after = models.Q(valid_to=None) | models.Q(valid_to__gt=on)
    return Area.objects.within(top).filter(after, valid_from__lte=on)


def _areas(measured: Measured) -> dict[str, int]:
    """The key of every area that has a figure. Raises `AreaNotLoaded`."""
    known = dict(
        Area.objects.within(measured.province["path"])
        .order_by("valid_from")
        .values_list("path", "pk")
    )
    for path in measured.figures["area"].unique().to_pylist():
        if path not in known:
            raise AreaNotLoaded(path=path)
    return known


def _figures(measured: Measured, measuring: int, areas: dict[str, int]) -> Iterator[list[Any]]:
    table = measured.figures
    place = {name: i for i, name in enumerate(table.column_names)}
    text = [place["group"], place["standard"]]
    day = connection.ops.adapt_datefield_value(measured.at)
    for batch in table.to_batches(max_chunksize=_BATCH):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            values = list(row)
            values[place["area"]] = areas[values[place["area"]]]
            values[place["at"]] = day
            for i in text:
                values[i] = values[i] or ""
            yield [measuring, *values]


def _write(model: type[models.Model], rows: Iterator[list[Any]]) -> None:
    """Insert rows set-wise; their order is that of the model's fields after its key."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join("%s" for _ in fields)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        while some := _take(rows):
            cursor.executemany(f"insert into {table} ({names}) values ({marks})", some)  # noqa: S608


def _take(rows: Iterator[list[Any]]) -> list[list[Any]]:
    return [row for _, row in zip(range(_BATCH), rows, strict=False)]


def _facts(
    measured: Measured, law: Law, measuring: Measuring, areas: dict[str, int]
) -> list[VillageFacts]:
    return [
        VillageFacts(
            measuring=measuring,
            area_id=areas[row["area"]],
            facts=row,
            binds=bindings.binds(row, law, measured.at),
        )
        for row in measured.villages.to_pylist()
    ]
