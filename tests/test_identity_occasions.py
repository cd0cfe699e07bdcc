"""The congress, the day and the speaker of a report, as the lines above 各位代表 print them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.heads import read, spoken

MEETING = "重庆市北碚区第十九届人民代表大会第四次会议"
DAY = date(2024, 1, 18)


@pytest.mark.parametrize(
    "head",
    [
        f"——2024年1月18日在{MEETING}上\n\n重庆市北碚区人民政府区长 张伟",
        f"——二〇二四年一月十八日在{MEETING}上\n区长　张 伟",
        f"({DAY.year}年1月18日在{MEETING}上)\n北碚区人民政府代理区长 张伟",
        f"2024.1.18在{MEETING}上\n区长 张伟",
        f"在{MEETING}上\n张伟\n（2024年1月18日）",
        f"2024年1月18日 {MEETING}\n区人民政府区长：张伟",
        f"——在{MEETING}上的报告\n（2024年元月18日）\n北碚区区长 张伟",
        f"——2024年1月18日在{MEETING}第一次全体会议上\n区长 张伟",
        f"2024年1月18日在{MEETING}上，北碚区区长张伟作政府工作报告。",
        f"2024年1月18日，在{MEETING}上，区长张伟代表区人民政府作工作报告。全文如下：",
        "——2024年1月18日在重庆市北碚区\n第十九届人民代表大会第四次会议上\n张 伟",
        f"重庆市北碚区第十九届人民代表大会\n第四次会议文件（一）\n——2024年1月18日在{MEETING}上\n区长 张伟",
        f"发布时间：2024-02-01 来源：区政府办\n——2024年1月18日在{MEETING}上\n北碚区人民政府区长 张伟",
    ],
)
def test_the_whole_occasion(head: str) -> None:
    found = read("政府工作报告", spoken(head=head))
    assert (found.meeting, found.delivered_on, found.speaker) == (MEETING, DAY, "张伟")


@pytest.mark.parametrize(
    ("head", "day", "speaker"),
    [
        ("（2024年1月18日）\n张伟", DAY, "张伟"),
        ("北碚区人民政府区长 张伟\n2024年1月18日", DAY, "张伟"),
        ("2024年1月18日\n北碚区人民政府区长 张伟", DAY, "张伟"),
        ("北碚区委副书记、区长 张伟\n（2024年1月18日）", DAY, "张伟"),
        ("区委副书记、区人民政府区长张伟", None, "张伟"),
        ("县长 阿卜杜拉·买买提\n（2024年1月18日）", DAY, "阿卜杜拉·买买提"),
        ("区人民政府", None, None),
        ("2024年1月18日", None, None),  # alone it may be the page's own
    ],
)
def test_day_and_speaker(head: str, day: date | None, speaker: str | None) -> None:
    found = read("政府工作报告", spoken(head=head))
    assert (found.delivered_on, found.speaker) == (day, speaker)


def test_the_occasion_in_the_title() -> None:
    found = read(f"2024年1月18日北碚区区长张伟在{MEETING}上的政府工作报告", spoken())
    assert (found.meeting, found.delivered_on, found.speaker) == (MEETING, DAY, "张伟")
