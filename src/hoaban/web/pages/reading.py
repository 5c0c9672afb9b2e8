"""What the pages read from the other rooms: the newest figures, plan, shapes and names.

The home page and the plan are public: they show aggregates only, so these readings are not
scoped. Commune and village pages find their area through ``.seen_by(user)`` first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings

from hoaban.account.models import Agreement
from hoaban.base import law as laws
from hoaban.base.models import Area, Event
from hoaban.measure.models import GapCount, Measurement, Measuring, VillageFacts
from hoaban.plan import works
from hoaban.plan.models import Plan
from hoaban.record.models import Boundary
from hoaban.web import choosing, choropleth, figures, published, report, words
from hoaban.web.pages import facts


@dataclass(frozen=True, slots=True)
class Board:
    """The newest measuring and the newest plan made from it, as JSON objects."""

    measuring: Measuring
    measured: Mapping[str, Any]
    plan: Mapping[str, Any] | None

    @property
    def origin(self) -> str:
        """The weakest origin among the figures shown."""
        return str(self.measured.get("origin", ""))


def board() -> Board | None:
    """The newest figures; None before anything was measured."""
    measuring = Measuring.objects.order_by("-pk").first()
    if measuring is None:
        return None
    plan = Plan.objects.order_by("-pk").first()
    return Board(measuring, measuring.targets, plan.result if plan else None)


def frame(found: Board | None) -> dict[str, Any]:
    """What every page's head and foot show: province, snapshot, day, origin."""
    if found is None:
        return {"synthetic": False}
    plan_origin = (found.plan or {}).get("origin")
    return {
        "province": report.province_name(found.measured.get("province")),
        "snapshot": found.measured.get("snapshot"),
        "at": found.measured.get("at"),
        "data_origin": found.origin,
        "synthetic": figures.is_synthetic(found.origin, plan_origin),
    }


def communes() -> list[Area]:
    """The communes of today, by code."""
    return list(Area.objects.filter(kind="commune", valid_to=None).order_by("code"))


def names() -> dict[str, str]:
    """The name of every area of today, by path."""
    return dict(Area.objects.filter(valid_to=None).values_list("path", "name"))


def shown(found: Board, target: str) -> list[dict[str, Any]]:
    """Each commune with its figure for one target: rows of `choropleth.draw`."""
    figure = _commune_figures(found.measuring, target)
    return [
        {
            "code": area.code,
            "name": area.name,
            "zone": area.facts.get("zone"),
            "population": area.facts.get("population"),
            **figure.get(area.path, {"value": None, "suppressed": False}),
        }
        for area in communes()
    ]


def _commune_figures(measuring: Measuring, target: str) -> dict[str, dict[str, Any]]:
    indicator, group = words.MAPPED[target]
    rows = _measured(measuring).filter(indicator=indicator, group=group)
    standard = (measuring.targets["targets"].get(target) or {}).get("standard")
    if standard:
        rows = rows.filter(standard=standard)
    return {
        row["area__path"]: {"value": row["value"], "suppressed": row["suppressed"]}
        for row in rows.values("area__path", "value", "suppressed")
    }


def by_area(measuring: Measuring, indicators: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures of the communes about people: by area path, then by indicator."""
    rows = _measured(measuring).filter(
        indicator__in=indicators, area__kind="commune", group="people"
    )
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows.values("area__path", "indicator", "value", "low", "high", "unit"):
        found.setdefault(row["area__path"], {})[row["indicator"]] = row
    return found


def _measured(measuring: Measuring) -> Any:
    return Measurement.objects.filter(measuring=measuring)


def hidden(measuring: Measuring) -> set[str]:
    """Paths of the villages of which a count of households is suppressed."""
    rows = _measured(measuring).filter(suppressed=True, area__kind="village")
    return set(rows.values_list("area__path", flat=True).distinct())


def few_poor(measuring: Measuring) -> set[str]:
    """Paths of the communes whose counts of poor households are suppressed."""
    rows = _measured(measuring).filter(
        suppressed=True, area__kind="commune", indicator="poverty.poor"
    )
    return set(rows.values_list("area__path", flat=True).distinct())


def facts_of(measuring: Measuring, area: Area) -> facts.Facts:
    """Every figure of one area; the caller has found the area through ``.seen_by(user)``."""
    names = list(facts.Figure.__dataclass_fields__)
    rows = _measured(measuring).filter(area=area).values(*names)
    return facts.Facts(facts.Figure.read(row) for row in rows)


def village_facts(measuring: Measuring, area: Area) -> VillageFacts | None:
    """The unsuppressed facts of a village and what binds it, for those who answer for it."""
    return VillageFacts.objects.filter(measuring=measuring, area=area).first()


def gap_counts(measuring: Measuring, area: Area) -> list[dict[str, Any]]:
    """Who is entitled in an area and goes without, counted for the measuring's day, exact.

    The caller has found the area through ``.seen_by(user)``.
    """
    rows = GapCount.objects.filter(area=area, at=measuring.at).order_by("benefit")
    return [dict(row) for row in rows.values()]


def boundaries() -> tuple[dict[str, str], bool]:
    """GeoJSON by commune code, and whether any is a cell grown from a point."""
    rows = list(
        Boundary.objects.filter(area__kind="commune", area__valid_to=None).values_list(
            "area__code", "geojson", "origin"
        )
    )
    return {code: text for code, text, _ in rows}, any(o == "synthetic" for *_, o in rows)


def drawn(found: Board, target: str) -> choropleth.Drawn:
    """The map of one target with its table."""
    shapes, grown = boundaries()
    goal = figures.map_goal(target, found.measured)
    standard = (found.measured["targets"].get(target) or {}).get("standard") or ""
    rows = shown(found, target)
    return choropleth.draw(target, goal, rows, shapes, grown=grown, standard=standard)


def plan_rows(found: Board, user: Any) -> list[figures.Row]:
    """The plan's works as this reader may see them: a stranger no border village, no few."""
    return seen(found.measuring, user).rows(figures.rows(found.plan or {}, names()))


def seen(measuring: Measuring, user: Any) -> choosing.Seen:
    """What this reader may see of a plan, by the figures of a measuring."""
    area = getattr(user, "area", None)
    return choosing.Seen(
        own=area.path if area is not None else "",
        border=border(),
        hidden=hidden(measuring),
        least=least(measuring.at),
        priced=priced(),
    )


@lru_cache(maxsize=1)
def priced() -> frozenset[str]:
    """The kinds of work that cost so much a household or a person."""
    kinds = works.read_works(settings.PACKS).values()
    return frozenset(kind.id for kind in kinds if kind.cost.unit in ("household", "person"))


def border() -> list[str]:
    """The paths of the border communes."""
    return [area.path for area in communes() if area.facts.get("border")]


def least(at: date) -> int:
    """The least number of households that may be told, by the loaded province's parameters."""
    return int(parameter("suppress.households_min", at, published.LEAST))


def parameter(name: str, at: date, otherwise: Any) -> Any:
    """A parameter of the loaded province on a day; ``otherwise`` before any is loaded."""
    loaded = _loaded()
    return _law(loaded).number(name, at) if loaded else otherwise


def law() -> laws.Law:
    """The national law with the loaded province's own parameters beside, if any is loaded."""
    return _law(_loaded())


def _loaded() -> str:
    """The folder of the loaded province; "" before any is loaded."""
    loaded = Event.objects.filter(name="record.loaded").first()
    return str(loaded.data["folder"]) if loaded else ""


@lru_cache(maxsize=2)
def _law(folder: str) -> laws.Law:
    return laws.read(settings.LAW, *([settings.HOME / folder / "parameters"] if folder else []))


def works_in(found: Board, path: str) -> list[Mapping[str, Any]]:
    """The chosen works of the newest plan at or below an area, in the plan's order."""
    chosen = (found.plan or {}).get("chosen") or []
    return [w for w in chosen if str(w.get("village") or w.get("commune")).startswith(path)]


def for_report(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The data of `report.write` for a plan just made, from the newest measuring."""
    found = board()
    shapes, grown = boundaries()
    data: dict[str, Any] = {"plan": plan, "names": names(), "boundaries": shapes, "grown": grown}
    data["border"] = border()
    if found is not None:
        data["measure"] = found.measured
        data["least"] = least(found.measuring.at)
        data["agreements"] = agreements(found.measuring.snapshot)
        data["hidden"] = hidden(found.measuring)
        data["communes"] = {code: shown(found, code) for code in words.TARGETS}
    return data


def agreements(snapshot: str) -> list[dict[str, Any]]:
    """The draft agreements made from a snapshot, in short, by commune."""
    rows = Agreement.objects.filter(snapshot=snapshot).select_related("area").order_by("area__code")
    return [
        {
            "commune": row.area.name,
            "pilot": row.mode == "pilot",
            "amount_vnd": row.base_vnd + row.performance_vnd + row.equity_vnd,
            "results": len(row.data.get("goals") or []),
        }
        for row in rows
    ]


def only(rows: Iterable[figures.Row], *, commune: str = "", year: str = "") -> list[figures.Row]:
    """The plan's rows of one commune (its path) and one year; empty means all."""
    return [
        row
        for row in rows
        if (not commune or row.commune == commune) and (not year or str(row.year) == year)
    ]
