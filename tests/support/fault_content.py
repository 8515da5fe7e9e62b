"""Faults of the content: pages that are something else, charsets, feeds that are something else or broken."""

from __future__ import annotations

import gzip
import json

from tests.support.faults import PAGE, Fault, article, fault, feed_of, html, shown, to
from tests.support.web_server import Reply

_FRENCH = article("La mairie", " L’été, à Évreux, où naît un bébé.")
_RUSSIAN = article("Мэрия", " Совет собрался во вторник, и голосование было близким.")
_JAPANESE = article("市役所", " 議会は火曜日に開かれ、投票は接戦だった。")
_FEED = feed_of("http://{host}/story").body
_PROSE = (
    "The council met on Tuesday, the vote was close, and the budget will be read again before the end of the month. "
    * 6
)
_NOT_FOUND = {
    "Spanish": "Página no encontrada",
    "French": "Page introuvable",
    "Italian": "Pagina non trovata",
    "Dutch": "Pagina niet gevonden",
    "Portuguese": "Página não encontrada",
    "Polish": "Nie znaleziono strony",
    "Swedish": "Sidan kunde inte hittas",
    "Danish": "Siden blev ikke fundet",
    "Norwegian": "Siden finnes ikke",
    "Finnish": "Sivua ei löytynyt",
    "Czech": "Stránka nenalezena",
    "Hungarian": "Az oldal nem található",
    "Romanian": "Pagina nu a fost găsită",
    "Turkish": "Sayfa bulunamadı",
    "Greek": "Η σελίδα δεν βρέθηκε",
    "Ukrainian": "Сторінку не знайдено",
    "Bulgarian": "Страницата не е намерена",
    "Serbian": "Страница није пронађена",
    "Croatian": "Stranica nije pronađena",
    "Arabic": "الصفحة غير موجودة",
    "Hebrew": "הדף לא נמצא",
    "Persian": "صفحه مورد نظر یافت نشد",
    "Hindi": "पेज नहीं मिला",
    "Chinese": "页面不存在",
    "Taiwanese": "找不到網頁",
    "Korean": "페이지를 찾을 수 없습니다",
    "Vietnamese": "Không tìm thấy trang",
    "Indonesian": "Halaman tidak ditemukan",
    "Thai": "ไม่พบหน้าที่คุณต้องการ",
}
_MAINTENANCE = {
    "English": "Scheduled maintenance",
    "Spanish": "Sitio en mantenimiento",
    "French": "Site en maintenance",
    "Italian": "Sito in manutenzione",
    "Portuguese": "Site em manutenção",
    "Dutch": "Website in onderhoud",
    "Polish": "Przerwa techniczna",
    "Russian": "Технические работы",
    "Turkish": "Bakım çalışması",
    "Japanese": "メンテナンス中",
    "Chinese": "网站维护中",
    "Korean": "서비스 점검 중",
}
_TEASERS = "".join(
    f"<h3><a href=/{n}>Harbour plan {n}</a></h3><p>The council votes on plan number {n} on Monday, after a debate.</p>"
    for n in range(6)
)

_PAGES = (
    *(
        fault(
            f"missing page in {language}",
            "soft-404",
            shown("Post", f"<nav><a href=/>Post</a></nav><h1>{words}</h1>{_TEASERS}"),
        )
        for language, words in _NOT_FOUND.items()
    ),
    *(
        fault(f"maintenance in {language}", "maintenance", shown(words, f"<h1>{words}</h1><p>10:00 – 12:00</p>"))
        for language, words in _MAINTENANCE.items()
    ),
    fault("feed in place of a page", "not-html", Reply(headers={"Content-Type": "application/rss+xml"}, body=_FEED)),
    fault(
        "feed called HTML",
        "not-html",
        html(_FEED.replace(b"</item>", b"<description>" + _PROSE.encode() + b"</description></item>")),
    ),
    fault(
        "Atom called HTML",
        "not-html",
        html(
            f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><entry><summary>{_PROSE}</summary></entry></feed>"
        ),
    ),
    fault(
        "sitemap called HTML",
        "not-html",
        html(
            "<?xml version='1.0'?><urlset>" + "<url><loc>http://{host}/story-of-the-hall</loc></url>" * 40 + "</urlset>"
        ),
    ),
    fault(
        "JSON in place of a page",
        "not-html",
        Reply(headers={"Content-Type": "application/json"}, body=b'{"error": "not found"}'),
    ),
    fault("JSON called HTML", "not-html", html(json.dumps({"status": "error", "message": _PROSE}))),
    fault("JSON list called HTML", "not-html", html(json.dumps([{"text": _PROSE}]))),
    fault(
        "script called HTML",
        "not-html",
        html("(function(){var a=1;window.b=function(){return 'the council met on Tuesday'};})();" * 40),
    ),
    fault(
        "style called HTML",
        "not-html",
        html("body{margin:0}.head{font:12px serif}.story p{color:#333;line-height:1.5}\n" * 40),
    ),
    fault(
        "error of an object store",
        "not-html",
        Reply(
            headers={"Content-Type": "application/xml"},
            body=b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>",
        ),
    ),
    fault("PDF called HTML", "not-html", html(b"%PDF-1.7\n" + bytes(range(256)) * 64)),
    fault("picture called HTML", "not-html", html(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 64)),
    fault("archive called HTML", "not-html", html(b"PK\x03\x04" + bytes(range(256)) * 64)),
    fault("video", "not-html", Reply(headers={"Content-Type": "video/mp4"}, body=b"\0\0\0\x18ftypmp42")),
    fault("download of a page", "article", Reply(headers={"Content-Type": "application/octet-stream"}, body=PAGE)),
    fault("page without a type", "article", Reply(body=PAGE)),
    fault("page called plain text", "article", Reply(headers={"Content-Type": "text/plain"}, body=PAGE)),
    fault("blank page", "no-text", html(" \r\n" * 100)),
    fault("page of comments", "no-text", html("<!-- " + _PROSE + " -->")),
    fault("page of zeros", "not-html", html(b"\0" * 5000)),
    fault(
        "only a script",
        "needs-javascript",
        html(
            "<!doctype html><html><head><title>Post</title></head><body><div id=root></div><script src=/a.js></script></body></html>"
        ),
    ),
    fault(
        "leads on by script",
        "needs-javascript",
        html("<html><head><script>window.location.href='/other'</script></head><body></body></html>"),
        other=html(),
    ),
    fault(
        "frames", "no-text", html("<html><head><title>Post</title></head><frameset><frame src=/a></frameset></html>")
    ),
    fault(
        "web server without a site",
        "soft-404",
        shown(
            "Welcome to nginx!",
            "<h1>Welcome to nginx!</h1><p>The nginx web server is successfully installed and working.</p>",
        ),
    ),
    fault(
        "Apache without a site",
        "soft-404",
        shown(
            "Apache2 Ubuntu Default Page: It works",
            "<h1>Apache2 Default Page</h1><h2>It works!</h2><p>This page is used to test the correct operation of the Apache2 server.</p>",
        ),
    ),
    fault(
        "domain for sale",
        "soft-404",
        shown(
            "{host}",
            "<h1>{host}</h1><p>This domain is for sale! Buy this domain now. All payments are safe, our brokers say.</p>",
        ),
    ),
    fault(
        "parked domain",
        "soft-404",
        shown(
            "{host}",
            "<h1>{host}</h1><p>This domain has expired. If you are its owner, please contact your registrar to renew it today.</p>",
        ),
    ),
    fault(
        "account suspended",
        "soft-404",
        shown(
            "Account Suspended",
            "<h1>Account Suspended</h1><p>This account has been suspended. Contact your hosting provider for more information.</p>",
        ),
    ),
    fault("no database", "maintenance", shown("Database Error", "<h1>Error establishing a database connection</h1>")),
    fault(
        "error of a script",
        "maintenance",
        html(
            "<br />\n<b>Fatal error</b>:  Uncaught Error: Call to get() on null\nStack trace:\n#0 {main}\n on line <b>42</b>"
        ),
    ),
    fault(
        "gateway error",
        "maintenance",
        shown("504 Gateway Time-out", "<center><h1>504 Gateway Time-out</h1></center><hr><center>nginx</center>"),
    ),
    fault(
        "folder listing",
        "soft-404",
        shown(
            "Index of /news",
            "<h1>Index of /news</h1><pre><a href=../>../</a>\n"
            + "".join(f"<a href=story-{n}.html>story-{n}.html</a>  01-Oct-2026 12:00  1234\n" for n in range(30))
            + "</pre>",
        ),
    ),
    fault(
        "login redirect",
        "login-wall",
        to("/account/login?next=/story"),
        **{"account/login?next=/story": shown("Post", "<h1>Welcome back</h1><form><input type=password></form>")},
    ),
    Fault(
        name="consent redirect",
        outcome="consent-wall",
        answers={
            "/story": to("http://consent.{host}/collect?to=story"),
            "http://consent.{host}/collect?to=story": shown("Post", f"<h1>Your data</h1><p>{_PROSE}</p>"),
        },
    ),
    fault("deep nesting", "unparsable", html(b"<html><body>" + b"<div>" * 200_000 + PAGE + b"</div>" * 200_000)),
    fault("NUL bytes", "article", html(PAGE.replace(b"vote", b"vo\0te"))),
    fault("references to controls", "article", html(PAGE.replace(b"vote", b"vo&#11;te"))),
    fault("half the page missing", "article", html(PAGE[: len(PAGE) * 3 // 4])),
)

_CHARSETS = (
    fault("UTF-8 called ASCII", "article", html(_FRENCH, Content_Type="text/html; charset=ascii")),
    fault("UTF-8 called Latin-1", "article", html(_RUSSIAN, Content_Type="text/html; charset=iso-8859-1")),
    fault("cp1252 called UTF-8", "article", html(_FRENCH.encode("cp1252"))),
    fault("cp1251 without a word", "article", html(_RUSSIAN.encode("cp1251"), Content_Type="text/html")),
    fault("Shift JIS without a word", "article", html(_JAPANESE.encode("shift_jis"), Content_Type="text/html")),
    fault("no charset of text", "article", html(_FRENCH.encode("cp1252"), Content_Type="text/html; charset=punycode")),
    fault(
        "two charsets",
        "article",
        html(_RUSSIAN.encode("koi8-r"), Content_Type="text/html; charset=koi8-r; charset=utf-8"),
    ),
    fault("UTF-16 with a mark", "article", html(_RUSSIAN.encode("utf-16"), Content_Type="text/html")),
    fault("UTF-16 without a mark", "article", html(_RUSSIAN.encode("utf-16-le"), Content_Type="text/html")),
    fault(
        "UTF-16 without a mark, big end first", "article", html(_RUSSIAN.encode("utf-16-be"), Content_Type="text/html")
    ),
    fault(
        "UTF-16, said in the header",
        "article",
        html(_RUSSIAN.encode("utf-16-le"), Content_Type="text/html; charset=utf-16le"),
    ),
    fault("UTF-16 said, UTF-8 sent", "article", html(_RUSSIAN, Content_Type="text/html; charset=utf-16")),
    fault("UTF-32", "article", html(_RUSSIAN.encode("utf-32"), Content_Type="text/html")),
    fault("two marks", "article", html(b"\xef\xbb\xbf\xef\xbb\xbf" + _RUSSIAN.encode(), Content_Type="text/html")),
)


def _rss(body: bytes, **headers: str) -> Reply:
    return Reply(headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body)


_FRONT = feed_of("/story").body
_XML = b"<?xml version='1.0' encoding='utf-8'?>"
_FEEDS = (
    fault("HTML in place of a feed", "not-a-feed", feed=html()),
    fault("empty feed", "not-a-feed", feed=Reply()),
    fault("feed without content", "http-other", feed=Reply(status=304)),
    fault(
        "JSON error in place of a feed",
        "not-a-feed",
        feed=Reply(headers={"Content-Type": "application/json"}, body=b'{"error": "rate limit"}'),
    ),
    fault("bot wall in place of a feed", "not-a-feed", feed=shown("Just a moment...", "<p>Checking your browser</p>")),
    fault("feed 404", "http-gone", feed=Reply(status=404)),
    fault("feed 410", "http-gone", feed=Reply(status=410)),
    fault("feed 403", "http-denied", feed=Reply(status=403)),
    fault("feed moved for good", "article", html(), feed=to("/new", 308), new=feed_of("http://{host}/story")),
    fault("feed redirects to the front page", "not-a-feed", feed=to("/"), **{"": shown("Post", _TEASERS)}),
    fault("feed redirects for ever", "too-many-redirects", feed=to("/feed?again"), **{"feed?again": to("/feed")}),
    fault("feed of another type", "article", html(), feed=_rss(_FEED, Content_Type="text/html")),
    fault("feed after blank lines", "article", html(), feed=_rss(b"\n\n  \r\n" + _XML + _FEED)),
    fault(
        "feed after a warning",
        "article",
        html(),
        feed=_rss(
            b"<br />\n<b>Warning</b>:  Undefined variable in <b>/www/feed.php</b> on line <b>3</b><br />\n"
            + _XML
            + _FEED
        ),
    ),
    fault("feed after two marks", "article", html(), feed=_rss(b"\xef\xbb\xbf\xef\xbb\xbf" + _XML + _FEED)),
    fault("feed after a mark and a blank", "article", html(), feed=_rss(b"\n\xef\xbb\xbf" + _XML + _FEED)),
    fault("feed before a comment", "article", html(), feed=_rss(_XML + _FEED + b"<!-- cached -->")),
    fault("feed before garbage", "article", html(), feed=_rss(_XML + _FEED + b"\n<script>track()</script>\0\0")),
    fault(
        "feed that breaks off",
        "article + no-link",
        html(),
        feed=_rss(_XML + _FEED[: _FEED.index(b"</channel>")] + b"<item><title>half"),
    ),
    fault("feed of controls", "article", html(), feed=_rss(_FEED.replace(b"hall", b"ha\x0bl&#8;l"))),
    fault("feed with ampersands", "article", html(), feed=_rss(_FEED.replace(b"hall", b"hall & R&D &nbsp; &eacute;"))),
    fault(
        "feed gzipped twice",
        "article",
        html(),
        feed=_rss(gzip.compress(gzip.compress(_FRONT)), Content_Encoding="gzip"),
    ),
    fault("feed in half a gzip", "bad-encoding", feed=_rss(gzip.compress(_FEED)[:-30], Content_Encoding="gzip")),
    fault("feed in UTF-16 without a mark", "article", html(), feed=_rss(_FRONT.decode().encode("utf-16-le"))),
    fault("feed in UTF-16 called UTF-8", "article", html(), feed=_rss((_XML + _FRONT).decode().encode("utf-16"))),
    fault("feed called UTF-16", "article", html(), feed=_rss(_FEED, Content_Type="text/xml; charset=utf-16")),
    fault(
        "feed of entities",
        "article",
        html(),
        feed=_rss(
            b"<!DOCTYPE rss [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>"
            + _FEED.replace(b"hall", b"&c;")
        ),
    ),
    fault(
        "feed of a file",
        "article",
        html(),
        feed=_rss(b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + _FEED.replace(b"hall", b"&x;")),
    ),
    fault("feed without guids", "article", html(), feed=_rss(_FEED.replace(b"guid", b"x"))),
    fault(
        "feed with bad dates",
        "article",
        html(),
        feed=_rss(_FEED.replace(b"<guid", b"<pubDate>Tomorrow-ish, 32 Febtober 20x6 25:61 ZZZ</pubDate><guid")),
    ),
    fault(
        "feed of the future",
        "article",
        html(),
        feed=_rss(_FEED.replace(b"<guid", b"<pubDate>Fri, 01 Jan 2238 00:00:00 GMT</pubDate><guid")),
    ),
    fault("feed that links to itself", "not-html", None, "http://{host}/feed"),
    fault("feed of scripts", "no-link", None, "javascript:alert(1)"),
    fault("feed of files", "no-link", None, "file:///etc/passwd"),
    fault("feed of mail", "no-link", None, "mailto:desk@{host}"),
    fault("feed of loopback", "private-address", None, "http://127.0.0.1:1/story"),
    fault(
        "feed of pictures",
        "not-html",
        Reply(headers={"Content-Type": "image/png"}, body=b"\x89PNG"),
        "http://{host}/story",
    ),
    fault("feed of relative links", "article", html(), "story"),
    fault(
        "one guid for all",
        "article",
        html(),
        feed=_rss(
            _FEED.replace(
                b"</item>",
                b"</item><item><title>Again</title><link>http://{host}/story</link><guid isPermaLink='false'>0</guid></item>",
            )
        ),
    ),
)

CONTENT: tuple[Fault, ...] = (*_PAGES, *_CHARSETS, *_FEEDS)
"""The kinds."""
