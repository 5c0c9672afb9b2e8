"""Real grids of heights, people or land cover take the place of the synthetic layer.

The file is brought into the province's coordinates and kept under a name that carries its
hash, so that an import that fails leaves the layer in use as it was.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.db.models import QuerySet

from hoaban.base.models import Area, User
from hoaban.base.money import number
from hoaban.base.reading import NoSuchFile
from hoaban.record import batches, grid_files, ground, operations
from hoaban.record.grid_files import Brought
from hoaban.record.models import Entity, Layer
from hoaban.record.package import sha256_of

_TITLES = {
    "elevation": ("Độ cao", "Elevation"),
    "population": ("Dân số", "Population"),
    "landcover": ("Lớp phủ đất", "Land cover"),
}
_SHOWN = 8  # classes of land named; the rest are added up


@dataclass(frozen=True)
class Said:
    """What there is to say about a layer that was brought in."""

    name: str
    brought: Brought
    official_people: int
    grown_cells: bool
    earlier_roads: int  # segments that came with a map before this elevation did

    def text(self) -> str:
        """Several lines; each Vietnamese / English."""
        layer, (vi, en) = self.brought, _TITLES[self.name]
        lines = [
            f"{vi}: lưới {number(layer.rows)} × {number(layer.columns)} ô "
            f"{number(layer.cell_m, 3)} m, có giá trị trên {number(layer.covered * 100, 1)}% "
            "diện tích tỉnh (tệp theo "
            f"{layer.given_crs}). / {en}: a grid of {layer.rows:,} × {layer.columns:,} cells of "
            f"{layer.cell_m:g} m, known on {layer.covered:.1%} of the province (the file is in "
            f"{layer.given_crs}).",
            self._values(),
        ]
        if self.grown_cells:
            lines.append(
                "ranh giới là ô minh hoạ; hãy nhập ranh giới thật trước. / the boundary is grown"
                " cells; import real boundaries first."
            )
        if self.earlier_roads:
            lines.append(
                f"{number(self.earlier_roads)} đoạn đường đã nhập trước chưa theo độ cao này; hãy "
                f"nhập lại đường. / {self.earlier_roads:,} road segments came before these "
                "heights; import the roads again."
            )
        return "\n".join(lines)

    def _values(self) -> str:
        layer = self.brought
        if self.name == "population":
            people = self.official_people
            official, official_en = (number(people), f"{people:,}") if people else ("–", "unknown")
            return (
                f"{number(layer.total)} người trong tỉnh; dân số chính thức {official}. / "
                f"{layer.total:,.0f} people in the province; the official number is {official_en}."
            )
        if self.name == "landcover":
            most = sorted(layer.shares.items(), key=lambda item: -item[1])
            more = ", …" if most[_SHOWN:] else ""
            shown = ", ".join(f"{code}: {number(share * 100, 1)}%" for code, share in most[:_SHOWN])
            shown_en = ", ".join(f"{code}: {share:.1%}" for code, share in most[:_SHOWN])
            return f"mã và tỉ lệ: {shown}{more} / codes and shares: {shown_en}{more}"
        return (
            f"từ {number(layer.low)} m đến {number(layer.high)} m. / "
            f"from {layer.low:,.0f} m to {layer.high:,.0f} m."
        )


def import_layer(
    name: str, file: Path, folder: Path, *, epsg: int, at: datetime, actor: User | None
) -> Said:
    """Bring a GeoTIFF in as the layer ``name`` (one of `grid_files.KINDS`), into ``folder``.

    ``epsg`` is the province's metric coordinates. Raises `ground.NoBoundary` and the problems
    of `grid_files`; after any of them the layer is as it was.
    """
    if not file.is_file():
        raise NoSuchFile(file=file.name)
    batches.province()
    zone, grown = ground.zone(epsg)
    people = _official_people()
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".bringing-") as place:
        draft = Path(place) / "layer.tif"
        brought = grid_files.bring(file, draft, zone, kind=name, people=people)
        kept = folder / f"{name}-{sha256_of(draft)[:12]}.tif"
        draft.replace(kept)
    _keep(name, kept, source=f"{file.name}, sha256 {sha256_of(file)}", at=at, actor=actor)
    earlier = _roads_of_maps().count() if name == "elevation" else 0
    return Said(name, brought, people, grown, earlier)


@transaction.atomic
def _keep(name: str, file: Path, *, source: str, at: datetime, actor: User | None) -> None:
    before = Layer.objects.filter(name=name).values_list("file", flat=True).first()
    operations.keep_layer(name, file, origin="imported", source=source, at=at, actor=actor)
    if before and before != file.name:
        transaction.on_commit(lambda: (file.parent / before).unlink(missing_ok=True))


def _official_people() -> int:
    communes = Area.objects.filter(kind="commune", valid_to=None)
    return sum(int(area.facts.get("population") or 0) for area in communes)


def _roads_of_maps() -> QuerySet[Entity]:
    return Entity.objects.filter(list="roads", origin="imported", valid_to=None)
