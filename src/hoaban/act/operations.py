"""Everything that changes a case. Reads are in models.py; pages are in web/."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction

from hoaban.act import workflow
from hoaban.act.models import Case
from hoaban.base import law, packs
from hoaban.base.models import Area, Event, User, tell
from hoaban.base.problems import Problem
from hoaban.base.text import Text


class NoSuchCase(Problem):
    vi = "Không có hồ sơ {case} trong địa bàn của bạn; hãy kiểm tra lại số hồ sơ."
    en = "There is no case {case} in your area; check its number."
    status = 404


class OutsideYourArea(Problem):
    vi = "“{area}” nằm ngoài địa bàn của bạn; hãy chọn nơi thuộc địa bàn được giao."
    en = "“{area}” lies outside your area; choose a place within it."
    status = 403


class WrongStep(Problem):
    vi = "Chưa thể thực hiện “{step}” khi hồ sơ ở trạng thái “{state}”; có thể làm: {allowed}."
    en = "“{step_en}” cannot be done while the case is “{state_en}”; you can do: {allowed_en}."
    status = 409


class TooEarly(Problem):
    vi = "Chưa thể thực hiện “{step}” trước {day}; hãy chờ hết thời hạn theo quy định ({source})."
    en = "“{step_en}” cannot be done before {day}; wait for the set time to pass ({source})."
    status = 409


class EvidenceMissing(Problem):
    vi = "Bước “{step}” còn thiếu: {missing}; hãy bổ sung rồi thực hiện lại."
    en = "“{step_en}” still lacks: {missing_en}; add it and try again."


class NotEnoughVotes(Problem):
    vi = "Mới có {agree} trên {present} người dự họp đồng ý, cần ít nhất {share:.0%}; phải họp lại."
    en = "{agree} of {present} at the meeting agree and {share:.0%} must; meet again."
    status = 409


class SamePerson(Problem):
    vi = "Người đã thực hiện “{earlier}” không được thực hiện “{step}”; hãy giao người khác."
    en = "Whoever did “{earlier_en}” may not do “{step_en}”; let somebody else do it."
    status = 403


@cache
def flow_of(pack: str) -> workflow.Workflow:
    """The workflow of a pack, from its act.yaml. Raises as `hoaban.base.packs.spec`."""
    return workflow.read(packs.spec(settings.PACKS, pack, "act"), pack)


@cache
def holidays() -> frozenset[date]:
    """Every public holiday that the law folder knows; years it does not know have none."""
    known = law.read(settings.LAW).values.get("calendar.holidays", ())
    return frozenset(day for value in known for day in value.value)


def steps_for(case: Case, user: User) -> dict[str, workflow.Step]:
    """What this user may do next with this case, by name; nothing outside the user's area."""
    if not Case.objects.seen_by(user).filter(pk=case.pk).exists():
        return {}
    return {step.name: step for step in flow_of(case.pack).open_to(user.role, case.state)}


def due_at(case: Case) -> datetime | None:
    """When this case is overdue in its present state (UTC); None when no time runs."""
    return flow_of(case.pack).due(case.state, case.taken(), holidays())


@transaction.atomic
def open_case(
    *, pack: str, area: Area, user: User, at: datetime, data: Mapping[str, Any] | None = None
) -> Case:
    """A case that somebody reports, at the first state of the pack, told as ``act.opened``.

    Raises `OutsideYourArea` when the area is not the user's own or below it.
    """
    if not Area.objects.seen_by(user).filter(pk=area.pk).exists():
        raise OutsideYourArea(area=area.name)
    case = Case(
        pack=pack,
        version=packs.pack(settings.PACKS, pack).version,
        area=area,
        state=flow_of(pack).first,
        opened_at=at,
        data={**(data or {}), "reported_by": user.pk},
    )
    case.due_at = due_at(case)
    case.save()
    tell("act.opened", at=at, actor=user, area=area, subject=case, pack=pack)
    return case


@transaction.atomic
def take(
    *,
    step: str,
    case: int,
    user: User,
    at: datetime,
    evidence: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Case:
    """Move a case one step and say so in the event log as ``act.moved``.

    ``evidence`` maps each name the step needs to what was handed in; ``reason`` explains a step
    taken late, which is recorded (*quá hạn*) and never blocked. Raises `NoSuchCase`,
    `WrongStep`, `SamePerson`, `EvidenceMissing`, `NotEnoughVotes` or `TooEarly`.
    """
    found = Case.objects.seen_by(user).select_for_update().filter(pk=case).first()
    if found is None:
        raise NoSuchCase(case=case)
    flow, given = flow_of(found.pack), dict(evidence or {})
    chosen = _allowed(found, flow, step, user)
    _check_person(found, flow, chosen, user)
    _check_evidence(chosen, given)
    _check_wait(found, flow, chosen, at)
    deadline = flow.deadline(step, found.taken(), holidays())
    late = deadline is not None and at >= deadline
    before, found.state = found.state, chosen.to
    taken = {**found.data.get("taken", {}), step: {"at": at.isoformat(), "by": user.pk}}
    found.data = {**found.data, "taken": taken}
    found.due_at = due_at(found)
    found.save(update_fields=["state", "due_at", "data"])
    tell(
        "act.moved",
        at=at,
        actor=user,
        area=found.area,
        subject=found,
        pack=found.pack,
        step=step,
        before=before,
        after=found.state,
        evidence=given,
        late=late,
        reason=reason,
    )
    return found


def history(case: Case) -> list[Event]:
    """What happened to a case, oldest first."""
    return list(Event.objects.filter(subject=f"Case:{case.pk}").order_by("id"))


def _allowed(case: Case, flow: workflow.Workflow, step: str, user: User) -> workflow.Step:
    allowed = {found.name: found for found in flow.open_to(user.role, case.state)}
    if step not in allowed:
        wanted = flow.steps[step].label if step in flow.steps else Text(step, step)
        state = flow.states[case.state]
        raise WrongStep(
            step=wanted.vi,
            step_en=wanted.en,
            state=state.vi,
            state_en=state.en,
            allowed=_names(found.label.vi for found in allowed.values()),
            allowed_en=_names(found.label.en for found in allowed.values()),
        )
    return allowed[step]


def _names(labels: Iterable[str]) -> str:
    return ", ".join(f"“{label}”" for label in labels) or "—"


def _check_person(case: Case, flow: workflow.Workflow, step: workflow.Step, user: User) -> None:
    takers = case.takers()
    for earlier in step.other_than:
        if takers.get(earlier) == user.pk:
            first = flow.steps[earlier].label
            raise SamePerson(
                earlier=first.vi, earlier_en=first.en, step=step.label.vi, step_en=step.label.en
            )


def _check_evidence(step: workflow.Step, given: Mapping[str, Any]) -> None:
    missing = [need for need in step.needs if not _handed_in(need.type, given.get(need.name))]
    if missing:
        raise EvidenceMissing(
            step=step.label.vi,
            step_en=step.label.en,
            missing=", ".join(need.label.vi for need in missing),
            missing_en=", ".join(need.label.en for need in missing),
        )
    majority = step.majority
    if majority and not majority.holds(given):
        raise NotEnoughVotes(
            agree=given[majority.agree], present=given[majority.of], share=majority.share
        )


def _handed_in(kind: str, value: Any) -> bool:
    """Whether this is evidence of its kind: a number from 0, a date, or a text or file name."""
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if kind == "date":
        try:
            date.fromisoformat(str(value))
        except ValueError:
            return False
        return True
    return isinstance(value, str) and bool(value.strip())


def _check_wait(case: Case, flow: workflow.Workflow, step: workflow.Step, at: datetime) -> None:
    earliest = flow.not_before(step.name, case.taken(), holidays())
    if earliest is not None and at < earliest:
        local = earliest.astimezone(workflow.LOCAL)
        sources = dict.fromkeys(limit.source for limit in step.after)
        raise TooEarly(
            step=step.label.vi,
            step_en=step.label.en,
            day=f"{local:%H:%M %d/%m/%Y}",
            source="; ".join(sources),
        )
