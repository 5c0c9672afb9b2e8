"""Travel time and isolation: a surface for each means, season and place, and the weak links.

Public at commune level. Inside border communes nothing finer is drawn or named for strangers
until the province clears it: the picture is blank there and links there are left out.
"""

from dataclasses import dataclass
from typing import Any

import shapely
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from hoaban.base import scope
from hoaban.base.text import Text
from hoaban.web import surfacemap, svgmap, words
from hoaban.web.pages import isolation, reading

WITHHELD = Text("xã biên giới, chưa công khai", "a border commune, not published yet")


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
    shown = surfacemap.newest(settings.SURFACES, found.measuring.snapshot)
    content |= {
        "choice": choice,
        "modes": words.MODES.items(),
        "seasons": words.SEASONS.items(),
        "places": words.PLACES.items(),
        "surface": shown.facts if shown else None,
        "check": _check(shown, choice),
        "svg": _svg(shown, choice, request.user),
        "legend": [*surfacemap.legend(), svgmap.Legend("unknown", WITHHELD.vi, WITHHELD.en)],
        "columns": isolation.COLUMNS.values(),
        "communes": isolation.communes(
            reading.communes(), reading.by_area(found.measuring, list(isolation.COLUMNS))
        ),
        "days": _isolation(found, request.user),
        "days_legend": isolation.legend(),
        "weak": isolation.links(_weak(found, request.user), reading.names()),
        "grown": reading.boundaries()[1],
    }
    return render(request, "travel.html", content)


def _check(shown: surfacemap.Shown | None, choice: Choice) -> Any:
    entry = shown.find(choice.mode, choice.season, choice.kind) if shown else None
    return entry.get("self_check") if entry else None


def _svg(shown: surfacemap.Shown | None, choice: Choice, user: Any) -> str:
    """The communes over the picture of the chosen surface; "" without that surface."""
    if shown is None or shown.find(choice.mode, choice.season, choice.kind) is None:
        return ""
    shapes, _ = reading.boundaries()
    blank = _withheld(user)
    units = [
        svgmap.Unit(area.code, "unknown", f"{area.name}: {WITHHELD.vi}", f"#xa-{area.code}")
        if area.path in blank
        else svgmap.Unit(area.code, "clear", area.name, f"#xa-{area.code}")
        for area in reading.communes()
    ]
    address = reverse("surface", args=[choice.mode, choice.season, choice.kind])
    title = f"{choice.title.vi} – {choice.title.en}"
    picture = f"{address}?v={shown.digest}"
    return svgmap.draw(shapes, units, title=title, ident="ban-do-di-lai", picture=picture)


def _isolation(found: reading.Board, user: Any) -> str:
    """The map of expected days cut off by motorbike, with the weak links over it."""
    figure = reading.by_area(found.measuring, [isolation.DAYS])
    shapes, _ = reading.boundaries()
    units = [isolation.unit(area, figure.get(area.path, {})) for area in reading.communes()]
    lines = [isolation.line(row) for row in _weak(found, user)]
    title = "Số ngày dự kiến bị cắt, xe máy – days cut off expected, by motorbike"
    return svgmap.draw(shapes, units, title=title, ident="ban-do-chia-cat", lines=lines)


def _weak(found: reading.Board, user: Any) -> list[dict[str, Any]]:
    """The weak links as this reader may see them: a stranger none in a border commune."""
    rows = found.measured["targets"]["T2"]["parts"].get("weak_links") or []
    blank = _withheld(user)
    return [row for row in rows if row["commune"] not in blank]


def _withheld(user: Any) -> set[str]:
    """Paths of the border communes that this reader does not answer for."""
    own = getattr(getattr(user, "area", None), "path", "")
    return {path for path in reading.border() if not (own and scope.inside(path, own))}


@require_safe
def surface(request: HttpRequest, mode: str, season: str, kind: str) -> HttpResponse:
    """The picture of one surface; border communes are blank but for those who answer for all."""
    found = reading.board()
    shown = surfacemap.newest(settings.SURFACES, found.measuring.snapshot) if found else None
    entry = shown.find(mode, season, kind) if shown else None
    if shown is None or entry is None:
        raise Http404
    shapes, _ = reading.boundaries()
    blank = _withheld(request.user)
    hidden = [
        shapely.from_geojson(shapes[area.code])
        for area in reading.communes()
        if area.code in shapes and area.path in blank
    ]
    drawn = surfacemap.picture(
        shown.folder / entry["preview"], svgmap.bounds(shapes), hidden=hidden
    )
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = "private, max-age=86400"
    return response
