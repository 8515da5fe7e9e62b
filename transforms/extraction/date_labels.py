"""What the words around a printed stamp say it is of: the publication, a change, or something else.

Words are stems, by language, that stand at the beginning of a word; one with a ``$`` is a whole word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Kind = Literal["published", "modified", "other"]

_PUBLISHED = {
    "ar": "نشر النشر",
    "bg": "публикуван",
    "bn": "প্রকাশ",
    "ca": "publica",
    "cs": "publikov vydán zveřejn vloženo",
    "da": "publicer offentliggjort udgivet oprettet skrevet",
    "de": "veröffentlich erschienen erstellt publizier gepostet geschrieben eingestellt",
    "el": "δημοσιε δημοσίε",
    "en": "publish posted written created issued released first_published",
    "es": "publica creado",
    "et": "avaldatud",
    "fa": "انتشار منتشر",
    "fi": "julkais",
    "fr": "publié publication paru mis_en_ligne mise_en_ligne posté écrit_le rédigé",
    "he": "פורסם",
    "hi": "प्रकाशित पब्लिश",
    "hr": "objav",
    "hu": "megjelen közzétéve publikál létrehoz",
    "id": "diterbitkan dipublikasi tayang diunggah terbit",
    "is": "birt",
    "it": "pubblica creato inserito",
    "ja": "公開 掲載 投稿 配信 発表",
    "ko": "입력 등록 게시 승인 작성",
    "lt": "paskelbt publikuot",
    "lv": "publicēt",
    "mk": "објав",
    "nb": "publiser",
    "nl": "gepublic geplaatst geschreven",
    "pl": "opublikowan dodan publikac",
    "pt": "publica postado criado",
    "ro": "publica postat adăugat",
    "ru": "опубликован публикаци размещен",
    "sk": "publikov zverejn uverejn vydané",
    "sl": "objav",
    "sq": "publiku botuar",
    "sr": "објав objav",
    "sv": "publicera skapad upplagd",
    "sw": "imechapish ilichapish",
    "th": "เผยแพร่",
    "tr": "yayın eklenme oluşturulma",
    "uk": "опубліков",
    "ur": "شائع اشاعت",
    "vi": "đăng xuất_bản",
    "zh": "发布 發布 发表 發表 發佈 刊登",
}
_MODIFIED = {
    "ar": "تحديث معدل",
    "bg": "обновен актуализ редактиран",
    "bn": "আপডেট হালনাগাদ",
    "ca": "actualitza modifica",
    "cs": "aktualiz upraven změněn",
    "da": "opdater ændret",
    "de": "aktualisier geändert stand$ überarbeitet letzte_änderung bearbeitet",
    "el": "ενημ τροποπ ανανε",
    "en": "updat modif revis edited amended last_changed last_change reviewed",
    "es": "actualiz modific editado",
    "et": "uuendatud muudetud",
    "fa": "بهروز بروز ویرایش",
    "fi": "päivitet muokattu",
    "fr": "mis_à_jour mise_à_jour modifi maj$ actualis",
    "he": "עודכן עדכון",
    "hi": "अपडेट अद्यतन संशोधित",
    "hr": "ažurira izmjen",
    "hu": "frissít módosít",
    "id": "diperbar diubah",
    "is": "uppfær breytt",
    "it": "aggiorna modific",
    "ja": "更新 改訂 修正",
    "ko": "수정 업데이트",
    "lt": "atnaujin",
    "lv": "atjaun labot",
    "mk": "ажурира",
    "nb": "oppdater endret",
    "nl": "bijgewerkt aangepast gewijzigd",
    "pl": "aktualiz zmodyfikow edytow",
    "pt": "atualiza modific",
    "ro": "actualiza modific",
    "ru": "обновл изменен отредактирован",
    "sk": "aktualiz upraven",
    "sl": "posodob",
    "sq": "përditës",
    "sr": "ажурира ažurira измењен",
    "sv": "uppdatera ändrad",
    "th": "ปรับปรุง อัปเดต แก้ไข",
    "tr": "güncel",
    "uk": "оновлен",
    "ur": "اپڈیٹ",
    "vi": "cập_nhật",
    "zh": "更新 修改 编辑",
}
_OTHER = {
    "de": "geboren$ gestorben$ abgerufen$ veranstaltung anmelde frist gültig termin$ beginn$ einlass geöffnet gegründet kommentar",
    "en": "expire events$ event$ copyright born$ died$ comment access$ accessed$ visited$ retrieved$ deadline valid$ joined$ since$ "
    "founded$ established$ opens$ closes$ doors$ starts$ ends$ begins$ when$ until$ tickets$ registration due$ effective$ reply replies "
    "age$ aged$",
    "es": "nacid nacimiento falleci consultado evento plazo vigente comentario desde$ hasta$",
    "fr": "né$ née$ décès consulté évènement événement échéance valable commentaire depuis$ jusqu",
    "it": "nato$ nata$ morto$ consultato evento scadenza valido commento fino$",
    "ja": "生年月日 開催 締切 コメント",
    "ko": "생년월일 댓글 마감",
    "nl": "geboren$ overleden$ geraadpleegd evenement reactie geldig tot$",
    "pl": "urodz zmarł$ dostęp$ wydarzen termin$ komentarz",
    "pt": "nascid nascimento falec acesso$ acessado evento prazo$ válido comentário até$",
    "ru": "родил умер дата_обращения событие срок комментар",
    "sv": "född$ död$ hämtad evenemang kommentar giltig",
    "zh": "出生 生于 評論 评论 截止",
}
_SIGNS = re.compile(r"©|\(c\)", re.IGNORECASE)


_UNSPACED = ("ja", "ko", "th", "zh")
"""Languages in which a word may begin after any letter."""


def _pattern(table: dict[str, str]) -> re.Pattern[str]:
    def stems(languages: set[str]) -> str:
        found = {stem for language in languages for stem in table.get(language, "").split()}
        return (
            "|".join(sorted((stem.replace("_", r"\s").replace("$", r"(?![^\W\d_])") for stem in found), reverse=True))
            or "(?!)"
        )

    spaced, unspaced = table.keys() - set(_UNSPACED), set(_UNSPACED)
    return re.compile(rf"(?<![^\W\d_])(?:{stems(spaced)})|{stems(unspaced)}", re.IGNORECASE)


_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("other", _pattern(_OTHER)),
    ("published", _pattern(_PUBLISHED)),
    ("modified", _pattern(_MODIFIED)),
)


@lru_cache(maxsize=1024)  # pages have the same few labels, and each many times
def kind_of(label: str) -> Kind | None:
    """What a label says; None if it says nothing about dates. Of several words the last decides: it stands next to the stamp."""
    if _SIGNS.search(label):
        return "other"
    last: Kind | None = None
    place = -1
    for kind, pattern in _KINDS:
        for match in pattern.finditer(label):
            if match.end() > place:
                last, place = kind, match.end()
    return last
