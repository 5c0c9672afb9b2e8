"""News goes downstream: each handler deals with each event once, and failures hold up nobody."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_django
from django.core.management import call_command
from django.db import connection, connections

from hoaban.base import immutable
from hoaban.base.events import TRIES, Handler, handle_next, name_of, stuck
from hoaban.base.models import Area, Delivery, Event, tell
from tests import highland

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)


@pytest.fixture
def top(db: None) -> Area:
    return highland.build()["11/"]


def say(name: str, area: Area, subject: str = "x") -> Event:
    return tell(name, at=AT, actor=None, area=area, subject=subject)


class Log:
    """Two handlers that write down what they were told, and one that always fails."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def first(self, event: Event, at: datetime) -> None:
        self.heard.append(f"first {event.subject}")

    def second(self, event: Event, at: datetime) -> None:
        self.heard.append(f"second {event.subject}")

    def failing(self, event: Event, at: datetime) -> None:
        say("plan.approved", event.area, "undone")
        raise ZeroDivisionError("no money")


def work(wiring: dict[str, list[Handler]], most: int = 100) -> int:
    """Handle until nothing waits; how often something was handled."""
    done = 0
    while done < most and handle_next(wiring, at=LATER):
        done += 1
    return done


def test_each_handler_hears_each_event_once_oldest_first(top: Area) -> None:
    log = Log()
    say("plan.approved", top, "a")
    say("plan.approved", top, "b")
    say("record.received", top, "c")
    wiring: dict[str, list[Handler]] = {"plan.approved": [log.first, log.second]}
    assert work(wiring) == 4
    assert log.heard == ["first a", "second a", "first b", "second b"]
    assert not handle_next(wiring, at=LATER)
    assert {d.handled_at for d in Delivery.objects.all()} == {LATER}


def test_nothing_waits_where_nobody_listens(top: Area) -> None:
    say("record.received", top)
    assert not handle_next({}, at=LATER)
    assert Delivery.objects.count() == 0


def test_a_handler_wired_later_hears_what_happened_before(top: Area) -> None:
    log = Log()
    say("plan.approved", top, "a")
    assert work({"plan.approved": [log.first]}) == 1
    assert work({"plan.approved": [log.first, log.second]}) == 1
    assert log.heard == ["first a", "second a"]


def test_a_handler_may_tell_news_that_others_hear(top: Area) -> None:
    log = Log()

    def approve(event: Event, at: datetime) -> None:
        tell("act.opened", at=at, actor=None, area=event.area, subject="case")

    say("plan.approved", top)
    assert work({"plan.approved": [approve], "act.opened": [log.first]}) == 2
    assert log.heard == ["first case"]


def test_a_failing_handler_is_undone_tried_five_times_and_left_for_a_person(
    top: Area, caplog: pytest.LogCaptureFixture
) -> None:
    log = Log()
    say("plan.approved", top, "a")
    assert work({"plan.approved": [log.failing, log.second]}) == TRIES + 1
    assert log.heard == ["second a"]
    assert Event.objects.count() == 1  # what the handler had told is undone
    (left,) = stuck()
    assert (left.handler, left.tries) == (name_of(log.failing), TRIES)
    assert left.fault == "ZeroDivisionError: no money"
    assert left.handled_at is None
    assert "no money" in caplog.text


def test_a_handler_that_recovers_is_done(top: Area) -> None:
    heard: list[str] = []

    def shaky(event: Event, at: datetime) -> None:
        heard.append(event.subject)
        if len(heard) < 3:
            raise ZeroDivisionError

    say("plan.approved", top, "a")
    assert work({"plan.approved": [shaky]}) == 3
    assert stuck() == []
    assert Delivery.objects.get().fault == ""


def test_old_news_waits_for_no_failing_news(top: Area) -> None:
    heard: list[str] = []

    def picky(event: Event, at: datetime) -> None:
        heard.append(event.subject)
        if event.subject == "bad":
            raise ZeroDivisionError

    say("plan.approved", top, "bad")
    say("plan.approved", top, "good")
    assert handle_next({"plan.approved": [picky]}, at=LATER)
    assert handle_next({"plan.approved": [picky]}, at=LATER)
    assert heard == ["bad", "good"]


@pytest.fixture
def shared(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Area]:
    """A database that several connections write to, emptied afterwards."""
    with django_db_blocker.unblock():
        yield highland.build()["11/"]
        lift(immutable.release)
        call_command("flush", interactive=False, verbosity=0)
        lift(immutable.protect)


def lift(change: Callable[[Any, str], None]) -> None:
    with connection.schema_editor() as editor:
        change(editor, "base_event")


def test_racing_workers_lose_nothing_and_double_nothing(shared: Area) -> None:
    heard: list[str] = []

    def hear(event: Event, at: datetime) -> None:
        heard.append(event.subject)

    def worker() -> None:
        work({"plan.approved": [hear]})
        connections["default"].close()

    for number in range(40):
        say("plan.approved", shared, str(number))
    if connection.features.has_select_for_update:
        racing = [threading.Thread(target=worker) for _ in range(4)]
        for thread in racing:
            thread.start()
        for thread in racing:
            thread.join()
    else:  # SQLite lets one writer in at a time: there is no race to lose
        assert work({"plan.approved": [hear]}) == 40
    assert sorted(heard, key=int) == [str(number) for number in range(40)]
    assert Delivery.objects.filter(handled_at=None).count() == 0
