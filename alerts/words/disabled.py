"""Why an endpoint is told no more, in Chinese: it is written down in English (delivery/retry.py). Pure.

What was answered last stays as it came.
"""

from __future__ import annotations

import re

from alerts.words.health import Language

_IN_CHINESE = (
    ("the endpoint answered 410 Gone", "端点应答 410 Gone"),
    (r"failing for (\d+) h; last: ", r"连续失败 \1 小时，最后一次："),
    (r"refused on (\d+) days; last: ", r"有 \1 天被拒收，最后一次："),
)


def disabled_text(reason: str, language: Language) -> str:
    if language is Language.CHINESE:
        for english, chinese in _IN_CHINESE:
            reason = re.sub(f"^{english}", chinese, reason)
    return reason
