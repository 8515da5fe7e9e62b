"""Bylines to people: the names in a byline, without roles, places, dates, agencies and the texts of buttons.

A byline is split at its separators. From each part we remove everything around a name (labels, roles, "for The Daily", "in Paris"). The
rest is a person unless there is a sign that it is not. Names stay as printed, but those in capitals get title case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemas.agencies import Agency
from schemas.safe_text import normalize, unescape
from transforms.extraction import byline_tables as tables
from transforms.extraction.agency_names import AgencyNames, agency_names

_LONGEST = 2000
"""Characters of a byline. A longer text is something else that was taken for a byline."""
_LONGEST_OUTLET = 200
_MOST_HOUSE_WORDS = 30
_MOST_ESCAPES = 10
"""How many times markup is unescaped. Each time may take off one level."""


def split_byline(text: str, outlets: Sequence[str] = (), agencies: tuple[Agency, ...] = ()) -> tuple[str, ...]:
    """The people in a printed byline, in its order, each once; () if it names none. Never raises.

    Names of its outlet (``outlets``), of the known agencies and of the user's own (``agencies``) are no people. A pen name of one word
    counts only if it is the whole byline.
    """
    houses = frozenset(
        _bare(part)
        for outlet in outlets
        if len(outlet) <= _LONGEST_OUTLET
        for part in (outlet, *tables.STRONG.split(outlet))
    ) - {""}
    names = agency_names(agencies)
    people: list[tuple[str, bool]] = []
    only_people = True
    for chunk in _chunks(text):
        is_after_name = False
        for piece, joined in _pieces(chunk, houses, names):
            name = _person(piece, houses, names)
            if name:
                people.append((_recased(name), joined and is_after_name))
            elif piece.strip(" ,.:-–—"):
                only_people = False
            # "Jane Doe and Max" are two, "Jane Doe, Editor for Business and Culture" is one.
            is_after_name = name is not None and piece.rstrip(" ,.").endswith(name.rstrip("."))
    if not only_people or any(_is_full(name) for name, _ in people):
        # A single word beside anything else is a place, a section or a sign-off code, unless an "and" joins it to a person.
        people = [(name, joined) for name, joined in people if _is_full(name) or joined]
    if len(people) > 1:
        people = [(name, joined) for name, joined in people if not name.islower() or " " in name]
    unique: dict[str, str] = {}
    for name, _ in people:
        unique.setdefault(_bare(name), name)
    return tuple(unique.values())


def printed_byline(text: str) -> str | None:
    """A byline as printed, on one line, without markup and without a date line after a separator (``·``, ``|``, a dash).

    None if nothing is left, or if the text is too long for a byline.
    """
    if len(text) > _LONGEST:
        return None
    parts = tables.SEPARATED.split(_plain(text).strip())
    kept = ""
    for mark, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        if part and not _is_date_line(part):
            kept += (mark if kept else "") + part
    return " ".join(kept.split()) or None


def is_cluttered(text: str) -> bool:
    """True if the byline contains a date, or the text of a button."""
    text = text[:_LONGEST]
    return bool(tables.date().search(text) or tables.AFTERMATH.search(text))


def _is_date_line(part: str) -> bool:
    """True for a stamp, alone or with the words around it: "Updated 3 May 2024 at 9:49 am EST"."""
    rest = tables.AFTERMATH.sub(" ", tables.date().sub(" ", part))
    words = re.findall(r"[^\W\d_]+", rest.casefold())
    return rest != part and all(word in tables.BESIDE_DATES or word in tables.WEEKDAYS for word in words)


def _plain(text: str) -> str:
    """The text without tags and entities, even if they were escaped several times."""
    for _ in range(_MOST_ESCAPES):
        plain = tables.TAG.sub(" ", unescape(text))
        if plain == text:
            break
        text = plain
    return text


def _chunks(text: str) -> Iterator[str]:
    """The parts of a byline between strong separators, without those that name photographers, translators and editors."""
    if len(text) > _LONGEST:
        return
    flat = normalize("NFC", _plain(text))
    # Invisible characters are removed, except the joiners in Persian and Indic names.
    flat = "".join(mark for mark in flat if unicodedata.category(mark)[0] != "C" or mark in "\n\t\u200c\u200d")
    flat = re.sub(r"[^\S\n]+", " ", flat).strip()
    if inner := tables.FEED_AUTHOR.match(flat):
        flat = inner[1]
    if flat[:1] in "(（[【《" and flat[-1:] in ")）]】》":
        flat = flat[1:-1]
    for _ in range(3):
        flat = tables.BRACKETS.sub(" ", flat)
    flat = tables.BOTH_WORKS.sub("By ", flat)
    for noise in (tables.PHOTO_CREDIT, tables.WEB, tables.date(), tables.AFTERMATH):
        flat = noise.sub(" | ", flat)
    for chunk in tables.STRONG.split(tables.WORK.sub(" | ", _lines(flat))):
        if chunk and not tables.OTHER_WORK.match(chunk):
            yield chunk


def _lines(text: str) -> str:
    """The text with line breaks only between two full names. Any other line break comes from markup inside a name."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = lines[0] if lines else ""
    for before, line in pairwise(lines):
        joined += ("\n" if " " in before and " " in line else " ") + line
    return joined


def _pieces(chunk: str, houses: frozenset[str], names: AgencyNames) -> Iterator[tuple[str, bool]]:
    """The pieces between commas, slashes and ands, each with True if an "and" joins it to the piece before."""
    chunk = _unlabelled(chunk)
    last, comma, first = chunk.partition(",")
    if comma and _is_single(last, houses, names) and re.fullmatch(r"(?:\s*\w\.)+", first):
        yield f"{first.strip()} {last.strip()}", False
        return
    if comma and _is_single(last, houses, names) and _is_single(re.sub(r"(?:\s+\w\.?)+$", "", first), houses, names):
        yield f"{first.strip()} {last.strip()}", False
        return
    pieces = tables.WEAK.split(chunk)
    for at, piece in enumerate(pieces):
        following = pieces[at + 1] if at + 1 < len(pieces) else ""
        if at and tables.STATE.match(following):
            continue
        if tables.SUFFIX.match(piece):
            continue
        if tables.SUFFIX.match(following):
            piece = f"{piece} {following}"
        piece = re.sub(r"^(?:and|und|et|og|och|with|as told to)\s+", "& ", piece, flags=re.IGNORECASE)
        joined = piece.startswith("& ")
        for part in _parted(piece.removeprefix("& ")):
            yield part, joined
            joined = True


def _parted(piece: str) -> Iterator[str]:
    """A piece split at its ands, and at the blanks and dots between full names in Chinese or Korean."""
    parts = tables.AND.split(piece)
    if re.search(r"\s(?:And|&)\s", piece) and all(" " not in part for part in parts):
        return  # "Loud And Quiet" and "Johnson & Johnson" are no people
    for part in parts:
        sides = tables.SMALL_AND.split(part)
        for side in sides if all(" " in side for side in sides) else [part]:
            names = [name for name in re.split(r"[\s·‧・･和與与及]+", tables.EAST_ROLE.sub("", side)) if name]
            if len(names) > 1 and all(_is_eastern_full_name(name) for name in names):
                yield from names
            else:
                yield from re.split(r"\s*·\s*", side) if not re.search(rf"[{tables.HAN}]", side) else [side]


def _person(piece: str, houses: frozenset[str], names: AgencyNames) -> str | None:
    """The name of a person in a piece of a byline; None if there is none."""
    name = _stripped(_unlabelled(_stripped(piece)))
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
        rests = (_stripped(_unlabelled(tables.DANGLING.sub("", rest))) for rest in (before, after))
        name = next((rest for rest in rests if _is_full(rest) and names.agency_of(rest) is not agency), "")
        break
    words = name.split()
    if (
        len(words) > 2
        and not name.isupper()
        and (tables.BROADCASTER.match(words[-1]) or (words[-1].isupper() and names.agency_of(words[-1])))
    ):
        words = words[:-1]
    words = _without_role(_without_house(words, houses))
    while len(words) > 2 and words[-1].casefold().strip(".,") in tables.WEEKDAYS:
        words = words[:-1]
    half = len(words) // 2
    if half > 1 and words[:half] == words[half:]:  # once in the link and once beside it
        words = words[:half]
    name = " ".join(words)
    cut = tables.TAIL.sub("", name)
    name = _stripped(tables.DANGLING.sub("", cut if len(cut.split()) > 1 else name))
    name = _stripped(tables.EAST_ROLE.sub("", name))
    while (words := name.split()) and len(words) > 2 and tables.CREDENTIAL.match(words[-1]):
        name = " ".join(words[:-1])
    return name if _is_plausible(name, houses, names) else None


def _is_plausible(name: str, houses: frozenset[str], names: AgencyNames) -> bool:
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
        or _bare(name) in houses
    ):
        return False
    if any(flat.startswith(f"{house} ") for house in houses if len(house) > 2 and house.upper() in name):
        return False
    if (
        tables.NO_PERSON.search(name)
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
    return not small or (len(small) == 1 and len(words) < 4) or (len(small) == len(words) < 4)


def _is_eastern(name: str) -> bool:
    han_only = re.fullmatch(rf"[{tables.HAN}{tables.HANGUL}]+", name)
    return 2 <= len(name) <= (5 if han_only else 24) and not re.search(r"[a-zA-Z]{2}", name)


def _is_eastern_full_name(name: str) -> bool:
    han = re.fullmatch(rf"[{tables.HAN}]{{2,3}}", name) and name[0] in tables.HAN_SURNAMES
    return bool(han or (re.fullmatch(rf"[{tables.HANGUL}]{{3}}", name) and name[0] in tables.HANGUL_SURNAMES))


def _is_full(name: str) -> bool:
    return " " in name or "." in name or bool(re.search(rf"[{tables.HAN}{tables.KANA}{tables.HANGUL}]", name))


def _is_single(text: str, houses: frozenset[str], names: AgencyNames) -> bool:
    """True for one capitalized word, perhaps after particles, that can be half of "Doe, Jane"."""
    words = text.split()
    while len(words) > 1 and words[0].casefold() in tables.PARTICLES:
        words = words[1:]
    if (
        len(words) != 1
        or not words[0][:1].isupper()
        or len(words[0]) < 3
        or re.search(rf"[^\w'’-]|\d|[{tables.HAN}{tables.KANA}{tables.HANGUL}]", words[0])
    ):
        return False
    return (
        _is_plausible(words[0].title(), houses, names)
        and not names.agency_of(words[0])
        and not tables.ROLE.search(words[0])
        and not tables.SUFFIX.match(words[0])
    )


def _unlabelled(text: str) -> str:
    """The text without words for "by" in front."""
    for _ in range(3):
        shorter = tables.PARTICLE_LABEL.sub("", tables.LABEL.sub("", text.lstrip(" ,.:-–—"), count=1), count=1)
        if shorter == text:
            break
        text = shorter
    return text


def _stripped(text: str) -> str:
    """The text without punctuation around it. The full stop of a final initial or of Jr. stays."""
    bare = text.strip(' \t,:;-–—*#|/\\"“”„«»‹›<>·•').lstrip(".'’")
    last = bare.rstrip(".").rpartition(" ")[2]
    keeps_stop = len(last) < 3 or "." in last or tables.SUFFIX.match(last)
    return bare if keeps_stop and " " in bare else bare.rstrip(". ")


def _without_house(words: list[str], houses: frozenset[str]) -> list[str]:
    """The words without the outlet's name after a full name: "Jane Doe The Daily"."""
    for at in range(max(2, len(words) - _MOST_HOUSE_WORDS), len(words)):
        if _bare(" ".join(words[at:])) in houses:
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


def _recased(name: str) -> str:
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


def _bare(name: str) -> str:
    """The name for comparison: only letters, without case, "the" in front or an internet suffix."""
    flat = re.sub(r"^the\s+|\.(?:com|org|net|de|at|ch|fr|es|it|pl|co\.uk|tv|ru|ua)$", "", name.strip().casefold())
    return re.sub(r"\W+", "", flat)
