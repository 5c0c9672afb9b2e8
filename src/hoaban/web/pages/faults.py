"""What a person sees when something cannot be done: one sentence, in both languages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hoaban.base.problems import Problem
from hoaban.base.text import Text

NOT_HERE = Text("Không có trang này", "No such page")
NOT_HERE_WHY = Text(
    "Địa chỉ không đúng, hoặc nằm ngoài địa bàn của bạn; hãy quay về trang chủ.",
    "The address is wrong, or lies outside your area; go back to the home page.",
)
NOT_ALLOWED = Text("Không được phép", "Not allowed")
NOT_ALLOWED_WHY = Text(
    "Biểu mẫu đã hết hạn hoặc bạn không có quyền; hãy tải lại trang và thử lại.",
    "The form expired or you may not do this; reload the page and try again.",
)
REFUSED = Text("Chưa làm được", "This cannot be done")

Next = Callable[[HttpRequest], HttpResponse]


class Problems:
    """Middleware that turns a `Problem` raised by any room into a page with its status."""

    def __init__(self, pass_on: Next) -> None:
        self.pass_on = pass_on

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.pass_on(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for a Problem; anything else is a bug and rises."""
        if not isinstance(error, Problem):
            return None
        return _say(request, REFUSED, Text(error.text("vi"), error.text("en")), error.status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also for what lies outside one's area: it does not say which."""
    return _say(request, NOT_HERE, NOT_HERE_WHY, 404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _say(request, NOT_ALLOWED, NOT_ALLOWED_WHY, 403)


def bad_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old."""
    return _say(request, NOT_ALLOWED, NOT_ALLOWED_WHY, 403)


def _say(request: HttpRequest, title: Text, why: Text, status: int) -> HttpResponse:
    content = {"problem": {"title": title, "vi": why.vi, "en": why.en}}
    return render(request, "problem.html", content, status=status)
