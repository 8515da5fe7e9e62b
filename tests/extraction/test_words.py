import pytest

from transforms.extraction.words import content_hash, word_count


def test_the_hash_sees_words_only() -> None:
    assert content_hash("The  Bridge, closed!\n“Now”") == content_hash("the bridge closed: now")
    assert content_hash("ｆｕｌｌ width") == content_hash("full width")
    assert content_hash("the bridge closed") != content_hash("the bridges closed")
    assert len(content_hash("")) == 32


@pytest.mark.parametrize(
    ("text", "words"), [("two words", 2), ("橋が閉鎖", 4), ("the 橋 bridge", 3), ("다리 폐쇄", 2), ("", 0)]
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert word_count(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Two words", 2),
        ("Ärger über e\u0301te\u0301", 3),
        ("किसानों ने आज दिल्ली में रैली की", 7),
        ("কৃষকেরা আজ ঢাকায় সমাবেশ করেছেন", 5),
        ("விவசாயிகள் இன்று சென்னையில் பேரணி நடத்தினர்", 5),
        ("نمی‌دانم چه می‌شود", 3),
        ("مُحَمَّدٌ رَسُولٌ", 2),
        ("הַגֶּשֶׁר נִסְגָּר", 2),
        ("co\u00adoperation of all", 3),
        ("한국어 단어 셋", 3),
        ("橋は閉鎖、3日", 6),
        ("ปิดสะพาน", 7),
    ],
)
def test_marks_and_joiners_do_not_end_a_word(text: str, words: int) -> None:
    assert word_count(text) == words
