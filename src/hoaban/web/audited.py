"""An audit as people read it at a terminal: Vietnamese first, at most 80 columns. Pure."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from hoaban.base.money import number
from hoaban.web import figures, summary

Json = Mapping[str, Any]

_CLASSES = {
    "poor": "nghèo · poor",
    "near_poor": "cận nghèo · near-poor",
    "average": "trung bình · average",
    "not_poor": "không nghèo · not poor",
}
_WHAT = {"income": "thu nhập · income", "points": "điểm B1 · score", "deprivations": "số thiếu hụt"}
_AREAS = {"rural": "nông thôn · rural", "urban": "thành thị · urban", "all": "toàn bộ · all"}
_FIRST = 12  # groups shown; JSON has all


def text(found: Json) -> str:
    """The whole audit."""
    lines = [
        "═" * summary.WIDTH,
        f"KIỂM TRA RÀ SOÁT HỘ NGHÈO · POVERTY AUDIT – {found['province']}",
        f"Đợt {found['round']}, xong {figures.day(found['completed_on'])}; chuẩn "
        f"{found['standard']}; {number(found['households'])} hộ · households",
        *_wrap(
            "Chỉ để công bố, không dùng để xét hộ nào. "
            "Published only; nobody's class depends on it."
        ),
        "═" * summary.WIDTH,
        *_decided(found["decided"]),
        "",
        *_scorecard(found["scorecard"]),
        "",
        *_reinterviews(found["reinterviews"]),
        "",
        *_thresholds(found["thresholds"]),
    ]
    if figures.is_synthetic(found["origin"]):
        count = number(found["synthetic_households"])
        lines += ["", *_wrap(f"! {summary.SYNTHETIC} ({count} hộ · households)")]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _wrap(words: str, indent: str = "") -> list[str]:
    return textwrap.wrap(words, summary.WIDTH, initial_indent=indent, subsequent_indent=indent)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{number(100 * value, 2)} %"


def _count(value: int | None) -> str:
    """A count of households; what may not be told is hidden."""
    return "ẩn" if value is None else number(value)


def _decided(part: Json | None) -> Iterator[str]:
    yield "QUYẾT ĐỊNH SO VỚI SỐ LIỆU ĐÃ GHI · DECISIONS BESIDE THE RECORDED FACTS"
    if part is None:
        yield "  chưa có hạng hộ theo quyết định · no decided classes"
        return
    yield from _wrap(
        f"{_count(part['households'])} hộ so được · compared; "
        f"{_count(part['not_decided'])} chưa có quyết định · not decided; "
        f"{_count(part['cannot_classify'])} chưa xếp được · unclear",
        "  ",
    )
    heads = "".join(f"{name.split(' · ')[0]:>13}" for name in _CLASSES.values())
    yield f"  {'quyết định ↓  số liệu →':<24}{heads}"
    for said, row in part["table"].items():
        cells = "".join(f"{_count(row[true]):>13}" for true in _CLASSES)
        yield f"  {_CLASSES[said]:<24}{cells}"
    for name, label in (("poor", "Hộ nghèo · poor"), ("multidimensional", "Cả cận nghèo")):
        yield f"  {label}: {_errors(part[name])}"
    yield from _groups(part["poor"]["groups"])


def _errors(one: Json) -> str:
    return (
        f"bỏ sót (E1) {_share(one['exclusion'])} · "
        f"nhận nhầm (E2) {_share(one['inclusion'])} · missed, wrongly in"
    )


def _groups(groups: list[Json]) -> Iterator[str]:
    if not groups:
        return
    sized = ("households", "poor_share", "exclusion", "false_positive_rate")
    shown = [group for group in groups if any(group[name] is not None for name in sized)]
    shown.sort(key=lambda group: (-(group["exclusion"] or 0), -(group["households"] or 0)))
    yield f"  {'nhóm · group':<28}{'hộ':>9}{'bỏ sót':>11}{'chênh · gap (95 %)':>30}"
    for group in shown[:_FIRST]:
        name = group.get("name", group["group"])[:27]
        yield (
            f"  {name:<28}{_count(group['households']):>9}{_share(group['exclusion']):>11}"
            f"{_gap(group['taken_gap']):>30}"
        )
    hidden = len(groups) - len(shown)
    if len(shown) > _FIRST:
        yield f"  … còn {len(shown) - _FIRST} nhóm trong --json · more groups in --json"
    if hidden:
        yield f"  {hidden} nhóm ít hộ (dưới 10) không hiện · groups of too few not shown"


def _gap(gap: Json | None) -> str:
    if gap is None:
        return "–"
    value = number(100 * gap["value"], 1)
    if gap["low"] is None:
        return value
    return f"{value} ({number(100 * gap['low'], 1)} … {number(100 * gap['high'], 1)})"


def _scorecard(part: Json | None) -> Iterator[str]:
    yield "PHIẾU B1 SO VỚI THU NHẬP · FORM B1 BESIDE INCOME"
    if part is None:
        yield "  chưa có điểm B1 kèm thu nhập · none (hoaban import scorecard)"
        return
    yield (
        f"  {_count(part['households'])} hộ có điểm · scored; ngưỡng {part['points_rural']} "
        f"(nông thôn), {part['points_urban']} (thành thị)"
    )
    yield f"  Tại ngưỡng · at the line: {_errors(part['at_line'])}"
    yield f"  Đủ suất cho số hộ nghèo · as many places as poor: {_errors(part['at_budget'])}"
    yield f"  Diện tích ROC · area: {number(part['curve']['area'] or 0, 3)}"
    yield from _groups(part["groups"])


def _reinterviews(part: Json | None) -> Iterator[str]:
    yield "ĐIỀU TRA LẠI · BLIND RE-INTERVIEWS"
    if part is None:
        yield "  chưa đủ hộ điều tra lại · too few re-interviews"
        return
    sure = part["confirmed"]
    yield (
        f"  {number(part['households'])} hộ; hạng được xác nhận · confirmed "
        f"{_share(sure['share'])} ({_share(sure['low'])} … {_share(sure['high'])})"
    )
    worst = sorted((i for i in part["items"] if i["kappa"] is not None), key=lambda i: i["kappa"])[
        :5
    ]
    told = ", ".join(f"{one['label'].lower()} {number(one['kappa'], 2)}" for one in worst)
    yield from _wrap(f"κ thấp nhất · lowest: {told}", "  ")
    for name, one in (part["corrected"] or {}).items():
        span = "" if one["low"] is None else f" ({_share(one['low'])} … {_share(one['high'])})"
        yield f"  {_CLASSES[name]:<26}{_share(one['observed']):>10} → {_share(one['share'])}{span}"


def _thresholds(found: list[Json]) -> Iterator[str]:
    yield "DỒN SÁT NGƯỠNG, SỐ TRÒN · BUNCHING AT THRESHOLDS, ROUND FIGURES"
    for one in found:
        place = f"{_WHAT[one['what']]}, {_AREAS[one['area']]}"
        if one["test"] == "bunching":
            said = f"sát ngưỡng {number(one['cutoff'])}: {_count(one['below'])} | "
            said += f"{_count(one['above'])}; bước nhảy · jump {_signed(one['jump'])}"
        else:
            said = f"bội của {number(one['multiple'])}: × {number(one['ratio'], 2)}"
        mark = "!" if (one["p"] if one["p"] is not None else 1) < 0.01 else " "
        yield from _wrap(f"{mark} {place}: {said}, p {_p(one['p'])}", " ")
    yield from _wrap(
        "Dấu hiệu để xem lại, không phải bằng chứng gian dối. A sign to look, not proof.", "  "
    )


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}".replace(".", ",")


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "< 0,001" if value < 0.001 else f"= {number(value, 3)}"
