"""The texts of the pages, which the templates name. They hold none, so that all texts are extracted and translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.i18n import Text, Titles, msg, msgs

Label = Text | Mapping[str, Text] | Callable[..., Text]
LANGUAGE_NAMES = {"pl": "Polski", "en": "English"}
LABELS: Mapping[str, Label] = {
    "accept": msg("Yes, let them in"),
    "address": msg("Address"),
    "attempts": msg("Attempts"),
    "back": msg("Back to handing in"),
    "board": msg("The trainer's board"),
    "cell": msg(
        "Copy this cell to the end of your notebook and run it: it hands in the notebook and shows the report under "
        "itself. It asks once for your personal code."
    ),
    "choose_file": msg("Your notebook (.ipynb)"),
    "claimed": msg("This name is somebody's already"),
    "claims": msg("Is it really them?"),
    "comment": msg("Comment"),
    "copied": msg("Copied"),
    "copy": msg("Copy"),
    "counts": msg("counts"),
    "data": msg("All that is kept about this person"),
    "decline": msg("No"),
    "drop": msg("You can also drop the file anywhere on this page."),
    "freeze": msg("Close: nothing more can be handed in"),
    "from_notebook": msg("From your notebook"),
    "from_terminal": msg("From a terminal"),
    "from_trainer": msg("From your trainer"),
    "frozen": msg("Nothing can be handed in now: the trainer has closed it."),
    "go_on": msg("Go on"),
    "gradebook": msg("Gradebook (CSV)"),
    "hand_in": msg("Hand in"),
    "help_comes": msg("Your trainer knows that you need help, and will come."),
    "help_flag": msg("help"),
    "helped": msg("Answered"),
    "history": msg("Scores"),
    "how_to_join": msg("How to join"),
    "in_queue": msg("waits"),
    "join": msg("Join"),
    "join_code": msg("Join code"),
    "last": msg("Last seen"),
    "late": msg("after the deadline, so it does not count"),
    "leave": msg("This is not me, or not my computer: sign out"),
    "live": msg("The class now"),
    "manage": msg("Name and access"),
    "merge": msg("This is the same person as"),
    "merge_do": msg("Merge"),
    "merge_text": msg("All attempts go to that name; the code of this one keeps working."),
    "my_data": msg("Download all that is kept about you"),
    "name_free": msg("Your name or a nickname: your trainer and nobody else sees it."),
    "name_listed": msg("Your name or number as it stands on the list of participants."),
    "need_help": msg("I need help"),
    "no_attempts": msg("Nothing is handed in yet."),
    "no_help": msg("I don't need help any more"),
    "nobody_asks": msg("Nobody asks for help."),
    "nobody_joined": msg("Nobody has joined yet."),
    "nobody_stuck": msg("Nobody looks stuck."),
    "not_from_colab": msg(
        "This address is known only in this room's network. From Google Colab hand in above: File > Download > "
        "Download .ipynb, then choose that file."
    ),
    "nothing_yet": msg("Nothing is graded yet."),
    "notice": msg("What is kept about you"),
    "other_name": msg("Join under another name"),
    "own_points_text": msg("They stand beside the grade, and change nothing in it. The person sees them as yours."),
    "own_points_title": msg("Your own points and comment"),
    "personal_code": msg("Your personal code"),
    "personal_code_text": msg(
        "The cell asks for it once, and again after the notebook's session was restarted. With it anybody can hand in "
        "as you: keep it to yourself, and don't write it in the notebook."
    ),
    "points": msg("Points"),
    "projector": msg("View for the projector"),
    "projector_text": msg("without names; the address needs no password"),
    "qr": msg("QR code of the address"),
    "remove": msg("Remove"),
    "remove_sure": msg("Erase this person and all that they handed in, for good"),
    "rename": msg("Name"),
    "reset": msg("Reset access"),
    "reset_text": msg("The personal code stops working; whoever joins next under this name gets a new one."),
    "save": msg("Save"),
    "silent": msg("nothing for"),
    "state": msg("Where your notebook is"),
    "states": {
        "waiting": msg("waits"),
        "graded": msg("is graded"),
        "replaced": msg("not graded: a newer one came"),
    },
    "the_cell": msg("The cell"),
    "time": msg("Time"),
    "to_board": msg("Back to the board"),
    "unfreeze": msg("Open: notebooks can be handed in again"),
    "wants_help": msg("Wants help"),
    "your_name": msg("Your name"),
}


def claimed_text(name: str) -> Text:
    return msg(
        "Somebody has joined as {name}. If that was you, on another computer or before, your trainer lets you in with "
        "one press. This page goes on by itself.",
        name=name,
    )


def claims_to_be(name: str) -> Text:
    return msg("Somebody says to be {name}, a name that is taken.", name=name)


def handed_in(n: int) -> Text:
    return msgs("{n} handed in", "{n} handed in", n)


def handed_in_at(time: str) -> Text:
    return msg("Handed in at {time}", time=_plain(time))


def history_of(n: int) -> Text:
    return msgs("Scores of {n} attempt", "Scores of {n} attempts", n)


def joined(n: int) -> Text:
    return msgs("{n} joined", "{n} joined", n)


def minutes(n: int) -> Text:
    return msgs("{n} minute", "{n} minutes", n)


def own_points(points: float) -> Text:
    return msg("your trainer's own points: {points}", points=points)


def read(time: str) -> Text:
    return msg("report of {time}", time=_plain(time))


def results_in(folder: str) -> Text:
    return msg("Everything is in {folder} too, up to date.", folder=folder)


def tries(n: int) -> Text:
    return msgs("{n} attempt without progress", "{n} attempts without progress", n)


def waiting(n: int) -> Text:
    return msgs("{n} waits to be graded", "{n} wait to be graded", n)


FUNCTIONS: Mapping[str, Label] = {
    one.__name__: one
    for one in (
        claimed_text, claims_to_be, handed_in, handed_in_at, history_of, joined, minutes, own_points, read, results_in,
        tries, waiting,
    )
}  # fmt: skip

NOTHING = msg("Nothing is handed in yet. Choose your notebook above.")
GRADING = msg("Your notebook is being graded.")
GONE = msg("There is no such page here, or it is not yours.")
BROKEN = msg("Something went wrong here. It is not your fault. Go back and try again.")
FOREIGN = msg("This did not come from a page of this server, or the page is too old. Open it again and repeat.")
WRONG_CODE = msg("This is not the join code. It stands on the projector, or your trainer tells it.")
NO_FILE = msg("No file was chosen. Choose your notebook (.ipynb).")
TOO_LARGE = msg("This is too large to be handed in. Clear the outputs and save it again.")
REPLACED = msg("You have handed in a newer notebook meanwhile, which is graded instead.")
NOT_SURE = msg("Nothing was erased: tick the box first.")
NOT_A_NUMBER = msg("Points are a number, such as 2.5; leave the field empty for none.")


def kept(address: str) -> Text:
    """What stands under a cell that has handed in, before the report."""
    return msg("Handed in and kept. The report comes here; it is on your page too: {address}", address=address)


def unknown_code(address: str) -> Text:
    return msg("This personal code is not known here. It stands on your page: {address}", address=address)


def place(ahead: int) -> Text:
    """What somebody who waits is shown."""
    if ahead == 0:
        return GRADING
    return msgs(
        "Your notebook is kept. {n} is graded before it.", "Your notebook is kept. {n} are graded before it.", ahead
    )


def graded(time: str) -> Text:
    return msg("Graded. Handed in at {time}.", time=_plain(time))


def deadline(time: str) -> Text:
    return msg("What is handed in until {time} counts.", time=_plain(time))


def notice(keep_until: str) -> tuple[Text, ...]:
    """What joining people must know of what becomes of their data."""
    return (
        msg(
            "Kept are your name, the code of your notebooks without outputs, when you handed them in, and their "
            "grades. Nothing is sent anywhere else. Your trainer sees all of it; other participants see nothing of it."
        ),
        msg(
            "It is kept until {day}, and then erased. You can download it at any time, and your trainer erases it when "
            "you ask for that. One cookie keeps you signed in.",
            day=_plain(keep_until),
        ),
    )


def _plain(text: str) -> Titles:
    """A time or a day, which is no piece of code."""
    return Titles(text, text)
