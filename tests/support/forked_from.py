"""What forked.py loads once, to fork it for every command: the program, and the patterns that it would
compile at first use. Not a test file."""

import gongbao
from ingest.model import Kind
from ingest.page.text import read_text
from tests.support import few_roots
from workers.targets.extract import extract

few_roots.trust()
for name in gongbao.COMMANDS:
    gongbao.load(name)
read_text("某县人民政府工作报告\n索引号：1\n各位代表：地区生产总值增长5%。")
extract("地区生产总值增长5%。", year=2026, kind=Kind.WORK_REPORT, region=None)
