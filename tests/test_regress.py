"""An estimate is rerun, varied and refused as an economist would expect, and a formula is never a program."""

import csv
import io
import json
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tariffs import Library, Question, run
from tariffs.errors import BadData, BadLever, BadQuestion
from tariffs.evidence import FewClusters, Fit, everything, named, names, regress
from tariffs.evidence.carry import belief
from tariffs.evidence.diagnose import reset
from tariffs.evidence.estimate import estimate
from tariffs.evidence.expression import evaluate
from tariffs.evidence.formula import parse
from tariffs.evidence.guards import BadSample
from tariffs.evidence.spec import Spec, least, of
from tariffs.evidence.write import as_csv, as_latex, to_folder
from tariffs.scenario import parse_edit
from tariffs.study import from_query

ROOT = Path(__file__).parent.parent


def trade(seed: int = 1, n: int = 6, years: int = 3) -> pd.DataFrame:
    """A small panel with an elasticity of substitution of 4."""
    rng = np.random.default_rng(seed)
    e, i, y = (x.ravel() for x in np.meshgrid(range(n), range(n), range(years), indexing="ij"))
    tariff = np.where(e == i, 0.0, rng.choice([0.0, 0.05, 0.1, 0.2], len(e)))
    distance = 1.0 + rng.random((n, n))[e, i] * 9
    mean = np.exp(
        3 + rng.normal(0, 0.3, n)[e] + rng.normal(0, 0.3, n)[i] - 4 * np.log1p(tariff) - 0.5 * np.log(distance)
    )
    return pd.DataFrame(
        {
            "exporter": [f"E{x}" for x in e],
            "importer": [f"E{x}" for x in i],
            "year": 2000 + y,
            "value": rng.poisson(mean).astype(float),
            "tariff": tariff,
            "distance": distance,
        }
    )


# The two engines


@pytest.mark.parametrize("estimator", ["ppml", "ols"])
def test_fixed_effects_and_dummies_give_the_same_slopes_in_two_engines(estimator: str) -> None:
    import statsmodels.api as sm

    frame = trade()
    outcome = frame["value"] if estimator == "ppml" else np.log1p(frame["value"])
    frame = frame.assign(outcome=outcome, ln_tariff=np.log1p(frame["tariff"]))
    fit = estimate(
        frame, "outcome ~ ln_tariff + log(distance) | exporter^year + importer", estimator, "hetero", factor="none"
    )
    dummies = pd.get_dummies(
        pd.DataFrame({"e": frame["exporter"] + frame["year"].astype(str), "i": frame["importer"]}), drop_first=True
    )
    x = np.column_stack([frame["ln_tariff"], np.log(frame["distance"]), np.ones(len(frame)), dummies.to_numpy(float)])
    if estimator == "ppml":
        other = sm.GLM(outcome, x, family=sm.families.Poisson()).fit(cov_type="HC0", tol=1e-12, maxiter=200)
    else:
        other = sm.OLS(outcome, x).fit(cov_type="HC0")
    assert list(fit.params) == pytest.approx(list(other.params[:2]), rel=1e-5)
    assert list(fit.bse) == pytest.approx(list(other.bse[:2]), rel=1e-4)


def test_the_small_sample_factor_is_the_one_that_is_named() -> None:
    frame = trade()
    formula = "value ~ log(1 + tariff) | exporter + importer"
    with pytest.warns(FewClusters):
        plain = estimate(frame, formula, cluster="exporter", factor="none")
    n, groups, slopes, effects = plain.nobs, 6, 1, 6 + 6
    by_hand = {
        "stata-ml": groups / (groups - 1),
        # exporter effects lie inside exporter clusters and are not counted: slope, one constant, five importers
        "fixest": groups / (groups - 1) * (n - 1) / (n - (slopes + 1 + 5)),
        "dummies": groups / (groups - 1) * (n - 1) / (n - (slopes + effects - 1)),
    }
    for rule, factor in by_hand.items():
        with pytest.warns(FewClusters):
            fit = estimate(frame, formula, cluster="exporter", factor=rule)
        assert fit.factor == pytest.approx(factor) and fit.factor_name.startswith(rule)
        assert fit.vcov.iloc[0, 0] == pytest.approx(plain.vcov.iloc[0, 0] * factor)


def test_units_of_a_regressor_change_its_coefficient_alone() -> None:
    frame = trade()
    one = estimate(frame, "value ~ tariff | exporter + importer", vcov="hetero")
    tiny = estimate(frame.assign(tariff=frame["tariff"] * 1e-9), "value ~ tariff | exporter + importer", vcov="hetero")
    assert tiny.params.iloc[0] * 1e-9 == pytest.approx(one.params.iloc[0], rel=1e-6)
    assert tiny.tvalues.iloc[0] == pytest.approx(one.tvalues.iloc[0], rel=1e-5)


def test_instruments_undo_what_an_error_in_the_regressor_does() -> None:
    rng = np.random.default_rng(3)
    z, hidden = rng.normal(size=4000), rng.normal(size=4000)
    price = z + hidden
    frame = pd.DataFrame({"q": -2 * price + 3 * hidden + rng.normal(size=4000), "p": price, "z": z})
    assert estimate(frame, "q ~ p", "ols", "hetero").params["p"] > -1
    assert estimate(frame, "q ~ 1 | p ~ z", "ols", "hetero").params["p"] == pytest.approx(-2, abs=0.15)


# What is left out, and what is refused


def test_every_row_left_out_is_counted_under_its_reason() -> None:
    frame = trade()
    frame["weight"] = 1.0
    frame.loc[0, "value"] = np.nan  # missing
    frame.loc[1, "tariff"] = np.inf  # infinite
    frame.loc[2, "weight"] = 0.0
    frame.loc[frame["exporter"] == "E5", "value"] = 0.0  # 18 rows that never trade
    frame = pd.concat([frame, frame.iloc[[20]].assign(exporter="ALONE")], ignore_index=True)
    fit = estimate(
        frame, "value ~ tariff | exporter + importer", vcov="hetero", weights="weight", conditions=["year < 2002"]
    )
    assert dict(fit.dropped) == {
        "out of sample": 36 + int(frame.iloc[-1]["year"] == 2002),
        "missing": 1,
        "infinite": 1,
        "zero weight": int(frame.loc[2, "year"] < 2002),
        "singleton": int(frame.iloc[-1]["year"] < 2002),
        "separated": 12,
    }
    assert fit.nobs + sum(fit.dropped.values()) == len(frame)


def test_leaving_out_a_singleton_may_leave_another_behind() -> None:
    frame = trade(years=1)
    chain = pd.DataFrame(
        {
            "exporter": ["X", "X", "Y"],
            "importer": ["E0", "Q", "Q"],
            "year": 2000,
            "value": 5.0,
            "tariff": 0.1,
            "distance": 2.0,
        }
    )
    fit = estimate(pd.concat([frame, chain.iloc[1:]]), "value ~ tariff | exporter + importer", vcov="hetero")
    # Y-Q goes for Y; then X-Q stands alone in Q and X.
    assert fit.dropped["singleton"] == 2


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        (
            "value ~ log(distance) + tariff | exporter^importer",
            r"log\(distance\) does not vary inside the fixed effects",
        ),
        ("value ~ tariff + I(2*tariff) | exporter", r"I\(2\*tariff\) is collinear with tariff"),
        ("value ~ tariff | exporter^importer^year", r"No observation is left .*108 singleton"),
        ("value ~ I(tariff*0) | exporter", r"I\(tariff\*0\) is 0 in every observation"),
        ("value ~ nothing | exporter", "no column 'nothing'"),
        ("log(value) ~ exporter^2", "neither a column nor a function"),
        ("value ~ tariff | exporter | x", "Fixed effects come first|endogenous"),
        ("value tariff", "no ~"),
        ("value ~ ", "no ~ between|~"),
    ],
)
def test_a_formula_that_cannot_be_estimated_is_refused_in_words(formula: str, told: str) -> None:
    with pytest.raises(BadQuestion, match=told):
        estimate(trade(), formula, "ppml", "hetero")


def test_an_outcome_below_zero_is_no_trade() -> None:
    with pytest.raises(BadSample, match="Use OLS"):
        estimate(trade().assign(value=-1.0), "value ~ tariff | exporter", vcov="hetero")


def test_a_border_dummy_that_only_marks_no_trade_is_separated_and_refused() -> None:
    frame = trade()
    embargo = (frame["exporter"] == "E1") & (frame["importer"] == "E2")
    frame = frame.assign(embargo=embargo.astype(float), value=frame["value"].where(~embargo, 0.0))
    with pytest.raises(BadSample, match="embargo is 0 in every observation that is left"):
        estimate(frame, "value ~ tariff + embargo | exporter + importer", vcov="hetero")


def test_two_hundred_degenerate_panels_leave_the_process_alive() -> None:
    line = [sys.executable, str(ROOT / "tests" / "degenerate_panels.py"), "0", "200"]
    done = subprocess.run(line, capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    counted = re.search(r"survived 200: (\d+) refused in words, (\d+) estimated", done.stdout)
    assert counted and int(counted[1]) > 50 and int(counted[2]) > 20


def test_the_engine_beneath_does_end_the_process_where_ours_refuses() -> None:
    """Why the guards exist; should a new version stop doing it, they may become lighter."""
    code = (
        "import pandas as pd, numpy as np, pyfixest as pf\n"
        "x = np.random.default_rng(1).random(4000)\n"
        "d = pd.DataFrame({'y': np.arange(1., 4001), 'x': x, 'f': np.arange(4000)})\n"
        "try:\n    pf.fepois('y ~ x | f', data=d)\nexcept BaseException:\n    pass\nprint('alive')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert "alive" not in done.stdout
    frame = pd.DataFrame({"y": np.arange(1.0, 4001), "x": np.random.default_rng(1).random(4000), "f": np.arange(4000)})
    with pytest.raises(BadSample, match="4,000 singleton"):
        estimate(frame, "y ~ x | f", vcov="hetero")


# A formula is data


@pytest.mark.parametrize(
    "attack",
    [
        "value ~ __import__('os').system('touch /tmp/owned')",
        "value ~ I(__import__('os'))",
        "value ~ exec(tariff)",
        "value ~ eval(tariff)",
        "value ~ tariff.__class__",
        "value ~ I(tariff.values)",
        "value ~ np.log(tariff)",
        "value ~ {open('x')}",
        "value ~ `tariff`",
        "value ~ I([x for x in tariff])",
        "value ~ I(lambda: 1)",
        "value ~ I(tariff := 3)",
        "value ~ tariff | exporter; import os",
        "value ~ tariff @ tariff",
        "value ~ log(tariff, out=tariff)",
        "value ~ I(tariff if tariff else 1)",
        "value ~ I('a' * 9)",
        "value ~ print(tariff)",
        "value ~ globals()",
        "value ~ I(" + "(" * 60 + "tariff" + ")" * 60 + ")",
        "value ~ " + "tariff + " * 2000 + "tariff",
        "value ~ I(9^9^9^9^9^9)",
        "value ~ Q('tariff')",
        "value ~ poly(tariff, 3)",
    ],
)
def test_a_formula_is_never_run_as_a_program(attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def caught(*_: object, **__: object) -> None:
        raise AssertionError("text of a user was evaluated")

    import builtins
    import os

    frame = trade()
    for where, name in ((builtins, "eval"), (builtins, "exec"), (os, "system")):
        monkeypatch.setattr(where, name, caught)
    with pytest.raises(BadQuestion) as refused:
        parse(attack)
        from tariffs.evidence.guards import sample

        sample(frame, parse(attack), "ols")
    assert len(str(refused.value)) > 15


@pytest.mark.parametrize("attack", ["__import__('os')", "exporter.str", "a[0]", "f'{a}'", "lambda: 0", "1 if a else 2"])
def test_a_condition_is_never_run_as_a_program(attack: str) -> None:
    with pytest.raises(BadQuestion):
        evaluate(attack, trade())


def test_expressions_do_arithmetic_by_column_and_by_group() -> None:
    frame = trade()
    assert evaluate("2 * tariff ^ 2 - 1", frame) == pytest.approx(2 * frame["tariff"] ** 2 - 1)
    assert evaluate("total(value, exporter, year)", frame) == pytest.approx(
        frame.groupby(["exporter", "year"])["value"].transform("sum")
    )
    assert list(evaluate("exporter == importer and year >= 2001", frame)) == list(
        (frame["exporter"] == frame["importer"]) & (frame["year"] >= 2001)
    )
    pairs = evaluate("where(exporter < importer, exporter + importer, importer + exporter)", frame)
    assert set(pairs[:3]) == {"E0E0"}


def test_products_dummies_and_years_are_named_as_written() -> None:
    fit = estimate(trade(), "value ~ tariff*distance + i(year, tariff, ref=2000) + C(year)", "ols", "hetero")
    assert list(fit.params.index) == [
        "(intercept)", "tariff", "distance", "tariff:distance", "year::2001:tariff", "year::2002:tariff",
        "year::2001", "year::2002",
    ]  # fmt: skip


# What an estimate is


def test_an_estimate_has_the_names_that_statsmodels_has() -> None:
    fit = estimate(trade(), "value ~ log(1 + tariff) | exporter + importer", vcov="hetero")
    ends = fit.conf_int(0.10)
    assert ends.loc["log(1 + tariff)", "low"] == pytest.approx(fit.params.iloc[0] - 1.6448536 * fit.bse.iloc[0])
    assert (fit.bse**2).iloc[0] == pytest.approx(fit.vcov.iloc[0, 0])
    assert fit.converged and fit.nobs == 108 and 0 < fit.statistics["pseudo_r2"] < 1
    for text in (fit.summary(), fit._repr_html_(), fit.to_csv(), fit.to_latex()):
        assert "108" in text and "tariff" in text
    assert list(fit.to_frame().columns) == ["term", "estimate", "se", "t", "p", "low", "high"]


def test_files_say_the_same_in_four_kinds_and_keep_formulas_from_spreadsheets(tmp_path: Path) -> None:
    fit = regress("agtpa-ch2-border-2006")
    made = to_folder(fit, tmp_path / "new", "border")
    assert [p.suffix for p in made] == [".csv", ".tex", ".html", ".json"]
    told = json.loads(made[3].read_text(encoding="utf-8"))
    rows = list(csv.DictReader(io.StringIO(made[0].read_text(encoding="utf-8"))))
    by_csv = {r["name"]: float(r["estimate"]) for r in rows if r["part"] == "coefficient"}
    by_json = {r["term"]: r["estimate"] for r in told["coefficients"]}
    assert by_csv == pytest.approx(by_json)
    assert told["stamp"]["digest"] and told["stamp"]["versions"]["pyfixest"] and told["dropped"]["separated"] == 0
    assert all(row["pass"] for row in told["expected"])
    assert r"log(dist)" in made[1].read_text(encoding="utf-8")
    evil = estimate(trade().rename(columns={"tariff": "cmd"}), "value ~ cmd", "ols", "hetero")
    assert not any(cell[:1] in "=+@" and cell for row in csv.reader(io.StringIO(as_csv(evil))) for cell in row[:2])
    assert as_latex((fit, evil)).count("&") > 10


def test_few_clusters_are_a_warning_not_a_print(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.warns(FewClusters, match="Only 6 clusters"):
        estimate(trade(), "value ~ tariff | importer", cluster="exporter")
    assert capsys.readouterr() == ("", "")


def test_a_form_that_leaves_out_a_square_fails_reset_and_the_right_one_does_not() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=3000)
    frame = pd.DataFrame(
        {"x": x, "y": rng.poisson(np.exp(0.5 * x + 0.3 * x**2)).astype(float), "g": np.arange(3000) % 5}
    )
    wrong = reset(frame, "y ~ x | g", vcov="hetero")
    right = reset(frame, "y ~ x + I(x^2) | g", vcov="hetero")
    assert wrong.p is not None and right.p is not None
    assert wrong.p < 0.001 and right.p > 0.01


# Named estimates


def test_every_named_estimate_rests_on_a_source_on_record() -> None:
    held = Library.open().sources
    assert len(names()) >= 17
    for one in everything():
        assert one.source in held, one.name
        assert one.title and one.purpose


def estimated_without_a_command(rows: list[dict[str, str]]) -> list[str]:
    """Rows of elasticities marked ``estimated`` that no named estimate carries."""
    carried = {one.use.carries for one in everything() if one.use}
    return [row["key"] for row in rows if row["status"] == "estimated" and row["key"] not in carried]


def test_nothing_is_marked_estimated_without_a_command_that_reproduces_it() -> None:
    rows = list(Library.open().table("elasticities"))
    assert estimated_without_a_command(rows) == []
    assert estimated_without_a_command([*rows, {"key": "el-made-up", "status": "estimated"}]) == ["el-made-up"]
    assert any(row["status"] == "estimated" for row in rows)


@pytest.mark.parametrize("one", [n for n in everything() if n.use and n.use.carries], ids=lambda n: n.name)
def test_an_estimate_on_record_is_what_its_command_gives(one) -> None:  # type: ignore[no-untyped-def]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        fit = regress(one.name)
    row = Library.open().elasticities.rows[one.use.carries]
    ours = one.use.scale * float(fit.params[one.use.term])
    assert row.value.central == pytest.approx(ours, rel=0.005)


def test_an_unknown_estimate_and_a_broken_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(BadQuestion, match="Nearest: agtpa-ch1-app1-ppml"):
        named("agtpa-ch1-app1-pml")
    (tmp_path / "regressions").mkdir()
    (tmp_path / "regressions" / "odd.toml").write_text(
        'title = "x"\nfor = "y"\nkind = "python:os.system"\nsource = "z"\n'
    )
    with pytest.raises(BadData, match="Name a function of the evidence room"):
        named("odd", tmp_path)


def test_a_changed_estimate_is_not_held_to_the_published_numbers() -> None:
    fit = regress("agtpa-ch2-border-2006", factor="none")
    assert fit.checks == () and "(changed)" in fit.title
    assert regress("agtpa-ch2-border-2006").checks


def test_what_is_copied_asks_for_the_same_estimate() -> None:
    spec = least(
        Spec(**{**{f: getattr(of(named("agtpa-ch2-border-2006")), f) for f in Spec.__slots__}, "factor": "none"})
    )
    held: dict[str, Fit] = {}
    exec(spec.python(), held)  # noqa: S102 - the snippet a user copies must run as it stands
    assert held["fit"].factor == 1.0
    assert spec.shell() == "python -m tariffs regress agtpa-ch2-border-2006 --factor none"
    assert least(of(named("agtpa-ch2-border-2006"))) == Spec("agtpa-ch2-border-2006")


# Carrying over


def test_an_estimate_goes_into_the_scenario_with_its_error_and_shows_everywhere() -> None:
    fit = estimate(trade(n=12, years=6), "value ~ log(1 + tariff) | exporter + importer", vcov="hetero")
    text = belief(fit, None, "elasticities.el-tur-origins.value", "log(1 + tariff)", -1.0)
    mean, error = -float(fit.params.iloc[0]), float(fit.bse.iloc[0])
    drawn = re.fullmatch(r"elasticities\.el-tur-origins\.value=normal\(([\d.]+); ([\d.]+)\)", text)
    assert (
        drawn and float(drawn[1]) == pytest.approx(mean, rel=1e-3) and float(drawn[2]) == pytest.approx(error, rel=1e-2)
    )
    question = Question("province_proposal", draws=256).with_belief(*text.split("=", 1))
    assert from_query(question.query(), lambda q: None).question == question
    study = run(question, Library.open())
    row = next(f for f in study.used if f.key == "elasticities.el-tur-origins.value")
    assert (row.source, str(row.status), row.distribution) == ("user", "assumed", text.split("=")[1])
    values = study.before.result.market  # drawn, and each draw of the right sign
    assert values is not None
    told = json.dumps(study.to_dict())
    assert text in told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("normal(5.56; 2.22)", "would draw both signs"),
        ("normal(5; 0)", "write normal"),
        ("normal(ln 5; 1)", "write normal"),
        ("-normal(5; 1)", "write normal"),
        ("lognormal(5; 1)", "write normal"),
        ("lognormal(ln 5; 3)", "says nothing about the size"),
        ("normal(1e9; 2)", "not a number"),
    ],
)
def test_an_error_that_makes_no_sense_is_refused(value: str, told: str) -> None:
    with pytest.raises(BadLever, match=told):
        parse_edit(f"elasticities.el-tur-origins.value={value}")


def test_only_an_elasticity_takes_a_standard_error() -> None:
    with pytest.raises(BadLever, match="are for elasticities"):
        parse_edit("freight.fr-tabriz-geo.usd_per_t=normal(50; 2)")


def test_a_weak_estimate_is_drawn_without_ever_changing_its_sign() -> None:
    edit = parse_edit("elasticities.el-irq-import-demand.value=-lognormal(ln 2.05; 0.24)")
    assert (edit.central, edit.distribution) == (-2.05, "lognormal(ln 2.05; 0.24)")
    assert edit.low is not None and edit.high is not None and edit.low < -2.05 < edit.high < 0
    question = Question("province_proposal", draws=64).with_belief(
        "elasticities.el-tur-demand.value", "-lognormal(ln 0.3; 0.5)"
    )
    assert run(question, Library.open()).answer()


def test_an_estimate_of_one_thing_is_not_used_for_another() -> None:
    fit = regress("agtpa-ch1-ex2-tariff")
    with pytest.raises(BadQuestion, match="says nothing about el-tur-label"):
        belief(fit, named("agtpa-ch1-ex2-tariff"), "el-tur-label")
    text = belief(fit, named("agtpa-ch1-ex2-tariff"), "el-tur-origins")
    assert text == "elasticities.el-tur-origins.value=normal(7.604; 0.5164)"
