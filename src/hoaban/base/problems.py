"""Problem: the one exception a person may see.

Every module declares its own problems beside the function that raises them; the doors
turn any of them into a page, a JSON body or one line on stderr with exit code 2.
Anything that is not a Problem is a bug and must rise.
"""

from typing import ClassVar


class Problem(Exception):
    """Something the person at the other end can understand and act on.

    A subclass gives ``vi`` and ``en``: one sentence each that says what happened with the
    named facts and what to do. ``status`` is the HTTP status a page answers with.
    """

    vi: ClassVar[str]
    en: ClassVar[str]
    status: ClassVar[int] = 400

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.text("vi"))

    def text(self, language: str = "vi") -> str:
        """The sentence in ``vi`` or ``en``, with the facts filled in."""
        return (self.en if language == "en" else self.vi).format(**self.facts)

    @property
    def code(self) -> str:
        """Stable name for logs and clients, e.g. ``act.operations.WrongStep``."""
        return f"{type(self).__module__.removeprefix('hoaban.')}.{type(self).__name__}"
