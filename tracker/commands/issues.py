"""`tracker issues`: which issues there are, which are one, what they are called."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tracker.store.store import Store

app = typer.Typer(name="issues", help="What positions are about: list, merge, rename.", no_args_is_help=True)

Database = Annotated[Path | None, typer.Option("--db", metavar="FILE", help="The database; db/tracker.db by default.")]
Configuration = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="tracker.toml; see seeds/tracker.toml.")]
ISSUE_HELP = "Its id, or the first characters of it, or its name."


@app.command("list")
def list_issues(
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="Only issues with these words.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="The last so many.")] = 50,
    db: Database = None,
    config: Configuration = None,
) -> None:
    """The issues last spoken to: id, day, positions, parties, name."""
    from tracker.config import load_config
    from tracker.store.store import open_store

    with open_store(db or load_config(config).database, read_only=True) as store:
        found = store.load_subjects(words, limit)
    for one in found:
        typer.echo(f"{one.id[:8]}  {one.last_spoken:%Y-%m-%d}  {one.positions:5}  {one.parties:3}  {one.name}")
    if not found:
        typer.echo("No such issue." if words else "No issue yet.")


@app.command()
def merge(
    one: Annotated[str, typer.Argument(metavar="A", help=ISSUE_HELP)],
    other: Annotated[str, typer.Argument(metavar="B", help=ISSUE_HELP)],
    db: Database = None,
    config: Configuration = None,
) -> None:
    """Let all that was said on A count for B, now and in later runs."""
    with _open_locked(db, config) as store:
        gone, kept = store.merge_issues(one, other)
    typer.echo(f"{gone} -> {kept}")


@app.command()
def rename(
    one: Annotated[str, typer.Argument(metavar="A", help=ISSUE_HELP)],
    name: Annotated[str, typer.Argument(metavar="PHRASE", help="What it is called from now on.")],
    db: Database = None,
    config: Configuration = None,
) -> None:
    """Call an issue something else."""
    with _open_locked(db, config) as store:
        old, new = store.rename_issue(one, name)
    typer.echo(f"{old} -> {new}")


@contextmanager
def _open_locked(db: Path | None, config: Path | None) -> "Iterator[Store]":
    """The store for writing, while no run has it. A missing database is told, not made."""
    from tracker.config import load_config
    from tracker.lock import open_lock
    from tracker.store.store import open_store

    path = db or load_config(config).database
    with open_store(path, read_only=True):
        pass
    with open_lock(path, datetime.now(UTC)), open_store(path) as store:
        yield store
