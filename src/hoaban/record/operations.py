"""Everything that writes to the registers: areas, batches of rows, layers, single corrections."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.db import transaction

from hoaban.base.models import Area, Succession, User, tell
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.record import batches, checks, rows
from hoaban.record.lists import ListSpec, find
from hoaban.record.models import Change, Entity, Layer
from hoaban.record.package import sha256_of

if TYPE_CHECKING:
    from hoaban.record.province import Commune, Province


class AlreadyLoaded(Problem):
    vi = "Cơ sở dữ liệu đã có tỉnh {name}; hãy dùng một cơ sở dữ liệu trống để nạp lại."
    en = "The database already holds {name}; use an empty database to load again."
    status = 409


class NoSuchRow(Problem):
    vi = "Không có dòng “{key}” của danh sách “{list}” trong địa bàn của bạn; hãy kiểm tra mã."
    en = "There is no row “{key}” of the list “{list}” in your area; check the key."
    status = 404


class ChangedMeanwhile(Problem):
    vi = "Dòng “{key}” đã ở bản {now}, bạn sửa trên bản {base}; hãy xem bản mới rồi sửa lại."
    en = "Row “{key}” is at version {now}, you edited version {base}; look at the new one first."
    status = 409


class NothingChanged(Problem):
    vi = "Dòng “{key}” đã đúng như bạn ghi; không có gì để sửa."
    en = "Row “{key}” already says so; there is nothing to correct."


class NoSuchProperty(Problem):
    vi = "Danh sách “{list}” không có trường “{name}”; gần nhất là “{nearest}”."
    en = "The list “{list}” has no property “{name}”; the nearest is “{nearest}”."


@transaction.atomic
def load_areas(province: "Province", *, at: datetime, actor: User | None) -> Area:
    """Write the province, its communes and what they followed; returns the province's area.

    Raises `AlreadyLoaded` when the database holds a province.
    """
    there = Area.objects.filter(kind="province").first()
    if there is not None:
        raise AlreadyLoaded(name=there.name)
    top = Area.objects.create(**_province_row(province))
    Area.objects.bulk_create(
        Area(**_commune_row(commune, top.path, province)) for commune in province.communes
    )
    here = {area.code: area for area in Area.objects.within(top.path).exclude(pk=top.pk)}
    Succession.objects.bulk_create(
        Succession(
            old_code=old.old_code,
            old_name=old.name,
            area=here[old.new_code],
            date=old.date,
            act=old.act,
            share=old.share,
            facts={
                "former_district": old.former_district,
                "population_2019": old.population_2019,
                "households_2019": old.households_2019,
                "sizes": list(old.sizes),
            },
            origin="official",
            source=old.source,
        )
        for old in province.old_communes
    )
    tell(
        "record.imported",
        at=at,
        actor=actor,
        area=top,
        subject="list:areas",
        list="areas",
        rows=len(here) + 1,
    )
    return top


@transaction.atomic
def load_tables(
    tables: Iterable[tuple[str, pa.Table]],
    lists: Mapping[str, ListSpec],
    *,
    seed: int,
    at: datetime,
    actor: User | None,
) -> dict[str, int]:
    """Write whole tables into their lists; returns the number of rows by list.

    All or nothing. Rows start at version 1, their uuids are drawn from (seed, list, key); one
    `record.imported` event per table carries its sha256. Rows of ``villages`` become areas too.
    Raises the problems of `checks` and `batches`.
    """
    counts: dict[str, int] = {}
    seen = checks.References()
    with rows.filling() as empty:
        for name, table in tables:
            spec = find(lists, name)
            fitted = checks.fit(table, spec)
            if not empty or name in counts:
                batches.refuse_known_keys(spec, fitted)
            batches.store(spec, fitted, seed=seed, at=at, actor=actor)
            seen.note(spec, fitted)
            counts[name] = counts.get(name, 0) + len(fitted)
        batches.check_references(seen)
    return counts


@transaction.atomic
def keep_layer(
    name: str, file: Path, *, origin: str, source: str, at: datetime, actor: User | None
) -> Layer:
    """Note a grid of the province, which stays where it is; a newer one takes its place."""
    area = batches.province()
    digest = sha256_of(file)
    layer, _ = Layer.objects.update_or_create(
        name=name,
        defaults={
            "area": area,
            "file": file.name,
            "sha256": digest,
            "origin": origin,
            "source": source,
        },
    )
    tell(
        "record.imported",
        at=at,
        actor=actor,
        area=area,
        subject=f"layer:{name}",
        layer=name,
        sha256=digest,
    )
    return layer


@transaction.atomic
def correct(
    spec: ListSpec,
    key: str,
    values: Mapping[str, Any],
    *,
    base: int,
    user: User,
    at: datetime,
    captured_at: datetime | None = None,
    device: str = "",
    trunk: int | None = None,
    branch: str = "",
) -> Entity:
    """Correct some properties of one row inside the user's area; returns the new version.

    ``base`` is the version the user looked at: `ChangedMeanwhile` when the row has moved on.
    Every accepted edit leaves a `Change` with old and new per field and one `record.corrected`
    event, which names the fields and not their values. Also raises `NoSuchRow`,
    `NoSuchProperty`, `NothingChanged` and the problems of `checks`.
    """
    mine = Entity.objects.seen_by(user).filter(list=spec.name, key=key)
    found = mine.select_for_update(of=("self",)).select_related("area").first()
    if found is None:
        raise NoSuchRow(list=spec.name, key=key)
    if found.version != base:
        raise ChangedMeanwhile(key=key, now=found.version, base=base)
    checked = {name: _checked(spec, name, key, value) for name, value in values.items()}
    edits = {n: [found.data.get(n), v] for n, v in checked.items() if found.data.get(n) != v}
    if not edits:
        raise NothingChanged(key=key)
    Change.objects.create(
        entity=found,
        base=base,
        trunk=base if trunk is None else trunk,
        branch=branch,
        fields=edits,
        captured_at=captured_at or at,
        received_at=at,
        by=user,
        device=device,
    )
    found.data = {**found.data, **{name: new for name, (_, new) in edits.items()}}
    found.version = base + 1
    found.save(update_fields=["data", "version"])
    tell(
        "record.corrected",
        at=at,
        actor=user,
        area=found.area,
        subject=found,
        list=spec.name,
        version=found.version,
        fields=sorted(edits),
    )
    return found


def _checked(spec: ListSpec, name: str, key: str, value: Any) -> Any:
    item = spec.properties.get(name)
    if item is None:
        raise NoSuchProperty(list=spec.name, name=name, nearest=nearest(name, spec.properties))
    stored = checks.check_value(spec, item, key, value)
    if item.type == "ref" and stored is not None:
        there = Entity.objects.filter(list=item.list, key=stored)
        if not there.exists():
            raise checks.NoSuchRow(list=spec.name, column=name, value=stored, target=item.list)
    return stored


def _province_row(province: "Province") -> dict[str, Any]:
    communes = province.communes
    return {
        "code": province.code,
        "name": province.name.vi,
        "kind": "province",
        "path": f"{province.code}/",
        "valid_from": province.valid_from,
        "facts": {
            "unit": "tỉnh",
            "population": sum(c.population for c in communes),
            "area_km2": round(sum(c.area_km2 for c in communes), 2),
            "centre": province.centre,
        },
        "origin": "official",
        "source": communes[0].source,
    }


def _commune_row(commune: "Commune", top: str, province: "Province") -> dict[str, Any]:
    return {
        "code": commune.code,
        "name": commune.name,
        "kind": "commune",
        "path": f"{top}{commune.code}/",
        "valid_from": province.valid_from,
        "facts": {
            "unit": commune.kind,
            "area_km2": commune.area_km2,
            "population": commune.population,
            "zone": commune.zone,
            "border": commune.border,
            "rural": commune.rural,
            "lon": commune.lon,
            "lat": commune.lat,
        },
        "origin": "official",
        "source": commune.source,
    }
