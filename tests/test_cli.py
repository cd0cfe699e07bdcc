"""The command as a person meets it: help that teaches, errors in one clear line, exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts.cli.export import summary
from alerts.web.api import event_schemas
from gongbao import COMMANDS as IN_HELP
from gongbao import app, load
from ingest.errors import ConfigError
from ingest.events import EventType
from ingest.export import Manifest, Member, TableMember
from ingest.process.terminal import counted
from ingest.program import program_version
from tests.support.service import PATIENCE, Gongbao

COMMANDS = (
    *("demo", "up", "migrate", "poll", "work", "send", "serve", "import", "extract"),
    *("reports", "search", "targets", "events", "evidence", "explain", "doctor", "settings", "schemas"),
    *("merge", "split", "settle", "undo", "dump", "export", "import-archive"),
    *("sources list", "sources check", "sources new"),
    *(
        "webhooks add",
        "webhooks list",
        "webhooks test",
        "webhooks log",
        "webhooks remove",
        "webhooks attempts",
    ),
    "channels add",
    *("feeds add", "feeds list", "feeds remove", "token add", "token list", "token remove"),
    *("webhooks rotate", "webhooks replay", "webhooks pause", "webhooks resume", "webhooks enable"),
)

REPORT = """重庆市铜梁区人民政府工作报告
——2026年1月20日在重庆市铜梁区第三届人民代表大会第六次会议上
重庆市铜梁区人民政府区长 林望舒
各位代表：
一、2025年工作回顾
全年地区生产总值增长6.1%。
二、2026年工作安排
全年主要预期目标是：地区生产总值增长6%左右，一般公共预算收入增长4%以上。
"""


@pytest.fixture
def gongbao(tmp_path: Path) -> Gongbao:
    return Gongbao(tmp_path / "data", {})


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(app, [*command.split(), "--help"], prog_name="gongbao", env={"COLUMNS": "200"})
    said = done.output
    assert done.exit_code == 0
    assert f"gongbao {command}" in re.sub(r"\s+", " ", said)
    assert "<bool>" not in said
    assert len(said.splitlines()) > 5


@pytest.mark.parametrize("name", IN_HELP)
def test_every_option_is_explained(name: str) -> None:
    room = load(name)
    for command in (room, *getattr(room, "commands", {}).values()):
        for param in command.params:
            assert param.name == "help" or param.help, (command.name, param.name)


def test_no_command_teaches(gongbao: Gongbao) -> None:
    said = gongbao(code=None)
    text = said.stdout + said.stderr
    for word in ("demo", "extract", "up", "Exit codes"):
        assert word in text


@pytest.mark.parametrize("asked", ["undo", "events --after", "webhooks replay wh_1 --from"])
def test_a_number_beyond_all_is_wrong_usage(asked: str) -> None:
    done = CliRunner().invoke(app, [*asked.split(), "9" * 20], prog_name="gongbao", env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert f"less than or equal to {2**62}" in re.sub(r"\s+", " ", done.output)


def test_it_says_which_version_it_is(gongbao: Gongbao) -> None:
    assert gongbao("--version").stdout == f"gongbao {version('gongbao')}\n"


def test_a_checkout_that_was_never_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    program_version.cache_clear()
    monkeypatch.setattr(sys, "path", [])  # where what is installed is looked for
    try:
        done = CliRunner().invoke(app, ["--version"], prog_name="gongbao")
    finally:
        program_version.cache_clear()
    assert (done.exit_code, done.output) == (0, "gongbao unknown\n")


def test_extract_prints_one_object_a_line(gongbao: Gongbao, report: Path) -> None:
    [line] = gongbao("extract", "--json", str(report)).stdout.splitlines()
    document = json.loads(line)
    assert list(document) == [
        *("input", "title", "kind", "year", "region", "meeting", "delivered_on", "speaker", "header"),
        *("content_hash", "chars", "targets", "outcomes"),
    ]
    assert (document["kind"], document["year"], document["region"]["code"]) == ("work_report", 2026, "500151")
    first = document["targets"][0]
    assert list(first)[:17] == [
        *("indicator", "label", "year", "period", "measure", "comparator", "low", "high", "unit"),
        *("direction", "base", "owner", "resolve", "headline", "quote", "start", "end"),
    ]
    assert (first["indicator"], first["comparator"], first["low"]) == ("gdp", "about", 6.0)
    assert not gongbao.folder.exists(), "extract needs no data folder"


def test_extract_for_people(gongbao: Gongbao, report: Path) -> None:
    said = gongbao("extract", str(report)).stdout
    assert "铜梁区" in said
    assert "6%左右" in said
    assert (
        "--region '999999': no division"
        in gongbao("extract", "--region", "999999", str(report), code=2).stderr
    )


@pytest.mark.parametrize("as_page", [False, True])
def test_extract_reads_what_is_piped_in(gongbao: Gongbao, report: Path, as_page: bool) -> None:
    text = report.read_text(encoding="utf-8")
    piped = "".join(f"<p>{line}</p>" for line in text.splitlines()) if as_page else text
    done = subprocess.run(
        [sys.executable, "-m", "gongbao", "extract", "--json", "-"],
        env=gongbao.environment,
        input=piped.encode(),
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    document = json.loads(done.stdout)
    assert (document["input"], document["kind"], document["targets"][0]["low"]) == ("-", "work_report", 6.0)


def test_an_unreadable_input_is_one_line_and_the_others_are_read(
    gongbao: Gongbao, report: Path, tmp_path: Path
) -> None:
    binary = tmp_path / "page.html"
    binary.write_bytes(b"\x7fELF" + bytes(range(256)) * 20)
    done = gongbao("extract", "--json", str(binary), str(tmp_path / "none.txt"), str(report), code=1)
    assert len(done.stdout.splitlines()) == 1
    assert len(done.stderr.splitlines()) == 2
    assert "page.html" in done.stderr
    assert "none.txt" in done.stderr


@pytest.mark.parametrize(
    ("args", "settings", "code", "says"),
    [
        (("reports",), {}, 3, "gongbao up"),
        (("reports", "--kind", "novel"), {}, 2, "work_report"),
        (("reports", "--format", "xml"), {}, 2, "table, json, jsonl, csv or parquet"),
        (("poll", "--source", "nowhere"), {}, 2, "sources list"),
        (("doctor",), {"GONGBAO_HOST_DELAY": "soon"}, 2, "GONGBAO_HOST_DELAY"),
        (("sources", "list"), {"GONGBAO_SOURCES_DIR": "/dev/null/sources"}, 2, "GONGBAO_SOURCES_DIR"),
        (("migrate",), {"GONGBAO_DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/x"}, 3, "127.0.0.1"),
        (("webhooks", "add", "ftp://example.org/"), {}, 2, "http"),
        (("webhooks", "add", "http://127.0.0.1/hook"), {}, 2, "127.0.0.1"),
        (("extract", "http://127.0.0.1:1/"), {}, 1, "127.0.0.1"),
        (("extract", "ftp://example.org/a.html"), {}, 1, "only http and https"),
        (("extract", "--json", "--html", "a.html"), {}, 2, "gongbao: extract: --html or --json, not both"),
        (("import", "/dev/null"), {}, 1, "/dev/null: reading a page: it is empty"),
        (("sources", "new", "example.org"), {}, 2, "http"),
        (("token", "add", " "), {}, 2, "name of the token: is empty"),
        (("token", "add", "\x1b[31mred"), {}, 2, "has a character that is not printed"),
        (("feeds", "add", "--name", ""), {}, 2, "--name: is empty"),
        (("feeds", "add", "--name", "x" * 101), {}, 2, "--name: 101 characters; 100 are the most"),
        (("channels", "add", "json://example.org/" + "x" * 2_000), {}, 2, "of 2019 characters; at most 2000"),
    ],
)
def test_a_mistake_is_one_clear_line(
    gongbao: Gongbao, args: tuple[str, ...], settings: dict[str, str], code: int, says: str
) -> None:
    if args[0] == "reports" and code == 2:
        gongbao("migrate")
    if args[0] == "poll":
        gongbao("migrate")
    done = Gongbao(gongbao.folder, settings)(*args, code=code)
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("gongbao")]) == 1


def test_import_then_look(gongbao: Gongbao, report: Path) -> None:
    done = gongbao("import", "--official", str(report))
    each, summary = done.stdout.splitlines()
    assert each.endswith(": work_report/500151/2026  铜梁区 2026 政府工作报告")
    assert summary == "1 of 1 read; 1 new report, 2 new targets, 3 events"
    [row] = gongbao.json("reports", "--region", "重庆市", "--region", "上海", "--year", "2020-2026")
    assert (row["region"]["name"], row["year"]) == ("铜梁区", 2026)
    figures = gongbao.json("targets", "--headline", "--indicator", "GDP", "--indicator", "一般公共预算收入")
    assert [f["indicator"] for f in figures] == ["gdp", "general_budget_revenue"]
    types = [e["type"] for e in gongbao.json("events")]
    assert sorted(types) == ["report.published", "target.published", "target.published"]
    assert gongbao("reports", "--format", "csv").stdout.count("\n") == 2


def test_events_are_followed_as_they_happen(gongbao: Gongbao, report: Path) -> None:
    gongbao("import", "--official", str(report))
    asked = ("events", "--follow", "--format", "json", "--type", "target.*", "--official-only")
    with subprocess.Popen(
        [sys.executable, "-m", "gongbao", *asked], env=gongbao.environment, stdout=subprocess.PIPE, text=True
    ) as following:
        try:
            told = (json.loads(line)["data"] for line in following.stdout or ())
            of_gdp = (data for data in told if data["target"]["indicator"] == "gdp")
            assert next(of_gdp)["target"]["quote"].endswith("6%左右")
            report.write_text(REPORT.replace("6%左右", "6.5%左右"), encoding="utf-8")
            gongbao("import", "--official", str(report))
            revised = next(of_gdp)
        finally:
            following.kill()  # it has no end of its own
    assert revised["target"]["quote"].endswith("6.5%左右")
    assert revised["previous"]["quote"].endswith("6%左右")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("--type", "report.eaten"), "--type 'report.eaten': there is none; perhaps"),
        (("--kind", "novel"), "--kind 'novel': one of work_report"),
        (("--region", "鼓楼区"), "4 divisions are called so; say which: 320106 江苏省南京市鼓楼区"),
        (("--indicator", "gdpx"), "--indicator 'gdpx': no indicator of that name; perhaps gdp"),
        (("--follow", "--format", "csv"), "no csv"),
    ],
)
def test_events_that_cannot_be_are_not_waited_for(asked: tuple[str, ...], says: str) -> None:
    refused = CliRunner().invoke(app, ["events", *asked]).exception
    assert isinstance(refused, ConfigError)
    assert says in str(refused)


def test_of_a_folder_only_documents_are_imported(gongbao: Gongbao, report: Path) -> None:
    (report.parent / "notes.json").write_text('{"不是": "报告"}', encoding="utf-8")
    (empty := report.parent / "empty").mkdir()
    done = gongbao("import", str(report.parent), str(empty))
    assert f"{empty}: nothing in it is called like a page or a document" in done.stderr
    assert done.stdout.splitlines()[-1].startswith("1 of 1 read; 1 new report")


def test_an_imported_folder_is_nobodys_business(gongbao: Gongbao, report: Path) -> None:
    gongbao("import", str(report))
    assert str(report.parent) not in gongbao("events", "--format", "json").stdout


def test_webhooks_are_kept_and_their_secret_shown_once(gongbao: Gongbao) -> None:
    added = gongbao("webhooks", "add", "https://example.org/hook", "--region", "500000")
    secret = added.stdout.split("secret")[1].strip()
    assert secret.startswith("whsec_")
    listed = gongbao("webhooks", "list", "--format", "json").stdout
    assert "https://example.org/hook" in listed
    assert secret not in listed
    [row] = json.loads(listed)
    again = gongbao("webhooks", "rotate", row["id"]).stdout.split("secret")[1].strip()
    assert again.startswith("whsec_")
    assert again != secret
    database = b"".join(path.read_bytes() for path in gongbao.folder.glob("gongbao.db*"))
    assert b"example.org/hook" in database
    assert b"whsec_" not in database
    assert (gongbao.folder / "secret.key").stat().st_mode & 0o077 == 0
    told = json.loads(gongbao("webhooks", "log", "--format", "json").stdout)
    assert told == []
    assert "there is none" in gongbao("webhooks", "attempts", "1", code=2).stderr
    assert "webhook" in gongbao("webhooks", "list").stdout
    gongbao("webhooks", "pause", row["id"])
    assert "when it is resumed" in gongbao("webhooks", "replay", row["id"], "--from", "1").stdout
    gongbao("webhooks", "resume", row["id"])
    assert "--dead" in gongbao("webhooks", "replay", row["id"], code=2).stderr
    gongbao("webhooks", "remove", row["id"])
    assert gongbao.json("webhooks", "list") == []


def test_feeds_are_saved_under_a_short_address(gongbao: Gongbao) -> None:
    said = gongbao("feeds", "add", "--name", "重庆", "--id", "cq", "--region", "500000").stdout.split()
    assert said == [f"http://127.0.0.1:8700/feeds/cq.{extension}" for extension in ("atom", "rss", "json")]
    [row] = gongbao.json("feeds", "list")
    assert (row["id"], row["name"], row["url"]) == ("cq", "重庆", said[0])
    assert row["filter"]["regions"] == ["500000"]
    assert "choose another id" in gongbao("feeds", "add", "--name", "x", "--id", "cq", code=2).stderr
    assert "--id" in gongbao("feeds", "add", "--name", "x", "--id", "../x", code=2).stderr
    assert len(gongbao("feeds", "add", "--name", "x").stdout.split()) == 3
    gongbao("feeds", "remove", "cq")
    assert "there is none" in gongbao("feeds", "remove", "cq", code=2).stderr


@pytest.mark.parametrize(
    ("kept", "lang", "said"),
    [
        ("webhooks", "en", "Shapingba District · government work report · GDP · commitments too"),
        ("feeds", "zh", "沙坪坝区 · 政府工作报告 · 地区生产总值 · 含其他承诺"),
    ],
)
def test_a_list_says_all_of_a_filter(kept: str, lang: str, said: str, tmp_path: Path) -> None:
    gongbao = Gongbao(tmp_path / "data", {"COLUMNS": "300"})
    named = ["https://example.org/hook"] if kept == "webhooks" else ["--name", "x"]
    wanted = ["--region", "500106", "--kind", "work_report", "--indicator", "gdp", "--all-targets"]
    gongbao(kept, "add", *named, *wanted)
    assert said in gongbao(kept, "list", "--lang", lang).stdout


def test_doctor_of_an_empty_folder_says_what_to_do(gongbao: Gongbao) -> None:
    said = gongbao("doctor").stdout
    assert "note  database" in said
    assert "gongbao up" in said
    assert not gongbao.folder.exists(), "looking makes nothing"


@pytest.mark.parametrize(
    ("command", "code"),
    [("doctor", 1), ("reports", 3), ("serve", 3), ("send", 3), ("work", 3), ("sources list", 0)],
)
@pytest.mark.parametrize("named", [True, False])
def test_who_only_uses_a_database_makes_none(command: str, code: int, named: bool, tmp_path: Path) -> None:
    """Nor where an address of a file is mistyped."""
    folder = tmp_path / "data"
    wrong = {"GONGBAO_DATABASE_URL": f"sqlite:///{folder}/other.db"} if named else {}
    gongbao = Gongbao(folder, {"GONGBAO_WEB_PORT": "0", **wrong})
    if command == "doctor" and not named:
        code = 0  # nothing was started yet
    said = gongbao(*command.split(), code=code)
    assert command == "sources list" or "there is no database" in said.stdout + said.stderr
    assert not folder.exists()


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [(0, "version", "0 versions"), (1, "delivery", "1 delivery"), (2, "delivery", "2 deliveries"),
     (2, "day", "2 days"), (3, "mailbox", "3 mailboxes")],
)  # fmt: skip
def test_one_of_something_is_said_as_one(number: int, noun: str, said: str) -> None:
    assert counted(number, noun) == said


def test_what_an_export_holds_is_counted() -> None:
    empty = {"bytes": 0, "sha256": ""}
    table = TableMember(file="tables/feeds.jsonl", name="feeds", rows=1, last_id=None, columns={}, **empty)
    warc = Member(file="warc/a.warc.gz", **empty)
    made = Manifest(format=1, made_at="today", made_by="", revision="ab", tables=[table], warc=[warc])
    assert summary(made) == "1 row in 1 table, 1 WARC file, revision ab of today"


def test_doctor_counts_what_is_there(gongbao: Gongbao, report: Path) -> None:
    gongbao("import", str(report))
    said = gongbao("doctor").stdout
    assert "1 report, 1 version, 2 targets, 3 events" in said
    assert "0 versions to extract, 0 reports to compare, 0 deliveries due" in said


def test_doctor_says_that_there_is_nothing_to_watch(gongbao: Gongbao) -> None:
    nowhere = Gongbao(gongbao.folder, {**gongbao.settings, "GONGBAO_WATCH": "nowhere"})
    assert "fault sources" in nowhere("doctor", code=1).stdout
    assert re.search(r"ok    sources +\d+ of \d+ watched", gongbao("doctor").stdout)


def test_doctor_says_that_the_key_of_the_secrets_is_not_here(gongbao: Gongbao) -> None:
    gongbao("webhooks", "add", "https://example.org/ ")
    assert "secrets" not in gongbao("doctor").stdout
    elsewhere = Gongbao(gongbao.folder, {**gongbao.settings, "GONGBAO_SECRET_KEY": "k" * 64})
    said = elsewhere("doctor", code=1).stdout
    assert "1 endpoint told nothing" in said
    assert "sealed with another key" in said


def test_doctor_says_that_the_archive_is_no_folder(gongbao: Gongbao, report: Path) -> None:
    elsewhere = Gongbao(gongbao.folder, {**gongbao.settings, "GONGBAO_ARCHIVE_DIR": str(report)})
    said = elsewhere("doctor", code=1).stdout
    assert f"free at {report}; nothing can be written to it: Not a directory" in said


@pytest.mark.skipif(os.getuid() == 0, reason="root writes everywhere")
def test_doctor_says_that_the_archive_cannot_be_written_to(gongbao: Gongbao, tmp_path: Path) -> None:
    shelf = Path("/dev/shm")  # another disk than that of the data folder, on most machines
    if not shelf.exists() or shelf.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second disk")
    with tempfile.TemporaryDirectory(dir=shelf) as folder:
        elsewhere = Gongbao(gongbao.folder, {**gongbao.settings, "GONGBAO_ARCHIVE_DIR": folder})
        Path(folder).chmod(0o500)
        assert "nothing can be written to it" in elsewhere("doctor", code=1).stdout
        Path(folder).chmod(0o700)
        assert folder in elsewhere("doctor").stdout


def test_output_cut_short_by_head_is_no_error(gongbao: Gongbao, report: Path) -> None:
    gongbao("import", str(report))
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m gongbao events --format json | head -1"],
        env=gongbao.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[\n"
    assert "Traceback" not in done.stderr


def test_the_schemas_of_events_are_printed_as_the_server_gives_them(gongbao: Gongbao) -> None:
    every = json.loads(gongbao("schemas").stdout)
    assert set(every) == set(event_schemas.TYPES)
    one = json.loads(gongbao("schemas", "target.revised").stdout)
    assert (
        one
        == every["target.revised"]
        == event_schemas.schema(EventType.TARGET_REVISED, "http://127.0.0.1:8700")
    )
    assert "target.revised" in gongbao("schemas", "target.invented", code=2).stderr


def test_help_breaks_no_line_but_at_its_end(gongbao: Gongbao) -> None:
    said = gongbao("demo", "--help").stdout
    assert "a forum. One page changes a figure after half a minute. Nothing outside this machine" in said
    assert "gongbao extract --html report.txt > report.html" in gongbao("extract", "--help").stdout
