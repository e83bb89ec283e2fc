"""Bad data is named by file, line and column, all of it at once, with a way to put it right."""

import re
from pathlib import Path

import pytest

from tariffs.errors import BadData, Defect
from tariffs.store import DATA, Library, check
from tariffs.store.schema import TABLES
from tests.damage import (
    Place,
    Spoil,
    cell,
    cells,
    copy_of_data,
    header,
    line_of,
    raw,
    records,
    set_cell,
    twin,
    without_line,
)

PERSIAN = "\u06f0\u066b\u06f0\u06f5"     # 0.05 with Persian digits and the Persian decimal mark
ARABIC = "\u0661\u0662"                  # 12 with Arabic-Indic digits

DAMAGE: dict[str, Spoil] = {
    "a decimal comma": cell("measures", "tur-duty-any", "rate_high", "0,02"),
    "thousands separators": cell("flows_baseline", "bl-tur-tur-tur", "tonnes_high", "3,170,000"),
    "a per cent sign": cell("measures", "tur-duty-petrochemical", "rate_central", "6.5%"),
    "Persian digits": cell("measures", "tur-duty-any", "rate_high", PERSIAN),
    "Arabic-Indic digits": cell("costs", "relabelling", "central", ARABIC),
    "not a number": cell("freight", "fr-tabriz-geo", "usd_per_t_central", "NaN"),
    "infinity": cell("prices", "pr-2016-03-20-iran-mixed", "high", "inf"),
    "a number too large to hold": cell("flows_reported", "fl-irn-wld-2016-03-20-2016-08-21", "usd", "1e999"),
    "a unit in the cell": cell("freight", "fr-tabriz-geo", "usd_per_t_high", "65 USD"),
    "negative freight": cell("freight", "fr-tabriz-geo", "usd_per_t_low", "-30"),
    "a per cent written as five": cell("exporter_measures", "irn-export-duty", "rate_high", "5"),
    "a duty of twenty instead of a fraction": cell("measures", "tur-vat-20", "rate_high", "20"),
    "a share above one": cell("shares", "krg-share-value", "high", "52"),
    "a fraction of cost above one": cell("costs", "vb-share", "high", "89"),
    "an edit in per cent": cell("scenario_edits", ("fx_gap_oct2025", "1"), "high", "39"),
    "low above central": cell("freight", "fr-tabriz-geo", "usd_per_t_low", "50"),
    "central above high": cell(
        "access_wedges", "aw-irn-irn-tur", "usd_per_t_central", "300", at=("aw-irn-irn-tur", "usd_per_t_central")
    ),
    "low without high": cell("elasticities", "el-tur-label", "high", "", found="nothing"),
    "a date in local order": cell("measures", "tur-vat-20", "valid_from", "10/07/2023"),
    "a date of the Iranian calendar": cell("events", "ev-2025-governor", "date", "1404-07-24"),
    "a year of the Iranian calendar": cell("sources", "chatham-cu", "published", "1397"),
    "a day that does not exist": cell("events", "ev-2010-law22", "date", "2010-02-30"),
    "a day that does not exist in a source": cell("sources", "chatham-cu", "published", "2018-13"),
    "an end before the beginning": cell("measures", "tur-fueltank-2024", "valid_to", "2024-12-01"),
    "overlapping duties": twin(
        "measures", "tur-vat-20", {"key": "tur-vat-22", "valid_from": "2025-01-01"}, "valid_from", "2025-01-01 to open"
    ),
    "overlapping readings": twin(
        "classification", "cls-irq-any", {
            "key": "cls-irq-2", "valid_from": "2026-01-01",
        }, "valid_from", "2026-01-01 to open"
    ),
    "overlapping currency rules": cell(
        "exporter_measures", "irn-fx-share-2021", "valid_to", "2025-12-31",
        at=("irn-fx-share-2025", "valid_from"), found="2025-10-21 to open",
    ),
    "a place twice in a group": twin(
        "origin_groups", "wto_members", {"iso3": "TUR", "joined": "2000-01-01"}, "joined", "2000-01-01 to open"
    ),
    "an unknown source": cell("measures", "tur-duty-any", "source", "chatam-cu"),
    "an unknown place": cell("flows_reported", "fl-irn-wld-2016-03-20-2016-08-21", "exporter", "IRX"),
    "a place in small letters": cell("events", "ev-2010-law22", "place", "irq"),
    "an unknown place in a list": cell("shares", "relabelled-geo-tur", "place", "GEO;TRK"),
    "an unknown group": cell("measures", "tur-nonwto-levy", "origin_group", "nonwto_ex_axe"),
    "an unknown leg": cell("flows_baseline", "bl-irn-irn-tur", "freight", "fr-tabriz-tur"),
    "an unknown cost": cell("flows_baseline", "bl-irn-irq-tur", "relabelling", "relabeling"),
    "an unknown role": cell("measures", "tur-duty-any", "role", "base"),
    "an unknown status": cell("prices", "pr-2016-03-20-iran-mixed", "status", "guessed"),
    "an unknown confidence": cell("freight", "fr-tabriz-geo", "confidence", "M-L"),
    "an unknown kind": cell("measures", "tur-vat-20", "kind", "VAT"),
    "an unknown form": cell("measures", "tur-vat-20", "form", "percent"),
    "an unknown base": cell("measures", "tur-vat-20", "base", "fob"),
    "an unknown class": cell("classification", "cls-irq-any", "product_class", "petrochemicals"),
    "an unknown direction": cell("exporter_measures", "irn-export-award", "direction", "gain"),
    "an unknown price rule": cell("flows_baseline", "bl-aze-aze-tur", "price_rule", "proxy"),
    "an unknown keeper": cell("access_wedges", "aw-irn-irn-tur", "who_keeps", "somebody"),
    "an unknown distribution": cell("elasticities", "el-tur-label", "distribution", "gaussian"),
    "a product that is no HS code": cell("measures", "tur-duty-any", "product", "2713.20"),
    "a yes instead of true": cell("measures", "tur-vat-20", "recoverable", "yes"),
    "a formula": cell("prices", "pr-2020-12-11-singapore-bulk", "note", "=HYPERLINK(1)"),
    "a note that begins with a minus": cell("events", "ev-2010-law22", "note", "-51% on the year"),
    "a tab": cell("events", "ev-2010-law22", "note", "\tlate", found="\\x09late"),
    "a NUL": cell("sources", "chatham-cu", "title", "Operation\0", found="Operation\\x00"),
    "a line break in a cell": cell("sources", "chatham-cu", "note", "two\nlines", found="two\\x0alines"),
    "a blank at the end": cell("sources", "chatham-cu", "title", "Operation "),
    "an empty required cell": cell("sources", "chatham-cu", "title", "", found="nothing"),
    "a number beside form none": cell("measures", "tur-consular", "rate_central", "0.01"),
    "a baseline row without its number": cell("measures", "tur-otv", "rate_central", "", found="nothing"),
    "a specific part beside a simple form": cell("measures", "tur-duty-any", "specific_high", "50"),
    "a compound duty without its specific part": cell(
        "measures", "tur-duty-any", "form", "compound_max", at=("tur-duty-any", "specific_central"), found="nothing"
    ),
    "a duty per tonne on the customs value": cell("measures", "irq-krg-take", "base", "cif"),
    "a factor on a duty": cell("measures", "tur-duty-any", "form", "factor"),
    "a region without a share": cell("measures", "irq-krg-take", "region", "KRX"),
    "demand that rises with the price": cell("elasticities", "el-tur-gasoline-lr", "central", "0.27"),
    "a negative supply elasticity": cell("elasticities", "el-bw-us-2715", "central", "-2.08"),
    "a triangle without corners": cell("elasticities", "el-bw-us-2715", "distribution", "triangular"),
    "a producer without an anchor": cell(
        "flows_baseline", "bl-bhr-bhr-wld", "anchor", "false", found="BHR"
    ),
    "prices built on no anchor": cell(
        "flows_baseline", "bl-irn-irn-wld", "anchor", "false", at=(
            "bl-irn-irn-tur", "price_rule",
        ), found="anchor_plus_freight"
    ),
    "an anchor built on another": cell("flows_baseline", "bl-bhr-bhr-wld", "price_rule", "anchor_plus_freight"),
    "two anchors": cell("flows_baseline", "bl-tur-tur-tur", "anchor", "true", at=("bl-tur-tur-wld", "anchor")),
    "another label without its cost": cell("flows_baseline", "bl-irn-irq-geo", "relabelling", "", found="nothing"),
    "one's own label with a cost": cell("flows_baseline", "bl-irn-irn-geo", "relabelling", "relabelling"),
    "a total that its rows miss": cell("flow_totals", "tot-irn-tur", "tonnes_central", "90000"),
    "a residual outside its total": cell("flow_totals", "tot-irn-tur", "residual", "bl-tur-tur-tur"),
    "a total of unknown rows": cell(
        "flow_totals", "tot-irn-tur", "rows", "bl-irn-irn-tur;bl-irn-irn-trk", found="bl-irn-irn-trk",
    ),
    "a wedge on no route": cell(
        "access_wedges", "aw-irn-irn-irq", "label", "IRQ", at=("aw-irn-irn-irq", "importer"), found="IRN/IRQ/IRQ",
    ),
    "an unknown file to replace": cell("unknowns", "unk-irq-line", "replaces_file", "measure.csv"),
    "an edit of an unknown table": cell("scenario_edits", ("ban", "1"), "table", "measure"),
    "an edit of an unknown row": cell("scenario_edits", ("ban", "1"), "key", "tur-prohibition-2018"),
    "an edit of an unknown field": cell("scenario_edits", ("ban", "1"), "field", "rolle"),
    "an edit to an unknown word": cell("scenario_edits", ("ban", "1"), "text", "on"),
    "an edit in the wrong unit": cell("scenario_edits", ("fx_gap_oct2025", "1"), "unit", "usd_per_t"),
    "an edit of an unknown scenario": cell("scenario_edits", ("ban", "1"), "scenario", "bann"),
    "an edit number left out": cell("scenario_edits", ("iraq_moderate_tariff", "3"), "edit", "4"),
    "an edit number used twice": cells(
        "scenario_edits", ("iraq_moderate_tariff", "2"), {"edit": "1"}, "edit", "iraq_moderate_tariff / 1"
    ),
    "a comparison with nothing": cell("scenarios", "ban", "compare_with", "status_qou"),
    "a comparison with itself": cell("scenarios", "ban", "compare_with", "ban"),
    "a key used twice": twin("sources", "chatham-cu", {}, "id", "chatham-cu"),
    "a column left out": header(
        "costs", lambda h: ["unitt" if n == "unit" else n for n in h], "unit", "no such column",
    ),
    "an unknown column": header("costs", lambda h: ["unitt" if n == "unit" else n for n in h], "unitt", "unitt"),
    "a column twice": header("costs", lambda h: ["note" if n == "source" else n for n in h], "note", "note"),
    "a cell too many": raw("shares.csv", lambda b: b.replace(b"IRQ,0.42,0.42", b"IRQ,0,42,0.42"), 3, "", "11 cells"),
    "a cell too few": raw("shares.csv", lambda b: b.replace(b"IRN,0.37,0.37", b"IRN,0.37"), 5, "", "9 cells"),
    "semicolons between cells": raw("shares.csv", lambda b: b.replace(b",", b";"), 1, "", "key;what;place"),
    "an open quotation mark": raw("shares.csv", lambda b: b + b'x,"y', 8, "", "unexpected end of data"),
    "a byte order mark": raw("shares.csv", lambda b: b"\xef\xbb\xbf" + b, 1, "", "BOM"),
    "UTF-16": raw("shares.csv", lambda b: b.decode().encode("utf-16"), 1, "", "UTF-16"),
    "another encoding": raw("freight.csv", lambda b: b.decode().encode("cp1254"), 2, "", "bytes f0"),
    "an empty file": raw("shares.csv", lambda b: b"", None, "", "an empty file"),
    "a header alone": raw("events.csv", lambda b: b.split(b"\n")[0] + b"\n", None, "", "a header without rows"),
    "settings that cannot be read": raw("baseline.toml", lambda b: b"law_of = \n", None, "", "Invalid value"),
    "a setting as text": raw(
        "baseline.toml", lambda b: b.replace(b"2025-10-16", b'"2025-10-16"'), 3, "law_of", "2025-10-16",
    ),
    "an unknown market in focus": raw("baseline.toml", lambda b: b.replace(b'"IRQ"', b'"SYR"'), 7, "importers", "SYR"),
    "a setting left out": raw("baseline.toml", lambda b: b.replace(b"year = 2025", b""), None, "year", "nothing"),
    "a leg that others name": without_line(
        "freight", ("fr-plant-iraq",), Place("flows_baseline.csv", 10, "freight", "fr-plant-iraq")
    ),
}


def test_the_projects_own_data_has_no_defect() -> None:
    checked = check()
    assert checked.defects == ()
    assert checked.ok
    assert checked.counts["measures.csv"] == {
        "statutory": 15, "published": 14, "reported": 18, "derived": 8, "assumed": 14, "illustrative": 1,
    }
    assert checked.counts["flows_baseline.csv"] == {
        "published": 1, "reported": 2, "derived": 10, "estimated": 1, "assumed": 8,
    }
    assert checked.counts["flow_totals.csv"] == {"reported": 1, "assumed": 5}
    assert checked.counts["sources.csv"] == {"": 191}
    assert set(checked.counts) == {*(table.file for table in TABLES.values()), "panels/panels.csv"}


@pytest.mark.parametrize("spoil", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_named_by_file_line_and_column(spoil: Spoil, tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    place = spoil(folder)
    defects = check(folder).defects
    here = [d for d in defects if (d.file, d.row, d.column) == (place.file, place.line, place.column)]
    assert here, [str(d) for d in defects]
    assert any(place.found in d.found for d in here), [d.found for d in here]
    for defect in defects:
        assert defect.remedy and defect.expected and defect.found
        assert defect.remedy.endswith((".", "?")), defect.remedy


def test_one_wrong_cell_is_told_once(tmp_path: Path) -> None:
    for name in ("a decimal comma", "an unknown leg", "an unknown role", "a yes instead of true", "a blank at the end"):
        folder = copy_of_data(tmp_path / name.replace(" ", ""))
        DAMAGE[name](folder)
        assert len(check(folder).defects) == 1, name


def test_ten_mistakes_are_all_listed_at_once(tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    names = (
        "Persian digits", "Arabic-Indic digits", "an unknown source", "an end before the beginning",
        "low above central", "a share above one", "a comparison with nothing", "two anchors",
        "a total that its rows miss", "an edit number left out",
    )
    places = [DAMAGE[name](folder) for name in names if name != "an unknown source"]
    line = set_cell(folder, "events", "ev-2010-law22", "source", "law22")
    places.append(Place("events.csv", line, "source", "law22"))
    with pytest.raises(BadData) as caught:
        Library.open(folder)
    found = {(d.file, d.row, d.column) for d in caught.value.defects}
    assert found >= {(p.file, p.line, p.column) for p in places}
    assert len(places) == 10
    for place in places:
        assert place.file in str(caught.value)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("0,02", "Write 0.02"), ("6.5%", "Write 0.065"), ("%", "per cent sign"), ("12,500", "Write 12500"), (
            "12.500.000", "Write 12500000",
        ),
        ("12 500", "Write 12500"), (PERSIAN, "Persian digits. Write 0.05"), (ARABIC, "Arabic-Indic digits. Write 12"),
        ("n/a", "Leave the cell empty"), ("+5", "without a plus sign"), ("about 5", "digits and a decimal point"),
    ],
)
def test_an_unreadable_number_comes_with_the_way_to_write_it(text: str, advice: str, tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    set_cell(folder, "measures", "tur-duty-any", "rate_high", text)
    (defect,) = check(folder).defects
    assert advice in defect.remedy


def test_five_per_cent_written_as_five_is_explained(tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    line = set_cell(folder, "exporter_measures", "irn-export-duty", "rate_high", "5")
    assert check(folder).defects == (
        Defect(
            "exporter_measures.csv", line, "rate_high", '"5"', "a fraction such as 0.05, at most 1",
            "Divide by 100: 5 per cent is written 0.05.",
        ),
    )


def test_a_misspelt_key_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    set_cell(folder, "flows_baseline", "bl-irn-irn-tur", "freight", "fr-tabriz-tur")
    (defect,) = check(folder).defects
    assert defect.remedy == 'Did you mean "fr-tabriz-tur-total"?'


def test_both_lines_of_a_repeated_key_are_named(tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    place = DAMAGE["a key used twice"](folder)
    (defect,) = check(folder).defects
    assert f"Lines {line_of(folder, 'sources', 'chatham-cu')} and {place.line}" in defect.remedy


@pytest.mark.parametrize("file", [*(table.file for table in TABLES.values()), "baseline.toml"])
def test_a_missing_file_is_named_and_nothing_else_is_blamed(file: str, tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    (folder / file).unlink()
    (defect,) = check(folder).defects
    assert (defect.file, defect.row, defect.found) == (file, None, "no file")


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    (folder / "costs.csv").unlink()
    (folder / "costs.csv").mkdir()
    (defect,) = check(folder).defects
    assert defect.file == "costs.csv" and defect.found == "a folder of that name"


def test_further_files_may_lie_beside_ours(tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    (folder / "mine.csv").write_bytes(b"\xff anything")
    assert check(folder).ok


def test_a_place_to_read_that_is_no_folder_is_explained(tmp_path: Path) -> None:
    copy = copy_of_data(tmp_path)
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for folder, found in (
        (tmp_path / "nowhere", "nothing"), (copy / "costs.csv", "a file"),
        (tmp_path / "lost", "a link that leads to no folder"), (tmp_path / "loop", "a link that leads to no folder"),
    ):
        with pytest.raises(BadData) as caught:
            Library.open(folder)
        assert caught.value.defects[0].found == found
        assert "measures.csv" in str(caught.value)
        assert not check(folder).ok


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    copy_of_data(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "data", target_is_directory=True)
    assert Library.open(tmp_path / "link").digest == Library.open().digest


def test_every_figure_names_a_source_on_record() -> None:
    library = Library.open()
    policy = library.policy
    figures = [
        *(m.rate for m in policy.measures.values()),
        *(m.specific for m in policy.measures.values() if m.specific),
        *(m.rate for m in policy.exporter_measures.values()),
        *(leg.usd_per_t for leg in policy.freight.values()),
        *(cost.value for cost in policy.costs.values()),
        *(wedge.usd_per_t for wedge in policy.access_wedges.values()),
        *(share.share for share in policy.shares.values()),
        *(flow.tonnes for flow in library.flows.values()),
        *(flow.usd_per_t for flow in library.flows.values()),
        *(total.tonnes for total in library.totals.values()),
        *(row.value for row in library.elasticities.rows.values()),
    ]
    assert len({f.key for f in figures}) == len(figures)
    for figure in figures:
        assert figure.source in library.sources, figure.key
    for scenario in library.scenarios.values():
        assert {scenario.source, *(e.source for e in scenario.edits)} <= library.sources.keys(), scenario.name


def test_the_readme_names_every_file_and_every_column() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    sections = re.split(r"^### ", readme, flags=re.MULTILINE)[1:]
    for table in TABLES.values():
        section = next((s for s in sections if table.file in s.split("\n")[0]), None)
        assert section, f"README.md has no section for {table.file}"
        named = set(re.findall(r"`([^`]+)`", section))
        for column in table.names:
            assert column in named, f"README.md does not name column {column} of {table.file}"


def test_the_data_speak_of_the_market_alone() -> None:
    making = re.compile(
        r"\bcard\b|curat|\bAI\b|\bagents?\b|seed report|the report's|ASSUMPTION|[Ss]tored cop|/work|/tmp|/home"
        r"|\braw/|facts/|common knowledge|looked up while|this project"
    )
    identifiers = {"key", "id", "source", "scenario", "compare_with", "replaces_key"}
    for table in TABLES.values():
        head, *rows = records(DATA, table.name)
        for line, row in enumerate(rows, 2):
            for name, text in zip(head, row, strict=True):
                if name not in identifiers:
                    assert not making.search(text), f"{table.file}, line {line}, column {name}: {text}"
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert not making.search(re.sub(r"`[^`]+`", "", readme))


def test_the_data_keep_one_form_of_text() -> None:
    for table in TABLES.values():
        text = (DATA / table.file).read_bytes()
        assert b"\r" not in text and text.endswith(b"\n") and not text.startswith(b"\xef\xbb\xbf")
