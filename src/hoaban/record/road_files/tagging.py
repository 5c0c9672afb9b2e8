"""What a road of a map is in the register's own terms: the province's table ``osm.yaml``.

Tags are those of OpenStreetMap; the columns of a GeoPackage count as tags under the names that
the table gives. What no tag says comes from the class of the road (assumed); what a tag says
and the table does not know is counted, never guessed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys, read_yaml

UNKNOWN = "unknown: highway="  # a note of a class that the table does not have
CLASSES = ("national", "provincial", "commune", "village")
FOOTPATH = "footpath"
_KEYS = ("columns", "classes", "left_out", "surfaces", "tracktypes", "refs", "lane_m", "grade_max",
         "grade_typical", "susceptibility", "snap_m", "segment_m", "margin_m",
         "cells_margin_m")  # fmt: skip
_CLASS_KEYS = ("surface", "width_m", "drain", "one_way")
_NEVER = frozenset({"", "no", "false", "0", "f", "none", "nan"})  # how a flag says no
_SHUT = frozenset({"no", "private"})
_OPENED = frozenset({"yes", "designated", "permissive"})  # a path that motorbikes may use
_FORWARD = frozenset({"yes", "true", "1", "f"})  # F, T and B are how some extracts say it
_BACKWARD = frozenset({"-1", "reverse", "t"})
_WIDE = (0.3, 60.0)  # metres; anything else is a slip
_METRES = re.compile(r"^(\d+(?:[.,]\d+)?)\s*m?$")


class BadTable(Problem):
    vi = "Tệp {file}, mục {path}: “{value}” không dùng được; cần {needed}."
    en = "File {file}, at {path}: “{value}” cannot be used; it must be {needed_en}."


@dataclass(frozen=True, slots=True)
class Kind:
    """What one stretch is: stretches of one kind may be joined end to end.

    ``road_class`` is one of `CLASSES`, or `FOOTPATH` for what carries people on foot only.
    ``width_m`` > 0. ``apart``: on a bridge or in a tunnel, so that what crosses it on the map
    does not meet it. ``car`` is False where cars are forbidden.
    """

    road_class: str
    surface: str
    width_m: float
    drain: bool
    bridge: bool
    ford: bool
    apart: bool
    two_way: bool
    car: bool
    label: str


@dataclass(frozen=True, slots=True)
class ClassRule:
    """What a road of a class is where no tag says otherwise; assumed."""

    road_class: str
    surface: str
    width_m: float
    drain: bool
    one_way: bool


@dataclass(frozen=True, slots=True)
class TagTable:
    """The province's osm.yaml. Lengths in metres."""

    file: str
    columns: Mapping[str, tuple[str, ...]]  # tag -> names of columns that carry it
    classes: Mapping[str, ClassRule]  # value of highway -> rule
    left_out: frozenset[str]  # values of highway that are no road in use
    surfaces: Mapping[str, str]
    tracktypes: Mapping[str, str]
    refs: Mapping[str, str]  # letters of a road number -> class
    lane_m: float
    grade_max: Mapping[str, float]  # class or footpath -> steepest rise over length
    grade_typical: Mapping[str, float]  # class -> rise over length where none is known
    slope_scale: float
    slope_power: float
    susceptibility_unknown: float
    snap_m: float
    segment_m: float
    margin_m: float
    cells_margin_m: float

    @classmethod
    def read(cls, file: Path) -> "TagTable":
        """From an osm.yaml. Raises `BadTable` and the problems of `hoaban.base.reading`."""
        given = read_yaml(file)
        check_keys(given, required=_KEYS, file=file.name, path="/")
        weak = given["susceptibility"]
        needed = ("slope_scale", "slope_power", "unknown")
        check_keys(weak, required=needed, file=file.name, path="susceptibility")
        limits = given["grade_max"]
        check_keys(limits, required=(*CLASSES, FOOTPATH), file=file.name, path="grade_max")
        typical = given["grade_typical"]
        check_keys(typical, required=CLASSES, file=file.name, path="grade_typical")
        for value in given["refs"].values():
            _one_of(value, CLASSES, file.name, "refs")

        def above_0(path: str, value: Any) -> float:
            return _above_0(value, file.name, path)

        return cls(
            file=file.name,
            columns={tag: tuple(names) for tag, names in given["columns"].items()},
            classes={_word(n): _class(r, file.name, n) for n, r in given["classes"].items()},
            left_out=frozenset(map(_word, given["left_out"])),
            surfaces={_word(n): surface for n, surface in given["surfaces"].items()},
            tracktypes=dict(given["tracktypes"]),
            refs=dict(given["refs"]),
            lane_m=above_0("lane_m", given["lane_m"]),
            grade_max={n: above_0(f"grade_max.{n}", limit) for n, limit in limits.items()},
            grade_typical={n: above_0(f"grade_typical.{n}", g) for n, g in typical.items()},
            slope_scale=above_0("susceptibility.slope_scale", weak["slope_scale"]),
            slope_power=above_0("susceptibility.slope_power", weak["slope_power"]),
            susceptibility_unknown=above_0("susceptibility.unknown", weak["unknown"]),
            snap_m=above_0("snap_m", given["snap_m"]),
            segment_m=above_0("segment_m", given["segment_m"]),
            margin_m=above_0("margin_m", given["margin_m"]),
            cells_margin_m=above_0("cells_margin_m", given["cells_margin_m"]),
        )

    def tags_of(self, row: Mapping[str, Any]) -> dict[str, str]:
        """The tags that a row of a table of features carries, its columns named in any case."""
        found = {name.lower(): str(value).strip() for name, value in row.items() if _said(value)}
        for tag, names in self.columns.items():
            for name in names:
                if tag not in found and name in found:
                    found[tag] = found[name]
        return found

    def kind_of(self, tags: Mapping[str, str], notes: Counter[str]) -> tuple[Kind, bool] | None:
        """The kind of a way, and whether it runs against the way's own direction.

        None for what is no road in use. ``notes`` counts what was left out or not understood,
        as ``tag=value``.
        """
        highway = _word(tags.get("highway", ""))
        rule = self.classes.get(highway)
        if rule is None or _out_of_use(tags):
            access = "" if rule is None else ", access or area"
            left = highway in self.left_out or access
            notes[f"{'left out: highway=' if left else UNKNOWN}{highway or '–'}{access}"] += 1
            return None
        one_way, backward = _direction(tags, rule)
        road_class, car = self._carried(tags, rule)
        footpath = road_class == FOOTPATH
        kind = Kind(
            road_class=road_class,
            surface=self._surface(tags, rule, notes),
            width_m=self._width(tags, rule, notes),
            drain=_flag(tags, "drain") if "drain" in tags else rule.drain,
            bridge=_flag(tags, "bridge"),
            ford=_flag(tags, "ford"),
            apart=_flag(tags, "bridge") or _flag(tags, "tunnel"),
            two_way=footpath or not one_way,
            car=car,
            label=(tags.get("ref") or tags.get("name") or "")[:120],
        )
        return kind, backward and not footpath

    def _carried(self, tags: Mapping[str, str], rule: ClassRule) -> tuple[str, bool]:
        """The class of a way by who may enter it, and whether cars may."""
        car = _may(tags, "motorcar", "motor_vehicle", "vehicle", "access")
        motorbike = _may(tags, "motorcycle", "motor_vehicle", "vehicle", "access")
        if rule.road_class == FOOTPATH:
            opened = motorbike and _word(tags.get("motorcycle", "")) in _OPENED
            return ("village" if opened else FOOTPATH), False
        if not (car or motorbike):
            return FOOTPATH, False
        return self._class_by_number(tags, rule), car

    def _class_by_number(self, tags: Mapping[str, str], rule: ClassRule) -> str:
        """Road numbers say more than a mapper's judgement: QL 12 is a national road."""
        letters = re.match(r"[^\W\d_]+", tags.get("ref", ""))
        return self.refs.get(letters[0].upper(), rule.road_class) if letters else rule.road_class

    def _surface(self, tags: Mapping[str, str], rule: ClassRule, notes: Counter[str]) -> str:
        said = _word(tags.get("surface", ""))
        if said in self.surfaces:
            return self.surfaces[said]
        if said:
            notes[f"unknown: surface={said}"] += 1
        return self.tracktypes.get(tags.get("tracktype", ""), rule.surface)

    def _width(self, tags: Mapping[str, str], rule: ClassRule, notes: Counter[str]) -> float:
        said = tags.get("width", "")
        read = _METRES.match(said)
        if read and _WIDE[0] <= float(read[1].replace(",", ".")) <= _WIDE[1]:
            return float(read[1].replace(",", "."))
        if said:
            notes[f"unknown: width={said}"] += 1
        lanes = tags.get("lanes", "")
        if lanes in ("1", "2", "3", "4", "5", "6"):
            return min(int(lanes) * self.lane_m, _WIDE[1])
        return rule.width_m


def _class(given: Any, file: str, name: str) -> ClassRule:
    path = f"classes.{name}"
    check_keys(given, required=("class",), optional=_CLASS_KEYS, file=file, path=path)
    _one_of(given["class"], (*CLASSES, FOOTPATH), file, f"{path}.class")
    if given["class"] == FOOTPATH:
        return ClassRule(FOOTPATH, given.get("surface", "earth"), 1.0, False, False)
    check_keys(given, required=("class", *_CLASS_KEYS[:3]), optional=_CLASS_KEYS, file=file,
               path=path)  # fmt: skip
    width = _above_0(given["width_m"], file, f"{path}.width_m")
    one_way = bool(given.get("one_way", False))
    return ClassRule(given["class"], given["surface"], width, bool(given["drain"]), one_way)


def _said(value: Any) -> bool:
    """Whether a cell holds anything: not None, not an empty text, not a missing number."""
    return value is not None and value == value and str(value).strip() not in ("", "None")  # noqa: PLR0124


def _word(value: Any) -> str:
    """A word of a map as the table compares it: without case, one form of each letter."""
    return unicodedata.normalize("NFC", str(value)).strip().lower()


def _out_of_use(tags: Mapping[str, str]) -> bool:
    entered = any(_flag(tags, who) for who in ("foot", "motorcycle", "motor_vehicle", "motorcar"))
    return _flag(tags, "area") or (tags.get("access") in _SHUT and not entered)


def _may(tags: Mapping[str, str], *who: str) -> bool:
    """Whether they may enter: the first tag that says anything of them counts."""
    said = next((tags[name] for name in who if tags.get(name)), "yes")
    return _word(said) not in _SHUT


def _direction(tags: Mapping[str, str], rule: ClassRule) -> tuple[bool, bool]:
    """Whether a way is one-way, and whether that is against its own direction."""
    said = tags.get("oneway", "").lower()
    if said in _BACKWARD:
        return True, True
    round_about = tags.get("junction") in ("roundabout", "circular")
    return said in _FORWARD or (not said and (round_about or rule.one_way)), False


def _flag(tags: Mapping[str, str], name: str) -> bool:
    return tags.get(name, "").lower() not in _NEVER and tags.get(name) not in _SHUT


def _one_of(value: Any, allowed: tuple[str, ...], file: str, path: str) -> None:
    if value not in allowed:
        either = ", ".join(allowed)
        raise BadTable(file=file, path=path, value=value, needed=either, needed_en=either)


def _above_0(value: Any, file: str, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise BadTable(
            file=file, path=path, value=value, needed="số lớn hơn 0", needed_en="a number above 0"
        )
    return float(value)
