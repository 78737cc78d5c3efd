"""Ready lines for cron and systemd, paths filled in. The files in cron/ are these with the paths of /opt/tracker."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import UsageError

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_BREAK = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Plan:
    """What runs, when, as whom."""

    command: tuple[str, ...]
    """The words of the command, with absolute paths."""
    folders: tuple[Path, ...]
    """Folders that it writes to."""
    user: str
    silenced: bool = False
    """Whether its standard output is thrown away, so that cron has something to mail after trouble only."""
    hour: int = 5
    minute: int = 30

    def __post_init__(self) -> None:
        for word in (*self.command, *map(str, self.folders), self.user):
            if _BREAK.search(word):
                raise UsageError(f"{word!r} holds a line break: rename it, neither cron nor systemd can run it")


def parse_time_of_day(text: str) -> tuple[int, int]:
    """Hour and minute of `05:30`. Raises UsageError."""
    if not (match := _TIME.fullmatch(text)):
        raise UsageError(f"--at {text!r} is no time of day: write it like 05:30")
    return int(match[1]), int(match[2])


def render_cron(plan: Plan) -> str:
    """Lines for `crontab -`. Cron reads a bare % as a line break (crontab(5)), so it is escaped."""
    command = shlex.join(plan.command).replace("%", r"\%") + (" >/dev/null" if plan.silenced else "")
    return f"""\
# tracker: every night. Install: tracker schedule | crontab -   (that replaces your crontab; or add the lines with crontab -e)
# Nothing is printed after a good night, so that mail to MAILTO means trouble.
SHELL=/bin/sh
PATH=/usr/local/bin:/usr/bin:/bin
MAILTO={plan.user}
{plan.minute} {plan.hour} * * * {command}
"""


def render_service(plan: Plan) -> str:
    """The unit of one run (systemd.service(5), systemd.exec(5)). Only the folders that it needs can be written."""
    return f"""\
# Install: sudo tracker schedule --systemd DIRECTORY, or copy the three units to /etc/systemd/system by hand, then
#     sudo systemctl daemon-reload && sudo systemctl enable --now tracker.timer
[Unit]
Description=Nightly run of tracker
Documentation=man:tracker(1)
Wants=network-online.target
After=network-online.target
OnFailure=tracker-failed.service

[Service]
Type=oneshot
User={plan.user}
ExecStart={" ".join(map(_quote, plan.command))}
TimeoutStartSec=4h
Nice=10
UMask=0077
MemoryMax=2G
TasksMax=256
NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={" ".join(_quote(str(folder)) for folder in plan.folders)}
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""


def render_timer(plan: Plan) -> str:
    """The unit that starts it (systemd.timer(5)): a night missed while the machine was off is made up for."""
    return f"""\
[Unit]
Description=Every night: tracker

[Timer]
OnCalendar=*-*-* {plan.hour:02}:{plan.minute:02}:00
RandomizedDelaySec=10min
Persistent=yes

[Install]
WantedBy=timers.target
"""


def render_failed_service(plan: Plan) -> str:
    """The unit that speaks up after a bad night; it needs a `mail` command."""
    return f"""\
[Unit]
Description=Say that tracker failed

[Service]
Type=oneshot
ExecStart=/bin/sh -c 'journalctl --unit=tracker.service --lines=40 --no-pager | mail -s "tracker failed on %H" {plan.user}'
"""


def _quote(word: str) -> str:
    """A word of a unit file: quoted where need be, with systemd's specifiers and variables made literal."""
    plain = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w@%+=:,./$-]+", plain):
        return plain
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
