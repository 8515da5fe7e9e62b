"""The language that a text is in."""

from __future__ import annotations

import pytest

from tests.support.pages import article_of, document
from transforms.extraction.detected_language import detect_language

TEXTS = {
    "ar": "أعلنت إدارة الميناء إغلاق الجسر أمام الشاحنات ابتداء من يوم الاثنين بعد تفتيش ليلي قام به الغواصون.",
    "bg": "Мостът на пристанището ще бъде затворен за камиони от понеделник, съобщи управата след нощна проверка.",
    "bn": "ডুবুরিদের রাতভর পরিদর্শনের পর বন্দর কর্তৃপক্ষ জানিয়েছে, সোমবার থেকে সেতুতে ট্রাক চলাচল বন্ধ থাকবে।",
    "cs": "Přístavní most bude od pondělí uzavřen pro nákladní auta, oznámila správa po noční prohlídce potápěčů.",
    "da": "Havnebroen bliver lukket for lastbiler fra mandag, oplyser myndighederne efter dykkernes natlige eftersyn.",
    "de": "Die Hafenbrücke wird ab Montag für Lastwagen gesperrt, teilte die Behörde nach einer nächtlichen Prüfung mit.",
    "el": "Η γέφυρα του λιμανιού θα κλείσει για τα φορτηγά από τη Δευτέρα, ανακοίνωσε η αρχή μετά από νυχτερινό έλεγχο.",
    "en": "The harbour bridge will close to lorries on Monday, the port authority said after a night of inspections.",
    "es": "El puente del puerto cerrará a los camiones el lunes, según anunció la autoridad tras una noche de inspecciones.",
    "et": "Sadamasild suletakse esmaspäevast veoautodele, teatas amet pärast tuukrite öist ülevaatust.",
    "fa": "مقام‌های بندر پس از بازرسی شبانه غواصان اعلام کردند که پل از روز دوشنبه به روی کامیون‌ها بسته می‌شود.",
    "fi": "Satamasilta suljetaan kuorma-autoilta maanantaina, viranomaiset kertoivat sukeltajien yöllisen tarkastuksen jälkeen.",
    "fr": "Le pont du port sera fermé aux camions lundi, a annoncé l’autorité portuaire après une nuit d’inspections.",
    "he": "גשר הנמל ייסגר למשאיות ביום שני, כך הודיעה רשות הנמל לאחר לילה של בדיקות.",
    "hi": "गोताखोरों की रात भर की जाँच के बाद बंदरगाह प्राधिकरण ने कहा कि सोमवार से पुल ट्रकों के लिए बंद रहेगा।",
    "hu": "Hétfőtől lezárják a kikötői hidat a teherautók elől, közölte a hatóság a búvárok éjszakai vizsgálata után.",
    "it": "Il ponte del porto chiuderà ai camion da lunedì, ha detto l’autorità portuale dopo una notte di ispezioni.",
    "ja": "港湾当局は、潜水士による夜間の点検の結果、月曜日から橋をトラック通行止めにすると発表した。",
    "ko": "항만 당국은 잠수부들의 밤샘 점검 끝에 월요일부터 다리의 화물차 통행을 막는다고 밝혔다.",
    "nl": "De havenbrug gaat maandag dicht voor vrachtwagens, zei het havenbedrijf na een nacht van inspecties.",
    "no": "Havnebroen stenges for lastebiler fra mandag, opplyser myndighetene etter en natt med inspeksjoner.",
    "pl": "Most portowy zostanie od poniedziałku zamknięty dla ciężarówek, podał zarząd portu po nocnej kontroli nurków.",
    "pt": "A ponte do porto será fechada a caminhões na segunda-feira, disse a autoridade após uma noite de inspeções.",
    "ru": "Портовый мост с понедельника закроют для грузовиков, сообщила администрация после ночного осмотра.",
    "sv": "Hamnbron stängs för lastbilar på måndag, säger myndigheten efter en natt av inspektioner.",
    "th": "การท่าเรือประกาศปิดสะพานไม่ให้รถบรรทุกผ่านตั้งแต่วันจันทร์ หลังนักประดาน้ำตรวจสอบตลอดคืน",
    "tr": "Liman köprüsü pazartesi gününden itibaren kamyonlara kapatılacak, yetkililer gece boyu süren denetimin ardından açıkladı.",
    "uk": "Портовий міст з понеділка закриють для вантажівок, повідомила адміністрація після нічного огляду.",
    "ur": "بندرگاہ کے حکام نے غوطہ خوروں کے رات بھر معائنے کے بعد کہا کہ پیر سے پل ٹرکوں کے لیے بند رہے گا۔",
    "vi": "Cầu cảng sẽ đóng cửa với xe tải từ thứ Hai, cơ quan quản lý cho biết sau một đêm kiểm tra của thợ lặn.",
    "zh": "港务局在潜水员连夜检查后表示，从星期一起大桥将禁止卡车通行。",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_two_lines_is_known(language: str) -> None:
    detected = detect_language(TEXTS[language])
    assert detected is not None
    assert detected[0] == language
    assert 0.5 < detected[1] <= 1


@pytest.mark.parametrize("text", ["", "12 345", "— … !"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize("declared", ["en-IE", "en-US", "de", ""])
def test_the_page_says_one_thing_and_the_text_another(declared: str) -> None:
    article = article_of(document(attributes=f"lang='{declared}'" if declared else ""))
    assert (article.language, article.detected_language) == (declared or None, "en")
    assert article.detected_language_confidence is not None
