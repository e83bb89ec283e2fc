"""The shell: results on stdout, messages on stderr, exit codes that a script can trust, never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


def shell(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "tariffs", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        timeout=120,
        check=False,
    )


def answer(*arguments: str) -> Any:
    done = shell(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_impact_says_the_answer_and_every_headline_figure_carries_its_range() -> None:
    told = answer("impact", "--scenario", "province_proposal")
    assert "Iranian bitumen would land in Türkiye" in told["answer"]
    assert told["share_closed"] > 0.99 and told["residual"] <= 1e-10
    for market in told["markets"]:
        for name in ("landed_usd_per_t", "tonnes", "share", "revenue_usd", "duty_usd_per_t"):
            for when in ("before", "after", "change"):
                figure = market[name][when]
                assert figure["low"] is not None and figure["low"] <= figure["median"] <= figure["high"]
                assert figure["status"] and figure["sources"]
    net_back = told["exporter"]["net_back_usd_per_t"]
    assert net_back["after"]["central"] - net_back["before"]["central"] == pytest.approx(net_back["change"]["central"])
    assert set(told["stamp"]) >= {"question", "shell", "data", "version", "model", "seed"}


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others() -> None:
    first, again, other = (answer("impact", "--draws", "200", "--seed", seed) for seed in ("7", "7", "8"))
    assert first == again
    figure = "net_back_usd_per_t"
    assert first["exporter"][figure]["change"]["central"] == other["exporter"][figure]["change"]["central"]
    assert first["exporter"][figure]["change"]["low"] != other["exporter"][figure]["change"]["low"]


def test_the_detail_holds_what_an_outsider_needs() -> None:
    detail = answer("impact", "--detail", "--draws", "0")["detail"]
    assert set(detail) == {"producers", "markets", "routes", "residual"}
    assert detail["residual"] <= 1e-10
    assert len(detail["routes"]) == 22 and len(detail["producers"]) == 8 and len(detail["markets"]) == 5
    for route in detail["routes"]:
        maker = detail["producers"][route["producer"]]
        landed = route["A_before"] * maker["net_back_usd_per_t"] + route["B_before"]
        assert landed == pytest.approx(route["landed_before"], rel=1e-12)
        landed = route["A_after"] * maker["net_back_after"] + route["B_after"]
        assert landed == pytest.approx(route["landed_after"], rel=1e-12)
    for name, maker in detail["producers"].items():
        sold = sum(r["tonnes_after"] for r in detail["routes"] if r["producer"] == name)
        before = sum(r["tonnes"] for r in detail["routes"] if r["producer"] == name)
        made = before * (maker["net_back_after"] / maker["net_back_usd_per_t"]) ** maker["supply_elasticity"]
        assert sold == pytest.approx(made, rel=1e-9)


def test_landed_shows_the_ladder_with_its_rungs_and_how_each_rule_matched() -> None:
    told = answer("landed", "--importer", "TUR", "--scenario", "complaint_day", "--draws", "0")
    rungs = {rung["step"]: rung for rung in told["rungs"]}
    assert rungs["cif"]["usd_per_t"] == pytest.approx(342)  # 299 + 43
    assert rungs["customs_duty"]["usd_per_t"] == pytest.approx(0.065 * 342)  # 22.23
    assert rungs["vat"]["memo"] and rungs["vat"]["usd_per_t"] == pytest.approx(0.2 * 342 * 1.065)
    assert rungs["landed"]["usd_per_t"] == pytest.approx(342 * 1.065 + 164)
    duty = told["treatments"][0]["duty"]
    assert duty["key"] == "tur-duty-petrochemical" and duty["status"] == "assumed"
    assert duty["matched"] == {"product": "line", "origin": "named", "product_class": "petrochemical", "region": ""}


def test_a_label_changes_the_duty_and_adds_its_own_cost() -> None:
    told = answer("landed", "--importer", "TUR", "--label", "IRQ", "--scenario", "complaint_day", "--draws", "0")
    rungs = {rung["step"]: rung["usd_per_t"] for rung in told["rungs"]}
    assert rungs["relabelling"] == 10 and rungs["cif"] == pytest.approx(352) and rungs["customs_duty"] == 0


def test_a_prohibited_route_says_so() -> None:
    told = answer("landed", "--importer", "TUR", "--scenario", "ban")
    assert told["prohibited"] and told["landed_usd_per_t"] is None
    assert told["treatments"][0]["prohibition"]["key"] == "tur-prohibition-2019"
    assert "Refused at the border" in shell("landed", "--importer", "TUR", "--scenario", "ban").stdout


def test_what_is_missing_stays_missing() -> None:
    told = answer("landed", "--importer", "GEO", "--draws", "0")
    assert told["treatments"][0]["missing"] == ["customs_duty"]
    assert "customs_duty" not in {rung["step"] for rung in told["rungs"]}
    assert "unknown, not zero" in shell("landed", "--importer", "GEO", "--draws", "0").stdout


@pytest.mark.parametrize(
    ("line", "helpful"),
    [
        (["impact", "--scenario", "provinse_proposal"], "Did you mean province_proposal"),
        (["impact", "--set", "tur.duty=65"], "five per cent is 0.05 or 5%"),
        (["impact", "--set", "tur.dooty=0.05"], "The levers are"),
        (["impact", "--set", "tur.duty"], "Write lever=value"),
        (["impact", "--set", "measures.tur-duty-eny.rate=0.1"], "Nearest: tur-duty-any"),
        (["impact", "--set", "measures.tur-duty-any.rate=a"], "is not a number"),
        (["impact", "--set", "measures.tur-duty-any.rate=0.3/0.2/0.1"], "rising order"),
        (["impact", "--set", "elasticities.el-tur-label.value=3"], "use --assume"),
        (["impact", "--assume", "elasticities.el-tur-lable.value=3"], "Nearest: el-tur-label"),
        (["impact", "--set", "irn.fx=sometimes"], "as_now, full_surrender, free_sale"),
        (["impact", "--on", "2026-02-30"], "is not a day"),
        (["impact", "--model", "crystal_ball"], "The models are"),
        (["impact", "--draws", "-1"], "Draws run from 0"),
        (["impact", "--seed", "-1"], "seed"),
        (["landed", "--importer", "XYZ"], "Nothing is on record about XYZ"),
        (["landed", "--importer", "turkey"], "three letters"),
        (["landed", "--importer", "IRQ", "--region", "Basra"], "FED, KRG"),
        (["landed", "--importer", "TUR", "--origin", "KAZ"], "No price of KAZ"),
        (["landed", "--importer", "TUR", "--fob", "-3"], "above 0"),
        (["brief", "--out", "brief.pdf"], "ends in .xlsx, .html, .zip; found 'brief.pdf'"),
        (["brief", "--out", "brief.xlsx", "--lang", "xx"], "The analyzer speaks"),
        (["check-data", "no-such-folder"], "no-such-folder"),
        (["impact", "--frobnicate"], "No such option"),
        (["landed"], "Missing option"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_bad_input_gets_a_message_that_helps_and_no_traceback(line: list[str], helpful: str, tmp_path: Path) -> None:
    done = shell(*line, cwd=tmp_path)
    said = done.stderr + (done.stdout if line[0] == "check-data" else "")
    assert done.returncode == (1 if line[0] == "check-data" else 2)
    assert helpful in said and "Traceback" not in done.stderr


def test_check_data_passes_and_counts_by_standing() -> None:
    told = answer("check-data")
    assert told["ok"] and told["defects"] == []
    assert told["counts"]["flows_baseline.csv"]["assumed"] == 8


def test_scenarios_levers_and_sources_are_listed() -> None:
    assert {"province_proposal", "status_quo", "ban"} <= {row["name"] for row in answer("scenarios")}
    levers = {row["lever"]: row for row in answer("levers")}
    assert levers["tur.duty"]["value"] == 0.065 and levers["irn.listed"]["value"] == "yes"
    assert any(row["id"] == "tgtc-2026" and row["figures"] > 0 for row in answer("sources"))


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, tariffs, tariffs.cli; print([m for m in ('pandas', 'scipy', 'statsmodels', "
            "'streamlit', 'altair', 'openpyxl', 'numpy') if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[]"
    assert "impact" in shell("--help").stdout and shell().stdout == shell("--help").stdout
