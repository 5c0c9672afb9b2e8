"""Keeping a plan, and approving one: the approval is what opens the cases downstream."""

from datetime import datetime
from typing import Any

from django.db import transaction

from hoaban.base.models import Area, User, tell
from hoaban.base.problems import Problem
from hoaban.plan.models import Plan
from hoaban.plan.planned import Planned, as_json

APPROVERS = ("province",)  # roles that may approve a plan
_TOLD = (
    *("kind", "pack", "commune", "village", "year", "finished"),
    *("cost_vnd", "label", "why", "why_en", "carry_over"),
)


class ProvinceNotLoaded(Problem):
    vi = "Tỉnh {path} có trong bản chốt số liệu nhưng chưa được nạp; hãy nạp tỉnh trước."
    en = "The province {path} is in the snapshot but is not loaded; load the province first."
    status = 409


class NoSuchPlan(Problem):
    vi = "Không có kế hoạch số {plan} trong địa bàn của anh/chị; hãy chọn kế hoạch khác."
    en = "There is no plan {plan} in your area; choose another."
    status = 404


class NotAnApprover(Problem):
    vi = "Tài khoản “{name}” không có quyền phê duyệt kế hoạch; hãy dùng tài khoản cấp tỉnh."
    en = "The account “{name}” may not approve plans; use one of the province."
    status = 403


class AlreadyApproved(Problem):
    vi = "Kế hoạch số {plan} đã được {name} phê duyệt lúc {at}; không cần phê duyệt lại."
    en = "Plan {plan} was approved by {name} at {at}; there is nothing more to approve."
    status = 409


@transaction.atomic
def store(found: Planned, *, at: datetime, actor: User | None = None) -> Plan:
    """Keep a plan as a draft and tell ``plan.made``. Raises `ProvinceNotLoaded`."""
    result = as_json(found)
    path = result["province"]["path"]
    area = Area.objects.filter(path=path, valid_to=None).first()
    if area is None:
        raise ProvinceNotLoaded(path=path)
    years = found.envelopes.years
    plan = Plan.objects.create(
        area=area,
        snapshot=result["snapshot"],
        at=found.before.at,
        budget_vnd=result["budget_vnd"],
        years=f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0]),
        result=result,
        made_at=at,
    )
    tell(
        "plan.made",
        at=at,
        actor=actor,
        area=area,
        subject=plan,
        snapshot=plan.snapshot,
        budget_vnd=plan.budget_vnd,
        spent_vnd=result["spent_vnd"],
        works=len(result["chosen"]),
    )
    return plan


@transaction.atomic
def approve(*, plan: int, user: User, at: datetime) -> Plan:
    """Approve a plan in one's own name and tell ``plan.approved`` with its works.

    Raises `NoSuchPlan` outside the user's area, `NotAnApprover`, and `AlreadyApproved`.
    """
    found = Plan.objects.seen_by(user).select_for_update(of=("self",)).filter(pk=plan).first()
    if found is None:
        raise NoSuchPlan(plan=plan)
    if user.role not in APPROVERS or not user.is_active:
        raise NotAnApprover(name=user.get_username())
    if found.approved_by is not None:
        name, when = found.approved_by.get_username(), f"{found.approved_at:%Y-%m-%d %H:%M} UTC"
        raise AlreadyApproved(plan=plan, name=name, at=when)
    found.status, found.approved_by, found.approved_at = "approved", user, at
    found.save(update_fields=["status", "approved_by", "approved_at"])
    tell(
        "plan.approved",
        at=at,
        actor=user,
        area=found.area,
        subject=found,
        snapshot=found.snapshot,
        years=found.years,
        works=[_told(row) for row in found.result["chosen"]],
    )
    return found


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A chosen work as the event says it."""
    return {"id": row["work"], **{name: row[name] for name in _TOLD}}
