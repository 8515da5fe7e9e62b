"""Labels before names, in the languages of the bundled sources, and labels that no table knows."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomllib

from transforms.extraction.byline_labels import label_kind, names_writer
from transforms.extraction.byline_words import LABELS
from transforms.extraction.bylines import split_byline

SOURCES = Path(__file__).parents[2] / "sources.toml"

LABELLED = {
    "ar": ("إعداد: سلمى حداد، تصوير: كريم نصر", "سلمى حداد"),
    "bg": ("Автор: Мария Колева, снимки: Иво Дачев", "Мария Колева"),
    "bn": ("লেখক: রুমা সেন", "রুমা সেন"),
    "bs": ("Piše: Lejla Hadžić", "Lejla Hadžić"),
    "cnr": ("Autor: Mina Perović; Foto: Luka Vuković", "Mina Perović"),
    "cs": ("Autor: Lenka Malá, foto: Petr Dub", "Lenka Malá"),
    "da": ("Tekst: Mette Holm Foto: Lars Bak", "Mette Holm"),
    "de": ("Text und Fotos: Lena Voss", "Lena Voss"),
    "el": ("Κείμενο: Ελένη Δούκα, φωτογραφίες: Νίκος Ρήγας", "Ελένη Δούκα"),
    "en": ("Words: Nora Finch; pictures: Sam Holt", "Nora Finch"),
    "es": ("Texto: Clara Ríos / Fotos: Luis Soto", "Clara Ríos"),
    "et": ("Tekst: Mari Tamm, fotod: Jaan Kask", "Mari Tamm"),
    "fa": ("نویسنده: سارا کریمی، مترجم: علی نوری", "سارا کریمی"),
    "fi": ("Teksti: Aino Salo, kuvat: Timo Laine", "Aino Salo"),
    "fr": ("Texte : Claire Petit, photos : Marc Roy", "Claire Petit"),
    "hi": ("रिपोर्ट: सीमा वर्मा, संपादक: अजय रॉय", "सीमा वर्मा"),
    "hr": ("Tekst: Iva Kralj, foto: Ante Perić", "Iva Kralj"),
    "hu": ("Szerző: Nagy Réka; fotó: Kiss Dávid", "Nagy Réka"),
    "id": ("Penulis: Dewi Sari, Editor: Budi Hartono", "Dewi Sari"),
    "is": ("Höfundur: Anna Jónsdóttir", "Anna Jónsdóttir"),
    "it": ("Testo di Lucia Ferri, foto: Paolo Neri", "Lucia Ferri"),
    "ja": ("取材・文：森田恵子 写真：川口誠", "森田恵子"),
    "ko": ("글: 박지수 사진: 최민호", "박지수"),
    "lt": ("Tekstas: Rasa Kairytė, nuotraukos: Jonas Vaitkus", "Rasa Kairytė"),
    "lv": ("Autors: Ilze Kalniņa; foto: Juris Ozols", "Ilze Kalniņa"),
    "mk": ("Пишува: Елена Стојанова", "Елена Стојанова"),
    "nb": ("Tekst: Ingrid Lie. Foto: Per Moen", "Ingrid Lie"),
    "nl": ("Tekst: Sanne Bos, beeld: Tim Kok", "Sanne Bos"),
    "pl": ("Tekst: Ewa Zając, zdjęcia: Jan Lis", "Ewa Zając"),
    "pt": ("Texto: Rita Lopes, edição: Nuno Dias", "Rita Lopes"),
    "ro": ("Autor: Ioana Munteanu, foto: Radu Pop", "Ioana Munteanu"),
    "ru": ("Текст: Ольга Белова, иллюстрации: Пётр Рудин", "Ольга Белова"),
    "sk": ("Autorka: Jana Hrušková, foto: Peter Vrba", "Jana Hrušková"),
    "sl": ("Besedilo: Maja Zupan, fotografije: Tine Kos", "Maja Zupan"),
    "sq": ("Shkruan: Elira Gashi", "Elira Gashi"),
    "sr": ("Пише: Јелена Савић, фото: Марко Лукић", "Јелена Савић"),
    "sv": ("Text: Elin Berg, bild: Karl Lund", "Elin Berg"),
    "sw": ("Mwandishi: Amina Juma", "Amina Juma"),
    "th": ("เรื่อง: สุดา แก้วใส ภาพ: วิชัย ทองดี", "สุดา แก้วใส"),
    "tr": ("Haber: Elif Demir - Kamera: Can Aksoy", "Elif Demir"),
    "uk": ("Авторка: Олена Гриць, фото: Тарас Коваль", "Олена Гриць"),
    "ur": ("تحریر: صبا ملک", "صبا ملک"),
    "vi": ("Bài: Trần Thu Hà, ảnh: Lê Minh", "Trần Thu Hà"),
    "zh": ("撰文：林小美 摄影：赵刚", "林小美"),
}


@pytest.mark.parametrize("language", LABELLED)
def test_who_wrote_is_told_from_who_did_something_else(language: str) -> None:
    printed, person = LABELLED[language]
    assert split_byline(printed) == (person,)


def test_every_language_of_the_bundled_sources_is_tested() -> None:
    sources = tomllib.loads(SOURCES.read_text(encoding="utf-8"))["source"]
    languages = {source["language"].partition("-")[0] for source in sources if "language" in source}
    assert languages <= set(LABELLED)
    assert languages - {"cnr"} <= set(LABELS)  # Montenegrin prints the words of bs, hr and sr


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        ("Ghi chép: Nora Finch", ("Nora Finch",)),
        ("Skrásetjari: Nora Finch, Umbrot: Sam Holt", ("Nora Finch",)),
        ("Nora Finch, Umbrot: Sam Holt", ("Nora Finch",)),
        ("Umbrot: Sam Holt, Text: Nora Finch", ("Sam Holt", "Nora Finch")),
        ("Columnist: Nora Finch", ("Nora Finch",)),
        ("Photos: Sam Holt", ()),
        ("Text Editor: Sam Holt", ()),
        ("Text Nora Finch Fotos Sam Holt", ("Nora Finch Fotos Sam Holt",)),
    ],
)
def test_the_first_unknown_label_is_a_writers(printed: str, people: tuple[str, ...]) -> None:
    assert split_byline(printed) == people


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Text und Fotos", "writer"),
        ("Texte & Photos", "writer"),
        ("Foto/Text", "writer"),
        ("Author of the article", "writer"),
        ("Bild und Ton", "other"),
        ("Medically reviewed by", "other"),
        ("Umbrot", None),
        ("a" * 100, None),
    ],
)
def test_composed_labels(label: str, kind: str | None) -> None:
    assert label_kind(label) == kind


def test_a_kind_of_article_labels_no_author_at_the_beginning_of_a_line() -> None:
    assert [names_writer(label) for label in ("Author", "Penulis", "Interview", "Report", "By")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert names_writer("By", also_by=True)
