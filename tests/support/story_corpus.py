"""A small corpus of stories in four languages, written for the tests, and copies of them of each kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from schemas import Article, Source
from tests.support.samples import NOON, WIRE, article
from transforms.extraction.words import content_hash, word_count

REPORTS = {
    "en-bridge": """\
The harbour board voted on Tuesday to close the old swing bridge to lorries until engineers have looked at every bearing.
Two of the bearings cracked during the cold spell, and a third one was found to be loose when divers went down last week.
Councillor Maud Ferris, who leads the board, told the meeting that she would rather hear complaints about detours than about an accident.
Shopkeepers on the quay fear that the closure will cost them the whole summer season, because coaches cannot turn in the narrow streets.
The ferry company offered to run an extra boat in the mornings if the city pays for the fuel and for a second crew.
A decision about repairs is expected after the engineers hand over their report, which should be ready before the autumn storms begin.
Until then cyclists and people on foot may still cross, but only on the northern side and only while the lights are green.""",
    "en-school": """\
Pupils of the hill school planted the first of their promised apple trees on the slope behind the gymnasium yesterday.
Their teacher, Oren Halloway, had asked every family for one old variety that nobody sells in shops any more.
Some families dug through letters and diaries to find out what their grandparents had grown in the valley before the dam was built.
The oldest graft comes from a garden wall in the flooded village, where a single branch still hangs over the water.
Botanists of the university will watch how the trees cope with late frost, and they will share the results with other schools.
Anyone who wants to help with watering can sign a list at the gate, and there will be cider for the helpers in some years.""",
    "de-bahn": """\
Der Stadtrat hat am Mittwoch beschlossen, die alte Straßenbahn zum Hafen wieder fahren zu lassen, wenn auch nur an Wochenenden.
Vierzig Jahre lang rosteten die Wagen in einer Halle am Güterbahnhof, bis ein Verein sie Stück für Stück zerlegte und reinigte.
Die Vorsitzende des Vereins, Irmgard Tolle, sagte, sie habe nie daran gezweifelt, dass die Gleise unter dem Asphalt noch brauchbar seien.
Kritiker halten die Kosten für zu hoch und verweisen auf die Busse, die im gleichen Takt und ohne neue Leitungen verkehren könnten.
Die Händler in der Speicherstadt rechnen dagegen mit mehr Besuchern, vor allem an verregneten Sonntagen im Herbst.
Im Frühjahr soll zunächst ein einzelner Wagen pendeln, danach entscheidet der Rat über eine Verlängerung bis zum Leuchtturm.""",
    "fr-phare": """\
Le phare de la pointe sera repeint avant l'hiver, ont annoncé jeudi les habitants réunis dans la salle des fêtes du village.
Depuis deux tempêtes, la couleur rouge ne se voit plus du large, et les pêcheurs doivent se guider à la lumière des maisons.
Le maire avait demandé de l'argent à la région, mais la lettre est restée sans réponse pendant presque une année entière.
Une vieille dame du hameau voisin a finalement offert ses économies, à condition que son mari, ancien gardien, choisisse la teinte exacte.
Des cordistes venus de la montagne descendront le long de la tour, car aucune grue ne passe sur le chemin côtier.
Les travaux dureront environ trois semaines si le vent le permet, puis une fête réunira les équipages des deux ports.""",
    "ja-mochi": """\
港町の老舗の菓子店が、来月いっぱいで百年近い歴史に幕を下ろすことになり、店の前には朝から長い列ができている。
三代目の店主は、膝を痛めて重い臼を扱えなくなったうえ、跡を継ぐ人も見つからなかったと静かに語った。
名物の草餅は、山あいの村で摘んだよもぎだけを使い、毎朝まだ暗いうちから蒸し上げるのが習わしだった。
常連の漁師は、時化で船を出せない日には必ずここで餅を買い、家族と囲炉裏を囲んで食べたものだと懐かしんだ。
町の若者たちは作り方を映像に残そうと店に通い、粉の混ぜ方や火加減を細かく書き留めている。
店主は最後の日まで値段を変えないと決めており、残った道具は郷土資料館に寄付する予定だという。""",
}
"""The reports, one sentence a line."""
OWN_LEAD = """Our reporter spent three days in the lanes above the water and met people who had never spoken about it in public before.
A retired pilot showed her the drawings that he had kept in a biscuit tin since his father died, and laughed about the misprints.
Next door a baker complained that nobody had asked him, although his ovens are older than anything else in the street.
By evening the whole neighbourhood was arguing on the steps of the chapel, and somebody brought lanterns and a kettle of soup.
What follows is the part of the story that everybody already knew, at least in outline, from the news of that morning.
She promised to come back when the leaves have fallen, because some of the quieter voices wanted more time to think it over.
There will be a second part with photographs, and a map on which readers can mark what they remember themselves."""


@dataclass(frozen=True)
class Document:
    """An article of the corpus, with the report that it belongs to and the relation that it has."""

    article: Article
    story: str
    relation: str


def corpus() -> list[Document]:
    """Each report as a wire's, and its copies: exact, edited, cut, brief, with a new paragraph."""
    documents = []
    for number, (name, report) in enumerate(REPORTS.items()):
        sentences = report.split("\n")
        copies = {
            "original": report,
            "exact": report.upper() if name[:2] == "en" else report,
            "near": _edited(report),
            "abridged": "\n".join(sentences[: len(sentences) // 2]),
        }
        for place, (relation, body) in enumerate(copies.items()):
            source = WIRE if relation == "original" else _outlet(f"{relation}{number % 2}")
            made = _article(source, f"{name}-{relation}", body, hours=place + 5 * number)
            documents.append(Document(made, name, relation))
    documents.append(
        Document(
            _article(_outlet("paper"), "derived", f"{OWN_LEAD}\n{REPORTS['en-bridge']}", hours=40), "own", "derived"
        )
    )
    return documents


def _edited(report: str) -> str:
    """A report with a word changed in every sentence, or a character where there are no spaces."""
    return "\n".join(_changed(sentence) for sentence in report.split("\n"))


def _changed(sentence: str) -> str:
    words = sentence.split(" ")
    if len(words) < 3:
        return f"{sentence[:20]}また{sentence[21:]}"
    return " ".join([*words[:8], "indeed", *words[9:]])


def _outlet(name: str) -> Source:
    return Source(id=name, kind="outlet", feeds=(f"http://{name}.example/feed.xml",))


def _article(source: Source, name: str, body: str, hours: int) -> Article:
    return article(
        source,
        f"http://{source.id}.example/{name}",
        body,
        content_hash=content_hash(body),
        word_count=word_count(body),
        headline=name,
        published_at=NOON + timedelta(hours=hours - 48),
    )


def by_story(stories: dict[str, str]) -> Iterator[frozenset[str]]:
    """The groups of articles with the same story."""
    for story in set(stories.values()):
        yield frozenset(name for name, value in stories.items() if value == story)
