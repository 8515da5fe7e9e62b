"""Which articles the rule takes for one story: reports of one event, copies of parts, and articles that run others."""

import random
from collections.abc import Sequence
from datetime import timedelta

from schemas import Source
from tests.support.samples import NOON, WIRE, article
from tests.support.story_corpus import OWN_LEAD, REPORTS
from transforms.extraction.words import content_hash
from transforms.stories.group import group_articles
from transforms.stories.relations import Membership
from transforms.stories.sketch import sketch_of

STATEMENTS = OWN_LEAD.split("\n")
SENTENCES = [*REPORTS["en-bridge"].split("\n"), *REPORTS["en-school"].split("\n")]
ONE_PAPER = [
    "She spoke for an hour in the chapel.",
    "Several people in the front row began to cry.",
    "The pilot himself only shrugged when we asked.",
    "Bread costs a little less in the next street.",
    "Police counted eighty of them before the rain came.",
    "Not everyone was pleased with how she put it.",
    "Tickets for the second evening are sold out already.",
]
OTHER_PAPER = [
    "This is how the lecture in the harbour quarter began.",
    "A drawing of a biplane went from hand to hand.",
    "On misprints she has always been quite merciless.",
    "The bakery declined to comment when this paper called.",
    "Our photographer left before anyone lit the lanterns.",
    "Applause was polite rather than warm at this point.",
    "The lecture can be heard again on local radio.",
]


def stories(*bodies: list[str], wire: bool = False, sources: Sequence[int] = ()) -> list[Membership]:
    """The memberships of articles with these sentences, in order; the first one is by a wire if ``wire`` is true.

    ``sources`` has the number of the source of each article. Without it each has one of its own.
    """
    articles = []
    for number, (sentences, paper) in enumerate(zip(bodies, sources or range(len(bodies)), strict=True)):
        body = "\n".join(sentences)
        site = f"http://paper-{paper}.example"
        source = WIRE if wire and number == 0 else Source(id=f"paper-{paper}", kind="outlet", feeds=(f"{site}/feed",))
        at = NOON + number * timedelta(minutes=1)
        articles.append(article(source, f"{site}/{number}", body, content_hash=content_hash(body), published_at=at))
    found = {member.article_id: member for member in group_articles([sketch_of(each) for each in articles], [], [], {})}
    return [found[each.article_id] for each in articles]


def are_one(members: list[Membership]) -> bool:
    return len({member.story_id for member in members}) == 1


def woven(own: list[str]) -> list[str]:
    return [sentence for pair in zip(own, STATEMENTS, strict=True) for sentence in pair]


def test_reports_that_share_all_statements_are_separate() -> None:
    assert not are_one(stories(woven(ONE_PAPER), woven(OTHER_PAPER)))


def test_a_copy_with_an_edit_in_every_sentence_is_found() -> None:
    edited = [sentence.replace(" the ", " that ", 1) for sentence in woven(ONE_PAPER)]
    assert are_one(stories(woven(ONE_PAPER), edited))


def test_articles_around_the_same_statements_that_each_have_much_of_their_own_are_separate() -> None:
    column = [*STATEMENTS[:4], "It was a long evening and nobody wanted to be the first to go home after that speech."]
    reporting = [*SENTENCES[:3], *STATEMENTS[:4], *SENTENCES[3:8]]
    around = [
        *ONE_PAPER[:1],
        STATEMENTS[0],
        *ONE_PAPER[1:2],
        STATEMENTS[1],
        *ONE_PAPER[2:4],
        *STATEMENTS[2:4],
        *ONE_PAPER[4:6],
    ]
    assert are_one(stories(column, [*STATEMENTS[:4]]))
    assert not are_one(stories(around, reporting))


def test_copies_that_keep_different_parts_are_one_story_through_a_third() -> None:
    first, last, middle = SENTENCES[:8], SENTENCES[4:], SENTENCES[4:8]
    assert not are_one(stories(first, last))
    assert are_one(stories(first, last, middle))


def test_a_copy_of_the_beginning_belongs_to_its_story_and_not_to_an_article_that_runs_it() -> None:
    beginning = SENTENCES[:5]
    feature = [*SENTENCES[:2], *ONE_PAPER, *SENTENCES[2:5]]
    wire, whole, cut, other = stories(SENTENCES, SENTENCES[:12], beginning, feature, wire=True)
    assert are_one([wire, whole, cut])
    assert (other.story_id, other.relation) == (other.article_id, "derived")


def test_where_there_are_no_spaces_lengths_count_as_words() -> None:
    report = REPORTS["ja-mochi"].split("\n")
    assert are_one(stories(report, report[:2]))
    assert not are_one(
        stories(
            report,
            [
                *report[:1],
                *("朝市の魚屋は新しい冷蔵庫を買い、隣の花屋と電気代を分けることにした。",) * 1,
                report[3][:20],
            ],
        )
    )


def cut(sentences: list[str], seed: int, one_in: int) -> list[str]:
    """The sentences without one word in so many."""
    chance = random.Random(seed)
    return [" ".join(word for word in sentence.split() if chance.random() > 1 / one_in) for sentence in sentences]


def invented(words: int, chance: random.Random) -> str:
    """A sentence of invented words."""
    return " ".join("".join(chance.choices("abcdefgh", k=8)) for _ in range(words)) + "."


def test_heavily_edited_copies_of_a_text_that_many_have_are_one_story_in_an_empty_lake() -> None:
    assert are_one(stories(SENTENCES, *(cut(SENTENCES, seed, one_in=7) for seed in range(40))))


def test_reports_from_a_template_that_many_have_are_separate_in_an_empty_lake() -> None:
    def report(number: int) -> list[str]:
        own = random.Random(number)
        return [f"{sentence} {invented(4, own)}" for sentence in SENTENCES]

    members = stories(*map(report, range(40)))
    assert len({member.story_id for member in members}) == 40


def test_an_article_with_much_unknown_furniture_that_copies_what_many_copy_is_a_copy() -> None:
    chance = random.Random(1)
    padded = [*SENTENCES]
    for place in (12, 9, 6, 3):
        padded.insert(place, invented(45, chance))
    others = [[invented(12, chance) for _ in range(8)] for _ in range(4)]

    def relation(copies: int) -> str:
        bodies = [SENTENCES, *(cut(SENTENCES, seed, one_in=20) for seed in range(copies)), *others, padded]
        sources = [*range(copies + 1), *[100] * 5]
        members = stories(*bodies, wire=True, sources=sources)
        assert are_one([members[0], members[-1]]) == (members[-1].relation == "near")
        return members[-1].relation

    assert relation(copies=1) == "derived"
    assert relation(copies=12) == "near"
