"""The steps of a result agreement as posted forms, and whose turn it is.

A commune promises, proposes and declares; the province documents and checks: the account room
(`hoaban.account.operations`) decides and refuses.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from hoaban.account import operations
from hoaban.account.models import Agreement, Round
from hoaban.account.terms.pay import PILOT
from hoaban.base import scope
from hoaban.base.money import number
from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.web import accountwords, words
from hoaban.web.pages.steps import Step

GOAL, WORK = "goal:", "work:"  # what a field is for, before its name


class NotAPercentage(Problem):
    vi = "“{goal}”: “{text}” không phải tỷ lệ phần trăm từ 0 đến 100; hãy ghi ví dụ 85,5."
    en = "“{goal}”: “{text}” is not a percentage from 0 to 100; write 85.5, for example."


class NotADay(Problem):
    vi = "“{work}”: “{text}” không phải một ngày; hãy ghi như 2027-06-30."
    en = "“{work}”: “{text}” is not a day; write it like 2027-06-30."


@dataclass(frozen=True, slots=True)
class Turn:
    """What the reader may do now: the forms shown, and whose turn it is in one sentence."""

    forms: frozenset[str]
    said: Text


def steps(pk: int) -> Mapping[str, Step]:
    """The steps of one agreement, by the name that its forms give."""
    taken: dict[str, Callable[..., Text]] = {
        "promise": _promise,
        "propose": _propose,
        "document": _document,
        "check": _check,
        "declare": _declare,
    }
    return {name: partial(step, pk=pk) for name, step in taken.items()}


def turn(one: Agreement, user: Any) -> Turn:
    """Who acts on an agreement now, and which forms this reader is shown."""
    forms: set[str] = set()
    if user.role == "province":
        forms.add("document")
        if one.status == "proposed" and one.proposed_by_id != user.pk:
            forms.add("check")
    if user.role == "commune" and one.status == "draft":
        forms |= {"promise", "propose"}
    locked = _locked(one)
    if user.role == "commune" and one.status == "checked" and not locked:
        forms.add("declare")
    return Turn(frozenset(forms), _whose(one, user, locked=locked))


def _locked(one: Agreement) -> bool:
    province = scope.parent(one.area.path)
    return Round.objects.filter(area__path=province, year=one.year).exists()


def _whose(one: Agreement, user: Any, *, locked: bool) -> Text:
    if one.status == "draft":
        return Text(
            "Đến lượt xã: ghi điều cam kết rồi đề xuất với tỉnh.",
            "The commune's turn: write what it promises, then propose.",
        )
    if one.status == "proposed" and user.role == "province" and one.proposed_by_id == user.pk:
        return Text(
            "Đang chờ người khác của tỉnh kiểm tra: người đề xuất không tự kiểm tra.",
            "Somebody else of the province checks it: not who proposed it.",
        )
    if one.status == "proposed":
        return Text("Đang chờ tỉnh kiểm tra.", "The province's turn: it checks.")
    if locked:
        return Text(
            "Danh sách kết quả đã khoá; đang kiểm chứng.",
            "The claims are locked; verification goes on.",
        )
    return Text(
        "Đến lượt xã: khai kết quả đạt được trước khi tỉnh khoá danh sách.",
        "The commune's turn: declare what was reached before the claims are locked.",
    )


def asked(
    one: Agreement, works: Sequence[Mapping[str, Any]], given: Mapping[str, Any]
) -> dict[str, Any]:
    """What the forms ask for: each goal with the least it may be, each work, each paper.

    ``works`` are the rows of the page (``id``, ``row``, ``day``); ``given`` is what was typed when
    a step was refused, empty otherwise.
    """
    declared = one.data.get("declared") or {}
    papers = {**one.conditions, **one.data.get("gates", {})}

    def field(name: str, value: str) -> dict[str, Any]:
        return {"field": name, "value": given.get(name, value)}

    def goals(value: Callable[[Mapping[str, Any]], float | None]) -> list[dict[str, Any]]:
        return [
            {
                **field(GOAL + goal["name"], _percent(value(goal))),
                "label": Text(**goal["label"]),
                "least": _percent(_line(goal)),
                "target": _percent(goal["target"]),
            }
            for goal in one.data["goals"]
        ]

    return {
        "promised": goals(lambda goal: goal["target"]),
        "claimed": goals(lambda goal: declared.get(goal["name"])),
        "outputs": [{**work, **field(WORK + work["id"], work["day"])} for work in works],
        "papers": [
            (name, words.label(accountwords.PAPERS, name), str(paper or ""))
            for name, paper in papers.items()
        ],
        "paper": given.get("paper", ""),
        "condition": given.get("condition", ""),
        "pilot": one.mode == PILOT,
        "first": date(one.year, 1, 1).isoformat(),
        "last": date(one.year, 12, 31).isoformat(),
    }


def _line(goal: Mapping[str, Any]) -> float:
    """The plan's line, under which a commune may not promise."""
    line = goal.get("line")
    return float(goal["target"] if line is None else line)


def _percent(share: float | None) -> str:
    return "" if share is None else number(100 * share, 2)


def _promise(request: HttpRequest, *, pk: int) -> Text:
    one = operations.promise(
        agreement=pk,
        user=_user(request),
        at=timezone.now(),
        targets=_shares(request, _labels(request, pk)),
        outputs=_days(request),
    )
    return Text(
        f"Đã ghi {len(one.data['goals'])} kết quả cam kết; chưa đề xuất với tỉnh.",
        f"{len(one.data['goals'])} promised results are written; not proposed yet.",
    )


def _propose(request: HttpRequest, *, pk: int) -> Text:
    operations.propose(agreement=pk, user=_user(request), at=timezone.now())
    return Text("Đã đề xuất; đang chờ tỉnh kiểm tra.", "Proposed; the province checks it next.")


def _document(request: HttpRequest, *, pk: int) -> Text:
    name, paper = request.POST["condition"], request.POST["paper"]
    operations.document(
        agreement=pk, condition=name, paper=paper, user=_user(request), at=timezone.now()
    )
    label = words.label(accountwords.PAPERS, name)
    return Text(f"Đã ghi văn bản của “{label.vi}”.", f"The paper of “{label.en}” is written.")


def _check(request: HttpRequest, *, pk: int) -> Text:
    operations.check(agreement=pk, user=_user(request), at=timezone.now())
    return Text("Đã kiểm tra; cam kết có hiệu lực.", "Checked; the agreement holds.")


def _declare(request: HttpRequest, *, pk: int) -> Text:
    reached = _shares(request, _labels(request, pk))
    operations.declare(agreement=pk, reached=reached, user=_user(request), at=timezone.now())
    return Text(
        f"Đã khai {len(reached)} kết quả; còn sửa được cho đến khi tỉnh khoá danh sách.",
        f"{len(reached)} results are declared; they can be mended until the claims are locked.",
    )


def _user(request: HttpRequest) -> Any:
    return request.user


def _labels(request: HttpRequest, pk: int) -> dict[str, str]:
    """The goals' names in words; none for an agreement that this user may not see."""
    seen = Agreement.objects.seen_by(_user(request)).filter(pk=pk).first()
    goals = [] if seen is None else seen.data["goals"]
    return {goal["name"]: str(goal["label"]["vi"]) for goal in goals}


def _shares(request: HttpRequest, labels: Mapping[str, str]) -> dict[str, float]:
    """The shares typed as percentages, by goal; empty fields say nothing."""
    return {
        name: _share(labels.get(name, name), text) for name, text in _typed(request, GOAL).items()
    }


def _share(goal: str, text: str) -> float:
    try:
        percent = Decimal(text.replace("%", "").replace("\u00a0", "").strip().replace(",", "."))
    except InvalidOperation:
        raise NotAPercentage(goal=goal, text=text) from None
    if not percent.is_finite() or not 0 <= percent <= 100:
        raise NotAPercentage(goal=goal, text=text)
    return float(percent / 100)


def _days(request: HttpRequest) -> dict[str, date]:
    """The days typed, by work; empty fields say nothing."""
    found = {}
    for work, text in _typed(request, WORK).items():
        try:
            found[work] = date.fromisoformat(text)
        except ValueError:
            raise NotADay(work=work, text=text) from None
    return found


def _typed(request: HttpRequest, what: str) -> dict[str, str]:
    return {
        name.removeprefix(what): text.strip()
        for name, text in request.POST.items()
        if name.startswith(what) and isinstance(text, str) and text.strip()
    }
