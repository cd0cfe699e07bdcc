"""The front door: the `gongbao` command. The only file that wires ingest, workers and alerts together.

What a command does is in its room, which is imported when the command is called; here are what --help lists,
and how a command ends:

    0  done
    1  something that was asked for could not be done: a document unread, a fault found by doctor
    2  wrong usage or configuration; nothing was done
    3  a part that is needed cannot be reached: the database, Redis, a host
    130  interrupted; 143  ended by SIGTERM
"""

from __future__ import annotations

from ingest.process.interrupt import INTERRUPTED, ended_by_interrupt

with ended_by_interrupt():
    import codecs
    import errno
    import io
    import json
    import os
    import re
    import sys
    from collections.abc import Iterator
    from contextlib import contextmanager
    from pkgutil import resolve_name
    from typing import Annotated, Any, NamedTuple

    import typer
    from typer.core import TyperCommand, TyperGroup

    from ingest.errors import WRONG_SETTINGS, ConfigError, FetchError, GongbaoError, QueueError, StoreError
    from ingest.process.lean_imports import import_lean
    from ingest.process.panels import DECIDE, KEEP, LOOK, READ, RUN


class Listed(NamedTuple):
    """A command in --help: which app has it, the panel, and the first line of its own help."""

    where: str
    panel: str | None
    summary: str


# In the order of --help.
COMMANDS = {
    "demo": Listed(
        "alerts.cli.demo:app", RUN, "Bundled sample sites on loopback and the whole service watching them."
    ),
    "up": Listed(
        "ingest.commands:app",
        RUN,
        "Everything, embedded: database, queue, poller, worker, sender, web server. Ctrl-C stops it.",
    ),
    "migrate": Listed(
        "ingest.commands:app",
        RUN,
        "Bring the database to the shape that this version needs. Safe to run twice, or at once.",
    ),
    "poll": Listed(
        "ingest.poll_command:app",
        RUN,
        "Look at the lists that are due, fetch what is new, read it and put it on the queue.",
    ),
    "work": Listed(
        "workers.work_command:app",
        RUN,
        "Run the jobs of one queue, extraction unless told otherwise; any number of these may run.",
    ),
    "import": Listed(
        "workers.commands:app", READ, "Send local files down the whole road: store, extract, announce."
    ),
    "merge": Listed(
        "workers.commands:app",
        DECIDE,
        "Two reports are one: the texts and copies of B go to A, now and in future.",
    ),
    "split": Listed(
        "workers.commands:app",
        DECIDE,
        "These texts are another report: they leave theirs, with their copies.",
    ),
    "settle": Listed(
        "workers.commands:app",
        DECIDE,
        "Say which report a document is that does not say so itself; then it is announced.",
    ),
    "undo": Listed(
        "workers.commands:app",
        DECIDE,
        "Take a merge, a split or a settlement back, and tell subscribers what follows from it.",
    ),
    "revive": Listed(
        "workers.commands:app",
        DECIDE,
        "Read documents again that were put aside because they stopped their worker: after an update, say.",
    ),
    "extract": Listed(
        "gongbao:read_app", READ, "Read one document and print what it says: no services, no database."
    ),
    "send": Listed(
        "alerts.cli.roles:app",
        RUN,
        "Deliver the webhooks, messages and e-mails that are due; any number of these may run.",
    ),
    "serve": Listed(
        "alerts.cli.roles:app",
        RUN,
        "Pages, feeds and the API on GONGBAO_WEB_HOST:GONGBAO_WEB_PORT.",
    ),
    "reports": Listed("alerts.cli.lists:app", LOOK, "The reports that are known, newest first."),
    "targets": Listed("alerts.cli.lists:app", LOOK, "The targets of every report's leading version."),
    "search": Listed(
        "alerts.cli.search:app",
        LOOK,
        "Reports with these words in text, title, place or speaker, and the sentence; the newest year first.",
    ),
    "indicators": Listed(
        "alerts.cli.lists:app", LOOK, "What targets are read of: ids for filters, with their labels."
    ),
    "events": Listed(
        "alerts.cli.lists:app",
        LOOK,
        "What was announced, newest first; with --follow one line each, as it happens.",
    ),
    "evidence": Listed(
        "alerts.cli.evidence:app",
        LOOK,
        "The captures behind a report; with --out the bytes of one, as they were received.",
    ),
    "explain": Listed(
        "alerts.cli.evidence:app",
        LOOK,
        "Why a text belongs to its report, and what it is to the other texts: the evidence.",
    ),
    "doctor": Listed(
        "alerts.cli.doctor:app",
        LOOK,
        "What is configured, reachable, behind. Exit code 1 when there is a fault.",
    ),
    "settings": Listed(
        "ingest.commands:app",
        LOOK,
        "Every setting with what it means and its default, as a file to start from.",
    ),
    "schemas": Listed(
        "alerts.cli.schemas:app",
        LOOK,
        "JSON schemas of what a webhook says: of one type of event, or of all by their types.",
    ),
    "dump": Listed(
        "alerts.cli.dump:app",
        KEEP,
        "Write reports, versions, copies, targets, outcomes, verdicts and events as Parquet, of one moment.",
    ),
    "export": Listed(
        "alerts.cli.export:app",
        KEEP,
        "Write all that the database holds into one file, as it is now; the service may be at work.",
    ),
    "import-archive": Listed(
        "alerts.cli.export:app",
        KEEP,
        "Fill a new database from a file of `gongbao export`, of this version or older: all or nothing.",
    ),
    "webhooks": Listed("alerts.cli.webhooks:app", None, "Endpoints that are told by signed webhook."),
    "channels": Listed("alerts.cli.channels:app", None, "Messages for people, through Apprise."),
    "mail": Listed("alerts.cli.mail:app", None, "E-mail, for people without a feed reader."),
    "feeds": Listed("alerts.cli.feeds:app", None, "Feeds of a filter under a short address."),
    "token": Listed("alerts.cli.tokens:app", None, "Tokens for the API."),
    "sources": Listed("alerts.cli.sources:sources_app", None, "The sites that are watched."),
}


# Of a paragraph; a line that is indented stands by itself. Typer would break all but the first there, too.
_BROKEN_LINE = re.compile(r"(?<=[^\n])\n(?=[^\n ])")


@contextmanager
def _nobody_may_listen() -> Iterator[None]:
    """`gongbao targets | head` closes our output early: that ends the command, and is no fault of it. Typer
    and Rich, and Python where it flushes at its end, would make one of it."""
    code = 0
    try:
        try:
            yield
        except typer.Exit as exc:
            code = exc.exit_code
            raise
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as exc:
        if isinstance(exc, SystemExit) and not isinstance(exc.__context__, BrokenPipeError):  # Rich's, else
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still to be flushed would fail once more
        raise typer.Exit(code) from None


class FrontDoor(TyperGroup):
    """The commands: listed without their modules, loaded when called."""

    def __init__(self, **given: Any) -> None:
        given["commands"] = {
            name: TyperCommand(name, help=listed.summary, rich_help_panel=listed.panel)
            for name, listed in COMMANDS.items()
        }
        super().__init__(**given)

    def make_context(self, *args: Any, **extra: Any) -> Any:  # --help is printed here
        with _nobody_may_listen():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        with _nobody_may_listen():
            return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Plain, where a command's own help is drawn: to load what draws takes three times as long as all
        else. Printed at once, as that is."""
        plain = ctx.make_formatter()
        super(TyperGroup, self).format_help(ctx, plain)
        typer.echo(plain.getvalue().rstrip("\n"))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        panels: dict[str | None, list[tuple[str, str]]] = {}
        for name, listed in COMMANDS.items():
            panels.setdefault(listed.panel, []).append((name, listed.summary))
        width = max(map(len, COMMANDS))
        for panel, rows in sorted(panels.items(), key=lambda named: named[0] is not None):
            with formatter.section(panel or "Commands"):
                formatter.write_dl([(name.ljust(width), summary) for name, summary in rows])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, listed, rest = super().resolve_command(ctx, args)
        command = listed and load(listed.name or "")
        for one in (command, *getattr(command, "commands", {}).values()):
            if one and one.help:
                one.help = _BROKEN_LINE.sub(" ", one.help)
            for param in one.get_params(ctx) if one else ():
                if getattr(param, "is_flag", False):
                    param.metavar = ""  # else `--once <bool>` is shown, and `--once true` typed
        return name, command, rest


def load(name: str) -> Any:
    """A command of COMMANDS: one of several in its room, or all that the room has."""
    group = typer.main.get_group(resolve_name(COMMANDS[name].where))
    return group.commands.get(name, group)


app = typer.Typer(
    name="gongbao",
    cls=FrontDoor,
    help="Watch Chinese government portals; announce work reports, plan reports and their targets.\n\n"
    "Try `gongbao demo`; read one document with `gongbao extract FILE`; run it with `gongbao up`.\n\n"
    "Settings are GONGBAO_* variables: `gongbao settings` lists them, `gongbao doctor` shows yours.",
    epilog="Exit codes: 0 done, 1 something asked for could not be done, 2 wrong usage or configuration, "
    "3 a part cannot be reached.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def main() -> None:
    """Run the command; a GongbaoError becomes one line on stderr and an exit code."""
    try:
        _print_anything()
        import_lean()
        app(prog_name="gongbao")
    except GongbaoError as exc:
        from ingest.process.terminal import err  # whoever only asks for --help pays for no terminal

        err().print(f"gongbao: {exc}", style="red", markup=False, soft_wrap=True)
        sys.exit(_exit_code(exc))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as exc:
        # Our files are told of where they are written: this is standard output, `> file` on a full disk.
        if exc.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
            raise
        from ingest.process.terminal import err

        err().print(f"gongbao: writing the output: {exc.strerror}", style="red", markup=False, soft_wrap=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still to be flushed would fail once more
        sys.exit(1)


def _exit_code(exc: GongbaoError) -> int:
    if isinstance(exc, ConfigError):
        return WRONG_SETTINGS
    if isinstance(exc, StoreError | QueueError | FetchError):
        return 3
    return 1


def _say_version(asked: bool) -> None:
    if asked:
        from ingest.program import program_version

        typer.echo(f"gongbao {program_version()}")
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


read_app = typer.Typer()


@read_app.command(rich_help_panel=READ)
def extract(
    inputs: Annotated[
        list[str], typer.Argument(metavar="PATH|URL…", help="Files or addresses; -: what is piped in.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line (docs/extract.md).")
    ] = False,
    body: Annotated[bool, typer.Option("--body", help="With --json: the main text too.")] = False,
    as_html: Annotated[
        bool, typer.Option("--html", help="One HTML page with every figure marked in the text.")
    ] = False,
    region: Annotated[
        str | None, typer.Option(help="What 本区 means: a code such as 500106, or a name.")
    ] = None,
) -> None:
    """Read one document and print what it says: no services, no database.

    Try:  gongbao extract report.txt      gongbao extract --json *.html | jq .targets
          gongbao extract --html report.txt > report.html
    """
    if as_html and as_json:
        raise ConfigError("extract: --html or --json, not both")
    if as_html and len(inputs) != 1:
        raise ConfigError("extract --html: makes one page of one document; leave out the others")
    # Only this command pays for these imports, and only for those that it needs.
    from ingest.process.console import command_settings, progress
    from ingest.process.terminal import complain
    from workers.read_documents import Document, read_documents

    def show(document: Document) -> None:
        if as_json:
            typer.echo(json.dumps(document.json(body=body), ensure_ascii=False))
        elif as_html:
            from alerts.cli.document_html import document_html

            typer.echo(document_html(document.reading, document.extraction))
        else:
            from rich.console import Console

            from alerts.cli.document import show_document

            show_document(document.json(), Console(highlight=False))

    settings = command_settings()
    if region is not None:
        from ingest.regions.named import region_named

        region = region_named(region, "--region").code
    failures: list[object] = []

    def failed(what: object) -> None:
        failures.append(what)
        complain("extract", what)

    sources = progress(inputs, "reading", when=as_json)
    for document in read_documents(settings, sources, region=region, complain=failed):
        show(document)
    raise typer.Exit(1 if failures else 0)


if __name__ == "__main__":
    main()
