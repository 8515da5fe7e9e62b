"""The people in bylines."""

from __future__ import annotations

import pytest

from transforms.extraction.bylines import split_byline

OUTLETS = ("The Daily Example", "Example.com", "MDX")


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        ("Jane Doe", ["Jane Doe"]),
        ("Jane Doe and John Roe", ["Jane Doe", "John Roe"]),
        ("A. Smith, B. Jones, C. Brown and D. Green", ["A. Smith", "B. Jones", "C. Brown", "D. Green"]),
        ("Jane Doe, John Roe, and Ann Poe", ["Jane Doe", "John Roe", "Ann Poe"]),
        ("Jane Doe & Max Moe", ["Jane Doe", "Max Moe"]),
        ("Jane Doe with Max Moe", ["Jane Doe", "Max Moe"]),
        ("Jane Doe | Max Moe", ["Jane Doe", "Max Moe"]),
        ("Jane Doe · Max Moe", ["Jane Doe", "Max Moe"]),
        ("Jane Doe; Max Moe", ["Jane Doe", "Max Moe"]),
        ("Jane Doe / J. A. da Silva", ["Jane Doe", "J. A. da Silva"]),
        ("Jane Doe\nMax Moe", ["Jane Doe", "Max Moe"]),
        ("By \n\t\t Jane Doe", ["Jane Doe"]),
        ("Max Muster und Erika Muster", ["Max Muster", "Erika Muster"]),
        ("Jean Dupont et Marie Curie", ["Jean Dupont", "Marie Curie"]),
        ("Juan Pérez y Ana Gómez", ["Juan Pérez", "Ana Gómez"]),
        ("Maria da Silva e João Costa", ["Maria da Silva", "João Costa"]),
        ("Åsa Öberg och Nils Holm", ["Åsa Öberg", "Nils Holm"]),
        ("Kari Nordmann og Ola Hansen", ["Kari Nordmann", "Ola Hansen"]),
        ("Anna van der Meer en Jan de Boer", ["Anna van der Meer", "Jan de Boer"]),
        ("Андрей Иванов и Мария Петрова", ["Андрей Иванов", "Мария Петрова"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Luís Costa e Silva", ["Luís Costa e Silva"]),
        ("Alice, Bob and Carol", ["Alice", "Bob", "Carol"]),
        ("Jane Doe, jane doe; JANE DOE", ["Jane Doe"]),
        ("Jane Doe Jane Doe", ["Jane Doe"]),
    ],
)
def test_people_are_told_apart(printed: str, people: list[str]) -> None:
    assert list(split_byline(printed)) == people


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        ("Doe, Jane", ["Jane Doe"]),
        ("Doe, Jane A.", ["Jane A. Doe"]),
        ("Doe, J.", ["J. Doe"]),
        ("DOE, JANE", ["Jane Doe"]),
        ("van Dyke, Anna", ["Anna van Dyke"]),
        ("Smith, Jane; Jones, Bob", ["Jane Smith", "Bob Jones"]),
        ("Reed, Al; Boe, Jo", ["Al Reed", "Jo Boe"]),
    ],
)
def test_last_name_first_is_one_person(printed: str, people: list[str]) -> None:
    assert list(split_byline(printed)) == people


@pytest.mark.parametrize(
    "printed",
    [
        *(
            "By Jane Doe",
            "BY: Jane Doe",
            "von Jane Doe",
            "Von: Jane Doe",
            "Par Jane Doe",
            "Por Jane Doe",
            "di Jane Doe",
        ),
        *(
            "Autor: Jane Doe",
            "Auteur: Jane Doe",
            "Texte : Jane Doe",
            "Text & Fotos: Jane Doe",
            "Eine Analyse von Jane Doe",
        ),
        *(
            "Posted by Jane Doe",
            "Reporting by Jane Doe; Editing by Max Moe",
            "przez Jane Doe",
            "View all posts by Jane Doe",
        ),
        *(
            "Words by Jane Doe; pictures by Max Moe",
            "Story by Jane Doe, Photographs by Max Moe",
            "Jane Doe, Foto: Max Moe",
        ),
        *(
            "Jane Doe (Reporting by X Y; Editing by Z W)",
            "Jane Doe, Translated by Max Moe",
            "Jane Doe Adaptiert von Max Moe",
        ),
        *(
            "Jane Doe | The Daily Example",
            "Jane Doe, Example",
            "Jane Doe - The Daily Example",
            "Jane Doe The Daily Example",
        ),
        *(
            "Jane Doe For The Daily Example",
            "Jane Doe for Example.Com",
            "Jane Doe, The Unknown Times",
            "Jane Doe, MDX NORTH",
        ),
        *(
            "Jane Doe, Associated Press",
            "JANE DOE Associated Press",
            "Jane Doe of The Associated Press",
            "Jane Doe (AP)",
        ),
        *(
            "Jane Doe AP",
            "Jane Doe/AFP",
            "Jane Doe avec AFP",
            "Jane Doe, dpa",
            "AP Sports Writer Jane Doe",
            "Jane Doe CNN",
        ),
        *("Jane Doe, 3 May 2024", "Jane Doe May 3, 2024 9:49 am EST", "Jane Doe 03/05/2024 05:07 AM EDT Link Copied"),
        *(
            "Posted on September 21, 2020 by Jane Doe",
            "Von Jane Doe, 07 Dezember, 2022",
            "Jane Doe 2024-02-14T16:15:30Z",
        ),
        *(
            "Jane Doe Theatre Editor",
            "Jane Doe Personal Finance Reporter",
            "Jane Doe, корреспондентка",
        ),
        *("Jane Doe, Political Correspondent", "Jane Doe Political Correspondent", "Jane Doe Chefredakteurin"),
        *("Jane Doe, Senior Editor at Example", "Contributor: Jane Doe", "Jane Doe, Correspondent in Washington"),
        *(
            "Von unserem Korrespondenten Jane Doe",
            "Jane Doe, Staff",
            "Jane Doe and agencies",
            "Jane Doe, корреспондент",
        ),
        *(
            "Jane Doe in Washington",
            "Jane Doe, Washington, D.C.",
            "Jane Doe / San Jose, Calif.",
            "Jane Doe, Nairobi, Kenya",
        ),
        *("Jane Doe, New York", "Jane Doe @janedoe", "Jane Doe | jane@example.com", "jane@example.com (Jane Doe)"),
        *(
            "Jane Doe, https://example.com/authors/jane-doe",
            "Jane Doe, jane-doe",
            "Jane Doe, 102344",
            "Jane Doe, user_8812",
        ),
        *(
            "<a href='/a'>Jane Doe</a>",
            "Jane Doe (jd)",
            "Jane Doe, PhD",
            "Jane Doe, jd",
            "Jane\u00a0Doe\u200b",
            "jd/Jane Doe",
        ),
        *(
            "Jane Doe Do 9 Apr 2020",
            "Jane Doe Donnerstag, 9. April 2020",
            "Jane Doe, Tue",
            "Jane Doe Tuesday, 30 Apr 2024 4:20 PM MYT",
        ),
        *(
            "Jane Doe, © Max Moe",
            "Jane DoeTwitter",
            "Jane DoePublished Jul 17, 2024, 11:21am",
            "Jane Doe, PhD on May 3",
        ),
        *(
            "Jane Doe, Redakteurin für Wirtschaft und Umwelt",
            "Show all articles of Jane Doe",
            "Von Jane Doe am Samstag, 3. Mai",
        ),
    ],
)
def test_what_surrounds_a_name_goes(printed: str) -> None:
    assert split_byline(printed, OUTLETS) == ("Jane Doe",)


@pytest.mark.parametrize(
    "printed",
    [
        *(
            "",
            "  ",
            "|",
            "By",
            "null",
            "admin",
            "Unknown",
            "Super User",
            "12345",
            "user_8812",
            "jane-doe",
            "jane.doe",
            "amw",
        ),
        *(
            "AP",
            "Reuters Staff",
            "Xinhua",
            "新华社",
            "AFP-Agence France Presse",
            "By The Associated Press",
            "dpa/lby",
            "[AFP]",
        ),
        *(
            "Reuters, London",
            "AFP | Reuters",
            "By Agence France-Presse in Paris",
            "none@none.com (AFP)",
            "Redaktion, Berlin",
        ),
        *(
            "The Daily Example",
            "EXAMPLE",
            "example.com",
            "Daily Example Staff",
            "7Days Staff",
            "MDX",
            "MDX NORTH",
            "Acme GmbH",
        ),
        *(
            "Staff Writer",
            "Political Correspondent",
            "Redaktion",
            "Correspondent in Washington",
            "Our Foreign Staff",
            "Agencias",
        ),
        *(
            "Newsdesk",
            "Audio Team",
            "Special to The Daily Example",
            "Staff and news service reports",
            "編集部",
            "Zespół Redakcji",
        ),
        *(
            "jane@example.com",
            "@janedoe",
            "https://example.com/jane",
            "www.example.com",
            "3 May 2024",
            "Link Copied",
            "12:43",
        ),
        *(
            "Photo: Jane Doe",
            "Foto: Jane Doe",
            "Translated by Jane Doe",
            "责任编辑：李四",
            "Johnson & Johnson",
            "Loud And Quiet",
        ),
        *(
            "Donnerstag",
            "Tue",
            "mercredi",
            "воскресенье",
            "Dezember",
            "Tue, 3 May 2024 5:07 PM MYT",
            "星期一",
            "Updated 3 hours ago",
        ),
        *(
            "Nachrichten",
            "Noticias",
            "Deutsche Welle (www.example.de)",
            "Bayerische Landesanstalt für Wald und Forst",
            "British Council",
            "Beispielblatt",
            "Acme GmbH & Co. KG",
            "Leave Comments",
        ),
        *("© Jane Doe", "© 2024 Jane Doe", "Video von Jane Doe", "Quelle: Jane Doe"),
        *("Von der Brücke bis zum Hafen", "Jane Doe is a professor"),
    ],
)
def test_nobody_is_named(printed: str) -> None:
    assert split_byline(printed, OUTLETS) == ()


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        ("张三、李四", ["张三", "李四"]),
        ("张三，李四；王五", ["张三", "李四", "王五"]),
        ("张三和李四", ["张三", "李四"]),
        ("张三 与 李四", ["张三", "李四"]),
        ("约翰·史密斯", ["约翰·史密斯"]),
        ("记者 王小明 李四", ["王小明", "李四"]),
        ("新华社记者张三", ["张三"]),
        ("作者：李四", ["李四"]),
        ("田中太郎・鈴木花子", ["田中太郎", "鈴木花子"]),
        ("山田太郎、鈴木花子記者", ["山田太郎", "鈴木花子"]),
        ("ジョン・スミス", ["ジョン・スミス"]),
        ("佐藤 一郎", ["佐藤 一郎"]),
        ("문현주 기자", ["문현주"]),
        ("김철수 이영희 기자", ["김철수", "이영희"]),
        ("박준수 기자 외 1명", ["박준수"]),
        ("محمد علي، أحمد حسن", ["محمد علي", "أحمد حسن"]),
        ("علی‌رضا احمدی", ["علی‌رضا احمدی"]),
        ("नरेश शर्मा", ["नरेश शर्मा"]),
        ("Ирина Иванова", ["Ирина Иванова"]),
        ("Γιώργος Παππάς", ["Γιώργος Παππάς"]),
    ],
)
def test_names_of_every_script_survive(printed: str, people: list[str]) -> None:
    assert list(split_byline(printed)) == people


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("JANE O'BRIEN", "Jane O'Brien"),
        ("RONALD MCDONALD", "Ronald McDonald"),
        ("IAN MACDONALD", "Ian MacDonald"),
        ("EMMANUEL MACRON", "Emmanuel Macron"),
        ("JAN VAN DER BERG", "Jan van der Berg"),
        ("MARIE-CLAIRE D'ANGELO", "Marie-Claire D'Angelo"),
        ("ZHAO JIA", "Zhao Jia"),
        ("T.J. HOOKER", "T.J. Hooker"),
        ("AJ SMITH", "AJ Smith"),
        ("DR. MAX MUSTER III", "Dr. Max Muster III"),
        ("ИВАН ПЕТРОВ", "Иван Петров"),
        ("İBRAHİM YILMAZ", "İbrahim Yilmaz"),
    ],
)
def test_names_in_capitals_are_recased(printed: str, name: str) -> None:
    assert split_byline(printed) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "J.R. Smith",
            "Juan Muñoz C.",
            "Max MCKENZIE",
            "danah boyd",
            "Lars von Trier",
            "Oleh Synegubov",
            "Ludovica Di Maio",
        ),
        *(
            "Ta-Nehisi Coates",
            "Kim Jong-un",
            "Jane O’Brien",
            "Martin King Jr.",
            "Jane Doe III",
            "Dr. Max Muster",
            "Emily Post",
        ),
        *(
            "Antara Haldar",
            "Michael R. Bloomberg",
            "Joe Friday",
            "Bill Press",
            "Jack Y. Ma",
            "Heiko",
            "ellie",
            "Lee Jong In",
            "C.Mustermann",
        ),
        *("April", "June", "Jack Ma", "Isaac Deutscher"),
    ],
)
def test_other_names_stay_as_printed(name: str) -> None:
    assert split_byline(name) == (name,)


def test_a_suffix_behind_a_comma_is_no_person() -> None:
    assert split_byline("John Smith, Jr., and Bob Roe") == ("John Smith Jr.", "Bob Roe")


def test_a_page_that_a_selector_took_for_a_byline_names_nobody() -> None:
    assert split_byline("Jane Doe, " * 1000) == ()


def test_a_label_before_one_word_is_no_part_of_the_name() -> None:
    assert split_byline("Von Heiko") == ("Heiko",)
