"""A province folder: what is published about a province, each figure with its source.

The folder holds facts and declared assumptions, never rows about people. It is read whole or
not at all: the first fault raises a problem that names file, row and column. Whether the facts
agree with each other is `hoaban.record.province_check`'s question.

The ``geography`` of a statistic is the province code (``11``), a commune code (``03162``), the
province's wards or communes taken together (``11:wards``, ``11:communes``), its rural part
(``11:rural``), or words for a place that is no unit of today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hoaban.base.csvfile import DuplicateCode, UnknownCode, read_csv
from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys, check_kind, nearest, read_yaml
from hoaban.base.text import Text, nfc
from hoaban.record import province_tables as tables

CONFIDENCES = ("high", "medium", "low", "assumed")
ZONES = ("I", "II", "III")
UNIT_KINDS = ("xã", "phường")
MONEY_KINDS = ("investment", "recurrent")


class UnknownChoice(Problem):
    vi = "Tệp {file}, mục {path}: “{value}” không nằm trong {options}; hãy sửa giá trị này."
    en = "File {file}, at {path}: “{value}” is not one of {options}; mend this value."


class NotAnAmount(Problem):
    vi = "Tệp {file}, mục {path}: “{value}” không phải số đồng nguyên từ 0 trở lên; hãy sửa."
    en = "File {file}, at {path}: “{value}” is not whole đồng of 0 or more; mend it."


class NoSource(Problem):
    vi = "Tệp {file}, mục {path}: số liệu không có nguồn; hãy ghi nguồn."
    en = "File {file}, at {path}: the figure has no source; name one."


class NoCentroid(Problem):
    vi = "Tệp {file}: thiếu toạ độ của xã {code} ({name}); hãy thêm một dòng."
    en = "File {file}: commune {code} ({name}) has no point; add a row."


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune (xã) or ward (phường) of today. ``lon, lat``: centroid, degrees, not the seat."""

    code: str
    name: str
    kind: str  # xã, phường
    area_km2: float
    population: int
    zone: str  # I, II, III
    border: bool
    rural: bool
    lon: float
    lat: float
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class OldCommune:
    """A unit from before the tree starts, and the share of its people that ``new_code`` took."""

    old_code: str
    name: str
    former_district: str
    new_code: str
    population_2019: int
    urban_population_2019: int
    households_2019: int
    sizes: tuple[int, ...]  # households of 1, 2, … 6, 7 and more people
    share: float
    act: str
    date: date
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class AgeRow:
    """People by five-year age group, 0–4 … 85 and over; ``district`` is the code for the whole."""

    district: str
    area_type: str  # urban, rural
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Statistic:
    """A published figure. Two figures may be compared only inside one ``series``."""

    indicator: str
    geography: str
    period: str
    value: float  # in ``unit``; shares as published, in %
    unit: str
    source: str
    url: str
    confidence: str
    series: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """Money of a year that the province can steer, whole đồng."""

    year: int
    source: str
    label: Text
    kind: str  # investment, recurrent
    amount_vnd: int
    cite: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language spoken at home. ``share`` of people, 0–1; None where nobody published it."""

    code: str
    name: Text
    share: float | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Total:
    """A stated total. ``published`` is the printed figure when it differs, ``explained`` why."""

    value: float
    unit: str
    source: str
    confidence: str
    published: float | None = None
    explained: Text | None = None


@dataclass(frozen=True)
class Province:
    """Everything a province folder says, in the order of its files."""

    folder: Path
    code: str
    name: Text
    centre: str  # code of the commune where the province's seat stands
    valid_from: date
    wet_months: tuple[int, ...]
    languages: tuple[Language, ...]
    sources: Mapping[str, str]
    communes: tuple[Commune, ...]
    old_communes: tuple[OldCommune, ...]
    ages: tuple[AgeRow, ...]
    statistics: tuple[Statistic, ...]
    envelopes: tuple[Envelope, ...]
    totals: Mapping[str, Total]

    @property
    def path(self) -> str:
        """The province's area path, such as ``11/``."""
        return f"{self.code}/"

    def total(self, name: str) -> int:
        """A stated total as a whole number. Raises `KeyError` when it is not stated."""
        return int(self.totals[name].value)

    def statistic(
        self, indicator: str, period: str, geography: str | None = None
    ) -> Statistic | None:
        """The published figure of a place (the whole province if not given), or None."""
        place = geography or self.code
        for row in self.statistics:
            if (row.indicator, row.geography, row.period) == (indicator, place, period):
                return row
        return None


def read_province(folder: Path) -> Province:
    """The province of a folder, read whole.

    Raises a `Problem` of `hoaban.base.csvfile`, `hoaban.base.reading` or this module at the
    first missing file, column, key or source, unknown or duplicate code, or unreadable cell.
    """
    head = _head(folder)
    communes = _communes(folder)
    codes = [commune.code for commune in communes]
    if head["centre"] not in codes:
        raise UnknownCode(
            file="province.yaml",
            row="centre",
            column="code",
            value=head["centre"],
            nearest=nearest(head["centre"], codes),
        )
    return Province(
        folder=folder,
        code=head["code"],
        name=_text("province.yaml", "name", head["name"]),
        centre=head["centre"],
        valid_from=head["valid_from"],
        wet_months=tuple(head["seasons"]["wet_months"]),
        languages=tuple(_language(number, item) for number, item in enumerate(head["languages"])),
        sources={key: nfc(text) for key, text in head["sources"].items()},
        communes=communes,
        old_communes=_old_communes(folder, codes),
        ages=_ages(folder),
        statistics=_statistics(folder),
        envelopes=_envelopes(folder),
        totals=_totals(folder),
    )


def read_procedures(file: Path) -> list[dict[str, Any]]:
    """The administrative procedures of a law folder's CSV, one dict a row.

    ``deadline_days`` is None where the source states none; ``deadline_kind`` says what is
    counted: ``wd`` working days, ``d`` calendar days, ``h`` hours (as a fraction of a day).
    """
    rows = read_csv(file, tables.PROCEDURES)
    for number, row in enumerate(rows, start=2):
        _choice(file.name, number, "deadline_kind", row, ("wd", "d", "h", "none"))
    return rows


def _head(folder: Path) -> Mapping[str, Any]:
    file = "province.yaml"
    head = _mapping(file, "province", read_yaml(folder / file))
    needed = ("code", "name", "centre", "valid_from", "seasons", "languages", "sources")
    check_keys(head, required=needed, file=file, path="province")
    for key in ("code", "centre"):
        check_kind(head[key], str, file=file, path=key)
    check_kind(head["valid_from"], date, file=file, path="valid_from")
    seasons = _mapping(file, "seasons", head["seasons"])
    keys = ("wet_months", "source", "confidence")
    check_keys(seasons, required=keys, file=file, path="seasons")
    _sourced(file, "seasons", seasons)
    for month in seasons["wet_months"]:
        _option(file, "seasons.wet_months", month, range(1, 13))
    return head


def _communes(folder: Path) -> tuple[Commune, ...]:
    rows = read_csv(folder / "communes.csv", tables.COMMUNES)
    codes = [row["code"] for row in rows]
    points: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(read_csv(folder / "centroids.csv", tables.CENTROIDS), start=2):
        _choice("centroids.csv", number, "code", row, codes)
        points[row["code"]] = row
    communes = []
    for number, row in enumerate(rows, start=2):
        for column, options in (("kind", UNIT_KINDS), ("zone", ZONES), ("confidence", CONFIDENCES)):
            _choice("communes.csv", number, column, row, options)
        if row["code"] not in points:
            raise NoCentroid(file="centroids.csv", code=row["code"], name=row["name"])
        point = points[row["code"]]
        communes.append(Commune(**row, lon=point["lon"], lat=point["lat"]))
    return tuple(communes)


def _old_communes(folder: Path, codes: Sequence[str]) -> tuple[OldCommune, ...]:
    found = []
    first: dict[tuple[str, str], int] = {}
    for number, row in enumerate(
        read_csv(folder / "old_communes.csv", tables.OLD_COMMUNES), start=2
    ):
        _choice("old_communes.csv", number, "new_code", row, codes)
        _choice("old_communes.csv", number, "confidence", row, CONFIDENCES)
        pair = (row["old_code"], row["new_code"])
        if pair in first:
            raise DuplicateCode(
                file="old_communes.csv",
                row=number,
                column="old_code",
                value=row["old_code"],
                first=first[pair],
            )
        first[pair] = number
        sizes = tuple(row.pop(name) for name in tables.SIZES)
        found.append(OldCommune(**row, sizes=sizes))
    return tuple(found)


def _ages(folder: Path) -> tuple[AgeRow, ...]:
    found = []
    for number, row in enumerate(read_csv(folder / "ages.csv", tables.AGES), start=2):
        _choice("ages.csv", number, "area_type", row, ("urban", "rural"))
        _choice("ages.csv", number, "confidence", row, CONFIDENCES)
        counts = tuple(row[f"age_{group}"] for group in tables.AGE_GROUPS)
        found.append(AgeRow(row["district"], row["area_type"], counts))
    return tuple(found)


def _statistics(folder: Path) -> tuple[Statistic, ...]:
    found = []
    for number, row in enumerate(read_csv(folder / "statistics.csv", tables.STATISTICS), start=2):
        _choice("statistics.csv", number, "confidence", row, CONFIDENCES)
        found.append(Statistic(**{**row, "url": row["url"] or ""}))
    return tuple(found)


def _envelopes(folder: Path) -> tuple[Envelope, ...]:
    file = "money.yaml"
    content = _mapping(file, "money", read_yaml(folder / file))
    check_keys(content, required=("envelopes",), file=file, path="money")
    keys = ("year", "source", "label", "kind", "amount_vnd", "cite", "confidence")
    found = []
    for number, item in enumerate(content["envelopes"]):
        path = f"envelopes[{number}]"
        _mapping(file, path, item)
        check_keys(item, required=keys, file=file, path=path)
        _sourced(file, path, {"source": item["cite"], "confidence": item["confidence"]})
        _option(file, f"{path}.kind", item["kind"], MONEY_KINDS)
        for key in ("year", "amount_vnd"):
            if type(item[key]) is not int or item[key] < 0:
                raise NotAnAmount(file=file, path=f"{path}.{key}", value=item[key])
        label = _text(file, f"{path}.label", item["label"])
        found.append(Envelope(**{**item, "label": label}))
    return tuple(found)


def _totals(folder: Path) -> dict[str, Total]:
    file = "totals.yaml"
    found = {}
    for name, item in _mapping(file, "totals", read_yaml(folder / file)).items():
        check_keys(
            _mapping(file, name, item),
            required=("value", "unit", "source", "confidence"),
            optional=("published", "explained"),
            file=file,
            path=name,
        )
        _sourced(file, name, item)
        if type(item["value"]) not in (int, float) or item["value"] < 0:
            raise NotAnAmount(file=file, path=f"{name}.value", value=item["value"])
        explained = item.get("explained") and _text(file, f"{name}.explained", item["explained"])
        found[name] = Total(**{**item, "explained": explained})
    return found


def _language(number: int, item: dict[str, Any]) -> Language:
    path = f"languages[{number}]"
    keys = ("code", "name", "share", "source", "confidence")
    check_keys(
        _mapping("province.yaml", path, item), required=keys, file="province.yaml", path=path
    )
    _sourced("province.yaml", path, item)
    name = _text("province.yaml", f"{path}.name", item["name"])
    return Language(**{**item, "name": name})


def _choice(file: str, row: int, column: str, cells: Mapping[str, Any], options: Any) -> None:
    value = cells[column]
    if value not in options:
        raise UnknownCode(
            file=file, row=row, column=column, value=value, nearest=nearest(value, options)
        )


def _option(file: str, path: str, value: Any, options: Sequence[Any]) -> None:
    if value not in options:
        known = ", ".join(str(option) for option in options)
        raise UnknownChoice(file=file, path=path, value=value, options=known)


def _mapping(file: str, path: str, value: Any) -> dict[str, Any]:
    check_kind(value, dict, file=file, path=path)
    return dict(value)


def _text(file: str, path: str, value: Any) -> Text:
    check_keys(_mapping(file, path, value), required=("vi", "en"), file=file, path=path)
    return Text.read(value)


def _sourced(file: str, path: str, item: Mapping[str, Any]) -> None:
    if not str(item["source"] or "").strip():
        raise NoSource(file=file, path=path)
    _option(file, f"{path}.confidence", item["confidence"], CONFIDENCES)
