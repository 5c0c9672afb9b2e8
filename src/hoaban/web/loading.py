"""Filling the database: a province folder, its synthetic register, imports; and the checks.

Only here meet the province's facts, the generator and the register engine. What was loaded
is remembered as one `record.loaded` event, so that the same load again changes nothing.
"""

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from hoaban.base import law as laws
from hoaban.base import packs
from hoaban.base.law import Law
from hoaban.base.models import Area, Event, tell
from hoaban.base.problems import Problem
from hoaban.base.reading import read_yaml
from hoaban.record import (
    boundaries,
    cells,
    grid_files,
    imports,
    layer_import,
    lists,
    operations,
    province_check,
    road_import,
    scorecard_import,
)
from hoaban.record import province as provinces
from hoaban.record.province import Province
from hoaban.record.road_files.tagging import TagTable
from hoaban.record.roads import RoadRules
from hoaban.record.synthetic import generate
from hoaban.web.loaded import Loaded, NothingLoaded, current


class OtherDataLoaded(Problem):
    vi = "Cơ sở dữ liệu đã có {name} từ một lần nạp khác; hãy đặt HOABAN_VAR sang thư mục mới."
    en = "The database holds {name} from another load; point HOABAN_VAR at a new folder."
    status = 409


class NotSound(Problem):
    vi = "Thư mục tỉnh {folder} chưa đúng ({count} lỗi): {first}"
    en = "The province folder {folder} is not sound ({count} faults): {first_en}"


def load(folder: Path, *, seed: int | None, at: datetime) -> str:
    """Load a province folder, with a synthetic register when a seed is given; says what it did.

    All or nothing, and once: the same folder and seed again only says so. Raises `NotSound`
    when facts disagree and `OtherDataLoaded` when another load stands in the database.
    """
    province, law = _sound(folder)
    digest = _digest(folder, seed)
    earlier = Event.objects.filter(name="record.loaded").first()
    if earlier is not None:
        if earlier.data["digest"] != digest:
            raise OtherDataLoaded(name=province.name.vi)
        return f"{province.name.vi}: đã nạp từ trước, không đổi gì. / loaded before, unchanged."
    with transaction.atomic():
        top = operations.load_areas(province, at=at, actor=None)
        _grow_cells(province)
        counts = _load_synthetic(province, law, seed=seed, at=at) if seed is not None else {}
        tell(
            "record.loaded",
            at=at,
            actor=None,
            area=top,
            subject=f"province:{province.code}",
            folder=_kept_path(folder),
            seed=seed,
            digest=digest,
        )
    rows = sum(counts.values())
    return (
        f"{province.name.vi}: {len(province.communes)} xã, phường; {rows:,} dòng minh hoạ. / "
        f"{len(province.communes)} communes; {rows:,} synthetic rows."
    )


def _load_synthetic(province: Province, law: Law, *, seed: int, at: datetime) -> dict[str, int]:
    settings.LAYERS.mkdir(parents=True, exist_ok=True)
    tables = generate.generate(
        province,
        law,
        RoadRules.read(province.folder / "roads.yaml"),
        seed=seed,
        procedures=provinces.read_procedures(settings.LAW / "procedures.csv"),
        layers=settings.LAYERS,
    )
    declared = lists.read_lists(settings.PACKS)
    counts = operations.load_tables(tables, declared, seed=seed, at=at, actor=None)
    for file in sorted(settings.LAYERS.glob("*.tif")):
        if "-" in file.stem:  # an imported layer of an earlier database: its name carries a hash
            continue
        source = f"hoaban synthetic, seed {seed}"
        operations.keep_layer(file.stem, file, origin="synthetic", source=source, at=at, actor=None)
    return counts


def _grow_cells(province: Province) -> None:
    """Cells stand in for boundaries until real ones are imported; they say so."""
    points = [(c.code, c.lon, c.lat, c.area_km2) for c in province.communes]
    source = "grown from centroids and areas"
    boundaries.keep(cells.grow(points), origin="synthetic", source=source, licence="ODbL 1.0")


def import_file(kind: str, file: Path, *, at: datetime, replace_all: bool = False) -> str:
    """Import boundaries, a map of roads, a grid, a scorecard, or rows of the list ``kind``.

    The whole file or nothing. Roads come from a map unless the file is a table; ``replace_all``
    lets a map leave communes without roads that had some of an earlier map.
    """
    top = Area.objects.filter(kind="province").first()
    if top is None:
        raise NothingLoaded
    if kind == "boundaries":
        count = boundaries.import_boundaries(file, at=at, actor=None)
        return f"{count} ranh giới thật đã thay ô minh hoạ. / {count} real boundaries are in place."
    if kind in grid_files.KINDS:
        epsg = _epsg(current().province)
        said = layer_import.import_layer(kind, file, settings.LAYERS, epsg=epsg, at=at, actor=None)
        return said.text()
    declared = lists.read_lists(settings.PACKS)
    if kind == "roads" and file.suffix.lower() not in imports.SUFFIXES:
        place = _roads_here(current())
        report = road_import.import_roads(
            file, declared, place, at=at, actor=None, replace_all=replace_all
        )
        return report.text()
    spec = lists.find(declared, kind)
    if kind == scorecard_import.LIST:
        count = scorecard_import.import_scorecard(file, declared, at=at, actor=None)
    else:
        count = imports.import_register(file, kind, declared, at=at, actor=None)
    return f"{count} dòng vào sổ bộ {spec.label.vi}. / {count} rows into {spec.label.en}."


def _roads_here(loaded: Loaded) -> road_import.Place:
    province = loaded.province
    return road_import.Place(
        epsg=_epsg(province),
        table=TagTable.read(province.folder / "osm.yaml"),
        rules=loaded.rules,
        layers=settings.LAYERS,
        scratch=settings.VAR,
    )


def _epsg(province: Province) -> int:
    """The province's metric coordinates."""
    return int(read_yaml(province.folder / "terrain.yaml")["epsg"])


def check_province_folder(folder: Path | None) -> tuple[str, bool]:
    """What was checked in a province folder and in the law, as text; and whether all is sound."""
    folder = folder or settings.HOME / "provinces/dien_bien"
    findings = _findings(folder)
    marks = {"checked": "✓", "note": "·", "error": "✗"}
    lines = [f"{marks[f.severity]} {f.text.vi}\n  {f.text.en}" for f in findings]
    return "\n".join(lines), not province_check.errors(findings)


def check_packs(folder: Path | None) -> tuple[str, bool]:
    """One line a pack once all of them are sound; their faults rise as Problems."""
    folder = folder or settings.PACKS
    lists.read_lists(folder)
    lines = [
        f"✓ {s.pack.name}: {s.pack.label.vi} / {s.pack.label.en} · {s.lists} sổ bộ, "
        f"{s.indicators} chỉ tiêu, {s.steps} bước, {s.results} kết quả, {s.stories} chuyện, "
        f"{s.words} từ ({s.untranslated} ô chưa dịch)"
        for s in packs.check(folder)
    ]
    return "\n".join(lines), True


def _sound(folder: Path) -> tuple[Province, Law]:
    province = provinces.read_province(folder)
    law = laws.read(settings.LAW, folder / "parameters")
    faults = province_check.errors(
        [*province_check.check_province(province), *province_check.check_law(law)]
    )
    if faults:
        first = faults[0].text
        raise NotSound(folder=folder.name, count=len(faults), first=first.vi, first_en=first.en)
    return province, law


def _findings(folder: Path) -> list[province_check.Finding]:
    province = provinces.read_province(folder)
    law = laws.read(settings.LAW, folder / "parameters")
    return [*province_check.check_province(province), *province_check.check_law(law)]


def _digest(folder: Path, seed: int | None) -> str:
    digest = hashlib.sha256(str(seed).encode())
    for file in sorted(f for f in folder.rglob("*") if f.suffix in {".csv", ".yaml"}):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _kept_path(folder: Path) -> str:
    whole = folder.resolve()
    home = settings.HOME.resolve()
    return str(whole.relative_to(home)) if whole.is_relative_to(home) else str(whole)
