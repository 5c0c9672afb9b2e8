"""report.html: one file that opens offline and says what the home page says, and the proof.

``write(folder, data)`` takes plain JSON-ready data:

``plan``        the object of ``hoaban plan --json`` (also accepted as the data itself)
``measure``     the object of ``hoaban measure --json`` (default: the plan's own figures)
``names``       names of areas by path
``communes``    by target: rows of `choropleth.draw` (code, name, zone, population, value, …)
``boundaries``  GeoJSON geometries by commune code;  ``grown`` true while they are grown cells
``border``      paths of border communes, whose villages are not told;  ``least`` the least
                number of households that is told
``agreements``  rows ``commune, pilot, amount_vnd, results`` (a summary of the drafts)
``assumptions`` rows ``name, value, unit, source`` of values that nobody published (default:
                the assumed parameters that the measure cites)
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from hoaban.base.text import Text
from hoaban.web import assets, choropleth, figures, published, words

FILE = "report.html"


def write(folder: Path, data: Mapping[str, Any]) -> Path:
    """Write ``report.html`` into the folder (made when missing) and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE
    file.write_text(render(data), "utf-8")
    return file


def render(data: Mapping[str, Any]) -> str:
    """The report as one HTML text without any outside address to fetch."""
    plan = data.get("plan") or data
    measured = data.get("measure") or {**plan, "targets": (plan.get("targets") or {}).get("before")}
    return render_to_string("report.html", _content(data, plan, measured))


def _content(
    data: Mapping[str, Any], plan: Mapping[str, Any], measured: Mapping[str, Any]
) -> dict[str, Any]:
    names = data.get("names") or plan.get("names") or {}
    works = published.rows(
        figures.rows(plan, names),
        border=data.get("border") or (),
        hidden=data.get("hidden") or (),
        least=int(data.get("least") or published.LEAST),
    )
    origin = str(plan.get("origin") or measured.get("origin") or "")
    return {
        "style": assets.style_text(),
        "cards": figures.cards(measured, plan),
        "maps": _maps(data, measured),
        "works": works,
        "programmes": figures.by_pack(works),
        "missing": figures.missing(plan),
        "unspent": figures.unspent(plan),
        "agreements": data.get("agreements") or [],
        "contracts": plan.get("contracts"),
        "sample": plan.get("verification_sample") or [],
        "assumptions": data.get("assumptions") or figures.assumed(measured),
        "plan": plan,
        "province": province_name(measured.get("province")),
        "snapshot": plan.get("snapshot") or measured.get("snapshot"),
        "at": plan.get("at") or measured.get("at"),
        "data_origin": origin,
        "synthetic": figures.is_synthetic(origin, measured.get("origin")),
        "open": True,
    }


def _maps(data: Mapping[str, Any], measured: Mapping[str, Any]) -> list[choropleth.Drawn]:
    """One map for the first target that has commune figures; the file stays small."""
    shown = data.get("communes") or {}
    for code in words.TARGETS:
        if shown.get(code):
            goal = figures.map_goal(code, measured)
            standard = (measured.get("targets") or {}).get(code, {}).get("standard") or ""
            return [
                choropleth.draw(
                    code,
                    goal,
                    shown[code],
                    data.get("boundaries") or {},
                    grown=bool(data.get("grown", True)),
                    standard=standard,
                )
            ]
    return []


def province_name(province: Any) -> Text:
    """The province's name in both languages from whatever the measure wrote."""
    name = province.get("name", province) if isinstance(province, Mapping) else province
    return Text(words.spoken(name), words.spoken(name, "en"))
