"""What binds a village: where it falls short of the marks, the greatest shortfall first.

A shortfall is a share, 0–1: of the people, staff or procedures that lack something, of the
year cut off, or how far beyond its limit a distance is (1 - limit / distance; 1 without a
way). Shortfalls are of different things; equal ones stand in the order of `_TESTS`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from hoaban.base.law import Law
from hoaban.base.money import number
from hoaban.measure.isolation import DAYS

Facts = Mapping[str, Any]
Found = Iterator[dict[str, Any]]

_STAGES = {
    "primary": ("tiểu học", "primary"),
    "lower": ("trung học cơ sở", "lower secondary"),
    "upper": ("trung học phổ thông", "upper secondary"),
}
_MODES = {
    "foot": ("đi bộ", "on foot"),
    "motorbike": ("xe máy", "motorbike"),
    "car": ("ô tô", "car"),
}
_SEASONS = {"dry": ("mùa khô", "dry season"), "wet": ("mùa mưa", "wet season")}


def binds(facts: Facts, law: Law, at: date) -> list[dict[str, Any]]:
    """What binds a village, the greatest shortfall first.

    facts
        A row of `villages.facts`; a fact that is missing binds nothing, for it is not known.

    Each item: ``code``, ``target`` it holds back (or ""), ``vi`` and ``en`` sentences,
    ``shortfall`` (0–1] and ``facts``, the numbers the sentences are built from.
    """
    found = [item for test in _TESTS for item in test(facts, law, at)]
    return sorted(found, key=lambda item: -item["shortfall"])


def _item(code: str, target: str, shortfall: float, texts: tuple[str, str], **facts: Any) -> Any:
    local = {k: number(v, 1) if isinstance(v, (int, float)) else v for k, v in facts.items()}
    plain = {k: f"{v:.10g}" if isinstance(v, (int, float)) else v for k, v in facts.items()}
    return {
        "code": code,
        "target": target,
        "vi": texts[0].format(**local),
        "en": texts[1].format(**plain),
        "shortfall": round(shortfall, 6),
        "facts": facts,
    }


def _isolated(facts: Facts, law: Law, at: date) -> Found:
    for mode, texts in (
        ("foot", ("Không có lối nào về trung tâm, kể cả đi bộ.", "No way out, not even on foot.")),
        (
            "motorbike",
            ("Mùa mưa xe máy không về được trung tâm.", "No way by motorbike in the wet season."),
        ),
        ("car", ("Mùa mưa ô tô không vào được bản.", "No way by car in the wet season.")),
    ):
        if facts[f"isolated_{mode}_wet"]:
            yield _item(f"isolated_{mode}", "T2", 1.0, texts)
            return


def _cut_off(facts: Facts, law: Law, at: date) -> Found:
    mode = law.number("connection.prevailing_mode", at)
    days = facts[f"cut_off_days_{mode}"]
    if days is None or days < law.number("connection.closed_days_max", at):
        return
    texts = (
        f"Trong {DAYS} ngày qua bị chia cắt {{days}} ngày ({_MODES[mode][0]}).",
        f"Cut off for {{days}} of the last {DAYS} days ({_MODES[mode][1]}).",
    )
    yield _item("cut_off_days", "T2", days / DAYS, texts, days=round(days, 1))


def _health(facts: Facts, law: Law, at: date) -> Found:
    mode, season = law.number("access.mode", at), law.number("access.season", at)
    minutes, limit = (
        facts[f"minutes_health_{mode}_{season}"],
        law.number("access.station_minutes_max", at),
    )
    how = f"{_MODES[mode][0]}, {_SEASONS[season][0]}", f"{_MODES[mode][1]}, {_SEASONS[season][1]}"
    if minutes is None:
        texts = (
            f"Không có đường tới điểm y tế đạt chuẩn ({how[0]}).",
            f"No way to a health point that meets the criteria ({how[1]}).",
        )
        yield _item("health_far", "T3", 1.0, texts)
    elif minutes > limit:
        texts = (
            f"Tới điểm y tế đạt chuẩn mất {{minutes}} phút ({how[0]}).",
            f"{{minutes}} minutes to a health point that meets the criteria ({how[1]}).",
        )
        yield _item("health_far", "T3", 1 - limit / minutes, texts, minutes=round(minutes, 1))


def _schools(facts: Facts, law: Law, at: date) -> Found:
    if facts["has_education"]:
        return
    for stage, names in _STAGES.items():
        km, limit = facts[f"km_school_{stage}"], law.number(f"school.distance_km_{stage}", at)
        code = f"school_{stage}_far"
        if km is None:
            texts = (
                f"Không có đường đi bộ tới trường {names[0]}.",
                f"No way on foot to a {names[1]} school.",
            )
            yield _item(code, "T3", 1.0, texts)
        elif km >= limit:
            texts = (
                f"Trường {names[0]} cách {{km}} km (luật coi từ {{limit}} km là xa).",
                f"The {names[1]} school is {{km}} km away (far by law from {{limit}} km).",
            )
            yield _item(
                code, "T3", 1 - limit / km if km else 0, texts, km=round(km, 1), limit=limit
            )


def _water(facts: Facts, law: Law, at: date) -> Found:
    people = facts["reviewed_people"]
    if not people:
        return
    mark = law.number("target.T3", at)
    for code, column, vi, en in (
        ("water_not_hygienic", "hygienic_people", "nước hợp vệ sinh", "hygienic water"),
        ("water_not_standard", "standard_water_people", "nước đạt quy chuẩn", "water to standard"),
    ):
        without = people - facts[column]
        if facts[column] / people < mark:
            texts = (
                f"{{without}} trong {{people}} người chưa có {vi}.",
                f"{{without}} of {{people}} people have no {en}.",
            )
            yield _item(code, "T3", without / people, texts, without=without, people=people)


def _poverty(facts: Facts, law: Law, at: date) -> Found:
    households, poor = facts["reviewed_households"], facts["poor_old"]
    if law.at("poverty.standard", at) != law.values["poverty.standard"][0]:
        poor = facts["poor_new"]
    if households and poor is not None and poor / households >= law.number("target.T1", at):
        texts = (
            "{poor} trong {households} hộ là hộ nghèo.",
            "{poor} of {households} households are poor.",
        )
        yield _item("poverty", "T1", poor / households, texts, poor=poor, households=households)


def _staff(facts: Facts, law: Law, at: date) -> Found:
    staff, trained = facts["staff"], facts["staff_trained"]
    if staff and not facts["has_speaker"]:
        texts = (
            "Chưa cán bộ nào của bản nói được tiếng của bản.",
            "No post-holder of the village speaks its language.",
        )
        yield _item("no_speaker", "T4", 1.0, texts)
    if trained < staff:
        texts = (
            "{untrained} trong {staff} cán bộ bản chưa xong cả hai phần bồi dưỡng.",
            "{untrained} of {staff} village staff have not passed both legs of training.",
        )
        untrained = staff - trained
        yield _item(
            "staff_untrained", "T4", untrained / staff, texts, untrained=untrained, staff=staff
        )


def _procedures(facts: Facts, law: Law, at: date) -> Found:
    basic, live = facts["procedures_basic"], facts["procedures_live"]
    if basic and live / basic < law.number("target.T5", at):
        texts = (
            "{live} trong {basic} thủ tục cơ bản đã số hoá và đang dùng được tại bản.",
            "{live} of {basic} basic procedures are digitised and in use in the village.",
        )
        yield _item("procedures_few", "T5", 1 - live / basic, texts, live=live, basic=basic)


def _networks(facts: Facts, law: Law, at: date) -> Found:
    if facts["grid_power"] is False:
        yield _item("no_power", "", 1.0, ("Chưa có điện lưới.", "Not on the power grid."))
    if facts["mobile_4g"] is False:
        yield _item("no_4g", "", 1.0, ("Chưa có sóng 4G.", "No 4G coverage."))


_TESTS: tuple[Callable[[Facts, Law, date], Found], ...] = (
    _isolated,
    _cut_off,
    _health,
    _water,
    _schools,
    _networks,
    _poverty,
    _staff,
    _procedures,
)
