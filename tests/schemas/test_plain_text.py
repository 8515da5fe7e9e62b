"""Characters that change how other text is shown."""

import pytest

from schemas.plain_text import printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2067שלום\u2069 \u200fabc\u200e\u061c", "שלום abc"),
        ("می\u200cخواهم 👩\u200d🚀", "می\u200cخواهم 👩\u200d🚀"),
        ("a\x1b[31mb\rc\x00\x7f\td\ne\ud800", "a[31mbc\td\ne\ufffd"),
        ("\x93Don\x92t\x94 \x96 she said\x85", "“Don’t” – she said…"),
        ("a\x9b31mb\x81", "a›31mb"),
        ("plain", "plain"),
    ],
)
def test_text_loses_what_forges_other_text(text: str, expected: str) -> None:
    assert printable(text) == expected
    assert printable((text, {"a": [text]})) == (expected, {"a": [expected]})
