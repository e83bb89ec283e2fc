"""Layouts known from documents alone: rows written in them (tests/layouts, made up) are read, and the user is told."""

from pathlib import Path

import pytest

from tariffs.intake import Given, Loaded, Refused, load

LAYOUTS = Path(__file__).parent / "layouts"


def taken(*names: str, given: Given | None = None, product: str = "", as_format: str = "") -> Loaded:
    loaded = load([LAYOUTS / name for name in names], as_format, product, given)
    for report in loaded.reports:
        assert report.rows_read == report.rows_kept + report.rows_dropped, report
        told = [note for note in report.notes if "not yet checked against a genuine file" in note]
        assert bool(told) != report.checked, report.format
        assert all("send us its header line" in note for note in told)
    return loaded


def lost(loaded: Loaded) -> dict[str, int]:
    return {d.reason.says: d.count for d in loaded.reports[0].dropped}


def test_baci_is_in_thousand_dollars_and_tonnes_and_padded_na_is_missing() -> None:
    loaded = taken("BACI_HS17_Y2021_V202301.csv", product="271320")
    rows = list(loaded.flows)
    tur = rows[0]
    assert (tur.exporter, tur.importer, tur.year, tur.hs_revision) == ("IRN", "TUR", 2021, "HS17")
    assert (tur.value_usd, tur.quantity_t, tur.flow, tur.basis) == (1_710_500.0, 5000.0, "trade", "fob")
    assert rows[1].importer == "IRQ" and rows[1].quantity_t is None
    assert rows[2].importer == "TWN"  # CEPII's 490
    assert lost(loaded) == {"partner not specified by the source": 1, "another product": 1}  # 697, Europe EFTA


def test_trains_in_bulk_holds_mfn_and_preferential_rates_in_per_cent() -> None:
    mfn = taken("avemfn.CSV")
    assert [(r.importer, r.origin, r.product, r.rate, r.kind) for r in mfn.tariffs] == [
        ("TUR", "any", "271320", 0.0, "mfn"),
        ("TUR", "any", "271390", pytest.approx(0.017), "mfn"),
    ]
    assert lost(mfn) == {"a tariff line whose rate is blank in the file": 1}  # NA is missing, never zero
    preferential = taken("avepref.CSV")
    assert [(r.origin, r.kind) for r in preferential.tariffs] == [("IRN", "preferential"), ("G12", "preferential")]


def test_comext_is_in_euro_until_somebody_gives_the_rate_and_totals_are_no_product() -> None:
    loaded = taken("comext.dat")
    rows = list(loaded.flows)
    assert [
        (r.year, r.month, r.exporter, r.importer, r.value_usd, r.value_local, r.currency, r.quantity_t) for r in rows
    ] == [(2024, 3, "TUR", "GRC", None, 150000.0, "EUR", 400.0), (2024, 3, "TUR", "GRC", None, 15000.0, "EUR", 40.0)]
    assert set(lost(loaded)) == {
        "not an HS code (a total, or another classification)",
        "partner not specified by the source",
    }
    in_dollars = taken("comext.dat", given=Given(rates={"EUR": 1.08}))
    assert next(iter(in_dollars.flows)).value_usd == pytest.approx(162_000)


def test_tuik_in_windows_turkish_has_decimal_commas_and_turkish_names() -> None:
    loaded = taken("tuik_long.csv")
    report = loaded.reports[0]
    assert "cp1254" in report.medium and "semicolons" in report.medium and "comma" in report.decimal
    rows = list(loaded.flows)
    assert [(r.month, r.flow, r.exporter, r.importer) for r in rows] == [
        (4, "import", "IRQ", "TUR"),
        (5, "import", "IRN", "TUR"),
        (5, "export", "TUR", "GEO"),
    ]
    assert (rows[0].value_usd, rows[0].quantity_t) == (1_234_567.5, pytest.approx(4115.225))
    assert rows[1].value_usd == 250_000  # a point before three digits parts thousands here
    assert lost(loaded) == {"partner not specified by the source": 1}  # no ISO code for it


def test_a_turkish_line_with_columns_for_both_ways_makes_two_flows() -> None:
    loaded = taken("tuik_wide.csv")
    rows = list(loaded.flows)
    assert [(r.row, r.flow, r.value_usd, r.quantity_t) for r in rows] == [
        (2, "export", 675_000.5, 1500.0),
        (3, "import", 600_000.0, 2000.0),
        (3, "export", 5000.0, 10.0),
        (4, "import", 100.1, None),  # counted in pieces
    ]
    assert {r.product for r in rows} == {"271320000000"}


def test_the_import_regime_list_gives_one_rate_for_each_country_group() -> None:
    loaded = taken("list_ii.csv", given=Given(year=2026))
    rows = [r for r in loaded.tariffs if r.product == "271320000000"]
    assert {r.origin: r.rate for r in rows} == {
        "EU and EFTA": 0.0,
        "GEO": 0.0,
        "BIH": 0.0,
        "KOR": 0.0,
        "D-8": 0.0,
        "other countries": pytest.approx(0.065),
    }
    footnoted = next(r for r in loaded.tariffs if r.product == "271500000000" and r.origin == "KOR")
    assert footnoted.rate is None and footnoted.text == "T1"
    assert lost(loaded) == {"a heading without a rate": 1}


def test_iranian_customs_files_speak_persian_count_in_persian_and_live_in_another_calendar() -> None:
    loaded = taken("irica.csv")
    rows = list(loaded.flows)
    tur = rows[0]  # written with Arabic kaf and yeh, Persian digits, and a Persian thousands mark
    assert (tur.exporter, tur.importer, tur.product, tur.flow) == ("IRN", "TUR", "27132000", "export")
    assert (tur.year, tur.month) == (2023, 4)  # 15 Farvardin 1402 is 4 April 2023
    assert (rows[1].year, rows[1].month) == (2024, 3)  # 15 Esfand 1402 is 5 March 2024
    assert (tur.quantity_t, tur.value_usd, tur.value_local, tur.currency) == (1250.0, 387_500.0, 145e9, "IRR")
    assert (rows[2].flow, rows[2].exporter, rows[2].importer) == ("import", "AZE", "IRN")
    assert lost(loaded) == {"a place that is not known": 1}
    assert "سرزمین ناشناخته" in loaded.reports[0].dropped[0].examples[0].found
    assert any("fifteenth day" in note for note in loaded.reports[0].notes)


def test_rials_stay_rials_in_windows_persian_too_and_the_header_says_who_bought() -> None:
    loaded = taken("irica_export_cp1256.csv")
    assert "cp1256" in loaded.reports[0].medium
    assert [(r.flow, r.importer, r.value_usd, r.value_local) for r in loaded.flows] == [
        ("export", "IRQ", None, 60e9),
        ("export", "IND", None, 99e9),
    ]
    dollars = taken("irica_export_cp1256.csv", given=Given(rates={"IRR": 1e-6}))
    assert next(iter(dollars.flows)).value_usd == pytest.approx(60_000)


def test_the_iraqi_list_has_arabic_digits_and_flags_rates_that_the_law_does_not_know() -> None:
    loaded = taken("iraq.csv")
    assert {r.product: r.rate for r in loaded.tariffs} == {
        "27132000": pytest.approx(0.05),
        "27150000": pytest.approx(0.10),
        "390110": pytest.approx(0.15),
        "390210": pytest.approx(0.07),
    }
    odd = loaded.reports[0].mended[0]
    assert odd.count == 1 and odd.examples[0].found == "7%"


def test_the_oec_writes_continent_and_country_and_a_section_before_the_code() -> None:
    rows = list(taken("oec.csv").flows)
    assert [(r.exporter, r.importer, r.product, r.value_usd) for r in rows] == [
        ("IRN", "TUR", "271320", 2_500_000.0),
        ("IRQ", "GEO", "271320", 12_000_000.0),
    ]


def test_wto_averages_stand_below_a_preamble_and_a_missing_one_stays_missing() -> None:
    loaded = taken("wto.csv")
    assert [(r.importer, r.product, r.rate, r.rate_max) for r in loaded.tariffs] == [
        ("TUR", "271320", 0.0, 0.0),
        ("ARM", "271390", pytest.approx(0.025), pytest.approx(0.05)),
    ]
    assert "header in row 5" in loaded.reports[0].evidence[0]
    assert lost(loaded) == {"a tariff line whose rate is blank in the file": 1}


def test_market_access_map_names_regime_and_beneficiary() -> None:
    rows = list(taken("macmap.csv").tariffs)
    assert [(r.importer, r.origin, r.rate, r.kind) for r in rows] == [
        ("TUR", "IRN", 0.0, "mfn"),
        ("TUR", "European Union", pytest.approx(0.017), "preferential"),
    ]


def test_several_years_and_sources_load_at_once_and_a_repeated_file_counts_once() -> None:
    loaded = taken("BACI_HS17_Y2021_V202301.csv", "tuik_long.csv", product="271320")
    assert [r.format for r in loaded.reports] == ["baci", "tuik"] and len(loaded.flows) == 7


def test_a_chosen_format_that_does_not_fit_names_what_is_missing() -> None:
    with pytest.raises(Refused, match=r"line 1: found the columns t, i, j.*expected UN Comtrade.*refYear"):
        taken("BACI_HS17_Y2021_V202301.csv", as_format="comtrade")
