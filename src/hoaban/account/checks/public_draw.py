"""A string drawn in public after a lock, kept with where it was published.

Whoever reads it, and the digest that was locked, works the seed out again
(`verification.public_seed`) and with it the draw.
"""

from dataclasses import dataclass

from hoaban.account.checks import verification
from hoaban.base.problems import Problem

LONGEST = 120  # characters of the string
LONGEST_PLACE = 240  # characters of where and when it was published


class NothingDrawnInPublic(Problem):
    vi = "Chưa ghi số đã quay công khai hoặc nơi công bố; hãy ghi cả hai để ai cũng rút lại được."
    en = "The string drawn in public or where it was published is missing; give both."


class PublicDrawTooLong(Problem):
    vi = "“{text}…” dài quá {most} ký tự; hãy ghi ngắn hơn."
    en = "“{text}…” is longer than {most} characters; write less."


class SeedDiffers(Problem):
    vi = "Số gieo {seed} không phải là số tính từ “{drawn}”; hãy tính lại."
    en = "The seed {seed} is not the one that follows from “{drawn}”; work it out again."
    status = 409


@dataclass(frozen=True, slots=True)
class PublicDraw:
    """What was drawn (a lottery's special prize, say) and where and when it was published.

    Both are required. Raises `NothingDrawnInPublic`, `PublicDrawTooLong`.
    """

    drawn: str
    published: str

    def __post_init__(self) -> None:
        if not (self.drawn.strip() and self.published.strip()):
            raise NothingDrawnInPublic
        for text, most in ((self.drawn, LONGEST), (self.published, LONGEST_PLACE)):
            if len(text) > most:
                raise PublicDrawTooLong(text=text[:40], most=most)

    def seed(self, digest: str) -> int:
        """The seed that follows from it and the digest of what was locked."""
        return verification.public_seed(self.drawn, digest)


def kept(public: PublicDraw | None, *, seed: int, digest: str) -> tuple[str, str]:
    """The string and its publication as they are kept; both empty when there is none.

    Raises `SeedDiffers` for a seed that does not follow from it.
    """
    if public is None:
        return "", ""
    if public.seed(digest) != seed:
        raise SeedDiffers(seed=seed, drawn=public.drawn)
    return public.drawn, public.published
