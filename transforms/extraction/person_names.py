"""Names of persons in pieces of a byline: without what surrounds them, in title case if they are in capitals."""

from __future__ import annotations

import re
from functools import lru_cache

from transforms.extraction import byline_tables as tables
from transforms.extraction.agency_names import AgencyNames
from transforms.extraction.byline_labels import is_label_word, leading_label

_MOST_HOUSE_WORDS = 30
_THE_OR_DOMAIN = re.compile(r"^the\s+|\.(?:com|org|net|de|at|ch|fr|es|it|pl|co\.uk|tv|ru|ua)$")
_NOT_WORD = re.compile(r"\W+")


def person_in(piece: str, houses: frozenset[str], names: AgencyNames) -> str | None:
    """The name of a person in a piece of a byline; None if there is none."""
    name = stripped(unlabelled(stripped(piece)))
    if (
        not name
        or piece.rstrip().endswith(":")
        or tables.EASTERN_WORK.search(name)
        or names.agency_of(name)
        or name.casefold().startswith(("special to ", "the ", "our "))
    ):
        return None
    for agency, match in names.agencies_in(name):
        before, after = name[: match.start()], name[match.end() :]
        rests = (stripped(unlabelled(tables.DANGLING.sub("", rest))) for rest in (before, after))
        name = next((rest for rest in rests if is_full(rest) and names.agency_of(rest) is not agency), "")
        break
    words = name.split()
    if (
        len(words) > 2
        and not name.isupper()
        and (tables.BROADCASTER.match(words[-1]) or (words[-1].isupper() and names.agency_of(words[-1])))
    ):
        words = words[:-1]
    words = _without_organization(_without_role(_without_house(words, houses)))
    while len(words) > 2 and words[-1].casefold().strip(".,") in tables.WEEKDAYS:
        words = words[:-1]
    half = len(words) // 2
    if half > 1 and words[:half] == words[half:]:  # once in the link and once beside it
        words = words[:half]
    name = " ".join(words)
    cut = tables.TAIL.sub("", name)
    name = stripped(tables.DANGLING.sub("", cut if len(cut.split()) > 1 else name))
    name = stripped(tables.EAST_ROLE.sub("", name))
    while (words := name.split()) and len(words) > 2 and tables.CREDENTIAL.match(words[-1]):
        name = " ".join(words[:-1])
    return name if is_plausible(name, houses, names) else None


def is_plausible(name: str, houses: frozenset[str], names: AgencyNames) -> bool:
    """False if there is a sign that this is not the name of a person."""
    words = name.split()
    flat = name.casefold()
    if not words or len(name) > 60 or len(words) > 7 or not any(len(re.sub(r"\W", "", word)) > 1 for word in words):
        return False
    if any(map(str.isdigit, name)) or (words[0].islower() and tables.DANGLING.match(f" {words[0]} ")):
        return False
    if (
        re.search(r"[\d_@#=<>{}?!…:;|/\\()\[\]%$€*~^]", name)
        or flat in tables.NOBODY
        or flat.strip(".") in tables.PLACES
        or bare(name) in houses
    ):
        return False
    if any(flat.startswith(f"{house} ") for house in houses if len(house) > 2 and house.upper() in name):
        return False
    if (
        tables.ORGANIZATION.search(name)
        or tables.FURNITURE.search(name)
        or all(word.casefold().strip(".:") in tables.UI_WORDS for word in words)
        or words[-1] in tables.COMPANY_FORMS
        or (not name.isupper() and any(tables.BROADCASTER.match(word) for word in words))
        or tables.COLLECTIVE.search(name)
        or tables.CREDENTIAL.match(name)
        or tables.STATE.match(name)
        or names.agency_of(name)
    ):
        return False
    if re.search(rf"[{tables.HAN}{tables.KANA}{tables.HANGUL}]", name):
        return _is_eastern(name)
    plain = [word.casefold().strip(".") for word in words]
    if all(word in tables.WEEKDAYS or word in tables.MONTHS for word in plain):
        return False
    if len(words) > 1 and (tables.HOUSE_ADJECTIVE.match(words[0]) or not tables.NOT_IN_NAMES.isdisjoint(words)):
        return False
    if len(words) == 1:
        # Slugs, log-ins and sign-off codes are no names: "jane-doe", "jane.doe", "amw", "GNB".
        short = name.isupper() or (name.islower() and len(name) < 4)
        return not (short or len(name) < 2 or (name.islower() and re.search(r"[\W]", name)))
    if re.search(r"\b[Aa](?:nd|ND)\b", name):
        return False
    small = [
        word
        for word in words
        if word[:1].islower() and word not in tables.PARTICLES and not re.match(r"[dlnst]['’]|al-|ul-|d[ae]", word)
    ]
    if small and ((words[0] in small and len(small) < len(words)) or any(is_label_word(word) for word in small)):
        return False
    return not small or (len(small) == 1 and len(words) < 4) or (len(small) == len(words) < 4)


def _is_eastern(name: str) -> bool:
    han_only = re.fullmatch(rf"[{tables.HAN}{tables.HANGUL}]+", name)
    return 2 <= len(name) <= (5 if han_only else 24) and not re.search(r"[a-zA-Z]{2}", name)


def is_initials(text: str) -> bool:
    """True for initials and nothing else: "J. R.", and with a label "By JR"."""
    initials = unlabelled(text).strip()
    if re.fullmatch(r"(?:[^\W\d_]\.\s?){2,4}", initials):
        return True
    return initials != text.strip() and re.fullmatch(r"[^\W\d_a-z]{2}", initials) is not None and initials.isupper()


def is_eastern_full_name(name: str) -> bool:
    han = re.fullmatch(rf"[{tables.HAN}]{{2,3}}", name) and name[0] in tables.HAN_SURNAMES
    return bool(han or (re.fullmatch(rf"[{tables.HANGUL}]{{3}}", name) and name[0] in tables.HANGUL_SURNAMES))


def is_full(name: str) -> bool:
    return " " in name or "." in name or bool(re.search(rf"[{tables.HAN}{tables.KANA}{tables.HANGUL}]", name))


def is_single(text: str, houses: frozenset[str], names: AgencyNames) -> bool:
    """True for one capitalized word, perhaps after particles, that can be half of "Doe, Jane"."""
    words = text.split()
    while len(words) > 1 and words[0].casefold() in tables.PARTICLES:
        words = words[1:]
    if (
        len(words) != 1
        or not words[0][:1].isupper()
        or len(words[0]) < 2
        or (len(words[0]) < 3 and words[0].isupper())
        or re.search(rf"[^\w'’-]|\d|[{tables.HAN}{tables.KANA}{tables.HANGUL}]", words[0])
    ):
        return False
    return (
        is_plausible(words[0].title(), houses, names)
        and not tables.STATE.match(words[0])
        and not names.agency_of(words[0])
        and not tables.ROLE.search(words[0])
        and not tables.SUFFIX.match(words[0])
    )


def unlabelled(text: str) -> str:
    """The text without words for "by" in front."""
    for _ in range(3):
        shorter = leading_label().sub("", text.lstrip(" ,.:-–—"), count=1)
        shorter = tables.PARTICLE_LABEL.sub("", tables.LABEL.sub("", shorter, count=1), count=1)
        if shorter == text:
            break
        text = shorter
    return text


def stripped(text: str) -> str:
    """The text without punctuation around it. The full stop of a final initial or of Jr. stays."""
    bare = text.strip(' \t,:;-–—*#|/\\"“”„«»‹›<>·•').lstrip(".'’")
    last = bare.rstrip(".").rpartition(" ")[2]
    keeps_stop = len(last) < 3 or "." in last or tables.SUFFIX.match(last)
    return bare if keeps_stop and " " in bare else bare.rstrip(". ")


def _without_house(words: list[str], houses: frozenset[str]) -> list[str]:
    """The words without the outlet's name after a full name: "Jane Doe The Daily"."""
    for at in range(max(2, len(words) - _MOST_HOUSE_WORDS), len(words)):
        if bare(" ".join(words[at:])) in houses:
            return words[:at]
    return words


def _without_organization(words: list[str]) -> list[str]:
    """The words without an organization after a full name: "Jane Doe BBC News"."""
    for at in (2, 3):
        rest = words[at:]
        if rest and tables.BROADCASTER.match(rest[0]) and not words[0].isupper():
            return words[:at]
    return words


def _without_role(words: list[str]) -> list[str]:
    """The words without the role before or after a name; empty if there is only a role."""
    roles = [at for at, word in enumerate(words) if tables.ROLE.search(word)]
    if not roles:
        return words
    start = roles[0]
    while start and tables.BEFORE_ROLE.match(words[start - 1].strip(".,&")):
        start -= 1
    if start > 1:
        return words[:start]
    rest = words[roles[-1] + 1 :]
    return rest if len(rest) > 1 and all(word[:1].isupper() for word in rest) else []


def recased(name: str) -> str:
    """The name in title case if it is in capitals, else as printed."""
    if not name.isupper() or max(map(len, name.split())) < 3:
        return name
    words = name.split()
    return " ".join(_recased_word(word, first=not at) for at, word in enumerate(words))


def _recased_word(word: str, *, first: bool) -> str:
    letters = re.sub(r"\W", "", word)
    if tables.SUFFIX.match(word) and letters.strip("I") in ("", "V"):
        return word
    if not first and word.casefold() in (
        "van",
        "von",
        "der",
        "den",
        "de",
        "dos",
        "das",
        "do",
        "y",
        "e",
        "bin",
        "ibn",
        "ter",
        "ten",
        "zu",
    ):
        return word.lower()
    code = (
        len(letters) == 2
        and (letters[1] == "J" or not re.search(r"[AEIOUYÀ-ÿ]", letters))
        and letters not in ("NG", "ST", "DR", "MR", "MS")
    )
    if code or (word.count(".") >= len(letters)):
        return word
    parts = re.split(r"([-'’‑])", word)
    titled = "".join(part[:1] + part[1:].lower().replace("\u0307", "") for part in parts)
    return re.sub(
        r"\b(Mc|Mac(?=donald|kenzie|leod|arthur|gregor|kay\b|intyre|pherson|millan|farlane))(\w)",
        lambda m: m[1] + m[2].upper(),
        titled,
    )


@lru_cache(maxsize=2_000)  # each place of a page has the same names
def bare(name: str) -> str:
    """The name for comparison: only letters, without case, "the" in front or an internet suffix."""
    return _NOT_WORD.sub("", _THE_OR_DOMAIN.sub("", name.strip().casefold()))
