"""Labels of agreements (modes, states, papers of law and gates) and of money on its way."""

from hoaban.account import operations
from hoaban.base.text import Text

MODES: dict[str, Text] = {
    "pilot": Text("Thí điểm", "Pilot"),
    "shadow": Text("Theo dõi song song", "Shadow"),
}
STATUSES = {
    code: Text(vi.capitalize(), en.capitalize()) for code, (vi, en) in operations.STATUSES.items()
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
# How far money has come, why it stands still, and whose it is.
STAGES: dict[str, Text] = {
    "planned": Text("Kế hoạch vốn", "Planned"),
    "allocated": Text("Đã phân bổ", "Allocated"),
    "disbursed": Text("Đã giải ngân", "Disbursed"),
    "verified": Text("Đã nghiệm thu", "Verified"),
}
WAITS: dict[str, Text] = {
    "allocated": Text("chờ phân bổ", "waits to be allocated"),
    "disbursed": Text("chờ giải ngân", "waits to be disbursed"),
    "verified": Text("chờ nghiệm thu", "waits to be verified"),
}
CAUSES: dict[str, Text] = {
    "land": Text("Mặt bằng", "Land"),
    "procurement": Text("Đấu thầu", "Procurement"),
    "design": Text("Thiết kế, dự toán", "Design and estimate"),
    "weather": Text("Thời tiết, sạt lở", "Weather"),
    "contractor": Text("Nhà thầu", "Contractor"),
    "capital_late": Text("Vốn về chậm", "The money came late"),
    "other": Text("Nguyên nhân khác", "Other"),
    "": Text("Chưa nêu nguyên nhân", "No cause given"),
}
KINDS: dict[str, Text] = {
    "investment": Text("đầu tư", "investment"),
    "recurrent": Text("thường xuyên", "recurrent"),
}
GROUPS: dict[str, Text] = {
    "total": Text("Tất cả các nguồn", "All sources"),
    "programme": Text("Chương trình mục tiêu quốc gia", "National target programmes"),
    "investment": Text("Đầu tư khác", "Other investment"),
    "recurrent": Text("Chi thường xuyên khác", "Other recurrent money"),
}
