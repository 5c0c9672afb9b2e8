"""The words the doors use for what the other rooms compute: Vietnamese first, English beside.

Only labels live here. A key that has no label yet is shown as it is written, so that a new
figure is seen at once, without its word, and never lost.
"""

from collections.abc import Mapping
from typing import Any

from hoaban.base.text import Text
from hoaban.measure.poverty.classes import LABELS

TARGETS: dict[str, Text] = {
    "T1": Text("Hộ nghèo dưới 15 %", "Poor households below 15 %"),
    "T2": Text("100 % xã đi lại được quanh năm", "All communes connected all year"),
    "T3": Text(
        "80 % người vùng cao có y tế, giáo dục, nước sạch đạt chuẩn",
        "80 % of highland people with standard health, education, water",
    ),
    "T4": Text("100 % cán bộ xã, bản được bồi dưỡng", "All commune and village staff trained"),
    "T5": Text(
        "70 % thủ tục cơ bản số hoá và về tới bản",
        "70 % of basic procedures digitised and in the village",
    ),
}
SHORT: dict[str, Text] = {
    "T1": Text("Nghèo", "Poverty"),
    "T2": Text("Đi lại", "Connection"),
    "T3": Text("Dịch vụ cơ bản", "Basic services"),
    "T4": Text("Cán bộ", "Staff"),
    "T5": Text("Thủ tục", "Procedures"),
}
COMMUNE_FIGURE: dict[str, Text] = {
    "T1": Text("Tỷ lệ hộ nghèo", "Share of poor households"),
    "T2": Text("Người dân có đường bốn mùa", "People with an all-season link"),
    "T3": Text("Người vùng cao có đủ cả ba dịch vụ", "Highland people with all three services"),
    "T4": Text("Cán bộ đã đủ hai phần bồi dưỡng", "Staff trained on both legs"),
    "T5": Text("Thủ tục đã triển khai đến bản", "Procedures live in the village"),
}
# The indicator and group of the commune figure that stands for a target on the map.
MAPPED: dict[str, tuple[str, str]] = {
    "T1": ("poverty.poor", "households"),
    "T2": ("connection.linked", "people"),
    "T3": ("services.joint", "highland_people"),
    "T4": ("staff.both", "staff"),
    "T5": ("procedures.live", "pairs"),
}
ORIGINS: dict[str, Text] = {
    "official": Text("công bố chính thức", "official"),
    "compiled": Text("tổng hợp từ nguồn công bố", "compiled"),
    "surveyed": Text("khảo sát", "surveyed"),
    "imported": Text("nhập từ sổ bộ", "imported"),
    "synthetic": Text("minh hoạ", "illustrative"),
    "assumed": Text("giả định", "assumed"),
}
MODES: dict[str, Text] = {
    "foot": Text("Đi bộ", "On foot"),
    "motorbike": Text("Xe máy", "Motorbike"),
    "car": Text("Ô tô", "Car"),
}
SEASONS: dict[str, Text] = {
    "dry": Text("mùa khô", "dry season"),
    "wet": Text("mùa mưa", "wet season"),
}
PLACES: dict[str, Text] = {
    "seat": Text("Trung tâm xã", "Commune seat"),
    "old_seat": Text("Trung tâm xã cũ", "Seat of the old commune"),
    "health": Text("Nơi khám đạt chuẩn", "Health post to standard"),
    "station": Text("Trạm y tế", "Health station"),
    "satellite_point": Text("Điểm trạm y tế", "Satellite health point"),
    "school_primary": Text("Trường tiểu học", "Primary school"),
    "school_lower": Text("Trường THCS", "Lower secondary school"),
    "school_upper": Text("Trường THPT", "Upper secondary school"),
    "boarding": Text("Trường có bán trú", "Boarding school"),
    "market": Text("Chợ", "Market"),
    "digital_point": Text("Điểm dịch vụ số", "Digital point"),
}
ROAD_CLASSES: dict[str, Text] = {
    "national": Text("quốc lộ", "national road"),
    "provincial": Text("đường tỉnh", "provincial road"),
    "commune": Text("đường xã", "commune road"),
    "village": Text("đường bản", "village road"),
}
ROAD_SURFACES: dict[str, Text] = {
    "asphalt": Text("mặt nhựa", "asphalt"),
    "concrete": Text("mặt bê tông", "concrete"),
    "gravel": Text("mặt cấp phối", "gravel"),
    "earth": Text("mặt đất", "earth"),
}
MONEY: dict[str, Text] = {
    "investment": Text("vốn đầu tư", "investment"),
    "recurrent": Text("kinh phí thường xuyên", "recurrent"),
}
PACKS: dict[str, Text] = {
    "health_station": Text("Trạm y tế", "Health station"),
    "housing": Text("Nhà ở, tái định cư", "Housing"),
    "livelihood": Text("Sinh kế", "Livelihood"),
    "outreach": Text("Đợt lưu động", "Outreach round"),
    "power": Text("Điện lưới", "Grid power"),
    "procedures": Text("Thủ tục về bản", "Procedures to the village"),
    "road_closure": Text("Thông đường", "Clearing closures"),
    "roads": Text("Đường và cầu", "Roads and bridges"),
    "school": Text("Trường học", "School"),
    "staff_training": Text("Bồi dưỡng cán bộ", "Staff training"),
    "telecom": Text("Sóng 4G", "4G signal"),
    "water": Text("Nước sinh hoạt", "Water"),
}
SOURCES: dict[str, Text] = {
    "programme": Text("chương trình mục tiêu quốc gia", "national target programme"),
    "central": Text("ngân sách trung ương", "central budget"),
    "local": Text("ngân sách địa phương", "local budget"),
    "oda": Text("vốn ODA, vốn vay ưu đãi", "ODA and concessional loans"),
    "ppp": Text("đối tác công tư", "public-private partnership"),
    "fund": Text("quỹ, nguồn đóng góp", "funds and donations"),
    "budget": Text("tổng mức đã cho", "the given total"),
}
METHODS: dict[str, Text] = {
    "joint": Text("theo tác dụng chung, chính xác", "by the joint effect, exact"),
    "additive": Text("theo cách cộng gộp", "additive"),  # plans kept before the joint choice
}
# The classes of a household, hardest first, as a heading has them.
POVERTY_CLASSES: dict[str, Text] = {
    name: Text(*(said[:1].upper() + said[1:] for said in (label.vi, label.en)))
    for name, label in LABELS.items()
}
BENEFITS: dict[str, Text] = {
    "insurance": Text("Bảo hiểm y tế được đóng hoặc hỗ trợ", "Free or supported health insurance"),
    "pension": Text("Trợ cấp hưu trí xã hội", "Social pension"),
    "allowances": Text("Trợ cấp xã hội hằng tháng", "Monthly social assistance"),
}
# The things that a household may lack, as the reviews ask for them.
LACKS: dict[str, Text] = {
    "employment": Text("Việc làm", "Employment"),
    "dependants": Text("Người phụ thuộc", "Dependants"),
    "nutrition": Text("Dinh dưỡng", "Nutrition"),
    "insurance": Text("Bảo hiểm y tế", "Health insurance"),
    "adult_education": Text("Trình độ giáo dục của người lớn", "Adult education"),
    "child_attendance": Text("Tình trạng đi học của trẻ em", "Child attendance"),
    "house_quality": Text("Chất lượng nhà ở", "Housing quality"),
    "house_area": Text("Diện tích nhà ở bình quân đầu người", "Housing area per head"),
    "water": Text("Nguồn nước sinh hoạt", "Water source"),
    "toilet": Text("Nhà tiêu hợp vệ sinh", "Hygienic toilet"),
    "telecom": Text("Sử dụng dịch vụ viễn thông", "Telecom services"),
    "devices": Text("Phương tiện tiếp cận thông tin", "Information devices"),
    "waste": Text("Xử lý chất thải", "Waste treatment"),
}
PROPOSERS: dict[str, Text] = {
    "village": Text("bản đề xuất", "proposed by the village"),
    "commune": Text("xã đề xuất", "proposed by the commune"),
    "province": Text("tỉnh đề xuất", "proposed by the province"),
    "generated": Text("máy gợi ý từ số liệu", "generated from the data"),
}
FIELDS: dict[str, Text] = {
    "login": Text("Tên đăng nhập", "User name"),
    "password": Text("Mật khẩu", "Password"),
    "remember": Text("Nhớ trên máy này", "Remember me on this device"),
    "code": Text("Mã 6 số trong ứng dụng xác thực", "6-digit code from the app"),
    "oldpassword": Text("Mật khẩu hiện tại", "Current password"),
    "password1": Text("Mật khẩu mới", "New password"),
    "password2": Text("Nhập lại mật khẩu mới", "New password again"),
}


def label(words: Mapping[str, Text], key: str) -> Text:
    """The label of a key; a key without one stands for itself in both languages."""
    return words.get(key) or Text(key, key)


def reason(given: Mapping[str, Any]) -> Text:
    """The ``why`` of a work or a gap: a text with ``why_en`` beside, or ``{vi, en}``."""
    why = given.get("why")
    return Text(spoken(why), spoken(given.get("why_en") or why, "en"))


def spoken(value: Any, language: str = "vi") -> str:
    """A sentence from what a room wrote: plain text, ``{vi, en}`` or nothing ("")."""
    if isinstance(value, Mapping):
        return str(value.get(language) or value.get("vi") or "")
    return "" if value is None else str(value)
