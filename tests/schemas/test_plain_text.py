"""Characters that change how other text is shown."""

import pytest

from schemas.plain_text import printable, without_bidi


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2067שלום\u2069 \u200fabc\u200e\u061c", "שלום abc"),
        ("می\u200cخواهم 👩\u200d🚀", "می\u200cخواهم 👩\u200d🚀"),
        ("plain", "plain"),
    ],
)
def test_bidirectional_controls_go_and_joiners_stay(text: str, expected: str) -> None:
    assert without_bidi(text) == expected
    assert without_bidi((text, {"a": [text]})) == (expected, {"a": [expected]})


def test_what_reaches_a_terminal_has_no_control_characters() -> None:
    assert printable("a\x1b[31mb\x9b1m\rc\x00\x7f\td\ne\ud800") == "a[31mb1mc\td\ne\ufffd"
