"""`tracker feeds`: the feeds in tracker.toml, listed, added, removed, exchanged and tried out."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.config import Config
    from tracker.model import Feed, FeedState

app = typer.Typer(name="feeds", help="The feeds in tracker.toml: list, add, remove, import, export, check.", no_args_is_help=True)

Configuration = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="tracker.toml; TRACKER_CONFIG, else tracker.toml here, by default.")
]
Database = Annotated[Path | None, typer.Option("--db", metavar="FILE", help="The database; db/tracker.db by default.")]


@app.command("list")
def list_feeds(config: Configuration = None, db: Database = None) -> None:
    """Every configured feed with its last visit."""
    from tracker.config import load_config

    path = _find_path(config, must_exist=True)
    settings = load_config(path)
    states = _load_states(settings, db)
    if not settings.feeds:
        typer.echo(f"no feeds in {path}: add one with `tracker feeds add URL`")
    for feed in settings.feeds:
        typer.echo(f"{feed.url}\n    {_describe(feed, states.get(feed.url))}")


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of an RSS, Atom or JSON feed.")],
    outlet: Annotated[str, typer.Option("--outlet", metavar="NAME", help="How the digest calls the outlet.")] = "",
    language: Annotated[str, typer.Option("--language", metavar="CODE", help="Language of everything in it, such as en.")] = "",
    every: Annotated[str, typer.Option("--every", metavar="SPAN", help="Least time between two visits: 6h, 1d, 1w.")] = "",
    beat: Annotated[str, typer.Option("--beat", metavar="NAME", help="The beat that it belongs to.")] = "",
    allow_private: Annotated[bool, typer.Option("--allow-private", help="It may be at a private address.")] = False,
    config: Configuration = None,
) -> None:
    """Add a feed to tracker.toml, which is made where there is none."""
    from datetime import timedelta

    from tracker.model import Feed
    from tracker.subscriptions import parse_every

    span = parse_every(every) if every else timedelta()
    if span is None:
        raise UsageError(f"--every {every!r} is no span of time: write it like 30m, 6h, 1d or 1w")
    path = _find_path(config, must_exist=False)
    feed = Feed(url.strip(), outlet, language, span, beat=beat, allow_private=allow_private)
    if not _add(path, [feed]):
        raise UsageError(f"{url!r} is in {path} already: change its table there")
    typer.echo(f"added {url} to {path}")


@app.command()
def remove(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address as it stands in tracker.toml.")], config: Configuration = None
) -> None:
    """Take a feed out of tracker.toml; its articles stay in the database."""
    from tracker.config import parse_config
    from tracker.subscriptions import remove_feed

    path = _find_path(config, must_exist=True)
    text = remove_feed(_load_text(path), url, path)
    parse_config(text, path)
    _save_text(path, text)
    typer.echo(f"removed {url} from {path}")


@app.command("import")
def import_feeds(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OPML file, as feed readers export it.")],
    beat: Annotated[
        str, typer.Option("--beat", metavar="NAME", help="Beat of all of them, instead of the file's own folders.")
    ] = "",
    config: Configuration = None,
) -> None:
    """Add the feeds of an OPML file to tracker.toml; those that are there already stay as they are."""
    from dataclasses import replace

    from tracker.articles.opml import parse_opml

    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {str(file)!r} ({error.strerror}): give an OPML file") from error
    feeds = [replace(feed, beat=beat) if beat else feed for feed in parse_opml(data, str(file))]
    path = _find_path(config, must_exist=False)
    added = _add(path, feeds)
    typer.echo(f"added {added} of {len(feeds)} feeds to {path}")


@app.command("export")
def export_feeds(config: Configuration = None) -> None:
    """The configured feeds as OPML on standard output."""
    from tracker.articles.opml import render_opml
    from tracker.config import load_config

    typer.echo(render_opml(load_config(_find_path(config, must_exist=True)).feeds, "tracker"), nl=False)


@app.command()
def check(
    url: Annotated[str | None, typer.Argument(metavar="[URL]", help="One configured feed; all of them without it.")] = None,
    config: Configuration = None,
) -> None:
    """Visit the feeds and tell what each holds. Nothing is stored, and no article is read. Exit code 75 where one fails."""
    from datetime import UTC, datetime

    from tracker.articles.gathering import check_feeds
    from tracker.config import load_config

    settings = load_config(_find_path(config, must_exist=True))
    chosen = [feed for feed in settings.feeds if url in (None, feed.url)]
    if not chosen:
        raise UsageError(
            f"{url!r} is not configured: `tracker feeds list` shows what is" if url else "no feeds are configured: add one"
        )
    sick = 0
    for feed, good, verdict in check_feeds(chosen, settings.manners, datetime.now(UTC)):
        sick += not good
        typer.echo(f"{'ok' if good else 'sick':5} {feed.url}\n      {verdict}")
    if sick:
        raise typer.Exit(75)


def _find_path(config: Path | None, *, must_exist: bool) -> Path:
    """The configuration that is meant: the option, TRACKER_CONFIG, or tracker.toml in the working directory."""
    path = config or Path(os.environ.get("TRACKER_CONFIG") or "tracker.toml")
    if must_exist and not path.exists():
        raise ConfigurationError(
            f"there is no configuration at {str(path)!r}: make one with `tracker feeds add URL`, or name it with --config"
        )
    return path


def _load_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not utf-8 text"
        raise ConfigurationError(
            f"cannot read the configuration {str(path)!r} ({reason}): check the path given to --config"
        ) from error


def _save_text(path: Path, text: str) -> None:
    """Replace the file in one step, with its permissions: a killed process leaves the old one or the new one."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        if path.exists():
            unfinished.chmod(path.stat().st_mode & 0o777)
        unfinished.replace(path.resolve())
    except OSError as error:
        raise ConfigurationError(f"cannot write {str(path)!r} ({error.strerror}): check the permissions of its folder") from error


def _add(path: Path, feeds: "Iterable[Feed]") -> int:
    """Add the feeds that are not there yet; how many those were."""
    from tracker.config import parse_config
    from tracker.subscriptions import add_feeds

    text = _load_text(path)
    present = {feed.url for feed in parse_config(text, path).feeds}
    new = [feed for feed in feeds if feed.url not in present]
    if new:
        text = add_feeds(text, new)
        parse_config(text, path)  # complains about what cannot be meant, before anything is written
        _save_text(path, text)
    return len(new)


def _load_states(settings: "Config", db: Path | None) -> "dict[str, FeedState]":
    from tracker.store.store import open_store

    path = db or settings.database
    if not path.exists():
        return {}
    with open_store(path, read_only=True) as store:
        return store.feeds.load_states()


def _describe(feed: "Feed", state: "FeedState | None") -> str:
    from tracker.subscriptions import render_every

    parts = [feed.outlet, feed.beat and f"beat {feed.beat}", feed.language, feed.every and f"every {render_every(feed.every)}"]
    parts += ["" if feed.enabled else "disabled", "private addresses allowed" if feed.allow_private else ""]
    if state is None or state.checked is None:
        parts.append("never visited")
    elif state.problem:
        since = f" since {state.failing_since:%Y-%m-%d}" if state.failing_since else ""
        parts.append(f"sick{since}: {state.problem}")
    else:
        parts.append(f"{state.entries} entries on {state.checked:%Y-%m-%d %H:%M} UTC")
    if state and state.moved_to:
        parts.append(f"moved for good to {state.moved_to}: change its url")
    return "; ".join(str(part) for part in parts if part)
