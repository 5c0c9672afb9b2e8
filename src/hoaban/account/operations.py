"""Everything that changes an agreement.

The commune sets what it promises, proposes, and declares what it reached; the province documents
and checks.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hoaban.account.drafting.agreements import Draft, as_json
from hoaban.account.models import Agreement, Round
from hoaban.account.terms.pay import PILOT, require_results
from hoaban.base import scope
from hoaban.base.models import Area, User, tell
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest


class NoSuchAgreement(Problem):
    vi = "Không có cam kết kết quả {agreement} trong địa bàn của bạn; hãy kiểm tra lại."
    en = "There is no result agreement {agreement} in your area; check its number."
    status = 404


class NotYourPart(Problem):
    vi = "Việc này do {role} thực hiện; tài khoản của bạn là “{own}”."
    en = "This is done by the {role_en}; your account is “{own}”."
    status = 403


class WrongStatus(Problem):
    vi = "Cam kết kết quả đang ở trạng thái “{status}”, cần “{wanted}”; hãy làm bước trước."
    en = "The agreement is “{status_en}” and should be “{wanted_en}”; take the step before first."
    status = 409


class NoSuchCondition(Problem):
    vi = "Không có điều kiện “{condition}”; gần nhất là “{nearest}”."
    en = "There is no condition “{condition}”; the nearest is “{nearest}”."


class NoPaper(Problem):
    vi = "Điều kiện “{condition}” cần số, ngày văn bản; hãy ghi rõ."
    en = "The condition “{condition}” needs the number and date of a paper; give it."


class NoSuchGoal(Problem):
    vi = "Cam kết không có kết quả “{goal}”; gần nhất là “{nearest}”."
    en = "The agreement has no result “{goal}”; the nearest is “{nearest}”."


class NoSuchOutput(Problem):
    vi = "Cam kết không có công trình, nhiệm vụ “{work}”; gần nhất là “{nearest}”."
    en = "The agreement has no work “{work}”; the nearest is “{nearest}”."


class OutputOutsideYear(Problem):
    vi = "“{work}” hứa xong ngày {day}, ngoài năm {year} của cam kết; hãy chọn ngày trong năm."
    en = "“{work}” is promised for {day}, outside the agreement's year {year}; choose a day in it."


class TargetUnderPlan(Problem):
    vi = "“{goal}”: mục tiêu {target} thấp hơn mức của kế hoạch {line}; xã chỉ được hứa cao hơn."
    en = (
        "“{goal}”: the target {target} is under the plan's {line}; a commune may only promise more."
    )


class NotAShare(Problem):
    vi = "“{goal}”: {value} không phải là tỷ lệ từ 0 đến 1; hãy ghi ví dụ 0.85."
    en = "“{goal}”: {value} is not a share from 0 to 1; write 0.85, for example."


class DeclaredTooLate(Problem):
    vi = "Danh sách kết quả năm {year} đã khoá lúc {when}; không khai thêm được."
    en = "The claims of {year} were locked at {when}; nothing more can be declared."
    status = 409


class DrafterMayNotCheck(Problem):
    vi = "Người đề xuất cam kết không được tự kiểm tra; hãy giao người khác của tỉnh."
    en = "Whoever proposed the agreement may not check it; let somebody else of the province."
    status = 403


class NoSuchCommune(Problem):
    vi = "Chưa có xã {commune} trong danh mục; hãy nạp đơn vị hành chính trước."
    en = "Commune {commune} is not loaded; load the areas first."
    status = 404


STATUSES = {
    "draft": ("dự thảo", "draft"),
    "proposed": ("xã đã đề xuất", "proposed by the commune"),
    "checked": ("tỉnh đã kiểm tra", "checked by the province"),
}
# What an agreement keeps of its draft, beside the columns.
STORED = ("id", "goals", "works", "villages", "stake", "pool_vnd", "factors")
ROLES = {"commune": "cấp xã", "province": "cấp tỉnh"}


@transaction.atomic
def store(
    drafts: Iterable[Draft], *, snapshot: str, plan: str, user: User | None, at: datetime
) -> int:
    """Keep the drafts of a plan; how many were written, told as ``account.drafted``.

    A draft replaces the draft of the same commune and year; an agreement that is proposed or
    checked already is left as it is. Raises `NoSuchCommune` and then keeps nothing.
    """
    drafts = list(drafts)
    paths = [agreed.commune for agreed in drafts]
    areas = {a.path: a for a in Area.objects.filter(path__in=paths, valid_to=None)}
    written = 0
    for agreed in drafts:
        if agreed.commune not in areas:
            raise NoSuchCommune(commune=agreed.commune)
        area = areas[agreed.commune]
        kept = Agreement.objects.filter(area=area, year=agreed.year).first()
        if kept is not None and kept.status != "draft":
            continue
        data = _kept(as_json(agreed), agreed, kept)
        Agreement.objects.update_or_create(
            area=area,
            year=agreed.year,
            defaults={
                "mode": agreed.mode,
                "base_vnd": agreed.base_vnd,
                "performance_vnd": agreed.performance_vnd,
                "equity_vnd": agreed.equity_vnd,
                "conditions": kept.conditions if kept else dict(agreed.conditions),
                "data": data,
                "snapshot": snapshot,
                "plan": plan,
                "drafted_at": at,
            },
        )
        written += 1
    if written:
        top = Area.objects.get(path=drafts[0].commune.split("/")[0] + "/", valid_to=None)
        tell("account.drafted", at=at, actor=user, area=top, subject=plan or snapshot, n=written)
    return written


def _kept(said: Mapping[str, Any], agreed: Draft, before: Agreement | None) -> dict[str, Any]:
    """What stands in ``data``: the draft's, with what the commune and papers had put in before."""
    data = {name: said[name] for name in STORED}
    data["gates"], data["outputs"] = dict(agreed.gates), {}
    if before is None:
        return data
    gates = before.data.get("gates", {})
    data["gates"] = {name: gates.get(name) or paper for name, paper in agreed.gates.items()}
    outputs = before.data.get("outputs", {})
    data["outputs"] = {work: day for work, day in outputs.items() if work in agreed.works}
    promised = {goal["name"]: goal for goal in before.data["goals"] if goal.get("promised")}
    for goal in data["goals"]:
        if goal["name"] in promised:
            goal["target"] = max(goal["target"], promised[goal["name"]]["target"])
            goal["promised"] = True
    return data


@transaction.atomic
def promise(
    *,
    agreement: int,
    user: User,
    at: datetime,
    targets: Mapping[str, float] | None = None,
    outputs: Mapping[str, date] | None = None,
) -> Agreement:
    """The commune writes its draft: targets (0–1, by goal) and the day each work is in use.

    A target is never under the plan's line; days are in the agreement's year; what is not named
    stays as it was. Nothing is written when anything is refused: `NoSuchGoal`, `NotAShare`,
    `TargetUnderPlan`, `NoSuchOutput`, `OutputOutsideYear`, and as `propose`.
    """
    found = _open(agreement, user, role="commune", status="draft")
    data = {**found.data, "goals": [dict(goal) for goal in found.data["goals"]]}
    goals = {goal["name"]: goal for goal in data["goals"]}
    for name, value in (targets or {}).items():
        _set_target(goals, name, value)
    days = {work: _day_of(found, work, day) for work, day in (outputs or {}).items()}
    data["outputs"] = {**data.get("outputs", {}), **days}
    found.data = data
    found.save(update_fields=["data"])
    tell(
        "account.promised",
        at=at,
        actor=user,
        area=found.area,
        subject=found,
        targets=dict(targets or {}),
        outputs=days,
    )
    return found


def _set_target(goals: Mapping[str, dict[str, Any]], name: str, value: float) -> None:
    if name not in goals:
        raise NoSuchGoal(goal=name, nearest=nearest(name, list(goals)))
    if not 0 <= value <= 1:
        raise NotAShare(goal=name, value=value)
    goal = goals[name]
    line = goal["target"] if goal.get("line") is None else goal["line"]
    if value < line:
        raise TargetUnderPlan(goal=name, target=value, line=line)
    goal.update(line=line, target=value, promised=True)


def _day_of(agreement: Agreement, work: str, day: date) -> str:
    works = agreement.data["works"]
    if work not in works:
        raise NoSuchOutput(work=work, nearest=nearest(work, works))
    if day.year != agreement.year:
        raise OutputOutsideYear(work=work, day=day.isoformat(), year=agreement.year)
    return day.isoformat()


@transaction.atomic
def propose(*, agreement: int, user: User, at: datetime) -> Agreement:
    """The commune proposes its draft. Raises `NoSuchAgreement`, `NotYourPart`, `WrongStatus`."""
    found = _open(agreement, user, role="commune", status="draft")
    found.status, found.proposed_by, found.proposed_at = "proposed", user, at
    found.save(update_fields=["status", "proposed_by", "proposed_at"])
    tell("account.proposed", at=at, actor=user, area=found.area, subject=found)
    return found


@transaction.atomic
def document(*, agreement: int, condition: str, paper: str, user: User, at: datetime) -> Agreement:
    """The province names the paper (number and date) of a legal condition or of a gate."""
    found = _open(agreement, user, role="province", status=None)
    gates = found.data.get("gates", {})
    if condition not in {**found.conditions, **gates}:
        known = [*found.conditions, *gates]
        raise NoSuchCondition(condition=condition, nearest=nearest(condition, known))
    if not paper.strip():
        raise NoPaper(condition=condition)
    if condition in found.conditions:
        found.conditions = {**found.conditions, condition: paper.strip()}
    else:
        found.data = {**found.data, "gates": {**gates, condition: paper.strip()}}
    found.save(update_fields=["conditions", "data"])
    tell(
        "account.documented",
        at=at,
        actor=user,
        area=found.area,
        subject=found,
        condition=condition,
        paper=paper.strip(),
    )
    return found


@transaction.atomic
def check(*, agreement: int, user: User, at: datetime) -> Agreement:
    """The province checks a proposed agreement.

    One of the pilot is refused (`pay.ConditionsMissing`) until all four legal conditions are
    documented; one in shadow moves no money by result and needs none.
    """
    found = _open(agreement, user, role="province", status="proposed")
    if found.proposed_by_id == user.pk:
        raise DrafterMayNotCheck
    if found.mode == PILOT:
        require_results(found.conditions)
    found.status, found.checked_by, found.checked_at = "checked", user, at
    found.save(update_fields=["status", "checked_by", "checked_at"])
    tell("account.checked", at=at, actor=user, area=found.area, subject=found)
    return found


@transaction.atomic
def declare(*, agreement: int, reached: Mapping[str, float], user: User, at: datetime) -> Agreement:
    """The commune says what it reached (0–1, by goal) of a checked agreement, until the lock.

    Said again, the later word stands. Raises `NoSuchGoal`, `NotAShare`, `DeclaredTooLate`.
    """
    found = _open(agreement, user, role="commune", status="checked")
    province = scope.parent(found.area.path)
    locked = Round.objects.filter(area__path=province, year=found.year).first()
    if locked is not None:
        raise DeclaredTooLate(year=found.year, when=f"{locked.locked_at:%F %T}")
    names = [goal["name"] for goal in found.data["goals"]]
    for name, value in reached.items():
        if name not in names:
            raise NoSuchGoal(goal=name, nearest=nearest(name, names))
        if not 0 <= value <= 1:
            raise NotAShare(goal=name, value=value)
    found.data = {**found.data, "declared": {**found.data.get("declared", {}), **reached}}
    found.save(update_fields=["data"])
    tell(
        "account.declared",
        at=at,
        actor=user,
        area=found.area,
        subject=found,
        reached=dict(reached),
    )
    return found


def require_role(user: User, role: str) -> None:
    """Refuse a user whose part this is not (`NotYourPart`)."""
    if user.role != role:
        raise NotYourPart(role=ROLES[role], role_en=role, own=user.role or "—")


def _open(agreement: int, user: User, *, role: str, status: str | None) -> Agreement:
    found = Agreement.objects.seen_by(user).select_for_update().filter(pk=agreement).first()
    if found is None:
        raise NoSuchAgreement(agreement=agreement)
    require_role(user, role)
    if status is not None and found.status != status:
        raise WrongStatus(
            status=STATUSES[found.status][0],
            status_en=STATUSES[found.status][1],
            wanted=STATUSES[status][0],
            wanted_en=STATUSES[status][1],
        )
    return found
