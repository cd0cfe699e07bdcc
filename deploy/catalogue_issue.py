"""What `gongbao sources check --all --format json` found wrong, as the text of an issue.

python3 deploy/catalogue_issue.py checked.json > issue.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def issue(checked: list[dict[str, Any]]) -> str:
    """Markdown: a heading with counts, then a line a source that is not fine, with its remarks."""
    wrong = [source for source in checked if not source["fine"]]
    lines = [f"{len(wrong)} of {len(checked)} sources read wrongly.", ""]
    for source in wrong:
        lines.append(f"- **{source['slug']}** {source['name']}")
        for one in source["lists"]:
            said = [f"`{one['error']}`"] if one["error"] else []
            said += one["remarks"][:3]
            if said:
                lines.append(f"  - {one['url']}: {'; '.join(said)}")
        lines += [f"  - links to a column of reports: {url}" for url in source["proposed"]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(issue(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
