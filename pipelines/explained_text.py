"""An explanation of an article for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.extraction.explain import Explanation

_WIDEST = 160
"""Characters of a line."""
_LONGEST_TEXT = 90


def text_lines(explanation: Explanation) -> Iterator[str]:
    """The lines: each value with what the page offers, then each block with its verdict. Texts of the page are cut and on one line."""
    for value in explanation.values:
        yield f"{value.name}: {_short(value.text) if value.text else '-'}"
        for choice in value.choices:
            mark = ">" if choice.is_chosen else " "
            yield f"  {mark} {_short(choice.text)}  [{_short(choice.place)}]  {_short(choice.reason)}"[:_WIDEST]
    article = explanation.extraction.article
    kept = sum(block.is_kept for block in explanation.blocks)
    yield f"body: {article.word_count} words, from {explanation.extraction.origins['body']}; {kept} of {len(explanation.blocks)} blocks"
    for block in explanation.blocks:
        mark = "+" if block.is_kept else "-"
        yield f"  {mark} {block.odds:4.2f}  {_short(block.text)}  [{block.place}, line {block.line}]  {block.reason}"[
            :_WIDEST
        ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else f"{line[: _LONGEST_TEXT - 1]}…"
