"""Commands for whoever keeps tracker running: check, status, backup, prune, schedule."""

import json
import re
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from tracker.errors import UsageError

Database = Annotated[Path | None, typer.Option("--db", metavar="FILE", help="The database; db/tracker.db by default.")]
Configuration = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="tracker.toml; see seeds/tracker.toml.")]

_DURATION = re.compile(r"(\d{1,5})\s*(d|w|m|y)")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (check, status, backup, prune, reextract, schedule):
        app.command(rich_help_panel="Operation")(command)


def check(
    db: Database = None,
    config: Configuration = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Look at everything that a night rests on: configuration, models, database, permissions, disk, the last nights."""
    from tracker.config import load_config
    from tracker.health import check_all

    settings = load_config(config)
    worst = 0
    for finding in check_all(settings, db or settings.database, datetime.now(UTC)):
        worst = max(worst, finding.exit_code)
        if as_json:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            typer.echo(f"{'TROUBLE' if finding.exit_code else 'ok':8}{finding.name:12} {finding.message}")
    if worst:
        raise typer.Exit(worst)


def status(
    db: Database = None,
    config: Configuration = None,
    nights: Annotated[int, typer.Option("--nights", min=1, max=60, help="How many of the last nights.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """The last nights with their lengths and counts, what the database holds, what waits."""
    from tracker.config import load_config
    from tracker.journal import load_nights
    from tracker.lock import load_holder
    from tracker.store.upkeep import load_tally

    path = db or load_config(config).database
    tally, holder, last = load_tally(path), load_holder(path), load_nights(path)[-nights:]
    if as_json:
        told = {"database": str(path), "holds": asdict(tally), "running": asdict(holder) if holder else None}
        typer.echo(json.dumps({**told, "nights": [asdict(night) for night in last]}, ensure_ascii=False, indent=2))
        return
    typer.echo(
        f"{path}: {tally.articles} articles, {tally.positions} positions, {tally.changes} changes, "
        f"{tally.failures} failures, {tally.bytes / 1e6:.1f} MB"
    )
    if holder:
        typer.echo(f"running: process {holder.pid} on {holder.host}, since {holder.since}")
    elif tally.unfinished:
        typer.echo(f"the run of {tally.last_run} was cut short: the next one takes it up")
    if tally.pending_mail or tally.failed_mail:
        typer.echo(f"mail: {tally.pending_mail} pending, {tally.failed_mail} given up")
    for url, since, failures, problem in tally.sick_feeds:
        typer.echo(f"sick feed {url}: {problem} ({failures} times since {since[:10]})")
    for asked in tally.advice:
        typer.echo(
            f"language model {asked.model}, run {asked.run}: {asked.calls} calls, {asked.answered} answers, "
            f"{asked.kept} kept ones, {asked.left} left to the shipped models, {asked.dropped} pieces dropped, "
            f"{asked.input_tokens} + {asked.output_tokens} tokens, cost {asked.cost:.4f}"
        )
        if asked.left:
            typer.echo(f"  left because {asked.problem}")
    if tally.advice:
        typer.echo(f"language models in all runs: {tally.calls} calls, cost {tally.cost:.4f}")
    for night in last:
        seconds = (datetime.fromisoformat(night.finished) - datetime.fromisoformat(night.started)).total_seconds()
        typer.echo(
            f"{night.started[:16].replace('T', ' ')}  {seconds:7.1f} s  exit {night.exit_code:2}  {night.seen:6} seen  "
            f"{night.new:5} new  {night.positions:5} positions  {night.failures:3} failures"
        )
    if not last:
        typer.echo("no run on record yet")


def backup(
    target: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; by default a dated file in backups/ beside the database.")
    ] = None,
    keep: Annotated[int, typer.Option("--keep", min=1, help="Dated backups that stay.")] = 14,
    db: Database = None,
    config: Configuration = None,
) -> None:
    """Copy the database, whole and checked, while it is in use."""
    from tracker.config import load_config
    from tracker.store.upkeep import delete_old_backups, find_backup_path, save_backup

    path = db or load_config(config).database
    folder = path.parent / "backups"
    file = target or find_backup_path(path, folder, datetime.now(UTC))
    size = save_backup(path, file)
    old = [] if target else delete_old_backups(path, folder, keep)
    typer.echo(f"{file}: {size / 1e6:.1f} MB, checked" + (f"; {len(old)} older removed" if old else ""))


def prune(
    keep: Annotated[str, typer.Option("--keep", metavar="TIME", help="What is younger stays: 90d, 26w, 18m or 2y.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    db: Database = None,
    config: Configuration = None,
) -> None:
    """Forget old articles on which nothing later rests. What parties hold to this day stays, with its evidence."""
    from tracker.config import load_config
    from tracker.lock import open_lock
    from tracker.store.upkeep import forget_articles

    now = datetime.now(UTC)
    path = db or load_config(config).database
    if not path.exists():
        raise UsageError(f"there is no database at {path}: name another with --db")
    before = now - parse_duration(keep)
    with open_lock(path, now):
        gone = forget_articles(path, before, dry_run=dry_run)
    verb = "would go" if dry_run else "are gone"
    typer.echo(f"{gone.articles} articles, {gone.positions} positions and {gone.changes} changes {verb}")


def reextract(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also where nothing is out of date.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="A line for every hundred texts on standard error.")] = False,
    db: Database = None,
    config: Configuration = None,
) -> None:
    """Read the kept texts again after an upgrade or new [[actor]]s. What only that finds is never told as news."""
    from tracker import __version__
    from tracker.config import load_config
    from tracker.lock import open_lock
    from tracker.reextract import reextract_texts
    from tracker.stamp import find_extractor

    def show(number: int, total: int, _: str) -> None:
        if verbose and (number % 100 == 0 or number == total):
            typer.echo(f"{number} of {total} texts", err=True)

    settings = load_config(config)
    path = db or settings.database
    if not path.exists():
        raise UsageError(f"there is no database at {path}: name another with --db")
    now = datetime.now(UTC)
    with open_lock(path, now):
        extractor = find_extractor(__version__, settings)
        done = reextract_texts(path, settings, extractor, now, everything=everything, dry_run=dry_run, progress=show)
    if done.effects is None:
        typer.echo(f"nothing is out of date: {done.texts} texts were read by {extractor}")
        return
    verb = "would be" if dry_run else "are"
    for name, shift in (("positions", done.effects.positions), ("changes", done.effects.changes)):
        typer.echo(f"{name}: {shift.added} {verb} new, {shift.altered} {verb} other than before, {shift.gone} {verb} gone")
    for party, issue, was, label in done.effects.examples:
        typer.echo(f"    {party}, {issue}: {was or 'no change'} -> {label or 'no change'}")
    if done.failures:
        typer.echo(f"{done.failures} texts could not be read again: what was made of them before is kept")
    typer.echo(
        f"{done.texts} texts read, {done.outdated} were out of date; "
        + ("nothing is changed yet: `tracker reextract` takes up what was read" if dry_run else "none of this is told as news")
    )


def schedule(
    systemd: Annotated[
        Path | None, typer.Option("--systemd", metavar="FOLDER", help="Write three systemd units there, print no cron lines.")
    ] = None,
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help="Local time of day.")] = "05:30",
    config: Annotated[Path, typer.Option("--config", metavar="FILE", help="Configuration of the run.")] = Path("tracker.toml"),
) -> None:
    """The lines that make this machine run tracker every night, with its own paths filled in."""
    import getpass

    from tracker.config import load_config
    from tracker.schedule import Plan, parse_time_of_day, render_cron, render_failed_service, render_service, render_timer

    settings = load_config(config)
    hour, minute = parse_time_of_day(at)
    file = config.resolve()
    nightly = Path(__file__).resolve().parents[2] / "cron" / "nightly"
    tracker = Path(sys.executable).parent / "tracker"  # not resolved: the link is what makes it the environment's
    database = settings.database.resolve()
    if systemd is None:
        folders, user = (database.parent, file.parent / "log"), getpass.getuser()
        if nightly.is_file():
            own = () if tracker == nightly.parents[1] / ".venv" / "bin" / "tracker" else ("env", f"TRACKER={tracker}")
            plan = Plan((*own, str(nightly), str(file)), folders, user, hour=hour, minute=minute)
        else:
            plan = Plan((str(tracker), "run", "--quiet", "--config", str(file)), folders, user, True, hour, minute)
        typer.echo(render_cron(plan), nl=False)
        return
    # The journal keeps the log there, so that the command is called without the script around it.
    plan = Plan((str(tracker), "run", "--config", str(file)), (database.parent,), getpass.getuser(), hour=hour, minute=minute)
    units = {
        "tracker.service": render_service(plan),
        "tracker.timer": render_timer(plan),
        "tracker-failed.service": render_failed_service(plan),
    }
    try:
        for name, text in units.items():
            (systemd / name).write_text(text, encoding="utf-8")
            typer.echo(str(systemd / name))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"cannot write {error.filename} ({reason}): name a folder that you can write, or use sudo") from error


def parse_duration(text: str) -> timedelta:
    """A time such as `90d`, `26w`, `18m` (of 30 days) or `2y`. Raises UsageError."""
    if not (match := _DURATION.fullmatch(text.strip().lower())) or int(match[1]) * _DAYS[match[2]] > 36_500:
        raise UsageError(f"--keep {text!r} is no length of time: write it like 90d, 26w, 18m or 2y")
    return timedelta(days=int(match[1]) * _DAYS[match[2]])
