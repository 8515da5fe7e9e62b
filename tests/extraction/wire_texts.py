"""Beginnings, ends and bylines of articles in many languages, each with the agency whose copy it is, as agencies and outlets print them.

A row: what stands before the first sentence, the last line (``+`` in front: it follows the last sentence), the byline; then the code of the
agency (empty: no agency's copy) and the place of the dateline. Written for these tests.
"""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    language: str
    start: str
    end: str
    byline: str
    agency: str
    place: str


# fmt: off
STORIES = {
    "en": "The council agreed on Monday to build a new bridge over the river, and to close the old one for good.",
    "de": "Der Stadtrat hat am Montag beschlossen, eine neue Brücke über den Fluss zu bauen und die alte zu schließen.",
    "fr": "Le conseil municipal a décidé lundi de construire un nouveau pont sur la rivière et de fermer l’ancien.",
    "es": "El ayuntamiento decidió el lunes construir un nuevo puente sobre el río y cerrar el viejo para siempre.",
    "pt": "A câmara decidiu na segunda-feira construir uma nova ponte sobre o rio e fechar a antiga para sempre.",
    "it": "Il consiglio comunale ha deciso lunedì di costruire un nuovo ponte sul fiume e di chiudere quello vecchio.",
    "nl": "De gemeenteraad heeft maandag besloten een nieuwe brug over de rivier te bouwen en de oude te sluiten.",
    "sv": "Kommunfullmäktige beslutade i måndags att bygga en ny bro över älven och att stänga den gamla för gott.",
    "nb": "Kommunestyret vedtok mandag å bygge en ny bro over elven og å stenge den gamle for godt.",
    "da": "Byrådet besluttede mandag at bygge en ny bro over åen og at lukke den gamle for altid.",
    "fi": "Kaupunginvaltuusto päätti maanantaina rakentaa uuden sillan joen yli ja sulkea vanhan pysyvästi.",
    "pl": "Rada miasta zdecydowała w poniedziałek o budowie nowego mostu na rzece i zamknięciu starego.",
    "cs": "Zastupitelé v pondělí rozhodli postavit přes řeku nový most a starý natrvalo uzavřít.",
    "sk": "Poslanci v pondelok rozhodli postaviť cez rieku nový most a starý natrvalo uzavrieť.",
    "hu": "A képviselő-testület hétfőn úgy döntött, hogy új hidat épít a folyón, és a régit végleg lezárja.",
    "ro": "Consiliul local a decis luni construirea unui nou pod peste râu și închiderea definitivă a celui vechi.",
    "ru": "Городской совет в понедельник решил построить новый мост через реку и навсегда закрыть старый.",
    "uk": "Міська рада в понеділок вирішила збудувати новий міст через річку і назавжди закрити старий.",
    "bg": "Общинският съвет реши в понеделник да построи нов мост над реката и да затвори стария завинаги.",
    "el": "Το δημοτικό συμβούλιο αποφάσισε τη Δευτέρα να χτίσει νέα γέφυρα στο ποτάμι και να κλείσει την παλιά.",
    "tr": "Belediye meclisi pazartesi günü nehrin üzerine yeni bir köprü yapılmasına ve eskisinin kapatılmasına karar verdi.",
    "ar": "قرر المجلس البلدي يوم الاثنين بناء جسر جديد فوق النهر وإغلاق الجسر القديم بشكل نهائي.",
    "fa": "شورای شهر روز دوشنبه تصمیم گرفت پل تازه‌ای روی رودخانه بسازد و پل قدیمی را برای همیشه ببندد.",
    "hi": "नगर परिषद ने सोमवार को नदी पर नया पुल बनाने और पुराने पुल को हमेशा के लिए बंद करने का फैसला किया।",
    "id": "Dewan kota pada Senin memutuskan membangun jembatan baru di atas sungai dan menutup yang lama.",
    "vi": "Hội đồng thành phố hôm thứ Hai quyết định xây cầu mới qua sông và đóng cửa cây cầu cũ.",
    "ja": "市議会は月曜日、川に新しい橋を架け、古い橋を閉鎖することを決めた。",
    "ko": "시의회는 월요일 강에 새 다리를 놓고 낡은 다리를 폐쇄하기로 했다.",
    "zh": "市议会周一决定在河上修建一座新桥，并永久关闭旧桥。",
    "sr": "Градско веће је у понедељак одлучило да изгради нови мост преко реке и да стари затвори заувек.",
}

_ROWS = {
    "en": """
LONDON, Nov 20 (Reuters) -  |  |  | Reuters | LONDON
PORT ALDER, Maine (AP) —  |  |  | AP | PORT ALDER, Maine
NAIROBI, Nov. 20 (Xinhua) --  |  |  | Xinhua | NAIROBI
New Delhi, Nov 20 (PTI)  |  |  | PTI | New Delhi
Dhaka, Nov 20 (BSS) -  |  |  | BSS | Dhaka
KUALA LUMPUR, Nov 20 (Bernama) --  |  |  | Bernama | KUALA LUMPUR
Windhoek, 20 Nov. (NAMPA) -  |  |  | NAMPA | Windhoek
DAMASCUS, Nov. 20 (SANA) –  |  |  | SANA | DAMASCUS
 | (Source: ANI) |  | ANI |
 | + PTI |  | PTI |
 | + --IANS |  | IANS |
 | + (AFP) |  | AFP |
 | © 2026 The Associated Press. All rights reserved. |  | AP |
 | This story was provided by Field Level Media. |  | Field Level Media |
 | © 2026 Tribune News Service |  | TNS |
 |  | By Jane Doe, Associated Press | AP |
 |  | Jane Doe / AFP | AFP |
 |  | Reuters | Reuters |
 |  | Jane Doe, Tribune News Service | TNS |
 |  | Jane Doe, CNN Newsource | CNN Newsource |
 | With reporting by AP. |  | |
 | With inputs from PTI |  | |
 | (With inputs from ANI and IANS) |  | |
 | Reuters contributed to this report. |  | |
 | The Associated Press contributed to this story. |  | |
 | Associated Press writer Jane Doe contributed to this report. |  | |
 | – Additional reporting from Reuters |  | |
 | With files from The Canadian Press |  | |
 |  | Jane Doe with AP | |
 |  | Jane Doe, with files from The Canadian Press | |
 | The mayor told Reuters that nobody was asked. |  | |
 | According to AFP, the bridge will be open by May. |  | |
 | Photo: Jane Doe/AP |  | |
 |  | Jane Doe, PA | |
 |  | Armed Friends of the Palace (AFP) | |
PORT ALDER —  |  |  | | PORT ALDER
""",
    "de": """
Berlin (dpa) -  |  |  | dpa | Berlin
Hannover (dpa/lni) -  |  |  | dpa | Hannover
Wien (APA) –  |  |  | APA | Wien
Bern (sda) -  |  |  | Keystone-ATS | Bern
Frankfurt (Reuters) -  |  |  | Reuters | Frankfurt
Berlin (dts Nachrichtenagentur) -  |  |  | dts | Berlin
 | (dpa/lby) |  | dpa |
 | + (AFP) |  | AFP |
 | Quelle: dpa |  | dpa |
 | © dpa-infocom, dpa:261120-930-1/1 |  | dpa |
 | abc/dpa |  | dpa |
 | (Quelle: APA/dpa) |  | APA |
 |  | dpa | dpa |
 |  | Von Jana Muster, dpa | dpa |
 |  | Jana Muster und Max Muster, AFP | AFP |
 | mit Material von dpa |  | |
 | Mit Material der dpa |  | |
 | (mit dpa) |  | |
 | Unter Verwendung von Material der AFP |  | |
 |  | Von Jana Muster mit AP | |
 | Das sagte er der Deutschen Presse-Agentur. |  | |
 | Foto: dpa |  | |
 |  | Auswärtige Autoren (AA) | |
""",
    "fr": """
PARIS, 20 novembre (Reuters) -  |  |  | Reuters | PARIS
Alger (APS) -  |  |  | APS | Alger
Rabat, 20 novembre 2026 (MAP) -  |  |  | MAP | Rabat
Abidjan, 20 nov 2026 (AIP) –  |  |  | AIP | Abidjan
 | + (AFP) |  | AFP |
 | Source : AFP |  | AFP |
 | © 2026 AFP |  | AFP |
 | (Belga) |  | Belga |
 |  | Par AFP | AFP |
 |  | La Presse canadienne | CP |
 |  | Jeanne Dupont, Agence QMI | QMI |
 | (avec AFP) |  | |
 | Avec l’AFP |  | |
 |  | Par Jeanne Dupont avec AFP | |
 | Avec des informations de Reuters |  | |
 | a-t-il déclaré à l’AFP. |  | |
 | Photo AFP |  | |
""",
    "es": """
Madrid, 20 nov (EFE).-  |  |  | EFE | Madrid
MADRID, 20 Nov. (EUROPA PRESS) -  |  |  | Europa Press | MADRID
La Habana, 20 nov (Prensa Latina)  |  |  | Prensa Latina | La Habana
Caracas, 20 Nov. AVN.-  |  |  | AVN | Caracas
 | EFE |  | EFE |
 | + (Télam) |  | Télam |
 | Fuente: EFE |  | EFE |
 | Agencia: AFP |  | AFP |
 |  | Agencia EFE | EFE |
 |  | Por Servimedia | Servimedia |
 |  | Ana Ruiz / Colprensa | Colprensa |
 | Con información de EFE |  | |
 | Con información de Reuters y AFP |  | |
 |  | Ana Ruiz con AFP | |
 | dijo a EFE el alcalde. |  | |
 | Foto: EFE |  | |
""",
    "pt": """
Lisboa, 20 nov 2026 (Lusa) –  |  |  | Lusa | Lisboa
Luanda, 20 nov (ANGOP) -  |  |  | ANGOP | Luanda
Praia, 20 nov 2026 (Inforpress) –  |  |  | Inforpress | Praia
 | + (Reuters) |  | Reuters |
 | Fonte: Agência Brasil |  | Agência Brasil |
 |  | Agência Lusa | Lusa |
 |  | Estadão Conteúdo | Estadão Conteúdo |
 |  | Folhapress | Folhapress |
 |  | Rita Lopes, Lusa | Lusa |
 | Com informações da Reuters |  | |
 | Com informações da Agência Brasil |  | |
 | *Com AFP |  | |
 | disse à Lusa o presidente. |  | |
""",
    "it": """
(ANSA) - ROMA, 20 NOV -  |  |  | ANSA | ROMA
Roma, 20 nov. (askanews) –  |  |  | askanews | Roma
Milano, 20 nov. (LaPresse) -  |  |  | LaPresse | Milano
ROMA (ITALPRESS) –  |  |  | Italpress | ROMA
Roma, 20 nov. (Adnkronos) -  |  |  | Adnkronos | Roma
 | (ANSA). |  | ANSA |
 | Fonte: Agenzia Nova |  | Agenzia Nova |
 |  | Redazione ANSA | ANSA |
 |  | Agenzia DIRE | DIRE |
 | Con informazioni di Reuters |  | |
 | ha detto all'ANSA il sindaco. |  | |
""",
    "nl": """
AMSTERDAM (ANP) -  |  |  | ANP | AMSTERDAM
BRUSSEL (BELGA) -  |  |  | Belga | BRUSSEL
 | Bron: ANP |  | ANP |
 | (ANP) |  | ANP |
 |  | ANP | ANP |
 |  | Door Sanne Bos/ANP | ANP |
 | Met informatie van Reuters |  | |
 | zei hij tegen het ANP. |  | |
""",
    "sv": """
Stockholm (TT)  |  |  | TT | Stockholm
 | (TT-AFP) |  | TT |
 | TT |  | TT |
 | Källa: TT |  | TT |
 |  | Elin Berg/TT | TT |
 | säger han till TT. |  | |
 | Foto: Karl Lund/TT |  | |
""",
    "nb": """
Oslo (NTB):  |  |  | NTB | Oslo
 | (©NTB) |  | NTB |
 | (NTB) |  | NTB |
 |  | NTB | NTB |
 | sier han til NTB. |  | |
""",
    "da": """
KØBENHAVN (Ritzau) -  |  |  | Ritzau | KØBENHAVN
 | /ritzau/ |  | Ritzau |
 | Kilde: Ritzau |  | Ritzau |
 |  | Ritzau | Ritzau |
 | siger han til Ritzau. |  | |
""",
    "fi": """
 | STT |  | STT |
 | Lähde: STT |  | STT |
 |  | STT | STT |
 |  | Aino Salo, STT | STT |
 | hän sanoo STT:lle. |  | |
""",
    "pl": """
Warszawa (PAP) -  |  |  | PAP | Warszawa
 | (PAP) |  | PAP |
 | Źródło: PAP |  | PAP |
 | abc/ PAP |  | PAP |
 | wk/PAP |  | PAP |
 |  | PAP | PAP |
 |  | Ewa Zając (PAP) | PAP |
 | powiedział PAP burmistrz. |  | |
 | Na podstawie PAP |  | |
""",
    "cs": """
Praha (ČTK) -  |  |  | CTK | Praha
 | + (ČTK) |  | CTK |
 | Zdroj: ČTK |  | CTK |
 |  | ČTK | CTK |
 |  | Lenka Malá, ČTK | CTK |
 | řekl ČTK starosta. |  | |
""",
    "sk": """
Bratislava 20. novembra (TASR) -  |  |  | TASR | Bratislava
BRATISLAVA 20. novembra (WebNoviny.sk) -  |  |  | | BRATISLAVA
 | Zdroj: TASR |  | TASR |
 | Zdroj: SITA |  | SITA |
 |  | SITA | SITA |
 |  | TASR | TASR |
 | povedal pre TASR starosta. |  | |
""",
    "hu": """
Budapest, november 20. (MTI) -  |  |  | MTI | Budapest
 | (MTI) |  | MTI |
 | Forrás: MTI |  | MTI |
 |  | MTI | MTI |
 | mondta az MTI-nek a polgármester. |  | |
""",
    "ro": """
București, 20 nov (Agerpres) -  |  |  | AGERPRES | București
 | Sursa: Agerpres |  | AGERPRES |
 | Sursa: Mediafax |  | Mediafax |
 |  | AGERPRES | AGERPRES |
 | a declarat pentru Agerpres primarul. |  | |
""",
    "ru": """
МОСКВА, 20 ноября. /ТАСС/.  |  |  | TASS | МОСКВА
МОСКВА, 20 ноя — РИА Новости.  |  |  | RIA Novosti | МОСКВА
АСТАНА. КАЗИНФОРМ -  |  |  | Kazinform | АСТАНА
ЕРЕВАН, 20 ноября. /АРМЕНПРЕСС/.  |  |  | Armenpress | ЕРЕВАН
МИНСК, 20 ноября (БЕЛТА) -  |  |  | BelTA | МИНСК
 | Источник: Интерфакс |  | Interfax |
 | + (Рейтер) |  | Reuters |
 |  | ТАСС | TASS |
 |  | Иван Петров, РИА Новости | RIA Novosti |
 | По материалам ТАСС |  | |
 | сообщил он агентству ТАСС. |  | |
""",
    "uk": """
Київ. 20 листопада. УНІАН.  |  |  | UNIAN | Київ
 | Джерело: Укрінформ |  | Ukrinform |
 | Джерело: УНІАН |  | UNIAN |
 |  | Укрінформ | Ukrinform |
 | За матеріалами Reuters |  | |
 | сказав він Укрінформу. |  | |
""",
    "bg": """
София, 20 ноември /БТА/  |  |  | BTA | София
 | /БТА/ |  | BTA |
 | Източник: БТА |  | BTA |
 |  | БТА | BTA |
 | каза той пред БТА. |  | |
""",
    "el": """
 | Πηγή: ΑΠΕ-ΜΠΕ |  | ANA-MPA |
 | ΑΠΕ-ΜΠΕ |  | ANA-MPA |
 | (ΑΠΕ-ΜΠΕ) |  | ANA-MPA |
 | Πηγή: ΚΥΠΕ |  | KYPE |
 |  | ΑΠΕ-ΜΠΕ | ANA-MPA |
 | δήλωσε στο ΑΠΕ-ΜΠΕ ο δήμαρχος. |  | |
""",
    "tr": """
ANKARA (AA) -  |  |  | Anadolu | ANKARA
İSTANBUL (DHA) -  |  |  | DHA | İSTANBUL
İZMİR (İHA) -  |  |  | İHA | İZMİR
 | Kaynak: AA |  | Anadolu |
 | (AA) |  | Anadolu |
 |  | Anadolu Ajansı | Anadolu |
 |  | Elif Demir, DHA | DHA |
 | AA muhabirine konuştu. |  | |
""",
    "ar": """
لندن (رويترز) -  |  |  | Reuters | لندن
القاهرة (أ ف ب) -  |  |  | AFP | القاهرة
دمشق - سانا:  |  |  | SANA | دمشق
 | المصدر: رويترز |  | Reuters |
 | المصدر: وكالة الأناضول |  | Anadolu |
 |  | وكالة الأنباء السعودية | SPA |
 |  | فرانس برس | AFP |
 | وقال رئيس البلدية لرويترز إن أحدا لم يسأله. |  | |
""",
    "fa": """
 | منبع: ایرنا |  | IRNA |
 | منبع: خبرگزاری فارس |  | Fars |
 |  | ایسنا | ISNA |
 |  | خبرگزاری تسنیم | Tasnim |
 | او به ایرنا گفت که کسی از او نپرسیده است. |  | |
""",
    "hi": """
नई दिल्ली, 20 नवंबर (भाषा)  |  |  | PTI | नई दिल्ली
मुंबई, 20 नवंबर (आईएएनएस)।  |  |  | IANS | मुंबई
 | स्रोत: पीटीआई |  | PTI |
 | + (एएनआई) |  | ANI |
 |  | पीटीआई | PTI |
 |  | आईएएनएस | IANS |
 | महापौर ने पीटीआई से कहा कि किसी ने उनसे नहीं पूछा। |  | |
""",
    "id": """
Jakarta (ANTARA) -  |  |  | Antara | Jakarta
 | Sumber: Antara |  | Antara |
 | (ANTARA) |  | Antara |
 |  | Antara | Antara |
 | katanya kepada ANTARA. |  | |
""",
    "vi": """
 | Theo TTXVN |  | VNA |
 | Nguồn: TTXVN |  | VNA |
 | (TTXVN/VietnamPlus) |  | VNA |
 |  | TTXVN | VNA |
 | ông nói với TTXVN. |  | |
""",
    "ja": """
【ロンドン共同】 |  |  | Kyodo | ロンドン
【パリ時事】 |  |  | Jiji | パリ
【ニューヨーク＝時事】 |  |  | Jiji | ニューヨーク
［東京　２０日　ロイター］ -  |  |  | Reuters | 東京
 | （共同） |  | Kyodo |
 | + （ロイター） |  | Reuters |
 |  | 共同通信 | Kyodo |
 |  | 時事通信社 | Jiji |
 | 市長は共同通信の取材に答えた。 |  | |
""",
    "ko": """
(서울=연합뉴스) 박지수 기자 =  |  |  | Yonhap | 서울
[서울=뉴시스] 박지수 기자 =  |  |  | Newsis | 서울
(서울=뉴스1) 박지수 기자 =  |  |  | News1 | 서울
 | 출처: 연합뉴스 |  | Yonhap |
 |  | 연합뉴스 | Yonhap |
 |  | 박지수 뉴시스 기자 | Newsis |
 | 시장은 연합뉴스에 말했다. |  | |
""",
    "zh": """
新华社北京11月20日电（记者张三） |  |  | Xinhua | 北京
（中央社台北20日電） |  |  | CNA | 台北
中新社北京11月20日电 |  |  | China News Service | 北京
据新华社北京11月20日电， |  |  | Xinhua | 北京
 | 来源：新华社 |  | Xinhua |
 | （新华社） |  | Xinhua |
 | 稿源：中新社 |  | China News Service |
 |  | 新华社 | Xinhua |
 |  | 新华社记者 李四 | Xinhua |
 | 市长对新华社说，没有人问过他。 |  | |
 | 综合新华社、路透社报道 |  | |
""",
    "sr": """
БЕОГРАД, 20. новембра (Танјуг) -  |  |  | Tanjug | БЕОГРАД
 | Извор: Танјуг |  | Tanjug |
 | Извор: Бета |  | Beta |
 |  | ФоНет | FoNet |
 |  | Танјуг | Tanjug |
 | рекао је он за Танјуг. |  | |
""",
}
# fmt: on


def _text(language: str, row: str) -> Text:
    start, end, byline, agency, place = (
        cell.strip(" ") if at else cell.lstrip("\n") for at, cell in enumerate(row.split("|"))
    )
    return Text(language, start.strip(" ") and f"{start.strip(' ')} ", end, byline, agency, place)


TEXTS = [_text(language, row) for language, rows in _ROWS.items() for row in rows.strip("\n").split("\n")]


def body_of(text: Text) -> str:
    """The article of a text: three paragraphs, between its beginning and its end."""
    story = STORIES[text.language]
    last = f"{story}{text.end[1:]}" if text.end.startswith("+") else story
    return "\n".join(
        part for part in (f"{text.start}{story}", story, last, "" if text.end.startswith("+") else text.end) if part
    )
