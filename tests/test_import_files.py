"""`gongbao extract` and `gongbao import` with attachments of every kind, as a person uses them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support.attached import REPORT, TITLE, container, old_office, pdf, repacked, word
from tests.support.doc_files import doc
from tests.support.ofd_files import ofd
from tests.support.service import Gongbao
from tests.support.web_server import WebServer

READ = ("docx", "pdf", "ofd", "doc")


@pytest.fixture
def gongbao(tmp_path: Path) -> Gongbao:
    return Gongbao(tmp_path, {"GONGBAO_ALLOW_HOSTS": "127.0.0.1", "GONGBAO_HOST_DELAY": "0"})


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "报告.docx").write_bytes(word())
    (folder / "报告.pdf").write_bytes(pdf())
    (folder / "报告.doc").write_bytes(doc())
    (folder / "旧报告.doc").write_bytes(old_office("WordDocument"))
    (folder / "报告.ofd").write_bytes(ofd())
    (folder / "版式.ofd").write_bytes(container("OFD.xml"))
    (folder / "炸弹.docx").write_bytes(repacked(word(), {"word/document.xml": b"<a>" + b"a" * 2**23}))
    (folder / "其实是网页.docx").write_text("<html><body><p>404</p></body></html>", encoding="utf-8")
    return folder


def test_extract_reads_all_formats_alike(gongbao: Gongbao, files: Path) -> None:
    done = gongbao("extract", "--json", "--body", *(str(files / f"报告.{ending}") for ending in READ))
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(documents) == len(READ)
    assert len({document["content_hash"] for document in documents}) == 1
    for document in documents:
        assert document["title"] == TITLE
        assert (document["kind"], document["year"], document["region"]["code"]) == (
            "work_report",
            2026,
            "500153",
        )
        headline = {t["indicator"]: t["low"] for t in document["targets"] if t["headline"]}
        assert headline == {
            "gdp": 5.5,
            "retail_sales": 5.0,
            "general_budget_revenue": 3.0,
            "new_urban_jobs": 12000.0,
        }
        for figure in document["targets"]:
            assert document["body"][figure["start"] : figure["end"]] == figure["quote"]


def test_extract_says_in_one_line_what_it_cannot_read(gongbao: Gongbao, files: Path) -> None:
    names = ["旧报告.doc", "版式.ofd", "炸弹.docx"]
    done = gongbao("extract", *(str(files / name) for name in names), code=1)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 3
    for line, name, said in zip(lines, names, ("it is damaged", "it is damaged", "zip bomb"), strict=True):
        assert name in line
        assert said in line
    said = gongbao("extract", str(files / "没有.html"), code=1).stderr.strip()
    assert said.endswith("没有.html: No such file or directory")
    assert "Errno" not in said


def test_extract_follows_a_page_to_its_attachment(gongbao: Gongbao) -> None:
    with WebServer() as server:
        server.page("/robots.txt", status=404)
        server.page(
            "/a.html",
            f'<title>{TITLE}</title><div id="zoom"><a href="b.pdf">{TITLE}.pdf</a></div>',
        )
        server.page("/b.pdf", pdf(), headers={"Content-Type": "application/pdf"})
        found = gongbao("extract", "--json", server.url("/a.html"), server.url("/b.pdf"))
    [page, file] = map(json.loads, found.stdout.splitlines())
    assert page["content_hash"] == file["content_hash"]
    assert page["year"] == 2026


def test_import_takes_the_readable_and_names_the_rest(gongbao: Gongbao, files: Path) -> None:
    done = gongbao("import", str(files), code=1)
    summary = done.stdout.splitlines()[-1]
    assert summary == "4 of 8 read; 1 new report, 4 new targets, 8 events"
    [report] = gongbao.json("reports")
    assert (report["region"]["code"], report["year"], report["copies"]) == ("500153", 2026, 4)
    again = gongbao("import", str(files), code=1).stdout.splitlines()[-1]
    assert again.endswith("0 new reports, 0 new targets, 0 events")


def test_a_large_file_is_held_to_the_limit_of_attachments(gongbao: Gongbao, tmp_path: Path) -> None:
    path = tmp_path / "大.docx"
    path.write_bytes(repacked(word(REPORT), {"word/media/image1.png": os.urandom(200_000)}))
    small = Gongbao(tmp_path, {"GONGBAO_PAGE_LIMIT": "1000"})
    assert json.loads(small("extract", "--json", str(path)).stdout)["title"] == TITLE
    smaller = Gongbao(tmp_path, {"GONGBAO_ATTACHMENT_LIMIT": "100000"})
    assert "larger than 100000 bytes" in smaller("extract", str(path), code=1).stderr
    assert "more than the limit (100000)" in smaller("import", str(path), code=1).stderr
