"""Everything that changes an agreement: the commune proposes, the province checks."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from hoaban.account.agreements import Draft, as_json
from hoaban.account.models import Agreement
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


class ConditionsMissing(Problem):
    vi = "Chưa lập hồ sơ {n} điều kiện chi theo kết quả (NĐ 163/2016/NĐ-CP điều 11): {missing}."
    en = "{n} conditions of payment by result (NĐ 163/2016/NĐ-CP art. 11) lack papers: {missing}."
    status = 409


class NoSuchCondition(Problem):
    vi = "Không có điều kiện “{condition}”; gần nhất là “{nearest}”."
    en = "There is no condition “{condition}”; the nearest is “{nearest}”."


class NoPaper(Problem):
    vi = "Điều kiện “{condition}” cần số, ngày văn bản; hãy ghi rõ."
    en = "The condition “{condition}” needs the number and date of a paper; give it."


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
    "proposed": ("xã đã đề xuất", "proposed"),
    "checked": ("tỉnh đã kiểm tra", "checked"),
}
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
        said = as_json(agreed)
        Agreement.objects.update_or_create(
            area=area,
            year=agreed.year,
            defaults={
                "mode": agreed.mode,
                "base_vnd": agreed.base_vnd,
                "performance_vnd": agreed.performance_vnd,
                "equity_vnd": agreed.equity_vnd,
                "conditions": kept.conditions if kept else dict(agreed.conditions),
                "data": {key: said[key] for key in ("id", "goals", "works", "villages")},
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
    """The province names the paper (number and date) that documents a legal condition."""
    found = _open(agreement, user, role="province", status=None)
    if condition not in found.conditions:
        raise NoSuchCondition(
            condition=condition, nearest=nearest(condition, list(found.conditions))
        )
    if not paper.strip():
        raise NoPaper(condition=condition)
    found.conditions = {**found.conditions, condition: paper.strip()}
    found.save(update_fields=["conditions"])
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

    One of the pilot is refused (`ConditionsMissing`) until all four legal conditions are
    documented; one in shadow moves no money by result and needs none.
    """
    found = _open(agreement, user, role="province", status="proposed")
    if found.proposed_by_id == user.pk:
        raise DrafterMayNotCheck
    missing = found.missing_conditions
    if found.mode == "pilot" and missing:
        raise ConditionsMissing(n=len(missing), missing=", ".join(missing))
    found.status, found.checked_by, found.checked_at = "checked", user, at
    found.save(update_fields=["status", "checked_by", "checked_at"])
    tell("account.checked", at=at, actor=user, area=found.area, subject=found)
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
