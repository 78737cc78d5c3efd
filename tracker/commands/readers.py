"""Commands for readers: a party's history, and what was wrong."""

import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.moments import parse_moment
from tracker.errors import UsageError

if TYPE_CHECKING:
    from tracker.model import Correction, Digest

Database = Annotated[Path | None, typer.Option("--db", metavar="FILE", help="The database; db/tracker.db by default.")]
Configuration = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="tracker.toml; see seeds/tracker.toml.")]


class Verdict(StrEnum):
    RESTATED = "restated"
    AMENDED = "amended"
    SOFTENED = "softened"
    HARDENED = "hardened"
    REVERSED = "reversed"
    UNRELATED = "unrelated"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (history, wrong):
        app.command()(command)


def history(
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Name of a party, or an alias of it.")],
    issue: Annotated[str | None, typer.Option("--issue", metavar="WORDS", help="Only issues with these words.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="The last so many statements.")] = 200,
    db: Database = None,
    config: Configuration = None,
) -> None:
    """What a party said, issue by issue and oldest first, with what changed."""
    from tracker.config import load_config
    from tracker.digest.history import render_history
    from tracker.store.store import open_store

    with open_store(db or load_config(config).database, read_only=True) as store:
        timeline = store.load_timeline(party, issue, limit)
    if not timeline:
        typer.echo(f"{party} has said nothing on such an issue." if issue else f"{party} has said nothing yet.")
        return
    columns = get_terminal_size().columns if sys.stdout.isatty() else 80
    typer.echo(render_history(timeline, columns - 2), nl=False)


def wrong(
    identity: Annotated[str | None, typer.Argument(metavar="[ID]", help="Id of a change or position, or its start.")] = None,
    label: Annotated[Verdict | None, typer.Option("--label", help="What it is instead; without it, it is suppressed.")] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")] = "",
    export: Annotated[bool, typer.Option("--export", help="Print every correction as evaluation data, JSON lines.")] = False,
    now: Annotated[str | None, typer.Option("--now", metavar="ISO8601", help="Take this moment for the present one.")] = None,
    db: Database = None,
    config: Configuration = None,
) -> None:
    """Tell that a change or position is wrong: it is suppressed or relabelled from then on, and the next digest says so."""
    from tracker.config import load_config
    from tracker.lock import open_lock
    from tracker.model import Label
    from tracker.store.store import open_store

    path = db or load_config(config).database
    if export:
        with open_store(path, read_only=True) as store:
            for correction in store.load_corrections():
                typer.echo(json.dumps(_compose_pair(correction), ensure_ascii=False))
        return
    if not identity:
        raise UsageError("an id is missing: give the first characters of a position's or a change's id, or --export")
    with open_store(path, read_only=True):
        pass  # a missing database is told, not made
    moment = parse_moment(now, "--now") if now else datetime.now(UTC)
    with open_lock(path, moment), open_store(path) as store:
        correction = store.save_correction(identity, Label(label) if label else None, note[:2000], moment)
    was = correction.was or "position"
    typer.echo(f"{correction.subject[:8]} {correction.party}, {correction.issue}: {was} -> {correction.label or 'suppressed'}")


def open_page(digest: "Digest") -> None:
    """Write the digest as one self-contained page that only its reader can read, open it in the browser and print its path."""
    import os
    import tempfile
    import webbrowser

    from tracker.digest.html import render_html

    descriptor, name = tempfile.mkstemp(prefix="tracker-digest-", suffix=".html")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(render_html(digest, None))
    webbrowser.open(Path(name).as_uri())
    typer.echo(name)


def _compose_pair(correction: "Correction") -> dict[str, str | None]:
    """In the form of the evaluation data's pairs; `label` is null where the change or position was suppressed."""
    return {
        "id": correction.subject,
        "domain": "corrections",
        "party": correction.party,
        "issue": correction.issue,
        "before": correction.before,
        "after": correction.after,
        "label": correction.label,
        "was": correction.was,
        "note": correction.note,
    }
