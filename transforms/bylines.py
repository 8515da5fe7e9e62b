"""Bylines to people: what a newspaper prints above a story, without its roles, places, dates, agencies and machinery.

A byline is cut at its separators, each part is stripped of what surrounds a name (labels, roles, "for The Daily", "in Paris"), and what is
left counts as a person unless something speaks against it. Names stay as printed; only those all in capitals are recased.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemas.agencies import agencies_in, agency_of

_LONGEST = 2000
"""Characters of a byline that are read; a longer one is a text that a selector caught by mistake."""

_HAN = r"\u3005\u3400-\u4dbf\u4e00-\u9fff"
_KANA = r"\u3040-\u30ff\u31f0-\u31ff"
_HANGUL = r"\uac00-\ud7af"

# Surnames that begin most Chinese and Korean names: they tell "张三·李四" (two people) from "约翰·史密斯" (one).
_HAN_SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹彭曾肖萧蕭田董"
    "袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫"
    "段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯"
)
_HANGUL_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염추도소"
    "석선설마길연위표명기반왕금옥육인맹제"
)

_MONTHS = (
    r"(?:jan|feb|mar|mär|apr|may|mai|maj|jun|jul|aug|sep|okt|oct|nov|dec|dez|ene|fév|fev|avr|abr|août|ago|déc|dic|"
    r"gen|mag|giu|lug|set|ott|"
    r"янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)"
    r"(?:\b\.?|[^\W\d_]{1,7}\b)"
)
_DATE = re.compile(
    r"\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|\d{1,2}月\d{1,2}日"
    r"|\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d\S*)?"
    r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b"
    rf"|\b{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|\.|º|er)?\s+(?:de\s+)?{_MONTHS}(?:,?\s+(?:de\s+)?\d{{4}}\b)?"
    rf"|\b{_MONTHS}\s+\d{{4}}\b"
    r"|\b\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?(?:\s*(?:uhr|[ecmp][sd]?t|gmt|utc|bst|ist|cest|hkt|a[ew]st)\b)?"
    r"|\b(?:19|20)\d\d\b"
    r"|\b(?:(?:on|am|le|el)\s+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|"
    r"sonn)tag|mittwoch)(?:,|(?=\s*\|))",
    re.IGNORECASE,
)
_WEB = re.compile(
    r"\b[^\s@]{1,64}@[^\s@]{1,100}\.\w+|@\w+|\bhttps?://\S+|\bwww\.\S+|\bmailto:\S*|\b\w{1,64}\[at\]\S+"
    r"|(?<![\w.])[\w-]{2,}(?:\.[\w-]+)*\.(?:com|org|net|info|co\.uk|de|at|ch|fr|es|it|pl|ru|ua|in|tv|news|eu|nl|se|"
    r"no|dk|cz|lt|is|jp|cn|br|mx|ar|cl|ca|au|uk)(?:/\S*)?\b(?!\.)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{0,500}>")
_FEED_AUTHOR = re.compile(r"(?:mailto:)?[^\s@]{1,64}@[^\s@(]{1,100}\s*\((.+)\)\s*$")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】|\{[^{}]*\}")

# Who did something else than write. The label speaks for all that follows it up to the next strong separator or label.
_OTHER_WORK = re.compile(
    r"^(?:"
    r"(?:edit(?:ing|ed)|translat(?:ion|ed|or)|photo\w*|pictures?|images?|illustrat\w+|graphics?|video|camera|audio|"
    r"produced|reviewed|"
    r"fact[- ]check\w*)\s*(?:by\b|:)"
    r"|(?:foto\w*|bild(?:er)?|фото|illu|kamera|grafik|immagin[ei]|imagens?|fotografías?|zdjęcia)\s*(?:[:©]|by\b|"
    r"von\b|par\b|de\b|di\b)"
    r"|(?:übersetzt|übersetzung|adaptiert|redigiert|traduit|traduction|traducción|traducido|traduzione|tradução|"
    r"перевод|редактор|tłumaczenie)\b"
    r"|(?:责任编辑|責任編輯|编辑|編輯|摄影|攝影|撮影|写真|イラスト|翻译|翻譯|翻訳|监制|校对|사진)\s*[:：/／\s]"
    r")",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"(?<=[\s;,./(])(?=(?:edit(?:ing|ed)|translat(?:ion|ed)|photo\w*|pictures?|illustrat\w+|graphics?|words|"
    r"written|writing|"
    r"(?<!additional )reporting|additional reporting|text|texte|story|foto\w*|bild(?:er)?|übersetzt|adaptiert|"
    r"traduit|traducido)"
    r"\s*(?:by\b|von\b|par\b|por\b|de l|:)"
    r"|(?:责任编辑|責任編輯|编辑|編輯|摄影|攝影|撮影|写真|イラスト|翻译|翻譯|翻訳)\s*[:：/／\s])",
    re.IGNORECASE,
)
"""Where a byline goes over to the next kind of work."""
_BOTH_WORKS = re.compile(
    r"\b(?:text|texte|texto|words|story)\s*(?:und|and|et|y|e|&|\+|/)\s*\w+\s*(?::|\bby\b|\bvon\b|\bpar\b)\s*",
    re.IGNORECASE,
)
_AFTERMATH = re.compile(
    r"\b(?:(?:first |last )?(?:published|updated|posted|modified)\b(?:\s+(?:on|at))?|link copied|"
    r"min(?:ute)?s? read|share\b|follow\b(?: us)?|bookmark\b|subscribe\b|stand:|lesedauer\b|zuletzt\b|"
    r"aktualisiert\b|veröffentlicht(?: am)?\b|publié le|mis à jour|publicado el|actualizado|see full bio|"
    r"read more|twitter\b|facebook\b|linkedin\b|see all(?: posts)?)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:(?:(?:view all posts|posted|written|(?:additional )?reporting|reported|writing|words|text|story|stories|"
    r"report|analysis|review|opinion|"
    r"comment|interview|article|essay|column|published|created|submitted) by"
    r"|(?:\w+ )?(?:kommentar|gastbeitrag|artikel|beitrag|bericht|analyse|interview|erstellt|geschrieben|"
    r"aufgezeichnet|text|essay) von"
    r"|(?:publiée?|écrit|rédigé|propos recueillis|texte) par|(?:publicado|escrito|texto|reportagem) (?:por|de)|a "
    r"cura di|testo di"
    r"|(?:\w+ ){0,2}by|(?:\w+ ){0,2}(?:beiträge|artikel) von|par|por|przez|από|автор(?:ы|и)?|текст|auteure?s?|"
    r"autor(?:es?|in|innen|/in)?|autorzy|autore|autori|author(?:s|\(s\))?|"
    r"byline|texts?|texte|texto|words|door|skrevet av|skriven av|tekst|af|av)(?:\s*[:：]\s*|\s+|$)"
    r"|(?:von|di|da|de|oleh)\s*:\s*"
    r"|(?:本报|本社|本刊|特约)?(?:作者|記者|记者|著者|通讯员|取材・文|取材|文|文字|撰文|撰稿|報道|글|기자|"
    r"작성자)(?:\s*[:：/／●]\s*|\s+)"
    r"|(?:本报|本社|本刊|特约|[\u4e00-\u9fff]{2,4}[社网報报])?(?:作者|記者|记者|著者|通讯员)\s*)",
    re.IGNORECASE,
)
_PARTICLE_LABEL = re.compile(r"^(?:[Vv]on|VON|[Dd]i|DI|[Dd]a|[Oo]leh)\s+(?=\S+\s+\S)|^(?:von|di|da|oleh)\s+(?=\S+$)")
"""Words that mean "by" but also begin names (von Trier, Di Maio, Oleh): capitalized, a label only before two words more."""

_COLLECTIVE = re.compile(
    r"\b(?:staff|bureau|agencias|agências|agences|agenturen|agenzie|newsdesk|newsroom|desk|team|crew|agencies|"
    r"wires?|webteam|editorial|rédaction|redacción|redação|redazione|redactie|redakcja|redakce|redakcia|zespół|"
    r"toimitus|редакц\w+|\w*redaktion)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:staff|writers?|reporters?|correspondents?|editors?|journalists?|columnists?|contributors?|producers?|"
    r"photographers?|analysts?|anchor|commentators?|critic|blogger|freelancer?|intern|journaliste|rédacteur|"
    r"rédactrice|correspondante?|envoyée?|chroniqueu(?:r|se)|redactora?|periodistas?|corresponsal|enviad[oa]|"
    r"giornalista|inviat[oa]|jornalista|repórter|verslaggever|correspondente|journalisten?|dziennikarz\w*|"
    r"toimittaja|muhabir\w*|корреспондент\w*|журналист\w*|обозреватель|\w*(?:(?:redakteur|korrespondent|"
    r"reporter)(?:en|in|innen)?|redaktor|reporterin|volontär|volontärin|journalistin|experte|expertin|autorin|"
    r"redaktør))\b",
    re.IGNORECASE,
)
_BEFORE_ROLE = re.compile(
    r"^(?:staff|senior|chief|lead|deputy|assistant|associate|managing|executive|national|political|politics|"
    r"sports?|business|economics?|economy|financ\w+|foreign|diplomatic|world|international|global|european?|"
    r"asian?|africa|middle|east|west|north|south|washington|home|health|medical|science|technology|tech|"
    r"environment|climate|energy|education|religion|legal|court|crime|defen[cs]e|security|military|royal|"
    r"parliament\w*|city|metro|local|state|regional|community|general|breaking|live|digital|online|news|data|"
    r"video|audience|social|media|culture|arts?|music|film|tv|television|food|travel|fashion|lifestyle|consumer|"
    r"money|property|opinion|features?|special|investigat\w+|freelance|contributing|former|guest|night|weekend|"
    r"football|cricket|soccer|basketball|rugby|twitter|our|the|a|an|by|and|leitende[rn]?|freie[rn]?|"
    r"politische[rn]?|stellvertretende[rn]?|grand|grande|notre|nuestro|nuestra|il|la|le|de|del|der|die|das)$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:for|from|of|at|in|near|on|special to|exclusively|für|aus|bei|in|pour|à|au|chez|para|desde|en|em|per|"
    r"fra|frå|från|dla|для|из|в)\s+(?:the\s+)?\S.*$",
    re.IGNORECASE,
)
"""What follows a name after a preposition: the outlet it wrote for, the place it wrote from."""

_DANGLING = re.compile(
    r"\s+(?:for|For|FOR|from|of|OF|at|in|via|with|am|by|and|And|AND|für|und|pour|et|para|per|avec|con|mit|og|och)(?:\s+[Tt]he)?\s*$"
)

_CREDENTIAL = re.compile(
    r"^(?:Ph\.?D|M\.?D|M\.A|B\.A|M\.?Sc|B\.?Sc|MBA|MPH|J\.?D|Esq|RN|RDN?|FRCP|DDS|DVM|CPA|CFA|PsyD)\.?$"
)
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_STATE = re.compile(
    r"^(?:Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|"
    r"Ore|Pa|Tenn|Tex|Va|Vt|Wash|Wis|Wyo"
    r"|N\.[A-Z]|S\.[A-Z]|W\.Va|R\.I|D\.C|Ont|Que|Alta|Sask|B\.C)\.?$"
)
_PLACES = frozenset(
    "new york|new york city|new delhi|los angeles|san francisco|san diego|san jose|hong kong|"
    "buenos aires|rio de janeiro|são paulo|sao paulo|mexico city|ciudad de méxico|cape town|tel aviv|"
    "abu dhabi|kuala lumpur|ho chi minh city|phnom penh|sri lanka|addis ababa|united states|"
    "united kingdom|united nations|south africa|south korea|north korea|saudi arabia|new zealand|"
    "the hague|den haag|st. petersburg|san salvador|santo domingo|west bank|east jerusalem|las vegas|"
    "new orleans|salt lake city|st. louis|washington dc|washington d.c|la paz|san juan|"
    "port au prince|frankfurt am main|nizhny novgorod|нижний новгород|middle east|costa rica|"
    "el salvador|puerto rico|czech republic|bad homburg".split("|")
)
_NOBODY = frozenset(
    "admin|administrator|wordpressadmin|webmaster|super user|superuser|root|user|guest|gast|unknown|"
    "anonymous|anonym|null|none|nil|undefined|n/a|no author|author|autor|auteur|editor|publisher|"
    "various|various authors|hidden|test|site admin|news|default|others|other|and|more|et al|sources|"
    "source|press release|pressemitteilung|sponsored|advertisement|anzeige|red|int|ag|wire|archive|"
    "archiv|our own|written by|name|view all|by".split("|")
)
_NO_PERSON = re.compile(
    r"\b(?:news|times|shimbun|zeitung|magazine?|gmbh|ltd|limited|inc|llc|corp|corporation|company|verlag|radio|"
    r"tv|television|online|digital|agency|agence|agencia|newspapers?|tribune|gazette|verband|bundesverband|"
    r"ministerium|bundesministerium|ministry|department|fraktion|foundation|stiftung|university|universität|"
    r"institute?|institut|society|association|committee|council|channel|network|group|gruppe|studios?|"
    r"pressestelle|presse|free press|press office|e\.\s?v|reports?|services?|newsletter|podcast|archives?|"
    r"газета|агентство|новости|partner|media|publishing|holding|club|verein)\b|(?:新聞|新闻|报社|日报|晚报|時報|"
    r"时报|日報|通讯社|通信社|新聞社|編集部|编辑部|取材班|支局|公司|研究所|委員会|委员会|電視|电视台|网|일보|"
    r"신문|뉴스|방송)$",
    re.IGNORECASE,
)
_BROADCASTER = re.compile(r"^(?:[B-DF-HJ-NP-TV-XZ]{3,5}|[A-Z]+\d+)$")
"""Capitals that nobody can pronounce: BBC, CNN, NDR."""
_COMPANY_FORMS = frozenset(("AG", "SE", "KG", "BV", "AB", "Oy", "PLC", "plc", "SpA", "S.A", "S.L"))
_PARTICLES = frozenset(
    "van von der den de la le les du da das do dos del della di el al bin ibn ben ter ten zu zum zur af "
    "av y e i san st".split()
)
_EAST_ROLE = re.compile(
    r"\s*(?:\s著|记者|記者|特派员|特派員|編集委員|論説委員|기자|특파원|논설위원)(?:\s*외\s*\d+\s*명)?$"
)
_EASTERN_WORK = re.compile(r"\s(?:監訳|訳|译|譯|編|绘|絵|写真|撮影|イラスト)$")
_AND = re.compile(
    r"\s+(?:and|und|et|og|och|with|sowie|avec|&|＆|as told to|im gespräch mit|和|與|与|及|및|と|و)\s+", re.IGNORECASE
)
_SMALL_AND = re.compile(r"\s+(?:y|e|en|i|и|й|і|та|ve|ja|és|oraz|dan|và|και|și|con|mit|Y|E|EN|I|И|VE|JA|DAN|CON|MIT)\s+")
"""Words that mean "and" but also stand in names (Ortega y Gasset, Costa e Silva): they part two full names only."""
_STRONG = re.compile(r"\s*(?:[|;；¦\n•●]|\s[–—-]+\s|[–—]{2,}|\s·\s|\s//+\s)\s*")
_WEAK = re.compile(r"\s*(?:[,،，、／/+]|(?<![\u30a1-\u30ff])[・･]|[・･](?![\u30a1-\u30ff]))\s*")


def split_byline(text: str, outlets: Sequence[str] = ()) -> tuple[str, ...]:
    """The people that a printed byline names, in its order and without repetition.

    ``outlets`` are names of the outlet that printed it, which are nobody's. A pen name of one word counts when it stands alone.
    Never raises; () when nobody is named.
    """
    houses = frozenset(_bare(part) for outlet in outlets for part in (outlet, *_STRONG.split(outlet))) - {""}
    found: list[tuple[str, bool]] = []
    only_people = True
    for chunk in _chunks(text):
        for piece, joined in _pieces(chunk, houses):
            if name := _person(piece, houses):
                found.append((_recased(name), joined))
            elif piece.strip(" ,.:-–—"):
                only_people = False
    if not only_people or any(_is_full(name) for name, _ in found):
        # Beside anything else a single word is a place, a section or a sign-off code, unless an "and" joins it to a person.
        found = [(name, joined) for name, joined in found if _is_full(name) or joined]
    if len(found) > 1:
        found = [(name, joined) for name, joined in found if not name.islower() or " " in name]
    people: dict[str, str] = {}
    for name, _ in found:
        people.setdefault(_bare(name), name)
    return tuple(people.values())


def _chunks(text: str) -> Iterator[str]:
    """The byline between its strong separators, without the parts that name photographers, translators and editors."""
    if len(text) > _LONGEST:
        return
    flat = unicodedata.normalize("NFC", _TAG.sub(" ", html.unescape(html.unescape(text))))
    # Invisible marks go, but for the joiners that Persian and Indic names are spelled with.
    flat = "".join(mark for mark in flat if unicodedata.category(mark)[0] != "C" or mark in "\n\t\u200c\u200d")
    flat = re.sub(r"[^\S\n]+", " ", flat).strip()
    if inner := _FEED_AUTHOR.match(flat):
        flat = inner[1]
    if flat[:1] in "(（[【《" and flat[-1:] in ")）]】》":
        flat = flat[1:-1]
    for _ in range(3):
        flat = _BRACKETS.sub(" ", flat)
    flat = _BOTH_WORKS.sub("By ", flat)
    for noise in (_WEB, _DATE, _AFTERMATH):
        flat = noise.sub(" | ", flat)
    for chunk in _STRONG.split(_WORK.sub(" | ", _lines(flat))):
        if chunk and not _OTHER_WORK.match(chunk):
            yield chunk


def _lines(text: str) -> str:
    """Line breaks kept between two full names only: elsewhere markup broke the line inside of one."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = lines[0] if lines else ""
    for before, line in pairwise(lines):
        joined += ("\n" if " " in before and " " in line else " ") + line
    return joined


def _pieces(chunk: str, houses: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """What stands between commas, slashes and ands; True for a piece that an "and" joins to the one before."""
    chunk = _unlabelled(chunk)
    last, comma, first = chunk.partition(",")
    if comma and _is_single(last, houses) and re.fullmatch(r"(?:\s*\w\.)+", first):
        yield f"{first.strip()} {last.strip()}", False
        return
    if comma and _is_single(last, houses) and _is_single(re.sub(r"(?:\s+\w\.?)+$", "", first), houses):
        yield f"{first.strip()} {last.strip()}", False
        return
    pieces = _WEAK.split(chunk)
    for at, piece in enumerate(pieces):
        following = pieces[at + 1] if at + 1 < len(pieces) else ""
        if at and _STATE.match(following):
            continue
        if _SUFFIX.match(piece):
            continue
        if _SUFFIX.match(following):
            piece = f"{piece} {following}"
        piece = re.sub(r"^(?:and|und|et|og|och|with|as told to)\s+", "& ", piece, flags=re.IGNORECASE)
        joined = piece.startswith("& ")
        for part in _parted(piece.removeprefix("& ")):
            yield part, joined
            joined = True


def _parted(piece: str) -> Iterator[str]:
    """A piece at its ands, and at the blanks and dots between Chinese or Korean full names."""
    parts = _AND.split(piece)
    if re.search(r"\s(?:And|&)\s", piece) and all(" " not in part for part in parts):
        return  # "Loud And Quiet" and "Johnson & Johnson" are nobody.
    for part in parts:
        sides = _SMALL_AND.split(part)
        for side in sides if all(" " in side for side in sides) else [part]:
            names = [name for name in re.split(r"[\s·‧・･和與与及]+", _EAST_ROLE.sub("", side)) if name]
            if len(names) > 1 and all(_is_eastern_full_name(name) for name in names):
                yield from names
            else:
                yield from re.split(r"\s*·\s*", side) if not re.search(rf"[{_HAN}]", side) else [side]


def _person(piece: str, houses: frozenset[str]) -> str | None:
    """The name in a piece of a byline; None when it names no person."""
    name = _stripped(_unlabelled(_stripped(piece)))
    if (
        not name
        or piece.rstrip().endswith(":")
        or _EASTERN_WORK.search(name)
        or agency_of(name)
        or name.casefold().startswith(("special to ", "the ", "our "))
    ):
        return None
    for agency, match in agencies_in(name):
        before, after = name[: match.start()], name[match.end() :]
        rests = (_stripped(_unlabelled(_DANGLING.sub("", rest))) for rest in (before, after))
        name = next((rest for rest in rests if _is_full(rest) and agency_of(rest) is not agency), "")
        break
    words = name.split()
    if (
        len(words) > 2
        and not name.isupper()
        and (_BROADCASTER.match(words[-1]) or (words[-1].isupper() and agency_of(words[-1])))
    ):
        words = words[:-1]
    words = _without_role(_without_house(words, houses))
    half = len(words) // 2
    if half > 1 and words[:half] == words[half:]:  # Once in the link and once beside it.
        words = words[:half]
    name = " ".join(words)
    cut = _TAIL.sub("", name)
    name = _stripped(_DANGLING.sub("", cut if len(cut.split()) > 1 else name))
    name = _stripped(_EAST_ROLE.sub("", name))
    while (words := name.split()) and len(words) > 2 and _CREDENTIAL.match(words[-1]):
        name = " ".join(words[:-1])
    return name if _is_plausible(name, houses) else None


def _is_plausible(name: str, houses: frozenset[str]) -> bool:
    """False for what can be seen to be no person's name."""
    words = name.split()
    flat = name.casefold()
    if not words or len(name) > 60 or len(words) > 7 or not any(len(re.sub(r"\W", "", word)) > 1 for word in words):
        return False
    if any(map(str.isdigit, name)) or (words[0].islower() and _DANGLING.match(f" {words[0]} ")):
        return False
    if (
        re.search(r"[\d_@#=<>{}?!…:;|/\\()\[\]%$€*~^]", name)
        or flat in _NOBODY
        or flat.strip(".") in _PLACES
        or _bare(name) in houses
    ):
        return False
    if any(flat.startswith(f"{house} ") for house in houses if len(house) > 2 and house.upper() in name):
        return False
    if (
        _NO_PERSON.search(name)
        or words[-1] in _COMPANY_FORMS
        or (not name.isupper() and any(_BROADCASTER.match(word) for word in words))
        or _COLLECTIVE.search(name)
        or _CREDENTIAL.match(name)
        or _STATE.match(name)
        or agency_of(name)
    ):
        return False
    if re.search(rf"[{_HAN}{_KANA}{_HANGUL}]", name):
        return _is_eastern(name)
    if len(words) == 1:
        # Slugs, log-ins and sign-off codes: "jane-doe", "jane.doe", "amw", "GNB".
        short = name.isupper() or (name.islower() and len(name) < 4)
        return not (short or len(name) < 2 or (name.islower() and re.search(r"[\W]", name)))
    if re.search(r"\b[Aa](?:nd|ND)\b", name):
        return False
    small = [
        word
        for word in words
        if word[:1].islower() and word not in _PARTICLES and not re.match(r"[dlnst]['’]|al-|ul-|d[ae]", word)
    ]
    return not small or (len(small) == 1 and len(words) < 4) or (len(small) == len(words) < 4)


def _is_eastern(name: str) -> bool:
    han_only = re.fullmatch(rf"[{_HAN}{_HANGUL}]+", name)
    return 2 <= len(name) <= (5 if han_only else 24) and not re.search(r"[a-zA-Z]{2}", name)


def _is_eastern_full_name(name: str) -> bool:
    han = re.fullmatch(rf"[{_HAN}]{{2,3}}", name) and name[0] in _HAN_SURNAMES
    return bool(han or (re.fullmatch(rf"[{_HANGUL}]{{3}}", name) and name[0] in _HANGUL_SURNAMES))


def _is_full(name: str) -> bool:
    return " " in name or "." in name or bool(re.search(rf"[{_HAN}{_KANA}{_HANGUL}]", name))


def _is_single(text: str, houses: frozenset[str]) -> bool:
    """True for one capitalized word, or one after particles, that can be half of "Doe, Jane"."""
    words = text.split()
    while len(words) > 1 and words[0].casefold() in _PARTICLES:
        words = words[1:]
    if (
        len(words) != 1
        or not words[0][:1].isupper()
        or len(words[0]) < 3
        or re.search(rf"[^\w'’-]|\d|[{_HAN}{_KANA}{_HANGUL}]", words[0])
    ):
        return False
    return (
        _is_plausible(words[0].title(), houses)
        and not agency_of(words[0])
        and not _ROLE.search(words[0])
        and not _SUFFIX.match(words[0])
    )


def _unlabelled(text: str) -> str:
    """Without the words for "by" in front."""
    for _ in range(3):
        shorter = _PARTICLE_LABEL.sub("", _LABEL.sub("", text.lstrip(" ,.:-–—"), count=1), count=1)
        if shorter == text:
            break
        text = shorter
    return text


def _stripped(text: str) -> str:
    """Without punctuation around it; the full stop of a final initial or of Jr. stays."""
    bare = text.strip(' \t,:;-–—*#|/\\"“”„«»‹›<>·•').lstrip(".'’")
    last = bare.rstrip(".").rpartition(" ")[2]
    keeps_stop = len(last) < 3 or "." in last or _SUFFIX.match(last)
    return bare if keeps_stop and " " in bare else bare.rstrip(". ")


def _without_house(words: list[str], houses: frozenset[str]) -> list[str]:
    """Without the outlet's name behind a full name: "Jane Doe The Daily"."""
    for at in range(2, len(words)):
        if _bare(" ".join(words[at:])) in houses:
            return words[:at]
    return words


def _without_role(words: list[str]) -> list[str]:
    """Without the role before or behind a name; nothing when there is only a role."""
    roles = [at for at, word in enumerate(words) if _ROLE.search(word)]
    if not roles:
        return words
    start = roles[0]
    while start and _BEFORE_ROLE.match(words[start - 1].strip(".,&")):
        start -= 1
    if start > 1:
        return words[:start]
    behind = words[roles[-1] + 1 :]
    return behind if len(behind) > 1 and all(word[:1].isupper() for word in behind) else []


def _recased(name: str) -> str:
    """A name all in capitals in title case; any other as printed."""
    if not name.isupper() or max(map(len, name.split())) < 3:
        return name
    words = name.split()
    return " ".join(_recased_word(word, first=not at) for at, word in enumerate(words))


def _recased_word(word: str, *, first: bool) -> str:
    letters = re.sub(r"\W", "", word)
    if _SUFFIX.match(word) and letters.strip("I") in ("", "V"):
        return word
    if not first and word.casefold() in (
        "van",
        "von",
        "der",
        "den",
        "de",
        "dos",
        "das",
        "do",
        "y",
        "e",
        "bin",
        "ibn",
        "ter",
        "ten",
        "zu",
    ):
        return word.lower()
    code = (
        len(letters) == 2
        and (letters[1] == "J" or not re.search(r"[AEIOUYÀ-ÿ]", letters))
        and letters not in ("NG", "ST", "DR", "MR", "MS")
    )
    if code or (word.count(".") >= len(letters)):
        return word
    parts = re.split(r"([-'’‑])", word)
    titled = "".join(part[:1] + part[1:].lower().replace("\u0307", "") for part in parts)
    return re.sub(
        r"\b(Mc|Mac(?=donald|kenzie|leod|arthur|gregor|kay\b|intyre|pherson|millan|farlane))(\w)",
        lambda m: m[1] + m[2].upper(),
        titled,
    )


def _bare(name: str) -> str:
    """For comparison: letters only, without case, "the" in front or an internet suffix."""
    flat = re.sub(r"^the\s+|\.(?:com|org|net|de|at|ch|fr|es|it|pl|co\.uk|tv|ru|ua)$", "", name.strip().casefold())
    return re.sub(r"\W+", "", flat)
