"""Words that bylines print before names: who wrote, and who did something else, in the languages of the bundled sources and some more.

A label stands before a colon ("Teksti: …, kuvat: …"), or without one before a full name. ``label_kind`` reads any label, also composed ones
("Text und Fotos"). Roles and desks are in ``byline_tables``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from transforms.extraction.patterns import any_of

Kind = Literal["writer", "other"]


class _Words(NamedTuple):
    by: str
    """Phrases that mean "by", before a name without a colon. Separated by bars, as in the other fields."""
    writers: str
    """Labels of those who wrote."""
    others: str
    """Labels of photographers, translators, editors and sources."""


# fmt: off
_LABELS = {
    "ar": _Words(
        "بقلم | كتبه | كتبها",
        "كتب | كتبت | إعداد | اعداد | تقرير | الكاتب | الكاتبة | المؤلف | نص | حوار | حاوره | حاورها | المحرر "
        "| مراسلنا",
        "تصوير | صور | صورة | ترجمة | تحرير | المصدر | مصدر | فيديو | مونتاج | مراجعة",
    ),
    "bg": _Words(
        "от | написано от | публикувано от",
        "автор | автори | текст | материал | репортаж | интервю",
        "снимка | снимки | фото | превод | редактор | редактира | източник | видео | оператор",
    ),
    "bn": _Words(
        "",
        "লেখক | লেখা | প্রতিবেদক | প্রতিবেদন | সাক্ষাৎকার",
        "ছবি | অনুবাদ | সম্পাদনা | সম্পাদক | সূত্র | ভিডিও | আলোকচিত্র",
    ),
    "bs": _Words(
        "piše | pišu",
        "autor | autori | tekst | novinar | novinarka",
        "foto | fotografije | prijevod | uredio | uredila | urednik | izvor | video",
    ),
    "ca": _Words(
        "per",
        "autor | autora | autors | text | textos",
        "foto | fotos | fotografia | imatge | traducció | edició | font | vídeo",
    ),
    "cs": _Words(
        "napsal | napsala",
        "autor | autorka | autoři | text | texty | zpracoval | zpracovala | připravil | připravila",
        "foto | fotografie | překlad | editor | editorka | zdroj | video | kamera | ilustrace | přeložil | "
        "přeložila",
    ),
    "da": _Words(
        "af | skrevet af",
        "skribent | forfatter | tekst | journalist",
        "foto | billede | billeder | oversættelse | redaktør | kilde | video | grafik",
    ),
    "de": _Words(
        "von | geschrieben von | verfasst von | ein beitrag von | aufgezeichnet von",
        "autor | autorin | autoren | autorinnen | autor*in | autor/in | text | texte | verfasser | "
        "verfasserin | bericht | interview | protokoll | reportage | kommentar | gastbeitrag | analyse | "
        "redaktion",
        "foto | fotos | fotografie | fotograf | bild | bilder | illustration | illustrationen | grafik | "
        "kamera | video | übersetzung | übersetzer | übersetzt | aus dem englischen | lektorat | redigiert | "
        "bearbeitung | quelle | quellen | schnitt | ton | regie | infografik | titelbild | beitragsbild | "
        "mitarbeit | adaptiert",
    ),
    "el": _Words(
        "γράφει ο | γράφει η | γράφουν οι | γράφει | του/της | από τον | από την | από",
        "συντάκτης | συντάκτρια | συγγραφέας | αρθρογράφος | κείμενο | κείμενα | ρεπορτάζ | συνέντευξη | "
        "ανταπόκριση",
        "φωτογραφία | φωτογραφίες | φωτό | μετάφραση | επιμέλεια | πηγή | βίντεο",
    ),
    "en": _Words(
        "by | written by | posted by | words by | reported by | reporting by",
        "author | authors | author(s) | writer | writers | text | words | story | reporting | written | "
        "report | interview | byline | contributor | essay | reporter | reporters | journalist",
        "photo | photos | photograph | photographs | photography | photographer | picture | pictures | image "
        "| images | illustration | illustrations | illustrator | graphic | graphics | video | camera | audio "
        "| edited | editing | editor | editors | translated | translation | translator | produced | producer "
        "| reviewed | fact checked | fact-checked | source | sources | credit | adapted | medically reviewed "
        "| curated",
    ),
    "es": _Words(
        "por | escrito por | redactado por | publicado por | texto de",
        "autor | autora | autores | texto | textos | escribe | redacción | redactor | redactora | periodista "
        "| entrevista | crónica | reportaje",
        "foto | fotos | fotografía | fotografías | fotógrafo | imagen | imágenes | ilustración | traducción | "
        "traductor | traducido | edición | editor | editora | fuente | fuentes | vídeo | video | cámara | "
        "infografía",
    ),
    "et": _Words(
        "",
        "autor | autorid | tekst | kirjutas | ajakirjanik",
        "foto | fotod | tõlge | tõlkis | toimetas | toimetaja | allikas | video",
    ),
    "fa": _Words(
        "به قلم | نوشته",
        "نویسنده | نویسندگان | گزارش | متن | خبرنگار | گفتگو | یادداشت",
        "عکس | عکاس | ترجمه | مترجم | ویرایش | ویراستار | منبع | دبیر | ویدئو",
    ),
    "fi": _Words(
        "kirjoittanut",
        "teksti | tekstit | kirjoittaja | kirjoittajat | toimittaja | toimittajat | haastattelu",
        "kuva | kuvat | valokuva | valokuvat | kuvaaja | käännös | kääntäjä | lähde | video | grafiikka | "
        "kuvitus",
    ),
    "fr": _Words(
        "par | écrit par | rédigé par | publié par | texte de | propos recueillis par | recueilli par | un "
        "article de",
        "auteur | auteure | autrice | auteurs | texte | textes | rédaction | rédacteur | rédactrice | "
        "journaliste | reportage | entretien | récit",
        "photo | photos | photographie | photographies | photographe | image | images | illustration | "
        "infographie | traduction | traduit | traducteur | édition | éditeur | source | sources | crédit | "
        "crédits | vidéo | caméra | montage | adaptation | relecture",
    ),
    "he": _Words(
        "מאת | נכתב על ידי",
        "כתב | כתבה | כותב | כותבת | טקסט",
        "צילום | צילומים | תרגום | עריכה | עורך | מקור | וידאו | איור",
    ),
    "hi": _Words(
        "द्वारा",
        "लेखक | लेखिका | रिपोर्ट | रिपोर्टर | रिपोर्टिंग | संवाददाता | लेख",
        "फोटो | तस्वीर | अनुवाद | अनुवादक | संपादक | संपादन | संपादित | स्रोत | वीडियो | एडिटेड | छायाचित्र",
    ),
    "hr": _Words(
        "piše | pišu | napisao | napisala",
        "autor | autorica | autori | tekst | razgovarao | razgovarala",
        "foto | fotografija | fotografije | snimio | snimila | prijevod | preveo | prevela | uredio | uredila "
        "| urednik | izvor | video",
    ),
    "hu": _Words(
        "írta",
        "szerző | szerzők | szöveg | szerk | interjú | riporter | tudósító",
        "fotó | fotók | kép | képek | fordítás | fordította | szerkesztő | szerkesztette | forrás | videó | "
        "illusztráció | nyitókép | borítókép",
    ),
    "id": _Words(
        "oleh | ditulis oleh",
        "penulis | reporter | pewarta | laporan | wartawan | teks",
        "editor | penyunting | foto | fotografer | penerjemah | terjemahan | sumber | video | redaktur",
    ),
    "is": _Words(
        "eftir",
        "höfundur | texti | blaðamaður | skrifar",
        "mynd | myndir | ljósmynd | ljósmyndari | þýðing | ritstjóri | heimild | myndband",
    ),
    "it": _Words(
        "di | scritto da | a cura di | testo di | articolo di | intervista di",
        "autore | autrice | autori | testo | testi | redazione | redattore | giornalista | intervista",
        "foto | fotografia | fotografie | immagine | immagini | illustrazione | illustrazioni | traduzione | "
        "traduttore | editing | fonte | fonti | video | riprese | montaggio | grafica",
    ),
    "ja": _Words(
        "",
        "著者 | 執筆 | 執筆者 | 取材・文 | 取材 | 文 | 構成 | 筆者 | 記者 | ライター | 聞き手 | 寄稿",
        "写真 | 撮影 | 編集 | 編集者 | イラスト | 翻訳 | 訳 | 監修 | 出典 | 提供 | 動画 | 校正 | 図版 | 画像 | 監訳",
    ),
    "ko": _Words(
        "",
        "글 | 기자 | 취재 | 작성자 | 글쓴이 | 필자 | 저자 | 취재기자",
        "사진 | 편집 | 번역 | 출처 | 영상 | 그래픽 | 촬영 | 영상편집 | 일러스트 | 자료",
    ),
    "lt": _Words(
        "parengė | parašė",
        "autorius | autorė | autoriai | tekstas | žurnalistas | žurnalistė",
        "nuotrauka | nuotraukos | nuotr | foto | vertė | vertimas | redaktorius | redaktorė | šaltinis | "
        "vaizdo įrašas",
    ),
    "lv": _Words(
        "",
        "autors | autore | autori | teksts | žurnālists | žurnāliste",
        "foto | attēls | tulkojums | tulkoja | redaktors | redaktore | avots | video",
    ),
    "mk": _Words(
        "пишува | пишуваат | од",
        "автор | автори | текст | новинар",
        "фото | фотографија | превод | уредник | извор | видео",
    ),
    "ms": _Words(
        "oleh",
        "penulis | wartawan | teks",
        "gambar | foto | penyunting | editor | penterjemah | terjemahan | sumber | video",
    ),
    "nb": _Words(
        "av | skrevet av",
        "skribent | forfatter | tekst | journalist | skriver",
        "foto | fotograf | bilde | bilder | oversettelse | oversatt | redaktør | kilde | video | illustrasjon",
    ),
    "nl": _Words(
        "door | geschreven door | tekst door",
        "auteur | auteurs | tekst | teksten | redacteur | verslaggever | interview",
        "foto | foto's | fotografie | fotograaf | beeld | vertaling | vertaler | redactie | bron | bronnen | "
        "video | illustratie | illustraties",
    ),
    "pl": _Words(
        "przez | napisał | napisała | autorstwa",
        "autor | autorka | autorzy | tekst | opracował | opracowała | opracowanie | oprac | rozmawiał | "
        "rozmawiała | przygotował",
        "foto | fot | zdjęcie | zdjęcia | tłumaczenie | tłumacz | tłumaczył | redakcja | redaktor | "
        "redaktorka | źródło | źródła | wideo | grafika | ilustracja | ilustracje | korekta",
    ),
    "pt": _Words(
        "por | escrito por | publicado por | reportagem de | texto de",
        "autor | autora | autores | texto | textos | redação | redator | reportagem | jornalista | repórter | "
        "entrevista",
        "foto | fotos | fotografia | fotografias | imagem | imagens | ilustração | tradução | tradutor | "
        "traduzido | edição | editor | editora | fonte | fontes | vídeo | supervisão | arte | revisão",
    ),
    "ro": _Words(
        "de | scris de",
        "autor | autoare | autori | text | articol de | redactor | reporter",
        "foto | fotografie | fotografii | imagine | traducere | traducător | editor | sursa | sursă | video",
    ),
    "ru": _Words(
        "от | написал | написала",
        "автор | авторы | автор(ы) | текст | тексты | материал | беседовал | беседовала | подготовил | "
        "подготовила | подготовили | корреспондент | журналист | записал | записала",
        "фото | фотограф | фотографии | снимок | иллюстрация | иллюстрации | перевод | переводчик | перевёл | "
        "перевела | редактор | редактура | источник | источники | видео | оператор | монтаж | корректор | "
        "инфографика | обложка",
    ),
    "sk": _Words(
        "napísal | napísala",
        "autor | autorka | autori | text | spracoval | spracovala",
        "foto | fotografia | fotografie | preklad | editor | zdroj | video | preložil | preložila",
    ),
    "sl": _Words(
        "piše | pišeta | napisal | napisala",
        "avtor | avtorica | avtorji | besedilo | novinar | novinarka",
        "foto | fotografija | fotografije | prevod | prevedel | prevedla | uredil | uredila | urednik | vir | "
        "video",
    ),
    "sq": _Words(
        "nga | shkruar nga",
        "autor | autori | shkruan | tekst | gazetar | gazetari",
        "foto | fotografi | përkthim | përktheu | përkthimi | redaktor | burimi | video",
    ),
    "sr": _Words(
        "пише | пишу | piše | pišu | napisao | napisala",
        "аутор | аутори | текст | новинар | autor | autori | tekst | novinar",
        "фото | фотографије | превод | уредник | извор | видео | foto | fotografije | prevod | urednik | "
        "izvor | video",
    ),
    "sv": _Words(
        "av | skriven av",
        "skribent | författare | text | reporter | skriver",
        "foto | fotograf | bild | bilder | översättning | översatt | redaktör | källa | video | grafik | "
        "illustration",
    ),
    "sw": _Words(
        "imeandikwa na",
        "mwandishi | waandishi | habari na | ripoti",
        "picha | mhariri | tafsiri | chanzo | video | mpiga picha",
    ),
    "th": _Words(
        "โดย",
        "ผู้เขียน | เขียนโดย | เรื่อง | เรื่องโดย | ผู้สื่อข่าว | รายงานโดย | ผู้แต่ง",
        "ภาพ | ภาพโดย | ถ่ายภาพ | แปล | แปลโดย | ผู้แปล | บรรณาธิการ | ที่มา | วิดีโอ | เรียบเรียง | ช่างภาพ",
    ),
    "tr": _Words(
        "yazan | tarafından",
        "yazar | yazarlar | haber | muhabir | röportaj | metin | yazı",
        "foto | fotoğraf | fotoğraflar | editör | editörü | çeviri | çeviren | çevirmen | kaynak | kamera | "
        "video | görsel | derleyen",
    ),
    "uk": _Words(
        "від | написав | написала",
        "автор | авторка | автори | текст | тексти | матеріал | підготував | підготувала | журналіст | "
        "кореспондент | розмовляв | розмовляла",
        "фото | світлина | світлини | фотограф | ілюстрація | ілюстрації | переклад | перекладач | переклала "
        "| редактор | редакторка | джерело | відео | монтаж | коректор",
    ),
    "ur": _Words(
        "",
        "تحریر | مصنف | رپورٹ | رپورٹر | نامہ نگار | مضمون نگار",
        "تصویر | تصاویر | ترجمہ | مترجم | مدیر | ماخذ | ذریعہ | ویڈیو",
    ),
    "vi": _Words(
        "viết bởi",
        "tác giả | bài | bài viết | người viết | thực hiện | phóng viên | nhóm tác giả",
        "ảnh | hình ảnh | biên tập | biên tập viên | dịch | người dịch | nguồn | theo | video | biên dịch | "
        "đồ họa",
    ),
    "zh": _Words(
        "",
        "作者 | 文 | 文字 | 撰文 | 撰稿 | 撰稿人 | 记者 | 記者 | 采写 | 報道 | 报道 | 通讯员 | 採訪 | 采访 | 本报记者 | 作者/記者",
        "编辑 | 編輯 | 责任编辑 | 責任編輯 | 责编 | 責編 | 摄影 | 攝影 | 图片 | 圖片 | 图 | 圖 | 翻译 | 翻譯 | 来源 | 來源 | "
        "监制 | 监审 | 校对 | 視頻 | 视频 | 核稿 | 編譯 | 编译 | 审核 | 值班编辑 | 图/文来源",
    ),
}
# fmt: on

_ANDS = frozenset(
    "and und et y e i a og och en ja и та і й ve dan và και și si és ir un in & + / dhe na و और 和 與 与 及 ・ of the article de l".split()
)
"""Words between the parts of a composed label."""
_WORD = re.compile(r"[^\s/&+,]+")
_LONGEST_LABEL = 60


def _phrases(field: str) -> frozenset[str]:
    return frozenset(
        " ".join(phrase.split()).casefold()
        for words in _LABELS.values()
        for phrase in getattr(words, field).split("|")
        if phrase.strip()
    )


WRITERS, OTHERS, BY = _phrases("writers"), _phrases("others"), _phrases("by")
_TOKENS = frozenset(token for phrase in (*WRITERS, *OTHERS, *BY) for token in _WORD.findall(phrase)) | _ANDS


def label_kind(label: str) -> Kind | None:
    """Who a label names: a writer, or somebody else; None for an unknown label. A composed label with a writer in it names writers."""
    flat = " ".join(label.split()).casefold().strip(" .-–—(*")
    if len(flat) > _LONGEST_LABEL:
        return None
    if flat in WRITERS or flat in BY:
        return "writer"
    if flat in OTHERS:
        return "other"
    words = [word for word in _WORD.findall(flat) if word not in _ANDS]
    if any(word in WRITERS for word in words) and (not words or words[-1] not in _EDITORS):
        return "writer"
    return "other" if any(word in OTHERS for word in words) else None


_EDITORS = frozenset("editor editors redakteur redakteurin redaktör redaktør redaktor редактор editora".split())
"""The last word of "Text Editor": not a writer, though a text is named."""


def labelled_parts(text: str) -> list[tuple[str | None, str]]:
    """The parts of ``Text: Jane Doe, Foto: Max Moe``, each with its label; the label of what stands before the first one is None."""
    pieces = _COLON.split(text)
    parts: list[tuple[str | None, str]] = []
    label: str | None = None
    for piece in pieces[:-1]:
        names, following = _label_at_end(piece)
        parts.append((label, names))
        label = following
    parts.append((label, pieces[-1]))
    return [(label, names) for label, names in parts if names.strip(" ,;/.-–—")]


_COLON = re.compile(r"\s*[:：＝](?![/\d])\s*")


def _label_at_end(text: str) -> tuple[str, str]:
    """What stands before the label that ``text`` ends with, and that label. An unknown label reaches back to the last separator."""
    words = text.split()
    start = len(words)
    while start and all(token.casefold().strip(".()*") in _TOKENS for token in _WORD.findall(words[start - 1])):
        start -= 1
    while start < len(words) and words[start].casefold() in _ANDS:
        start += 1
    if start < len(words) and label_kind(" ".join(words[start:])):
        return " ".join(words[:start]), " ".join(words[start:])
    before, _, after = text.rpartition(max(",;/(", key=text.rfind)) if re.search(r"[,;/(]", text) else ("", "", text)
    return before, after.strip()


@cache
def leading_label() -> re.Pattern[str]:
    """Words for "by" and labels of writers in front of a name, without a colon."""
    phrases = {phrase for phrase in BY if len(phrase) > 4 or not phrase.isascii()} | {
        phrase for phrase in WRITERS if not phrase[0].isascii() or phrase in _SAFE
    }
    return re.compile(rf"^{any_of(phrases)}(?:\s+(?=\S+\s+\S)|\s*$)", re.IGNORECASE)


_SAFE = frozenset(
    "penulis pewarta yazan yazar muhabir szerző forfatter författare skribent kirjoittaja höfundur "
    "autorius avtor autors mwandishi tekst teksti "
    "autori autora autorka autoři tác giả laporan ".split()
) | {"tác giả", "người viết", "bài viết"}
"""Labels in Latin letters that are no names, and so need no colon."""
