"""A step that a signed-in person takes on a page: done and told, or the page again with why not.

A form names its step in the field ``step``; what was typed is shown again when the step is
refused, so that nothing is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDictKeyError

from hoaban.base.problems import Problem
from hoaban.base.text import Text

Step = Callable[[HttpRequest], Text]  # does it and says what was done
ACTION = "step"  # its rate stands in settings.ACCOUNT_RATE_LIMITS


class NoSuchStep(Problem):
    vi = "Trang này không có bước “{step}”; hãy tải lại trang và thử lại."
    en = "This page has no step “{step}”; reload it and try again."


class FieldMissing(Problem):
    vi = "Biểu mẫu thiếu ô “{field}”; hãy điền rồi gửi lại."
    en = "The form lacks the field “{field}”; fill it in and send it again."


class TooManySteps(Problem):
    vi = "Gửi quá nhiều lần trong một phút; hãy đợi một phút rồi gửi lại, chưa có gì được ghi."
    en = "Too many forms within a minute; wait a minute and send it again, nothing was written."
    status = 429


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a step was not taken, for ``parts/said.html``; answer with ``status``."""

    step: str
    vi: str
    en: str
    status: int


def take(request: HttpRequest, steps: Mapping[str, Step]) -> Refused | None:
    """Take the step that a posted form names; why it was refused, None when it was done.

    What was done is told by a message on the next page shown: redirect to it.
    """
    name = request.POST.get("step", "")
    try:
        if not ratelimit.consume(request, action=ACTION, user=request.user):
            raise TooManySteps
        if name not in steps:
            raise NoSuchStep(step=name)
        try:
            done = steps[name](request)
        except MultiValueDictKeyError as missing:
            raise FieldMissing(field=str(missing.args[0])) from missing
    except Problem as problem:
        return Refused(name, problem.text("vi"), problem.text("en"), problem.status)
    messages.success(request, done.vi, extra_tags=done.en)
    return None
