"""What pages that are not the article say: regular expressions by kind of page, in the languages of most news sites.

The patterns for headings match a whole heading or title. Those for sentences are searched in a sentence.
"""

from __future__ import annotations

import re

_BEFORE = r"(?:(?:oops|ups|whoops|sorry|hoppla|error|http|status|4\d\d|fehler|erreur|erro|errore|ошибка|błąd|fout|fel)\b|[\W_])*"
_AFTER = r"(?:[\W\d_]|\b(?:error|status)\b)*"

_PARTS = {
    "THING": "(?:page|article|story|content|file|document|post|url|link)",
    " GONE": " (?:be )?(?:found|exists?|available|here|there|located)",
    "NOT": "(?:not|no longer|cannot)",
    " TAIL": "(?: [^.]{1,60})?",
    "TAIL": "(?: [^.]{1,60})?",
    "SACHE": "(?:seite|artikel|inhalt|beitrag|dokument)",
    "WEG": "(?: (?:gefunden|verfügbar|vorhanden|werden|erreichbar))*",
    "WHICH": "(?: (?:that )?(?:you|we)[^.]{1,40}?)?",
    "QUI": "(?: (?:que vous|demandée?|recherchée?)[^.]{0,40}?)?",
    "QUE": "(?: (?:que|solicitada)[^.]{0,40}?)?",
    "CHE": "(?: (?:richiesta|cercata|che)[^.]{0,40}?)?",
    "SITE": "(?:(?:our |this |the )?(?:web ?site|site|page|service|we) )?",
}
"""Words in capitals stand for these parts in the phrases for headings."""


def _heading(phrases: str) -> re.Pattern[str]:
    """A pattern for one of the phrases, one a line, with an apology or a status code around it."""
    listed = "|".join(phrases.strip().splitlines())
    for word, pattern in _PARTS.items():
        listed = listed.replace(word, pattern)
    return re.compile(f"{_BEFORE}(?:{listed}){_AFTER}", re.IGNORECASE)


def _anywhere(phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases.strip().splitlines()), re.IGNORECASE)


NOT_FOUND = _heading(r"""
(?:error )?404(?: error| not found| page| page not found)?
(?:http )?error 4(?:04|10)
not found
410 gone
(?:the |this |that )?(?:requested )?THINGWHICH (?:(?:was|is|has|could|can|does|did|may|might) )*NOT GONE TAIL
(?:the |this |that )?(?:requested )?THINGWHICH (?:was|has been|is|may have been) (?:removed|deleted|moved)TAIL
(?:the |this |that )?THINGWHICH (?:ca|could|does|is|was)n[’']t GONE TAIL
THING (?:unavailable|missing|removed|deleted|expired)
(?:we |you )?(?:can[’']?t|cannot|couldn[’']t|could not|(?:were|are) unable to) (?:seem to )?(?:find|locate) (?:the |that |this )?THING TAIL
nothing (?:was )?found(?: here)?
(?:die |der |diese[rs]? )?(?:\w{8,13}te )?SACHE(?: (?:wurde|konnte|ist|existiert|kann|mehr|leider))* nicht(?: mehr)?WEG
nicht gefunden
nicht gefunden
(?:cette |la |l[’'])?(?:page|article|contenu)QUI (?:est )?(?:introuvable|non trouvée?|inexistante?)
(?:cette |la |l[’'])?(?:page|article|contenu)QUI n[’'](?:existe|est) (?:pas|plus)(?: disponible)?
(?:la |esta )?(?:página|noticia|nota)QUE (?:no (?:existe|(?:fue |se |ha sido |está )?(?:encontrada|encuentra|disponible))|inexistente)
no (?:se (?:ha )?(?:encontr(?:ó|ado|amos)|pudo encontrar)|encontramos|hemos encontrado) (?:la |esta )?página[^.]{0,40}
(?:la )?paginaCHE (?:non (?:trovata|esiste|è stata trovata|disponibile)|inesistente)
(?:a |esta )?(?:página|notícia)QUE não (?:foi )?(?:encontrada|existe|disponível|localizada)
(?:de )?(?:pagina|artikel)(?: die[^.]{0,40}?)? (?:is |kon |werd |bestaat )?(?:niet|niet meer) ?(?:gevonden|beschikbaar|worden gevonden)?
(?:sidan|artikeln)(?: du[^.]{0,30}?)? (?:kunde inte hittas|hittades inte|finns inte|finns inte längre|saknas)
(?:siden|artikkelen|artiklen)(?: du[^.]{0,30}?)? (?:(?:ble|blev|kunne) ikke (?:funnet|fundet|findes)|(?:finnes|findes|eksisterer) ikke)
sivua ei (?:löydy|löytynyt|ole olemassa)
(?:nie znaleziono(?: takiej)?(?: strony)?|(?:ta )?strona(?: o podanym adresie)? nie (?:została znaleziona|istnieje)|strony nie znaleziono)
(?:tato )?(?:stránka|strana) (?:nebyla nalezena|nenalezena|neexistuje|sa nenašla)
(?:az? )?(?:keresett )?oldal nem található
pagina (?:nu a fost găsită|nu există)
(?:aradığınız )?sayfa bulunamadı
η σελίδα δεν βρέθηκε
(?:такая |эта |запрашиваемая )?страница (?:не найдена|не существует|удалена)
(?:сторінку|сторінка) не (?:знайдено|знайдена|існує)
страницата не (?:е намерена|съществува|е пронајдена|постои)
(?:tražena |traženu )?stranic[au] (?:nije (?:pronađena|nađena|dostupna)|ne postoji|nismo pronašli)
(?:тражена )?страница (?:није пронађена|не постоји)
stran(?:i)? (?:ni (?:bila |bilo mogoče )?(?:najdena|najti|mogoče najti)|ne obstaja)
(?:táto )?stránka (?:nebola nájdená|nebola najdena)
puslapis (?:nerastas|neegzistuoja)
lapa nav atrasta
lehekülge ei leitud
(?:la )?pàgina no (?:trobada|existeix|s[’']ha trobat)
(?:a )?páxina non (?:atopada|existe)
síðan? (?:fannst ekki|er ekki til)
(?:die )?bladsy (?:is )?nie gevind nie
orria ez da aurkitu
faqja nuk (?:u gjet|ekziston)
səhifə tapılmadı
(?:sahifa topilmadi|бет табылмады|баракча табылган жок)
старонка не (?:знойдзена|існуе)
էջը չի գտնվել
გვერდი ვერ მოიძებნა
hindi (?:nahanap|makita) ang pahina
ukurasa (?:haukupatikana|haupatikani)
(?:পৃষ্ঠাটি|পৃষ্ঠা|পাতাটি) (?:খুঁজে )?পাওয়া যায়নি
صفحہ نہیں ملا
பக்கம் (?:கிடைக்கவில்லை|காணப்படவில்லை)
halaman tidak (?:dijumpai|ditemui)
(?:عذرا[ً،]*\s*)?(?:هذه )?الصفحة(?: المطلوبة)? غير موجودة
(?:הדף|העמוד)(?: המבוקש)? לא נמצא
صفحه(?: مورد نظر)? (?:یافت|پیدا) نشد
(?:पृष्ठ|पेज) नहीं मिला
(?:お探しの|指定された)?(?:ページ|記事)[はが]?(?:見つかりません(?:でした)?|存在しません|ありません|削除されました)
(?:您访问的|您訪問的)?(?:页面|頁面|网页|網頁|文章)(?:不存在|未找到|找不到|已删除|已刪除)
找不到(?:页面|頁面|网页|網頁)
(?:요청하신 )?페이지를 찾을 수 없습니다
halaman tidak (?:ditemukan|tersedia)
(?:không tìm thấy trang|trang không tồn tại)
ไม่พบหน้า(?:ที่คุณต้องการ)?
(?:this |the )?(?:domain(?: name)?|website) (?:\S+ )?(?:is|may be) for sale
account suspended
(?:this |your )?account has been suspended
welcome to nginx
apache2? \S* ?(?:default page|it works)
index of /\S*
""")
"""Headings of a page that says that there is nothing at its address."""

MAINTENANCE = _heading(r"""
SITE(?:is |are |we[’']re )?(?:currently |temporarily |now )?(?:down for|under(?:going)?|in|offline for) (?:\w+ )?maintenance(?: mode)?
(?:scheduled|planned|site|system|routine) maintenance(?: in progress)?
maintenance(?: mode| page| in progress)?
(?:we[’']ll|we will|will) be (?:right )?back(?: online)?(?: soon| shortly)?
(?:be )?(?:right )?back soon
(?:(?:our |this |the )?(?:web ?site|site|service|page|server) )?(?:is )?(?:temporarily|currently) (?:unavailable|offline|down)
(?:http )?(?:error )?50[0-4](?: (?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out))?
internal server error
bad gateway
service (?:temporarily )?unavailable
gateway time-?out
error establishing a database connection
(?:unsere )?(?:web)?(?:seite|site) (?:befindet sich |ist )?(?:derzeit |gerade )?(?:im wartungsmodus|in wartung)
(?:wartungsarbeiten|wartungsmodus|wartung|wegen wartungsarbeiten[^.]{0,40})
(?:vorübergehend|derzeit|zurzeit) nicht (?:erreichbar|verfügbar)
(?:(?:le |notre |ce )?site )?(?:est )?(?:actuellement )?en (?:cours de )?maintenance
maintenance en cours
(?:(?:le |notre |ce )?site )?(?:est )?(?:momentanément|temporairement) (?:indisponible|inaccessible)
(?:(?:el |nuestro |este )?sitio(?: web)? )?(?:está )?en mantenimiento
mantenimiento programado
(?:(?:il |questo )?sito )?(?:è )?in manutenzione
(?:(?:o |este )?site )?(?:está )?em manutenção
(?:(?:de |onze |deze )?(?:web ?site|site) )?(?:is )?(?:tijdelijk )?(?:in |gepland )?onderhoud
(?:strona|serwis|witryna) (?:jest )?(?:w trakcie prac|w budowie|tymczasowo niedostępna)
(?:prace|przerwa) (?:techniczn[ae]|serwisow[ae]|konserwacyjn[ae])
(?:на сайте )?(?:ведутся |проводятся )?технические работы
(?:sitemiz )?bakım(?:dayız| çalışması|dadır)
(?:vi utför |planerat )?underhåll(?:sarbete)?
(?:ただいま|現在)?メンテナンス中(?:です)?
(?:系统|系統|网站|網站)(?:维护|維護)中?
(?:시스템 |서비스 )?점검 중(?:입니다)?
""")
"""Headings of a site, or of a server before it, that is out of order for a while."""

NO_SITE = _anywhere(r"""
\bdomain(?: name)? (?:\S+ )?(?:is|may be) (?:\w+ )?for sale
\b(?:buy|purchase) this domain
\b(?:this|the) domain(?: name)? (?:\S+ )?(?:has expired|is parked|has been parked|is pending renewal)
\bdomain (?:\S+ )?(?:steht |ist )?zum verkauf
\bnom de domaine (?:\S+ )?(?:est à vendre|a expiré|est expiré)
\bdominio (?:\S+ )?(?:(?:está|se encuentra) (?:en|a la) venta|è in vendita|ha caducado|è scaduto)
\bdomínio (?:\S+ )?(?:está à venda|expirou)
\bdomein(?:naam)? (?:\S+ )?(?:is|staat) te koop
\bdomena (?:\S+ )?(?:jest na sprzedaż|wygasła)
\bдомен (?:\S+ )?(?:прода[её]тся|припаркован|не прилинкован)
域名.{0,10}(?:出售|过期|到期)
このドメイン.{0,20}(?:販売|有効期限)
\bserver is (?:successfully )?installed and working
\bused to test the (?:correct|proper) operation of the .{1,40} server
\bdefault (?:web )?page (?:for|of) this server
""")
"""What a page says when there is no site at its address: the domain is for sale, or its server has no pages yet."""

SERVER_ERROR = _anywhere(r"""
\b(?:fatal|parse|syntax) error\b.{0,300}\bon line \d
\btraceback \(most recent call last\)
\bserver error in [’'].{0,60}[’'] application
\bstack trace:? ?#0
\bSQLSTATE\[\w+\]
\berror in your SQL syntax
\b(?:error establishing|could not (?:make|establish)) a database connection
\b(?:could not|unable to|cannot) connect to (?:the |your )?(?:database|mysql)
\bapplication error: a (?:client|server)-side exception has occurred
\ban unhandled exception (?:has )?(?:occurred|was generated)
""")
"""What a server says in place of a page when its program fails."""

LEADS_ON = re.compile(r"""\blocation(?:\.href)?\s*=\s*["'`]|\blocation\.(?:replace|assign)\s*\(""")
"""Scripts that lead on to another address."""

CONSENT = _heading(r"""
before you continue(?: to .{1,40})?
(?:we |.{1,30} )?(?:value|values|respect|respects|care about|cares about) your (?:privacy|data)
(?:manage |about )?your (?:privacy|cookie|data|consent)(?: (?:choices|settings|preferences|options|matters|is important(?: to us)?))?
(?:about )?(?:cookies?|privacy|consent|gdpr)(?: (?:consent|settings|preferences|choices|wall|gate|notice|center|centre))+
.{0,30}(?:cookie ?wall|privacy gate|consent)
(?:this (?:web)?site|we) uses? cookies
(?:please )?(?:accept|allow|agree to) (?:our |the )?(?:cookies|terms)[^.]{0,40}
yahoo (?:is part of|ist teil|fait partie|forma parte|fa parte|is onderdeel|faz parte) .{1,60}
bevor (?:sie|du) (?:fortfahren|fortfährst|weitermachen|zu .{1,40})
(?:ihre |deine )?(?:datenschutz|privatsphäre|cookie|einwilligung)(?:[- ]?einstellungen|s?hinweise?|)
(?:wir|diese (?:web)?seite) (?:verwende[nt]|nutz(?:en|t)|respektieren) (?:cookies|ihre (?:privatsphäre|daten))
mit werbung (?:weiter)?lesen
avant (?:de continuer|d[’']accéder à .{1,40})
(?:nous respectons |le respect de )?votre vie privée[^.]{0,40}
(?:gestion|paramètres|politique) (?:des|de) cookies
antes de (?:continuar|ir a .{1,40})
(?:tu|su|a sua) (?:privacidad|privacidade)[^.]{0,40}
(?:configuración|política|aviso|configurações) de cookies
prima di (?:continuare|passare a .{1,40})
(?:rispettiamo )?la tua privacy[^.]{0,30}
(?:voordat|voor) je verder ?gaat[^.]{0,40}
(?:cookie|privacy)[- ]?(?:instellingen|voorkeuren|inställningar|indstillinger|innstillinger)
(?:zanim przejdziesz|szanujemy twoją prywatność|twoja prywatność)[^.]{0,40}
(?:innan du fortsätter|före|før du fortsætter|før du fortsetter|ennen kuin jatkat)[^.]{0,40}
""")
"""Headings of a page that asks for consent to cookies and the use of data."""

LOGIN = _heading(r"""
(?:please )?(?:log ?in|sign ?in|login|register|subscribe|sign up|log on)(?: (?:to|now|or|here)\b.{0,50})?
(?:create|verify) (?:an? |your )(?:free )?account
(?:bitte )?(?:anmelden|einloggen|anmeldung|registrieren|login)
(?:se connecter|connexion|identifiez-vous|abonnez-vous|s[’']identifier)
(?:iniciar sesión|inicia sesión|acceder|suscríbete|regístrate)
(?:accedi|login|abbonati|registrati)
(?:entrar|fazer login|assine|iniciar sessão)
(?:inloggen|aanmelden|logga in|log ind|logg inn|kirjaudu(?: sisään)?|zaloguj się|logowanie|přihlášení|bejelentkezés|giriş yap)
(?:вход|войти|увійти|ログイン|登录|登錄|로그인)
""")
"""Headings of a page that asks its reader to log in."""

CHALLENGE = _heading(r"""
just a moment
one moment,? please
please wait(?: while .{1,60})?
attention required! \| cloudflare
(?:access|permission) (?:to this (?:page|site|website) (?:has been|is|was) )?(?:denied|blocked)(?: \| .{1,40})?
(?:are you (?:a )?)?(?:human or robot|robot or human|robot|human)
(?:human|bot|security|browser) (?:verification|check|challenge)
(?:verify|verifying|checking|validating) (?:that )?(?:you are|you[’']re|your|the) (?:a )?(?:human|browser|connection|device)[^.]{0,40}
(?:.{1,30} )?security checkpoint
client challenge
pardon our interruption
(?:ddos-guard|captcha|recaptcha|hcaptcha|bot manager)
(?:the )?request(?:ed url)? (?:was )?(?:rejected|blocked|unsuccessful)
making sure you(?:[’']re| are) not a bot!?
sucuri website firewall[^.]{0,40}
(?:you have been |sorry, you have been )blocked
(?:are you a robot|prove you[’' ]a?re human|i am not a robot)
unusual (?:traffic|activity)(?: detected)?
""")
"""Headings of a page that tests whether a person reads it."""

CHALLENGE_TEXT = _anywhere(r"""
checking your browser
just a moment\.\.\.
enable javascript and cookies
verify(?:ing)? (?:that )?you are (?:a )?(?:human|not a (?:ro)?bot)
confirm (?:that )?you are (?:a )?human
are you a robot
attention required! \| cloudflare
unusual (?:traffic|activity) from your
pardon our interruption
press (?:&|and) hold
ddos protection by
access to this page has been denied
complete the (?:security check|captcha)
request unsuccessful\. incapsula
incapsula incident id
requested url was rejected\. please consult
errors\.edgesuite\.net
you don[’']t have permission to access .{1,200} on this server
protected by (?:anubis|datadome|ddos-guard|sucuri)
please (?:solve|complete) (?:the|this) captcha
prove (?:that )?you are not a robot
making sure you(?:[’']re| are) not a bot
performing security verification
""")
"""What the text of such a page says."""

CHALLENGE_MARKUP = re.compile(
    r"_cf_chl_opt|/cdn-cgi/challenge-platform/h/|cf-browser-verification|challenges\.cloudflare\.com|cf-chl-|"  # Cloudflare
    r"/_sec/cp_challenge/|sec-(?:if-)?cpt-|bm-verify|"  # Akamai
    r"captcha-delivery\.com|\bvar dd ?= ?\{|"  # DataDome
    r"px-captcha|captcha\.px-c|_pxBlock|"  # PerimeterX, now HUMAN
    r"_Incapsula_Resource|"  # Imperva
    r"awsWafCookieDomainList|gokuProps|AwsWafIntegration|\.awswaf\.com|"  # AWS WAF
    r"/149e9513-01fa-4fb0-aad4-566afd725d1b/|KPSDK|"  # Kasada
    r"/TSPD/|bobcmn|"  # F5
    r"sucuri_cloudproxy_js|"  # Sucuri
    r"check\.ddos-guard\.net|/\.well-known/ddos-guard/|"  # DDoS-Guard
    r"/\.well-known/sgcaptcha/|\.within\.website/x/cmd/anubis|/_fs-ch-|_____tmd_____|perfdrive\.com|__qrator|"  # smaller ones
    r"\b[hg]-(?:re)?captcha\b|hcaptcha\.com/1/api|recaptcha/(?:api|enterprise)\.js"
)
"""Parts of the markup of such pages, by vendor. Pages with text have some of them too."""

NEEDS_JAVASCRIPT = _anywhere(r"""
(?:enable|turn on|requires?|need|activate|allow|without|support) (?:the use of )?java ?script
java ?script (?:is |must be |to be |has been )?(?:required|enabled|disabled|not enabled|turned off)
java ?script (?:aktivieren|einschalten|ist deaktiviert|wird benötigt|muss aktiviert)
activ(?:er|ez|ar|a|e|ate) (?:le |el |o )?java ?script
(?:habilit|attiv|abilit)\w+ (?:el |o )?java ?script
java ?script (?:in te schakelen|inschakelen|włącz|aktivera)
(?:включите|włącz|zapněte|aktivera|slå på|aktivér) java ?script
java ?scriptを有効
(?:启用|啟用|开启)\s?java ?script
""")
"""What a page says that shows nothing without JavaScript."""

CONSENT_SENTENCE = _anywhere(r"""
\bcookies?\b.*(?:\bconsent|privacy|partners|accept|agree|browser|(?:our|this) (?:web)?site|experience|personali[sz]|analy[sz]|advertis)
(?:\bconsent|privacy|partners|accept|we|agree|browser|our (?:web)?site|this (?:web)?site)\b.*\bcookies?\b
\b(?:we|our|your|partners)\b.*(?:personal data|consent\b|privacy (?:policy|settings|choices))
cookies?\b.*(?:zustimm|einwillig|datenschutz|akzeptier|webseite|vie privée|accept|paramètr|privacidad|aceptar|consent)
cookies?\b.*(?:sitio|sito|privacidade|aceit|site|toestemming|accepteer|samtyck|samtykke|evästeitä|zgod)
(?:zustimm|einwillig|datenschutz|akzeptier|wir|nous|notre site|utilis|utiliz|usamos|vie privée)\w*\b.*\bcookies?\b
(?:gebruik|använder|bruker|bruger|käytämme|używa|využív)\w*\b.*\b(?:cookies?|kakor|evästeitä)\b
""")
"""A sentence about consent to cookies and the use of data."""

CONSENT_WORD = re.compile(
    r"\b(?:cookies?|consent|privacy|partners|gdpr|personali[sz]ed|advertising|datenschutz|einwillig\w*|zustimm\w*|consentement|"
    r"confidentialité|vie privée|privacidad|consentimiento|privacidade|consentimento|consenso|toestemming|samtyck\w*|samtykke|"
    r"eväste\w*|zgod[aęy]|prywatno\w+)\b",
    re.IGNORECASE,
)
ACCEPT = re.compile(
    r"\W*(?:i |yes,? (?:i )?|alle[sn]? |tout |todas? )?"
    r"(?:accept|agree|allow|akzept|zustimm|einverstanden|j[’']accepte|accepte|acept|accett|aceit|"
    r"akkoord|godkänn|godta|acceptér|hyväksy|akceptuj|zgadzam|souhlas|elfogad|kabul|принять|同意|동의)\w*(?: .{0,30})?",
    re.IGNORECASE,
)
"""The label of the control that gives consent."""

_WALL = re.compile(
    "|".join(
        r"""
cancel (?:at )?any ?time
^(?:subscribe|log ?in|sign ?in|register|continue reading|read more|(?:see|view|choose) .{0,10}(?:plans?|options|offers?))\W*$
you(?:[’']ve| have) (?:reached|read|used|hit|exceeded)\b.{0,40}\b(?:limit|articles|stories|free)
(?:subscribe|log ?in|sign ?in|register|sign up|upgrade)\b.{0,60}\b(?:to|and|for) (?:keep|continue|read|access|unlock|view|full|unlimited)
become a (?:member|subscriber)\b.{0,60}\b(?:to|and|for)\b
to (?:keep|continue) reading\b
(?:article|content|story|page) is (?:(?:only|exclusively|available|reserved|exclusive) )*(?:for|to) .{0,30}\b(?:subscrib|memb)ers
(?:for|to) (?:subscribers|members) only
(?:subscriber|member|premium)[- ](?:only|exclusive) (?:content|article|story)
already (?:a|have an?|an?) (?:subscriber|subscription|member|account|registered)
(?:start|try|get|begin) (?:your|a|our) (?:free |\S+ )?(?:trial|subscription)
(?:unlimited|full) (?:digital )?access (?:to|for)
subscribe (?:now|today|from|for (?:just|only|less))
(?:please )?(?:log|sign) ?in (?:or|to your account|with your)
(?:create|have) an? (?:free )?account (?:to|or|\?)
(?:um )?(?:diesen artikel |den artikel )?weiter(?:zu)?lesen\b.{0,60}\b(?:abo|abonn|anmeld|registr|login|einlog|mit|plus)
(?:jetzt|bitte) (?:abonnieren|anmelden|registrieren|einloggen)\b
(?:bereits|schon) (?:abonnent|registriert|kunde|abo|ein abo)
(?:dieser|der) (?:artikel|inhalt|beitrag) ist (?:nur |exklusiv )?(?:für|unseren) .{0,30}(?:abonnent|leser|mitglieder|kunden)
(?:il vous reste|cet article est|la suite est|cet article) .{0,30}(?:réservé|abonn|à lire)
(?:abonnez-vous|connectez-vous|identifiez-vous|inscrivez-vous)\b
(?:déjà|deja) (?:abonné|inscrit|un compte)
pour (?:lire|continuer|accéder).{0,50}(?:abonn|connect|inscri)
(?:suscríbete|regístrate|inicia sesión|suscríbase|identifícate)\b
(?:contenido|artículo|noticia) (?:exclusiv[oa]|solo|sólo) para (?:suscriptores|socios|registrados)
(?:ya (?:eres|soy|es)) (?:suscriptor|socio|usuario)
para (?:seguir|continuar) (?:leyendo|lendo)
(?:abbonati|accedi|registrati)\b.{0,60}\b(?:per|a|e|ora)\b
(?:contenuto|articolo) (?:riservato|esclusivo)
(?:sei già|già) (?:abbonato|registrato)
(?:assine|faça login|cadastre-se)\b.{0,60}
(?:conteúdo|artigo|notícia) exclusiv[oa] para (?:assinantes|membros)
(?:al abonnee|word abonnee|log in|neem een abonnement|verder lezen)\b.{0,60}\b(?:om|abonnee|lezen|account|inlog)
(?:redan prenumerant|bli prenumerant|logga in för att|läs vidare|för att läsa)
(?:allerede abonnent|bliv abonnent|bli abonnent|logg inn for å|log ind for at|for å lese|for at læse)
(?:lue koko|kirjaudu|tilaa)\b.{0,40}\b(?:juttu|tilaajille|lukeaksesi|tilaus)
(?:wykup|zaloguj się|kup) .{0,60}(?:dostęp|czytać|prenumerat|subskrypcj)
(?:подпишитесь|войдите|оформите подписку|зарегистрируйтесь)\b.{0,60}(?:чтобы|для)
(?:この記事は)?(?:有料会員|会員)(?:限定|の方のみ)
(?:登录|登錄|订阅|訂閱)(?:后|後|以|才能)?(?:继续|繼續)?(?:阅读|閱讀)
""".strip().splitlines()
    )
)


def asks_for_login(text: str) -> bool:
    """True for a text with a sentence that asks for a subscription or a login to go on reading."""
    return _WALL.search(text.lower()) is not None  # which takes a third of the time of a search that ignores case
