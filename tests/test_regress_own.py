"""Your own flows: the elasticity that made the data comes back, its interval covers it, and draws are repeatable."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tariffs.errors import BadQuestion
from tariffs.evidence import demand, feenstra, regress, tables
from tariffs.evidence.gravity import PAIR, trade_elasticity, with_log_tariff
from tariffs.evidence.guards import BadSample
from tariffs.evidence.resample import bootstrap
from tariffs.evidence.spec import Spec
from tariffs.progress import Stopped
from tests.test_evidence_demand import long, market
from tests.test_evidence_feenstra import trade

FORMULA = "value ~ ln_tariff | exporter^year + importer^year + exporter^importer"


def world(seed: int, sigma: float = 5.0, n: int = 12, years: int = 5) -> pd.DataFrame:
    """A panel as BACI or Comtrade give it, own sales added, made with a known elasticity of substitution."""
    rng = np.random.default_rng(seed)
    e, i, y = (x.ravel() for x in np.meshgrid(range(n), range(n), range(years), indexing="ij"))
    tariff = np.where(e == i, 0.0, rng.choice([0.0, 0.02, 0.05, 0.1, 0.2], len(e)))
    mean = 4 + rng.normal(0, 0.5, (n, years))[e, y] + rng.normal(0, 0.5, (n, years))[i, y]
    mean = np.exp(mean + rng.normal(0, 0.7, (n, n))[e, i] - sigma * np.log1p(tariff))
    value = rng.poisson(mean * rng.gamma(4, 0.25, len(e))).astype(float)  # more spread than a Poisson
    return pd.DataFrame({"year": 2000 + y, "exporter": e, "importer": i, "value": value, "tariff": tariff})


def test_the_interval_holds_the_elasticity_that_made_the_data_as_often_as_it_says() -> None:
    found = [trade_elasticity(world(seed)).statistics for seed in range(60)]
    covered = np.mean([f["sigma_low"] <= 5.0 <= f["sigma_high"] for f in found])
    # 95 % of 60 worlds: 0.95 with a binomial spread of 0.028; three of those below is 0.866.
    assert covered >= 0.865
    sigma = np.array([f["sigma"] for f in found])
    assert abs(sigma.mean() - 5.0) < 3 * sigma.std() / np.sqrt(len(sigma)) + 0.1
    # Stata's rule, by contrast, covers too rarely in a panel as short as this one.
    short = [trade_elasticity(world(seed), factor="stata-ml").statistics for seed in range(60)]
    assert np.mean([f["sigma_low"] <= 5.0 <= f["sigma_high"] for f in short]) < covered


def test_a_tariff_without_origins_needs_own_sales() -> None:
    panel = world(1)
    by_importer = np.random.default_rng(2).choice([0.0, 0.05, 0.1, 0.2], (12, 5))
    mfn = panel.assign(tariff=by_importer[panel["importer"], panel["year"] - 2000])
    with_own = mfn.assign(tariff=mfn["tariff"].where(mfn["exporter"] != mfn["importer"], 0.0))
    assert trade_elasticity(with_own).nobs == len(panel)
    with pytest.raises(BadSample, match="ln_tariff does not vary inside the fixed effects"):
        trade_elasticity(mfn[mfn["exporter"] != mfn["importer"]])


def test_a_panel_says_what_it_lacks() -> None:
    with pytest.raises(BadQuestion, match="no column 'tariff'"):
        trade_elasticity(world(1).drop(columns="tariff"))
    with pytest.raises(BadQuestion, match="look like per cent"):
        trade_elasticity(world(1).assign(tariff=lambda f: f["tariff"] * 100))
    with pytest.raises(BadQuestion, match="holds text"):
        trade_elasticity(world(1).assign(tariff="five"))


def test_a_bootstrap_of_pairs_is_the_same_however_many_share_it_and_says_how_far_it_is() -> None:
    frame = with_log_tariff(world(1, n=7, years=4))
    told: list[tuple[int, int]] = []
    alone = bootstrap(frame, FORMULA, cluster=PAIR, draws=24, seed=7, progress=lambda done, of: told.append((done, of)))
    shared = bootstrap(frame, FORMULA, cluster=PAIR, draws=24, seed=7, jobs=2)
    other = bootstrap(frame, FORMULA, cluster=PAIR, draws=24, seed=8)
    # Threads of the engine add up in another order: equal to nine digits, not to the last bit.
    assert shared.bse.iloc[0] == pytest.approx(alone.bse.iloc[0], rel=1e-6)
    assert list(shared.intervals["ln_tariff"]) == pytest.approx(list(alone.intervals["ln_tariff"]), rel=1e-6)
    assert abs(other.bse.iloc[0] - alone.bse.iloc[0]) > 1e-4
    assert told[-1] == (24, 24) and [d for d, _ in told] == sorted(d for d, _ in told)
    assert alone.statistics["replications"] + alone.statistics["replications_failed"] == 24
    assert alone.stamp.seed == 7


def test_a_bootstrap_can_be_stopped() -> None:
    def stop(done: int, of: int) -> None:
        raise Stopped("enough")

    with pytest.raises(Stopped):
        bootstrap(with_log_tariff(world(1, n=7, years=3)), FORMULA, cluster=PAIR, draws=40, progress=stop)


def test_the_bootstrap_and_the_sandwich_agree_where_clusters_are_many() -> None:
    frame = with_log_tariff(world(3, n=12, years=3)).assign(pair=lambda f: f["exporter"] * 100 + f["importer"])
    formula = "value ~ ln_tariff | exporter + importer"
    from tariffs.evidence.estimate import estimate

    sandwich = estimate(frame, formula, "ppml", "cluster", "pair", "stata-ml")
    drawn = bootstrap(frame, formula, cluster="pair", draws=120)
    assert drawn.bse.iloc[0] == pytest.approx(sandwich.bse.iloc[0], rel=0.25)


# Estimators that read a panel by its columns


def test_your_panel_runs_under_every_estimator_without_a_formula_by_the_same_door() -> None:
    rng = np.random.default_rng(1)
    flows, suppliers, panel = trade(4.0, 0.3, rng), long(market(rng, noise=0.005)), world(1)
    by_door = regress(data=flows, estimator="feenstra", options={"draws": "60"}, seed=2)
    assert by_door.params["sigma"] == feenstra.estimate(flows, draws=60, seed=2).sigma
    assert by_door.stamp.seed == 2 and by_door.stamp.digest and by_door.title
    system = regress(data=suppliers, estimator="aids", options={"index": "tornqvist", "free": "yes"})
    theirs = demand.estimate(demand.from_long(suppliers, "year", "exporter"), "tornqvist", restrictions=())
    assert list(system.params) == pytest.approx(list(theirs.coefficients))
    assert {"Marshallian", "Hicksian, standard errors", "Tests"} <= set(system.tables)
    tariffs = regress(data=panel, estimator="tariffs", options={"effects": "exporter^year + importer^year"})
    assert list(tariffs.params) == list(trade_elasticity(panel, ("exporter^year", "importer^year")).params)
    for fit in (by_door, system, tariffs):
        assert fit.to_csv() and fit.to_latex() and fit._repr_html_() and fit.to_dict()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"estimator": "aids"}, "needs a table of your own: --data with the columns year, exporter, value, quantity"),
        ({"data": world(1), "estimator": "aids", "formula": "value ~ tariff"}, "takes no --formula"),
        ({"data": world(1), "estimator": "aids", "options": {"fisher": "1"}}, "There is no option 'fisher'"),
        ({"data": world(1), "estimator": "feenstra", "options": {"draws": "many"}}, "draws is a number"),
        ({"data": world(1), "estimator": "aids", "options": {"free": "perhaps"}}, "free is yes or no"),
        ({"data": world(1), "formula": "value ~ tariff", "options": {"draws": "9"}}, "Options are for estimates"),
        ({"name": "us-food-stone", "estimator": "aids"}, "leave the name out"),
        ({"name": "us-food-stone", "bootstrap": 99}, "A bootstrap needs an estimate with a formula"),
        ({"name": "exchange-wedge", "data": world(1)}, "takes neither data nor a formula"),
    ],
)
def test_what_such_an_estimator_cannot_take_is_told(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(BadQuestion, match=told):
        regress(**asked)


def test_a_named_system_takes_other_options_and_is_then_held_to_nothing() -> None:
    one, other = regress("us-food-stone"), regress("us-food-stone", options={"index": "tornqvist"})
    assert one.checks and one.correct and other.checks == () and "tornqvist" in other.estimator
    shares = regress("us-food-stone", data=tables.bundled("panels/us_food_1947_1978.csv")[0])
    assert list(shares.params) == pytest.approx(list(one.params))


def test_a_bootstrap_of_a_named_estimate_leaves_its_coefficients_and_draws_its_errors() -> None:
    plain = regress("agtpa-ch2-border-2006")
    drawn = regress("agtpa-ch2-border-2006", bootstrap=20, seed=5)
    assert list(drawn.params) == pytest.approx(list(plain.params))
    assert drawn.errors.startswith("bootstrap of rows, 20 replications") and drawn.stamp.seed == 5
    # Sixty-nine own sales carry this sample: a sample without some of them is another one.
    assert (drawn.bse > plain.bse).all() and (drawn.bse < 4 * plain.bse).all()
    assert drawn.checks == ()  # the published errors were made otherwise
    with pytest.raises(BadQuestion, match="20 to 100,000"):
        regress("agtpa-ch2-border-2006", bootstrap=3)
    with pytest.raises(BadQuestion, match="one kind of cluster"):
        regress("agtpa-ch2-border-2006", bootstrap=40, cluster="exporter + importer")


def test_what_is_copied_says_options_and_replications_too() -> None:
    spec = Spec(file="flows.csv", estimator="aids", options=(("index", "paasche"), ("free", "yes")))
    assert spec.shell().endswith("--data flows.csv --estimator aids --option index=paasche --option free=yes")
    assert "options={'index': 'paasche', 'free': 'yes'}" in spec.python()
    drawn = Spec("agtpa-ch2-border-2006", bootstrap=199, seed=4)
    assert drawn.shell().endswith("regress agtpa-ch2-border-2006 --bootstrap 199 --seed 4")
    assert "bootstrap=199" in drawn.python()
