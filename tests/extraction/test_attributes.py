"""Elements whose attributes would keep the parser busy for hours are found, however they are dressed up."""

import pytest

from transforms.extraction.html import MOST_ATTRIBUTES, has_endless_attributes

ENDLESS = " ".join(f"a{number}" for number in range(MOST_ATTRIBUTES + 1))
VALUED = " ".join(f'a{number}=">"' for number in range(MOST_ATTRIBUTES + 1))
HONEST = " ".join(f'a{number}="1"' for number in range(MOST_ATTRIBUTES))


@pytest.mark.parametrize(
    "page",
    [
        f"<p {ENDLESS}>text</p>",
        f"<p {VALUED}>text</p>",
        f"<p\n{ENDLESS.replace(' ', '/')}>text</p>",
        f"<script {ENDLESS}>1</script>",
        f"<p>a < b</p><P {ENDLESS}",
        f"<!-- a --><p {ENDLESS}>",
        f"<!--><p {ENDLESS}>-->",
        f"<!-- --!><p {ENDLESS}>-->",
        f"<script>'<p>'</script><p {ENDLESS}>",
        f"<script></style></SCRIPT ><p {ENDLESS}>",
        f"<textarea><script></textarea><p {ENDLESS}></script>",
        f'<p ="><p {ENDLESS}>">',
    ],
)
def test_more_attributes_than_any_page_has(page: str) -> None:
    assert has_endless_attributes(page)


@pytest.mark.parametrize(
    "page",
    [
        f"<p {HONEST}>text</p>",
        f"<!-- <p {ENDLESS}> -->",
        f"<script>x = '<p {ENDLESS}>'</script>",
        f"<p {HONEST}></p>" * 3,
        "<p>" + "a " * 5_000 + "</p>",
        "<img src='" + "a=b " * 5_000 + "'>",
        "a < b " * 5_000,
        "",
    ],
)
def test_attributes_as_pages_have_them(page: str) -> None:
    assert not has_endless_attributes(page)


@pytest.mark.parametrize(
    "pattern", ["<", "= ", '=" ', "<p a='", "<!--", "a=1 ", "<script>", "<script><", '<p a="', "='", "<p ", "</script"]
)
def test_hostile_text_takes_neither_long_nor_much(pattern: str) -> None:
    """Ends at all: what takes the square of its length here would take hours."""
    has_endless_attributes("<p " + pattern * (4_000_000 // len(pattern)))
    has_endless_attributes(pattern * (4_000_000 // len(pattern)))
