"""The reader's own file of pairs on the page Train: its encoding and columns, a preview, and its errors."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from s2s_core.errors import S2SError
from s2s_core.tasks import ENCODINGS, PROBLEMS, Count, FileProblem, Names, Preview, preview_of
from s2s_core.tasks import count as counting
from s2s_ui.borrowed import UploadedFile
from s2s_ui.locales import N_
from s2s_ui.session import messages, state
from s2s_ui.session.i18n import _, ngettext
from s2s_ui.shell import layout

FILE_TYPES = ["tsv", "csv", "txt"]
ENCODING = "pairs encoding"  # in the session: the upload, and the encoding that its reader chose for it
PREVIEW = "pairs preview"  # in the session: the upload and its encoding, with its preview or its error
SHOWN = 40  # characters of a cell
LANGUAGES = {
    "": N_("Unicode"),
    "Korean": N_("Korean"),
    "Western European": N_("Western European"),
    "Central European": N_("Central European"),
    "Cyrillic": N_("Cyrillic"),
    "Greek": N_("Greek"),
    "Turkish": N_("Turkish"),
    "Hebrew": N_("Hebrew"),
    "Arabic": N_("Arabic"),
    "Thai": N_("Thai"),
    "Japanese": N_("Japanese"),
    "Chinese": N_("Chinese"),
}
CHOOSE_ENCODING = N_("choose its encoding below, or save it as UTF-8")
REMEDIES = {  # kind -> what helps on this page, where it is not what helps on the command line
    "encoding": N_("read it so with the button below, or save it as UTF-8"),
    "unknown encoding": CHOOSE_ENCODING,
    "broken line": N_("write that line anew"),
    "other encoding": N_("choose another encoding below"),
    "too few sources": N_("choose other columns, if source and target stand elsewhere"),
    "few left": N_("shorten its texts, or choose other columns"),
    "none left": N_("shorten its texts, or choose other columns"),
    "same column": N_("choose two different ones"),
}


@dataclass(frozen=True, slots=True)
class OwnPairs:
    """The chosen file, and how to read it."""

    name: str
    content: bytes
    columns: Names | None
    encoding: str | None
    problem: S2SError | None  # why it cannot be read


def controls(on_choice: Callable[[], None]) -> OwnPairs | None:
    """The controls of the file: its encoding if it is not UTF-8, its columns and first rows. None without a file.

    `on_choice` is called when another file is chosen.
    """
    words = json.dumps(_("Choose a file"), ensure_ascii=False)
    st.html(f"<style>.st-key-pairs {{ --s2s-choose: {words} }}</style>")
    upload = st.file_uploader(
        _("Pairs: a TSV or CSV, source and target in two of its columns"),
        type=FILE_TYPES,
        key="pairs",
        max_upload_size=8,
        on_change=on_choice,
    )
    if upload is None:
        return None
    encoding = _encoding(upload)
    preview = _preview(upload, encoding)
    if isinstance(preview, S2SError):
        layout.notice(refusal(preview), error=True, place="pairs")
        _offer_encodings(upload, preview)
        return OwnPairs(upload.name, upload.getvalue(), None, encoding, preview)
    if encoding:
        st.caption(_("Read as {encoding}.").format(encoding=_called(encoding)))
    columns, problem = _columns(upload, preview)
    return OwnPairs(upload.name, upload.getvalue(), columns, encoding, problem)


def refusal(error: S2SError) -> str:
    """Why the file cannot be used for training, with a remedy."""
    if isinstance(error, FileProblem):
        return _("This cannot be trained: {reason}.").format(reason=_reason(error))
    return messages.with_reason(
        str(error),
        _("This cannot be trained: {reason}."),
        _("This cannot be trained: choose other settings, or another file."),
    )


def counted(count: Count) -> list[str]:
    """How the rows of a file are used, as a list of sentences."""
    source, target = count.columns
    said = [_(counting.COLUMNS).format(source=source, target=target)]
    if count.numbers:
        said.append(_(counting.NUMBERS).format(columns=", ".join(count.numbers)))
    said.append(_(counting.KEPT).format(train=f"{count.train:,}", dev=f"{count.dev:,}", test=f"{count.test:,}"))
    several = [(counting.JOINED, count.joined)]
    several += [(counting.REASONS[reason], rows) for reason, rows in count.left_out.items()]
    several.append((counting.COMMENTS, count.comments))
    for (one, many), rows in several:
        if rows:
            said.append(ngettext(one, many, rows).format(count=f"{rows:,}", limit=f"{count.limit:,}"))
    return [*said, _(counting.EXPECT)] if count.few else said


def _encoding(upload: UploadedFile) -> str | None:
    """The encoding that the reader chose for this file, or None."""
    chosen = state.stored(ENCODING)
    return chosen[1] if chosen and chosen[0] == upload.file_id else None


def _preview(upload: UploadedFile, encoding: str | None) -> Preview | S2SError:
    """The preview of the file, or the error of reading it; made once for each file and encoding."""
    stored = state.stored(PREVIEW)
    if stored and stored[0] == (upload.file_id, encoding):
        found: Preview | S2SError = stored[1]
        return found
    try:
        found = preview_of(upload.getvalue(), upload.name, encoding=encoding)
    except S2SError as error:
        found = error
    state.store(PREVIEW, ((upload.file_id, encoding), found))
    return found


def _offer_encodings(upload: UploadedFile, problem: S2SError) -> None:
    """Controls to choose the encoding of a file that is not UTF-8: the likely one as a button, else a list."""
    if not isinstance(problem, FileProblem):
        return
    likely = problem.facts.get("likely")
    if likely:
        st.button(
            _("Read it as {encoding}").format(encoding=_called(likely)),
            key="read as",
            width="stretch",
            on_click=state.store,
            args=(ENCODING, (upload.file_id, likely)),
        )
    elif problem.kind in ("unknown encoding", "other encoding", "unknown characters"):
        chosen = st.selectbox(
            _("Encoding"), list(ENCODINGS), format_func=_called, index=None, key="encoding", filter_mode=None
        )
        if chosen and chosen != _encoding(upload):
            state.store(ENCODING, (upload.file_id, chosen))
            st.rerun()


def _columns(upload: UploadedFile, preview: Preview) -> tuple[Names | None, S2SError | None]:
    """The controls of the columns, and a table of the first rows.

    Returns:
        The chosen columns (None if they are those of the preview), and the error of the choice (or None).
    """
    if not preview.names:
        return None, None
    places = range(len(preview.names))
    names = {
        place: _("column {number}").format(number=name) if name == str(place + 1) else name
        for place, name in enumerate(preview.names)
    }
    if len(places) > 2 or preview.names != ("1", "2"):
        with st.container(key="pairs_columns", horizontal=True):
            source, target = (
                st.selectbox(
                    label,
                    list(places),
                    index=place,
                    format_func=names.__getitem__,
                    filter_mode=None,
                    key=f"pairs {side} {upload.file_id}",
                )
                for label, side, place in zip(
                    (_("Source"), _("Target")), ("source", "target"), preview.places, strict=True
                )
            )
    else:
        source, target = preview.places
    if source == target:
        problem = FileProblem("same column", {"file": upload.name, "name": preview.names[source]})
        layout.notice(refusal(problem), error=True, place="pairs")
        return None, problem
    if preview.numbers:
        numbers = ", ".join(preview.names[place] for place in preview.numbers)
        st.caption(messages.literal(_(counting.NUMBERS).format(columns=numbers)))
    rows = [
        {_("source"): messages.literal(row[source][:SHOWN]), _("target"): messages.literal(row[target][:SHOWN])}
        for row in preview.first
    ]
    st.table(rows, border="horizontal", hide_index=True)
    st.caption(
        ngettext("{count} row in all.", "{count} rows in all.", preview.rows).format(count=f"{preview.rows:,}")
        + (" " + _(counting.EXPECT) if preview.rows < counting.FEW else "")
    )
    named = (str(source + 1), str(target + 1))
    return (None if (source, target) == preview.places else named), None


def _called(encoding: str) -> str:
    """An encoding as a menu calls it: "cp949 (Korean)"."""
    return f"{encoding} ({_(LANGUAGES[ENCODINGS[encoding]])})"


def _reason(problem: FileProblem) -> str:
    what, remedy = PROBLEMS[problem.kind]
    reason = _(what).format(**problem.facts)
    if not remedy:
        return reason
    remedy = _(REMEDIES.get(problem.kind, remedy)).format(**problem.facts)
    return _("{reason}; {remedy}").format(reason=reason, remedy=remedy)
