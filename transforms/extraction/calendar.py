"""Names of months and time zones as news prints them."""

from __future__ import annotations

import unicodedata

# One line a month, in the languages that news prints most: names as they stand in dates (genitive where there is one), and short forms.
_MONTHS = (
    "january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari tammikuuta "
    "stycznia sty января янв ledna ocak oca "
    "ιανουαρίου ιαν január ianuarie ian січня siječnja",
    "february feb februar febr février févr fév febrero febbraio fevereiro fev februari helmikuuta "
    "lutego lut февраля фев февр února şubat şub "
    "φεβρουαρίου φεβ február februarie лютого veljače",
    "march mar märz mrz mär mars marzo março maart mrt maaliskuuta marca марта мар března mart "
    "μαρτίου μαρ március martie березня ožujka",
    "april apr avril avr abril abr aprile huhtikuuta kwietnia kwi апреля апр dubna nisan nis απριλίου "
    "απρ április aprilie квітня travnja",
    "may mai mayo maggio mag maio mei maj toukokuuta maja мая května mayıs μαΐου μαΐ május травня svibnja",
    "june jun juni juin junio giugno giu junho kesäkuuta czerwca cze июня июн června haziran haz "
    "ιουνίου ιουν június iunie червня lipnja",
    "july jul juli juillet juil julio luglio lug julho heinäkuuta lipca июля июл července temmuz tem "
    "ιουλίου ιουλ ιούλ július iulie липня srpnja",
    "august aug août agosto ago augustus augusti elokuuta sierpnia sie августа авг srpna ağustos ağu "
    "αυγούστου αυγ augusztus серпня kolovoza",
    "september sep sept septembre septiembre setiembre settembre set setembro syyskuuta września wrz "
    "сентября сен сент září eylül eyl "
    "σεπτεμβρίου σεπ szeptember septembrie вересня rujna",
    "october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta października paź "
    "октября окт října ekim eki οκτωβρίου οκτ "
    "október octombrie жовтня",
    "november nov novembre noviembre novembro marraskuuta ноября ноя нояб listopadu kasım kas "
    "νοεμβρίου νοε noiembrie листопада studenoga",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro joulukuuta grudnia gru "
    "декабря дек prosince aralık ara "
    "δεκεμβρίου δεκ decembrie грудня prosinca",
)


def without_accents(text: str) -> str:
    """Without accents on letters: ``février`` is printed ``fevrier`` as well."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


MONTHS = {
    form: number
    for number, words in enumerate(_MONTHS, start=1)
    for word in words.casefold().split()
    for form in (word, without_accents(word))
}

FIXED_ZONES = {
    name: hours * 60
    for hours, names in {
        0: "z ut utc gmt wet etc/gmt etc/utc",
        1: "bst cet met wat west mez",
        2: "cest mest eet sast cat mesz",
        3: "eest msk eat",
        4: "gst",
        5: "pkt",
        7: "wib ict",
        8: "hkt sgt pht awst myt",
        9: "jst kst",
        10: "aest",
        11: "aedt",
        12: "nzst",
        13: "nzdt",
        -3: "adt brt",
        -4: "edt ast",
        -5: "est cdt",
        -6: "cst mdt",
        -7: "mst pdt",
        -8: "pst akdt",
        -9: "akst",
        -10: "hst",
    }.items()
    for name in names.split()
} | {"nst": -210, "ndt": -150, "acst": 570, "acdt": 630, "npt": 345}
CIVIL_ZONES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "at": "America/Halifax",
}
"""Names for both halves of the year."""
AMBIGUOUS_ZONES = ("ist",)
"""Names that several countries use: only the source's own zone tells which."""
