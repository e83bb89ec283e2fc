"""What the ladder and the gains say in a sentence: for those who cannot see the picture, and above its table."""

from collections.abc import Sequence
from typing import Any

from tariffs.words import N_, Words


def waterfall(rows: list[dict[str, Any]], marks: Sequence[tuple[str, float]], t: Words, importer: str) -> str:
    """Where the price begins and where it lands, by way of what, and what it is held against."""
    at = {row["step"]: t.usd_per_t(row["usd_per_t"]) for row in rows if row["total"]}
    text = t(
        N_(
            "From a net-back of {net_back} to a landed price of {landed} in {importer}, by way of FOB {fob}, CIF {cif}."
        ),
        importer=t.place(importer),
        **{name: at.get(name, t(N_("not known"))) for name in ("net_back", "fob", "cif", "landed")},
    )
    held = t.listed([words for words, _ in marks])
    return text + " " + t(N_("Held against: {held} (USD per tonne)."), held=held) if marks else text


def gains(rows: list[dict[str, Any]], t: Words) -> str:
    """Who gains most, and who pays most."""
    parts = sorted((row for row in rows if not row["sum"]), key=lambda row: float(row["central"]))
    if not parts:
        return t(N_("Nobody gains or pays a noticeable amount."))
    worst, best = parts[0], parts[-1]
    if best["central"] <= 0 or worst["central"] >= 0:
        most = max(parts, key=lambda row: abs(float(row["central"])))
        return t(N_("Largest change: {who}, {amount} a year."), who=most["who"], amount=most["amount"])
    gaps = {"best": best["who"], "gain": best["amount"], "worst": worst["who"], "loss": worst["amount"]}
    return t(N_("Largest gain: {best}, {gain} a year. Largest payment: {worst}, {loss} a year."), **gaps)
