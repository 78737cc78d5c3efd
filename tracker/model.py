"""Every type of the domain. Stages meet here and nowhere else; nothing but the standard library is imported.

All values are frozen. Times are aware; offsets are characters into `Article.text`; vectors are the bytes of little-endian
float32 numbers, 384 of them, of length 1.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """Characters `start` up to, not including, `end` of a text."""

    start: int
    end: int


# ---- articles ---------------------------------------------------------------------------------------------------------------


class DateSource(StrEnum):
    """Where an article's date came from."""

    HEADER = "header"
    METADATA = "metadata"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Article:
    """One report. `id` is a hash of title and text: the same words again are the same article, whatever file holds them."""

    id: str
    origin: str
    """Path or URL that it was read from."""
    title: str
    text: str
    outlet: str
    url: str | None
    published: datetime
    date_source: DateSource
    author: str = ""
    """As the page, the entry or the mail names it."""
    language: str = ""
    """ISO 639-1 code where a feed's configuration settles it; empty: the text tells."""
    beat: str = ""
    """Of the feed that brought it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be processed, as a value: recorded and shown in the digest, never raised past its article."""

    origin: str
    stage: str
    """`read`, `feed`, `language`, `understand` or `store`."""
    message: str
    """Lower case, names the value and the remedy."""

    @property
    def is_skip(self) -> bool:
        """Whether nothing is wrong with the article but the language that it is written in."""
        return self.stage == "language"


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences of an article that stand for it: verbatim spans of its text in text order."""

    article_id: str
    method: str
    sentences: tuple[Span, ...]


# ---- feeds ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that lists an outlet's articles, as the reader configures it."""

    url: str
    outlet: str = ""
    """Empty: what the page or the feed calls itself."""
    language: str = ""
    """ISO 639-1 code of everything in it; empty: each text tells."""
    every: timedelta = timedelta()
    """Least time between two visits; nothing: every run."""
    enabled: bool = True
    beat: str = ""
    allow_private: bool = False
    """Whether the feed and its articles may be at private addresses."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between runs. Times are those of the runs."""

    url: str
    checked: datetime | None = None
    """Last visit, successful or not."""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    """Where a permanent redirect leads to."""
    not_before: datetime | None = None
    """The server asked not to be visited sooner (Retry-After)."""
    failing_since: datetime | None = None
    failures: int = 0
    """Visits in a row that failed."""
    problem: str = ""
    """What was wrong at the last visit; empty where it went well."""
    entries: int = 0
    """In the last full answer."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry's address that was visited: nothing is fetched twice unless its outlet says that it was edited."""

    address: str
    feed: str
    seen: datetime
    tries: int = 1
    """Visits so far."""
    done: bool = True
    """False: a temporary failure, to be tried again."""
    text: str = ""
    """Id of the text where the entry itself held all of it; empty where its page was fetched."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How the network is used. Times are in seconds."""

    contact: str = ""
    """Address or mail of whom an outlet may turn to; part of the User-Agent."""
    deadline: float = 1800.0
    """For all fetching of one run."""
    timeout: float = 30.0
    """For one answer."""
    delay: float = 1.0
    """Between two requests to one host."""
    tries: int = 3
    back_off: float = 2.0
    """Before the second try; it doubles for each further one."""
    hosts: int = 16
    """Visited at the same time."""
    robots: bool = True
    """Whether robots.txt is asked and obeyed."""


# ---- attributions -----------------------------------------------------------------------------------------------------------


class Role(StrEnum):
    SOURCE = "source"
    CUE = "cue"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """A run of words that the tagger gave one role. `continues` marks content that goes on with an earlier content span."""

    role: Role
    span: Span
    paragraph: int
    confidence: float
    continues: bool = False


class AttributionKind(StrEnum):
    """Whether the content is quoted word for word, reported, or both (PARC3's direct, indirect and mixed)."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who is said to say what, and by which words (source, cue, content of PARC3 and PolNeAR). Source and cue may be empty."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    kind: AttributionKind
    confidence: float


# ---- actors -----------------------------------------------------------------------------------------------------------------


class ActorKind(StrEnum):
    STATE = "state"
    ORGANISATION = "organisation"
    POLITICAL_PARTY = "political party"
    UNION = "union"
    COMPANY = "company"
    PERSON = "person"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever can hold a position. `party` is the name of the actor that this one speaks for; its own name where it is a party."""

    name: str
    kind: ActorKind
    party: str
    aliases: tuple[str, ...] = ()
    """Other names that mean this actor wherever they stand, capitals and seats of government included."""
    adjectives: tuple[str, ...] = ()
    """Demonyms: they mean the actor before a role word only ("Turkish officials")."""
    places: tuple[str, ...] = ()
    """Those of `aliases` that are places as well ("Ankara"): as a source they speak for the government, behind "in" they do not."""
    since: date | None = None
    """First day in office, for articles published from then on; None: always."""
    until: date | None = None
    """Last day in office."""

    def holds(self, day: date) -> bool:
        """Whether this actor is in office on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Voice:
    """The resolved source of an attribution."""

    party: str | None
    """Name of the party; None where nobody who is tracked stands behind the source."""
    speaker: str | None
    """Who is named in the text, as fully as the text names them."""
    rule: str
    """The rule that resolved it, for `tracker explain`."""
    addressee: str | None = None
    """The party to whom it is said, where the words between cue and content name one: "urged the union to"."""
    about: str | None = None
    """The other party of which the content speaks first: "Kyiv says | Moscow refuses"."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who a name is, as an article tells: "Left Bloc leader Ana Reis", "the Dockworkers' Union (DWU)"."""

    name: str
    """In full."""
    key: str
    """By which later articles may name it: a person's last name, a body's abbreviation; lower case."""
    kind: ActorKind
    """`person`, or `organisation` for any body."""
    party: str
    """Whom it speaks for; a body's own name."""
    role: str = ""
    since: datetime | None = None
    """When an article first said so, where it is known from an earlier one."""
    clear: bool = True
    """Whether an article says so in so many words; else it only seems so."""
    weight: float = 0.0
    """How much speaks for it, in all articles that do."""


# ---- positions --------------------------------------------------------------------------------------------------------------


class Polarity(StrEnum):
    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class Commitment(StrEnum):
    """The modality ladder, from refusal to insistence. A statement of fact or belief stands on no rung."""

    RULES_OUT = "rules out"
    OPPOSES = "opposes"
    SEES_NO_NEED = "sees no need"
    DOES_NOT_EXCLUDE = "does not exclude"
    CONSIDERS = "considers"
    OPEN_TO = "is open to"
    READY_TO = "is ready to"
    OFFERS = "offers"
    WILL = "will"
    INSISTS = "insists on"

    @property
    def rung(self) -> int:
        """0 for `rules out` up to 9 for `insists on`."""
        return list(Commitment).index(self)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as it stands in the text: `value` in base units (thousands and millions multiplied out) and its unit or noun."""

    value: float
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Stance:
    """What can be read off a statement without knowing any other: the structured side of a comparison."""

    polarity: Polarity
    commitment: Commitment | None
    cue: str | None = None
    """The words that set the rung, verbatim, for `why`."""
    conditions: tuple[str, ...] = ()
    """Verbatim clauses: "only if Kyiv withdraws"."""
    quantities: tuple[Quantity, ...] = ()
    deadlines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """What positions are about, shared by all parties that speak to it. `id` is a hash of the name that it was born with."""

    id: str
    name: str


NO_ISSUE = Issue("", "")
"""Of a position that has not been compared with the history yet."""


@dataclass(frozen=True, slots=True)
class Position:
    """An attribution resolved to a party, with its place in the text as evidence."""

    id: str
    article_id: str
    party: str
    speaker: str
    issue: Issue
    attribution: Attribution
    statement: str
    """The content in one line, with the cue before it where the cue carries the stance ("rejected ceasefire proposals")."""
    content: str
    """The content's spans, verbatim, joined by one space."""
    stance: Stance
    published: datetime
    origin: str
    outlet: str
    vector: bytes = field(repr=False)
    recalled: bool = False
    """Background ("had long insisted"): kept, never compared."""
    copy_of: str | None = None
    """Id of the position that this one repeats, where its article is a copy of another: a witness, no news."""
    recalled_time: str = ""
    """The words that say when a recalled one was said ("until now", "in March"); empty where only the tense tells."""
    about: str | None = None
    """The other party that the statement characterises."""
    addressee: str | None = None
    """The party to whom it is said or of whom something is asked."""
    rule: str = ""
    """How the source became a party."""
    edit_of: str | None = None
    """Id of the position of an earlier revision that its outlet changed into this one."""
    url: str | None = None
    """Where a reader finds the article, if known."""


@dataclass(frozen=True, slots=True)
class Held:
    """A position that a party holds until it says otherwise, as the history looks it up: the latest one on its issue."""

    position_id: str
    issue_id: str
    vector: bytes = field(repr=False)


# ---- changes ----------------------------------------------------------------------------------------------------------------


class Label(StrEnum):
    """FORMAT.md's labels in the order of their weight for a reader."""

    REVERSED = "reversed"
    HARDENED = "hardened"
    SOFTENED = "softened"
    AMENDED = "amended"
    NEW = "new"
    RESTATED = "restated"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a comparison of two statements of one party came to."""

    label: Label
    why: str
    """One plain sentence that names the evidence."""
    confidence: float
    evidence: tuple[tuple[str, str, str], ...] = ()
    """The structured form of `why`: (aspect, before, after), such as ("condition", "", "only if Kyiv withdraws")."""


@dataclass(frozen=True, slots=True)
class Change:
    """A position against the same party's latest earlier position on that issue; `before` is None where it is new."""

    id: str
    before: Position | None
    after: Position
    judgement: Judgement
    witnesses: int = 1
    """Articles that carry `after`, copies included."""


# ---- the night --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one article led to; it is stored in one transaction."""

    article: Article
    summary: Summary
    attributions: tuple[Attribution, ...]
    positions: tuple[Position, ...]
    changes: tuple[Change, ...]
    sketch: tuple[int, ...] = ()
    """Hashes by which a copy of the article is recognised."""
    address: str = ""
    """Where the article is found again: its URL, else its origin."""
    takes_over: tuple[tuple[str, str], ...] = ()
    """Ids of a position and of a later-dated one that repeats it and was here first: that one becomes its copy."""
    introductions: tuple[Introduction, ...] = ()
    """Who is who, as far as the article says it clearly."""


@dataclass(frozen=True, slots=True)
class Version:
    """A text of an article as it was read at one time."""

    article: Article
    """Its `id` is the revision's; everything but title and text is the article's."""
    first: str
    """Id of the article: that of its first revision."""
    number: int
    """1 for the text as first seen."""
    seen: datetime


@dataclass(frozen=True, slots=True)
class Edits:
    """What an outlet did to the positions of its report, from one revision to the next."""

    kept: tuple[Position, ...] = ()
    """Earlier positions that still stand."""
    changed: tuple[tuple[Position, Position], ...] = ()
    """Earlier positions with those that they became."""
    dropped: tuple[Position, ...] = ()
    added: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One execution with its counts."""

    id: str
    started: datetime
    finished: datetime | None
    articles_seen: int = 0
    articles_new: int = 0
    positions: int = 0
    changes: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question to the reader's own language model, and what came of it."""

    key: str
    """Hash of all that the answer depends on."""
    task: str
    """`judge` or `extract`."""
    version: int
    """Of the instructions."""
    model: str
    subject: str
    """Id of the position or article that it is about; empty where there is none."""
    asked: datetime
    result: str
    """`answered`, `kept` (an earlier answer served) or `left` (to the shipped model)."""
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    """In the currency of the configured prices."""
    dropped: int = 0
    """Pieces of the answer that do not stand in the text."""
    problem: str = ""
    """Why it was left; of the last call."""


# ---- the digest -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """A new article as the digest shows it: its summary's sentences as text."""

    title: str
    origin: str
    outlet: str
    published: datetime
    date_source: DateSource
    sentences: tuple[str, ...]
    beat: str = ""
    url: str | None = None
    """Where a reader finds it, if known."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a party stands on an issue, and the rungs that it stood on before."""

    position: Position
    """The latest one."""
    path: tuple[Commitment | None, ...]
    """Rungs of its positions on the issue, oldest first, the latest one's last; None for one without a rung."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A party that has gone quiet since the digest before: its last statement is more than `days` days old."""

    party: str
    last: datetime
    days: int


class Corrector(StrEnum):
    """What showed that something was told wrong."""

    READER = "reader"
    OUTLET = "outlet"
    """It edited its report."""
    HISTORY = "history"
    """What came before it is known otherwise by now: an older article came in late, or an earlier report was edited."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was found wrong with a change or a position after it was stored: by a reader (`tracker wrong`), by the outlet that
    edited its report (`before` and `after` are the old and the new statement then), or by what else the history brought."""

    subject: str
    """Id of the change or position."""
    party: str
    issue: str
    was: Label | None
    """The label before; None for a position that made no change."""
    label: Label | None
    """The label from then on; None where it is suppressed."""
    note: str
    before: str
    """Statement of the earlier position; empty where there was none."""
    after: str
    recorded: datetime
    by: Corrector = Corrector.READER
    outlet: str = ""
    """That edited its report; empty where another corrector was at work."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a reader gets for a window: everything is decided here, renderers only set it out."""

    since: datetime | None
    until: datetime
    changes: tuple[Change, ...]
    """Most consequential first; `restated` and `new` ones are here too, renderers count or list them."""
    articles: tuple[ArticleSummary, ...]
    failures: tuple[Failure, ...]
    articles_seen: int = 0
    """Inputs that the run looked at, known ones included."""
    standings: tuple[Standing, ...] = ()
    """Where each party stands on the issues that the digest touches."""
    silences: tuple[Silence, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest to one recipient: written before sending, so that nothing is lost and a repeat is recognised."""

    id: int
    digest: int
    profile: str
    channel: str
    recipient: str
    message_id: str
    state: str
    """`pending`, `sent` or `failed`."""
    attempts: int
    due: datetime
    """Not to be tried before."""
    composed: datetime
    subject: str
    error: str = ""
    """Of the last attempt."""
    in_reply_to: str = ""
    """Message-ID of the mail that this one follows up; empty where it follows up none."""


@dataclass(frozen=True, slots=True)
class Trace:
    """How a position, and the change that it made, came about: what `tracker explain` sets out."""

    position: Position
    change: Change | None
    """The change that the position made; None where it made none."""
    earlier: Position | None
    """The same party's latest earlier position on that issue."""
    article: Article
    context: Span
    """The part of the article's text around the evidence: its lines, cut where they are long."""
    corrections: tuple[Correction, ...] = ()
    """What became of it since it was stored, in order."""
    versions: tuple[Version, ...] = ()
    """The article's texts, where there are several."""
    extractor: str = ""
    """The language model that found the attribution; empty where the shipped tagger did."""
    judge: str = ""
    """The language model that gave the judgement; empty where the shipped one did."""
