"""Travel time and isolation: a surface for each means, season and place, and the weak links.

Public at commune level. Inside border communes nothing finer is drawn or named for strangers
until the province clears it: the picture is clear there, and beyond the province, and links
that touch one are left out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from hoaban.base.text import Text
from hoaban.web import surfacemap, svgmap, words
from hoaban.web.pages import communes, facts, isolation, reading, withheld

WITHHELD = Text("xã biên giới, chưa công khai", "a border commune, not published yet")
MINUTES = (30, 60, 120)  # until a province with its own limits is loaded
CLOSED_DAYS = (3, 7, 30)
_BLANK = [svgmap.Legend("unknown", WITHHELD.vi, WITHHELD.en)]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader chose: a means, a season and a kind of place."""

    mode: str
    season: str
    kind: str

    @classmethod
    def of(cls, given: Any) -> "Choice":
        """From a query; what is not known falls back to the motorbike in the rains."""

        def one(name: str, known: Any, otherwise: str) -> str:
            value = str(given.get(name, otherwise))
            return value if value in known else otherwise

        return cls(
            one("phuong-tien", words.MODES, "motorbike"),
            one("mua", words.SEASONS, "wet"),
            one("noi", words.PLACES, "health"),
        )

    @property
    def title(self) -> Text:
        """The choice in words."""
        mode, season, place = (
            words.label(table, key)
            for table, key in (
                (words.MODES, self.mode),
                (words.SEASONS, self.season),
                (words.PLACES, self.kind),
            )
        )
        return Text(
            f"{place.vi}: {mode.vi.lower()}, {season.vi}",
            f"{place.en}: {mode.en.lower()}, {season.en}",
        )


@require_safe
@gzip_page
def travel(request: HttpRequest) -> HttpResponse:
    """Public; one map at a time, chosen by a form that needs no script."""
    found = reading.board()
    content = {**reading.frame(found), "here": "travel"}
    if found is None:
        return render(request, "empty.html", content)
    choice = Choice.of(request.GET)
    content |= _surface(found, choice, request.user)
    content |= _shares(found, choice)
    content |= _isolation(found, request.user)
    content |= {
        "choice": choice,
        "modes": words.MODES.items(),
        "seasons": words.SEASONS.items(),
        "places": words.PLACES.items(),
        "rural": _rural_access(found),
        "grown": reading.boundaries()[1],
    }
    return render(request, "travel.html", content)


def _surface(found: reading.Board, choice: Choice, user: Any) -> dict[str, Any]:
    """The map of travel times, what it was made of, and how far it agrees with the network."""
    shown = surfacemap.newest(settings.SURFACES, found.measuring.snapshot)
    return {
        "surface": shown.facts if shown else None,
        "check": _check(shown, choice),
        "svg": _svg(found, shown, choice, user),
        "legend": surfacemap.legend() + (_BLANK if _withheld(user) else []),
    }


def _check(shown: surfacemap.Shown | None, choice: Choice) -> Any:
    entry = shown.find(choice.mode, choice.season, choice.kind) if shown else None
    return entry.get("self_check") if entry else None


def _svg(found: reading.Board, shown: surfacemap.Shown | None, choice: Choice, user: Any) -> str:
    """The communes over the picture of the chosen surface; "" without that surface."""
    if shown is None or shown.find(choice.mode, choice.season, choice.kind) is None:
        return ""
    shapes, _ = reading.boundaries()
    blank = _withheld(user)
    told = _titles(found, choice)
    row = "toi" if choice.mode == _access_mode(found) else "xa"
    units = [
        svgmap.Unit(
            area.code,
            "unknown" if area.path in blank else "clear",
            told[area.code] + (f" ({WITHHELD.vi})" if area.path in blank else ""),
            f"#{row}-{area.code}",
        )
        for area in reading.communes()
    ]
    address = reverse("surface", args=[choice.mode, choice.season, choice.kind])
    title = f"{choice.title.vi} – {choice.title.en}"
    picture = f"{address}?v={shown.digest}"
    return svgmap.draw(shapes, units, title=title, ident="ban-do-di-lai", picture=picture)


def _titles(found: reading.Board, choice: Choice) -> dict[str, str]:
    """What is said of each commune on the map, by code: its share within the middle limit."""
    limits, lines = _within(found, choice)
    told = {area.code: area.name for area in reading.communes()}
    for line in lines:
        share = line.cells[len(limits) // 2]
        if share.known:
            limit = limits[len(limits) // 2]
            told[line.code] += f": {share.text} người tới được trong {limit} phút"
    return told


def _within(found: reading.Board, choice: Choice) -> tuple[list[int], list[communes.Commune]]:
    """The limits in minutes, and each commune's share of people within each of them.

    No lines for another means than the one the province's shares are measured for.
    """
    limits = list(reading.parameter("access.minutes_shown", found.measuring.at, MINUTES))
    if choice.mode != _access_mode(found):
        return limits, []
    names = [f"access.{choice.kind}_within_{limit}_{choice.season}" for limit in limits]
    figure = reading.by_area(found.measuring, names)
    return limits, communes.lines(reading.communes(), figure, names)


def _access_mode(found: reading.Board) -> str:
    return str(reading.parameter("access.mode", found.measuring.at, "motorbike"))


def _shares(found: reading.Board, choice: Choice) -> dict[str, Any]:
    """The map's twin in words: shares of people within the limits, by commune."""
    limits, lines = _within(found, choice)
    mode = words.label(words.MODES, _access_mode(found))
    return {"limits": limits, "shares": lines, "access_mode": mode}


def _isolation(found: reading.Board, user: Any) -> dict[str, Any]:
    """The map of expected days cut off by motorbike under the weak links, and both as tables."""
    areas = reading.communes()
    figure = reading.by_area(found.measuring, list(isolation.COLUMNS))
    shapes, _ = reading.boundaries()
    units = [isolation.unit(area, figure.get(area.path, {})) for area in areas]
    weak = _weak(found, user)
    lines = isolation.lines(weak)
    title = "Số ngày dự kiến bị cắt, xe máy – days cut off expected, by motorbike"
    return {
        "columns": isolation.COLUMNS.values(),
        "communes": communes.lines(areas, figure, isolation.COLUMNS),
        "days": svgmap.draw(shapes, units, title=title, ident="ban-do-chia-cat", lines=lines),
        "days_legend": isolation.legend([one.css for one in units] + [one.css for one in lines]),
        "weak": isolation.links(weak, reading.names()),
    }


def _rural_access(found: reading.Board) -> list[facts.Line]:
    """The province's Rural Access Index for each limit of closed days."""
    limits = reading.parameter("connection.closed_days_shown", found.measuring.at, CLOSED_DAYS)
    return facts.rural_access(reading.facts_of(found.measuring, found.measuring.area), limits)


def _weak(found: reading.Board, user: Any) -> list[Mapping[str, Any]]:
    """The weak links as this reader may see them."""
    rows = found.measured["targets"]["T2"]["parts"].get("weak_links") or []
    blank = _withheld(user)
    return withheld.links(rows, own=_own(user), blank=blank, shapes=_shapes(blank))


def _withheld(user: Any) -> set[str]:
    """Paths of the border communes that this reader does not answer for."""
    return withheld.communes(reading.border(), _own(user))


def _own(user: Any) -> str:
    return str(getattr(getattr(user, "area", None), "path", ""))


def _shapes(paths: Collection[str]) -> list[shapely.Geometry]:
    """The polygons of the communes of today among the paths, in degrees."""
    found, _ = reading.boundaries()
    return [
        svgmap.shape(found[area.code])
        for area in reading.communes()
        if area.path in paths and area.code in found
    ]


@require_safe
def surface(request: HttpRequest, mode: str, season: str, kind: str) -> HttpResponse:
    """The picture of one surface: clear but inside the communes that the reader may see."""
    found = reading.board()
    shown = surfacemap.newest(settings.SURFACES, found.measuring.snapshot) if found else None
    entry = shown.find(mode, season, kind) if shown else None
    if shown is None or entry is None:
        raise Http404
    shapes, _ = reading.boundaries()
    seen = {area.path for area in reading.communes()} - _withheld(request.user)
    drawn = surfacemap.picture(
        shown.folder / entry["preview"], svgmap.bounds(shapes), shown=_shapes(seen)
    )
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = "private, max-age=86400"
    return response
