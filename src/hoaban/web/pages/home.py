"""The home page: the five targets, the map, the first works, the money still missing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page

from hoaban.web import figures, words
from hoaban.web.pages import reading

FIRST = 10


@gzip_page
def home(request: HttpRequest) -> HttpResponse:
    """Public; aggregates only. ``?muc-tieu=T3`` shows another target on the map."""
    found = reading.board()
    content = {**reading.frame(found), "here": "home"}
    if found is None:
        return render(request, "empty.html", content)
    target = request.GET.get("muc-tieu", "T2")
    target = target if target in words.TARGETS else "T2"
    plan = found.plan
    every = reading.plan_rows(found, request.user)
    content |= {
        "cards": figures.cards(found.measured, plan),
        "map": reading.drawn(found, target),
        "tabs": words.SHORT.items(),
        "target": target,
        "linked": True,
        "plan": plan,
        "programmes": figures.by_pack(every),
        "begun": figures.before(every),
        "works": figures.first(every, FIRST),
        "missing": figures.missing(plan or {}),
        "unspent": figures.unspent(plan or {}),
    }
    return render(request, "home.html", content)
