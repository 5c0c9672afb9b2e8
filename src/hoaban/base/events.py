"""News goes downstream: run whatever waits for an event, once, after it is committed.

`Event` says what happened; `Delivery` says which handler has dealt with it. One worker or
several may empty the table: a delivery is claimed under a row lock, and others skip it.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from hoaban.base.models import Delivery, Event

log = logging.getLogger(__name__)
Handler = Callable[[Event, datetime], object]
Wiring = Mapping[str, Sequence[Handler]]
TRIES = 5


def handle_next(wiring: Wiring, *, at: datetime) -> bool:
    """Let one handler deal with the oldest event that waits for it. False when nothing waits.

    A handler's writes and the note that it has handled the event stand or fall together, and
    a handler that fails holds up no other. After five tries the delivery is left for a person
    to look at (`stuck`). Handlers must be safe to run again.
    """
    handlers = {name_of(handle): handle for group in wiring.values() for handle in group}
    _address(wiring)
    waiting = Delivery.objects.filter(
        handled_at=None, tries__lt=TRIES, handler__in=handlers
    ).order_by("tries", "event_id", "pk")
    with transaction.atomic():
        delivery = waiting.select_for_update(skip_locked=True).first()
        if delivery is None:
            return False
        try:
            with transaction.atomic():
                handlers[delivery.handler](delivery.event, at)
        except Exception as fault:  # whatever a handler does, the worker goes on
            log.exception("%s could not handle event %s", delivery.handler, delivery.event_id)
            delivery.tries += 1
            delivery.fault = f"{type(fault).__name__}: {fault}"[:300]
        else:
            delivery.handled_at = at
            delivery.fault = ""
        delivery.save(update_fields=["handled_at", "tries", "fault"])
    return True


def stuck() -> list[Delivery]:
    """Deliveries that failed five times, oldest event first."""
    return list(
        Delivery.objects.filter(handled_at=None, tries__gte=TRIES)
        .select_related("event")
        .order_by("event_id", "pk")
    )


def name_of(handler: Handler) -> str:
    """The name under which a handler's deliveries are kept: its module and its own name."""
    return f"{handler.__module__}.{getattr(handler, '__qualname__', repr(handler))}"[-96:]


def _address(wiring: Wiring) -> None:
    """Write a delivery for every event that a handler has not been told of yet."""
    for name, handlers in wiring.items():
        for handler in map(name_of, handlers):
            told = Delivery.objects.filter(event=OuterRef("pk"), handler=handler)
            fresh = Event.objects.filter(~Exists(told), name=name).order_by("pk")
            Delivery.objects.bulk_create(
                [
                    Delivery(event_id=pk, handler=handler)
                    for pk in fresh.values_list("pk", flat=True)
                ],
                ignore_conflicts=True,  # another worker may address the same event
            )
