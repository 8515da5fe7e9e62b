"""Finds the names of news agencies in text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from schemas.agencies import Agency, all_agencies
from schemas.safe_text import normalize
from transforms.extraction.patterns import any_of

_LONGEST = 120
"""Characters in the longest text that can be an agency's name and nothing else."""
_LONGEST_LIST = 1_000
"""Characters of a list of agencies."""

_AROUND = re.compile(
    r"(?:^(?:the|agence|agencia|agenzia|agentur|agentstvo|агентство|информагентство|по данным)\s+)"
    r"|(?:[\s\-/]+(?:staff|staffs|news|news agency|newsroom|desk|agency|wires?|newswires?|news service|agencies|"
    r"deutschland|infocom|afx|tmn|video|redaktion|reporters?|writers?|correspondents?|通信|记者|記者|电|電|gmbh)\.?$)",
    re.IGNORECASE,
)
"""Words around a name that do not change the agency: "Reuters Staff", "AFP Deutschland", "dpa-infocom GmbH"."""

_LISTED = re.compile(r"\s*[/,]\s*|\s*\+\s*(?=\w)|\s+(?:and|und|et)\s+")
_INITIALS = re.compile(r"[a-z]{1,5}|[A-Z]{2,4}")
"""What may follow an agency: a desk, an editor or the outlet ("dpa/lby", "KNA, DR")."""
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
"""The beginning of a name in a script that does not put spaces between words, or adds endings to them."""


class Form(NamedTuple):
    """A regular expression in which ``{AGENCY}`` stands for every name of every agency, the ambiguous ones included."""

    pattern: str
    flags: int = 0


_NAME = Form("{AGENCY}")


class AgencyNames:
    """Finds the names of a set of agencies.

    An expression with all names takes 25 ms to compile. So each text is searched with one for the names whose words it has: most texts
    have none, and the others have few.
    """

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self.agencies = {agency.code: agency for agency in agencies}
        named = [(name, agency) for agency in self.agencies.values() for name in agency.names]
        self._by_key = {name_key(spelling): agency for name, agency in named for spelling in _spellings(name)}
        self._ambiguous = frozenset(name_key(name) for agency in self.agencies.values() for name in agency.ambiguous)
        self._certain = frozenset(name for name, agency in named if name not in agency.ambiguous)
        self._unspaced = frozenset(name for name, _ in named if _UNSPACED.match(name))
        self._with_word: dict[str, set[tuple[frozenset[str], str]]] = {}
        for name, _ in named:
            for words in map(_words, _spellings(name)):
                self._with_word.setdefault(max(words, key=len), set()).add((words, name))
        self.names_in = lru_cache(maxsize=1024)(self._names_in)  # several forms are searched in each text
        """The names whose words a text has. No form matches any other name in it."""

    def agency_of(self, text: str) -> Agency | None:
        """The agency that ``text`` names, if it names nothing else ("Reuters Staff", "AFP-Agence France Presse"); else None.

        Ambiguous names count only as they are printed: "AP" but not "ap", "HINA" but not "Hina".
        """
        if len(text) > _LONGEST or not self.names_in(text):
            return None
        if found := self._single(text):
            return found
        for mark in ("/", "+", "-"):
            parts = text.split(mark, 1 if mark == "-" else -1)
            found_parts = [self._single(part) for part in parts]
            if len(parts) > 1 and all(found_parts):
                return found_parts[0]
        return None

    def agencies_in(self, text: str) -> Iterator[tuple[Agency, re.Match[str]]]:
        """The agencies that ``text`` names anywhere, in order, each with its match. Ambiguous names do not count."""
        if certain := self.names_in(text) & self._certain:
            for match in _pattern(_NAME, certain).finditer(text):
                yield self._by_key[name_key(match[0])], match

    def agencies_of(self, text: str) -> list[Agency]:
        """The agencies that "Reuters", "dpa/lby" or "AP, AFP" names; [] when it is something else."""
        found: list[Agency] = []
        if len(text) > _LONGEST_LIST:
            return found
        for part in _LISTED.split(text):
            if agency := self.agency_of(part):
                found.append(agency)
            elif not found or not _INITIALS.fullmatch(part):
                return []
        return found

    def match(self, form: Form, text: str, at: int = 0) -> re.Match[str] | None:
        """The match of a form at one place of a text."""
        names = self.names_in(text)
        return _pattern(form, names).match(text, at) if names else None

    def search(self, form: Form, text: str) -> re.Match[str] | None:
        """The first match of a form anywhere in a text."""
        names = self.names_in(text)
        return _pattern(form, names).search(text) if names else None

    def finditer(self, form: Form, text: str) -> Iterator[re.Match[str]]:
        """All matches of a form in a text."""
        names = self.names_in(text)
        return _pattern(form, names).finditer(text) if names else iter(())

    def _names_in(self, text: str) -> frozenset[str]:
        words = _words(text)
        found = {name for word in words & self._with_word.keys() for own, name in self._with_word[word] if own <= words}
        if _UNSPACED.search(text):
            found |= {name for name in self._unspaced if name in text}
        return frozenset(found)

    def _single(self, text: str) -> Agency | None:
        bare = name_key(text)
        while bare not in self._by_key:
            shorter = _AROUND.sub("", bare).strip(" -/")
            if shorter == bare:
                return None
            bare = shorter
        found = self._by_key[bare]
        if bare in self._ambiguous and not any(name in text for name in found.names if name_key(name) == bare):
            return None
        return found


@lru_cache(maxsize=8)
def agency_names(own: tuple[Agency, ...] = ()) -> AgencyNames:
    """The names of the known agencies and of ``own``. Made once per process: workers get the agencies, and make their own."""
    return AgencyNames(all_agencies(own).values())


def name_key(name: str) -> str:
    """The same for all spellings of a name: without case, punctuation around it and "the" in front."""
    flat = " ".join(normalize("NFKC", name).casefold().split()).strip(" .,:;()[]（）【】\"'")
    return flat.removeprefix("the ").replace("–", "-").replace("—", "-")


@lru_cache(maxsize=2_000)
def _pattern(form: Form, names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(form.pattern.replace("{AGENCY}", _any_of(names)), form.flags)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _any_of(names: Iterable[str]) -> str:
    """A group that matches any of the names, the fuller one first; as whole words where the script has words."""
    unspaced = {name for name in names if _UNSPACED.match(name)}
    spaced = {spelling for name in set(names) - unspaced for spelling in _spellings(name)}
    alternatives = [rf"(?<![\w@]){any_of(spaced)}(?!\w)"] if spaced else []
    return f"(?:{'|'.join([*alternatives, *([any_of(unspaced)] if unspaced else [])])})"


def _spellings(name: str) -> set[str]:
    """Longer names are printed in any case ("REUTERS"). Initials count only as they are in the table: in another case they are words."""
    # Not (?i:…): it matches the Turkish dotless i with an i, and a lookup by casefold does not.
    return {name} if len(name) < 5 else {name, name.upper(), name.lower(), name.title()}
