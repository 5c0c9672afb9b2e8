"""What an import of roads took, mended, left out and could not do, in both languages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from hoaban.base.money import number
from hoaban.record.road_files.components import Stray
from hoaban.record.road_files.topology import Cleaning

_SHOWN = 12  # notes and stray parts named one by one; the rest are counted


@dataclass(frozen=True)
class Report:
    """Figures of one import. Lengths in kilometres; ``heights`` says what rises rest on:
    ``imported``, ``none`` (no elevation layer) or ``synthetic`` (one that was not used)."""

    file: str
    layer: str
    nodes: int
    roads: int
    paths: int
    road_km: float
    path_km: float
    outside_km: float  # beyond the boundary, within the margin; kept
    margin_km: float
    grown_cells: bool  # whether the boundary is only grown from points
    elsewhere: int
    cut: int
    broken: int
    cleaning: Cleaning
    strays: tuple[Stray, ...]
    notes: Mapping[str, int] = field(default_factory=dict)  # "unknown: surface=sett" -> ways
    heights: str = "none"
    eased: int = 0
    no_height: int = 0  # segments off the elevation layer
    typical: int = 0  # road segments whose passability rests on the typical gradient of a class
    replaced: Mapping[str, int] = field(default_factory=dict)  # list -> rows that gave way
    freed: int = 0  # villages and facilities whose road node is gone
    moved_closures: int = 0  # recorded closures now on a new segment near by
    ended_closures: tuple[str, ...] = ()  # keys of those that no new segment lies near
    ended_rows: int = 0  # roads and nodes that stay, as ended: corrected, or named by what ended
    returned_rows: int = 0  # roads and nodes that an earlier map ended and this one has again

    def as_json(self) -> dict[str, Any]:
        """Plain values for an event or ``--json``."""
        return {
            **asdict(self),
            "strays": [asdict(stray) for stray in self.strays[:_SHOWN]],
            "stray_parts": len(self.strays),
            "stray_km": round(sum(stray.km for stray in self.strays), 3),
        }

    def text(self) -> str:
        """Several lines; each Vietnamese / English."""
        return "\n".join([*self._taken(), *self._mended(), *self._grounds(), *self._left()])

    def _taken(self) -> list[str]:
        gone = sum(self.replaced.values())
        return [
            f"{number(self.roads)} đoạn đường ({number(self.road_km, 1)} km), "
            f"{number(self.paths)} đường mòn ({number(self.path_km, 1)} km), {number(self.nodes)} "
            f"nút; thay {number(gone)} dòng cũ. / "
            f"{self.roads:,} road segments ({self.road_km:,.1f} km), {self.paths:,} footpaths "
            f"({self.path_km:,.1f} km), {self.nodes:,} nodes; {gone:,} earlier rows gave way.",
            *_line(self.freed, "bản, cơ sở mất nút giao thông cũ, sẽ nối lại theo toạ độ",
                   "villages and facilities lost their road node and are attached by place"),
            *_line(self.moved_closures, "vụ tắc đường đã ghi được gắn sang đoạn mới ở gần",
                   "recorded closures now lie on a new segment near by"),
            *self._ended(),
        ]  # fmt: skip

    def _ended(self) -> list[str]:
        keys = ", ".join(self.ended_closures[:_SHOWN])
        keys += ", …" if self.ended_closures[_SHOWN:] else ""
        return [
            *_line(len(self.ended_closures),
                   f"vụ tắc đường đã ghi không có đoạn mới nào ở gần, đã hết hiệu lực: {keys}",
                   f"recorded closures have no new segment near by and were ended: {keys}"),
            *_line(self.ended_rows, "dòng cũ vẫn giữ nhưng đã hết hiệu lực (đã sửa tay, hoặc vụ"
                   " tắc đường còn nằm trên đó)",
                   "earlier rows stay but were ended (corrected by hand, or a closure lies on"
                   " them)"),
            *_line(self.returned_rows, "dòng trước đã hết hiệu lực nay có lại trong bản đồ",
                   "rows ended before are on the map again and in force"),
        ]  # fmt: skip

    def _mended(self) -> list[str]:
        done = self.cleaning
        return [
            *_line(done.duplicates, "đoạn vẽ trùng đã bỏ", "segments drawn twice were dropped"),
            *_line(done.points, "đoạn không có chiều dài đã bỏ", "of no length were dropped"),
            *_line(done.tied, "đầu đường hở đã nối vào đường bên cạnh",
                   "loose ends were tied to a road nearby"),
            *_line(done.crossings, "chỗ cắt nhau không có điểm chung, coi là không nối",
                   "crossings without a common point, taken as not joined"),
            *self._strays(),
        ]  # fmt: skip

    def _strays(self) -> list[str]:
        if not self.strays:
            return []
        km = sum(stray.km for stray in self.strays)
        lines = [
            f"{number(len(self.strays))} mảng đường rời mạng chính ({number(km, 1)} km), vẫn giữ. "
            f"/ {len(self.strays):,} parts ({km:,.1f} km) are apart from the main network; they "
            "were kept."
        ]
        lines += [
            f"  {number(s.km, 2)} km, {number(s.edges)} đoạn, cách {number(s.gap_m)} m / "
            f"{s.km:,.2f} km, {s.edges:,} segments, gap {s.gap_m:,.0f} m: "
            f"{s.lat:.5f}, {s.lon:.5f}"
            for s in self.strays[:_SHOWN]
        ]
        return lines

    def _grounds(self) -> list[str]:
        said = {
            "none": "chưa có lớp độ cao: chênh cao ghi 0, nguy cơ sạt lở ghi mức giả định; hãy nhập"
            " độ cao rồi nhập lại đường. / no elevation layer: rises are 0 and susceptibility is"
            " assumed; import elevation, then the roads again.",
            "synthetic": "lớp độ cao là minh hoạ nên không dùng: chênh cao ghi 0; hãy nhập độ cao"
            " rồi nhập lại đường. / the elevation layer is synthetic and was not used: rises are"
            " 0; import elevation, then the roads again.",
        }
        lines = [said[self.heights]] if self.heights in said else []
        lines += _line(self.eased, "đoạn có chênh cao được giới hạn theo cấp đường",
                       "segments have their rise limited to what their class may be")  # fmt: skip
        lines += _line(self.no_height, "đoạn nằm ngoài lớp độ cao, chênh cao ghi 0",
                       "segments lie off the elevation layer, their rise is 0")  # fmt: skip
        lines += _line(self.typical, "đoạn đường chưa rõ chênh cao: xe nào qua được tính theo độ"
                       " dốc thường gặp của cấp đường (giả định)",
                       "road segments of unknown rise: what passes is judged by the typical"
                       " gradient of their class (assumed)")  # fmt: skip
        if self.grown_cells:
            lines.append(
                "ranh giới là ô minh hoạ; hãy nhập ranh giới thật trước. / the boundary is grown"
                " cells; import real boundaries first."
            )
        return lines

    def _left(self) -> list[str]:
        lines = [
            f"{number(self.outside_km, 1)} km nằm ngoài ranh giới trong phạm vi "
            f"{number(self.margin_km, 1)} km, vẫn giữ và được tính là đường đi vòng, kể cả "
            f"đường bên kia biên giới; {number(self.cut)} đường bị cắt ở mép, "
            f"{number(self.elsewhere)} đường nằm nơi khác. / "
            f"{self.outside_km:,.1f} km lie beyond the boundary within {self.margin_km:g} km; they "
            "were kept and count as ways round, also those across the frontier; "
            f"{self.cut:,} lines were cut at the edge, {self.elsewhere:,} lie elsewhere."
        ]
        lines += _line(self.broken, "đường thiếu điểm trong tệp", "lines lack points in the file")
        most = sorted(self.notes.items(), key=lambda note: (-note[1], note[0]))
        lines += [f"  {count:,} × {note}" for note, count in most[:_SHOWN]]
        lines += _line(len(most[_SHOWN:]), "giá trị khác không hiểu hoặc không dùng",
                       "other values were not understood or not used")  # fmt: skip
        return lines


def _line(count: int, vi: str, en: str) -> list[str]:
    return [f"{number(count)} {vi}. / {count:,} {en}."] if count else []
