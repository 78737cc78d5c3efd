"""Regular inflection by the spelling rules of English; what is irregular stands in verbs.toml. Pure."""

_VOWELS = frozenset("aeiou")


def inflect_verb(base: str, doubled: bool) -> tuple[str, str, str]:
    """Third person, past and -ing form by the spelling rules of English."""
    if doubled or _doubles(base):
        stem = base + base[-1]
    elif base.endswith("ie"):
        return f"{base}s", f"{base}d", f"{base[:-2]}ying"
    elif base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        return f"{base}s", f"{base}d", f"{base[:-1]}ing"
    elif base.endswith("y") and base[-2:-1] not in _VOWELS:
        return inflect_noun(base), f"{base[:-1]}ied", f"{base}ing"
    elif base.endswith("e"):
        return f"{base}s", f"{base}d", f"{base}ing"
    else:
        stem = base
    return inflect_noun(base), f"{stem}ed", f"{stem}ing"


def _doubles(base: str) -> bool:
    """Whether a short verb of one syllable ends in consonant, vowel, consonant."""
    return (
        len(base) in (3, 4)
        and base[-1] not in "aeiouwxy"
        and base[-2] in _VOWELS
        and base[-3] not in _VOWELS
        and sum(letter in _VOWELS for letter in base) == 1
    )


def inflect_noun(word: str) -> str:
    """The plural of a noun, which is also the third person of a verb."""
    if word.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return f"{word[:-1]}ies"
    return f"{word}s"
