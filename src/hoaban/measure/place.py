"""Which province is measured: light to import, for every command needs it."""

from dataclasses import dataclass

from hoaban.base.text import Text


@dataclass(frozen=True, slots=True)
class Place:
    """The province that is measured: its path, its name, its centre and its rainy months."""

    path: str  # "11/"
    name: Text
    centre: str  # code of the commune whose seat is the province's centre
    wet_months: tuple[int, ...]  # 1–12

    @property
    def centre_path(self) -> str:
        """The path of the central commune."""
        return f"{self.path}{self.centre}/"
