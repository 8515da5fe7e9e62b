"""The zone and the language in which a page's stamps are read."""

from __future__ import annotations

import pytest

from transforms.extraction.locales import is_translated, locale_of, numeric_form


@pytest.mark.parametrize(
    ("host", "language", "stated", "zone", "origin", "read_as"),
    [
        ("news.example.jp", "ja", None, "Asia/Tokyo", "country", "ja-JP"),
        ("www.example.co.uk", "en-US", None, "Europe/London", "country", "en-GB"),
        ("www.example.co.uk", "en-US", "Europe/Paris", "Europe/Paris", "source", "en-GB"),
        ("www.example.com", "ja", None, "Asia/Tokyo", "country", "ja"),
        ("www.example.com", "de-AT", None, "Europe/Vienna", "country", "de-AT"),
        ("www.example.com", "en-IE", None, "Europe/Dublin", "country", "en-IE"),
        ("www.example.com", "en-US", None, None, None, "en-US"),
        ("www.example.com", "ar", None, None, None, "ar"),
        ("www.example.com.br", "pt-BR", None, None, None, "pt-BR"),
        ("www.example.es", "es", None, "Europe/Madrid", "country", "es-ES"),
        ("www.example.org", "ja", None, "Asia/Tokyo", "country", "ja"),
        ("www.example.eu", "de", None, "Europe/Berlin", "country", "de"),
        ("www.example.int", "de-AT", None, "Europe/Vienna", "country", "de-AT"),
        ("www.example.io", "en", None, None, None, "en"),
        ("www.example.com.co", "es", None, "America/Bogota", "country", "es-CO"),
        ("localhost", None, None, None, None, None),
    ],
)
def test_the_country_of_a_site_is_its_domain_then_its_language(
    host: str, language: str | None, stated: str | None, zone: str | None, origin: str | None, read_as: str | None
) -> None:
    assert locale_of(host, language, stated) == (zone, origin, read_as)


@pytest.mark.parametrize("domain", ["com", "org", "eu", "int", "net", "news"])
def test_the_language_of_a_site_in_many_says_nothing_about_its_place(domain: str) -> None:
    assert locale_of(f"www.example.{domain}", "ja", None, is_translated=True) == (None, None, "ja")
    assert locale_of(f"www.example.{domain}", "ja", "Europe/Paris", is_translated=True).zone == "Europe/Paris"
    assert locale_of("www.example.jp", "en", None, is_translated=True).zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("url", "language", "alternates", "expected"),
    [
        ("https://www.example.com/ja/news/1", "ja", [], True),
        ("https://www.example.com/de-de/news/1", "de-DE", [], True),
        ("https://de.example.org/news/1", "de", [], True),
        ("https://www.example.com/news/1", "ja", ["ja", "en", "ko", "x-default"], True),
        ("https://www.example.com/news/1", "ja", ["ja", "en", "x-default"], False),
        ("https://www.example.com/news/1", "ja", ["ja-JP", "ja", "en-US", "en-GB"], False),
        ("https://www.example.com/news/ja/1", "ja", [], False),
        ("https://www.example.com/de/news/1", "ja", [], False),
        ("https://www.example.com/news/1", None, [], False),
        ("", "ja", [], False),
    ],
)
def test_a_site_in_many_languages(url: str, language: str | None, alternates: list[str], expected: bool) -> None:
    assert is_translated(url, language, alternates) is expected


@pytest.mark.parametrize(
    ("language", "form"),
    [
        ("de", "d.m.y"),
        ("en", None),
        ("en-US", "m/d/y"),
        ("en-GB", "d/m/y"),
        ("en-QQ", "d/m/y"),
        ("fr-QQ", "d/m/y"),
        (None, None),
    ],
)
def test_numbers_of_a_date_stand_in_the_order_of_the_language(language: str | None, form: str | None) -> None:
    assert numeric_form(language) == form
