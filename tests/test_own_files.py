"""A file from customs in place of an assumption: which rows move, how firmly, and what the answer says of it."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tariffs import Library, Question, run
from tariffs.brief import own_files
from tariffs.cli import app
from tariffs.errors import TariffsError
from tariffs.intake import Loaded, Upload, load
from tariffs.law.landed import Route, landed_stack
from tariffs.sources import Status, central
from tariffs.store.own import NothingToUse
from tariffs.words import Words

HEAD = "year,month,reporter,exporter,importer,product,hs_revision,flow,basis,value_usd,quantity_t"
SCHEDULE = "importer,origin,product,kind,rate_percent,rate_min_percent,rate_max_percent,year"
ASKED = Question(draws=0)


def flows(*rows: str, name: str = "trade.csv") -> Loaded:
    return load([Upload(name, "\n".join([HEAD, *rows]).encode())])


def schedule(*rows: str, name: str = "duties.csv") -> Loaded:
    return load([Upload(name, "\n".join([SCHEDULE, *rows]).encode())])


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


BOTH_SIDES = flows(
    "2025,,TUR,IRN,TUR,271320,HS22,import,cif,8000000,25000",
    "2025,,IRN,IRN,TUR,27132000,HS22,export,fob,7000000,31000",
    "2025,,TUR,IRQ,TUR,271320,HS22,import,cif,51000000,170000",
)


def test_a_figure_of_customs_replaces_the_assumed_tonnes_of_its_label(library: Library) -> None:
    with_data = library.with_flows(BOTH_SIDES)
    row = with_data.flows["bl-irn-irn-tur"]
    assert (row.tonnes.low, row.tonnes.central, row.tonnes.high) == (25_000, 25_000, 31_000)  # one side to the other
    assert row.tonnes.status is Status.REPORTED and row.status == "reported"
    assert with_data.sources[row.tonnes.source].title == "trade.csv"
    assert with_data.flows["bl-irn-irn-irq"] is library.flows["bl-irn-irn-irq"]  # the file does not speak of it
    assert library.flows["bl-irn-irn-tur"].tonnes.central == 20_000  # a new library, the old one as it was


def test_a_label_with_two_makers_keeps_its_division_and_adds_up_to_the_file(library: Library) -> None:
    study = run(Question(draws=64), library.with_flows(BOTH_SIDES))
    market = study.world.baseline.market
    lanes = [market.lane("IRQ", "IRQ", "TUR"), market.lane("IRN", "IRQ", "TUR")]
    np.testing.assert_allclose(market.tonnes[:, lanes].sum(axis=1), 170_000, rtol=1e-12)  # in every draw
    assert market.tonnes[:, lanes[1]].std() > 0  # customs do not know who made it
    rows = [study.library.flows[key].tonnes for key in ("bl-irq-irq-tur", "bl-irn-irq-tur")]
    assert [row.central for row in rows] == [85_000, 85_000]  # 60 to 60 on record
    assert all(row.status is Status.DERIVED for row in rows)  # no firmer than the division


def test_the_digest_the_stamp_and_the_answer_tell_the_data_apart(library: Library) -> None:
    with_data = library.with_flows(BOTH_SIDES)
    again = Library.open().with_flows(
        flows(
            "2025,,TUR,IRN,TUR,271320,HS22,import,cif,8000000,25000",
            "2025,,IRN,IRN,TUR,27132000,HS22,export,fob,7000000,31000",
            "2025,,TUR,IRQ,TUR,271320,HS22,import,cif,51000000,170000",
        )
    )
    assert with_data.digest == again.digest != library.digest
    assert with_data.with_flows(BOTH_SIDES).flows == with_data.flows  # twice is once
    study = run(ASKED, with_data)
    assert study.stamp["files"] == "trade.csv (our own table of flows, 2025)"
    assert str(study.stamp["shell"]).endswith("--flows trade.csv")
    assert study.without_own is not None and study.without_own.stamp["data"] == library.digest
    bare = run(ASKED, library)
    assert study.without_own.answer() == bare.answer() != study.answer()
    assert "files" not in bare.stamp and bare.without_own is None


def test_the_same_luck_with_files_and_without(library: Library) -> None:
    asked = Question(draws=32, seed=5)
    with_data, bare = run(asked, library.with_flows(BOTH_SIDES)), run(asked, library)
    freight = library.policy.freight["fr-plant-iraq"].usd_per_t
    np.testing.assert_array_equal(with_data.world.draws(freight), bare.world.draws(freight))


def test_months_values_and_years_give_the_range_that_they_leave(library: Library) -> None:
    months = flows(*[f"2025,{m},TUR,IRN,TUR,271320,HS22,import,cif,320000,1000" for m in range(1, 10)])
    row = library.with_flows(months).flows["bl-irn-irn-tur"].tonnes
    # Nine months of 1,000 t: 9,000 x 12/9, and never less than what was counted.
    assert (row.low, row.central, row.high) == (9_000, 12_000, 12_000) and row.status is Status.ESTIMATED
    value = flows("2025,,TUR,IRN,TUR,271320,HS22,import,cif,3420000,")
    row = library.with_flows(value).flows["bl-irn-irn-tur"].tonnes
    assert (
        row.central == pytest.approx(3_420_000 / 342) and row.status is Status.DERIVED
    )  # price on record: 290–342–400
    assert (row.low, row.high) == (pytest.approx(3_420_000 / 400), pytest.approx(3_420_000 / 290))
    years = flows(
        *[f"{y},,TUR,IRN,TUR,271320,HS22,import,cif,9000000,{t}" for y, t in ((2022, 40_000), (2023, 30_000))]
    )
    row = library.with_flows(years).flows["bl-irn-irn-tur"].tonnes
    assert (row.low, row.central, row.high) == (30_000, 30_000, 40_000)


def test_national_lines_add_up_but_never_beside_their_own_sum(library: Library) -> None:
    lines = flows(
        "2025,,TUR,IRN,TUR,271320000011,HS22,import,cif,1,10000",
        "2025,,TUR,IRN,TUR,271320000019,HS22,import,cif,1,5000",
    )
    assert library.with_flows(lines).flows["bl-irn-irn-tur"].tonnes.central == 15_000
    both = flows(
        "2025,,TUR,IRN,TUR,271320,HS22,import,cif,1,15000",
        "2025,,TUR,IRN,TUR,271320000011,HS22,import,cif,1,10000",
    )
    assert library.with_flows(both).flows["bl-irn-irn-tur"].tonnes.central == 15_000


def test_members_of_the_models_group_add_up_and_strangers_are_named(library: Library) -> None:
    held = library.with_flows(
        flows(
            "2025,,TUR,GRC,TUR,271320,HS22,import,cif,4000000,8000",
            "2025,,TUR,ITA,TUR,271320,HS22,import,cif,1000000,2000",
            "2025,,TUR,BGR,TUR,271320,HS22,import,cif,400000,850",
        )
    )
    assert held.flows["bl-med-med-tur"].tonnes.central == 10_000
    assert held.own is not None and held.own.measured is not None
    assert held.own.measured.outside == {"TUR": (850.0, ("BGR",))}


def test_partners_that_make_up_the_whole_leave_nothing_to_the_others(library: Library) -> None:
    rows = [
        "2025,,TUR,IRN,TUR,271320,HS22,import,cif,9000000,30000",
        "2025,,TUR,IRQ,TUR,271320,HS22,import,cif,1,70000",
    ]
    whole = library.with_flows(flows(*rows, "2025,,TUR,WLD,TUR,271320,HS22,import,cif,1,100000"))
    assert whole.flows["bl-rus-rus-tur"].tonnes.central == 0
    alone = library.with_flows(flows(*rows))
    assert alone.flows["bl-rus-rus-tur"] is library.flows["bl-rus-rus-tur"]  # absent is not zero


def test_a_route_that_only_the_file_knows_starts_to_trade(library: Library) -> None:
    held = library.with_flows(flows("2025,,IRQ,AZE,IRQ,271320,HS22,import,cif,900000,3000"))
    row = held.flows["file-aze-irq"]
    assert row.route == ("AZE", "AZE", "IRQ") and row.tonnes.central == 3_000
    study = run(ASKED, held)
    assert study.world.baseline.market.tonnes[0, study.world.baseline.market.lane("AZE", "AZE", "IRQ")] == 3_000
    assert study.unbalanced < 1e-9


def test_labels_beyond_their_own_makers_and_odd_prices_are_flagged(library: Library) -> None:
    held = library.with_flows(
        flows(
            "2025,,TUR,IRQ,TUR,271320,HS22,import,cif,120000000,400000",
            "2025,,TUR,GRC,TUR,271320,HS22,import,cif,9000000,4000",
        )
    )
    assert held.own is not None and held.own.measured is not None
    (label,) = held.own.measured.suspicions
    assert (label.label, label.declared, label.plausible, label.plausible_high) == ("IRQ", 400_000, 60_000, 390_000)
    assert label.excess == 340_000 and label.beyond  # more than Iraq is thought able to send
    (price,) = held.own.measured.outliers
    assert (price.label, price.usd_per_t) == ("GRC", 2_250)
    said = own_files.remarks(held.own, 2025, Words())
    assert any("400 kt declared" in text and "60.0 kt (15.0 kt to 390 kt)" in text for text in said)
    assert any("USD 2,250/t" in text for text in said)


def test_both_customs_stand_side_by_side_with_the_margin_of_their_prices(library: Library) -> None:
    held = library.with_flows(
        flows(
            "2025,,TUR,IRN,TUR,271320,HS22,import,cif,3300000,10000",
            "2025,,IRN,IRN,TUR,271320,HS22,export,fob,3000000,10000",
        )
    )
    assert held.own is not None and held.own.measured is not None
    assert own_files.margin(held.own.measured.cells[0]) == pytest.approx(0.1)
    frame = own_files.mirrors_frame(held.own, Words())
    assert frame.iloc[0]["CIF over FOB"] == "+10%" and frame.iloc[0]["taken"] == "the buyer's customs"


def test_a_file_without_a_flow_of_the_model_is_refused_with_what_it_holds(library: Library) -> None:
    with pytest.raises(NothingToUse, match=r"DEU–FRA 2025.*Load imports of"):
        library.with_flows(flows("2025,,FRA,DEU,FRA,271320,HS22,import,cif,1,1"))
    with pytest.raises(NothingToUse):
        library.with_flows(flows("2025,,TUR,IRN,TUR,270900,HS22,import,cif,1,1"))


# Duties


def duty(library: Library, importer: str, label: str, on: str) -> float:
    route = Route(label, label, importer)
    stack = landed_stack(library.policy, route, "271320", date.fromisoformat(on), central)
    assert stack.treatments[-1].duty is not None
    return central(next(t.duty for t in stack.treatments if t.duty and t.asked.region != "KRG").measure.rate)


def test_a_loaded_schedule_replaces_the_assumed_duty_from_its_year_on(library: Library) -> None:
    held = library.with_measures(schedule("IRQ,any,271320,applied,7,,,2026"))
    assert duty(library, "IRQ", "IRN", "2026-02-01") == 0.10
    assert duty(held, "IRQ", "IRN", "2026-02-01") == 0.07
    assert duty(held, "IRQ", "IRN", "2025-10-16") == duty(library, "IRQ", "IRN", "2025-10-16")
    row = held.policy.measures["irq-duty-2026-any"].rate
    assert row.status is Status.REPORTED and held.sources[row.source].title == "duties.csv"
    assert held.policy.measures["irq-krg-duty-2026"] is library.policy.measures["irq-krg-duty-2026"]
    # What reclassifying would bring is another question, which the list does not answer.
    assert held.policy.measures["irq-duty-2026-raw_material"].rate.status is Status.ASSUMED


def test_a_rate_for_all_leaves_the_reading_of_one_origin_and_says_so(library: Library) -> None:
    held = library.with_measures(schedule("TUR,any,271320,applied,2.5,2,3,2025"))
    assert duty(held, "TUR", "IRQ", "2026-02-01") == 0.025 and duty(held, "TUR", "IRN", "2026-02-01") == 0.065
    assert held.own is not None and list(held.own.duties_kept or {}) == ["tur-duty-petrochemical"]
    row = held.policy.measures["tur-duty-any"].rate
    assert (row.low, row.high) == (0.02, 0.03)
    before = held.policy.measures["tur-duty-any-before-2025"]
    assert before.rate.central == 0 and str(before.valid_to) == "2024-12-31"
    named = library.with_measures(schedule("TUR,IRN,271320,applied,4,,,2026"))
    assert duty(named, "TUR", "IRN", "2026-02-01") == 0.04


def test_a_statutory_rate_is_headroom_and_is_never_charged(library: Library) -> None:
    text = (Path(__file__).parent / "layouts" / "list_ii.csv").read_bytes()
    listed = library.with_measures(load([Upload("list.csv", text)]))
    assert {m.after.status for m in listed.own.duties} == {Status.STATUTORY}  # type: ignore[union-attr]
    assert listed.own is not None and listed.own.duties_elsewhere == ("GEO", "BIH", "KOR", "D-8")  # named
    held = library.with_measures(schedule("TUR,any,271320,statutory,25,,,2026"))
    assert duty(held, "TUR", "IRQ", "2026-02-01") == duty(library, "TUR", "IRQ", "2026-02-01")
    assert held.policy.measures["tur-ceiling-271320"].rate.central == 0.25


# The doors


def test_the_shell_answers_from_files_and_says_what_moved(tmp_path: Path) -> None:
    trade, duties = tmp_path / "trade.csv", tmp_path / "duties.csv"
    trade.write_text("\n".join([HEAD, "2025,,TUR,IRN,TUR,271320,HS22,import,cif,8000000,25000"]))
    duties.write_text("\n".join([SCHEDULE, "IRQ,any,271320,applied,7,,,2026"]))
    line = ["impact", "--draws", "0", "--flows", str(trade), "--tariffs", str(duties)]
    done = CliRunner().invoke(app, [*line, "--json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    files = answer["own_files"]
    assert files["files"] == ["trade.csv", "duties.csv"]
    assert str(tmp_path) not in done.stdout  # a name, never a path
    row = next(r for r in files["rows"] if r["key"] == "bl-irn-irn-tur")
    assert (row["without"]["central"], row["with"]["central"], row["with"]["status"]) == (20_000, 25_000, "reported")
    moved = {(h["figure"], h["when"]): (h["without"], h["with"]) for h in files["headline"]}
    assert moved["exports_to_buyers_tonnes", "before"][0] != moved["exports_to_buyers_tonnes", "before"][1]
    text = CliRunner().invoke(app, line)
    assert "This answer rests on your files: trade.csv and duties.csv." in text.stdout
    assert "without your files" in text.stdout and "trade.csv: our own table of flows; 1 of 1 rows kept." in text.stderr
    told = CliRunner().invoke(app, ["load", str(trade)])
    assert "would rest on" in told.stdout and "25.0 kt" in told.stdout


def test_the_workbook_answers_from_files_too(library: Library, tmp_path: Path) -> None:
    study = run(ASKED, library.with_flows(BOTH_SIDES).with_measures(schedule("IRQ,any,271320,applied,7,,,2026")))
    out = study.workbook(tmp_path / "brief.xlsx")
    from openpyxl import load_workbook

    cells = {
        str(c.value) for sheet in load_workbook(out) for row in sheet.iter_rows() for c in row if c.value is not None
    }
    assert any("trade.csv" in cell for cell in cells)
    assert study.library.digest in " ".join(cells)


def test_a_belief_still_stands_over_a_file(library: Library) -> None:
    held = library.with_flows(BOTH_SIDES)
    study = run(replace(ASKED, beliefs=("flows_baseline.bl-irn-irn-tur.tonnes=99000",)), held)
    market = study.world.baseline.market
    assert market.tonnes[0, market.lane("IRN", "IRN", "TUR")] == 99_000


PLACES = st.sampled_from(["IRN", "IRQ", "TUR", "GRC", "RUS", "GEO", "ARM", "AZE", "TKM", "BGR", "ARE", "WLD"])
AMOUNT = st.one_of(st.none(), st.sampled_from([0.0, 1e-9, 1.0, 4_000.0, 250_000.0, 3e6, 1e9, 1e13]))


@st.composite
def reports(draw: st.DrawFn) -> str:
    """A row that customs somewhere might write, sense or not."""
    seller, buyer, flow = draw(PLACES), draw(PLACES), draw(st.sampled_from(["import", "export", "trade", "re-export"]))
    reporter = {"import": buyer, "export": seller}.get(flow, "")
    month, year = draw(st.sampled_from(["", "", "1", "7"])), draw(st.sampled_from([2019, 2024, 2025]))
    value, tonnes = ("" if x is None else repr(x) for x in (draw(AMOUNT), draw(AMOUNT)))
    who = "" if reporter == "WLD" else reporter
    return f"{year},{month},{who},{seller},{buyer},271320,HS22,{flow},,{value},{tonnes}"


@given(rows=st.lists(reports(), min_size=1, max_size=12))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_customs_write_is_answered_from_or_refused_in_words(library: Library, rows: list[str]) -> None:
    try:
        held = library.with_flows(flows(*rows))
    except TariffsError as why:
        assert str(why) and "{" not in str(why)
        return
    assert held.own is not None and held.own.measured is not None
    for moved in held.own.measured.moved:
        low, central_, high = moved.after.low, moved.after.central, moved.after.high
        assert low is not None and central_ is not None and high is not None and 0 <= low <= central_ <= high < math.inf
    assert own_files.remarks(held.own, 2025, Words()) is not None
    try:
        study = run(ASKED, held)
    except TariffsError as why:
        assert str(why)
    else:
        assert study.unbalanced < 1e-6 and "nan" not in study.answer()


def test_a_hundred_files_leave_no_more_memory_behind_than_a_few(library: Library) -> None:
    import gc
    import resource

    def one(number: int) -> str:
        rows = f"2025,,TUR,IRN,TUR,271320,HS22,import,cif,8000000,{20_000 + number}"
        return run(Question(draws=50), library.with_flows(flows(rows))).answer()

    first = one(0)
    for number in range(1, 25):
        one(number)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(25, 100):
        one(number)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 40, f"{grown:.0f} MB"  # a hundred kept worlds would be hundreds
    assert one(0) == first


def test_ten_people_at_once_get_what_each_would_get_alone(library: Library) -> None:
    libraries = [library.with_flows(flows(f"2025,,TUR,IRN,TUR,271320,HS22,import,cif,1,{n}0000")) for n in range(1, 5)]
    asked = [(Question(draws=40, sets=(f"tur.duty=0.0{n % 7}",)), ([library, *libraries])[n % 5]) for n in range(20)]
    alone = [run(question, held).answer() for question, held in asked]
    with ThreadPoolExecutor(10) as people:
        together = list(people.map(lambda pair: run(*pair).answer(), asked * 2))
    assert together == alone * 2
