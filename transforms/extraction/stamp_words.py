"""Words that stand around dates and clocks, by language: CLDR has hardly any of them.

A word is a word of a stamp only in its place: "um" is one in front of a clock, and nowhere else.
"""

from __future__ import annotations

from transforms.extraction.folding import fold

BEFORE_CLOCK = {
    "ar": "الساعة الساعه في_تمام_الساعة على_الساعة",
    "bg": "в от",
    "bn": "সময় বেলা",
    "ca": "a_les a_la les",
    "cs": "v ve",
    "da": "kl",
    "de": "um",
    "el": "στις ώρα",
    "en": "at",
    "es": "a_las a_la las hora",
    "et": "kell kl",
    "fa": "ساعت در_ساعت",
    "fi": "klo kello",
    "fr": "à a vers",
    "he": "בשעה שעה",
    "hi": "समय",
    "hr": "u",
    "id": "pukul jam pk pkl",
    "is": "kl klukkan",
    "it": "alle_ore alle ore h",
    "lt": "val",
    "lv": "plkst plkst",
    "mk": "во",
    "nl": "om",
    "pl": "o_godz godz o_godzinie o g",
    "pt": "às as à_1h",
    "ro": "ora la_ora la orele",
    "ru": "в",
    "sk": "o",
    "sl": "ob",
    "sq": "në në_orën ora ne_oren orën",
    "sr": "у",
    "sv": "kl klockan",
    "sw": "saa",
    "th": "เวลา",
    "tr": "saat saati",
    "uk": "о об",
    "ur": "وقت",
    "vi": "lúc vào_lúc",
    "zh": "时间 時間",
}
"""Words between a date and its clock; an underscore is a blank. A full stop or a colon may follow."""

AFTER_CLOCK = {
    "bg": "ч часа",
    "cs": "h hod hodin",
    "de": "uhr",
    "en": "hrs hours",
    "es": "h hs hrs horas",
    "fr": "h",
    "hi": "बजे",
    "bn": "মিনিট টা ঘটিকা",
    "lt": "val",
    "nl": "uur u",
    "pt": "h hs",
    "ru": "ч",
    "sk": "h hod",
    "sl": "h",
    "th": "น",
    "ur": "بجے",
    "uk": "год",
    "vi": "phút",
}
"""Units after a clock."""

BEFORE_DATE = {
    "ca": "el",
    "cs": "dne",
    "da": "den d",
    "de": "den der am vom",
    "el": "στις",
    "en": "the on of",
    "es": "el del día de",
    "fr": "le du",
    "is": "þann",
    "id": "tanggal",
    "it": "il del",
    "lt": "m",
    "nl": "op",
    "pl": "dnia dn",
    "pt": "dia em de",
    "ro": "din data_de",
    "sk": "dňa dna",
    "sv": "den",
    "th": "วันที่ ที่",
    "vi": "ngày",
}
"""Articles and prepositions in front of the day."""

OF_MONTH = "de di of do d' ב ב-"
"""Words between a day and its month."""

OF_YEAR = "de del of năm พ.ศ ค.ศ год של"
"""Words between a month and its year."""

AFTER_YEAR = "г р год года року god godine m gada م"
"""Words after a year."""


def words(table: dict[str, str]) -> frozenset[str]:
    """The words of all languages."""
    return frozenset(fold(word.replace("_", " "))[0] for line in table.values() for word in line.split())
