"""The front door: the `gongbao` command. The only file that wires ingest, workers and alerts together.

What a command does is in its room; here are arguments, help, and how it ends:

    0  done
    1  something that was asked for could not be done: a document unread, a fault found by doctor
    2  wrong usage or configuration; nothing was done
    3  a part that is needed cannot be reached: the database, Redis, a host
    130  interrupted
"""

from __future__ import annotations

import codecs
import io
import json
import sys
from importlib.metadata import version as version_of
from typing import Annotated

import typer
from rich.console import Console

import alerts.cli.commands
import ingest.commands
import workers.commands
from alerts.cli.demo import run_demo
from alerts.cli.document import show_document
from ingest.errors import ConfigError, FetchError, GongbaoError, QueueError, StoreError
from ingest.process.console import READ, RUN, command_settings, complain, err, progress
from workers.read_documents import read_documents

app = typer.Typer(
    name="gongbao",
    help="Watch Chinese government portals; announce work reports, plan reports and their targets.\n\n"
    "Try `gongbao demo`; read one document with `gongbao extract FILE`; run it with `gongbao up`.\n\n"
    "Settings are GONGBAO_* variables (deploy/env.example); `gongbao doctor` shows what is in force.",
    epilog="Exit codes: 0 done, 1 something asked for could not be done, 2 wrong usage or configuration, "
    "3 a part cannot be reached.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command; a GongbaoError becomes one line on stderr and an exit code."""
    _print_anything()
    try:
        app(prog_name="gongbao")
    except GongbaoError as exc:
        err.print(f"gongbao: {exc}", style="red", markup=False, soft_wrap=True)
        sys.exit(_exit_code(exc))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # `gongbao targets | head` closes our output early; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(0)


def _exit_code(exc: GongbaoError) -> int:
    if isinstance(exc, ConfigError):
        return 2
    if isinstance(exc, StoreError | QueueError | FetchError):
        return 3
    return 1


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"gongbao {version_of('gongbao')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Which gongbao this is.")
    ] = False,
) -> None:
    """What stands before any command."""


def _print_anything() -> None:
    """Let no character end a command: what a terminal's charset has not (an emoji in GBK, a byte of a file's
    name that is no UTF-8) is printed as JSON escapes it, so that JSON stays JSON."""
    codecs.register_error("gongbao-escape", _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="gongbao-escape")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


# The order is that of --help.
demo_app, read_app = typer.Typer(), typer.Typer()


@demo_app.command(rich_help_panel=RUN)
def demo(
    once: Annotated[bool, typer.Option("--once", help="End when all is processed, with a summary.")] = False,
    change_after: Annotated[
        float, typer.Option(help="Seconds until one page changes a figure.", min=0.0)
    ] = 30.0,
) -> None:
    """Bundled sample sites on loopback and the whole service watching them.

    Four sites: two portals (one in GBK), a repost site that cuts reports off, a forum. One page changes a
    figure after half a minute. Nothing outside this machine is asked, nothing is left behind.
    """
    raise typer.Exit(run_demo(once=once, change_after=change_after))


@read_app.command(rich_help_panel=READ)
def extract(
    inputs: Annotated[list[str], typer.Argument(metavar="PATH|URL…", help="Files or addresses.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line (docs/extract.md).")
    ] = False,
    body: Annotated[bool, typer.Option("--body", help="With --json: the main text too.")] = False,
    as_html: Annotated[
        bool, typer.Option("--html", help="One HTML page with every figure marked in the text.")
    ] = False,
    region: Annotated[
        str | None, typer.Option(help="What 本区 means: a code such as 500106.", metavar="CODE")
    ] = None,
) -> None:
    """Read one document and print what it says: no services, no database.

    Try:  gongbao extract report.txt      gongbao extract --json *.html | jq .targets
          gongbao extract --html report.txt > report.html
    """
    if as_html and (as_json or len(inputs) != 1):
        raise ConfigError("gongbao extract --html: makes one page of one document; leave out the others")
    settings = command_settings()
    failures: list[object] = []

    def failed(what: object) -> None:
        failures.append(what)
        complain("extract", what)

    sources = progress(inputs, "reading", when=as_json)
    for document in read_documents(settings, sources, region=region, complain=failed):
        if as_html:
            typer.echo(document.html())
        elif as_json:
            typer.echo(json.dumps(document.json(body=body), ensure_ascii=False))
        else:
            show_document(document.json(), Console(highlight=False))
    raise typer.Exit(1 if failures else 0)


for _commands in (demo_app, ingest.commands.app, workers.commands.app, read_app, alerts.cli.commands.app):
    app.add_typer(_commands)

if __name__ == "__main__":
    main()
