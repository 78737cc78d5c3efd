"""Commands for mail: try it out, see what waits, send it again."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.moments import parse_moment
from tracker.errors import ConfigurationError, TemporaryError, UsageError

if TYPE_CHECKING:
    from tracker.model import Delivery

Database = Annotated[Path | None, typer.Option("--db", metavar="FILE", help="The database; db/tracker.db by default.")]
Configuration = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="tracker.toml; see seeds/tracker.toml.")]

commands = typer.Typer(help="Mail: try it out, see what waits, send it again.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add `tracker mail` to the command line."""
    app.add_typer(commands, name="mail", rich_help_panel="Operation")


@commands.command("test")
def try_out(
    to: Annotated[list[str] | None, typer.Option("--to", metavar="ADDRESS", help="Instead of every configured recipient.")] = None,
    config: Configuration = None,
) -> None:
    """Send a test mail to every recipient, at once and outside the outbox."""
    from tracker.config import load_config
    from tracker.digest.mail import Fate, find_address, open_sender
    from tracker.digest.message import compose_test

    settings = load_config(config)
    if settings.mail is None:
        raise ConfigurationError("no mail is configured: add [mail] to tracker.toml and name it with --config")
    recipients = tuple(dict.fromkeys(to or (address for profile in settings.profiles for address in profile.to)))
    if not recipients:
        raise UsageError("nobody to write to: give --to ADDRESS, or add [[digest]] to tracker.toml")
    troubles = 0
    with open_sender(settings.mail) as send:
        for recipient in recipients:
            outcome = send(compose_test(recipient, settings.mail, datetime.now(UTC)), find_address(recipient))
            troubles += outcome.fate is not Fate.SENT
            typer.echo(f"{recipient}: {outcome.error or 'sent'}", err=bool(outcome.error))
    if troubles:
        raise TemporaryError(f"{troubles} of {len(recipients)} test mails did not get through: see above")


@commands.command()
def pending(db: Database = None, config: Configuration = None) -> None:
    """What waits in the outbox and what was given up, with the reason."""
    from tracker.config import load_config
    from tracker.store.store import open_store

    with open_store(db or load_config(config).database, read_only=True) as store:
        waiting, failed = store.outbox.load_deliveries(), store.outbox.load_failed()
    for delivery in (*waiting, *failed):
        typer.echo(_describe(delivery))
    if not waiting and not failed:
        typer.echo("nothing waits")


@commands.command()
def retry(
    failed: Annotated[bool, typer.Option("--failed", help="Those given up as well.")] = False,
    db: Database = None,
    config: Configuration = None,
) -> None:
    """Try everything that waits again, now."""
    from tracker.config import load_config
    from tracker.delivery import check_report, send_pending
    from tracker.lock import open_lock
    from tracker.store.store import open_store

    settings = load_config(config)
    if settings.mail is None:
        raise ConfigurationError("no mail is configured: add [mail] to tracker.toml and name it with --config")
    now, path = datetime.now(UTC), db or settings.database
    with open_lock(path, now), open_store(path) as store:
        store.outbox.save_retry(now, failed=failed)
        report = send_pending(store, settings, now)
    typer.echo(f"{report.sent} sent, {report.deferred} deferred, {report.failed} given up")
    check_report(report)


@commands.command()
def show(
    profile: Annotated[str, typer.Argument(metavar="NAME", help="Name of a [[digest]].")],
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The last one composed by then.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="ADDRESS", help="The mail to this one of its recipients.")] = None,
    db: Database = None,
    config: Configuration = None,
) -> None:
    """A mail again, byte for byte as it was delivered: pipe it to a file or a mail reader."""
    from tracker.config import load_config
    from tracker.delivery import load_past_message
    from tracker.digest.message import render_message
    from tracker.store.store import open_store

    settings = load_config(config)
    until = parse_moment(as_of, "--as-of", end=True) if as_of else datetime.now(UTC)
    with open_store(db or settings.database, read_only=True) as store:
        message = load_past_message(store, settings, until, profile, to)
    sys.stdout.buffer.write(render_message(message).replace(b"\r\n", b"\n"))
    sys.stdout.buffer.flush()


def _describe(delivery: "Delivery") -> str:
    from tracker.digest.phrases import clean_text, render_moment

    head = f"{delivery.state:8}{delivery.recipient}  {clean_text(delivery.subject, 120)}"
    tried = f"{delivery.attempts} attempts" if delivery.attempts != 1 else "1 attempt"
    when = f", due {render_moment(delivery.due)} UTC" if delivery.state == "pending" else ""
    return f"{head}\n        {tried}{when}" + (f": {clean_text(delivery.error, 300)}" if delivery.error else "")
