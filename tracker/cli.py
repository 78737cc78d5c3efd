"""The command line: parse, one call, print. Heavy modules are imported by the commands that need them."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from tracker import __version__
from tracker.commands import feeds, issues, mail, operation, readers
from tracker.commands.moments import parse_moment
from tracker.errors import TrackerError, UsageError

if TYPE_CHECKING:
    from tracker.model import Digest
    from tracker.run import Progress

app = typer.Typer(
    name="tracker",
    help="Reads the news, keeps what each party says it wants, and reports what changed.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    TEXT = "text"
    HTML = "html"
    JSON = "json"
    MARKDOWN = "markdown"


INPUT_HELP = "Files, folders, URLs, or - for standard input."
Database = Annotated[Path | None, typer.Option("--db", metavar="FILE", help="The database; db/tracker.db by default.")]
Configuration = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="tracker.toml; see seeds/tracker.toml.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="One log line an article on standard error.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no log; results and errors only.")]
FormatOption = Annotated[Format, typer.Option("--format", help="Form of the digest.")]


def _version(show: bool) -> None:
    if show:
        typer.echo(f"tracker {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Reads the news, keeps what each party says it wants, and reports what changed."""


@app.command()
def run(
    inputs: Annotated[list[str] | None, typer.Argument(metavar="[INPUT]...", help=INPUT_HELP)] = None,
    db: Database = None,
    config: Configuration = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, keep nothing.")] = False,
    now: Annotated[str | None, typer.Option("--now", metavar="ISO8601", help="Take this moment for the present one.")] = None,
    form: FormatOption = Format.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 75 where an input failed.")] = False,
    ping_url: Annotated[
        str | None, typer.Option("--ping-url", metavar="URL", help="A monitor to tell of the start and the end.")
    ] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="The log as JSON lines.")] = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """The night: take in every input, oldest article first, store it, compare, and print the digest."""
    from dataclasses import replace

    from tracker.articles.gathering import find_silent
    from tracker.config import load_config
    from tracker.guard import guarded
    from tracker.journal import load_nights
    from tracker.run import run_night
    from tracker.stamp import find_extractor
    from tracker.store.store import open_rehearsal, open_store

    _log(verbose, quiet, log_json)
    settings = load_config(config)
    if dry_run and settings.consultation:  # nothing is paid for that is then forgotten: kept answers serve, no call is made
        settings = replace(settings, consultation=replace(settings.consultation, calls=0))
    chosen = inputs or list(settings.inputs)
    feeds = () if inputs else settings.feeds
    if not chosen and not feeds:
        raise UsageError("no input: name files or folders, or set inputs under [run] or a [[feed]] in tracker.toml")
    moment = parse_moment(now, "--now") if now else datetime.now(UTC)
    path = db or settings.database
    guard = nullcontext(lambda _: None) if dry_run else guarded(path, ping_url or settings.ping_url)
    with guard as tell:
        with open_rehearsal(path) if dry_run else open_store(path) as store, _progress(quiet or verbose) as progress:
            extractor = find_extractor(__version__, settings)
            digest = run_night(chosen, store, settings, moment, extractor, progress, load_nights(path), feeds)
            silent = find_silent(feeds, store.feeds.load_states())
        tell(digest)
        try:
            if settings.mail and not dry_run:
                from tracker.delivery import check_report, deliver_digests

                with open_store(path) as store:
                    check_report(deliver_digests(store, settings, moment, digest.articles_seen))
        finally:
            _print_digest(digest, form)
        if silent or (strict and any(not failure.is_skip for failure in digest.failures)):
            raise typer.Exit(75)


@app.command()
def extract(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help=INPUT_HELP)],
    config: Configuration = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each article.")] = False,
    min_confidence: Annotated[
        float | None, typer.Option("--min-confidence", min=0, max=1, help="Leave attributions below it out.")
    ] = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """What an article says by itself: its attributions, parties and summary. Nothing is stored."""
    from dataclasses import replace

    from tracker.config import load_config
    from tracker.extract import extract_articles, render_lines
    from tracker.model import Failure

    _log(verbose, quiet)
    settings = load_config(config)
    if min_confidence is not None:
        settings = replace(settings, min_confidence=min_confidence)
    failed = done = False
    for extracted in extract_articles(inputs, settings):
        if isinstance(extracted, Failure):
            failed = failed or not extracted.is_skip
            typer.echo(f"tracker: {extracted.origin}: {extracted.message}", err=True)
        else:
            done = True
            typer.echo(extracted.to_json() if as_json else render_lines(extracted))
    if failed and not done:
        raise typer.Exit(2)


@app.command()
def compare(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="JSON lines; standard input without it.")] = None,
    config: Configuration = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines with label and why added.")] = False,
) -> None:
    """Tell for pairs of statements of one party how the stance changed."""
    from tracker.config import load_config
    from tracker.pairs import compare_lines

    settings = load_config(config)
    try:
        lines = file.read_text(encoding="utf-8") if file else sys.stdin.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not utf-8 text"
        raise UsageError(f"cannot read {str(file or 'standard input')!r} ({reason}): give a file of JSON lines") from error
    for line in compare_lines(lines, as_json, settings):
        typer.echo(line)


@app.command()
def digest(
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="Only what was stored after it.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Only what was stored by then.")] = None,
    party: Annotated[list[str] | None, typer.Option("--party", metavar="NAME", help="Only this party; may be repeated.")] = None,
    issue: Annotated[list[str] | None, typer.Option("--issue", metavar="WORDS", help="Only issues with these words.")] = None,
    profile: Annotated[str | None, typer.Option("--profile", metavar="NAME", help="The one mailed to this [[digest]].")] = None,
    show: Annotated[bool, typer.Option("--open", help="Write an HTML page and open it in the browser.")] = False,
    form: FormatOption = Format.TEXT,
    db: Database = None,
    config: Configuration = None,
) -> None:
    """A past or present digest again: of the last run, of the window that is given, or as it was printed or mailed by a day."""
    from tracker.config import load_config
    from tracker.delivery import load_past_digest
    from tracker.store.store import open_store

    until = parse_moment(as_of, "--as-of", end=True) if as_of else datetime.now(UTC)
    start = parse_moment(since, "--since") if since else None
    with open_store(db or load_config(config).database, read_only=True) as store:
        found = load_past_digest(store, start, until, profile, tuple(party or ()), tuple(issue or ()), present=not as_of)
    if show:
        from tracker.commands.readers import open_page

        open_page(found)
    else:
        _print_digest(found, form)


@app.command()
def explain(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of a position, change or article, or its first characters.")],
    db: Database = None,
    config: Configuration = None,
) -> None:
    """How a position or a change came about: sentence, offsets, rule, earlier position, what was edited since.

    Of an article, named by its address or the id of one of its texts: what its outlet edited, word by word.
    """
    from tracker.config import load_config
    from tracker.digest.trace import render_trace, render_versions
    from tracker.store.store import open_store

    with open_store(db or load_config(config).database, read_only=True) as store:
        versions = store.load_versions(identity)
        typer.echo(render_versions(versions) if versions else render_trace(store.load_trace(identity)))


def _print_digest(composed: "Digest", form: Format) -> None:
    if form is Format.JSON:
        from tracker.digest.json import render_json

        typer.echo(render_json(composed), nl=False)
    elif form is Format.HTML:
        from tracker.digest.html import render_html

        typer.echo(render_html(composed, None), nl=False)
    elif form is Format.MARKDOWN:
        from tracker.digest.markdown import render_markdown

        typer.echo(render_markdown(composed), nl=False)
    elif sys.stdout.isatty():
        import os
        from shutil import get_terminal_size

        from tracker.digest.terminal import render_terminal

        colour = not os.environ.get("NO_COLOR")
        typer.echo(render_terminal(composed, get_terminal_size().columns, colour=colour), nl=False)
    else:
        from tracker.digest.text import render_text

        typer.echo(render_text(composed), nl=False)


def _log(verbose: bool, quiet: bool, as_json: bool = False) -> None:
    level = logging.ERROR if quiet else logging.INFO if verbose or not sys.stderr.isatty() else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(message)s", stream=sys.stderr)
    if as_json:
        from tracker.logs import JsonFormatter

        logging.getLogger().handlers[0].setFormatter(JsonFormatter())
    for noisy in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)


@contextmanager
def _progress(silent: bool) -> "Iterator[Progress | None]":
    """A bar with article counts on standard error where that is a terminal, else nothing."""
    if silent or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def show(number: int, total: int, origin: str) -> None:  # noqa: ARG001 - the bar counts, the log names
            bar.update(task, completed=number, total=total)

        yield show


operation.register(app)
mail.register(app)
readers.register(app)
app.add_typer(feeds.app)
app.add_typer(issues.app)


def main() -> NoReturn:
    """Run the command line; typed errors become one line and the exit code of their class."""
    try:
        app()
    except TrackerError as error:
        typer.echo(f"tracker: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # `tracker digest | head`: the reader has seen enough
        sys.exit(0)
    sys.exit(0)


if __name__ == "__main__":
    main()
