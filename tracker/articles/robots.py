"""robots.txt as RFC 9309 reads it: the group of our name or of everyone, the longest matching rule, `*` and `$`."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

MAX_BYTES = 512_000
"""RFC 9309, 2.5, asks for at least 500 KiB."""
_LINE = re.compile(r"\s*([A-Za-z-]{1,30})\s*:\s*([^#\r\n]*)")
_MOST_RULES = 2000
_LONGEST_RULE = 500


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host asks of us: rules as (allowed, pattern), and the seconds that it wants between two requests."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float = 0.0

    def allows(self, url: str) -> bool:
        """Whether `url` may be fetched: the longest matching rule decides, `Allow` where two are equally long (RFC 9309, 2.2.2)."""
        parts = urlsplit(url)
        target = _normalise(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        best = max(((len(pattern), allowed) for allowed, pattern in self.rules if _matches(pattern, target)), default=(0, True))
        return best[1]


def parse_robots(text: str, agent: str) -> Robots:
    """The rules of the groups that name `agent` (in any case), else of those for `*`. Unreadable lines are skipped."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    delays: dict[str, float] = {}
    names: list[str] = []
    in_rules = False
    for line in text.splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        key, value = found.group(1).lower(), found.group(2).strip()
        if key == "user-agent":
            if in_rules:
                names, in_rules = [], False
            names.append(value.lower())
            groups.setdefault(value.lower(), [])
        elif key in ("allow", "disallow"):
            in_rules = True
            if value and len(value) <= _LONGEST_RULE:
                for name in names:
                    if len(groups[name]) < _MOST_RULES:
                        groups[name].append((key == "allow", _normalise(value)))
        elif key == "crawl-delay":
            in_rules = True
            if re.fullmatch(r"\d{1,4}(\.\d{1,3})?", value):
                delays |= dict.fromkeys(names, float(value))
    name = agent.lower() if agent.lower() in groups else "*"
    return Robots(tuple(dict.fromkeys(groups.get(name, ()))), delays.get(name, 0.0))


def _normalise(path: str) -> str:
    return quote(unquote(path), safe="/*$?&=:;,+@!'()~%")


def _matches(pattern: str, target: str) -> bool:
    """`pattern` from the start of `target`: `*` stands for anything, `$` at the end for the end. Pieces are sought in order."""
    anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not target.startswith(first):
        return False
    at = len(first)
    if not rest:
        return not anchored or at == len(target)
    for piece in rest[:-1] if anchored else rest:
        found = target.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not anchored or (target.endswith(rest[-1]) and len(target) - len(rest[-1]) >= at)
