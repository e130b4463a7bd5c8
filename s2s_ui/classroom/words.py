"""Every word that the pages of a class say, through the page's translation. {name} is filled in by the browser."""

import json
from functools import partial

from s2s_ui.classroom.plans.words import plan_words
from s2s_ui.kept import Kept
from s2s_ui.locales import LANGUAGES, N_, Translate, translations
from s2s_ui.session.pages import PAGES

LEADS = N_("You lead the class {code}. End it, then start another one.")


def words(_: Translate) -> dict[str, str]:
    """The words by the names under which student.js, lead.js and their parts ask for them."""
    return _student(_) | _question(_) | _handing(_) | _teacher(_) | _lobby(_) | _pages(_) | plan_words(_)


def _student(_: Translate) -> dict[str, str]:
    return {
        "class": _("Class"),
        "join": _("Join"),
        "join_title": _("Join the class {code}"),
        "code": _("Code of the class"),
        "code_hint": _("Six letters and digits, as the teacher shows them"),
        "name": _("Your name, if you like"),
        "no_class": _("There is no class with this code. Look at it once more."),
        "too_many": _("Too many wrong codes came from here. Try again in a minute."),
        "full": _("This class is full."),
        "over": _("The class is over. Thank you!"),
        "lost": _("The connection is lost. It comes back by itself."),
        "paused": _("Eyes to the front: the screens rest."),
        "explore": _("Explore it yourself: what happens if you change something?"),
        "explore_open": _("Open it in the app"),
        "elsewhere": _("The teacher shows {page}."),
        "elsewhere_open": _("Open {page}"),
        "waiting": _("You are in. The teacher begins in a moment."),
        "number": _("You are number {number}"),
        "goes_on": _("The class {code} goes on."),
        "asks": _("The class {code} is asked a question."),
        "come_back": _("Back to the class"),
    }


def _question(_: Translate) -> dict[str, str]:
    return {
        "ask_next": _("What comes next?"),
        "ask_look": _("Where will it look?"),
        "about_next": _("Which token does the model write as output {k}?"),
        "about_look": _("Which source token gets the largest weight for output {k}?"),
        "something_else": _("Something else"),
        "your_answer": _("Your answer"),
        "send": _("Send"),
        "sending": _("Your answer is on its way: {answer}"),
        "sent": _("Sent: {answer}"),
        "too_late": _("No more answers are taken."),
        "class_share": _("class"),
        "model_share": _("model"),
        "answers": _("Answers: {count}"),
        "on_own": _("On “{token}”: class {share}, model {weight}."),
        "entropy": _("How spread out (entropy in bits): class {class}, model {model}."),
        "model_choice": _("the model's choice"),
    }


def _handing(_: Translate) -> dict[str, str]:
    return {
        "hand_in": _("Hand in a sentence"),
        "hand_in_short": _("Hand in"),
        "handed_in": _("Handed in:"),
        "your_sentence": _("A sentence of your own"),
        "handed_count": _("The class's model answers it. Handed in: {count} of {most}."),
        "hand_in_seen": _("Hand in what I see"),
        "handing_in": _("It is on its way."),
        "wall": _("What the class hands in"),
        "take": _("Let them hand in"),
        "take_no_more": _("Take no more"),
        "wall_closed": _("Students cannot hand in yet. What they hand in will be shown here, without names."),
        "wall_taking": _("Students can hand in now. What they hand in is shown here, without names."),
        "wall_count": _("Handed in: {count}"),
        "wall_taking_count": _("Handed in so far: {count}"),
        "wall_more": _("And {count} older ones, which are in the CSV."),
        "wall_names": _("Names"),
        "wall_names_hint": _("Show whose each is, on this screen until the wall is closed"),
        "number_short": _("number {number}"),
        "wall_changed": _("changed inside"),
        "wall_shown": _("on the screens now"),
        "show_to_all": _("Show to all"),
        "take_off": _("Take off the wall"),
    }


def _teacher(_: Translate) -> dict[str, str]:
    return {
        "failed": _("The server does not answer. Try again."),
        "show_code": _("Show the code large"),
        "here": _("{count} here"),
        "follow": _("Follow me"),
        "explore_mode": _("Explore"),
        "look": _("Look here"),
        "pause": _("Pause"),
        "ask": _("Ask"),
        "ask_change": _("What will change?"),
        "change_nothing": _("Nothing at all"),
        "change_numbers": _("The numbers, but not the answer"),
        "change_answer": _("The answer"),
        "ask_own": _("A question of your own"),
        "own_question": _("Question"),
        "own_choices": _("Choices, one on each line; none for an answer in words"),
        "ask_it": _("Ask it"),
        "only_on_stage": _("On the page Watch, the class can guess what comes next and where it looks."),
        "no_attention": _("This model has no attention."),
        "show_answers": _("Show the answers live"),
        "hide_answers": _("Hide the answers"),
        "reveal": _("Reveal"),
        "ask_again": _("Ask again"),
        "ask_onwards": _("Ask about the next output"),
        "done": _("Put the question away"),
        "answered": _("Who answered what"),
        "answered_hint": _("Show names, in this window alone, until another question is asked"),
        "answered_none": _("Nobody has answered yet."),
        "end": _("End"),
        "end_class": _("End the class"),
        "end_hint": _("The screens let go. The answers stay until you delete the class."),
        "csv": _("Answers (CSV)"),
        "csv_names": _("With names"),
        "delete": _("Delete the class"),
        "delete_hint": _("Everything that was stored of this class is deleted."),
        "ended": _("The class has ended."),
        "go_on": _("Go on with the class"),
        "leads": _(LEADS),
        "own_classes": _("Your classes that are still here"),
        "close": _("Close"),
        "at_address": _("Open {address} and type the code"),
        "desk": _("Open in a window of its own"),
        "desk_hint": _("Notes, answers and the wall, for the screen that the class does not see"),
        "not_yours": _("This window opens only in the browser that started the class."),
        "local_only": _("Only this computer reaches the app. For a class, start it with: make class"),
    }


def _lobby(_: Translate) -> dict[str, str]:
    return {
        "start_class": _("Start a class"),
        "for_teachers": _("Teach a class"),
        "how_start": _("Start a class: you get a code of six characters and its QR."),
        "how_join": _("Phones and laptops in your network join with it. Nobody needs an account."),
        "how_lead": _("Turn to any page: every screen follows, step by step. Ask, and see what the class thinks."),
        "for_students": _("Join a class"),
        "afterwards": _("Afterwards"),
    }


def _pages(_: Translate) -> dict[str, str]:
    return {f"page_{path}": _(page.title) for path, page in PAGES.items() if page.followed}


def _file(language: str) -> str:
    return json.dumps(words(translations(language).gettext), ensure_ascii=False)


WORDS = {language: Kept(f"class-{language}.json", partial(_file, language)) for language in LANGUAGES}
