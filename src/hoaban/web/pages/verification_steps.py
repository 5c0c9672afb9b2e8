"""The steps of a year's verification as posted forms: lock, draw, assign, lock again, look again.

`STEPS` is what `steps.take` takes; the account room decides and refuses.
"""

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from hoaban.account.checks import checking, rechecking, rounds
from hoaban.account.checks.public_draw import PublicDraw
from hoaban.account.checks.rounds import Standing
from hoaban.account.clock import local_day
from hoaban.account.models import Round
from hoaban.account.payments import paying
from hoaban.act.workflow import LOCAL
from hoaban.base.models import User
from hoaban.base.money import number
from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.web import loaded
from hoaban.web.pages import reading
from hoaban.web.pages.steps import Step

DONE, NOW, LATER = "done", "now", "later"
STATES: dict[str, Text] = {
    DONE: Text("Xong", "Done"),
    NOW: Text("Đang tới lượt", "Its turn now"),
    LATER: Text("Chưa tới lượt", "Not yet"),
}


class NotAYear(Problem):
    vi = "“{text}” không phải một năm; hãy tải lại trang và thử lại."
    en = "“{text}” is not a year; reload the page and try again."


class NotAnInstant(Problem):
    vi = "“{text}” không phải ngày giờ; hãy ghi như 2027-12-15T18:30, giờ Việt Nam."
    en = "“{text}” is not a day and time; write it like 2027-12-15T18:30, Vietnam time."


def states(now: Standing) -> dict[str, str]:
    """The state of each step, by its name, as it follows from what was done."""
    first, counter, again = (now.looks[stage] for stage in rounds.STAGES)
    drawn, looked = now.drawn, now.drawn and not first.open
    return {
        "lock": DONE if now.locked else NOW,
        "draw": _state(now.locked, now.drawn),
        "assign": _state(drawn, not first.unassigned),
        "findings": _state(drawn, looked),
        "counter": _state(looked, now.counter_drawn and not counter.open),
        "again": _state(first.found > 0, again.size > 0 and not again.open),
        "bodies": _state(counter.found > 0, now.counter_drawn and not counter.open),
    }


def _state(ready: bool, done: bool) -> str:
    if not ready:
        return LATER
    return DONE if done else NOW


def _lock(request: HttpRequest) -> Text:
    made = checking.lock_claims(year=_year(request), user=_user(request), at=timezone.now())
    return Text(
        f"Đã khoá {number(made.size)} kết quả; mã băm {made.digest}.",
        f"{made.size} claims are locked under the digest {made.digest}.",
    )


def _draw(request: HttpRequest) -> Text:
    year, user, at = _year(request), _user(request), timezone.now()
    public, known_at, law = _public(request), _instant(request), reading.law()
    drawn = checking.draw_sample(
        year=year,
        seed=public.seed(_round(year, user).digest),
        seed_at=known_at,
        law=law,
        user=user,
        at=at,
        twice=paying.audited_twice(year - 1, user, law, local_day(at)),
        public=public,
    )
    return Text(
        f"Đã rút {number(len(drawn.random))} kết quả ngẫu nhiên và "
        f"{number(len(drawn.risk))} theo rủi ro.",
        f"{len(drawn.random)} claims are drawn by chance, {len(drawn.risk)} by risk.",
    )


def _assign(request: HttpRequest) -> Text:
    made = rounds.assign_all(
        claims=request.POST.getlist("claim"),
        verifier=request.POST["verifier"],
        body=request.POST["body"],
        user=_user(request),
        at=timezone.now(),
        stage=request.POST["stage"],
    )
    return Text(
        f"Đã giao {len(made)} kết quả cho {made[0].verifier} ({made[0].body}).",
        f"{len(made)} claims are assigned to {made[0].verifier} ({made[0].body}).",
    )


def _lock_findings(request: HttpRequest) -> Text:
    kept = rechecking.lock_findings(year=_year(request), user=_user(request), at=timezone.now())
    return Text(
        f"Đã khoá kết quả kiểm chứng; mã băm {kept.counter_digest}.",
        f"The findings are locked under the digest {kept.counter_digest}.",
    )


def _draw_counter(request: HttpRequest) -> Text:
    year, user = _year(request), _user(request)
    public, known_at = _public(request), _instant(request)
    drawn = rechecking.draw_counter(
        year=year,
        seed=public.seed(_round(year, user).counter_digest),
        seed_at=known_at,
        law=reading.law(),
        user=user,
        at=timezone.now(),
        public=public,
    )
    return Text(
        f"Đã rút {number(len(drawn))} kết quả để tổ chức khác đối chứng.",
        f"{len(drawn)} findings are drawn for another body.",
    )


def _look_again(request: HttpRequest) -> Text:
    made = rechecking.look_again(
        year=_year(request),
        wet_months=loaded.current().province.wet_months,
        user=_user(request),
        at=timezone.now(),
    )
    return Text(
        f"Đã đặt ngày xem lại cho {number(len(made))} kết quả.",
        f"{len(made)} results have their day to be looked at again.",
    )


STEPS: Mapping[str, Step] = {
    "lock": _lock,
    "draw": _draw,
    "assign": _assign,
    "lock_findings": _lock_findings,
    "draw_counter": _draw_counter,
    "look_again": _look_again,
}


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the page lets nobody else post
    return user


def _year(request: HttpRequest) -> int:
    text = request.POST["year"]
    if not (text.isdecimal() and len(text) == 4):
        raise NotAYear(text=text)
    return int(text)


def _round(year: int, user: User) -> Round:
    kept = Round.objects.seen_by(user).filter(year=year).first()
    if kept is None:
        raise checking.NotLocked(year=year)
    return kept


def _public(request: HttpRequest) -> PublicDraw:
    return PublicDraw(request.POST["drawn"].strip(), request.POST["published"].strip())


def _instant(request: HttpRequest) -> datetime:
    """What a field of day and time says, in Vietnam time."""
    text = request.POST["known_at"].strip()
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise NotAnInstant(text=text) from None
    return said if said.tzinfo is not None else said.replace(tzinfo=LOCAL)
