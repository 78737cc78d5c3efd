"""Fragments of HTML, as feeds and mails carry them, as paragraphs of text."""

import re

from tracker.articles.decoding import parse_line

_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt", "figcaption",
        "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre",
        "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)
_SILENT = frozenset(
    {
        "script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "math", "select", "button", "form",
        "figcaption",
    }
)
_MARKUP = re.compile(r"<[A-Za-z!/]|&#?\w{1,30};")
MAX_MARKUP = 2_000_000
"""Characters of a fragment that is still read."""


def parse_markup(fragment: str) -> list[str]:
    """The paragraphs of an HTML fragment, each one line; scripts, styles, forms and captions left out.

    Text without any markup gives its own lines. Nothing readable: an empty list.
    """
    fragment = fragment[:MAX_MARKUP]
    if not _MARKUP.search(fragment):
        return [line for raw in fragment.splitlines() if (line := parse_line(raw))]
    from lxml import etree, html  # type: ignore[import-untyped]

    try:
        tree = html.fragment_fromstring(fragment.replace("\0", " "), create_parent="div")
    except (etree.LxmlError, ValueError, TypeError, AssertionError):
        return []
    paragraphs: list[list[str]] = [[]]
    silent = 0
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag in _BLOCKS:
            paragraphs.append([])
        if tag in _SILENT:
            silent += 1 if event == "start" else -1
        words = node.text if event == "start" else node.tail
        if words and not silent:
            paragraphs[-1].append(words)
    return [line for pieces in paragraphs if (line := parse_line("".join(pieces)))]


def strip_markup(text: str) -> str:
    """A title or a name without tags and entities, on one line."""
    return " ".join(parse_markup(text)) if _MARKUP.search(text) else parse_line(text)
