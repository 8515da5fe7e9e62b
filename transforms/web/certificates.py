"""Whose certificates are trusted: those of the system, or of the bundle that the environment names."""

from __future__ import annotations

import os
import ssl
from functools import cache

from schemas import UsageError

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def tls_context() -> ssl.SSLContext:
    """The context for connections. REQUESTS_CA_BUNDLE, else CURL_CA_BUNDLE, names a file or a folder.

    Without them OpenSSL reads SSL_CERT_FILE and SSL_CERT_DIR, else the certificates of the system.
    Raises UsageError for a bundle that cannot be read.
    """
    variable = next((name for name in _BUNDLES if os.environ.get(name)), "")
    return _context(variable, os.environ.get(variable, ""), *map(os.environ.get, ("SSL_CERT_FILE", "SSL_CERT_DIR")))


@cache
def _context(variable: str, bundle: str, *_: str | None) -> ssl.SSLContext:
    """Loading the certificates of a system takes some 20 ms, so each set is loaded once."""
    try:
        folder = os.path.isdir(bundle)
        context = ssl.create_default_context(
            cafile=None if folder else bundle or None, capath=bundle if folder else None
        )
    except OSError as error:
        raise UsageError(
            f"{variable} in the environment: {bundle} cannot be read as certificates ({error})."
        ) from error
    context.set_alpn_protocols(("http/1.1",))
    return context
