"""News agencies by code: the names that bylines, datelines and credit lines print for them, and how to find those in a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One news agency."""

    code: str
    """What stands in ``articles.agency``."""
    names: tuple[str, ...]
    """Names and initials as printed, the full one first; matched as whole words."""
    country: str
    """ISO 3166 code of its seat."""
    ambiguous: tuple[str, ...] = ()
    """Those of its names that are other things too (a state, a party, a first name): they count only in a wire position."""


def _agency(code: str, country: str, *names: str, ambiguous: tuple[str, ...] = ()) -> Agency:
    return Agency(code=code, country=country, names=(*names, *ambiguous), ambiguous=ambiguous)


AGENCIES: dict[str, Agency] = {
    agency.code: agency
    for agency in (
        # The world's.
        _agency(
            "AP",
            "US",
            "The Associated Press",
            "Associated Press",
            "美联社",
            "美聯社",
            "AP通信",
            "АП",
            ambiguous=("AP",),
        ),
        _agency(
            "Reuters", "GB", "Thomson Reuters", "Reuters", "路透社", "路透", "ロイター", "Рейтер", "رويترز", "로이터"
        ),
        _agency(
            "AFP",
            "FR",
            "Agence France-Presse",
            "Agence France Presse",
            "AFP",
            "法新社",
            "ＡＦＰ",
            "АФП",
            "أ ف ب",
            "ا ف ب",
        ),
        _agency("Bloomberg", "US", "Bloomberg News", "Bloomberg L.P.", "彭博社", ambiguous=("Bloomberg",)),
        _agency("UPI", "US", "United Press International", "UPI"),
        _agency("Dow Jones", "US", "Dow Jones Newswires", "Dow Jones Newswire"),
        # Europe.
        _agency("PA", "GB", "PA Media", "Press Association", "PA News Agency", ambiguous=("PA",)),
        _agency("dpa", "DE", "Deutsche Presse-Agentur", "Deutsche Presse Agentur", "dpa-AFX", "dpa", "DPA"),
        _agency("SID", "DE", "Sport-Informations-Dienst", ambiguous=("SID", "sid")),
        _agency("epd", "DE", "Evangelischer Pressedienst", ambiguous=("epd",)),
        _agency("KNA", "DE", "Katholische Nachrichten-Agentur", ambiguous=("KNA",)),
        _agency("APA", "AT", "Austria Presse Agentur", "Austria Press Agency", "APA-OTS", ambiguous=("APA", "apa")),
        _agency(
            "Keystone-ATS",
            "CH",
            "Keystone-ATS",
            "Keystone-SDA",
            "Schweizerische Depeschenagentur",
            "Agence télégraphique suisse",
            ambiguous=("SDA", "sda", "ATS", "ats"),
        ),
        _agency("EFE", "ES", "Agencia EFE", "EFE", ambiguous=("Efe",)),
        _agency("Europa Press", "ES", "Europa Press"),
        _agency("Lusa", "PT", "Agência Lusa", "Lusa News Agency", ambiguous=("Lusa", "LUSA")),
        _agency("ANSA", "IT", "Agenzia ANSA", "ANSA", ambiguous=("Ansa",)),
        _agency("Adnkronos", "IT", "Adnkronos"),
        _agency("ANP", "NL", "Algemeen Nederlands Persbureau", ambiguous=("ANP",)),
        _agency("Belga", "BE", "Agence Belga", "Belga News Agency", "Belga"),
        _agency("TT", "SE", "TT Nyhetsbyrån", "Tidningarnas Telegrambyrå", "TT News Agency", ambiguous=("TT",)),
        _agency("NTB", "NO", "Norsk Telegrambyrå", "NTB"),
        _agency("Ritzau", "DK", "Ritzaus Bureau", "Ritzau"),
        _agency("STT", "FI", "Suomen Tietotoimisto", "STT-Lehtikuva", "Finnish News Agency", ambiguous=("STT",)),
        _agency("BNS", "LT", "Baltic News Service", ambiguous=("BNS",)),
        _agency("PAP", "PL", "Polska Agencja Prasowa", "Polish Press Agency", ambiguous=("PAP",)),
        _agency("CTK", "CZ", "Česká tisková kancelář", "Czech News Agency", "ČTK", ambiguous=("CTK",)),
        _agency("TASR", "SK", "Tlačová agentúra Slovenskej republiky", "TASR"),
        _agency("MTI", "HU", "Magyar Távirati Iroda", "Hungarian News Agency", ambiguous=("MTI",)),
        _agency("AGERPRES", "RO", "Agerpres"),
        _agency("BTA", "BG", "Bulgarian News Agency", "Българска телеграфна агенция", ambiguous=("BTA", "БТА")),
        _agency("Hina", "HR", "Hrvatska izvještajna novinska agencija", ambiguous=("HINA",)),
        _agency("Tanjug", "RS", "Tanjug", "Танјуг"),
        _agency("ANA-MPA", "GR", "Athens-Macedonian News Agency", "ANA-MPA", "ΑΠΕ-ΜΠΕ"),
        _agency(
            "TASS",
            "RU",
            "Russian News Agency TASS",
            "TASS",
            "Агентство ТАСС",
            "ИТАР-ТАСС",
            "ITAR-TASS",
            "ТАСС",
            "塔斯社",
        ),
        _agency("Interfax", "RU", "Interfax", "INTERFAX.RU", "Интерфакс"),
        _agency("RIA Novosti", "RU", "RIA Novosti", "РИА Новости"),
        _agency("Ukrinform", "UA", "Ukrinform", "Укринформ", "Укрінформ"),
        _agency("Interfax-Ukraine", "UA", "Interfax-Ukraine", "Интерфакс-Украина", "Інтерфакс-Україна"),
        _agency("UNIAN", "UA", "UNIAN", "УНИАН", "УНІАН"),
        _agency("BelTA", "BY", "BelTA", "БЕЛТА"),
        # Middle East and Africa.
        _agency(
            "Anadolu",
            "TR",
            "Anadolu Agency",
            "Anadolu Ajansı",
            "Anadolu",
            "وكالة الأناضول",
            "الأناضول",
            ambiguous=("AA",),
        ),
        _agency("WAM", "AE", "Emirates News Agency", "وكالة أنباء الإمارات", ambiguous=("WAM", "وام")),
        _agency("SPA", "SA", "Saudi Press Agency", "وكالة الأنباء السعودية", ambiguous=("SPA", "واس")),
        _agency("QNA", "QA", "Qatar News Agency", "وكالة الأنباء القطرية", ambiguous=("QNA", "قنا")),
        _agency("KUNA", "KW", "Kuwait News Agency", "KUNA", "كونا"),
        _agency("Petra", "JO", "Jordan News Agency", ambiguous=("PETRA", "بترا")),
        _agency("MENA", "EG", "Middle East News Agency", "أ ش أ", ambiguous=("MENA",)),
        _agency("IRNA", "IR", "Islamic Republic News Agency", "IRNA", "ایرنا", "إرنا"),
        _agency("ISNA", "IR", "Iranian Students' News Agency", "ایسنا", ambiguous=("ISNA",)),
        _agency("MAP", "MA", "Maghreb Arabe Presse", ambiguous=("MAP",)),
        _agency("NAN", "NG", "News Agency of Nigeria", ambiguous=("NAN",)),
        # Asia and the Pacific.
        _agency("Xinhua", "CN", "Xinhua News Agency", "Xinhua", "新华社", "新華社", "新华网", "Синьхуа", "شينخوا"),
        _agency("China News Service", "CN", "China News Service", "中国新闻社", "中新社", "中新网"),
        _agency("CNA", "TW", "Central News Agency", "中央通訊社", "中央社", ambiguous=("CNA",)),
        _agency("Kyodo", "JP", "Kyodo News", "Kyodo", "共同通信社", "共同通信", "共同社", ambiguous=("共同",)),
        _agency("Jiji", "JP", "Jiji Press", "時事通信社", "時事通信", "时事社", ambiguous=("Jiji", "JIJI", "時事")),
        _agency("Yonhap", "KR", "Yonhap News Agency", "Yonhap", "연합뉴스", "韩联社", "韓聯社", "聯合ニュース"),
        _agency("Newsis", "KR", "Newsis", "뉴시스"),
        _agency("KCNA", "KP", "Korean Central News Agency", "KCNA", "조선중앙통신", "朝中社", "朝鮮中央通信"),
        _agency("PTI", "IN", "Press Trust of India", "PTI", "पीटीआई", ambiguous=("भाषा",)),
        _agency("ANI", "IN", "Asian News International", "एएनआई", ambiguous=("ANI",)),
        _agency("IANS", "IN", "Indo-Asian News Service", "IANS", "आईएएनएस"),
        _agency("UNI", "IN", "United News of India", ambiguous=("UNI", "वार्ता")),
        _agency("APP", "PK", "Associated Press of Pakistan", ambiguous=("APP",)),
        _agency("Bernama", "MY", "Bernama"),
        _agency("Antara", "ID", "LKBN Antara", "Antara News", ambiguous=("Antara", "ANTARA")),
        _agency("VNA", "VN", "Vietnam News Agency", "TTXVN", ambiguous=("VNA",)),
        _agency("PNA", "PH", "Philippine News Agency", ambiguous=("PNA",)),
        _agency("AAP", "AU", "Australian Associated Press", ambiguous=("AAP",)),
        # The Americas.
        _agency("CP", "CA", "The Canadian Press", "Canadian Press", "La Presse canadienne", ambiguous=("CP",)),
        _agency("Agência Brasil", "BR", "Agência Brasil"),
        _agency("Prensa Latina", "CU", "Prensa Latina"),
        _agency("Télam", "AR", "Télam", ambiguous=("Telam",)),
        # The fictional one of examples/newsroom.
        _agency("MPA", "XX", "Meridian Press Agency", ambiguous=("MPA",)),
    )
}
