"""Whether a province's facts agree with each other, with their stated totals and with the law.

`check_province` and `check_law` answer with findings: ``checked`` (what was looked at, with
counts), ``note`` (true, and a reader must know it) and ``error`` (to be mended before use).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hoaban.base.law import Law, Value
from hoaban.base.text import Text
from hoaban.record.province import CONFIDENCES, Commune, OldCommune, Province, Total
from hoaban.record.province_parameters import ENDING, PARAMETER_NAMES

# What the rooms read by name; a law folder and a province folder must hold all of it.
LAW_NAMES = (
    "poverty.standard",
    "poverty.income_line_rural_vnd",
    "poverty.income_line_urban_vnd",
    "poverty.deprivations_needed",
    "poverty.indicators",
    "poverty.middle_line_rural_vnd",
    "poverty.middle_line_urban_vnd",
    "school.distance_km_primary",
    "school.distance_km_lower",
    "school.distance_km_upper",
    "staff.village_titles",
    "allocation.points_zone_I",
    "allocation.points_zone_II",
    "allocation.points_zone_III",
    "allocation.points_difficult_village",
    "results.conditions",
    "procedures.digital_levels",
)
PLAN_YEARS = (date(2026, 1, 1), date(2030, 12, 31))


@dataclass(frozen=True, slots=True)
class Finding:
    """One outcome of a check; ``severity`` is checked, note or error."""

    severity: str
    text: Text

    def __str__(self) -> str:
        return self.text.vi


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Only the findings that must be mended."""
    return [finding for finding in findings if finding.severity == "error"]


def check_province(province: Province) -> list[Finding]:
    """What was checked, what to note, and every disagreement between the facts."""
    checks: tuple[Callable[[Province], Iterator[Finding]], ...] = (
        _codes,
        _crosswalk,
        _census,
        _stated,
        _ages,
        _poverty,
        _series,
        _sources,
        _money,
    )
    return [finding for check in checks for finding in check(province)]


def check_law(law: Law, first: date = PLAN_YEARS[0], last: date = PLAN_YEARS[1]) -> list[Finding]:
    """Whether every name the rooms read is there, sourced, and in force from first to last day."""
    found = []
    for name in (*LAW_NAMES, *PARAMETER_NAMES):
        values = law.values.get(name, ())
        if not values:
            found.append(_error(f"Thiếu tham số {name}.", f"Parameter {name} is missing."))
        else:
            found.extend(_in_force(name, values, first, last))
    every = [value for values in law.values.values() for value in values]
    found += [
        _error(
            f"Tham số {value.name} từ {value.valid_from} không có nguồn hoặc độ tin cậy.",
            f"Parameter {value.name} from {value.valid_from} has no source or confidence.",
        )
        for value in every
        if not str(value.source or "").strip() or value.confidence not in CONFIDENCES
    ]
    assumed = sum(value.assumed for value in every)
    found.append(
        _checked(
            f"{len(law.values)} tham số, {len(every)} giá trị; {assumed} giá trị là giả định.",
            f"{len(law.values)} parameters, {len(every)} dated values; {assumed} are assumed.",
        )
    )
    return found


def _in_force(name: str, values: tuple[Value, ...], first: date, last: date) -> Iterator[Finding]:
    # Gaps between two values are refused when the law is read: only the ends are open.
    if values[0].valid_from > first:
        yield _error(
            f"{name} chưa có giá trị từ {first} đến {values[0].valid_from - timedelta(days=1)}.",
            f"{name} has no value from {first} to {values[0].valid_from - timedelta(days=1)}.",
        )
    end = values[-1].valid_to
    if end is None or end >= last:
        return
    make = _note if name in ENDING else _error
    yield make(
        f"{name} hết hiệu lực {end}; chưa có giá trị sau đó.",
        f"{name} ends on {end}; there is no value after it.",
    )


def _codes(province: Province) -> Iterator[Finding]:
    count = len({commune.code for commune in province.communes})
    yield _checked(
        f"{count} mã xã, phường, không trùng, từ {province.valid_from}.",
        f"{count} commune codes, unique, from {province.valid_from}.",
    )
    old = {unit.old_code: _bare(unit.name) for unit in province.old_communes}
    moved = [c for c in province.communes if c.code in old and old[c.code] != _bare(c.name)]
    if moved:
        yield _note(
            f"{len(moved)} mã từng là mã của nơi khác trước {province.valid_from}: "
            f"luôn đọc mã cùng với ngày.",
            f"{len(moved)} codes named another place before {province.valid_from}: "
            f"always read a code with a date.",
        )


def _crosswalk(province: Province) -> Iterator[Finding]:
    shares: dict[str, float] = defaultdict(float)
    for unit in province.old_communes:
        shares[unit.old_code] += unit.share
        if unit.date != province.valid_from:
            yield _error(
                f"Đơn vị cũ {unit.old_code} có ngày {unit.date}, khác {province.valid_from}.",
                f"Old unit {unit.old_code} is dated {unit.date}, not {province.valid_from}.",
            )
    for code, share in shares.items():
        if abs(share - 1) > 1e-6:
            yield _error(
                f"Đơn vị cũ {code}: tổng tỷ lệ dân chuyển sang là {share:g}, phải là 1.",
                f"Old unit {code}: the shares that went on add up to {share:g}, not 1.",
            )
    reached = {unit.new_code for unit in province.old_communes}
    for commune in province.communes:
        if commune.code not in reached:
            yield _error(
                f"Xã {commune.code} {commune.name} không kế thừa đơn vị cũ nào.",
                f"Commune {commune.code} {commune.name} follows no old unit.",
            )
    yield _checked(
        f"{len(shares)} đơn vị cũ vào {len(reached)} đơn vị mới.",
        f"{len(shares)} old units went into {len(reached)} new ones.",
    )


def _census(province: Province) -> Iterator[Finding]:
    for unit in province.old_communes:
        if sum(unit.sizes) != unit.households_2019:
            yield _error(
                f"Đơn vị cũ {unit.old_code}: số hộ theo cỡ cộng được {sum(unit.sizes)}, "
                f"khác {unit.households_2019} hộ.",
                f"Old unit {unit.old_code}: household sizes add up to {sum(unit.sizes)}, "
                f"not {unit.households_2019}.",
            )
        people = sum(size * count for size, count in enumerate(unit.sizes, start=1))
        if people > unit.population_2019:
            yield _note(
                f"Đơn vị cũ {unit.old_code}: cỡ hộ cần ít nhất {people} người, "
                f"điều tra ghi {unit.population_2019}.",
                f"Old unit {unit.old_code}: the sizes need at least {people} people, "
                f"the census counts {unit.population_2019}.",
            )


def _stated(province: Province) -> Iterator[Finding]:
    communes, old = province.communes, _once(province.old_communes)
    computed: dict[str, float] = {
        "communes": len(communes),
        "wards": sum(commune.kind == "phường" for commune in communes),
        "old_communes": len(old),
        "population": sum(commune.population for commune in communes),
        "area_km2": round(sum(commune.area_km2 for commune in communes), 2),
        "census_population": sum(unit.population_2019 for unit in old),
        "census_urban_population": sum(unit.urban_population_2019 for unit in old),
        "census_households": sum(unit.households_2019 for unit in old),
        "border_communes": sum(commune.border for commune in communes),
        **{f"zone_{zone}": _zone(communes, zone) for zone in ("I", "II", "III")},
    }
    totals = province.totals
    parts = ("households_wards", "households_communes")
    if all(name in totals for name in parts):
        computed["households"] = sum(totals[name].value for name in parts)
    agreed = 0
    for name, value in computed.items():
        if name not in totals:
            yield _error(f"totals.yaml thiếu tổng {name}.", f"totals.yaml lacks the total {name}.")
            continue
        faults = list(_compared(name, value, totals[name]))
        agreed += not any(fault.severity == "error" for fault in faults)
        yield from faults
    yield _checked(
        f"{agreed} trong {len(computed)} tổng khớp với số đã nêu.",
        f"{agreed} of {len(computed)} sums equal the stated totals.",
    )


def _compared(name: str, value: float, total: Total) -> Iterator[Finding]:
    if abs(value - total.value) > 1e-6:
        yield _error(
            f"Tổng {name} cộng được {value:g}, số đã nêu là {total.value:g}.",
            f"The sum of {name} is {value:.10g}, the stated total {total.value:.10g}.",
        )
    elif total.published not in (None, total.value):
        explained = total.explained
        if explained is None:
            yield _error(
                f"Tổng {name} khác số công bố {total.published} mà không giải thích.",
                f"Total {name} differs from the published {total.published}, unexplained.",
            )
        else:
            yield Finding("note", explained)


def _ages(province: Province) -> Iterator[Finding]:
    for kind in ("urban", "rural"):
        rows = [row for row in province.ages if row.area_type == kind]
        whole = [row.counts for row in rows if row.district == province.code]
        parts = [row.counts for row in rows if row.district != province.code]
        if len(whole) != 1 or [sum(group) for group in zip(*parts, strict=True)] != list(whole[0]):
            yield _error(
                f"ages.csv ({kind}): các huyện cũ không cộng bằng dòng của tỉnh.",
                f"ages.csv ({kind}): the former districts do not add up to the province's row.",
            )
    by_age = Counter[str]()
    for row in province.ages:
        by_age[row.district] += sum(row.counts)
    by_unit = Counter[str]()
    for unit in _once(province.old_communes):
        by_unit[unit.former_district] += unit.population_2019
        by_unit[province.code] += unit.population_2019
    for district in sorted(by_age.keys() | by_unit.keys()):
        if by_age[district] != by_unit[district]:
            # Communes changed district between the census and 2025; the whole may not differ.
            make = _error if district == province.code else _note
            yield make(
                f"{district}: theo tuổi {by_age[district]} người, theo xã {by_unit[district]}.",
                f"{district}: {by_age[district]} people by age, {by_unit[district]} by unit.",
            )
    yield _checked(
        f"Tuổi: {by_age[province.code]} người của {len(by_age) - 1} huyện cũ.",
        f"Ages: {by_age[province.code]} people of {len(by_age) - 1} former districts.",
    )


def _poverty(province: Province) -> Iterator[Finding]:
    """Poor and near-poor counts: the stated totals against the published figures."""
    pairs = {
        "households": "households_total",
        "poor_households": "poor_households",
        "near_poor_households": "near_poor_households",
    }
    same = 0
    for name, indicator in pairs.items():
        published = province.statistic(indicator, "2025-12")
        if name not in province.totals or published is None:
            continue
        if published.value != province.totals[name].value:
            yield _error(
                f"Tổng {name} là {province.totals[name].value:g}, công bố {published.value:g}.",
                f"Total {name} is {province.totals[name].value:g}, published {published.value:g}.",
            )
        same += published.value == province.totals[name].value
    yield _checked(
        f"{same} tổng hộ nghèo cuối 2025 bằng số công bố.",
        f"{same} totals on poverty at the end of 2025 equal the published figures.",
    )


def _series(province: Province) -> Iterator[Finding]:
    codes = {province.code, *(commune.code for commune in province.communes)}
    seen: Counter[tuple[str, str, str, str]] = Counter()
    for row in province.statistics:
        seen[row.indicator, row.geography, row.period, row.series] += 1
        place = row.geography.partition(":")[0]
        if place.isdigit() and place not in codes:
            yield _error(
                f"statistics.csv: {row.indicator} nêu nơi không có mã “{place}”.",
                f"statistics.csv: {row.indicator} names an unknown place “{place}”.",
            )
    for (indicator, place, period, _), times in seen.items():
        if times > 1:
            yield _error(
                f"statistics.csv: {indicator} {place} {period} có {times} lần trong một dãy.",
                f"statistics.csv: {indicator} {place} {period} stands {times} times in a series.",
            )
    count = len({row.series for row in province.statistics})
    yield _checked(
        f"{len(province.statistics)} số công bố trong {count} dãy số.",
        f"{len(province.statistics)} published figures in {count} series.",
    )


def _sources(province: Province) -> Iterator[Finding]:
    """A source in small letters without spaces is ids of province.yaml; else it is in words."""
    named = [(f"communes.csv {row.code}", row.source) for row in province.communes]
    named += [(f"old_communes.csv {row.old_code}", row.source) for row in province.old_communes]
    named += [(f"statistics.csv {row.indicator}", row.source) for row in province.statistics]
    named += [(f"totals.yaml {name}", total.source) for name, total in province.totals.items()]
    for where, source in named:
        if not re.fullmatch(r"[a-z0-9_+]+", source):
            continue
        for part in source.split("+"):
            if part not in province.sources:
                yield _error(
                    f"{where}: nguồn “{part}” không có trong province.yaml.",
                    f"{where}: source “{part}” is not in province.yaml.",
                )
    yield _checked(f"{len(named)} số liệu có nguồn.", f"{len(named)} figures have a source.")


def _money(province: Province) -> Iterator[Finding]:
    seen = Counter((row.year, row.source, row.kind) for row in province.envelopes)
    for (year, source, kind), times in seen.items():
        if times > 1:
            yield _error(
                f"money.yaml: {year} {source} {kind} có {times} lần.",
                f"money.yaml: {year} {source} {kind} stands {times} times.",
            )
    years = sorted({row.year for row in province.envelopes})
    assumed = sum(row.confidence == "assumed" for row in province.envelopes)
    span = f"{years[0]}–{years[-1]}" if years else "—"
    yield _checked(
        f"{len(province.envelopes)} khoản tiền năm {span}, không âm; {assumed} là giả định.",
        f"{len(province.envelopes)} envelopes of {span}, none negative; {assumed} are assumed.",
    )


def _once(units: Iterable[OldCommune]) -> list[OldCommune]:
    """Each old unit once, though it may have been divided among several successors."""
    return list({unit.old_code: unit for unit in units}.values())


def _zone(communes: Iterable[Commune], zone: str) -> int:
    return sum(commune.zone == zone for commune in communes)


def _bare(name: str) -> str:
    for kind in ("Xã ", "Phường ", "Thị trấn "):
        name = name.removeprefix(kind)
    return name.casefold()


def _checked(vi: str, en: str) -> Finding:
    return Finding("checked", Text(vi, en))


def _note(vi: str, en: str) -> Finding:
    return Finding("note", Text(vi, en))


def _error(vi: str, en: str) -> Finding:
    return Finding("error", Text(vi, en))
