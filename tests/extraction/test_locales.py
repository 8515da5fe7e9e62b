"""The zone and the language in which a page's stamps are read."""

from __future__ import annotations

import pytest

from transforms.extraction.locales import locale_of, numeric_form


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
        ("www.example.org", "ja", None, None, None, "ja"),
        ("www.example.eu", "de", None, None, None, "de"),
        ("www.example.io", "en", None, None, None, "en"),
        ("www.example.com.co", "es", None, "America/Bogota", "country", "es-CO"),
        ("localhost", None, None, None, None, None),
    ],
)
def test_the_country_of_a_site_is_its_domain_then_its_language(
    host: str, language: str | None, stated: str | None, zone: str | None, origin: str | None, read_as: str | None
) -> None:
    assert locale_of(host, language, stated) == (zone, origin, read_as)


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
