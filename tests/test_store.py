"""The library says what the files say: read by hand here, cell by cell."""

import pickle
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tariffs.errors import BadData, BadQuestion
from tariffs.sources import Figure, Status
from tariffs.store import DATA, Library, check
from tariffs.store.schema import TABLES
from tests.damage import copy_of_data, records, set_cell


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def test_a_duty_is_read_with_its_range_source_and_days(library: Library) -> None:
    duty = library.policy.measures["tur-duty-petrochemical"]
    assert duty.rate == Figure(
        "measures.tur-duty-petrochemical.rate", 0.03, 0.065, 0.065, "fraction", Status.ASSUMED, "research-turkey"
    )
    assert (duty.importer, duty.origin, duty.product_class, duty.kind, duty.base) == (
        "TUR", "IRN", "petrochemical", "customs_duty", "cif",
    )
    assert duty.valid_from == date(2025, 10, 16)
    assert duty.valid_to is None
    assert duty.specific is None
    assert not duty.recoverable


def test_only_turkish_vat_is_given_back(library: Library) -> None:
    assert {m.key for m in library.policy.measures.values() if m.recoverable} == {"tur-vat-18", "tur-vat-20"}


def test_a_missing_rate_stays_missing(library: Library) -> None:
    rate = library.policy.measures["tur-consular"].rate
    assert (rate.low, rate.central, rate.high) == (None, None, None)
    ceiling = library.policy.measures["tur-ceiling-29"].rate
    assert (ceiling.low, ceiling.central, ceiling.high) == (0.15, None, 0.30)
    assert not ceiling.known


def test_each_form_has_its_unit(library: Library) -> None:
    measures = library.policy.measures
    assert measures["irq-krg-take"].rate.unit == "usd_per_t"
    assert measures["irq-valuation-cut"].rate.unit == "factor"
    assert measures["irq-taxdeposit-2026"].rate.unit == "fraction"
    assert library.policy.exporter_measures["irn-fx-share-2025"].rate.unit == "fraction"


def test_the_currency_haircut_of_2026_is_read(library: Library) -> None:
    haircut = library.policy.exporter_measures["irn-fx-hall1-2026"]
    assert (haircut.rate.low, haircut.rate.central, haircut.rate.high) == (0.08, 0.10, 0.327)
    assert haircut.rate.key == "exporter_measures.irn-fx-hall1-2026.rate"
    assert (haircut.base, haircut.direction, haircut.depends_on_listing) == ("surrendered_fob", "cost", "unknown")


def test_road_costs_wedges_and_shares_carry_their_keys(library: Library) -> None:
    policy = library.policy
    leg = policy.figure("freight", "fr-tabriz-tur-total", "usd_per_t")
    assert (leg.key, leg.low, leg.central, leg.high) == ("freight.fr-tabriz-tur-total.usd_per_t", 30, 43, 65)
    insurance = policy.figure("costs", "insurance", "value")
    assert (insurance.key, insurance.unit, insurance.high) == ("costs.insurance.value", "fraction_of_fob", 0.005)
    assert policy.figure("costs", "inland", "value").high == 40
    wedge = policy.wedge("IRN", "IRN", "TUR")
    assert wedge is not None and wedge.region == "east"
    assert wedge.usd_per_t.key == "access_wedges.aw-irn-irn-tur.usd_per_t"
    share = policy.shares["relabelled-geo-tur"]
    assert share.places == ("GEO", "TUR") and share.share.key == "shares.relabelled-geo-tur.share"
    assert [name for name, _ in policy.regions("IRQ")] == ["FED", "KRG"]


def test_a_flow_says_how_its_price_is_made_and_drawn(library: Library) -> None:
    flow = library.flows["bl-irn-irq-tur"]
    assert flow.route == ("IRN", "IRQ", "TUR")
    assert (flow.tonnes.key, flow.tonnes.central, flow.tonnes.unit) == (
        "flows_baseline.bl-irn-irq-tur.tonnes", 60000, "tonnes",
    )
    assert (flow.price_rule, flow.freight, flow.relabelling) == (
        "anchor_plus_freight", "fr-tabriz-tur-total", "relabelling",
    )
    assert flow.usd_per_t.dimension == "iranian_price"
    assert library.flows["bl-tur-tur-wld"].usd_per_t.dimension == "mediterranean_price"
    assert library.flows["bl-bhr-bhr-wld"].usd_per_t.dimension == "flows_baseline.bl-bhr-bhr-wld.usd_per_t"
    assert {f.key for f in library.flows.values() if f.anchor} == {
        "bl-irn-irn-wld", "bl-irq-irq-irq", "bl-tur-tur-wld", "bl-bhr-bhr-wld", "bl-aze-aze-geo", "bl-rus-rus-geo",
        "bl-med-med-tur", "bl-tkm-tkm-geo",
    }


def test_an_anchor_plus_the_leg_gives_the_delivered_price_of_the_row(library: Library) -> None:
    anchors = {f.producer: f.usd_per_t.central for f in library.flows.values() if f.anchor}
    for flow in library.flows.values():
        if flow.price_rule == "anchor_plus_freight":
            leg = library.policy.freight[flow.freight].usd_per_t.central if flow.freight else 0
            base, price = anchors[flow.producer], flow.usd_per_t.central
            assert base is not None and leg is not None and price == base + leg, flow.key


def test_central_rows_add_up_to_the_reported_totals(library: Library) -> None:
    expected = {
        "tot-irn-exports": 4_000_000, "tot-tur-consumption": 2_900_000, "tot-tur-imports": 150_000,
        "tot-irn-tur": 80_000, "tot-irq-consumption": 1_000_000, "tot-tur-exports": 700_000,
    }
    assert {t.key: t.tonnes.central for t in library.totals.values()} == expected
    for total in library.totals.values():
        assert sum(library.flows[key].tonnes.central or 0 for key in total.rows) == expected[total.key]
    assert {t.key for t in library.totals.values() if not t.residual} == {"tot-tur-imports", "tot-irn-tur"}


def test_an_elasticity_keeps_its_distribution(library: Library) -> None:
    rows = library.elasticities.rows
    origins = library.elasticities.require(("armington_origins",), "271320", "TUR")
    assert (
        origins.key, origins.value.central, origins.value.distribution,
    ) == ("el-tur-origins", 9.78, "lognormal on [2, 17]")
    late = rows["el-hauk-us-271320-late"].value
    assert (late.low, late.central, late.high, late.distribution) == (None, 5.56481, None, "normal(5.56; 2.22)")
    fixed = rows["el-gtap-pc-home"].value
    assert (fixed.low, fixed.central, fixed.high, fixed.distribution) == (2.1, 2.1, 2.1, "fixed")
    assert rows["el-fgo-271390"].value.distribution == "fixed"
    assert rows["el-tur-demand"].value.key == "elasticities.el-tur-demand.value"


def test_a_scenario_keeps_its_edits_in_order(library: Library) -> None:
    proposal = library.scenarios["province_proposal"]
    assert [e.key for e in proposal.edits] == [
        "cls-irn-own", "irn-raw-list", "irn-income-tax-loss", "irn-export-duty", "irn-export-award",
        "irn-vat-refund-delay", "cls-tur-irn", "irq-duty-2026-any", "irq-duty-2026-refined_product",
        "irq-krg-duty-2026",
    ]
    award = proposal.edits[4]
    assert (award.table, award.field, award.low, award.central, award.high, award.text) == (
        "exporter_measures", "rate", 0.01, 0.02, 0.03, None,
    )
    assert proposal.edits[6].text == "raw_material" and proposal.edits[6].central is None
    assert library.scenarios["fuel_tank_tax_returns"].edits[0].text == ""
    assert library.scenarios["status_quo"].edits == ()
    assert library.scenarios["complaint_day"].as_of == date(2025, 10, 16)
    assert library.scenarios["card_proposal"].title == "Both buyers read bitumen as a raw material"


def test_the_baseline_unknowns_and_sources_are_read(library: Library) -> None:
    baseline = library.baseline
    assert (baseline.law_of, baseline.year, baseline.product) == (date(2025, 10, 16), 2025, "271320")
    assert (baseline.exporter, baseline.importers) == ("IRN", ("TUR", "IRQ"))
    unknown = next(u for u in library.unknowns if u.key == "unk-relabel-cost")
    assert (unknown.replaces_file, unknown.replaces_key, unknown.priority) == ("costs.csv", "relabelling", 1)
    assert {"unk-insurance", "unk-inland"} <= {u.key for u in library.unknowns}
    assert library.sources["tgtc-2026"].kind == "law"
    assert library.policy.groups.members("wto_members", date(2025, 1, 1)) >= {"TUR", "RUS"}
    assert not library.policy.groups.members("nonwto_ex_aze", date(2024, 11, 28))


def test_plain_rows_of_every_file_are_at_hand(library: Library) -> None:
    for table in TABLES.values():
        head, *rows = records(DATA, table.name)
        assert library.table(table.name) == tuple(dict(zip(head, row, strict=True)) for row in rows)
    assert library.table("events.csv")[0]["key"] == "ev-1996-cu"
    with pytest.raises(BadQuestion, match='Did you mean "prices"'):
        library.table("price")


def test_changing_a_row_handed_out_changes_nothing_in_the_library(library: Library) -> None:
    library.table("events")[0]["event"] = "changed"
    assert library.table("events")[0]["event"] != "changed"


def test_the_digest_is_the_same_for_the_same_data(library: Library, tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    (folder / "beside.csv").write_text("x\n", encoding="utf-8")
    assert Library.open(folder).digest == library.digest
    assert len(library.digest) == 12


def test_windows_line_ends_change_nothing(library: Library, tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    for path in folder.glob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    copy = Library.open(folder)
    assert copy.digest == library.digest
    assert copy.policy == library.policy and copy.scenarios == library.scenarios


def test_one_changed_cell_changes_the_digest(library: Library, tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    set_cell(folder, "freight", "fr-tabriz-geo", "usd_per_t_central", "44")
    changed = Library.open(folder)
    assert changed.digest != library.digest
    assert changed.policy.freight["fr-tabriz-geo"].usd_per_t.central == 44


def test_a_compound_duty_can_be_written(tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    for column, text in {
        "form": "compound_max", "specific_low": "40", "specific_central": "50", "specific_high": "60",
    }.items():
        set_cell(folder, "measures", "tur-duty-any", column, text)
    specific = Library.open(folder).policy.figure("measures", "tur-duty-any", "specific")
    assert (specific.key, specific.low, specific.central, specific.unit) == (
        "measures.tur-duty-any.specific", 40, 50, "usd_per_t",
    )


def test_columns_may_stand_in_any_order(library: Library, tmp_path: Path) -> None:
    from tests.damage import write

    folder = copy_of_data(tmp_path)
    write(folder, "costs", [row[::-1] for row in records(folder, "costs")])
    assert Library.open(folder).policy.costs == library.policy.costs


def test_a_library_can_be_kept_and_sent(library: Library) -> None:
    assert pickle.loads(pickle.dumps(library)) == library


def test_reading_all_data_takes_less_than_a_blink() -> None:
    Library.open()
    best = min(_seconds() for _ in range(3))
    assert best < 0.15


def _seconds() -> float:
    start = time.perf_counter()
    Library.open()
    return time.perf_counter() - start


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), noise=st.binary(max_size=12))
def test_noise_in_any_cell_is_bad_data_or_data(data: st.DataObject, noise: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    if not folder.exists():
        copy_of_data(tmp_path)
    file = data.draw(st.sampled_from([*(table.file for table in TABLES.values()), "baseline.toml"]))
    whole = (DATA / file).read_bytes()
    parts = whole.split(b",") if file.endswith(".csv") else whole.split(b" ")
    parts[data.draw(st.integers(0, len(parts) - 1))] = noise
    (folder / file).write_bytes((b"," if file.endswith(".csv") else b" ").join(parts))
    try:
        Library.open(folder)
        assert check(folder).ok
    except BadData as problem:
        assert problem.defects == check(folder).defects
        assert all(d.remedy for d in problem.defects)
    finally:
        (folder / file).write_bytes(whole)
