"""Estimates from a shell and from the page: the same numbers, and a way on when something is wrong."""

import json
import re
import shlex
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tariffs.evidence import regress
from tests.test_regress import trade

ROOT = Path(__file__).parent.parent
SMALL = "agtpa-ch2-border-2006"


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "tariffs", "regress", *arguments]
    return subprocess.run(line, capture_output=True, text=True, cwd=ROOT, timeout=120)


def test_the_shell_lists_every_estimate_and_what_it_is_for() -> None:
    done = shell("--json")
    held = json.loads(done.stdout)
    assert done.returncode == 0 and len(held) >= 17
    assert {"name", "purpose", "formula", "expected"} <= set(held[0])
    assert SMALL in shell().stdout


def test_a_rerun_prints_expected_against_got_and_writes_four_files(tmp_path: Path) -> None:
    done = shell(SMALL, "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (
        f"PASS {SMALL}" in done.stdout and "stata-ml: N/(N-1)" in done.stdout and "dropped, separated: 0" in done.stdout
    )
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".csv", ".html", ".json", ".tex"]
    told = json.loads((tmp_path / f"{SMALL}.json").read_text(encoding="utf-8"))
    assert told["coefficients"][0]["estimate"] == pytest.approx(float(regress(SMALL).params.iloc[0]), rel=1e-9)


def test_your_own_table_and_formula_run_in_the_same_way_and_the_estimate_is_carried(tmp_path: Path) -> None:
    path = tmp_path / "flows.csv"
    trade(n=12, years=6).to_csv(path, index=False)
    formula = "value ~ log(1 + tariff) | exporter + importer"
    carry = ("--use", "elasticities.el-tur-origins.value", "--term", "log(1 + tariff)", "--scale", "-1")
    options = ("--estimator", "ppml", "--vcov", "cluster", "--cluster", "exporter^importer")
    done = shell("--data", str(path), "--formula", formula, *options, *carry, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    ours = regress(data=path, formula=formula, estimator="ppml", cluster="exporter^importer")
    assert told["coefficients"][0]["estimate"] == pytest.approx(float(ours.params.iloc[0]), rel=1e-9)
    assert told["use"].startswith("elasticities.el-tur-origins.value=normal(")
    line = shlex.split(told["shell"])
    asked = subprocess.run(
        [sys.executable, *line[1:], "--draws", "0", "--json"], capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    assert asked.returncode == 0, asked.stderr
    assert told["use"] in asked.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("no-such-estimate",), "There is no estimate 'no-such-estimate'"),
        (("--data", "nowhere.csv", "--formula", "y ~ x"), "There is no file"),
        (("--formula", "y ~ x"), "Name an estimate"),
        ((SMALL, "--formula", "trade ~ nothing"), "no column 'nothing'"),
        ((SMALL, "--vcov", "odd"), "vcov is one of"),
        (("--all", "--cluster", "pair_id"), "--all reruns every estimate as declared"),
        ((SMALL, "--use", "elasticities.el-tur-origins.value"), "Say which coefficient"),
        ((SMALL, "--formula", "trade ~ __import__('os')"), "no meaning in a formula"),
    ],
)
def test_what_cannot_be_run_is_one_message_and_exit_2(arguments: tuple[str, ...], told: str) -> None:
    done = shell(*arguments)
    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr


def test_a_published_number_that_is_missed_fails_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    (folder / "regressions").mkdir(parents=True)
    (folder / "panels").mkdir()
    for name in (f"regressions/{SMALL}.toml", "panels/agtpa_manufacturing.parquet"):
        (folder / name).write_bytes((ROOT / "data" / name).read_bytes())
    path = folder / "regressions" / f"{SMALL}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("-0.7912879", "-0.8"), encoding="utf-8")
    fit = regress(SMALL, folder=folder)
    assert not fit.correct
    assert [c.term for c in fit.checks if not c.ok] == ["log(dist)"]
    from tariffs.evidence import write

    assert "FAIL: expected -0.8" in write.as_csv(fit)


def page() -> AppTest:
    """The Evidence page alone, as a visitor opens it."""

    def script() -> None:
        from tariffs.ui import evidence_page, state

        state.follow_the_link("evidence")
        evidence_page.show()

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    return app


def tables(app: AppTest) -> list[pd.DataFrame]:
    """The tables on the page, as an HTML reader other than a browser sees them."""
    shown = [str(block.value) for block in app.get("html") if "<table" in str(block.value)]
    return [pd.read_html(StringIO(one), flavor="lxml")[0] for one in shown]


def test_a_visitor_reruns_and_changes_an_estimate() -> None:
    app = page()
    app.selectbox(key="en:evidence:name").set_value(SMALL).run()
    assert "log(dist)" in app.text_area(key="en:evidence:formula").value
    app.button(key="en:evidence:run").click().run()
    assert not app.exception and any(
        "Converged on 4,761 observations" in m.value.replace("\\", "") for m in app.markdown
    )
    app.text_area(key="en:evidence:formula").set_value("trade ~ log(dist) + abroad | exporter + importer").run()
    app.button(key="en:evidence:run").click().run()
    assert not app.exception
    side = next(one for one in tables(app) if "(2) PPML" in one.columns)
    assert side.iloc[:, 0].tolist()[:3] == ["log(dist)", "cntg", "abroad"]
    # Distance is no elasticity of the model: nothing to carry over.
    assert "en:evidence:use" not in [b.key for b in app.button]
    snippet = next(c.value for c in app.code if "regress(" in c.value)
    held: dict[str, object] = {}
    exec(snippet, held)  # noqa: S102 - what the page gives to copy must run as it stands
    assert "abroad" in held["fit"].params.index  # type: ignore[attr-defined]


def test_a_formula_that_cannot_run_is_explained_and_kept() -> None:
    app = page()
    app.selectbox(key="en:evidence:name").set_value(SMALL).run()
    app.text_area(key="en:evidence:formula").set_value("trade ~ open('x')").run()
    app.button(key="en:evidence:run").click().run()
    assert not app.exception and len(app.error) == 1
    assert app.text_area(key="en:evidence:formula").value == "trade ~ open('x')"


def test_a_table_of_ones_own_is_estimated_and_its_elasticity_carried_into_the_question() -> None:
    app = page()
    text = trade().to_csv(index=False).encode()
    app.file_uploader[0].upload("flows.csv", text, "text/csv").run()
    assert not app.exception
    app.text_area(key="en:evidence:formula").set_value("value ~ log(1 + tariff) | exporter + importer").run()
    app.button(key="en:evidence:run").click().run()
    assert not app.exception
    assert any("flows.csv" in c.value for c in app.code)
    app.button(key="en:evidence:use").click().run()
    assert not app.exception
    beliefs = app.session_state["asked"].beliefs
    assert len(beliefs) == 1 and beliefs[0].startswith("elasticities.el-")
    assert re.search(r"\.value=(log)?normal\((ln )?[34]\.\d+; [\d.]+\)$", beliefs[0])  # the data were made with 4
    assert any("Carried over" in s.value for s in app.success)
    assert any("log(1 + tariff)" in one.iloc[:, 0].tolist() for one in tables(app))


def test_a_file_that_is_no_table_is_told_in_a_table_of_what_to_do() -> None:
    app = page()
    app.file_uploader[0].upload("flows.csv", b"\xff\xfe\x00", "text/csv").run()
    assert not app.exception and len(app.error) == 1 and len(app.table) == 1
