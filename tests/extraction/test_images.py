"""The images of an article: which belong to it, their addresses, captions and credits."""

import pytest
from lxml.html import fragment_fromstring

from schemas import Image
from tests.support.pages import PARAGRAPHS, SENTENCES, article_of, document
from transforms.extraction.image_sources import image_url, picture_key, same_picture, sizes
from transforms.extraction.images import MOST_IMAGES

BASE = "https://news.example/local/harbour-bridge"
FERRY = '<figure><img src="/ferry.jpg" alt="A ferry"><figcaption>The ferry on Monday.</figcaption></figure>'
HEAD = '<meta property="og:image" content="https://cdn.example/crop/bridge-1200x630.jpg">'


def address(markup: str) -> str | None:
    element = fragment_fromstring(f"<div>{markup}</div>")
    return image_url(next(element.iter("img", "amp-img")), BASE)


def images_in(body: str, head: str = "") -> tuple[Image, ...]:
    return article_of(document(body, head)).images or ()


def middle(markup: str) -> str:
    """An article with this between its second and third paragraph."""
    return PARAGRAPHS.replace(f"<p>{SENTENCES[2]}", f"{markup}<p>{SENTENCES[2]}")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<img src="/a.jpg">', "https://news.example/a.jpg"),
        ('<img src="a b.jpg">', "https://news.example/local/a%20b.jpg"),
        ('<img src="https://jane:secret@cdn.example/a.jpg">', "https://cdn.example/a.jpg"),
        ('<img src="/s.jpg" srcset="/m.jpg 640w, /l.jpg 1280w, /s.jpg 320w">', "https://news.example/l.jpg"),
        ('<img src="/s.jpg" srcset="/s.jpg 1x, /l.jpg 2x">', "https://news.example/l.jpg"),
        ('<img srcset="/w_3,h_2/a.jpg 300w, /w_9,h_6/a.jpg 900w">', "https://news.example/w_9,h_6/a.jpg"),
        ('<img src="data:image/gif;base64,R0lGOD" data-src="/a.jpg">', "https://news.example/a.jpg"),
        ('<img src="/img/blank.gif" data-srcset="/s.jpg 320w, /l.jpg 900w">', "https://news.example/l.jpg"),
        ('<img src="/placeholder.png" data-lazy-src="/a.webp">', "https://news.example/a.webp"),
        (
            '<picture><source srcset="/l.avif 1400w, /m.avif 700w"><img src="/a.jpg"></picture>',
            "https://news.example/l.avif",
        ),
        ('<picture><source srcset="/only.webp"><img src="data:,"></picture>', "https://news.example/only.webp"),
        ('<amp-img src="/a.jpg" width="16" height="9"></amp-img>', "https://news.example/a.jpg"),
        ('<img src="data:image/png;base64,AAAA">', None),
        ('<img src="javascript:alert(1)">', None),
        ('<img src="blob:https://news.example/1">', None),
        ('<img src="/">', None),
        ('<img src="#">', None),
        ('<img alt="nothing">', None),
        ('<img src="http://[" data-src="http://news.example:999999999/a.jpg">', None),
    ],
)
def test_the_address_of_an_image(markup: str, expected: str | None) -> None:
    assert address(markup) == expected


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("a.jpg 1x,b.jpg 2x", [(1.0, "a.jpg"), (2.0, "b.jpg")]),
        ("a.jpg, b.jpg 2x", [(0.0, "a.jpg"), (2.0, "b.jpg")]),
        ("a.jpg", [(0.0, "a.jpg")]),
        ("a.jpg 1.2.3x", [(0.0, "a.jpg")]),
        (" , ", [(0.0, "")]),
        ("", []),
    ],
)
def test_sizes_of_an_image(listed: str, expected: list[tuple[float, str]]) -> None:
    assert list(sizes(listed)) == expected


@pytest.mark.parametrize(
    ("url", "other", "is_same"),
    [
        ("https://a.example/2024/bridge-1200x630.jpg", "https://cdn.example/x/bridge-640x360.webp", True),
        (
            "https://a.example/_next/image?url=https%3A%2F%2Fb.example%2Fbridge.jpg&w=640",
            "https://b.example/bridge.jpg",
            True,
        ),
        ("https://a.example/i/9f86d081884c7d65/16x9.jpg", "https://a.example/i/9f86d081884c7d65/1x1.jpg", True),
        ("https://a.example/20240503/ferry.jpg", "https://a.example/20240503/bridge.jpg", False),
        ("https://a.example/crop/1200x1630/ferry.jpg", "https://a.example/crop/1200x1630/bridge.jpg", False),
    ],
)
def test_sizes_of_one_picture(url: str, other: str, is_same: bool) -> None:
    assert same_picture(url, other) is is_same


def test_a_picture_in_two_sizes_has_one_key() -> None:
    assert picture_key("https://a.example/f-300x200.jpg?w=300") == picture_key(
        "https://a.example/f-600x400.jpg?w=600&q=8"
    )
    assert picture_key("https://a.example/image.php?id=5") != picture_key("https://a.example/image.php?id=6")


@pytest.mark.parametrize(
    ("markup", "caption", "credit"),
    [
        ("<figcaption>The ferry on Monday.</figcaption>", "The ferry on Monday.", None),
        (
            "<figcaption>The ferry. <span class='credit'>Ana Ruiz/Example</span></figcaption>",
            "The ferry.",
            "Ana Ruiz/Example",
        ),
        ("<figcaption>The ferry. (Photo: Ana Ruiz)</figcaption>", "The ferry.", "Ana Ruiz"),
        ("<figcaption>Die Fähre am Montag. Foto: Ana Ruiz</figcaption>", "Die Fähre am Montag.", "Ana Ruiz"),
        ("<figcaption>Le ferry lundi © Ana Ruiz</figcaption>", "Le ferry lundi", "Ana Ruiz"),
        (
            "<div class='image-caption'>The ferry.</div><div class='copyright'>Foto: Ana Ruiz</div>",
            "The ferry.",
            "Ana Ruiz",
        ),
        ("<figcaption><span itemprop='copyrightHolder'>Example</span></figcaption>", None, "Example"),
        ("<figcaption>Fähre: alt, aber noch im Dienst</figcaption>", "Fähre: alt, aber noch im Dienst", None),
        ("", None, None),
    ],
)
def test_captions_and_credits(markup: str, caption: str | None, credit: str | None) -> None:
    figure = f'<figure><img src="/ferry.jpg">{markup}</figure>'
    assert images_in(middle(figure)) == (Image(url="https://news.example/ferry.jpg", caption=caption, credit=credit),)


def test_a_caption_without_a_figure_and_in_attributes() -> None:
    wrapped = '<div class="wp-caption"><img src="/ferry.jpg"><p class="wp-caption-text">The ferry.</p></div>'
    (image,) = images_in(middle(wrapped))
    assert image.caption == "The ferry."
    (image,) = images_in(middle('<img src="/ferry.jpg" data-caption="The ferry." data-credit="Ana Ruiz" alt="Ferry">'))
    assert (image.caption, image.credit, image.alt) == ("The ferry.", "Ana Ruiz", "Ferry")


def test_captions_and_credits_are_not_in_the_body() -> None:
    article = article_of(document(middle(FERRY)))
    assert article.body.split("\n") == list(SENTENCES)


def test_the_lead_image_comes_first() -> None:
    lead = '<figure><img src="https://cdn.example/w/bridge-640x360.jpg"></figure>'
    addresses = [image.url for image in images_in(middle(FERRY) + lead, HEAD)]
    assert addresses == ["https://cdn.example/w/bridge-640x360.jpg", "https://news.example/ferry.jpg"]


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="/logo.png" class="site-logo">',
        '<img src="/pixel.gif" width="1" height="1">',
        '<img src="/jane.jpg" width="48" height="48">',
        '<div class="author-box"><img src="/jane.jpg"></div>',
        '<aside><figure><img src="/x.jpg"></figure></aside>',
        '<div class="related"><figure><img src="/x.jpg"></figure></div>',
        '<a href="/another-story"><img src="/x.jpg"></a>',
        '<img src="https://secure.gravatar.com/avatar/1">',
        '<template><img src="/x.jpg"></template>',
    ],
)
def test_images_of_the_page_are_not_of_the_article(markup: str) -> None:
    assert images_in(middle(markup)) == ()


def test_images_outside_of_the_article_are_not_its_own() -> None:
    html = document(PARAGRAPHS).replace("<footer>", '<footer><figure><img src="/x.jpg"></figure>')
    html = html.replace("<nav>", '<nav><img src="/y.jpg">')
    assert article_of(html).images == ()


def test_an_image_that_opens_large_and_one_for_browsers_without_scripts() -> None:
    (image,) = images_in(middle('<a href="/ferry-large.jpg"><img src="/ferry.jpg"></a>'))
    assert image.url == "https://news.example/ferry.jpg"
    (image,) = images_in(middle('<img src="data:,"><noscript><img src="/ferry.jpg"></noscript>'))
    assert image.url == "https://news.example/ferry.jpg"


def test_a_picture_counts_once_and_images_are_limited() -> None:
    twice = '<img src="/f-300x200.jpg?w=300"><img src="/f-600x400.jpg?w=600">'
    assert len(images_in(middle(twice))) == 1
    many = "".join(f'<figure><img src="/{n}.jpg"></figure>' for n in range(MOST_IMAGES + 20))
    assert len(images_in(middle(many))) == MOST_IMAGES
    long = "".join(f'<figure><img src="/{n}/{"x" * 5000}.jpg"></figure>' for n in range(40))
    assert sum(len(image.url) for image in images_in(middle(long))) <= 60_000
