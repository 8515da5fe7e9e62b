"""JSON with mistakes in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.extraction.loose_json import read_loose_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 10**9) | st.text("aäb \\n\\\\{}[]:,/'", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab@", min_size=1, max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(["a", "@type", "b-c"]), VALUES, max_size=3), max_size=3))
def test_what_is_right_is_read_as_it_is(values: list[dict[str, Any]]) -> None:
    assert read_loose_json(" ".join(json.dumps(value) for value in values)) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('/* a */ {"a": 1} // b', [{"a": 1}]),
        ('{"a": 1,,}', [{"a": 1}]),
        ('{"a": 1 "b": 2}', [{"a": 1, "b": 2}]),
        ('{"a": [1, 2, ], "b": }', [{"a": [1, 2]}]),
        ('{"a": "she said "yes" again", "b": 2}', [{"a": 'she said "yes" again', "b": 2}]),
        ('{"a": "cut off', [{"a": "cut off"}]),
        ('{"a": {"b": 1], "c": 2}', [{"a": {"b": 1}, "c": 2}]),
        ("{a: true, b: null}", [{"a": True, "b": None}]),
        ('{"a": "\\u00e4\\n\\"\\x"}', [{"a": 'ä\n"x'}]),
        ("text without values", []),
        ("/* never closed {", []),
        ("[" * 100_000, [[]]),
    ],
)
def test_a_mistake_costs_only_itself(text: str, values: list[Any]) -> None:
    found = read_loose_json(text)
    assert found == values if len(text) < 1000 else len(found) == 1
