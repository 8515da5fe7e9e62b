"""What the tag, class and id of an element say about its text, as bits.

The words are those that sites everywhere use in classes. What they mean for an article is not decided here: a model weighs them
(``block_model``).
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_WORDS = {
    "body": "body content text copy richtext fulltext paragraph articlebody storybody entrycontent postcontent bodytext articletext "
    "articlecontent storycontent texto corpo cuerpo inhalt contenu prose wysiwyg",
    "content": "article story post entry main page news single detail primary hentry artikel articulo noticia materia nota",
    "related": "related recommend recommended recommendation more also next popular trending latest viewed similar suggested further "
    "readmore readnext mostread relacionada relacionado lire verwandte read upnext discover outbrain taboola zergnet recirc recirculation",
    "offer": "newsletter subscribe subscription subscriber signup paywall regwall offer premium donate donation member membership register "
    "login piano cta abo abonnement support contribute reg meter gate barrier",
    "caption": "caption credit legend copyright source bildunterschrift legende",
    "media": "figure image photo picture pic img media gallery slide slider slideshow carousel swiper video player embed thumb audio "
    "instagram tweet youtube podcast graphic lightbox",
    "chrome": "nav navbar navigation menu header footer breadcrumb toolbar masthead sidebar aside rail widget skip search pagination pager "
    "bar btn button topbar sitemap bottom top right left foot secondary subnav site",
    "hidden": "hidden hide modal popup overlay tooltip print cookie consent gdpr notice alert dropdown collapse noprint sr invisible "
    "offscreen toast",
    "box": "box infobox fact factbox inset note disclaimer correction timeline poll quiz table recipe callout sidebox panel kasten encadre "
    "accordion",
    "title": "title headline heading titre titulo hed",
    "comment": "comment disqus respond reply discussion reader commentlist discuss feedback",
}
"""Words in classes and ids, by what they say. A plural with s counts as its singular."""
_TAGS = {
    "p": "<p>",
    "h1": "<h1>",
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), "<heading>"),
    **dict.fromkeys(("ul", "ol", "menu"), "<list>"),
    **{tag: f"<{tag}>" for tag in ("li", "nav", "aside", "footer", "form", "article", "main", "div")},
}
KINDS = (*_WORDS, *dict.fromkeys(_TAGS.values()), "articleBody", "unseen", "comments", "for screen readers")
BIT = {kind: 1 << place for place, kind in enumerate(KINDS)}
"""The bit of each kind. "articleBody" is the microdata property, "unseen" is what a browser does not show, "comments" is a list of
readers' comments."""

_BITS_OF_TAGS = {tag: BIT[kind] for tag, kind in _TAGS.items()}
_TELLING = frozenset(("itemprop", "hidden", "aria-hidden", "style", "role"))
"""Attributes, besides class and id, that say something."""
_BITS_OF_WORDS: dict[str, int] = {}
for _kind, _words in _WORDS.items():
    for _word in _words.split():
        _BITS_OF_WORDS[_word] = _BITS_OF_WORDS.get(_word, 0) | BIT[_kind]
for _word in [*_BITS_OF_WORDS]:
    _BITS_OF_WORDS.setdefault(f"{_word}s", _BITS_OF_WORDS[_word])
_COMMENT, _FOR_SCREEN_READERS = BIT["comment"], BIT["for screen readers"]
_PART, _SMALL_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"), re.compile(r"[a-z]+")
"""The words in a class, and in one without capitals, as most are: the simpler pattern is faster."""
LONGEST_NAME = 300
"""Characters of a class that are read."""
_LONGEST_ROLE = 40
_MOST_WORDS = 20_000
"""Words whose bits are kept."""

_NAME_FOR_SCREEN_READERS = re.compile(
    r"(?:sr-only|visually-?hidden|screen-?reader(?:-text)?|assistive(?:-text)?|a11y-hidden|hidden)", re.IGNORECASE
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|clip\s*:\s*rect")
_COMMENTS = re.compile(
    r"(?:comments?|comment-?list|disqus(?:_thread)?|respond|reader-?comments?)(?:[-_]|$)|"
    r".*[-_]comments(?:[-_](?:list|area|section|container|wrapper|block))?$",
    re.IGNORECASE,
)


class KindsOfNames(dict[str, int]):
    """The bits of each class of a page. Those of its words are known for longer: other pages have them in other classes."""

    def __missing__(self, name: str) -> int:
        kinds = 0
        for word in name.split():
            kinds |= _KINDS_OF_WORDS[word]
        self[name] = kinds
        return kinds


class _KindsOfWords(dict[str, int]):
    """The bits of each word of a class. Faster than a cache that forgets words one by one."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        kinds = self[word] = _kinds_of_word(word)
        return kinds


_KINDS_OF_WORDS = _KindsOfWords()


def read_element(element: HtmlElement, tag: str, kinds_of_names: KindsOfNames) -> tuple[str, int, bool]:
    """The class and id of an element with this tag, its bits, and True if its style hides it."""
    kinds = _BITS_OF_TAGS.get(tag, 0)
    attributes = element.keys()
    if not attributes:
        return "", kinds, False
    # To look for a name in a list is much faster than to ask lxml for an attribute that is not there.
    classes = element.get("class") if "class" in attributes else None
    identity = element.get("id") if "id" in attributes else None
    name = (f"{classes} {identity}" if classes and identity else classes or identity or "").strip()[:LONGEST_NAME]
    if name:
        kinds |= kinds_of_names[name]
    if _TELLING.isdisjoint(attributes):
        return name, kinds, False
    itemprop, role = element.get("itemprop"), element.get("role")
    if itemprop and "articlebody" in itemprop[:LONGEST_NAME].lower():
        kinds |= BIT["articleBody"]
    is_hidden = has_hidden_style(element)
    if is_hidden or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        kinds |= BIT["unseen"]
    return name, kinds | kinds_of_names[role[:_LONGEST_ROLE]] if role else kinds, is_hidden


def _kinds_of_word(word: str) -> int:
    kinds = 0
    for part in _SMALL_PART.findall(word) if word.islower() else map(str.lower, _PART.findall(word)):
        kinds |= _BITS_OF_WORDS.get(part, 0)
    if kinds & _COMMENT and _COMMENTS.match(word):
        kinds |= BIT["comments"]
    return kinds | _FOR_SCREEN_READERS if _NAME_FOR_SCREEN_READERS.fullmatch(word) else kinds


def has_hidden_style(element: HtmlElement) -> bool:
    """True for an element that a browser does not show because of its style."""
    style = element.get("style")
    return bool(style and _HIDDEN_STYLE.search(style[:LONGEST_NAME]))
