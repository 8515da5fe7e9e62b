"""Words that bylines print before names, in the languages of the bundled sources and some more."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    by: str
    """Phrases that mean "by", before a name without a colon. Separated by bars, as in the other fields."""
    writers: str
    """Labels of those who wrote."""
    others: str
    """Labels of photographers, translators, editors and sources."""


# fmt: off
LABELS = {
    "ar": Words(
        "بقلم | كتبه | كتبها",
        "كتب | كتبت | إعداد | اعداد | تقرير | الكاتب | الكاتبة | المؤلف | نص | حوار | حاوره | حاورها | المحرر "
        "| مراسلنا",
        "تصوير | صور | صورة | ترجمة | تحرير | المصدر | مصدر | فيديو | مونتاج | مراجعة",
    ),
    "bg": Words(
        "от | написано от | публикувано от",
        "автор | автори | текст | материал | репортаж | интервю",
        "снимка | снимки | фото | превод | редактор | редактира | източник | видео | оператор",
    ),
    "bn": Words(
        "",
        "লেখক | লেখা | প্রতিবেদক | প্রতিবেদন | সাক্ষাৎকার",
        "ছবি | অনুবাদ | সম্পাদনা | সম্পাদক | সূত্র | ভিডিও | আলোকচিত্র",
    ),
    "bs": Words(
        "piše | pišu",
        "autor | autori | tekst | novinar | novinarka",
        "foto | fotografije | prijevod | uredio | uredila | urednik | izvor | video",
    ),
    "ca": Words(
        "per",
        "autor | autora | autors | text | textos",
        "foto | fotos | fotografia | imatge | traducció | edició | font | vídeo",
    ),
    "cs": Words(
        "napsal | napsala",
        "autor | autorka | autoři | text | texty | zpracoval | zpracovala | připravil | připravila",
        "foto | fotografie | překlad | editor | editorka | zdroj | video | kamera | ilustrace | přeložil | "
        "přeložila",
    ),
    "da": Words(
        "af | skrevet af",
        "skribent | forfatter | tekst | journalist",
        "foto | billede | billeder | oversættelse | redaktør | kilde | video | grafik",
    ),
    "de": Words(
        "von | geschrieben von | verfasst von | gespeichert von | eingestellt von | gepostet von | ein "
        "beitrag von | aufgezeichnet von",
        "autor | autorin | autoren | autorinnen | autor*in | autor/in | text | texte | verfasser | "
        "verfasserin | bericht | interview | protokoll | reportage | kommentar | gastbeitrag | analyse | "
        "redaktion",
        "foto | fotos | fotografie | fotograf | bild | bilder | illustration | illustrationen | grafik | "
        "kamera | video | übersetzung | übersetzer | übersetzt | aus dem englischen | lektorat | redigiert | "
        "bearbeitung | quelle | quellen | schnitt | ton | regie | infografik | titelbild | beitragsbild | "
        "mitarbeit | adaptiert",
    ),
    "el": Words(
        "γράφει ο | γράφει η | γράφουν οι | γράφει | του/της | από τον | από την | από",
        "συντάκτης | συντάκτρια | συγγραφέας | αρθρογράφος | κείμενο | κείμενα | ρεπορτάζ | συνέντευξη | "
        "ανταπόκριση",
        "φωτογραφία | φωτογραφίες | φωτό | μετάφραση | επιμέλεια | πηγή | βίντεο",
    ),
    "en": Words(
        "by | written by | posted by | submitted by | published by | words by | reported by | reporting by",
        "author | authors | author(s) | writer | writers | text | words | story | reporting | written | "
        "report | interview | byline | contributor | essay | reporter | reporters | journalist",
        "photo | photos | photograph | photographs | photography | photographer | picture | pictures | image "
        "| images | illustration | illustrations | illustrator | graphic | graphics | video | camera | audio "
        "| edited | editing | editor | editors | translated | translation | translator | produced | producer "
        "| reviewed | fact checked | fact-checked | source | sources | credit | adapted | medically reviewed "
        "| curated",
    ),
    "es": Words(
        "por | enviado por | subido por | escrito por | redactado por | publicado por | texto de",
        "autor | autora | autores | texto | textos | escribe | redacción | redactor | redactora | periodista "
        "| entrevista | crónica | reportaje",
        "foto | fotos | fotografía | fotografías | fotógrafo | imagen | imágenes | ilustración | traducción | "
        "traductor | traducido | edición | editor | editora | fuente | fuentes | vídeo | video | cámara | "
        "infografía",
    ),
    "et": Words(
        "",
        "autor | autorid | tekst | kirjutas | ajakirjanik",
        "foto | fotod | tõlge | tõlkis | toimetas | toimetaja | allikas | video",
    ),
    "fa": Words(
        "به قلم | نوشته",
        "نویسنده | نویسندگان | گزارش | متن | خبرنگار | گفتگو | یادداشت",
        "عکس | عکاس | ترجمه | مترجم | ویرایش | ویراستار | منبع | دبیر | ویدئو",
    ),
    "fi": Words(
        "kirjoittanut",
        "teksti | tekstit | kirjoittaja | kirjoittajat | toimittaja | toimittajat | haastattelu",
        "kuva | kuvat | valokuva | valokuvat | kuvaaja | käännös | kääntäjä | lähde | video | grafiikka | "
        "kuvitus",
    ),
    "fr": Words(
        "par | posté par | soumis par | mis en ligne par | écrit par | rédigé par | publié par | texte de | "
        "propos recueillis par | recueilli par | un article de",
        "auteur | auteure | autrice | auteurs | texte | textes | rédaction | rédacteur | rédactrice | "
        "journaliste | reportage | entretien | récit",
        "photo | photos | photographie | photographies | photographe | image | images | illustration | "
        "infographie | traduction | traduit | traducteur | édition | éditeur | source | sources | crédit | "
        "crédits | vidéo | caméra | montage | adaptation | relecture",
    ),
    "he": Words(
        "מאת | נכתב על ידי",
        "כתב | כתבה | כותב | כותבת | טקסט",
        "צילום | צילומים | תרגום | עריכה | עורך | מקור | וידאו | איור",
    ),
    "hi": Words(
        "द्वारा",
        "लेखक | लेखिका | रिपोर्ट | रिपोर्टर | रिपोर्टिंग | संवाददाता | लेख",
        "फोटो | तस्वीर | अनुवाद | अनुवादक | संपादक | संपादन | संपादित | स्रोत | वीडियो | एडिटेड | छायाचित्र",
    ),
    "hr": Words(
        "piše | pišu | napisao | napisala",
        "autor | autorica | autori | tekst | razgovarao | razgovarala",
        "foto | fotografija | fotografije | snimio | snimila | prijevod | preveo | prevela | uredio | uredila "
        "| urednik | izvor | video",
    ),
    "hu": Words(
        "írta",
        "szerző | szerzők | szöveg | szerk | interjú | riporter | tudósító",
        "fotó | fotók | kép | képek | fordítás | fordította | szerkesztő | szerkesztette | forrás | videó | "
        "illusztráció | nyitókép | borítókép",
    ),
    "id": Words(
        "oleh | ditulis oleh",
        "penulis | reporter | pewarta | laporan | wartawan | teks",
        "editor | penyunting | foto | fotografer | penerjemah | terjemahan | sumber | video | redaktur",
    ),
    "is": Words(
        "eftir",
        "höfundur | texti | blaðamaður | skrifar",
        "mynd | myndir | ljósmynd | ljósmyndari | þýðing | ritstjóri | heimild | myndband",
    ),
    "it": Words(
        "di | inviato da | pubblicato da | scritto da | a cura di | testo di | articolo di | intervista di",
        "autore | autrice | autori | testo | testi | redazione | redattore | giornalista | intervista",
        "foto | fotografia | fotografie | immagine | immagini | illustrazione | illustrazioni | traduzione | "
        "traduttore | editing | fonte | fonti | video | riprese | montaggio | grafica",
    ),
    "ja": Words(
        "",
        "著者 | 執筆 | 執筆者 | 取材・文 | 取材 | 文 | 構成 | 筆者 | 記者 | ライター | 聞き手 | 寄稿",
        "写真 | 撮影 | 編集 | 編集者 | イラスト | 翻訳 | 訳 | 監修 | 出典 | 提供 | 動画 | 校正 | 図版 | 画像 | 監訳",
    ),
    "ko": Words(
        "",
        "글 | 기자 | 취재 | 작성자 | 글쓴이 | 필자 | 저자 | 취재기자",
        "사진 | 편집 | 번역 | 출처 | 영상 | 그래픽 | 촬영 | 영상편집 | 일러스트 | 자료",
    ),
    "lt": Words(
        "parengė | parašė",
        "autorius | autorė | autoriai | tekstas | žurnalistas | žurnalistė",
        "nuotrauka | nuotraukos | nuotr | foto | vertė | vertimas | redaktorius | redaktorė | šaltinis | "
        "vaizdo įrašas",
    ),
    "lv": Words(
        "",
        "autors | autore | autori | teksts | žurnālists | žurnāliste",
        "foto | attēls | tulkojums | tulkoja | redaktors | redaktore | avots | video",
    ),
    "mk": Words(
        "пишува | пишуваат | од",
        "автор | автори | текст | новинар",
        "фото | фотографија | превод | уредник | извор | видео",
    ),
    "ms": Words(
        "oleh",
        "penulis | wartawan | teks",
        "gambar | foto | penyunting | editor | penterjemah | terjemahan | sumber | video",
    ),
    "nb": Words(
        "av | skrevet av",
        "skribent | forfatter | tekst | journalist | skriver",
        "foto | fotograf | bilde | bilder | oversettelse | oversatt | redaktør | kilde | video | illustrasjon",
    ),
    "nl": Words(
        "door | geplaatst door | ingediend door | geschreven door | tekst door",
        "auteur | auteurs | tekst | teksten | redacteur | verslaggever | interview",
        "foto | foto's | fotografie | fotograaf | beeld | vertaling | vertaler | redactie | bron | bronnen | "
        "video | illustratie | illustraties",
    ),
    "pl": Words(
        "przez | opublikowane przez | dodane przez | napisał | napisała | autorstwa",
        "autor | autorka | autorzy | tekst | opracował | opracowała | opracowanie | oprac | rozmawiał | "
        "rozmawiała | przygotował",
        "foto | fot | zdjęcie | zdjęcia | tłumaczenie | tłumacz | tłumaczył | redakcja | redaktor | "
        "redaktorka | źródło | źródła | wideo | grafika | ilustracja | ilustracje | korekta",
    ),
    "pt": Words(
        "por | postado por | enviado por | escrito por | publicado por | reportagem de | texto de",
        "autor | autora | autores | texto | textos | redação | redator | reportagem | jornalista | repórter | "
        "entrevista",
        "foto | fotos | fotografia | fotografias | imagem | imagens | ilustração | tradução | tradutor | "
        "traduzido | edição | editor | editora | fonte | fontes | vídeo | supervisão | arte | revisão",
    ),
    "ro": Words(
        "de | scris de",
        "autor | autoare | autori | text | articol de | redactor | reporter",
        "foto | fotografie | fotografii | imagine | traducere | traducător | editor | sursa | sursă | video",
    ),
    "ru": Words(
        "от | написал | написала",
        "автор | авторы | автор(ы) | текст | тексты | материал | беседовал | беседовала | подготовил | "
        "подготовила | подготовили | корреспондент | журналист | записал | записала",
        "фото | фотограф | фотографии | снимок | иллюстрация | иллюстрации | перевод | переводчик | перевёл | "
        "перевела | редактор | редактура | источник | источники | видео | оператор | монтаж | корректор | "
        "инфографика | обложка",
    ),
    "sk": Words(
        "napísal | napísala",
        "autor | autorka | autori | text | spracoval | spracovala",
        "foto | fotografia | fotografie | preklad | editor | zdroj | video | preložil | preložila",
    ),
    "sl": Words(
        "piše | pišeta | napisal | napisala",
        "avtor | avtorica | avtorji | besedilo | novinar | novinarka",
        "foto | fotografija | fotografije | prevod | prevedel | prevedla | uredil | uredila | urednik | vir | "
        "video",
    ),
    "sq": Words(
        "nga | shkruar nga",
        "autor | autori | shkruan | tekst | gazetar | gazetari",
        "foto | fotografi | përkthim | përktheu | përkthimi | redaktor | burimi | video",
    ),
    "sr": Words(
        "пише | пишу | piše | pišu | napisao | napisala",
        "аутор | аутори | текст | новинар | autor | autori | tekst | novinar",
        "фото | фотографије | превод | уредник | извор | видео | foto | fotografije | prevod | urednik | "
        "izvor | video",
    ),
    "sv": Words(
        "av | skriven av",
        "skribent | författare | text | reporter | skriver",
        "foto | fotograf | bild | bilder | översättning | översatt | redaktör | källa | video | grafik | "
        "illustration",
    ),
    "sw": Words(
        "imeandikwa na",
        "mwandishi | waandishi | habari na | ripoti",
        "picha | mhariri | tafsiri | chanzo | video | mpiga picha",
    ),
    "th": Words(
        "โดย",
        "ผู้เขียน | เขียนโดย | เรื่อง | เรื่องโดย | ผู้สื่อข่าว | รายงานโดย | ผู้แต่ง",
        "ภาพ | ภาพโดย | ถ่ายภาพ | แปล | แปลโดย | ผู้แปล | บรรณาธิการ | ที่มา | วิดีโอ | เรียบเรียง | ช่างภาพ",
    ),
    "tr": Words(
        "yazan | tarafından",
        "yazar | yazarlar | haber | muhabir | röportaj | metin | yazı",
        "foto | fotoğraf | fotoğraflar | editör | editörü | çeviri | çeviren | çevirmen | kaynak | kamera | "
        "video | görsel | derleyen",
    ),
    "uk": Words(
        "від | написав | написала",
        "автор | авторка | автори | текст | тексти | матеріал | підготував | підготувала | журналіст | "
        "кореспондент | розмовляв | розмовляла",
        "фото | світлина | світлини | фотограф | ілюстрація | ілюстрації | переклад | перекладач | переклала "
        "| редактор | редакторка | джерело | відео | монтаж | коректор",
    ),
    "ur": Words(
        "",
        "تحریر | مصنف | رپورٹ | رپورٹر | نامہ نگار | مضمون نگار",
        "تصویر | تصاویر | ترجمہ | مترجم | مدیر | ماخذ | ذریعہ | ویڈیو",
    ),
    "vi": Words(
        "viết bởi",
        "tác giả | bài | bài viết | người viết | thực hiện | phóng viên | nhóm tác giả",
        "ảnh | hình ảnh | biên tập | biên tập viên | dịch | người dịch | nguồn | theo | video | biên dịch | "
        "đồ họa",
    ),
    "zh": Words(
        "",
        "作者 | 文 | 文字 | 撰文 | 撰稿 | 撰稿人 | 记者 | 記者 | 采写 | 報道 | 报道 | 通讯员 | 採訪 | 采访 | 本报记者 | 作者/記者",
        "编辑 | 編輯 | 责任编辑 | 責任編輯 | 责编 | 責編 | 摄影 | 攝影 | 图片 | 圖片 | 图 | 圖 | 翻译 | 翻譯 | "
        "来源 | 來源 | 监制 | 监审 | 校对 | 視頻 "
        "| 视频 | 核稿 | 編譯 | 编译 | 审核 | 值班编辑 | 图/文来源",
    ),
}
# fmt: on
