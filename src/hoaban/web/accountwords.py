"""Labels for result agreements: modes, states, the papers that law and gates ask for."""

from hoaban.base.text import Text

MODES: dict[str, Text] = {
    "pilot": Text("Thí điểm", "Pilot"),
    "shadow": Text("Theo dõi song song", "Shadow"),
}
STATUSES: dict[str, Text] = {
    "draft": Text("Dự thảo", "Draft"),
    "proposed": Text("Xã đã đề xuất", "Proposed by the commune"),
    "checked": Text("Tỉnh đã kiểm tra", "Checked by the province"),
}
# The four conditions of NĐ 163/2016/NĐ-CP art. 11, then the gates.
PAPERS: dict[str, Text] = {
    "measurable": Text(
        "Khối lượng, chất lượng, thời gian đo được", "Volume, quality and time can be measured"
    ),
    "cost_basis": Text("Có căn cứ xác định kinh phí", "The cost has a basis"),
    "criteria_and_monitoring": Text(
        "Có tiêu chí và cách theo dõi, đánh giá", "Criteria and monitoring exist"
    ),
    "written_agreement": Text("Có văn bản giao việc, cam kết", "A written agreement"),
    "accounts": Text("Quyết toán đã nộp", "Accounts filed"),
    "disclosure": Text("Đã công khai", "Disclosure made"),
    "register_refresh": Text("Đã rà soát sổ bộ", "Register refreshed"),
}
NEEDS: dict[str, Text] = {
    "points": Text("Điểm phân bổ quốc gia", "Points of the national rule"),
    "people": Text("Dân số", "People"),
    "poverty": Text("Gánh nặng nghèo (người × thiếu hụt)", "Burden of poverty"),
    "travel": Text("Phút đi tới điểm y tế × người", "Person-minutes to health care"),
}
