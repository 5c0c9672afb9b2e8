"""A workflow is a table of steps, read from a pack's act.yaml. No database here.

Working days are Monday to Friday without the public holidays that the caller passes in; the
day on which something happened is not counted, and a deadline in days ends with its last day
in Điện Biên (Asia/Ho_Chi_Minh, UTC+7 all year).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from hoaban.base.problems import Problem
from hoaban.base.text import Text

LOCAL = timezone(timedelta(hours=7))
OPENED = "opened"  # the moment a case began, as if it were a step


class NeverReached(Problem):
    vi = "Chương trình “{pack}”: không bước nào dẫn đến trạng thái “{state}”; hãy sửa act.yaml."
    en = "Pack “{pack}”: no step leads to the state “{state}”; mend act.yaml."


@dataclass(frozen=True, slots=True)
class Limit:
    """``amount`` of ``unit`` (hours, days, working_days) counted from the last step ``start``."""

    amount: int
    unit: str
    start: str
    source: str  # the document that sets it, or ``assumed``

    def end(self, since: datetime, holidays: Collection[date]) -> datetime:
        """The first instant (UTC) at which the time is over.

        ``since`` is an aware instant. Hours run by the clock; days run to the end of the last.
        """
        if self.unit == "hours":
            return (since + timedelta(hours=self.amount)).astimezone(UTC)
        day, left = since.astimezone(LOCAL).date(), self.amount
        while left:
            day += timedelta(days=1)
            left -= self.unit == "days" or (day.weekday() < 5 and day not in holidays)
        midnight = datetime.combine(day + timedelta(days=1), time(), LOCAL)
        return midnight.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Majority:
    """At least ``share`` of the number given as ``of`` must stand behind ``agree``."""

    agree: str
    of: str
    share: float
    source: str

    def holds(self, evidence: Mapping[str, Any]) -> bool:
        """Whether the counted votes carry; exactly the share is enough, nobody present is not."""
        agree, present = float(evidence[self.agree]), float(evidence[self.of])
        return present > 0 and self.share * present <= agree <= present


@dataclass(frozen=True, slots=True)
class Evidence:
    """What must be handed in with a step: a document, photo, number, date, text or consent."""

    name: str
    type: str
    label: Text


@dataclass(frozen=True, slots=True)
class Step:
    """Moves a case from any state in ``start`` to ``to``; any of ``roles`` may do it.

    ``within`` says by when, ``after`` not before when; ``other_than`` names earlier steps whose
    taker may not take this one.
    """

    name: str
    label: Text
    start: frozenset[str]
    to: str
    roles: frozenset[str]
    needs: tuple[Evidence, ...] = ()
    within: tuple[Limit, ...] = ()
    after: tuple[Limit, ...] = ()
    other_than: tuple[str, ...] = ()
    majority: Majority | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """A pack's states and steps, in the order of act.yaml."""

    pack: str
    first: str
    states: Mapping[str, Text]
    steps: Mapping[str, Step]

    def open_to(self, role: str, state: str) -> tuple[Step, ...]:
        """The steps this role can take from this state: the buttons on the page."""
        return tuple(s for s in self.steps.values() if state in s.start and role in s.roles)

    def final(self, state: str) -> bool:
        """Whether nothing more can be done from this state."""
        return not any(state in step.start for step in self.steps.values())

    def deadline(
        self, step: str, taken: Mapping[str, datetime], holidays: Collection[date]
    ) -> datetime | None:
        """When a step is late: the latest end among its limits whose start has happened.

        ``taken`` maps step name (and ``opened``) to the instant it was last taken. None when
        the step has no limit that runs.
        """
        limits = self.steps[step].within
        ends = [lim.end(taken[lim.start], holidays) for lim in limits if lim.start in taken]
        return max(ends, default=None)

    def not_before(
        self, step: str, taken: Mapping[str, datetime], holidays: Collection[date]
    ) -> datetime | None:
        """The first instant at which a step may be taken; None when it need not wait."""
        limits = self.steps[step].after
        ends = [lim.end(taken[lim.start], holidays) for lim in limits if lim.start in taken]
        return max(ends, default=None)

    def due(
        self, state: str, taken: Mapping[str, datetime], holidays: Collection[date]
    ) -> datetime | None:
        """When a case in this state is overdue: the first deadline among its next steps."""
        ends = [
            end
            for step in self.steps.values()
            if state in step.start and (end := self.deadline(step.name, taken, holidays))
        ]
        return min(ends, default=None)


def read(spec: Mapping[str, Any], pack: str) -> Workflow:
    """The workflow of an act.yaml whose keys `hoaban.base.packs.spec` has checked.

    Raises `NeverReached` for a state that no chain of steps from the first one leads to.
    """
    evidence = {
        name: Evidence(name, said["type"], Text.read(said["label"]))
        for name, said in spec.get("evidence", {}).items()
    }
    steps = {name: _step(name, said, evidence) for name, said in spec["steps"].items()}
    states = {name: Text.read(label) for name, label in spec["states"].items()}
    reached: set[str] = {spec["first"]}
    before: set[str] = set()
    while reached != before:
        before = set(reached)
        reached |= {step.to for step in steps.values() if step.start & reached}
    for state in states:
        if state not in reached:
            raise NeverReached(pack=pack, state=state)
    return Workflow(pack, spec["first"], states, steps)


def _step(name: str, said: Mapping[str, Any], evidence: Mapping[str, Evidence]) -> Step:
    return Step(
        name=name,
        label=Text.read(said["label"]),
        start=frozenset(said["from"]),
        to=said["to"],
        roles=frozenset(said["by"]),
        needs=tuple(evidence[need] for need in said.get("needs", ())),
        within=_limits(said.get("within", [])),
        after=_limits(said.get("after", [])),
        other_than=tuple(said.get("other_than", ())),
        majority=Majority(**said["majority"]) if "majority" in said else None,
    )


def _limits(said: Any) -> tuple[Limit, ...]:
    return tuple(
        Limit(item[unit], unit, item["from"], item["source"])
        for item in (said if isinstance(said, list) else [said])
        for unit in ("hours", "days", "working_days")
        if unit in item
    )
