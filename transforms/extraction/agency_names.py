"""Finds the names of news agencies in text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from schemas.agencies import AGENCIES, Agency

_LONGEST = 120
"""Characters in the longest text that can be an agency's name and nothing else."""

_AROUND = re.compile(
    r"(?:^(?:the|agence|agencia|agenzia|agentur|agentstvo|агентство|информагентство|по данным)\s+)"
    r"|(?:[\s\-/]+(?:staff|staffs|news|news agency|newsroom|desk|agency|wires?|newswires?|news service|agencies|"
    r"deutschland|infocom|afx|tmn|video|redaktion|reporters?|writers?|correspondents?|通信|记者|記者|电|電|gmbh)\.?$)",
    re.IGNORECASE,
)
"""Words about an agency's name that leave it the same agency: "Reuters Staff", "AFP Deutschland", "dpa-infocom GmbH"."""


def agency_of(text: str) -> Agency | None:
    """The agency that ``text`` names and nothing else ("Reuters Staff", "AFP-Agence France Presse"); None for anything more.

    Ambiguous initials count as they are printed: "AP" and not "ap", "HINA" and not Hina.
    """
    if len(text) > _LONGEST:
        return None
    if found := _single(text):
        return found
    for mark in ("/", "+", "-"):
        parts = text.split(mark, 1 if mark == "-" else -1)
        found_parts = [_single(part) for part in parts]
        if len(parts) > 1 and all(found_parts):
            return found_parts[0]
    return None


def agencies_in(text: str) -> Iterator[tuple[Agency, re.Match[str]]]:
    """The agencies that ``text`` names without ambiguity anywhere, in its order, each with the match that shows where."""
    for match in _CERTAIN.finditer(text):
        yield _BY_KEY[_key(match[0])], match


def name_pattern() -> str:
    """A regular expression (without groups) for every name of every agency, the ambiguous ones included; case as printed."""
    return _alternatives([name for agency in AGENCIES.values() for name in agency.names])


def _single(text: str) -> Agency | None:
    bare = _key(text)
    while bare not in _BY_KEY:
        shorter = _AROUND.sub("", bare).strip(" -/")
        if shorter == bare:
            return None
        bare = shorter
    found = _BY_KEY[bare]
    if bare in _AMBIGUOUS and not any(name in text for name in found.names if _key(name) == bare):
        return None
    return found


def _key(text: str) -> str:
    flat = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .,:;()[]（）【】\"'")
    return flat.removeprefix("the ").replace("–", "-").replace("—", "-")


def _alternatives(names: list[str]) -> str:
    """Longest first, so that the fuller name wins; whole words where the script has words."""
    return "|".join(_whole(name) for name in sorted(set(names), key=lambda name: (-len(name), name)))


def _whole(name: str) -> str:
    if re.match(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", name):
        return re.escape(name)
    # Longer names are printed in any case ("REUTERS"); initials are not words only as they stand in the table. Not (?i:…):
    # it takes the Turkish dotless i for an i, which no lookup by casefold finds again.
    spellings = {name} if len(name) < 5 else {name, name.upper(), name.lower(), name.title()}
    return rf"(?<![\w@])(?:{'|'.join(map(re.escape, sorted(spellings)))})(?!\w)"


_BY_KEY: dict[str, Agency] = {_key(name): agency for agency in AGENCIES.values() for name in agency.names}
_AMBIGUOUS = frozenset(_key(name) for agency in AGENCIES.values() for name in agency.ambiguous)
_CERTAIN = re.compile(
    _alternatives([name for agency in AGENCIES.values() for name in agency.names if name not in agency.ambiguous])
)
