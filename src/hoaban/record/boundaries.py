"""Real shapes of the communes (GeoJSON, GeoPackage, Shapefile) → what the map draws.

Shapes are kept lon/lat (EPSG:4326). A file must cover every commune exactly once. Until one is
imported the map draws cells grown from the communes' points, kept with origin ``synthetic``.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from django.db import transaction

from hoaban.base.models import Area, User, tell
from hoaban.base.problems import Problem
from hoaban.base.reading import NoSuchFile, nearest
from hoaban.record.batches import province
from hoaban.record.models import Boundary
from hoaban.record.package import sha256_of

CODE_COLUMNS = ("code", "ma", "ma_xa", "maxa", "ma_dvhc", "madvhc", "ma_hc", "commune_code")
_LICENCE = ("license", "licence")


class NotAMap(Problem):
    vi = "Tệp {file} không đọc được như bản đồ; hãy xuất lại dạng GeoJSON hoặc GeoPackage."
    en = "File {file} cannot be read as a map; export it again as GeoJSON or GeoPackage."


class UnknownProjection(Problem):
    vi = "Tệp {file}: hệ toạ độ {crs} không rõ hoặc không khớp; hãy xuất lại theo EPSG:4326."
    en = "File {file}: the coordinate system {crs} is unknown or wrong; export it as EPSG:4326."


class NoCodeColumn(Problem):
    vi = "Tệp {file}: không có cột mã xã ({allowed}); hãy thêm cột mã xã 5 chữ số."
    en = "File {file}: no column of commune codes ({allowed}); add the 5-digit codes."


class NotOneOfTheCommunes(Problem):
    vi = "Tệp {file}, đối tượng {row}: không có xã mang mã “{value}”; gần nhất là “{nearest}”."
    en = "File {file}, feature {row}: there is no commune “{value}”; the nearest is “{nearest}”."


class DrawnTwice(Problem):
    vi = "Tệp {file}: xã {codes} được vẽ hơn một lần; hãy gộp thành một đối tượng."
    en = "File {file}: commune {codes} is drawn more than once; merge it into one feature."


class NotDrawn(Problem):
    vi = "Tệp {file}: thiếu ranh giới của {count} xã: {codes}; hãy bổ sung."
    en = "File {file}: {count} communes have no boundary: {codes}; add them."


class NotAnArea(Problem):
    vi = "Tệp {file}, mã {value}: hình không phải một vùng hợp lệ; hãy sửa hình này."
    en = "File {file}, code {value}: the shape is not a sound polygon; mend this shape."


@transaction.atomic
def import_boundaries(
    file: Path,
    *,
    at: datetime,
    actor: User | None,
    origin: str = "imported",
    source: str = "",
    licence: str = "",
) -> int:
    """Keep a shape for every commune of the province; returns how many.

    The column of codes is found by its name (`CODE_COLUMNS`, any case); codes that lost their
    leading zeros are filled up. ``licence`` and ``source`` default to what a GeoJSON file says
    of itself. Shapes from before are replaced, all or none. Raises this module's problems.
    """
    if not file.is_file():
        raise NoSuchFile(file=file.name)
    meta, shapes, columns = _read(file)
    communes = _communes()
    codes = _codes(file.name, columns, communes)
    _check_cover(file.name, codes, communes)
    moved = _to_degrees(file.name, meta["crs"], shapes)
    _check_shapes(file.name, codes, moved)
    said = _said(file)
    kept = keep(
        dict(zip(codes, moved, strict=True)),
        origin=origin,
        source=source or said["source"] or file.name,
        licence=licence or said["licence"],
    )
    tell(
        "record.imported",
        at=at,
        actor=actor,
        area=province(),
        subject="boundaries",
        rows=kept,
        file=file.name,
        file_sha256=sha256_of(file),
    )
    return kept


@transaction.atomic
def keep(shapes: Mapping[str, Any], *, origin: str, source: str, licence: str = "") -> int:
    """Keep lon/lat shapes by commune code (grown cells too); replaces those from before."""
    communes = _communes()
    Boundary.objects.filter(area__in=[communes[code] for code in shapes]).delete()
    Boundary.objects.bulk_create(
        Boundary(
            area=communes[code],
            geojson=shapely.to_geojson(shape),
            origin=origin,
            source=source[:300],
            licence=licence[:120],
        )
        for code, shape in sorted(shapes.items())
    )
    return len(shapes)


def whole() -> shapely.Geometry:
    """The province in lon/lat degrees: its communes' shapes joined."""
    rows = Boundary.objects.filter(area__kind="commune", area__valid_to=None)
    return shapely.union_all(shapely.from_geojson(list(rows.values_list("geojson", flat=True))))


def _communes() -> dict[str, Area]:
    return {area.code: area for area in Area.objects.filter(kind="commune", valid_to=None)}


def _read(file: Path) -> tuple[dict[str, Any], Any, dict[str, Any]]:
    import pyogrio.raw  # a second to load, which only an import of shapes should cost
    from pyogrio.errors import DataSourceError

    try:
        meta, _, shapes, data = pyogrio.raw.read(file)
    except DataSourceError:
        raise NotAMap(file=file.name) from None
    columns = dict(zip((str(name) for name in meta["fields"]), data, strict=True))
    return meta, shapely.from_wkb(shapes), columns


def _codes(file: str, columns: Mapping[str, Any], communes: Mapping[str, Area]) -> list[str]:
    named = {name.lower(): name for name in columns}
    found = next((named[name] for name in CODE_COLUMNS if name in named), None)
    if found is None:
        raise NoCodeColumn(file=file, allowed=", ".join(CODE_COLUMNS))
    width = max((len(code) for code in communes), default=0)
    codes = []
    for row, value in enumerate(columns[found], start=1):
        text = str(int(value)) if isinstance(value, int | float | np.number) else str(value).strip()
        code = text.zfill(width)
        if code not in communes:
            raise NotOneOfTheCommunes(
                file=file, row=row, value=text, nearest=nearest(code, communes)
            )
        codes.append(code)
    return codes


def _check_cover(file: str, codes: list[str], communes: Mapping[str, Area]) -> None:
    twice = [code for code, times in Counter(codes).items() if times > 1]
    if twice:
        raise DrawnTwice(file=file, codes=", ".join(sorted(twice)))
    lost = sorted(set(communes) - set(codes))
    if lost:
        named = ", ".join(f"{code} {communes[code].name}" for code in lost[:10])
        raise NotDrawn(file=file, count=len(lost), codes=named + (", …" if len(lost) > 10 else ""))


def _to_degrees(file: str, crs: str | None, shapes: Any) -> Any:
    if crs is None:
        raise UnknownProjection(file=file, crs="—")
    try:
        given = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        raise UnknownProjection(file=file, crs=crs) from None
    if given != pyproj.CRS.from_epsg(4326):
        turn = pyproj.Transformer.from_crs(given, 4326, always_xy=True)
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(turn.transform(*xy.T)))
    west, south, east, north = shapely.total_bounds(shapes)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise UnknownProjection(file=file, crs=crs)
    return shapes


def _check_shapes(file: str, codes: list[str], shapes: Any) -> None:
    sound = shapely.is_valid(shapes) & np.isin(shapely.get_type_id(shapes), (3, 6))
    for code, good, empty in zip(codes, sound, shapely.is_empty(shapes), strict=True):
        if not good or empty:
            raise NotAnArea(file=file, value=code)


def _said(file: Path) -> dict[str, str]:
    """Licence and source that a GeoJSON file names at its top; empty for other files."""
    if file.suffix.lower() not in (".geojson", ".json"):
        return {"licence": "", "source": ""}
    top = json.loads(file.read_bytes())
    licence = next((str(top[name]) for name in _LICENCE if name in top), "")
    parts = [str(top[name]) for name in ("attribution", "source") if name in top]
    return {"licence": licence, "source": "; ".join(parts)}
