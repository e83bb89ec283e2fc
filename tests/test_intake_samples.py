"""Genuine downloads, with all their quirks: each loads to the same tidy rows or is refused with its reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tariffs.intake import Flows, Given, Loaded, Refused, Tariffs, load

SAMPLES = Path(__file__).parent / "samples"


def taken(name: str, given: Given | None = None, product: str = "") -> Loaded:
    loaded = load([SAMPLES / name], given=given, product=product)
    for report in loaded.reports:
        assert report.rows_read == report.rows_kept + report.rows_dropped, report
        assert report.evidence and report.medium and report.decimal
    return loaded


def lost(loaded: Loaded) -> dict[str, int]:
    return {d.reason.says: d.count for d in loaded.reports[0].dropped}


def test_comtrade_keeps_every_partner_and_leaves_out_the_world_total_beside_them() -> None:
    loaded = taken("comtrade_new/TradeData_THA_8542_crlf.csv")
    report = loaded.reports[0]
    assert (report.format, report.rows_read, report.rows_kept) == ("comtrade", 156, 155)
    assert lost(loaded) == {"a World total that stands beside its partners": 1}
    assert "ISO-8859-1" in report.medium
    rows = list(loaded.flows)
    andorra = rows[0]
    assert (andorra.year, andorra.reporter, andorra.exporter, andorra.importer) == (2014, "THA", "AND", "THA")
    assert (andorra.product, andorra.hs_revision, andorra.flow, andorra.basis) == ("8542", "HS12", "import", "cif")
    assert (andorra.value_usd, andorra.quantity_t, andorra.row) == (60938.0, 0.074, 3)  # 74 kg
    assert {"TUR", "CIV", "CUW"} <= {row.exporter for row in rows}  # Türkiye, Côte d'Ivoire, Curaçao in ISO-8859-1
    assert any(row.quantity_t is None for row in rows) and not any(row.quantity_t == 0 for row in rows)


def test_comtrade_services_are_refused_as_no_goods() -> None:
    with pytest.raises(Refused, match=r"line 2: found 61 of 61 rows with services, not goods, .*typeCode C"):
        taken("comtrade_new/TradeData_Services_EB10.csv")


def test_a_comtrade_answer_of_all_products_together_is_refused_and_an_empty_one_is_an_answer() -> None:
    with pytest.raises(Refused, match="TOTAL"):
        taken("comtrade_json/get_C_A_HS_pretty.json")
    empty = taken("comtrade_json/empty_answer_pretty.json")
    assert empty.empty and "holds no records" in empty.reports[0].notes[0]


def test_legacy_comtrade_keeps_totals_that_stand_alone_and_says_that_they_are_totals() -> None:
    loaded = taken("comtrade_legacy/comtrade_35col_annual_7102.csv")
    assert lost(loaded) == {"not an HS code (a total, or another classification)": 5}
    assert any("75 rows are totals over all partners" in note for note in loaded.reports[0].notes)
    australia = next(iter(loaded.flows))
    assert (australia.exporter, australia.importer, australia.value_usd) == ("AUS", "WLD", 438401735.0)
    assert australia.quantity_t == 4.396  # 4,396 kg
    assert {row.flow for row in loaded.flows} == {"export"}
    zero = loaded.reports[0].mended[0]
    assert zero.says.startswith("net weights of 0") and zero.count == 6


def test_a_table_whose_reporter_was_deleted_is_asked_about_and_read_once_told() -> None:
    name = "comtrade_legacy/comtrade_user_trimmed_7col_731815.csv"
    with pytest.raises(Refused, match="--given reporter=TUR --given flow=import"):
        taken(name)
    loaded = taken(name, Given(reporter="CHN", flow="export"))
    first = next(iter(loaded.flows))
    assert (first.exporter, first.importer, first.value_usd, first.quantity_t) == ("CHN", "AFG", 786434.0, 325.758)
    assert "Price per Ton(US$)" in " ".join(loaded.reports[0].evidence)


def test_wits_values_are_thousands_of_dollars_and_litres_are_no_tonnes() -> None:
    loaded = taken("wits_xlsx/WITS-By-HS6Product_beer_220300.xlsx")
    assert lost(loaded) == {"a group of countries, not a country": 1}  # the European Union
    mexico = next(iter(loaded.flows))
    assert (mexico.exporter, mexico.importer, mexico.year, mexico.row) == ("MEX", "WLD", 2019, 2)
    assert mexico.value_usd == pytest.approx(4541285260) and mexico.quantity_t is None
    assert mexico.product == "220300"


def test_a_wits_country_profile_is_refused_since_it_holds_all_products_together() -> None:
    with pytest.raises(Refused, match="Partner, line 1: found a country profile: all products together"):
        taken("wits_xlsx/WITS-Partner_LAC_2022_AHS_MFN.xlsx")


def test_trains_tariffs_are_found_by_counting_values_though_two_dimensions_are_swapped() -> None:
    loaded = taken("wits_sdmx_json/trains_USA_000_2017_first120.json")
    rates = {row.product: row for row in loaded.tariffs}
    assert len(rates) == 120
    donkeys = rates["010130"]
    assert (donkeys.importer, donkeys.origin, donkeys.year, donkeys.kind) == ("USA", "any", 2017, "mfn")
    assert donkeys.rate == pytest.approx(0.06) and donkeys.hs_revision == "HS17"
    assert (rates["010190"].rate_min, rates["010190"].rate_max, rates["010190"].lines) == (0.0, pytest.approx(0.04), 2)


def test_product_groups_are_refused_as_no_hs_codes() -> None:
    with pytest.raises(Refused, match="product groups such as 01-05_Animal"):
        taken("wits_sdmx_json/tradestats_USA_WLD_2017.json")


def test_trade_map_asks_whose_exports_of_what_and_reads_the_year_in_the_header() -> None:
    name = "itc_trademap/Trade_Map_importers_from_India_2024.txt"
    with pytest.raises(Refused, match="--given reporter=TUR --given product=271320"):
        taken(name)
    loaded = taken(name, Given(reporter="IND", product="852872"))
    assert lost(loaded)["partner not specified by the source"] == 1  # Area Nes
    assert lost(loaded)["a World total that stands beside its partners"] == 1
    america = next(iter(loaded.flows))
    assert (america.year, america.exporter, america.importer, america.value_usd) == (2024, "IND", "USA", 7077160000.0)
    assert "TUR" in {row.importer for row in loaded.flows}


def test_an_atlas_line_makes_a_flow_for_each_side_that_traded() -> None:
    loaded = taken("atlas/atlas_hs92_283691_2015.csv")
    report = loaded.reports[0]
    assert (report.rows_kept, report.rows_made) == (120, 137)
    assert {row.hs_revision for row in loaded.flows} == {"HS92"}  # named by the file alone
    india = [r for r in loaded.flows if r.reporter == "IND" and "ARE" in (r.exporter, r.importer)]
    assert [(r.flow, r.exporter, r.importer, r.value_usd) for r in india] == [
        ("export", "IND", "ARE", 8707.0),
        ("import", "ARE", "IND", 7479.0),
    ]


def test_us_census_values_lose_their_thousands_commas_and_lines_their_names() -> None:
    loaded = taken("usa_trade_online/hts10_imports_2022.csv")
    benin = next(iter(loaded.flows))
    assert (benin.product, benin.exporter, benin.importer, benin.value_usd) == ("0106200000", "BEN", "USA", 173410.0)
    assert benin.basis == "customs" and {"COD", "COG"} <= {row.exporter for row in loaded.flows}


def test_the_turkish_schedule_gives_statutory_rates_of_lines_and_says_what_they_are_not() -> None:
    loaded = taken("tr_tariff_schedule/tgtc_2026_ch01_02.csv")
    assert lost(loaded) == {"a heading without a rate": 13, "a tariff line whose rate is blank in the file": 2}
    rates = {row.product: row for row in loaded.tariffs}
    assert rates["010121000000"].rate == 0.10 and rates["010229050000"].rate == 1.5
    assert rates["020110000000"].year == 2025 and rates["010121000000"].year == 2026
    assert {row.kind for row in loaded.tariffs} == {"statutory"}
    assert any("ceiling" in note for note in loaded.reports[0].notes)


def test_a_git_lfs_pointer_is_called_what_it_is() -> None:
    with pytest.raises(Refused, match="a Git LFS pointer, not the file"):
        taken("error_cases/git_lfs_pointer_saved_as.csv")


def test_lists_of_codes_alone_are_refused_and_beside_a_year_they_check_ours() -> None:
    for name in ("country_codes_V202301.csv", "product_codes_HS92_V202301.csv"):
        with pytest.raises(Refused, match="without any trade"):
            taken(f"baci/{name}")
    year = SAMPLES.parent / "layouts" / "BACI_HS17_Y2021_V202301.csv"
    loaded = load([year, SAMPLES / "baci" / "country_codes_V202301.csv"])
    assert len(loaded.flows) == 5
    assert loaded.notes == ("country_codes_V202301.csv: 238 country codes agree with ours.",)


def test_only_the_product_asked_for_is_kept_and_the_others_are_counted() -> None:
    loaded = taken("usa_trade_online/hts10_imports_2022.csv", product="030441")
    assert loaded.empty and lost(loaded) == {"another product": 60}
    kept = taken("usa_trade_online/hts10_imports_2022.csv", product="010620")
    assert {row.product[:6] for row in kept.flows} == {"010620"} and len(kept.flows) == 3


@pytest.mark.parametrize("kind", [Flows, Tariffs])
def test_tidy_rows_say_where_each_was_read(kind: Callable[..., object]) -> None:
    name = "comtrade_new/TradeData_THA_8542_crlf.csv" if kind is Flows else "tr_tariff_schedule/tgtc_2026_ch01_02.csv"
    loaded = taken(name)
    rows = list(loaded.flows) if kind is Flows else list(loaded.tariffs)
    numbers = [row.row for row in rows]
    assert numbers == sorted(set(numbers)) and all(row.file == Path(name).name for row in rows)
