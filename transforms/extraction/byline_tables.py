"""Words and patterns for bylines: everything that is printed around names, in the languages that most news is printed in.

In order: scripts; dates, addresses and brackets; labels of work (who wrote, who did something else); what is no person (roles, desks,
places, companies); separators of names. A word belongs here if many publishers print it around names. Names of agencies have their own
table in ``schemas.agencies``.
"""

from __future__ import annotations

import re
from functools import cache

from transforms.extraction import calendar, patterns
from transforms.extraction.patterns import any_of

HAN = r"\u3005\u3400-\u4dbf\u4e00-\u9fff"
KANA = r"\u3040-\u30ff\u31f0-\u31ff"
HANGUL = r"\uac00-\ud7af"

# Surnames that begin most Chinese and Korean names: they distinguish "张三·李四" (two people) from "约翰·史密斯" (one).
HAN_SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹彭曾肖萧蕭田董"
    "袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫"
    "段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯"
)
HANGUL_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염추도소"
    "석선설마길연위표명기반왕금옥육인맹제"
)

_PEOPLE = frozenset(
    "april august augusta avril juna june jun jul jula julius junius liepa mai maj marc marco mart marti martie may mei nisan יוני".split()
)
"""Months and weekdays that are also names of people, some of them only without accents."""
MONTHS = frozenset({"sept", *calendar.FULL_MONTHS} - _PEOPLE)
WEEKDAYS = frozenset({*"mon tue tues wed thu thur thurs fri sat sun".split(), *calendar.WEEKDAYS} - _PEOPLE)


@cache
def date() -> re.Pattern[str]:
    """A date in a byline, with weekday and clock. Compiled on first use, because that takes 40 ms."""
    month = rf"{patterns.month()}(?![^\W\d_])\.?"
    zone = rf"(?:uhr|{patterns.zone()})"
    weekday = any_of(WEEKDAYS)
    weekday_before = (
        rf"(?:{weekday}\b[.,]{{0,2}}"
        rf"|{any_of(calendar.SHORT_WEEKDAYS)}(?:[.,]{{1,2}}|\b(?=\s+\d{{1,2}}(?:[.\s]|st|nd|rd|th))))"
    )
    return re.compile(
        rf"(?:\b(?:(?:on|am|le|el|il|op|den)\s+)?{weekday_before}\s+(?:(?:the|den|der|le|el)\s+)?)?(?:"
        r"\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|\d{1,2}月\d{1,2}日"
        r"|\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d\S*)?"
        r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b"
        rf"|\b{month}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?|\d{{4}}\b)"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th|\.|º|er)?\s+(?:de\s+)?{month}(?:,?\s+(?:de\s+)?\d{{4}}\b)?"
        rf"|\b\d{{1,2}}[:.h]\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?(?:\s*{zone}\b)?"
        rf"|\b\d{{1,2}}\s*(?:[ap]\.?m\b\.?|uhr\b)(?:\s*{zone}\b)?"
        r"|\b(?:19|20)\d\d\b"
        r"|\b\d+\s+(?:sec\w*|min\w*|hours?|hrs?|days?|weeks?|months?)\s+ago\b|\bvor\s+\d+\s+(?:minuten?|stunden?|tag(?:en)?|wochen?)\b"
        r"|\bil y a \d+\s+\w+|\bhace \d+\s+\w+|\bhá \d+\s+\w+"
        r"|星期[一二三四五六日天]|[月火水木金土日]曜日|[월화수목금토일]요일)"
        rf"|\b(?:(?:on|am|le|el)\s+)?{weekday}\b(?:,|(?=\s*\|))",
        re.IGNORECASE,
    )


_MAY_BE_DATED = re.compile(r"[\d,|星曜요]")
"""Characters of which every date has one. Most names have none, and the pattern of dates takes a microsecond a character."""


def date_in(text: str) -> re.Match[str] | None:
    """The first date in a byline."""
    return date().search(text) if _MAY_BE_DATED.search(text) else None


def without_dates(text: str, instead: str) -> str:
    """A byline with something instead of each date."""
    return date().sub(instead, text) if _MAY_BE_DATED.search(text) else text


BESIDE_DATES = frozenset(
    "at on am um à le el il den the de stand uhr h a p m of days day min read last first by posted online".split()
)
"""Words of a date line besides its stamps."""
SEPARATED = re.compile(r"(\s*[|¦•·\n]\s*|\s+[–—-]+\s+)")
"""What separates a date line from the names."""
WEB = re.compile(
    r"\b[^\s@]{1,64}@[^\s@]{1,100}\.\w+|@\w+|\bhttps?://\S+|\bwww\.\S+|\bmailto:\S*|\b\w{1,64}\[at\]\S+|"
    r"(?<![\w.])[\w-]{2,}(?:\.[\w-]+)*\.(?:com|org|net|info|co\.uk|de|at|ch|fr|es|it|pl|ru|ua|in|tv|news|eu|nl|se|"
    r"no|dk|cz|lt|is|jp|cn|br|mx|ar|cl|ca|au|uk)(?:/\S*)?\b(?!\.)",
    re.IGNORECASE,
)
TAG = re.compile(r"<[^<>]{0,500}>")
FEED_AUTHOR = re.compile(r"(?:mailto:)?[^\s@]{1,64}@[^\s@(]{1,100}\s*\((.+)\)\s*$")
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】|\{[^{}]*\}")

CODE = re.compile(r"[{}<>]|=>|\bfunction\b|[=;]\s*var\b|\(\)")
"""Scripts, styles and placeholders of templates."""
PHOTO_CREDIT = re.compile(r"©[^|;\n]*")

# Who did something other than writing. The label counts for everything after it, up to the next strong separator or label.
OTHER_WORK = re.compile(
    r"^(?:(?:edit(?:ing|ed)|translat(?:ion|ed|or)|photo\w*|pictures?|images?|illustrat\w+|graphics?|video|camera|"
    r"audio|produced|reviewed|fact[- ]check\w*)\s*(?:by\b|:)|"
    r"(?:foto\w*|bild(?:er)?|videos?|фото|illu|kamera|grafik|immagin[ei]|imagens?|fotografías?|zdjęcia)\s*(?:[:©]|"
    r"by\b|von\b|par\b|de\b|di\b)|(?:quelle|source|fuente|fonte|bron|kilde|källa)n?\s*:|"
    r"(?:übersetzt|übersetzung|adaptiert|redigiert|traduit|traduction|traducción|traducido|traduzione|tradução|"
    r"перевод|редактор|tłumaczenie)\b|(?:责任编辑|責任編輯|编辑|編輯|摄影|攝影|撮影|写真|イラスト|翻译|翻譯|翻訳|监制|校对|사진)\s*[:：/／\s])",
    re.IGNORECASE,
)
WORK = re.compile(
    r"(?<=[\s;,./(])(?=(?:edit(?:ing|ed)|translat(?:ion|ed)|photo\w*|pictures?|illustrat\w+|graphics?|words|"
    r"written|writing|(?<!additional )reporting|additional reporting|text|texte|story|foto\w*|bild(?:er)?|"
    r"übersetzt|adaptiert|traduit|traducido)\s*(?:by\b|von\b|par\b|por\b|de l|:)|"
    r"(?:责任编辑|責任編輯|编辑|編輯|摄影|攝影|撮影|写真|イラスト|翻译|翻譯|翻訳)\s*[:：/／\s])",
    re.IGNORECASE,
)
"""Where a byline changes to another kind of work."""
BOTH_WORKS = re.compile(
    r"\b(?:text|texte|texto|words|story)\s*(?:\b(?:und|and|et|y|e)\b|[&+/])\s*\w+\s*(?::|\bby\b|\bvon\b|\bpar\b)\s*",
    re.IGNORECASE,
)
AFTERMATH = re.compile(
    r"(?:\b|(?-i:(?<=[a-z])(?=[A-Z])))(?:(?:first |last )?(?:published|updated|posted|modified)\b(?:\s+(?:on|at))?|"
    r"link copied|min(?:ute)?s? read|share\b|follow\b(?: us)?|bookmark\b|subscribe\b|stand:|lesedauer\b|zuletzt\b|"
    r"aktualisiert\b|veröffentlicht(?: am)?\b|publié le|mis à jour|publicado el|actualizado|see full bio|read more|"
    r"e-?mail\b|twitter\b|facebook\b|linkedin\b|see all(?: posts)?)",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"^(?:(?:show|see|view) all (?:posts|articles|stories) (?:by|of|from)\s+|"
    r"(?:(?:view all posts|posted|written|(?:additional )?reporting|reported|writing|words|text|story|stories|"
    r"report|analysis|review|opinion|comment|interview|article|essay|column|published|created|submitted) by|"
    r"(?:\w+ )?(?:kommentar|gastbeitrag|artikel|beitrag|bericht|analyse|interview|erstellt|verfasst|veröffentlicht|"
    r"geschrieben|aufgezeichnet|text|essay) von|(?:publiée?|écrit|rédigé|propos recueillis|texte) par|"
    r"(?:publicado|escrito|texto|reportagem) (?:por|de)|a cura di|testo di|(?:\w+ ){0,2}by|"
    r"(?:\w+ ){0,2}(?:beiträge|artikel) von|par|por|przez|από|автор(?:ы|и)?|текст|auteure?s?|"
    r"autor(?:es?|in|innen|/in)?|autorzy|autore|autori|author(?:s|\(s\))?|byline|texts?|texte|texto|words|door|"
    r"skrevet av|skriven av|tekst|af|av)(?:\s*[:：]\s*|\s+|$)|(?:von|di|da|de|oleh)\s*:\s*|"
    r"(?:本报|本社|本刊|特约)?(?:作者|記者|记者|著者|通讯员|取材・文|取材|文|文字|撰文|撰稿|報道|글|기자|작성자)(?:\s*[:：/／●]\s*|\s+)|"
    r"(?:本报|本社|本刊|特约|[\u4e00-\u9fff]{2,4}[社网報报])?(?:作者|記者|记者|著者|通讯员)\s*)",
    re.IGNORECASE,
)
PARTICLE_LABEL = re.compile(
    r"^(?:[Vv]on|VON|[Dd]i|DI|[Dd]a|[Oo]leh|de|[Nn]ga|[Oo]d|[Aa][fv])\s+(?=\S+\s+\S)|^(?:[Vv]on|di|da|oleh)\s+(?=\S+$)"
)
"""Words that mean "by" but also begin names (Di Maio, Da Silva, Oleh). Most capitalized ones are labels only before two more words."""

COLLECTIVE = re.compile(
    r"\b(?:staff|bureau|agencias|agências|agences|agenturen|agenzie|agencje|agenții|newsdesk|newsroom|desk|team|"
    r"crew|agencies|"
    r"wires?|newswires?|webteam|web team|editorial|editors|rédaction|redacción|redacció|redação|redazione|"
    r"redactie|redakcj[ai]|redakce|redakcia|"
    r"redakcija|uredništvo|redacția|redaksi|redaksia|redaksjonen|redaktionen|ritstjórn|szerkesztőség|zespół|"
    r"haber merkezi|"
    r"toimitus|редакц\w+|уредништво|редакція|агентства|σύνταξη|συντακτική|πρακτορεία|\w*redaktion|persbureaus|"
    r"byråer|bureauer|ajanslar|"
    r"ban biên tập|nhóm phóng viên|nhóm pv|tim redaksi|pressestelle|pressebüro|press office|מערכת|סוכנויות)\b|"
    r"فريق التحرير|هيئة التحرير|غرفة الأخبار|وكالات|تحریریه|سرویس|ڈیسک|डेस्क|ब्यूरो|ডেস্ক|প্রতিবেদক|প্রতিনিধি|"
    r"ทีมข่าว|กองบรรณาธิการ|"
    r"编辑部|編輯部|编辑组|記者組|記者组|編集部|取材班|報道部|편집부|취재팀|뉴스팀|디지털뉴스",
    re.IGNORECASE,
)
"""Words of desks and newsrooms."""
ROLE = re.compile(
    r"\b(?:staff|writers?|reporters?|correspondents?|editors?|journalists?|columnists?|contributors?|producers?|"
    r"photographers?|analysts?|anchor|commentators?|critic|blogger|freelancer?|intern|journaliste|rédacteur|"
    r"rédactrice|correspondante?|envoyée?|chroniqueu(?:r|se)|redactora?|periodistas?|corresponsal|enviad[oa]|"
    r"giornalista|inviat[oa]|jornalista|repórter|verslaggever|correspondente|journalisten?|dziennikar[zk]\w*|"
    r"korespondent\w*|"
    r"toimittaja|muhabir\w*|корреспондент\w*|кореспондент\w*|журналист\w*|обозреватель|оглядач|wartawan|pewarta|"
    r"jurnalis|mwandishi|"
    r"novinark?a?|новинар\w*|újságíró|tudósító|gazetar\w*|žurnalist\w*|blaðamaður|ajakirjanik|δημοσιογράφος|"
    r"συντάκτης|phóng viên|"
    r"författare|skribent|kommentator|politiker|spaltist|"
    r"\w*(?:(?:redakteur|korrespondent|reporter)(?:en|in|innen)?|redaktor|reporterin|volontär|volontärin|"
    r"journalistin|experte|expertin|autorin|redaktør|redaktör))\b|مراسل|صحفي|خبرنگار|संवाददाता|ผู้สื่อข่าว",
    re.IGNORECASE,
)
BEFORE_ROLE = re.compile(
    r"^(?:staff|senior|chief|lead|deputy|assistant|associate|managing|executive|national|political|politics|"
    r"sports?|business|economics?|economy|financ\w+|foreign|diplomatic|world|international|global|european?|asian?|"
    r"africa|middle|east|west|north|south|washington|home|health|medical|science|technology|tech|environment|"
    r"climate|energy|education|religion|legal|court|crime|defen[cs]e|security|military|royal|parliament\w*|city|"
    r"metro|local|state|regional|community|general|breaking|live|digital|online|news|data|video|audience|social|"
    r"media|culture|arts?|music|film|tv|television|food|travel|fashion|lifestyle|consumer|money|property|opinion|"
    r"features?|special|investigat\w+|freelance|contributing|former|guest|night|weekend|football|cricket|soccer|"
    r"basketball|rugby|tennis|golf|racing|boxing|athletics|olympics|motorsport|baseball|hockey|nfl|nba|mlb|nhl|"
    r"twitter|games?|gaming|books?|movies?|cars?|"
    r"motoring|transport\w*|housing|retail|style|beauty|wine|garden\w*|theat(?:re|er)|dance|opera|pop|rock|"
    r"weather|industry|"
    r"labou?r|banking|markets?|investments?|commodities|aviation|wellness|fitness|parenting|famil(?:y|ies)|"
    r"entertainment|"
    r"showbiz|celebrit(?:y|ies)|obituar(?:y|ies)|letters|ideas|audio|graphics|visuals?|design|research|standards|"
    r"engagement|"
    r"commerce|deals|reviews?|mobile|computing|ai|cyber\w*|space|nature|wildlife|agricultur\w*|farming|rural|"
    r"indigenous|race|"
    r"gender|immigration|justice|police|courts?|county|statehouse|capitol|congress\w*|white|house|westminster|"
    r"europe|china|"
    r"india|beijing|moscow|berlin|paris|london|brussels|jerusalem|personal|small|real|estate|human|rights|public|"
    r"affairs|"
    r"current|reader|page|front|sub|co|vice|principal|chef|chefs|our|the|a|an|by|and|leitende[rn]?|freie[rn]?|"
    r"politische[rn]?|stellvertretende[rn]?|"
    r"grand|grande|notre|nuestro|nuestra|il|la|le|de|del|der|die|das)$",
    re.IGNORECASE,
)
TAIL = re.compile(
    r"\s+(?:for|from|of|at|in|near|on|special to|exclusively|für|aus|bei|in|pour|à|au|chez|para|desde|en|em|per|"
    r"fra|frå|från|dla|для|из|в)\s+(?:the\s+)?\S.*$",
    re.IGNORECASE,
)
"""A preposition after a name with what follows: the outlet it wrote for, the place it wrote from."""

DANGLING = re.compile(
    r"\s+(?:for|For|FOR|from|of|OF|at|in|via|with|on|am|um|by|and|And|AND|für|und|pour|et|para|per|avec|con|mit|"
    r"og|och)(?:\s+[Tt]he)?\s*$"
)

CREDENTIAL = re.compile(
    r"^(?:Ph\.?D|M\.?D|M\.A|B\.A|M\.?Sc|B\.?Sc|MBA|MPH|J\.?D|Esq|RN|RDN?|FRCP|DDS|DVM|CPA|CFA|PsyD)\.?$"
)
SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
STATE = re.compile(
    r"^(?:Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|"
    r"Ore|Pa|Tenn|Tex|Va|Vt|Wash|Wis|Wyo|N\.[A-Z]|S\.[A-Z]|W\.Va|R\.I|D\.C|Ont|Que|Alta|Sask|B\.C)\.?$"
)
PLACES = frozenset(
    "new york|new york city|new delhi|los angeles|san francisco|san diego|san jose|hong kong|"
    "buenos aires|rio de janeiro|são paulo|sao paulo|mexico city|ciudad de méxico|cape town|tel aviv|"
    "abu dhabi|kuala lumpur|ho chi minh city|phnom penh|sri lanka|addis ababa|united states|"
    "united kingdom|united nations|south africa|south korea|north korea|saudi arabia|new zealand|"
    "the hague|den haag|st. petersburg|san salvador|santo domingo|west bank|east jerusalem|las vegas|"
    "new orleans|salt lake city|st. louis|washington dc|washington d.c|la paz|san juan|"
    "port au prince|frankfurt am main|nizhny novgorod|нижний новгород|middle east|costa rica|"
    "el salvador|puerto rico|czech republic|bad homburg".split("|")
)
NOBODY = frozenset(
    "admin|administrator|wordpressadmin|webmaster|super user|superuser|root|user|guest|gast|unknown|"
    "anonymous|anonym|null|none|nil|undefined|n/a|no author|author|autor|auteur|editor|publisher|"
    "various|various authors|hidden|test|site admin|news|default|others|other|and|more|et al|sources|"
    "source|press release|pressemitteilung|sponsored|advertisement|anzeige|red|int|ag|wire|archive|"
    "archiv|our own|written by|name|view all|by".split("|")
)
ORGANIZATION = re.compile(
    r"\b(?:news|nachrichten|noticias|notícias|notizie|nouvelles|actualités|wiadomości|haberler|haberleri|uutiset|"
    r"nyheter|nyheder|nieuws|zprávy|správy|hírek|știri|vijesti|vesti|новости|новини|вести|"
    r"times|shimbun|zeitung|magazine?|gmbh|ltd|limited|inc|llc|corp|corporation|company|verlag|"
    r"radio|\w*blatt|\w+zeitung|\w*anzeiger|\w*rundschau|tv|television|online|digital|agency|agence|agencia|"
    r"agência|agenzia|agentur|ajansı|"
    r"newspapers?|tribune|gazette|verband|bundesverband|\w+verband(?:es)?|ministerium|landesanstalt|behörde|"
    r"gesellschaft|"
    r"informationsstelle|abteilung|union|bund|co\.?\s+kg|fundación|fondation|asociación|associação|associazione|"
    r"vereniging|stichting|bundesministerium|ministry|ministère|ministerio|department|fraktion|foundation|"
    r"stiftung|university|"
    r"universität|université|universidad|institute?|institut|society|association|committee|council|channel|"
    r"network|group|gruppe|studios?|"
    r"presse|free press|e\.\s?v|reports?|services?|газета|агентство|агенция|агенція|"
    r"media|publishing|holding|club|verein|airlines?|bank|federation|alliance|bureau|newswire|wire|gazetesi|dergisi)\b|"
    r"(?:新聞|新闻|报社|日报|晚报|時报|时报|日報|通讯社|通信社|新聞社|支局|公司|研究所|委員会|委员会|電視|电视台|网|網|在线|オンライン|デジタル|"
    r"放送|テレビ|일보|신문|뉴스|방송|연합|통신|타임스)$",
    re.IGNORECASE,
)
"""Words of companies, media and public bodies."""
FURNITURE = re.compile(
    r"\b(?:kommentare?n?|(?:comments?)+|commentaires?|comentarios?|beiträge|articles?|account|profile?|newsletter|"
    r"podcast|"
    r"archives?|partner|hora de publicación|cookies?|javascript|all posts)\b",
    re.IGNORECASE,
)
"""Words of buttons and labels that no name has."""
UI_WORDS = frozenset(
    "blog blogs library archive get feed feeds authored size small medium large font text share print email mail copy link links "
    "download subscribe login log in out sign up register menu search home contact kontakt kontaktieren kontaktdaten "
    "alle all artikel article articles artikels anzeigen zeige mehr more read weiterlesen lesen view show hide next "
    "previous back click here tweet twitter facebook instagram linkedin whatsapp telegram pinterest youtube reddit "
    "xing rss follow folgen seguir suivre segui profil profile about über uber bio see posts post by von par por di "
    "de da door af av od der die das den the a an le la les el los las il lo autor autors autorin autoren author "
    "authors auteur auteurs autore autori writer name nombre nom nome hora fecha date datum data publicación "
    "publication del des du dell of from and und et y e o oder or to teilen drucken merken speichern partager "
    "imprimer compartir imprimir compartilhar condividi stampa delen udostępnij drukuj dela skriv dele skrive ut "
    "paylaş yazdır поделиться печать save saved gallery bilder photos photo foto video videos audio listen hören "
    "écouter escuchar play pause close schließen fermer cerrar open öffnen menü navigation skip zum zur inhalt "
    "content main comment comments kommentar kommentare commentaires comentarios reply antworten updated published "
    "aktualisiert veröffentlicht stand uhr min minute minutes minuten lesezeit lesedauer reading time topics themen "
    "tags tag thema category kategorie kategorien categories suche suchen add hinzufügen google preferred source "
    "quelle verfasst geschrieben written posted für for on am im auf ".split()
)
"""Words of buttons and labels. What has no other words is no name, though some of them are names too (Jane Small, Jimmy Page)."""
NOBODY_AT_ALL = re.compile(
    r"unknown|anonymous|anonym|null|none|nil|undefined|n/a|no author|guest|gast|user|root|test|hidden|default|"
    r"others?|various|"
    r"sources?|super ?user|webmaster|(?:site )?admin(?:istrator)?|wordpressadmin|archive?|news|name|sponsored|"
    r"advertisement|anzeige|and|more|by",
    re.IGNORECASE,
)
"""What stands in an author's place and names nobody, not even a desk."""
TO_HOUSE = re.compile(
    r"^\W*(?:(?:for|from|of|at|with|via|and|für|aus|bei|mit|pour|avec|para|per|de|und|et|y|e|och|og)\s+)?|\W+$",
    re.IGNORECASE,
)
"""What joins a person to an organization."""
BROADCASTER = re.compile(r"^(?:[B-DF-HJ-NP-TV-XZ]{3,5}|[A-Z]+\d+)$")
"""Capitals that cannot be pronounced: BBC, CNN, NDR."""
COMPANY_FORMS = frozenset(("AG", "SE", "KG", "BV", "AB", "Oy", "PLC", "plc", "SpA", "S.A", "S.L"))
HOUSE_ADJECTIVE = re.compile(
    r"^(?:der|die|das|les|los|deutsche[rsn]?|\w{3,}ische[rsn]?|\w+-\w+ische[rsn]?|american|british|canadian|"
    r"australian|european|"
    r"national|international|federal|united)$",
    re.IGNORECASE,
)
"""First words of organizations, but not of people: "Deutsche Welle", "Bayerische Landesbank", "British Council"."""
NOT_IN_NAMES = frozenset(
    "the is are was were has have about between into from to with without this that how why what über bis unter nach vor wie nicht "
    "ist sind war wird werden auf gegen ohne dans sur sous est sont pour avec sans como según sobre sin por es son "
    "euer eure dein deine ihr ihre your yours mein meine mit bei vom zur beim eine ein einer".split()
)
"""Words of sentences, which no name has."""
PARTICLES = frozenset(
    "van von der den de la le les du da das do dos del della di el al bin ibn ben ter ten zu zum zur af "
    "av y e i san st".split()
)
EAST_ROLE = re.compile(
    r"\s*(?:\s著|记者|記者|特派员|特派員|編集委員|論説委員|기자|특파원|논설위원)(?:\s*외\s*\d+\s*명)?$"
)
EASTERN_WORK = re.compile(r"\s(?:監訳|訳|译|譯|編|绘|絵|写真|撮影|イラスト)$")
AND = re.compile(
    r"\s+(?:and|und|et|og|och|with|sowie|avec|&|＆|as told to|im gespräch mit|和|與|与|及|및|と|و)\s+", re.IGNORECASE
)
SMALL_AND = re.compile(r"\s+(?:y|e|en|i|и|й|і|та|ve|ja|és|oraz|dan|và|και|și|con|mit|Y|E|EN|I|И|VE|JA|DAN|CON|MIT)\s+")
"""Words that mean "and" but also are parts of names (Ortega y Gasset, Costa e Silva). They separate only two full names."""
STRONG = re.compile(r"\s*(?:[|;；¦\n•●]|\s[–—-]+\s|[–—]{2,}|\s·\s|\s//+\s)\s*")
WEAK = re.compile(r"\s*(?:[,،，、／/+]|(?<![\u30a1-\u30ff])[・･]|[・･](?![\u30a1-\u30ff]))\s*")
