"""Two plans side by side: targets, money, works, and what each commune gets for each person.

Pure. Works are the same when their ids are. Both maps share one scale, made from both plans
together, so that the same shade means the same money; darker is more, and it is no ranking.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from hoaban.base.money import format_vnd, number
from hoaban.base.text import Text
from hoaban.web import figures, svgmap
from hoaban.web.figures import Json, Row

STEPS = 4  # marks between five shades
PEOPLE, WORKS = "nguoi", "viec"
MEASURES: dict[str, Text] = {
    PEOPLE: Text("Tiền bình quân đầu người", "Money for each person"),
    WORKS: Text("Số công trình, nhiệm vụ", "Number of works"),
}
UNKNOWN = Text("chưa rõ dân số", "population not known")


@dataclass(frozen=True, slots=True)
class Moved:
    """A work that both plans choose, in another year."""

    row: Row  # as the first plan has it
    year: int
    later: int  # the year in the second plan


@dataclass(frozen=True, slots=True)
class Difference:
    """Works of one plan alone, of the other alone, and those moved; ``same`` counts the rest."""

    first: list[Row]
    second: list[Row]
    moved: list[Moved]
    same: int


def difference(first: Sequence[Row], second: Sequence[Row]) -> Difference:
    """What differs between two plans' works, the dearest first."""
    one, two = ({row.work: row for row in rows} for rows in (first, second))
    both = [(one[name], two[name]) for name in one if name in two]
    moved = [Moved(a, a.year, b.year) for a, b in both if a.year != b.year]
    return Difference(
        _dearest(row for name, row in one.items() if name not in two),
        _dearest(row for name, row in two.items() if name not in one),
        sorted(moved, key=lambda found: (-found.row.cost, found.row.work)),
        len(both) - len(moved),
    )


def _dearest(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.cost, row.work))


@dataclass(frozen=True, slots=True)
class Place:
    """A commune: ``people`` is None where they were never counted."""

    code: str
    path: str
    name: str
    people: int | None


@dataclass(frozen=True, slots=True)
class Given:
    """What a plan gives one commune. ``vnd`` is whole đồng."""

    works: int = 0
    vnd: int = 0

    def value(self, measure: str, people: int | None) -> float | None:
        """The figure of the map: works, or đồng for each person."""
        if measure == WORKS:
            return float(self.works)
        return self.vnd / people if people else None


def by_commune(plan: Json) -> dict[str, Given]:
    """What a plan gives each commune, by path."""
    works: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for row in plan.get("chosen") or []:
        works[str(row["commune"])] += 1
        money[str(row["commune"])] += int(row["cost_vnd"])
    return {path: Given(works[path], money[path]) for path in works}


def bounds(values: Iterable[float | None]) -> list[float]:
    """Marks between the shades: fifths of all values above 0, rounded to two digits, rising."""
    known = [value for value in values if value is not None and value > 0]
    if not known:
        return []
    parts = np.quantile(known, [(n + 1) / (STEPS + 1) for n in range(STEPS)])
    return sorted({_round(float(part)) for part in parts})


def _round(value: float) -> float:
    return float(f"{value:.2g}") if value >= 10 else float(max(1, round(value)))


@dataclass(frozen=True, slots=True)
class Shade:
    """How one measure is drawn in both maps."""

    measure: str
    marks: list[float]

    def css(self, value: float | None) -> str:
        """The class of a commune."""
        return "unknown" if value is None else f"c{sum(value >= mark for mark in self.marks)}"

    def said(self, value: float | None) -> str:
        """A commune's figure in words."""
        if value is None:
            return UNKNOWN.vi
        return f"{number(value)} việc" if self.measure == WORKS else f"{format_vnd(round(value))}"

    def legend(self, unknown: bool) -> list[svgmap.Legend]:
        """The shades in words."""
        marks = [self.said(mark) for mark in self.marks]
        if not marks:
            return []
        texts = [f"dưới {marks[0]}", *(f"{a} – dưới {b}" for a, b in pairwise(marks))]
        texts.append(f"từ {marks[-1]}")
        entries = [svgmap.Legend(f"c{n}", text, "") for n, text in enumerate(texts)]
        return [*entries, svgmap.Legend("unknown", UNKNOWN.vi, UNKNOWN.en)] if unknown else entries


@dataclass(frozen=True, slots=True)
class Maps:
    """Both maps, their legend, and whether any commune's people are not known."""

    first: str
    second: str
    legend: list[svgmap.Legend]
    shade: Shade


def maps(
    places: Sequence[Place],
    given: tuple[Mapping[str, Given], Mapping[str, Given]],
    boundaries: Mapping[str, str],
    *,
    measure: str,
    titles: tuple[str, str],
) -> Maps:
    """Two maps of one scale. ``given`` by path, ``boundaries`` GeoJSON by commune code."""
    values = [
        [one.get(place.path, Given()).value(measure, place.people) for place in places]
        for one in given
    ]
    shade = Shade(measure, bounds(value for some in values for value in some))
    drawn = [
        svgmap.draw(
            boundaries,
            [
                svgmap.Unit(
                    place.code,
                    shade.css(value),
                    f"{place.name}: {shade.said(value)}",
                    f"#xa-{place.code}",
                )
                for place, value in zip(places, some, strict=True)
            ],
            title=title,
            ident=f"ban-do-{n}",
        )
        for n, (some, title) in enumerate(zip(values, titles, strict=True), start=1)
    ]
    unknown = any(value is None for some in values for value in some)
    return Maps(drawn[0], drawn[1], shade.legend(unknown), shade)


def change(before: float | None, after: float | None) -> str:
    """The difference of two shares in points; "" when one is not known."""
    if before is None or after is None:
        return ""
    points = round(100 * (after - before), 2)
    return "0" if points == 0 else f"{'+' if points > 0 else '−'}{number(abs(points), 2)}"


def signed(amount: int) -> str:
    """A difference of money with its sign."""
    return "0" if amount == 0 else f"{'+' if amount > 0 else '−'}{format_vnd(abs(amount))}"


def counted(difference: int) -> str:
    """A difference of counts with its sign."""
    return "0" if difference == 0 else f"{'+' if difference > 0 else '−'}{number(abs(difference))}"


def money(plan: Json, kind: str) -> int:
    """What a plan spends of one kind of money, whole đồng."""
    return sum(int(pool["spent_vnd"]) for pool in plan.get("money") or [] if pool["kind"] == kind)


def after(plan: Json, code: str) -> Any:
    """A target's forecast with a plan done."""
    return ((plan.get("targets") or {}).get("after") or {}).get(code) or {}


def gap(plan: Json) -> str:
    """How far a plan can be from the best."""
    return figures.share(plan.get("gap"))
