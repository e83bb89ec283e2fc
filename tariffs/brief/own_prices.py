"""Unit values of the user's files beside the prices on record, and whether the answer takes them."""

from typing import TYPE_CHECKING, Any

from tariffs.market.cells import Price
from tariffs.market.priced import NO_LEG, NOT_ASKED, OTHER_YEAR, OUTLYING
from tariffs.store.own import Own
from tariffs.words import N_, Words

if TYPE_CHECKING:
    import pandas as pd

IN_THE_ANSWER = {
    "": N_("the unit value"),
    NOT_ASKED: N_("the price on record"),
    OUTLYING: N_("the price on record: the unit value lies too far from it"),
    OTHER_YEAR: N_("the price on record: the unit value is of another year"),
    NO_LEG: N_("the price on record: the unit value holds where the goods left, and no freight is on record"),
}
BASES = {"cif": N_("on arrival (CIF)"), "fob": N_("on leaving (FOB)")}


def held(own: Own) -> tuple[Price, ...]:
    return own.measured.prices if own.measured else ()


def frame(own: Own, t: Words) -> "pd.DataFrame":
    """Each label in each market: what customs' value and weight give, what is on record, which one is used."""
    import pandas as pd  # the sentences do without it

    return pd.DataFrame([
        {
            t(N_("declared as")): t.place(p.label), t(N_("market")): t.place(p.importer), t(N_("year")): str(p.year),
            t(N_("unit value")): t.usd_per_t(p.usd_per_t), t(N_("where it is counted")): t(BASES[p.basis]),
            t(N_("price on record")): f"{t.usd_per_t(p.central)} ({t.between(p.low, p.high, 'USD/t')})",
            t(N_("in the answer")): t(IN_THE_ANSWER[p.why]),
        }
        for p in held(own)
    ])  # fmt: skip


def remarks(own: Own, t: Words) -> list[str]:
    """Why unit values are not prices, or that they were taken for such."""
    said = []
    if own.priced:
        said.append(t(N_(
            "Prices are taken from the files where the table says so. They are declared values: what was paid may "
            "differ, and the distance to the maker's own price stands as a rung of its own."
        )))  # fmt: skip
    if any(p.why == NOT_ASKED for p in held(own)):
        said.append(t(N_(
            "Unit values stand beside the prices on record and do not replace them, since a declared value "
            "need not be what was paid. They can be taken as prices (in a shell: --prices)."
        )))  # fmt: skip
    return said


def plain(own: Own) -> list[dict[str, Any]]:
    """The same for JSON."""
    return [
        {
            "label": p.label, "importer": p.importer, "year": p.year, "usd_per_t": p.usd_per_t, "basis": p.basis,
            "on_record": {"low": p.low, "central": p.central, "high": p.high}, "taken": p.taken,
            "why_not": p.why or None, "status": str(p.status), "source": p.source,
        }
        for p in held(own)
    ]  # fmt: skip
