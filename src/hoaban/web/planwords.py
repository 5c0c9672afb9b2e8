"""Labels for what a plan is chosen by: the criteria, what bounds them, why a work is left out."""

from hoaban.base.text import Text

# Each criterion with what its need is counted in.
CRITERIA: dict[str, tuple[Text, Text]] = {
    "T1_income": (
        Text("Hộ thoát nghèo nhờ thu nhập", "Households out of poverty by income"),
        Text("hộ", "households"),
    ),
    "T1_M0": (
        Text("Nghèo đa chiều giảm (M0)", "Fall of multidimensional poverty (M0)"),
        Text("thiếu hụt", "things lacked"),
    ),
    "T2_communes": (
        Text("Xã mới đạt cả ba phép thử đi lại", "Communes newly passing all three tests"),
        Text("xã", "communes"),
    ),
    "T2_people": (
        Text("Người mới có đường bốn mùa", "People newly with an all-season link"),
        Text("người", "people"),
    ),
    "T2_tests": (
        Text("Từng phép thử đi lại mới đạt", "Each test of a commune newly passed"),
        Text("phép thử", "tests"),
    ),
    "T3_joint": (
        Text("Người vùng cao mới có đủ cả ba dịch vụ", "Highland people newly with all three"),
        Text("người", "people"),
    ),
    "T3_health": (
        Text("Người vùng cao mới có y tế", "Highland people newly with health"),
        Text("người", "people"),
    ),
    "T3_education": (
        Text("Người vùng cao mới có giáo dục", "Highland people newly with education"),
        Text("người", "people"),
    ),
    "T3_water": (
        Text("Người vùng cao mới có nước theo quy chuẩn", "Highland people newly with water"),
        Text("người", "people"),
    ),
    "T4_staff": (
        Text("Cán bộ mới đủ hai phần bồi dưỡng", "Staff newly trained on both legs"),
        Text("cán bộ", "staff"),
    ),
    "T4_legs": (
        Text("Từng phần bồi dưỡng mới đạt", "Each leg of training newly passed"),
        Text("phần", "legs"),
    ),
    "T5_pairs": (
        Text("Thủ tục mới về tới bản", "Procedures newly live in a village"),
        Text("lượt", "pairs"),
    ),
    "hours": (
        Text("Giờ đi tới điểm y tế giảm được", "Hours saved on the way to health care"),
        Text("giờ công một lượt", "person-hours a trip"),
    ),
    "isolation": (
        Text("Ngày bị chia cắt giảm được", "Days cut off saved"),
        Text("ngày-người", "people-days"),
    ),
    "worst": (
        Text("Một phần mười dân đi xa nhất", "The tenth of the people who travel longest"),
        Text("phút", "minutes"),
    ),
    "equity": (
        Text(
            "Cộng thêm cho nơi khó: biên giới, nghèo, khu vực III",
            "Bonus where it is hardest: border, poverty, zone III",
        ),
        Text("", ""),
    ),
}
# The other weights printed with a plan.
WEIGHTS: dict[str, Text] = {
    **{f"weight_{code}": Text(f"Mục tiêu {code}", f"Target {code}") for code in (
        "T1", "T2", "T3", "T4", "T5"
    )},
    "equity_border": Text("Cộng thêm ở xã biên giới", "Bonus in border communes"),
    "equity_poverty": Text("Cộng thêm theo tỷ lệ nghèo của bản", "Bonus by the village's poverty"),
    "equity_zone_III": Text("Cộng thêm ở khu vực III", "Bonus in zone III"),
    "beyond": Text("Phần vượt nhu cầu được tính", "What counts beyond the need"),
}  # fmt: skip
# Short names for one line of a terminal.
BRIEF: dict[str, str] = {
    "T1_income": "thu nhập",
    "T1_M0": "M0",
    "T2_communes": "xã",
    "T2_people": "người",
    "T2_tests": "phép thử",
    "T3_joint": "đủ ba",
    "T3_health": "y tế",
    "T3_education": "giáo dục",
    "T3_water": "nước",
    "T4_staff": "cán bộ",
    "T4_legs": "từng phần",
    "T5_pairs": "thủ tục",
    "hours": "giờ đi",
    "isolation": "chia cắt",
    "worst": "nơi xa nhất",
    "equity": "công bằng",
}
BECAUSE: dict[str, Text] = {
    "decided": Text("Người lập kế hoạch loại ra", "Forced out by the planner"),
    "rival": Text("Việc khác cho cùng nhu cầu", "Another work for the same need"),
    "nothing": Text("Không thêm được gì", "Adds nothing"),
    "money": Text("Hết vốn", "The money is used up"),
    "upkeep": Text("Không còn tiền duy tu", "No money for its upkeep"),
    "dearer": Text("Việc khác đáng tiền hơn", "Other works give more for the money"),
}
PRINCIPLES: dict[str, Text] = {
    "focus": Text("Đầu tư có trọng tâm", "Focused investment"),
    "empowerment": Text("Trao quyền cho cộng đồng", "The community's say"),
    "institution": Text("Tăng cường thể chế tại chỗ", "Local institutions"),
    "sources": Text("Gắn kết nguồn lực đa chiều", "Many sources together"),
}
SAFEGUARDS: dict[str, Text] = {
    "land": Text("Đất cho công trình", "Land for the work"),
    "consultation": Text("Họp lấy ý kiến người dân", "Consultation held"),
    "language": Text("Họp bằng tiếng của bản", "Held in the language of the village"),
    "grievance": Text("Nơi nhận kiến nghị, khiếu nại", "Grievance channel"),
    "hazard": Text("Nguy cơ thiên tai tại chỗ", "Hazard at the place"),
}
