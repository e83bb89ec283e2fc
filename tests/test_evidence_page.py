"""The evidence page: bitumen's own evidence, your own panels and flows, and errors drawn beside the page."""

import re
import time
from html import unescape
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tariffs.evidence import own_flows
from tariffs.evidence.panels import BadPanel
from tariffs.intake import Upload
from tariffs.ui import cards, evidence_desk
from tests.test_evidence_demand import long, market
from tests.test_regress import trade
from tests.test_regress_doors import page

LAYOUTS = Path(__file__).parent / "layouts"


def turned_to(section: str) -> AppTest:
    app = page()
    next(g for g in app.get("button_group") if g.key == "en:evidence:section").set_value(section).run()
    assert not app.exception and not app.error
    return app


def bare(text: object) -> str:
    return str(text).replace("\\", "")


def said(app: AppTest) -> str:
    blocks = [str(getattr(b, "value", None) or b.proto.body) for kind in ("html", "markdown") for b in app.get(kind)]
    return unescape(bare(" ".join(blocks)))


def test_prices_say_the_slope_its_breaks_and_where_the_next_quote_falls() -> None:
    app = turned_to("prices")
    text = said(app)
    assert "14 months: a dollar on a barrel of Brent goes with USD 2.69 on a tonne" in text
    assert "No test finds a break at 5 %" in text and "July 2020 (Chow)" in text and "CUSUM" in text
    assert "Pink Sheet has no series of it" in text
    at_65 = re.search(r"With Brent at USD 65 a barrel a quote should be USD (\d+)/t", text)
    app.number_input(key="en:evidence:brent").set_value(75.0).run()
    at_75 = re.search(r"With Brent at USD 75 a barrel a quote should be USD (\d+)/t", said(app))
    assert at_65 and at_75 and int(at_75[1]) - int(at_65[1]) == pytest.approx(26.9, abs=1)
    next(g for g in app.get("button_group") if g.key == "en:evidence:form").set_value("logs").run()
    assert "one per cent more on Brent goes with 0.75 per cent more on bitumen" in said(app)


def test_every_chart_of_the_evidence_has_a_sentence_and_its_figures_beside_it() -> None:
    for section, charts in (("prices", 2), ("currency", 2), ("elasticities", 2)):
        app = turned_to(section)
        drawn = app.get("vega_lite_chart")
        assert len(drawn) == charts and all(chart.proto.alt in said(app) for chart in drawn)
        assert len([e for e in app.get("expander") if e.proto.label == "Show as a table"]) == charts


def test_a_panel_of_suppliers_is_estimated_on_the_page_without_a_formula() -> None:
    app = page()
    text = long(market(np.random.default_rng(5), noise=0.005)).to_csv(index=False).encode()
    app.file_uploader[0].upload("suppliers.csv", text, "text/csv").run()
    app.selectbox(key="en:evidence:estimator").set_value("aids").run()
    app.selectbox(key="en:evidence:option:aids:index").set_value("paasche").run()
    app.button(key="en:evidence:run").click().run()
    assert not app.exception and not app.error
    assert any("suppliers.csv" in c.value and "'index': 'paasche'" in c.value for c in app.code)
    assert "Marshallian elasticities" in said(app)
    assert "not an elasticity of the model" in said(app)  # shares' coefficients go nowhere


def test_errors_are_drawn_beside_the_page_and_stand_beside_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_desk, "REPLICATIONS", 24)
    app = page()
    app.file_uploader[0].upload("flows.csv", trade().to_csv(index=False).encode(), "text/csv").run()
    app.text_area(key="en:evidence:formula").set_value("value ~ log(1 + tariff) | exporter + importer").run()
    app.button(key="en:evidence:run").click().run()
    app.button(key="en:limits:range:bootstrap").click().run()
    started = time.monotonic()
    found = "Coefficients and facts of every specification run", "(2) PPML"
    while not (held := [str(b.value) for b in app.get("html") if all(x in str(b.value) for x in found)]) and (
        time.monotonic() - started < 60
    ):
        time.sleep(0.3)
        app.run()
    side = pd.read_html(StringIO(held[0]))[0].set_index("Coefficient")
    first, drawn = side.loc["log(1 + tariff)"]
    assert first.split(" ")[0].rstrip("*") == drawn.split(" ")[0].rstrip("*") and first != drawn
    assert "bootstrap of rows, 24 replications" in side.loc["Standard errors"].iloc[1]
    assert any("--bootstrap 24 --seed 1" in c.value for c in app.code)


def test_indicators_of_ones_own_flows_are_on_the_page() -> None:
    app = turned_to("flows")
    assert "In 2023 Georgia bought most from Russia (46.6%)" in said(app)
    rows = [
        f"{year},{seller},{buyer},{good},{value},{value / price}"
        for year in (2020, 2023)
        for seller, price, base in (("IRN", 300, 40), ("RUS", 350, 60))
        for buyer in ("TUR", "IRQ")
        for good, size in (("271320", 1.0), ("271490", 2.0 if seller == "RUS" else 0.2))
        for value in [base * size * (1.5 if year == 2023 and seller == "IRN" else 1.0)]
    ]
    text = "\n".join(["year,exporter,importer,product,value,quantity", *rows]).encode()
    app.file_uploader[0].upload("mine.csv", text, "text/csv").run()
    assert not app.exception and not app.error
    told = said(app)
    assert "Shown: 16 flows of your own (mine.csv)" in told
    # Iran sells 120 of 144 as bitumen in 2023, the world 240 of 504.
    assert f"Balassa's index of Iran is {(120 / 144) / (240 / 504):.2f}" in told
    assert "at −14.3% against everybody else there" in told  # 300 against 350


# Files of one's own


def test_each_flow_counts_once_and_the_buyers_report_stands() -> None:
    tidy = pd.DataFrame(
        [
            (2021, "IRN", "TUR", "271320", "export", 90.0, 1.0),
            (2021, "IRN", "TUR", "271320", "import", 100.0, 1.0),
            (2021, "IRN", "TUR", "271320", "import", 50.0, 0.5),  # another month
            (2021, "IRN", "WLD", "271320", "export", 500.0, 5.0),
            (2021, "IRQ", "TUR", "271320", "re-export", 9.0, 0.1),
        ],
        columns=["year", "exporter", "importer", "product", "flow", "value_usd", "quantity_t"],
    )
    given = Upload("rows.csv", tidy.to_csv(index=False).encode())
    found = own_flows.flows([given]).frame
    assert found.to_dict("records") == [
        {"year": 2021, "exporter": "IRN", "importer": "TUR", "product": "271320", "value": 150.0, "quantity": 1.5}
    ]
    with pytest.raises(BadPanel, match="No flow between two named countries"):
        own_flows.flows([Upload("rows.csv", tidy.iloc[3:4].to_csv(index=False).encode())])


def test_an_official_file_becomes_flows_and_bitumen_alone_is_kept() -> None:
    held = own_flows.flows([LAYOUTS / "BACI_HS17_Y2021_V202301.csv"])
    assert held.frame["product"].nunique() > 1
    kept = own_flows.only_bitumen(held.frame, "271320")
    assert set(kept["product"]) == {"271320"}
    tonnes = held.frame.query("exporter == 'IRN' and importer == 'TUR' and product == '271320'")["value"]
    assert kept.query("exporter == 'IRN' and importer == 'TUR'")["value"].sum() == tonnes.sum()


def test_a_flow_pays_the_closest_rate_and_own_sales_none() -> None:
    frame = pd.DataFrame(
        [(2021, "IRN", "TUR", "271320"), (2021, "GEO", "TUR", "271320"), (2021, "TUR", "TUR", "271320"),
         (2021, "IRN", "IRQ", "271320")],
        columns=own_flows.KEYS,
    )  # fmt: skip
    rates = pd.DataFrame(
        [(2021, "TUR", "any", "271320", "mfn", 0.10), (None, "TUR", "GEO", "271320", "preferential", 0.0)],
        columns=["year", "importer", "origin", "product", "kind", "rate"],
    )
    assert own_flows.with_rates(frame, rates)["tariff"].tolist() == pytest.approx([0.10, 0.0, 0.0, np.nan], nan_ok=True)


def test_a_table_of_cards_holds_no_markup_of_its_cells() -> None:
    made = cards.table(pd.DataFrame({"a": ["<b>x</b>"], "b": [""]}), "what is in it")
    assert "&lt;b&gt;x" in made and made.count('class="tag"') == 0 and "what is in it" in made


def test_an_estimate_carried_over_is_the_users_own_on_the_page_of_the_scenario() -> None:
    app = AppTest.from_file(str(LAYOUTS.parent.parent / "app.py"), default_timeout=60)
    told = "normal(5.4; 0.6)"
    app.query_params["assume"] = f"elasticities.el-tur-origins.value={told}"
    app.run()
    assert not app.exception
    assert app.number_input(key="en:elasticities.el-tur-origins.value:box").value == pytest.approx(5.4)
    assert any(f"drawn with its error: {told}" in bare(c.value) for c in app.caption)
    assert app.session_state["asked"].beliefs == (f"elasticities.el-tur-origins.value={told}",)
