"""A verifier's own claims: where to go, what to look at, and what was found there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hoaban.account.checks import checking
from hoaban.account.models import Verification
from hoaban.base.models import User
from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.web import figures
from hoaban.web.pages import claims, reading, steps

LONGEST = 120  # characters of an evidence number
ANSWERS = {"yes": True, "no": False}
RECENT = 50  # findings shown again


class EvidenceTooLong(Problem):
    vi = "Số biên bản “{text}…” dài quá {most} ký tự; hãy ghi ngắn hơn."
    en = "The record number “{text}…” is longer than {most} characters; write less."


class NoAnswer(Problem):
    vi = "Chưa chọn “{claim}” đúng hay không đúng; hãy chọn một rồi gửi lại."
    en = "Whether “{claim}” is upheld is not said; choose one and send again."


@dataclass(frozen=True, slots=True)
class Task:
    """One claim that the reader is sent to. ``early``: its day has not come."""

    key: str
    stage: str
    stage_text: Text
    result: Text
    village: str
    commune: str
    year: int
    how: Text
    target: str
    declared: str
    body: str
    due_on: date | None
    early: bool
    upheld: bool | None
    evidence: str
    found_at: datetime | None

    @property
    def anchor(self) -> str:
        """The card's own mark on the page."""
        return f"{self.stage}-{self.key}".replace("/", "-")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Verifiers only; sees what is assigned to the reader, wherever it lies, and nothing else."""
    if getattr(request.user, "role", "") != "verifier":
        raise PermissionDenied
    refused = None
    if request.method == "POST":
        refused = steps.take(request, STEPS)
        if refused is None:
            return redirect("my_verifications")
    every = _tasks(request.user)
    open_ = [task for task in every if task.found_at is None]
    found = sorted((t for t in every if t.found_at is not None), key=_latest, reverse=True)
    content = {
        **reading.frame(reading.board()),
        "here": "agreements",
        "refused": refused,
        "typed": request.POST if refused else {},
        "now": [task for task in open_ if not task.early],
        "later": [task for task in open_ if task.early],
        "found": found[:RECENT],
        "found_count": len(found),
    }
    status = refused.status if refused else 200
    return render(request, "verification_mine.html", content, status=status)


def _latest(task: Task) -> datetime:
    assert task.found_at is not None  # noqa: S101 - only findings are sorted
    return task.found_at


def _tasks(user: Any) -> list[Task]:
    """What is assigned to the reader: the assignment is the scope, also outside their own area."""
    rows = (
        Verification.objects.filter(verifier=user)
        .select_related("area", "claim__agreement__area")
        .order_by("due_on", "claim__agreement__area__path", "area__path", "claim__key", "stage")
    )
    today = timezone.localdate()
    return [_task(look, today) for look in rows]


def _task(look: Verification, today: date) -> Task:
    claim, agreement = look.claim, look.claim.agreement
    goal = next((g for g in claims.goals(agreement) if g["name"] == claim.promise), {})
    return Task(
        key=claim.key,
        stage=look.stage,
        stage_text=claims.STAGES[look.stage],
        result=claims.result(agreement, claim.promise),
        village=look.area.name,
        commune=agreement.area.name,
        year=agreement.year,
        how=claims.how(agreement, claim.promise),
        target=_share(goal, "target"),
        declared=_share(agreement.data.get("declared") or {}, claim.promise),
        body=look.body,
        due_on=look.due_on,
        early=look.due_on is not None and today < look.due_on,
        upheld=look.upheld,
        evidence=look.evidence,
        found_at=look.found_at,
    )


def _share(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return "" if value is None else figures.share(value, 1)


def _record(request: HttpRequest) -> Text:
    """One finding, once: upheld or not, with the number of its record or photo."""
    claim, said = request.POST["claim"], request.POST.get("upheld", "")
    evidence = request.POST["evidence"].strip()
    if said not in ANSWERS:
        raise NoAnswer(claim=claim)
    if len(evidence) > LONGEST:
        raise EvidenceTooLong(text=evidence[:40], most=LONGEST)
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - signed in
    kept = checking.record(
        claim=claim,
        upheld=ANSWERS[said],
        evidence=evidence,
        user=user,
        at=timezone.now(),
        stage=request.POST["stage"],
    )
    return Text(
        f"Đã ghi: {kept.area.name} – {'đúng' if kept.upheld else 'không đúng'} ({evidence}).",
        f"Recorded: {kept.area.name} – {'upheld' if kept.upheld else 'not upheld'} ({evidence}).",
    )


STEPS: Mapping[str, steps.Step] = {"record": _record}
