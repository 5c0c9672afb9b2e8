"""What the centre does not do, said in public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hoaban.base.text import Text

REFUSALS = (
    (
        Text(
            "Theo dõi tôn giáo, tín ngưỡng, tư tưởng, quan điểm",
            "Watching religion, belief, opinion",
        ),
        Text(
            "Không có gì; ghi chép hoà giải chỉ nêu loại việc (đất, nước, gia đình…) và kết quả",
            "Nothing; mediation notes name the kind of dispute and the outcome only",
        ),
    ),
    (
        Text("Lập danh sách đối tượng, chấm điểm người", "Lists of suspects, scores of persons"),
        Text(
            "Sự việc được ghi theo nơi, lúc, loại và việc cần giúp; không gắn với người",
            "Events by place, time, kind and help needed; never tied to a person",
        ),
    ),
    (
        Text("Theo dõi việc đi lại, định vị điện thoại", "Following movements, locating phones"),
        Text(
            "Báo cáo mang vị trí của con đường, công trình; không mang vị trí của máy",
            "A report carries the place of the thing, not of the device",
        ),
    ),
    (
        Text("Kiểm soát di cư của từng người", "Controlling migration of persons"),
        Text(
            "Người mới đến hỏi được dịch vụ: trường, bảo hiểm y tế, giấy tờ",
            "Newcomers can ask for services: school, health insurance, papers",
        ),
    ),
    (
        Text("Danh sách hộ phải di dời", "Lists of households to move"),
        Text(
            "Tái định cư theo đơn của hộ, có văn bản đồng ý và thời gian suy nghĩ lại",
            "Resettlement on application, with consent on record and time to reconsider",
        ),
    ),
    (
        Text("Camera, nghe báo chí, mạng xã hội", "Cameras, press or social-media feeds"),
        Text("Chỉ số liệu tổng hợp từ sổ bộ và báo cáo", "Aggregates from registers and reports"),
    ),
)


def out_of_scope(request: HttpRequest) -> HttpResponse:
    """The page of what is not done, and what is done instead."""
    return render(request, "out_of_scope.html", {"refusals": REFUSALS, "here": "out_of_scope"})
