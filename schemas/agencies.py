"""News agencies: their codes, the names that bylines, datelines and credit lines print for them, and their own sites.

A sources file may add agencies (``[[agency]]``). Functions take those as ``own``, and know the agencies of this table anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One news agency."""

    code: str
    """What stands in ``articles.agency``."""
    names: tuple[str, ...]
    """Names and initials as printed, the full one first; matched as whole words."""
    ambiguous: tuple[str, ...] = ()
    """Those of its names that are other things too (a state, a party, a first name): they count only in a wire position."""
    domains: tuple[str, ...] = ()
    """Its own sites: hosts in lower case. What lies under them, such as ``www.``, belongs to them."""
    countries: tuple[str, ...] = ()
    """ISO 3166 codes, in capitals: the country of its seat first."""


def all_agencies(own: tuple[Agency, ...] = ()) -> dict[str, Agency]:
    """Agencies by code: those of the table and ``own``, which win."""
    return AGENCIES | {agency.code: agency for agency in own}


def agency_of_host(host: str, own: tuple[Agency, ...] = ()) -> Agency | None:
    """The agency on whose own site a host lies: ``www.ansa.it`` on ``ansa.it``; None for any other host."""
    sites = _sites(own)
    while host:
        if host in sites:
            return sites[host]
        host = host.partition(".")[2]
    return None


@lru_cache(maxsize=8)
def _sites(own: tuple[Agency, ...]) -> dict[str, Agency]:
    return {domain: agency for agency in all_agencies(own).values() for domain in agency.domains}


def _agency(
    code: str, country: str, *names: str, ambiguous: tuple[str, ...] = (), domains: tuple[str, ...] = ()
) -> Agency:
    return Agency(code=code, names=(*names, *ambiguous), ambiguous=ambiguous, domains=domains, countries=(country,))


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
            domains=("apnews.com", "ap.org"),
        ),
        _agency(
            "Reuters",
            "GB",
            "Thomson Reuters",
            "Reuters",
            "路透社",
            "路透",
            "ロイター",
            "Рейтер",
            "رويترز",
            "로이터",
            domains=("reuters.com",),
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
            domains=("afp.com",),
        ),
        _agency(
            "Bloomberg",
            "US",
            "Bloomberg News",
            "Bloomberg L.P.",
            "彭博社",
            ambiguous=("Bloomberg",),
            domains=("bloomberg.com",),
        ),
        _agency("UPI", "US", "United Press International", "UPI", domains=("upi.com",)),
        _agency("Dow Jones", "US", "Dow Jones Newswires", "Dow Jones Newswire"),
        # Europe.
        _agency(
            "PA", "GB", "PA Media", "Press Association", "PA News Agency", ambiguous=("PA",), domains=("pa.media",)
        ),
        _agency(
            "dpa",
            "DE",
            "Deutsche Presse-Agentur",
            "Deutsche Presse Agentur",
            "dpa-AFX",
            "dpa",
            "DPA",
            domains=("dpa.com",),
        ),
        _agency("SID", "DE", "Sport-Informations-Dienst", ambiguous=("SID", "sid"), domains=("sid.de",)),
        _agency("epd", "DE", "Evangelischer Pressedienst", ambiguous=("epd",), domains=("epd.de",)),
        _agency("KNA", "DE", "Katholische Nachrichten-Agentur", ambiguous=("KNA",), domains=("kna.de",)),
        _agency(
            "APA",
            "AT",
            "Austria Presse Agentur",
            "Austria Press Agency",
            "APA-OTS",
            ambiguous=("APA", "apa"),
            domains=("apa.at",),
        ),
        _agency(
            "Keystone-ATS",
            "CH",
            "Keystone-ATS",
            "Keystone-SDA",
            "Schweizerische Depeschenagentur",
            "Agence télégraphique suisse",
            ambiguous=("SDA", "sda", "ATS", "ats"),
            domains=("keystone-sda.ch", "keystone-ats.ch"),
        ),
        _agency("EFE", "ES", "Agencia EFE", "EFE", ambiguous=("Efe",), domains=("efe.com",)),
        _agency("Europa Press", "ES", "Europa Press", domains=("europapress.es",)),
        _agency("Lusa", "PT", "Agência Lusa", "Lusa News Agency", ambiguous=("Lusa", "LUSA"), domains=("lusa.pt",)),
        _agency("ANSA", "IT", "Agenzia ANSA", "ANSA", ambiguous=("Ansa",), domains=("ansa.it",)),
        _agency("Adnkronos", "IT", "Adnkronos", domains=("adnkronos.com",)),
        _agency(
            "AGI",
            "IT",
            "Agenzia Giornalistica Italia",
            "Agenzia Italia",
            "Agenzia AGI",
            ambiguous=("AGI", "Agi"),
            domains=("agi.it",),
        ),
        _agency("ANP", "NL", "Algemeen Nederlands Persbureau", ambiguous=("ANP",), domains=("anp.nl",)),
        _agency(
            "Belga", "BE", "Agence Belga", "Belga News Agency", "Belga", domains=("belga.be", "belganewsagency.eu")
        ),
        _agency(
            "TT",
            "SE",
            "TT Nyhetsbyrån",
            "Tidningarnas Telegrambyrå",
            "TT News Agency",
            ambiguous=("TT",),
            domains=("tt.se",),
        ),
        _agency("NTB", "NO", "Norsk Telegrambyrå", "NTB", domains=("ntb.no",)),
        _agency("Ritzau", "DK", "Ritzaus Bureau", "Ritzau", domains=("ritzau.dk",)),
        _agency(
            "STT",
            "FI",
            "Suomen Tietotoimisto",
            "STT-Lehtikuva",
            "Finnish News Agency",
            ambiguous=("STT",),
            domains=("stt.fi",),
        ),
        _agency("BNS", "LT", "Baltic News Service", ambiguous=("BNS",), domains=("bns.lt",)),
        _agency("PAP", "PL", "Polska Agencja Prasowa", "Polish Press Agency", ambiguous=("PAP",), domains=("pap.pl",)),
        _agency(
            "CTK",
            "CZ",
            "Česká tisková kancelář",
            "Czech News Agency",
            "ČTK",
            ambiguous=("CTK",),
            domains=("ctk.cz", "ctk.eu", "ceskenoviny.cz"),
        ),
        _agency("TASR", "SK", "Tlačová agentúra Slovenskej republiky", "TASR", domains=("tasr.sk",)),
        _agency("MTI", "HU", "Magyar Távirati Iroda", "Hungarian News Agency", ambiguous=("MTI",), domains=("mti.hu",)),
        _agency("AGERPRES", "RO", "Agerpres", domains=("agerpres.ro",)),
        _agency(
            "BTA",
            "BG",
            "Bulgarian News Agency",
            "Българска телеграфна агенция",
            ambiguous=("BTA", "БТА"),
            domains=("bta.bg",),
        ),
        _agency(
            "Moldpres",
            "MD",
            "Agenția Informațională de Stat Moldpres",
            "Agenția de Stat Moldpres",
            "State News Agency Moldpres",
            "Moldpres",
            "Молдпрес",
            domains=("moldpres.md",),
        ),
        _agency(
            "STA",
            "SI",
            "Slovenska tiskovna agencija",
            "Slovenian Press Agency",
            "Slovene Press Agency",
            ambiguous=("STA",),
            domains=("sta.si",),
        ),
        _agency("Hina", "HR", "Hrvatska izvještajna novinska agencija", ambiguous=("HINA",), domains=("hina.hr",)),
        _agency("Tanjug", "RS", "Tanjug", "Танјуг", domains=("tanjug.rs",)),
        _agency(
            "FENA",
            "BA",
            "Federalna novinska agencija",
            "Federal News Agency of Bosnia and Herzegovina",
            ambiguous=("FENA", "Fena", "ФЕНА"),
            domains=("fena.ba",),
        ),
        _agency(
            "MINA",
            "ME",
            "Agencija MINA",
            "MINA News Agency",
            "MINA-business",
            "MINA Business",
            ambiguous=("MINA", "МИНА"),
            domains=("mina.news",),
        ),
        _agency(
            "MIA",
            "MK",
            "Медиумска информативна агенција",
            "Македонска информативна агенција",
            "Media Information Agency",
            "Macedonian Information Agency",
            ambiguous=("MIA", "МИА"),
            domains=("mia.mk", "mia.com.mk"),
        ),
        _agency(
            "ATA",
            "AL",
            "Agjencia Telegrafike Shqiptare",
            "Albanian Telegraphic Agency",
            "ATSH",
            ambiguous=("ATA",),
            domains=("ata.gov.al",),
        ),
        _agency("ANA-MPA", "GR", "Athens-Macedonian News Agency", "ANA-MPA", "ΑΠΕ-ΜΠΕ", domains=("amna.gr",)),
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
            domains=("tass.com", "tass.ru"),
        ),
        _agency("Interfax", "RU", "Interfax", "INTERFAX.RU", "Интерфакс", domains=("interfax.ru", "interfax.com")),
        _agency("RIA Novosti", "RU", "RIA Novosti", "РИА Новости", domains=("ria.ru",)),
        _agency("Ukrinform", "UA", "Ukrinform", "Укринформ", "Укрінформ", domains=("ukrinform.net", "ukrinform.ua")),
        _agency(
            "Interfax-Ukraine",
            "UA",
            "Interfax-Ukraine",
            "Интерфакс-Украина",
            "Інтерфакс-Україна",
            domains=("interfax.com.ua",),
        ),
        _agency("UNIAN", "UA", "UNIAN", "УНИАН", "УНІАН", domains=("unian.net", "unian.ua", "unian.info")),
        _agency("BelTA", "BY", "BelTA", "БЕЛТА", domains=("belta.by",)),
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
            domains=("aa.com.tr",),
        ),
        _agency(
            "WAM", "AE", "Emirates News Agency", "وكالة أنباء الإمارات", ambiguous=("WAM", "وام"), domains=("wam.ae",)
        ),
        _agency(
            "SPA",
            "SA",
            "Saudi Press Agency",
            "وكالة الأنباء السعودية",
            ambiguous=("SPA", "واس"),
            domains=("spa.gov.sa",),
        ),
        _agency(
            "QNA", "QA", "Qatar News Agency", "وكالة الأنباء القطرية", ambiguous=("QNA", "قنا"), domains=("qna.org.qa",)
        ),
        _agency(
            "BNA",
            "BH",
            "Bahrain News Agency",
            "وكالة أنباء البحرين",
            ambiguous=("BNA", "بنا"),
            domains=("bna.bh",),
        ),
        _agency(
            "NNA",
            "LB",
            "Lebanese National News Agency",
            "Lebanon's National News Agency",
            "Agence nationale de l'information",
            "الوكالة الوطنية للإعلام",
            ambiguous=("National News Agency", "NNA"),
            domains=("nna-leb.gov.lb",),
        ),
        _agency("KUNA", "KW", "Kuwait News Agency", "KUNA", "كونا", domains=("kuna.net.kw",)),
        _agency("Petra", "JO", "Jordan News Agency", ambiguous=("PETRA", "بترا"), domains=("petra.gov.jo",)),
        _agency("MENA", "EG", "Middle East News Agency", "أ ش أ", ambiguous=("MENA",), domains=("mena.org.eg",)),
        _agency("IRNA", "IR", "Islamic Republic News Agency", "IRNA", "ایرنا", "إرنا", domains=("irna.ir",)),
        _agency("ISNA", "IR", "Iranian Students' News Agency", "ایسنا", ambiguous=("ISNA",), domains=("isna.ir",)),
        _agency(
            "Mehr",
            "IR",
            "Mehr News Agency",
            "Mehr News",
            "خبرگزاری مهر",
            "وكالة مهر للأنباء",
            ambiguous=("MNA", "مهر"),
            domains=("mehrnews.com",),
        ),
        _agency("MAP", "MA", "Maghreb Arabe Presse", ambiguous=("MAP",), domains=("mapnews.ma",)),
        _agency("NAN", "NG", "News Agency of Nigeria", ambiguous=("NAN",), domains=("nannews.ng",)),
        _agency("GNA", "GH", "Ghana News Agency", ambiguous=("GNA",), domains=("gna.org.gh",)),
        _agency(
            "SAnews",
            "ZA",
            "South African Government News Agency",
            "SAnews.gov.za",
            "SAnews",
            "BuaNews",
            domains=("sanews.gov.za",),
        ),
        _agency(
            "ACP",
            "CD",
            "Agence congolaise de presse",
            "Agence Congolaise de Presse",
            ambiguous=("ACP",),
            domains=("acp.cd", "acpcongo.com"),
        ),
        # Asia and the Pacific.
        _agency(
            "Xinhua",
            "CN",
            "Xinhua News Agency",
            "Xinhua",
            "新华社",
            "新華社",
            "新华网",
            "Синьхуа",
            "شينخوا",
            domains=("news.cn", "xinhuanet.com"),
        ),
        _agency(
            "China News Service",
            "CN",
            "China News Service",
            "中国新闻社",
            "中新社",
            "中新网",
            domains=("chinanews.com.cn", "chinanews.com", "ecns.cn"),
        ),
        _agency(
            "CNA",
            "TW",
            "Central News Agency",
            "中央通訊社",
            "中央社",
            ambiguous=("CNA",),
            domains=("cna.com.tw", "focustaiwan.tw"),
        ),
        _agency(
            "Kyodo",
            "JP",
            "Kyodo News",
            "Kyodo",
            "共同通信社",
            "共同通信",
            "共同社",
            ambiguous=("共同",),
            domains=("kyodonews.net", "kyodonews.jp", "kyodo.co.jp"),
        ),
        _agency(
            "Jiji",
            "JP",
            "Jiji Press",
            "時事通信社",
            "時事通信",
            "时事社",
            ambiguous=("Jiji", "JIJI", "時事"),
            domains=("jiji.com",),
        ),
        _agency(
            "Yonhap",
            "KR",
            "Yonhap News Agency",
            "Yonhap",
            "연합뉴스",
            "韩联社",
            "韓聯社",
            "聯合ニュース",
            domains=("yna.co.kr",),
        ),
        _agency("Newsis", "KR", "Newsis", "뉴시스", domains=("newsis.com",)),
        _agency(
            "KCNA",
            "KP",
            "Korean Central News Agency",
            "KCNA",
            "조선중앙통신",
            "朝中社",
            "朝鮮中央通信",
            domains=("kcna.kp",),
        ),
        _agency("PTI", "IN", "Press Trust of India", "PTI", "पीटीआई", ambiguous=("भाषा",), domains=("ptinews.com",)),
        _agency("ANI", "IN", "Asian News International", "एएनआई", ambiguous=("ANI",), domains=("aninews.in",)),
        _agency("IANS", "IN", "Indo-Asian News Service", "IANS", "आईएएनएस", domains=("ians.in",)),
        _agency("UNI", "IN", "United News of India", ambiguous=("UNI", "वार्ता"), domains=("uniindia.com",)),
        _agency("APP", "PK", "Associated Press of Pakistan", ambiguous=("APP",), domains=("app.com.pk",)),
        _agency("Bernama", "MY", "Bernama", domains=("bernama.com",)),
        _agency(
            "Antara", "ID", "LKBN Antara", "Antara News", ambiguous=("Antara", "ANTARA"), domains=("antaranews.com",)
        ),
        _agency(
            "VNA", "VN", "Vietnam News Agency", "TTXVN", ambiguous=("VNA",), domains=("vnanet.vn", "vietnamplus.vn")
        ),
        _agency("PNA", "PH", "Philippine News Agency", ambiguous=("PNA",), domains=("pna.gov.ph",)),
        _agency("AAP", "AU", "Australian Associated Press", ambiguous=("AAP",), domains=("aap.com.au",)),
        # The Americas.
        _agency(
            "CP",
            "CA",
            "The Canadian Press",
            "Canadian Press",
            "La Presse canadienne",
            ambiguous=("CP",),
            domains=("thecanadianpress.com",),
        ),
        _agency("Agência Brasil", "BR", "Agência Brasil", domains=("agenciabrasil.ebc.com.br",)),
        _agency("Prensa Latina", "CU", "Prensa Latina", domains=("prensa-latina.cu", "plenglish.com")),
        _agency("Télam", "AR", "Télam", ambiguous=("Telam",), domains=("telam.com.ar",)),
    )
}
"""The known agencies by code."""
