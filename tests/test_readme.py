"""Both READMEs: every command in them is run, their links lead somewhere, and they show the same."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from test_road import free_port

from tests.support.service import Gongbao, until

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh.md")
REPORT = """重庆市铜梁区人民政府工作报告
——2026年1月20日在重庆市铜梁区第三届人民代表大会第六次会议上
全年主要预期目标是：地区生产总值增长6%左右。
"""
SOURCE = """name = "示例"
kind = "portal"
region = "500109"
verified = "never"

[[lists]]
url = "http://127.0.0.1:9/gzbg/"
"""


def text(readme: str) -> str:
    return (ROOT / readme).read_text(encoding="utf-8")


def commands(readme: str) -> list[str]:
    """Lines indented by four, without what is said of them, and what stands between backquotes."""
    blocks = re.findall(
        r"^    (\S.*?)(?:\s+# .*)?$", re.sub(r"```.*?```", "", text(readme), flags=re.DOTALL), re.M
    )
    spans = re.findall(r"`((?:gongbao|pip|pipx|uv) [^`]+)`", text(readme))
    return [*blocks, *dict.fromkeys(spans)]


def test_both_show_the_same() -> None:
    english, chinese = map(text, READMES)
    assert [c.replace("网址", "ADDRESS") for c in commands("README.zh.md")] == commands("README.md")
    for pattern in (r"\]\(([^)]+)\)", r"(?s)```python.*?```", r"(?m)^#+"):
        one, other = re.findall(pattern, english), re.findall(pattern, chinese)
        assert sorted(x for x in one if "README" not in x) == sorted(x for x in other if "README" not in x)


@pytest.mark.parametrize("readme", READMES)
def test_what_is_linked_is_there(readme: str) -> None:
    for link in re.findall(r"\]\(([^)#]+)", text(readme)):
        assert link.startswith("http") or (ROOT / link).exists(), link
    form = re.search(r"issues/new\?template=([\w.]+)", text(readme))
    assert form
    assert (ROOT / ".github" / "ISSUE_TEMPLATE" / form[1]).is_file()


# --- the commands ----------------------------------------------------------------------------


class Run:
    """A folder of a stranger, in which the commands of the README are typed."""

    def __init__(self, folder: Path) -> None:
        (folder / "sources").mkdir()
        (folder / "sources" / "example.toml").write_text(SOURCE, encoding="utf-8")
        for name in ("report.html", "report.docx"):
            (folder / name).write_text(REPORT, encoding="utf-8")
        self.folder = folder
        self.gongbao = Gongbao(folder / "data", {"GONGBAO_SOURCES_DIR": str(folder / "sources")})

    def __call__(self, command: str, code: int | None = 0) -> str:
        """Run it as it is written, as far as the shell goes."""
        program, _, kept = command.partition(" > ")
        words = [self._here(word) for word in program.split()[1:]]
        done = self.gongbao(*words, code=code)
        if kept:
            (self.folder / kept).write_text(done.stdout, encoding="utf-8")
        return done.stdout + done.stderr

    def _here(self, word: str) -> str:
        return str(self.folder / word) if re.fullmatch(r"[a-z]+\.(html|docx)", word) else word


def up(run: Run, command: str) -> None:
    port = free_port()
    (run.folder / "data").mkdir()
    run.gongbao.settings = {**run.gongbao.settings, "GONGBAO_WEB_PORT": str(port)}
    with run.gongbao.running(*command.split()[1:]):
        page = f"http://127.0.0.1:{port}/"

        def answers() -> bool:
            try:
                return httpx.get(page + "feed.atom").status_code == 200
            except httpx.TransportError:
                return False

        until(answers)
        for name in (
            "",
            "feed.rss",
            "feed.json",
            "feed.atom?region=500000&indicator=gdp",
            "feed.atom?lang=en",
            *("regions/500106", "indicators/gdp", "matrix", "season", "subscribe", "mail"),
        ):
            assert httpx.get(page + name).status_code == 200, name
        assert run("gongbao doctor", None)


def extract(run: Run, command: str) -> None:
    run(command.replace("report.docx", "report.html"))
    if "marked" in command:
        assert "<mark" in (run.folder / "marked.html").read_text(encoding="utf-8")


def check(run: Run, command: str) -> None:
    """Nobody listens there: what looks wrong is said, and the page is written."""
    assert "example" in run(command, 1)
    assert "example" in (run.folder / "checked.html").read_text(encoding="utf-8")


def new(run: Run, command: str) -> None:
    assert run(command.replace("ADDRESS", "http://127.0.0.1:9/gzbg/"), None)


def stored(run: Run, command: str) -> None:
    run("gongbao migrate")
    run(command)


def dump(run: Run, command: str) -> None:
    stored(run, command.replace("FOLDER", str(run.folder / "dump")))
    assert (run.folder / "dump" / "DICTIONARY.md").is_file()


def webhook(run: Run, command: str) -> None:
    run("gongbao migrate")
    assert "whsec_" in run(command)


def settings(run: Run, command: str) -> None:
    run(command)
    kept = (run.folder / "gongbao.env").read_text(encoding="utf-8")
    assert kept == (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    subprocess.run(["sh", "-c", f"set -a; . {run.folder}/gongbao.env"], check=True)


def secrets(run: Run, command: str) -> None:
    subprocess.run([ROOT / command, run.folder / "secrets"], check=True, capture_output=True)
    assert (run.folder / "secrets" / "secret_key").read_text()


def elsewhere(_run: Run, command: str) -> None:
    """Installers and the demo are run by test_package.py, containers by deploy/test.sh."""
    assert re.match(
        r"make (demo|test)$|docker compose -f deploy/compose.yaml up$|gongbao demo( --once)?$", command
    ) or (re.match(r"(pipx install|uv tool install|pip install) '?gongbao(\[[a-z,]+\])?'?$", command))
    if command.startswith("make"):
        assert re.search(rf"^{command.split()[1]}:.*##", (ROOT / "Makefile").read_text(), re.M)


HOW: tuple[tuple[str, Callable[[Run, str], None]], ...] = (
    ("gongbao up", up),
    ("gongbao doctor", lambda run, command: stored(run, "gongbao reports")),
    ("gongbao extract", extract),
    ("gongbao sources check", check),
    ("gongbao sources new", new),
    ("gongbao sources coverage", stored),
    ("gongbao search", stored),
    ("gongbao targets", stored),
    ("gongbao reports", stored),
    ("gongbao dump", dump),
    ("gongbao webhooks add", webhook),
    ("gongbao settings", settings),
    ("deploy/make-secrets.sh", secrets),
    ("", elsewhere),
)


@pytest.mark.parametrize("command", dict.fromkeys(commands("README.md")))
def test_every_command_of_the_readme_does_what_it_says(command: str, tmp_path: Path) -> None:
    do = next(do for beginning, do in HOW if command.startswith(beginning))
    do(Run(tmp_path), command)


def test_the_commands_are_found() -> None:
    """So that a README written another way does not pass for want of commands."""
    found = commands("README.md")
    assert {beginning for beginning, _ in HOW} - {"gongbao up", ""} <= {
        beginning for command in found for beginning, _ in HOW if command.startswith(beginning)
    }
    assert {"gongbao up", "make demo", "make test", "gongbao demo --once"} <= set(found)
