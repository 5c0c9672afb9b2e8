"""The terminal summary: what a leader reads first, at most 80 columns, Vietnamese first.

Pure. Takes the JSON objects of ``hoaban measure`` and ``hoaban plan``; the plan's may carry
``names``, the names of areas by path, so that a village is called by its name.
"""

import math
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hoaban.base.money import format_vnd, number
from hoaban.web import beside, budgetcurve, choosing, figures, words
from hoaban.web.planwords import BRIEF

WIDTH = 80
FIRST = 10
SYNTHETIC = (
    "Dữ liệu minh hoạ: bản, hộ, người, đường, trạm do máy sinh ra từ tổng số đã công bố "
    "(hạt giống cố định); không phải số liệu thật của bản hay hộ nào. "
    "Illustrative: villages, households, roads and stations are generated, not real."
)


def of_measure(found: Mapping[str, Any]) -> str:
    """The five targets as they stand."""
    lines = [*_head("NĂM MỤC TIÊU 2030 · FIVE TARGETS", found), ""]
    for card in figures.cards(found):
        lines += _wrap(f"{card.code}  {card.name.vi}")
        standard = f" · chuẩn nghèo {card.standard}" if card.standard else ""
        lines.append(f"      {card.value}  (cần {card.target})  {card.met_text.vi}{standard}")
    lines += ["", *_landing(found.get("targets")), *_gaps(found.get("entitlements"))]
    lines += _surfaces(found.get("surfaces"))
    lines += [*_synthetic(found), *_effort(found)]
    return _joined(lines)


def _gaps(found: Mapping[str, Any] | None) -> list[str]:
    """Who is entitled and goes without, by benefit; counted on the live register."""
    known = [code for code in words.BENEFITS if code in (found or {})]
    if not found or not known:
        return []
    lines = ["THUỘC DIỆN MÀ CHƯA ĐƯỢC HƯỞNG · ENTITLED AND WITHOUT"]
    for code in known:
        one = found[code]
        entitled, without = one["entitled"], one.get("without_card", one.get("without"))
        told = ("ẩn" if count is None else number(count) for count in (without, entitled))
        lines += _wrap(f"{words.BENEFITS[code].vi}: {' / '.join(told)} người", "  ", "    ")
    return [*lines, "  (đếm trên sổ bộ đang dùng / counted on the live register)", ""]


def _landing(targets: Mapping[str, Any] | None) -> list[str]:
    """Where T1 will land under each standard, and how past forecasts of this kind went."""
    found = ((targets or {}).get("T1", {}).get("parts") or {}).get("landing")
    if not found:
        return []
    lines = ["T1 SẼ TỚI ĐÂU · WHERE T1 WILL LAND"]
    for name, tested in found["backtest"].items():
        lines += _lands(name, found[name])
        lines += _tested(tested)
    if found["break_on"]:
        lines += _wrap(
            f"Chuẩn đổi từ {figures.day(found['break_on'])}: hai chuỗi số không nối vào nhau / "
            "the standard changes: two series, never chained",
            "  ",
            "  ",
        )
    return [*lines, ""]


def _lands(name: str, one: Mapping[str, Any]) -> Iterator[str]:
    if one["years"] is None:
        yield from _wrap(f"Chuẩn {name}: {one['why']['vi']} / {one['why']['en']}", "  ", "    ")
        return
    year, fan = list(one["years"].items())[-1]
    low, mid, high = (figures.share(fan[end], 1) for end in ("low", "mid", "high"))
    target, chance = figures.share(one["target"], 0), figures.share(one["met_probability"], 0)
    yield from _wrap(
        f"Chuẩn {name}, năm {year}: trung vị {mid}, chín phần mười khả năng từ {low} đến {high}; "
        f"cơ hội dưới {target}: {chance} (median, 90 % band, chance)",
        "  ",
        "    ",
    )
    if (more := one["with_cleared"]) is not None:
        yield from _wrap(
            "tính cả hộ chỉ bớt thiếu hụt (with those who only lack fewer things): trung vị "
            f"{figures.share(more['years'][year]['mid'], 1)}, cơ hội "
            f"{figures.share(more['met_probability'], 0)}",
            "    ",
            "    ",
        )
    if (best := one["best_year"]) is not None:
        needed = number(math.ceil(one["needed_exits_a_year"]))
        yield from _wrap(
            f"cần thoát nghèo ròng {needed} hộ một năm; năm tốt nhất "
            f"đã có: {number(best['net_exits'])} ({best['year']}) / net exits needed a year, best",
            "    ",
            "    ",
        )


def _tested(tested: Mapping[str, Any]) -> Iterator[str]:
    """Each year foreseen again: what was said, what was seen, and the plainest forecast."""
    for one in tested.get("years", ()):
        inside = "trong dải" if one["inside"] else "NGOÀI DẢI"
        yield from _wrap(
            f"thử lại (back-test) {one['year']}: đoán {figures.share(one['mid'], 1)} "
            f"({figures.share(tested['band'], 0)}: {figures.share(one['low'], 1)}–"
            f"{figures.share(one['high'], 1)}), thấy {figures.share(one['seen'], 1)}, {inside}; "
            f"xã trong dải {figures.share(one['communes_inside'], 0)}; "
            f"đoán thẳng (straight line) {figures.share(one['straight'], 1)}",
            "    ",
            "    ",
        )


def _surfaces(drawn: Mapping[str, Any] | None) -> list[str]:
    """What was drawn, in what time, and how far the maps are from the network's minutes."""
    if drawn is None:
        return []
    how = "lập mới · drawn" if drawn["built"] else "đã có sẵn · kept from before"
    lines = [
        f"BẢN ĐỒ THỜI GIAN ĐI · TRAVEL-TIME MAPS: {len(drawn['surfaces'])} ({how})",
        f"  {number(drawn['cells'])} ô {drawn['cell_m']:g} m · {drawn['seconds']} s"
        f" · biên dịch một lần / compiling once {drawn['compile_seconds']} s",
        "  Bản đồ so với mạng đường ở các bản · the maps beside the network at the villages:",
    ]
    for entry in drawn["surfaces"]:
        place = words.label(words.PLACES, entry["kind"]).vi
        mode, season = words.MODES[entry["mode"]].vi, words.SEASONS[entry["season"]].vi
        lines.append(f"  {mode}, {season}, {place}: {entry['self_check']['vi']}")
    older = drawn["first_cut"]
    lines.append(
        f"  Cách tính đầu / the first method ({older['method']}): lệch nhiều nhất / apart at most "
        f"{number(older['greatest'], 4)} phút / min; {older['one_sided']} nơi chỉ một cách tới được"
    )
    if drawn["covered"] < 0.999 or drawn["off_the_grid"]:
        lost = ", ".join(f"{kind} {count}" for kind, count in drawn["off_the_grid"].items())
        lines.append(
            f"! Độ cao phủ {number(100 * drawn['covered'], 1)} % tỉnh; ngoài bản đồ / off the map: "
            f"{lost or 0}"
        )
    return [*lines, ""]


def of_calibration(found: Mapping[str, Any]) -> str:
    """Each factor with its interval, and the speeds to write into roads.yaml."""
    lines = [f"HIỆU CHỈNH TỐC ĐỘ · CALIBRATION – {found['snapshot']}"]
    if not found["factors"]:
        lines.append(
            "Chưa có chuyến đi bấm giờ nào; nhập bằng: hoaban import timed_walks TỆP. / "
            "No timed walks yet; import them into the list timed_walks."
        )
    for one in found["factors"]:
        load = ", có gùi / with a load" if one["loaded"] else ""
        lines.append(
            f"  {one['mode']} {one['season']}{load}: × {one['factor']:.2f} "
            f"({one['low']:.2f}–{one['high']:.2f}), {one['walks']} chuyến / walks, "
            f"bỏ / left out {one['left_out']}"
        )
    if found["roads_yaml"]:
        lines += ["", "Ghi vào roads.yaml / write into roads.yaml:", found["roads_yaml"]]
    elif found["factors"]:
        lines.append("Chưa đủ rõ để đổi tốc độ nào. / Not clear enough to change any speed.")
    return _joined(lines)


def of_plan(found: Mapping[str, Any]) -> str:
    """Five targets before and after, ten first works, missing money, what is synthetic."""
    lines = [
        *_head("KẾ HOẠCH · THE PLAN", found),
        *_money(found),
        *_weights(found),
        *_less(found),
        *_proposals(found),
        *_isolation(found),
        "",
        *_before_after(found),
        "",
        *_landing((found.get("targets") or {}).get("after")),
        *_first_works(found),
        "",
        *_programmes(found),
        "",
        *_missing(found),
        "",
        *_accounts(found),
        *_synthetic(found),
        *_effort(found),
    ]
    return _joined(lines)


def of_missing(found: Mapping[str, Any]) -> str:
    """How much money each target still needs."""
    lines = [*_head("CÒN THIẾU BAO NHIÊU TIỀN · MISSING MONEY", found), *_money(found), ""]
    return _joined([*lines, *_missing(found), "", *_synthetic(found), *_effort(found)])


def width(text: str) -> int:
    """Columns a terminal gives a text: combining marks take none."""
    return sum(not unicodedata.combining(letter) for letter in text)


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _wrap(text: str, first: str = "", rest: str = "      ") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _head(title: str, found: Mapping[str, Any]) -> Iterator[str]:
    province = found.get("province") or {}
    name = province.get("name", province) if isinstance(province, Mapping) else province
    if isinstance(name, Mapping):
        name = name.get("vi", "")
    yield "═" * WIDTH
    yield from _wrap(f"{title} – {name}" if name else title)
    yield from _wrap(
        f"Bản chốt số liệu {found.get('snapshot', '?')} · ngày {figures.day(found.get('at'))}"
    )
    yield "═" * WIDTH


def _money(found: Mapping[str, Any]) -> Iterator[str]:
    spent, budget = found.get("spent_vnd"), found.get("budget_vnd")
    if spent is None or budget is None:
        return
    yield f"Chi {format_vnd(spent)} trong {format_vnd(budget)} · spent of budget"
    gap = found.get("gap")
    if gap is not None:
        yield from _wrap(
            f"Cách chọn: {words.label(words.METHODS, str(found.get('method', '?'))).vi}; "
            f"cách mức tốt nhất chứng minh được tối đa {number(100 * gap, 2)} %."
        )
    if (left := figures.unspent(found)) is not None:
        yield from _wrap(left.vi)


def _weights(found: Mapping[str, Any]) -> Iterator[str]:
    """Every criterion with its weight, by target; a star where nobody published it."""
    given = found.get("weights") or {}
    groups: dict[str, list[str]] = {}
    for row in found.get("criteria") or []:
        target, _, rest = str(row["name"]).partition("_")
        star = "*" if row.get("assumed") else ""
        weight = number(choosing.full_weight(row, given), 3)
        said = f"{BRIEF.get(row['name'], row['name'])} {weight}{star}"
        groups.setdefault(target if rest else "", []).append(said)
    if groups:
        told = "; ".join(f"{code} {', '.join(groups[code])}".strip() for code in sorted(groups))
        yield from _wrap(f"Trọng số (weights; * giả định, assumed): {told}.")


def _less(found: Mapping[str, Any]) -> Iterator[str]:
    """What the plan would come to with about half of the new money."""
    points = [one for one in budgetcurve.points(found) if one["share"] < 1]
    if not points:
        return
    half = min(points, key=lambda one: abs(one["share"] - 0.5))
    told = ", ".join(
        f"{code} {figures.share(half['targets'].get(code), 1)}"
        for code in words.TARGETS
        if code in half["targets"]
    )
    yield from _wrap(
        f"Với {figures.share(half['share'], 0)} tiền mới ({format_vnd(half['budget_vnd'])}): "
        f"{told} · with part of the new money"
    )


def _proposals(found: Mapping[str, Any]) -> Iterator[str]:
    """What share of what villages asked for is in the plan."""
    asked = found.get("proposals")
    if asked and asked.get("carried"):
        yield from _wrap(
            f"Họp bản thông qua {number(asked['carried'])} đề xuất, kế hoạch làm "
            f"{number(asked['funded'])} ({figures.share(asked['share'], 1)}) · proposals funded"
        )


def _isolation(found: Mapping[str, Any]) -> Iterator[str]:
    """What closures are expected to cut off in a year, before and with the plan."""
    if (told := beside.isolation(found)) is not None:
        yield from _wrap(told.vi)


def _before_after(found: Mapping[str, Any]) -> Iterator[str]:
    targets = found.get("targets") or {}
    before = figures.cards({"targets": targets.get("before") or {}})
    after = {card.code: card for card in figures.cards({"targets": targets.get("after") or {}})}
    yield f"{'MỤC TIÊU · TARGETS':<37}{'nay':>11}{'dự báo':>11}{'cần':>14}"
    for card in before:
        then = after.get(card.code, card)
        name, *more = textwrap.wrap(f"{card.code} {card.name.vi}", 36)
        mark = {"met": " đạt", "unmet": " –", "open": " ?"}[then.met]
        yield f"{name:<37}{card.value:>11}{then.value:>11}{card.target:>14}{mark}"
        yield from (f"   {line}" for line in more)
    standard = before[0].standard if before else ""
    if standard:
        yield f"   T1 theo chuẩn nghèo {standard} · under that poverty standard"
    yield "   dự báo = forecast sau kế hoạch, không phải kết quả · not a result"


def _first_works(found: Mapping[str, Any]) -> Iterator[str]:
    rows = figures.rows(found, found.get("names") or {})
    first = figures.first(rows, FIRST)
    yield f"{len(first)} VIỆC ĐẦU TIÊN trong {number(len(rows))} · the first works"
    if (begun := figures.before(rows)) is not None:
        yield from _wrap(f"{begun.vi} ({begun.en})")
    for number_, row in enumerate(first, start=1):
        place = ", ".join(part for part in (row.village_name, row.commune_name) if part)
        yield from _wrap(
            f"{row.year} · {row.label.vi} · {place} · {row.cost_text}", f"{number_:>2}. ", "    "
        )
        if row.why.vi:
            yield from _wrap(row.why.vi, "    ", "    ")


def _programmes(found: Mapping[str, Any]) -> Iterator[str]:
    yield "TIỀN ĐI VÀO ĐÂU · WHERE THE MONEY GOES"
    for share in figures.by_pack(figures.rows(found, {})):
        yield f"  {share.pack.vi:<28}{share.cost_text:>14}{number(share.works):>8} việc"


def _missing(found: Mapping[str, Any]) -> Iterator[str]:
    yield "TIỀN CÒN THIẾU · MISSING MONEY"
    gaps = figures.missing(found)
    for gap in gaps:
        yield f"  {gap.code}  {gap.amount}"
        if gap.why.vi:
            yield from _wrap(gap.why.vi, "      ", "      ")
    if not gaps:
        yield "  chưa tính; chạy hoaban plan --until-met · not computed"


def _accounts(found: Mapping[str, Any]) -> Iterator[str]:
    if "contracts" in found:
        sample = len(found.get("verification_sample") or [])
        yield from _wrap(
            f"{number(found['contracts'])} dự thảo cam kết kết quả (draft result agreements); "
            f"{number(sample)} kết quả được rút thăm kiểm tra (drawn for verification)."
        )
        yield ""


def _synthetic(found: Mapping[str, Any]) -> Iterator[str]:
    if figures.is_synthetic(found.get("origin")):
        yield from _wrap(SYNTHETIC, "! ", "  ")


def _effort(found: Mapping[str, Any]) -> Iterator[str]:
    seconds, peak = found.get("seconds"), found.get("peak_mb")
    told = [f"{number(seconds, 1)} giây (seconds)"] if seconds is not None else []
    told += [f"bộ nhớ cao nhất {number(peak)} MB (peak memory)"] if peak is not None else []
    if told:
        yield " · ".join(told)
