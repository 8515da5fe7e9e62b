"""Pages that are not the article that was asked for, by kind: each becomes a reject with its reason, in one pass over loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas import Reason
from tests.support.passes import Desk
from tests.support.site import FEED, page
from tests.support.tables import rows
from tests.support.web_server import Answers, Reply, serving

TITLE = "Mayor opens the new hall"
NAVIGATION = "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
TEASERS = "".join(
    f"<section><h2><a href='/{n}'>Harbour plan {n} goes to the vote</a></h2><p>The council will vote on plan number {n} on Monday, "
    "after a debate that lasted well into the night, and members say that more plans will follow it in spring.</p></section>"
    for n in range(6)
)
OFFER = (
    "<p>You have reached your monthly limit of free articles.</p><p>Subscribe now to keep reading all that our newsroom writes.</p>"
    "<p>Already a subscriber? Log in to your account.</p>"
)
CONSENT_TEXT = (
    "<p>We and our 412 partners use cookies and similar techniques to show you personalised advertising on this website.</p>"
    "<p>With your consent we process personal data such as your address. You can change your consent at any time.</p>"
)


def html(title: str, body: str, head: str = "") -> Reply:
    text = f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>{body}</body></html>"
    return Reply(headers={"Content-Type": "text/html; charset=utf-8"}, body=text.encode())


def to(address: str) -> Reply:
    return Reply(status=302, headers={"Location": address})


def challenge(markup: str, text: str = "Please wait.") -> Reply:
    return html("news.example", f"<div>{markup}</div><p>{text}</p>")


PAGES: dict[str, tuple[Reply, str]] = {
    # Bot walls, by vendor.
    "cloudflare": (
        html("Just a moment...", "<h1>site.example</h1><p>Checking the site connection security</p>"),
        "bot-wall",
    ),
    "cloudflare script": (challenge("<script>window._cf_chl_opt = {cType: 'managed'};</script>"), "bot-wall"),
    "akamai": (
        challenge("<div id='sec-if-cpt-container'></div><script src='/_sec/cp_challenge/a.js'></script>"),
        "bot-wall",
    ),
    "akamai denied": (
        html(
            "Access Denied",
            '<h1>Access Denied</h1>You don\'t have permission to access "http://site.example/a" on this server.'
            "<p>Reference #18.2c6b1202.1700000000.1a2b3c</p>",
        ),
        "bot-wall",
    ),
    "datadome": (
        challenge("<script>var dd={'rt':'c','cid':'A'}</script><script src='//ct.captcha-delivery.com/c.js'></script>"),
        "bot-wall",
    ),
    "human": (
        html("Access to this page has been denied", "<div id='px-captcha'></div><p>Press &amp; hold to go on.</p>"),
        "bot-wall",
    ),
    "imperva": (challenge("<iframe src='/_Incapsula_Resource?CWUDNSAI=1&incident_id=2'></iframe>"), "bot-wall"),
    "aws": (
        challenge("<script>window.gokuProps = {key: 'k'};</script><div id='challenge-container'></div>"),
        "bot-wall",
    ),
    "kasada": (challenge("<script>window.KPSDK={};</script>"), "bot-wall"),
    "f5": (
        html(
            "Request Rejected",
            "The requested URL was rejected. Please consult with your administrator. Your support ID is: 12",
        ),
        "bot-wall",
    ),
    "sucuri": (challenge("<script>sucuri_cloudproxy_js='';</script>", "You are being redirected..."), "bot-wall"),
    "ddos-guard": (html("DDOS-GUARD", "<h1>Checking your browser before accessing</h1>"), "bot-wall"),
    "hcaptcha": (
        challenge("<div class='h-captcha' data-sitekey='k'></div>", "One more step before you go on."),
        "bot-wall",
    ),
    "recaptcha": (challenge("<div class='g-recaptcha'></div>", "Are you there?"), "bot-wall"),
    "anubis": (
        html("Making sure you're not a bot!", "<p>Loading the test, which takes a few seconds.</p>"),
        "bot-wall",
    ),
    # Consent.
    "consent": (
        html("Before you continue", f"<h1>Before you continue</h1>{CONSENT_TEXT}<button>Accept all</button>"),
        "consent-wall",
    ),
    "consent without heading": (
        html("The Site", f"{CONSENT_TEXT}<form><button>I agree</button></form>"),
        "consent-wall",
    ),
    "german consent": (
        html(
            "Datenschutzeinstellungen",
            "<h1>Wir verwenden Cookies</h1><p>Mit Ihrer Einwilligung verwenden wir und unsere Partner Cookies, um Ihre Daten "
            "zu verarbeiten. Diese Zustimmung gilt für alle Seiten des Verlags.</p><button>Alle akzeptieren</button>",
        ),
        "consent-wall",
    ),
    "to consent": (to("http://consent.site.example/collect?back=1"), "consent-wall"),
    "only a cookie notice": (
        html(
            "The Site",
            f"{NAVIGATION}<div id='app'></div><p>We use cookies to improve your experience on our website.</p>"
            "<p>By browsing this website, you agree to our use of cookies and to our partners.</p>",
        ),
        "consent-wall",
    ),
    # Logins and subscriptions.
    "subscription": (html(TITLE, f"<h1>{TITLE}</h1>{OFFER}"), "login-wall"),
    "subscription of an article": (
        html(TITLE, f"<h1>{TITLE}</h1>{OFFER}", '<script type="application/ld+json">{"@type": "NewsArticle"}</script>'),
        "login-wall",
    ),
    "french subscription": (
        html(
            TITLE,
            f"<h1>{TITLE}</h1><p>Cet article est réservé aux abonnés.</p><p>Abonnez-vous pour lire la suite de nos articles.</p>",
        ),
        "login-wall",
    ),
    "login form": (
        html(
            "Log in | The Site", "<h1>Log in</h1><form>Name <input> Word <input type='password'></form>" + TEASERS[:600]
        ),
        "login-wall",
    ),
    "to login": (to("http://site.example/login?next=a"), "login-wall"),
    # Missing pages.
    "missing": (html("Page not found | The Site", f"{NAVIGATION}<h1>Page not found</h1>{TEASERS}"), "soft-404"),
    "missing, by heading": (
        html("The Site", f"{NAVIGATION}<h1>Oops! That page can’t be found.</h1>{TEASERS}"),
        "soft-404",
    ),
    "german missing": (
        html("Fehler 404 - Die Seite", f"<h1>Diese Seite wurde leider nicht gefunden</h1>{TEASERS}"),
        "soft-404",
    ),
    "russian missing": (html("Сайт", f"<h1>404. Страница не найдена</h1>{TEASERS}"), "soft-404"),
    "japanese missing": (html("サイト", f"<h1>お探しのページは見つかりませんでした</h1>{TEASERS}"), "soft-404"),
    "missing, in the text": (
        html("The Site", "<p>Sorry. The story you are looking for is no longer available.</p>"),
        "soft-404",
    ),
    "to not-found": (to("http://site.example/not-found"), "soft-404"),
    # Redirects.
    "news/local/mayor-opens-the-hall-1": (to("/"), "redirected-away"),
    "news/local/mayor-opens-the-hall-2": (to("/index.html?utm_source=gone"), "redirected-away"),
    "news/local/mayor-opens-the-hall-3": (to("/news/local/"), "redirected-away"),
    "news/local/mayor-opens-the-hall-4": (to("http://other.example/"), "redirected-away"),
    # Out of order.
    "maintenance": (
        html("Site under maintenance", "<h1>We’ll be back soon</h1><p>We are moving to a new server this morning.</p>"),
        "maintenance",
    ),
    "gateway": (
        html("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.24.0</center>"),
        "maintenance",
    ),
    "german maintenance": (
        html("Wartungsarbeiten", "<h1>Wartungsarbeiten</h1><p>Wir sind in einer Stunde wieder für Sie da.</p>"),
        "maintenance",
    ),
    # Shells.
    "shell": (
        html("The Site", "<noscript>You need to enable JavaScript to run this app.</noscript><div id='root'></div>"),
        "needs-javascript",
    ),
    "shell without a word": (
        html("The Site", "<div id='__next'></div><script src='/app.js'></script>"),
        "needs-javascript",
    ),
    "shell of an article": (
        html(
            TITLE,
            "<noscript>Please enable JavaScript to read this page.</noscript><div id='app'></div>",
            "<meta property='og:type' content='article'><meta property='article:published_time' content='2026-10-01T10:00:00Z'>",
        ),
        "needs-javascript",
    ),
}
PROSE = "".join(
    f"<p>The mayor opened hall number {n} on Tuesday, after a vote that was close, and read the list of those who paid.</p>"
    for n in range(5)
)
ARTICLES: dict[str, Reply] = {
    "plain": page(TITLE),
    "about walls": html(
        "Verify you are human, it said", f"<article><h1>Verify you are human, it said</h1>{PROSE * 4}</article>"
    ),
    "about missing pages": html(
        "Page not found: how 404s became art", f"<h1>Page not found: how 404s became art</h1>{PROSE}"
    ),
    "named as the feed says": html("Page not found", f"<h1>Page not found</h1>{PROSE}"),
    "behind an overlay": html(
        TITLE,
        f"<div class='overlay'><h2>We value your privacy</h2>{CONSENT_TEXT}<button>Accept all</button></div><h1>{TITLE}</h1>{PROSE}",
    ),
    "with a login box": html(TITLE, f"<form><h2>Log in</h2><input type='password'></form><h1>{TITLE}</h1>{PROSE}"),
    "with a captcha": html(
        TITLE, f"<h1>{TITLE}</h1>{PROSE}<div class='g-recaptcha'></div><script>var dd={{}}</script>"
    ),
    "with an offer": html(TITLE, f"<h1>{TITLE}</h1>{PROSE}<div>{OFFER}</div>"),
    "flash": html(
        TITLE,
        f"<h1>{TITLE}</h1><p>The mayor has opened the new hall, the council says.</p><noscript>Enable JavaScript.</noscript>",
    ),
    "short": to("http://site.example/news/local/mayor-opens-the-hall-9"),
    "old/mayor-opens-the-hall": to("/news/mayor-opens-the-hall-9"),
}
TARGETS: dict[str, Reply] = {
    "http://site.example/": html("The Site", NAVIGATION + TEASERS),
    "http://site.example/index.html?utm_source=gone": html("The Site", NAVIGATION + TEASERS),
    "http://other.example/": html("Other", NAVIGATION + TEASERS),
    "http://site.example/news/local/": html("Local news", NAVIGATION + TEASERS),
    "http://site.example/not-found": html("The Site", NAVIGATION + TEASERS),
    "http://site.example/login?next=a": html("The Site", NAVIGATION + TEASERS),
    "http://consent.site.example/collect?back=1": html("The Site", NAVIGATION + TEASERS),
    "http://site.example/news/local/mayor-opens-the-hall-9": page("Nine"),
    "http://site.example/news/mayor-opens-the-hall-9": page("Ninety"),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, bool]]:
    """By address: "article" or the reason, and whether that is final."""
    folder: Path = tmp_path_factory.mktemp("kinds")
    listed = {**{name: reply for name, (reply, _) in PAGES.items()}, **ARTICLES}
    addresses = {name: f"http://site.example/{name.replace(' ', '_').replace(',', '')}" for name in listed}
    titles = {"named as the feed says": "Page not found"}
    items = "".join(
        f"<item><title>{titles.get(name, f'Entry {n}')}</title><link>{address}</link></item>"
        for n, (name, address) in enumerate(addresses.items())
    )
    answers: Answers = {
        FEED: Reply(body=f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>".encode()),
        **{addresses[name]: reply for name, reply in listed.items()},
        **TARGETS,
    }
    with serving(answers) as web:
        Desk(folder).run(web.proxy)
    names = {address: name for name, address in addresses.items()}
    lake = folder / "lake"
    rejects = {names[row["url"]]: (row["reason"], row["final"]) for row in rows(lake, "rejects")}
    return {**{names[row["url"]]: ("article", True) for row in rows(lake, "articles")}, **rejects}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_another_kind_is_a_reject_with_its_reason(name: str, outcomes: dict[str, tuple[str, bool]]) -> None:
    reason = Reason(PAGES[name][1])
    assert outcomes[name] == (reason.value, not (reason.transient or reason.early))


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_that_looks_like_another_kind_is_an_article(
    name: str, outcomes: dict[str, tuple[str, bool]]
) -> None:
    assert outcomes[name] == ("article", True)
