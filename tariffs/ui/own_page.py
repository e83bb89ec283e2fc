"""Your files: handed in, recognised and why, mended or left out, answered from; templates and the project file."""

from functools import partial

import streamlit as st

from tariffs.brief import own_files, own_prices
from tariffs.errors import Defect
from tariffs.intake import Report, Upload
from tariffs.intake.template import LANGUAGES, template
from tariffs.market.priced import NOT_ASKED
from tariffs.project import Project, packed
from tariffs.store.own import Own
from tariffs.study import Study
from tariffs.ui import engine, own_desk, parts, state
from tariffs.ui.look import plain
from tariffs.ui.own_badge import put_away
from tariffs.ui.take_away import XLSX
from tariffs.words import N_, NAMES, Words

TEMPLATES = {"flows": N_("Table of flows to fill in"), "tariffs": N_("Table of duties to fill in")}


def draw(study: Study, t: Words) -> None:
    """What is in use, the way in, and what came of the files handed in last."""
    st.markdown(plain(t(N_(
        "Drop what the customs office, CEPII, the UN or the ministry gave you: real flows take the place of assumed "
        "tonnes, a schedule that of assumed duties, and every page answers from them. The files stay in this session "
        "and go nowhere else."
    ))))
    _hand_in(t)
    _what_came_of_it(t)
    if study.library.own is not None:
        _in_use(study, t)
    _take_along(study, t)


def _hand_in(t: Words) -> None:
    turn = int(st.session_state.get("turn:files", 0))
    key, facts = f"{t.lang}:own_files:{turn}", f"{t.lang}:own_facts:{turn}"

    def taken() -> None:
        held = st.session_state.get(key) or []
        said = str(st.session_state.get(facts) or "")
        own_desk.take([Upload(file.name, file.getvalue()) for file in held], said)

    st.file_uploader(
        t(N_("Trade or tariff files, or a project file, up to 5 MB each")), accept_multiple_files=True, key=key,
        on_change=taken,
    )
    st.text_input(
        t(N_("What the files leave out")), key=facts, on_change=taken, placeholder="reporter=TUR flow=import",
        help=plain(t(N_(
            "Some downloads do not say whose they are. Write name=value with blanks between: reporter, exporter, "
            "importer, product, flow, year, revision, or a rate such as EUR=1.08."
        ))),
    )


def _what_came_of_it(t: Words) -> None:
    """A refusal with its places, rows to mend, or nothing."""
    if defects := own_desk.refused():
        st.error(plain(t(N_("Nothing of these files is used: they cannot be read."))), icon=":material/error:")
        _table([_defect(defect, t) for defect in defects])
    if why := own_desk.trouble():
        st.error(plain(t.explain(why)), icon=":material/error:")
    if parts_left := own_desk.left_out():
        text = N_("Parts of the project's question could not be used and were left out: {parts}.")
        st.warning(plain(t(text, parts=t.listed(list(parts_left[:8])))), icon=":material/link_off:")
    if held := own_desk.waiting():
        _reports(held.loaded.reports, t)
        text = N_("Some rows cannot be used. Mend them and hand the file in again, or go on without them. Until then "
                  "nothing of the files is used.")
        st.warning(plain(t(text)), icon=":material/rule:")
        _table([
            {
                t(N_("file")): one.file, t(N_("row")): str(one.row), t(N_("found")): one.found,
                t(N_("expected")): t(own_desk.WRONG[one.reason]), t(N_("what to do")): t(one.reason.remedy),
                t(N_("rows like it")): t.number(one.count),
            }
            for one in held.wrong
        ])
        st.button(
            t(N_("Go on with the {kept} good rows"), kept=t.number(held.kept)), key=f"{t.lang}:own:agree",
            on_click=own_desk.agree, type="primary",
        )


def _defect(defect: Defect, t: Words) -> dict[str, str]:
    return {
        t(N_("file")): defect.file,
        t(N_("row")): "" if defect.row is None else str(defect.row),
        t(N_("column")): defect.column,
        t(N_("found")): t.said(defect.found),
        t(N_("expected")): t.said(defect.expected),
        t(N_("what to do")): t.said(defect.remedy),
    }


def _in_use(study: Study, t: Words) -> None:
    own, held = study.library.own, own_desk.own()
    if own is None:
        return
    parts.heading(t(N_("What your files change")))
    st.markdown("\n\n".join(plain(text) for text in own_files.headline(study, t)))
    _frame(own_files.compared_frame(study, t))
    for tell in (own_files.rows_frame, own_files.duties_frame):
        _frame(tell(own, t))
    _prices(own, t)
    mirrors = own_files.mirrors_frame(own, t)
    if not mirrors.empty:
        parts.heading(t(N_("Flows that both customs counted")))
        _frame(mirrors)
    if said := own_files.remarks(own, study.library.baseline.year, t):
        parts.heading(t(N_("What to know of these figures")))
        st.markdown("\n".join(f"- {plain(text)}" for text in said))
    if held is not None:
        _reports(held.loaded.reports, t)
    st.button(t(N_("Put the files away")), key=f"{t.lang}:own:away", on_click=put_away)


def _prices(own: Own, t: Words) -> None:
    """Unit values beside the prices on record, and the way to take them or to go back."""
    frame, held = own_prices.frame(own, t), own_desk.own()
    if frame.empty or held is None:
        return
    parts.heading(t(N_("Prices in your files")))
    _frame(frame)
    if own.priced:
        st.button(t(N_("Back to the prices on record")), key=f"{t.lang}:own:prices_back",
                  on_click=own_desk.take_prices, args=(False,))
    elif any(price.why == NOT_ASKED for price in own_prices.held(own)):
        st.button(t(N_("Take these as prices")), key=f"{t.lang}:own:prices", on_click=own_desk.take_prices,
                  args=(True,))


def _reports(reports: tuple[Report, ...], t: Words) -> None:
    """What each file was taken for and why, and the account of its rows."""
    parts.heading(t(N_("What was recognised")))
    for report in reports:
        lines = [
            t(N_("because: {proof}"), proof=t.said(proof)) for proof in report.evidence
        ]
        lines.append(t(
            N_("{read} rows read, {kept} kept, {dropped} left out"), read=t.number(report.rows_read),
            kept=t.number(report.rows_kept), dropped=t.number(report.rows_dropped),
        ))
        lines += [f"{t.number(lost.count)} × {t(lost.reason.says)}" for lost in report.dropped]
        lines += [t.said(note) for note in report.notes]
        title = f"{report.file}: {t(report.title)}"
        st.markdown(f"**{plain(title)}**\n" + "\n".join(f"- {plain(line)}" for line in lines))


def _take_along(study: Study, t: Words) -> None:
    parts.heading(t(N_("Empty tables, and the project file")))
    lang = st.segmented_control(
        t(N_("Language of the tables")), LANGUAGES, default=t.lang if t.lang in LANGUAGES else "en", required=True,
        format_func=lambda code: NAMES[code], key=f"{t.lang}:own:template",
    ) or t.lang
    with st.container(horizontal=True, gap="small"):
        for kind, label in TEMPLATES.items():
            st.download_button(
                t(label), partial(template, kind, lang, ".xlsx"), mime=XLSX,
                file_name=f"bitumen-{kind}-{lang}.xlsx", icon=":material/table_view:", on_click="ignore",
                key=f"{t.lang}:own:{kind}",
            )
        held = own_desk.own()
        saved = Project(state.asked(), held.project.files if held else (), held.project.facts if held else (),
                        engine.library().digest, held is not None and held.project.prices)
        st.download_button(
            t(N_("Project file")), partial(packed, saved), mime="application/zip",
            file_name=f"bitumen-{study.question.scenario}.zip", icon=":material/folder_zip:", on_click="ignore",
            key=f"{t.lang}:own:project",
            help=plain(t(N_(
                "The question, your files and the data's digest in one archive; hand it in above to go on."
            ))),
        )


def _table(rows: list[dict[str, str]]) -> None:
    import pandas as pd

    _frame(pd.DataFrame(rows))


def _frame(frame: "object") -> None:
    """A table of texts, some of them a stranger's: shown as they stand, since a cell is Markdown to Streamlit."""
    import pandas as pd

    if isinstance(frame, pd.DataFrame) and not frame.empty:
        st.table(frame.map(plain), hide_index=True, border="horizontal")
