"""How templates say things: two languages, money, shares, days, bars."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hoaban.base.money import format_vnd
from hoaban.base.money import number as vietnamese
from hoaban.base.text import Text
from hoaban.record import reads
from hoaban.web import assets, figures, words

register = template.Library()


@register.simple_tag
def two(vi: Any, en: str = "") -> SafeString:
    """Vietnamese, then English beside it in small letters. Takes a Text or two strings."""
    if isinstance(vi, Text):
        vi, en = vi.vi, vi.en
    if not str(en).strip() or en == vi:
        return format_html("{}", vi)
    return format_html('{} <span class="en" lang="en">{}</span>', vi, en)


@register.simple_tag
def pair(said: Mapping[str, str]) -> SafeString:
    """`two` for a pair as JSON has it: ``{vi, en}``."""
    return two(said["vi"], said.get("en", ""))


@register.filter
def purpose(code: str) -> Text:
    """Why a register row was read, in words."""
    return Text(*(reads.PURPOSES.get(code) or f"{code} / {code}").split(" / ", 1))


@register.filter
def vnd(amount: int | None) -> str:
    """Money in short Vietnamese reading; "" when there is none."""
    return "" if amount is None else format_vnd(int(amount))


@register.filter
def share(value: float | None) -> str:
    """A share (0–1) as a percentage; missing is said."""
    return figures.share(value)


@register.filter
def count(value: float | None) -> str:
    """A whole number with Vietnamese grouping; missing is said."""
    return "chưa rõ" if value is None else vietnamese(value)


@register.filter
def day(value: Any) -> str:
    """A calendar day as dd/mm/yyyy."""
    return figures.day(value)


@register.filter
def origin(value: str) -> Text:
    """Where a figure comes from, in words."""
    return words.label(words.ORIGINS, str(value))


@register.filter
def method(value: str) -> Text:
    """How a plan was chosen, in words."""
    return words.label(words.METHODS, str(value))


@register.filter
def field_label(field: Any) -> Text:
    """The label of a sign-in form's field in both languages."""
    return words.FIELDS.get(field.name) or Text(str(field.label), " ")


@register.filter
def bare(field: Any) -> SafeString:
    """A form's field without a placeholder: its label says what it is."""
    field.field.widget.attrs.pop("placeholder", None)
    return SafeString(field)


@register.simple_tag
def bar(card: figures.Card) -> SafeString:
    """The value of a target on the way to its mark, with the forecast; the words stand beside."""
    then = (
        format_html('<rect class="then" x="0" y="13" width="{}" height="5"/>', card.bar_after)
        if card.after
        else ""
    )
    return format_html(
        '<svg class="bar" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" x="0" y="3" width="100" height="15"/>'
        '<rect class="now" x="0" y="3" width="{}" height="10"/>{}'
        '<rect class="goal" x="{}" y="0" width="0.8" height="20"/></svg>',
        card.bar,
        then,
        min(card.bar_target, 99),
    )


@register.simple_tag
def front_end() -> SafeString:
    """Links to the built style sheet and script."""
    sheets = format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((static(p),) for p in assets.styles())
    )
    scripts = format_html_join(
        "", '<script type="module" src="{}"></script>', ((static(p),) for p in assets.scripts())
    )
    return format_html("{}{}", sheets, scripts)


@register.simple_tag
def front_end_built() -> bool:
    """Whether the style sheet exists; without it a page says what to run."""
    return bool(assets.styles())
