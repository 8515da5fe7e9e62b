"""Pages that state no date of publication get none, however many dates they print."""

from __future__ import annotations

import pytest

from tests.support.pages import PARAGRAPHS, article_of, document

H1 = "<h1>Harbour bridge to close</h1>"
EVENT = (
    '<script type="application/ld+json">{"@type": "Event", "name": "Fair", "startDate": "2024-05-03T19:00"}</script>'
)
PERSON = (
    '<script type="application/ld+json">{"@type": "Person", "name": "Ana Ruiz", "birthDate": "1961-05-03"}</script>'
)

UNDATED = {
    # What stands below, beside or in the head of a page and is of something else
    "nothing": document(),
    "copyright year": document(body=f"{PARAGRAPHS}<p>© 2024 The Example</p>"),
    "copyright day": document(body=f"{PARAGRAPHS}<footer><p>Copyright © 3 May 2024 The Example</p></footer>"),
    "copyright in a footer of spans": document(body=f"{PARAGRAPHS}<div class='footer'><span>© 03.05.2024</span></div>"),
    "years only": document(above=f"{H1}<p class='date'>2024</p>"),
    "month only": document(above=f"{H1}<p class='date'>May 2024</p>"),
    "clock only": document(above=f"{H1}<p class='date'>18:00</p>"),
    "relative": document(above=f"{H1}<p class='date'>2 hours ago</p>"),
    "ambiguous numbers": document(above=f"{H1}<p class='date'>02/03/2024</p>", attributes="lang='en'"),
    # Persons
    "infobox: born": document(above=f"<table class='infobox'><tr><th>Born</th><td>3 May 1961</td></tr></table>{H1}"),
    "infobox beside": document(above=f"{H1}<table class='infobox'><tr><th>Born</th><td>3 May 1961</td></tr></table>"),
    "infobox: list": document(above=f"{H1}<dl><dt>Born</dt><dd>3 May 1991</dd><dt>Died</dt><dd>4 May 2021</dd></dl>"),
    "infobox: German": document(
        above=f"{H1}<table><tr><th>Geboren</th><td>3. Mai 1991</td></tr></table>", attributes="lang='de'"
    ),
    "infobox: French": document(above=f"{H1}<p class='info'>Née le 3 mai 1991 à Lyon</p>", attributes="lang='fr'"),
    "infobox: Spanish": document(above=f"{H1}<ul><li>Nacimiento: 3 de mayo de 1991</li></ul>", attributes="lang='es'"),
    "json-ld of a person": document(head=PERSON),
    "life dates": document(above=f"{H1}<p class='meta'>3 May 1931 – 4 May 2011</p>"),
    "joined": document(above=f"{H1}<div class='meta'>Joined 3 May 2021</div>"),
    # Events
    "json-ld of an event": document(head=EVENT),
    "event: when": document(above=f"{H1}<p class='date'>When: 3 May 2024, 19:00</p>"),
    "event: from to": document(above=f"{H1}<p class='date'>3 May 2024 - 5 May 2024</p>"),
    "event: from to in German": document(above=f"{H1}<div>03.05.2024 bis 05.05.2024</div>", attributes="lang='de'"),
    "event: starts": document(above=f"{H1}<div class='info'>Starts 3 May 2024</div>"),
    "event: future": document(above=f"{H1}<time datetime='2024-07-03'>3 July 2024</time>"),
    "event: deadline": document(above=f"{H1}<div class='info'>Deadline: 3 May 2024</div>"),
    "event: registration": document(above=f"{H1}<div class='info'>Registration closes 3 May 2024</div>"),
    "offer: valid until": document(above=f"{H1}<div class='info'>Valid until 3 May 2024</div>"),
    "offer: gültig": document(above=f"{H1}<div class='info'>Gültig ab 03.05.2024</div>", attributes="lang='de'"),
    # Reading, visiting, changing
    "last visited": document(body=f"{PARAGRAPHS}<p>Last visited: 3 May 2024</p>"),
    "accessed": document(body=f"{PARAGRAPHS}<ol><li>Port authority, accessed 3 May 2024</li></ol>"),
    "retrieved": document(body=f"{PARAGRAPHS}<ul><li>Retrieved 3 May 2024.</li></ul>"),
    "consulté": document(body=f"{PARAGRAPHS}<ul><li>Consulté le 3 mai 2024.</li></ul>", attributes="lang='fr'"),
    "last updated": document(above=f"{H1}<div class='meta'>Last updated: 3 May 2024</div>"),
    "last change of a wiki": document(
        body=f"{PARAGRAPHS}<ul id='f'><li>This page was last edited on 3 May 2024.</li></ul>"
    ),
    "reviewed": document(above=f"{H1}<p class='meta'>Last reviewed 3 May 2024</p>"),
    # Other stories and what readers say
    "comments": document(body=f"{PARAGRAPHS}<div id='comments'><div class='date'>3 May 2024</div></div>"),
    "related": document(
        body=f"{PARAGRAPHS}<div class='related'><ul><li><a>Ferry</a> <span>3 May 2024</span></li></ul></div>"
    ),
    "latest news": document(
        body=f"{PARAGRAPHS}<aside><h3>Latest</h3><ul><li>3 May 2024</li><li>4 May 2024</li></ul></aside>"
    ),
    "in the text": document(
        body=f"{PARAGRAPHS}<p>The council met on 3 May 2024 and voted for the new bridge at once.</p>"
    ),
    "in bold in the text": document(
        body=f"{PARAGRAPHS}<p>The council met on <b>3 May 2024</b> and voted for the new bridge, against the will of many.</p>"
    ),
    "table of figures": document(
        body=f"{PARAGRAPHS}<table><tr><td>3 May 2024</td><td>260</td></tr><tr><td>4 May 2024</td><td>268</td></tr></table>"
    ),
    "history of a firm": document(
        body=f"{PARAGRAPHS}<ul><li>Founded 3 May 1991</li><li>Since 4 May 2001 in Port Alder</li></ul>"
    ),
    "version": document(above=f"{H1}<p class='info'>Version 10.12.22 of the plan</p>"),
    "telephone": document(above=f"{H1}<p class='info'>Telephone 2024-05 03</p>"),
}


def test_there_are_forty_of_them() -> None:
    assert len(UNDATED) >= 40


@pytest.mark.parametrize("kind", UNDATED)
def test_no_date_is_invented(kind: str) -> None:
    article = article_of(UNDATED[kind])
    assert (article.published_at, article.published_from) == (None, "first-seen")
