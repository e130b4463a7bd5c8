"""The examples of a model, each with the reason why it is offered; and the links to two stories."""

from urllib.parse import urlencode

from s2s_ui.locales import N_
from s2s_ui.session import caches, state
from s2s_ui.session.i18n import _

REASONS: dict[str, dict[str, str]] = {
    "dates": {
        "March 8, 2025": N_("English, month first: the parts change places"),
        "2025년 3월 8일": N_("Korean: the parts stand in their order already"),
        "8. März 2025": N_("the month is German"),
        "8 mars 2025": N_("the month is French: “mars”, not “March”"),
        "Saturday, 8 March 2025": N_("the weekday is read and left out"),
        "2025. 12. 25. 목요일": N_("the month is a number, and the weekday is left out"),
        "Donnerstag, 1. Februar 1968": N_("German, and a long text; the day of one digit becomes 01"),
        "le 1er août 1291": N_("French: “1er” is the first"),
        "Feb 30, 2023": N_("it copies, it knows no calendar"),
    },
    "ko-pronounce": {
        "국물": N_("ㄱ sounds ㅇ, because of the ㅁ that follows"),
        "한국어": N_("the last ㄱ moves over to the next syllable"),
        "같이": N_("ㅌ before 이 sounds ㅊ"),
        "독립": N_("ㄱ and ㄹ change each other: 동닙"),
        "꽃잎": N_("two words in one: a ㄴ comes between them, 꼰닙"),
        "읽는다": N_("of ㄺ the ㄱ stays, and before ㄴ it sounds ㅇ: 잉는다"),
        "좋다": N_("ㅎ and ㄷ become one sound, ㅌ"),
    },
    "pronounce": {
        "night": N_("“gh” is silent"),
        "through": N_("seven letters, three sounds"),
        "nation": N_("“ti” sounds like “sh”"),
        "cheese": N_("“ch” is one sound, the last “e” none"),
        "queue": N_("one of five letters would do"),
        "microscope": N_("a long word: letters and sounds side by side"),
    },
    "en-fr": {
        "I like the red car.": N_("“red car” and “voiture rouge” cross"),
        "The little girl gave her brother a green apple.": N_("“petite” comes before its noun, “verte” after it"),
        "Have you seen my new glasses?": N_("a question: verb and pronoun change places"),
        "We did not go to school today because it was snowing.": N_("“not” is two words in French, around the verb"),
        "He never drinks black coffee in the evening.": N_("“never” is two words in French, around the verb"),
        "My parents live in a small white house near the sea.": N_("a long sentence: try it without attention"),
        "She wants to learn French before she moves to Paris.": N_("a sentence within a sentence, after “before”"),
        "Can you tell me where the station is?": N_("a question within a question"),
        "I think that the old man knows the answer.": N_("“vieil”, not “vieux”, because of the word that follows"),
        "They will give it to him tomorrow.": N_("the pronouns come before the verb"),
    },
    "ko-en": {
        "나는 프랑스어를 할 수 있어.": N_("the end of the Korean verb becomes “can”"),
        "너 어디에 살아?": N_("a question: “where” comes first"),
        "나는 어제 집에 있었어.": N_("“yesterday” goes to the end"),
        "톰은 책을 읽고 있어.": N_("the verb comes last in Korean, and before the book in English"),
        "나는 사과를 좋아해.": N_("does it know the apple?"),
        "오늘은 정말 춥다.": N_("does it know the cold?"),
    },
}
"""The reason why an example is offered, by task and text."""

MORE = {"dates": ("Feb 30, 2023",)}
"""Examples that are offered in addition to those of the checkpoint, by task."""

BORN = {"model": "dates", "snapshot": "1"}
LATE = {"model": "dates", "other": "dates-forward", "text": "1. Februar 1968"}


def offered(model: str) -> list[tuple[str, str | None]]:
    """The examples of a model, each with its reason in the session's language, or None."""
    info = caches.described(model).info
    reasons = REASONS.get(info.task, {})
    texts = [*info.examples, *(text for text in MORE.get(info.task, ()) if text not in info.examples)]
    return [(text, _(reasons[text]) if text in reasons else None) for text in texts]


def stories() -> list[dict[str, str]]:
    """The names and addresses of the two stories; empty if the link hides the pages."""
    if "pages" in state.hidden():
        return []
    language = {name: value for name, value in state.address().items() if name == "lang"}
    return [
        {"text": _("how it was born"), "address": f"./attention?{urlencode(BORN | language)}#snapshot"},
        {"text": _("one place late"), "address": f"./compare?{urlencode(LATE | language)}"},
    ]
