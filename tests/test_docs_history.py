"""docs/history.md: its program makes files that `gongbao import` reads, with title, day and address."""

from __future__ import annotations

import csv
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

from ingest.file_import import local_file
from ingest.reading import read_document

DOC = (Path(__file__).resolve().parents[1] / "docs" / "history.md").read_text(encoding="utf-8")
TEXT = "各位代表：\n现在向大会报告工作，请予审议。\n今年的主要预期目标是：地区生产总值增长6%左右。\n"


def test_its_program_makes_files_that_are_read(tmp_path: Path) -> None:
    [program] = re.findall(r"^```python\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    with (tmp_path / "one.csv").open("w", encoding="utf-8-sig", newline="") as file:
        names = ("province", "year", "title", "source_url", "publish_date", "full_text")
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerow(("海南省", "2026", "2026年政府工作报告", "https://example.org/1", "2026-01-20", TEXT))
    row = {
        "title": "2024年国务院政府工作报告",
        "url": "https://example.org/2",
        "content": TEXT,
        "year": "2024",
    }
    with gzip.open(tmp_path / "two.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
    subprocess.run([sys.executable, "-c", program, "one.csv", "two.jsonl.gz"], cwd=tmp_path, check=True)
    found = {}
    for path in sorted((tmp_path / "reports").iterdir()):
        file = local_file(path, 10**6)
        reading = read_document(file.raw, file.name)
        found[file.url] = (reading.identity.report_key, str(reading.article.header.published_on))
    assert found == {
        "https://example.org/1": ("work_report/460000/2026", "2026-01-20"),
        "https://example.org/2": ("work_report/000000/2024", "None"),
    }
