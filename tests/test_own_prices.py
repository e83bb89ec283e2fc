"""Unit values of customs beside the prices on record, and in their place where somebody asks for it."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tariffs import Library, Question, run
from tariffs.brief import own_files, own_prices
from tariffs.cli import app
from tariffs.errors import BadQuestion
from tariffs.intake import Loaded, Upload, load
from tariffs.market.priced import NO_LEG, NOT_ASKED, OTHER_YEAR, OUTLYING
from tariffs.project import Project, opened, packed
from tariffs.sources import Status
from tariffs.store.own import Own
from tariffs.study import Study
from tariffs.words import Words

HEAD = "year,month,reporter,exporter,importer,product,hs_revision,flow,basis,value_usd,quantity_t"
ASKED = Question("status_quo", draws=0)
BOUGHT = "2025,,TUR,IRN,TUR,271320,HS22,import,cif,8000000,25000"  # USD 320/t
SOLD = "2025,,IRN,IRN,TUR,27132000,HS22,export,fob,7000000,25000"  # USD 280/t
OTHER_LABEL = "2025,,TUR,IRQ,TUR,271320,HS22,import,cif,51000000,170000"  # USD 300/t


def upload(*rows: str) -> Upload:
    return Upload("trade.csv", "\n".join([HEAD, *rows]).encode())


def flows(*rows: str) -> Loaded:
    return load([upload(*rows)])


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def landed(study: Study, producer: str, label: str, importer: str) -> float:
    market = study.world.baseline.market
    return float(market.landed[0, market.lane(producer, label, importer)])


def net_back(study: Study, producer: str) -> float:
    market = study.world.baseline.market
    return float(market.net_back[0, market.producers.index(producer)])


def own_of(library: Library) -> Own:
    assert library.own is not None and library.own.measured is not None
    return library.own


def test_a_unit_value_stands_beside_the_price_on_record_and_leaves_it(library: Library) -> None:
    held = library.with_flows(flows(BOUGHT, OTHER_LABEL))
    for key in ("bl-irn-irn-tur", "bl-irn-irq-tur", "bl-irq-irq-tur"):
        assert held.flows[key].usd_per_t == library.flows[key].usd_per_t
        assert held.flows[key].price_rule == library.flows[key].price_rule
    first, second = own_of(held).measured.prices  # type: ignore[union-attr]
    assert (first.label, first.usd_per_t, first.why, first.basis) == ("IRN", 320, NOT_ASKED, "cif")
    assert (first.low, first.central, first.high) == (290, 342, 400)  # data/flows_baseline.csv
    assert (second.label, second.usd_per_t) == ("IRQ", 300)
    (row, _), t = own_prices.frame(own_of(held), Words()).to_dict("records"), Words()
    assert row["unit value"] == "USD 320/t" and row["price on record"].startswith("USD 342/t (")
    assert row["in the answer"] == "the price on record"
    assert any("do not replace them" in text for text in own_files.remarks(own_of(held), 2025, t))
    assert not own_of(held).priced and not own_of(held).options.endswith("--prices")


def test_taken_as_prices_they_move_the_landed_price_by_their_difference(library: Library) -> None:
    loaded = flows(BOUGHT, OTHER_LABEL)
    beside, taken = library.with_flows(loaded), library.with_flows(loaded, prices=True)
    assert beside.digest != taken.digest == library.with_flows(loaded, prices=True).digest
    row = taken.flows["bl-irn-irn-tur"]
    assert (row.usd_per_t.low, row.usd_per_t.central, row.usd_per_t.high) == (320, 320, 320)
    assert row.usd_per_t.status is Status.REPORTED and taken.sources[row.usd_per_t.source].title == "trade.csv"
    assert [taken.flows[k].usd_per_t.central for k in ("bl-irn-irq-tur", "bl-irq-irq-tur")] == [300, 300]
    before, after = run(ASKED, beside), run(ASKED, taken)
    # The price on record is the gate's 299 and 43 of freight. What parts the two is a rung after CIF: it bears no duty.
    difference = landed(after, "IRN", "IRN", "TUR") - landed(before, "IRN", "IRN", "TUR")
    assert difference == pytest.approx(320 - 342)
    assert net_back(after, "IRN") == pytest.approx(net_back(before, "IRN"))  # read off another row
    assert str(after.stamp["shell"]).endswith("--flows trade.csv --prices")
    assert any("declared values" in text for text in own_files.remarks(own_of(taken), 2025, Words()))
    assert after.unbalanced < 1e-9
    drawn = run(Question("status_quo", draws=32), taken)
    lane = drawn.world.baseline.market.lane("IRN", "IRN", "TUR")
    assert np.isfinite(drawn.world.baseline.market.landed[:, lane]).all()


def test_what_the_sellers_customs_count_is_a_price_where_the_goods_leave(library: Library) -> None:
    beside, taken = (library.with_flows(flows(SOLD), prices=wanted) for wanted in (False, True))
    assert taken.flows["bl-irn-irn-tur"].price_basis == "fob"
    difference = landed(run(ASKED, taken), "IRN", "IRN", "TUR") - landed(run(ASKED, beside), "IRN", "IRN", "TUR")
    assert difference == pytest.approx(280 - 299)
    # Azerbaijan's goods have no freight on record: what a FOB of theirs costs on arrival is not known.
    (price,) = own_of(
        library.with_flows(flows("2025,,AZE,AZE,TUR,271320,HS22,export,fob,1400000,4000"), prices=True)
    ).measured.prices  # type: ignore[union-attr]
    assert (price.usd_per_t, price.why, price.basis) == (350, NO_LEG, "fob")


def test_a_makers_own_price_moves_with_the_row_that_it_is_read_off(library: Library) -> None:
    """Members of a group are weighed: 8,000 t at 500 and 2,000 t at 450 make 490; it was 480."""
    rows = (
        "2025,,TUR,GRC,TUR,271320,HS22,import,cif,4000000,8000",
        "2025,,TUR,ITA,TUR,271320,HS22,import,cif,900000,2000",
    )
    beside, taken = (library.with_flows(flows(*rows), prices=wanted) for wanted in (False, True))
    (price,) = own_of(taken).measured.prices  # type: ignore[union-attr]
    assert price.label == "MED" and price.usd_per_t == pytest.approx(490) and price.taken
    assert net_back(run(ASKED, taken), "MED") - net_back(run(ASKED, beside), "MED") == pytest.approx(10)


def test_a_unit_value_that_cannot_be_the_price_is_not_taken_even_when_asked(library: Library) -> None:
    odd = "2025,,TUR,GRC,TUR,271320,HS22,import,cif,9000000,4000"  # USD 2,250/t
    old = "2021,,TUR,RUS,TUR,271320,HS22,import,cif,1400000,4000"
    bare = "2025,,IRQ,IRN,IRQ,271320,HS22,import,cif,3400000,"  # no weight: no unit value
    held = library.with_flows(flows(odd, old, bare), prices=True)
    assert {p.label: p.why for p in own_of(held).measured.prices} == {"MED": OUTLYING, "RUS": OTHER_YEAR}  # type: ignore[union-attr]
    for key in ("bl-med-med-tur", "bl-rus-rus-tur", "bl-irn-irn-irq"):
        assert held.flows[key].usd_per_t == library.flows[key].usd_per_t
    assert held.digest == library.with_flows(flows(odd, old, bare)).digest  # nothing was taken: the same answer


# The doors


def test_the_shell_takes_prices_when_told_and_says_which(tmp_path: Path) -> None:
    path = tmp_path / "trade.csv"
    path.write_bytes(upload(BOUGHT).data)
    line = ["impact", "--draws", "0", "--flows", str(path)]
    for options, taken in (([], False), (["--prices"], True)):
        answer = json.loads(CliRunner().invoke(app, [*line, *options, "--json"]).stdout)
        (price,) = answer["own_files"]["prices"]
        assert (price["usd_per_t"], price["taken"], price["on_record"]["central"]) == (320, taken, 342)
    told = CliRunner().invoke(app, [*line, "--prices"])
    assert "the unit value" in told.stdout and "USD 342/t (290 to 400)" in told.stdout
    refused = CliRunner().invoke(app, ["impact", "--draws", "0", "--prices"])
    assert isinstance(refused.exception, BadQuestion) and "--flows" in str(refused.exception)


def test_a_project_file_carries_the_choice_and_older_ones_stay_as_they_were(library: Library) -> None:
    plain = Project(ASKED, (upload(BOUGHT),))
    priced = Project(ASKED, (upload(BOUGHT),), prices=True)
    assert b"prices" not in packed(plain)
    for project, taken in ((plain, False), (priced, True)):
        held, _ = opened(Upload("p.zip", packed(project)), library)
        assert held == project and packed(held) == packed(project)
        assert own_of(held.laid_over(library)).priced is taken
