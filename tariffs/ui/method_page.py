"""Data and method: every figure used with its range and source, what nobody knows, the equations, the limits."""


import streamlit as st

from tariffs.brief import prose
from tariffs.errors import TariffsError
from tariffs.study import Study
from tariffs.ui import engine, kept, parts, state
from tariffs.ui.look import plain
from tariffs.words import N_, Words

EQUATIONS = (
    (
        N_(
            "From the plant to the buyer: net-back n, the seller's charges e and a, freight f, duties α and β, wedge ω."
        ),
        r"\begin{aligned}\text{FOB}&=\frac{n+e}{1-a}\\ \text{CIF}&=\text{FOB}+f\\ "
        r"L&=\alpha\,\text{CIF}+\beta+\omega=A\,n+B\end{aligned}",
    ),
    (
        N_("Buyers choose among labels of one producer, then among producers, then between home and imported goods."),
        r"\hat P=\Big(\sum_r w_r\,\hat L_r^{\,1-\sigma}\Big)^{1/(1-\sigma)}",
    ),
    (
        N_("Tonnes of a route follow its price in its nest, the nest's in the next, and the whole market's."),
        r"\begin{aligned}\hat q_r=&\;\hat P_m^{\,\varepsilon}\,(\hat P_m/\hat P_{imp})^{\sigma_H}\\ "
        r"&\times(\hat P_{imp}/\hat P_i)^{\sigma_M}\,(\hat P_i/\hat L_r)^{\sigma_L}\end{aligned}",
    ),
    (
        N_(
            "Every producer sells what its net-back calls forth, as far as its capacity goes: "
            "one net-back each makes supply and demand meet."
        ),
        r"S_{i0}\,(n_i/n_{i0})^{\mu_i}=\sum_{r\in i} q_r",
    ),
)
LIMITS = (
    N_("A route that does not trade today never starts."),
    N_("Elasticities do not change with the size of the change."),
    N_("Freight, access wedges and the prices of sellers outside the model stay where they are."),
    N_("One country's plants share one net-back; a plant far from the buyer pays its inland freight on top."),
    N_("It compares two states of the market at rest; it says nothing about how long the way takes."),
)
TABS = {
    "figures": N_("Figures used"),
    "files": N_("Your files"),
    "unknowns": N_("What nobody knows"),
    "method": N_("Method and limits"),
}


def show() -> None:
    t = state.words()
    parts.title(t(N_("Data & method")))
    try:
        study = engine.study(state.asked())
    except TariffsError as trouble:
        st.error(plain(t.explain(trouble)), icon=":material/error:")
        return
    text = N_("Everything below is of the question now asked: {scenario}, {day}. The answer: {answer}")
    gaps = {"scenario": t(study.scenario.title), "day": t.day(study.after.on), "answer": prose.answer(study, t)}
    st.markdown(plain(t(text, **gaps)))
    labels = {name: t(label) for name, label in TABS.items()}
    tabs = kept.tabs("method", labels, t)
    with tabs["figures"]:
        _figures(study, t)
    with tabs["files"]:
        _files(study, t)
    with tabs["unknowns"]:
        _unknowns(study, t)
    with tabs["method"]:
        _method(t)
    parts.foot(study, t)


def _figures(study: Study, t: Words) -> None:
    from tariffs.ui import pictures

    parts.standings(study, t)
    pictures.figures(study, t)


def _files(study: Study, t: Words) -> None:
    from tariffs.ui import own_page  # reads files, which the other tabs do not

    own_page.draw(study, t)


def _unknowns(study: Study, t: Words) -> None:
    from tariffs.ui import pictures

    st.markdown(
        plain(t(N_("What nobody has told us yet, most important first, with what stands in and who would know.")))
    )
    pictures.unknowns(study, t)


def _method(t: Words) -> None:
    parts.heading(t(N_("Equations")))
    for says, equation in EQUATIONS:
        st.markdown(plain(t(says)))
        st.latex(equation)
    st.markdown(
        plain(
            t(
                N_(
                    "Hats are ratios, after over before. σ is how readily buyers change labels (L), producers (M), "
                    "or between home and imported goods (H); ε is how demand answers the price, μ how supply does. "
                    "Two thousand draws over all ranges at once, by scrambled Sobol points, give the 5–95 % range. "
                    "A figure is never firmer than the weakest figure in it."
                )
            )
        )
    )
    parts.heading(t(N_("Where it stops being good")))
    st.markdown("\n".join(f"- {plain(t(limit))}" for limit in LIMITS))
