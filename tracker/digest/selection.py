"""What of the news a profile's readers follow."""

from collections.abc import Sequence

from tracker.model import ArticleSummary, Change, Correction, Label
from tracker.profiles import Profile, Send


def select_changes(
    changes: Sequence[Change], profile: Profile, articles: Sequence[ArticleSummary] = ()
) -> tuple[Change, ...]:
    """Those that every filter of the profile lets through, in their order; `articles` tell which beats they come from.

    Parties and beats are compared whole and issues by the words that their names hold, all whatever their case.
    """
    beats = {beat.casefold() for beat in profile.beats}
    followed = {article.origin for article in articles if article.beat.casefold() in beats}
    parties = {party.casefold() for party in profile.parties}
    issues = tuple(issue.casefold() for issue in profile.issues)
    return tuple(
        change
        for change in changes
        if (not parties or change.after.party.casefold() in parties)
        and (not issues or any(issue in change.after.issue.name.casefold() for issue in issues))
        and (not profile.labels or change.judgement.label in profile.labels)
        and (not beats or change.after.origin in followed)
    )


def select_articles(articles: Sequence[ArticleSummary], changes: Sequence[Change], profile: Profile) -> tuple[ArticleSummary, ...]:
    """All articles; where the profile filters, those that the changes left to it come from."""
    if not (profile.parties or profile.issues or profile.labels or profile.beats):
        return tuple(articles)
    origins = {change.after.origin for change in changes}
    return tuple(article for article in articles if article.origin in origins)


def select_corrections(corrections: Sequence[Correction], profile: Profile) -> tuple[Correction, ...]:
    """Those on the profile's parties and issues."""
    parties = {party.casefold() for party in profile.parties}
    issues = tuple(issue.casefold() for issue in profile.issues)
    return tuple(
        correction
        for correction in corrections
        if (not parties or correction.party.casefold() in parties)
        and (not issues or any(issue in correction.issue.casefold() for issue in issues))
    )


def is_worth_sending(changes: Sequence[Change], corrections: Sequence[Correction], profile: Profile) -> bool:
    """Whether the profile wants mail about this: always, or where something is new, moved or was corrected."""
    if profile.send is Send.ALWAYS or corrections:
        return True
    return any(change.judgement.label is not Label.RESTATED or Label.RESTATED in profile.labels for change in changes)
