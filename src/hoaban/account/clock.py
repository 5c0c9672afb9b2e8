"""Instants as people here read them: the calendar day and the time of day (UTC+7)."""

from datetime import date, datetime

from hoaban.act.workflow import LOCAL


def local_day(at: datetime) -> date:
    """The calendar day here of an instant."""
    return at.astimezone(LOCAL).date()


def local_time(at: datetime) -> str:
    """An instant to the second, as ``10/12/2027 15:00:00`` here."""
    return f"{at.astimezone(LOCAL):%d/%m/%Y %H:%M:%S}"
