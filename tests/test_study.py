"""The whole road: from a question to what is told, on the real data."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tariffs import Library, Question, run
from tariffs.brief import prose, tables
from tariffs.study import Study
from tariffs.study.ladder import climb
from tariffs.words import Words


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


@pytest.fixture(scope="module")
def proposal(library: Library) -> Study:
    return run(Question("province_proposal", draws=400), library)


def test_the_answer_names_price_trade_net_back_and_what_no_duty_explains(proposal: Study) -> None:
    said = proposal.answer()
    for part in (
        "Iranian bitumen would land in Türkiye under its own label at USD",
        "a year under all labels instead of",
        "the plant would keep",
        "no duty explains",
    ):
        assert part in said
    assert said.count("(range ") == 4


def test_the_readme_quotes_what_the_analyzer_says(library: Library) -> None:
    page = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    quoted = " ".join(line[2:] for line in page.splitlines() if line.startswith("> "))
    assert quoted == run(Question("province_proposal"), library).answer()


def test_every_bundled_scenario_is_told_without_a_gap(library: Library) -> None:
    t = Words()
    for name in library.scenarios:
        study = run(Question(name, draws=60), library)
        sentences = [told.text for told in (*prose.headline(study, t), *prose.reasons(study, t))] + prose.caveats(
            study, t
        )
        assert sentences and all(s.endswith(".") for s in sentences)
        assert not any(word in s for s in sentences for word in ("nan", "None", "{", "not known"))


def test_a_label_that_sells_nothing_is_said_to_have_a_price_and_no_trade(library: Library) -> None:
    nothing = Question(beliefs=("flows_baseline.bl-irn-irn-tur.tonnes=0",), draws=0)
    asleep = run(nothing, library)
    assert asleep.figure("own_label_tonnes", "TUR", "after").central == 0.0
    (said,) = [text for text in prose.caveats(asleep, Words()) if "never starts" in text]
    assert "sold to Türkiye under the Iranian label" in said
    for traded in (Question(draws=0), Question(scenario="ban", draws=0), replace(nothing, scenario="ban")):
        told = [text for text in prose.caveats(run(traded, library), Words()) if "never starts" in text]
        assert told == []  # it trades, or it is refused, which is another reason


def test_the_frame_is_tidy_and_its_changes_are_differences(proposal: Study) -> None:
    frame = proposal.to_frame().set_index(["figure", "place", "when"])
    assert frame.index.is_unique
    levels = frame["central"].unstack("when").dropna(subset=["before", "after"])
    assert (levels["after"] - levels["before"] - levels["change"]).abs().max() < 1e-6
    ranged = frame.dropna(subset=["low"])
    assert (ranged["low"] <= ranged["median"]).all() and (ranged["median"] <= ranged["high"]).all()


def test_shares_of_every_market_add_to_one(proposal: Study) -> None:
    for importer in ("TUR", "IRQ", "GEO", "ARM", "WLD"):
        rivals = tables.rivals(proposal, importer)
        assert rivals["share_before"].sum() == pytest.approx(1) and rivals["share_after"].sum() == pytest.approx(1)


def test_the_ladder_adds_up_to_the_landed_price(proposal: Study) -> None:
    frame = tables.ladder(proposal.after, "IRN", "IRN", "TUR")
    charges = frame[(frame["kind"] == "charge") & ~frame["memo"]]["usd_per_t"].sum()
    totals = frame[frame["kind"] == "total"].set_index("step")["usd_per_t"]
    assert totals["net_back"] + charges == pytest.approx(totals["landed"])
    assert totals["landed"] == pytest.approx(proposal.figure("landed_usd_per_t", "TUR", "after").central)


def test_the_answer_survives_json(proposal: Study) -> None:
    told = json.loads(json.dumps(proposal.to_dict(detail=True), allow_nan=False))
    assert told["answer"] == proposal.answer() and told["unbalanced"] < 1e-12


def test_the_central_values_do_not_depend_on_the_draws(library: Library, proposal: Study) -> None:
    bare = run(Question("province_proposal", draws=0), library)
    for key, figure in proposal.figures.items():
        assert bare.figures[key].central == pytest.approx(figure.central, rel=1e-9, abs=1e-6), key
        assert bare.figures[key].low is None


def test_a_study_names_its_sources_and_the_weakest_standing(proposal: Study) -> None:
    assert {"seed-2025-10-16", "argus-bitumen-21-39", "research-turkey"} <= {s.id for s in proposal.sources}
    assert proposal.figure("landed_usd_per_t", "TUR").status == "illustrative"  # el-export-supply
    assert proposal.figure("duty_fraction", "TUR", "before").status == "assumed"  # tur-duty-petrochemical


def test_the_day_of_the_complaint_cost_more_than_today(library: Library) -> None:
    """Full surrender and Iraq before Decision 957: currency rule 32.7 % of FOB against 6 % in February 2026."""
    study = run(Question("complaint_day", draws=0), library)
    currency = [study.figure("currency_fraction", "IRN", when).central for when in ("before", "after")]
    assert currency == pytest.approx([0.06, 0.327])
    assert (study.before.on, study.after.on) == (date(2026, 2, 1), date(2025, 10, 16))
    assert study.figure("exports_tonnes", "IRN", "after").central == pytest.approx(4_000_000)


def test_an_export_duty_that_somebody_sets_holds_after_delisting_too(library: Library) -> None:
    study = run(Question("province_proposal", sets=("irn.export_duty=5%",), draws=0), library)
    plain = run(Question("province_proposal", draws=0), library)
    burdens = [s.figure("burden_fraction", "IRN", "after").central for s in (study, plain)]
    assert burdens[0] == pytest.approx((burdens[1] or 0.0) + 0.05)


def test_iran_never_sells_more_than_its_vacuum_bottom_makes(library: Library) -> None:
    study = run(Question("province_proposal_with_access", draws=800), library)
    maker = study.result.market.producers.index("IRN")
    most = library.capacities["cap-irn-exports"].tonnes.high
    assert (study.result.output[:, maker] <= most * (1 + 1e-9)).all()
    assert study.share_closed == 1.0


def test_the_duty_alone_cannot_open_a_market_that_the_wedge_keeps_shut(library: Library) -> None:
    duty = run(Question("turkey_reclassify_raw_material", draws=0), library).figure("tonnes", "TUR").central
    access = run(Question("access_opened", draws=0), library).figure("tonnes", "TUR").central
    assert duty is not None and access is not None and access > 20 * duty


@pytest.mark.parametrize(
    ("on", "region", "rungs"),
    [
        ("2025-12-31", "FED", {"customs_duty": 0.10 * 339}),
        ("2026-01-01", "FED", {"customs_duty": 0.10 * 339, "tax_deposit": 0.01 * 339 * 1.10}),
        ("2026-02-01", "FED", {"customs_duty": 0.10 * 0.75 * 339, "tax_deposit": 0.01 * 0.75 * 339 * 1.10}),
        ("2026-02-01", "KRG", {"customs_duty": 0.05 * 339, "per_tonne_fee": 10}),
    ],
)
def test_iraq_charges_what_its_rows_say_on_the_day(
    library: Library, on: str, region: str, rungs: dict[str, float]
) -> None:
    ladder = climb(library, Question("status_quo", on=date.fromisoformat(on), draws=0), "IRN", "IRN", "IRQ", region)
    border = {r.name: r.amount.at(ladder.net_back) for r in ladder.stack.rungs if r.stage == "border"}
    assert border == pytest.approx(rungs)
