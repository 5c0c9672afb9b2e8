"""Money is whole đồng. Reading amounts people type, and writing amounts people read."""

import re
from decimal import Decimal, InvalidOperation

from hoaban.base.problems import Problem

_UNITS = {
    "": 1,
    "d": 1,
    "dong": 1,
    "vnd": 1,
    "tr": 10**6,
    "trieu": 10**6,
    "ty": 10**9,
    "nghinty": 10**12,
}
_PLAIN = str.maketrans("đỷỉàìệê", "dyiaiee")


class NotMoney(Problem):
    vi = "“{text}” không phải là một số tiền; hãy viết như 1200ty, 850tr hoặc 1500000."
    en = "“{text}” is not an amount of money; write it like 1200ty, 850tr or 1500000."


class MoneyMustBePositive(Problem):
    vi = "Số tiền “{text}” phải lớn hơn 0; hãy cho một số tiền dương, ví dụ 1200ty."
    en = "The amount “{text}” must be above 0; give a positive amount, for example 1200ty."


def parse_vnd(text: str) -> int:
    """Whole đồng from ``1200ty`` (billion), ``850tr`` (million), ``1.500.000`` or ``2,5ty``.

    With a unit, both ``,`` and ``.`` are decimal marks; without one they group thousands.
    Raises `NotMoney` for anything else and `MoneyMustBePositive` for 0 and below.
    """
    plain = text.strip().lower().translate(_PLAIN).replace(" ", "").replace("_", "")
    match = re.fullmatch(r"(-?[\d.,]+)([a-z]*)", plain)
    if match is None or match[2] not in _UNITS:
        raise NotMoney(text=text)
    unit = _UNITS[match[2]]
    digits = match[1].replace(",", ".") if unit > 1 else re.sub(r"[.,]", "", match[1])
    try:
        amount = Decimal(digits) * unit
    except InvalidOperation:
        raise NotMoney(text=text) from None
    if amount != int(amount):
        raise NotMoney(text=text)
    if amount <= 0:
        raise MoneyMustBePositive(text=text)
    return int(amount)


def format_vnd(amount: int) -> str:
    """Short Vietnamese reading: ``1.200 tỷ``, ``3,5 tỷ``, ``850 triệu``, ``1.500 đ``."""
    for unit, name in ((10**9, "tỷ"), (10**6, "triệu")):
        if abs(amount) >= unit:
            return f"{number(amount / unit, 1)} {name}"
    return f"{number(amount)} đ"


def number(value: float, digits: int = 0) -> str:
    """Vietnamese digits: ``.`` groups thousands, ``,`` is the decimal mark, no idle zeros."""
    text = f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))
    return text.rstrip("0").rstrip(",") if "," in text else text
