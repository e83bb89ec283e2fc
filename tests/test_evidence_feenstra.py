"""The elasticity between origins on simulated trade, whose truth is known: bias, and how often intervals hold it."""

import numpy as np
import pandas as pd
import pytest

from tariffs.evidence import feenstra
from tariffs.evidence.panels import BadPanel

ORIGINS, YEARS = 21, 21


def trade(sigma: float, inverse_supply: float, rng: np.random.Generator, origins: int = ORIGINS) -> pd.DataFrame:
    """One importer's purchases from origins that differ in how restless their demand and supply are.

    Demand in shares: ln s = -(σ - 1) ln p + e; supply: ln p = ω / (1 + ω) ln s + d, both random walks.
    """
    noise = np.exp(rng.normal(0.0, 0.6, (2, origins, 1))) * np.array([0.3, 0.1])[:, None, None]
    taste, cost = np.cumsum(rng.normal(size=(2, origins, YEARS)) * noise, axis=-1)
    slope = inverse_supply / (1.0 + inverse_supply)
    price = (slope * taste + cost) / (1.0 + slope * (sigma - 1.0))
    value = np.exp(-(sigma - 1.0) * price + taste)
    rows = [
        {"importer": "TUR", "exporter": f"E{v:02d}", "year": 2000 + t, "value": value[v, t],
         "quantity": value[v, t] / np.exp(price[v, t])}
        for v in range(origins)
        for t in range(YEARS)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module", params=[(4.0, 0.3), (9.78, 0.1)], ids=["sigma 4", "sigma 9.78"])
def replications(request: pytest.FixtureRequest) -> tuple[float, list[feenstra.Substitution]]:
    rng = np.random.default_rng(271320)
    truth, supply = request.param
    return truth, [feenstra.estimate(trade(truth, supply, rng), draws=200, seed=n) for n in range(200)]


def test_the_middle_of_many_samples_is_the_truth_and_nearer_than_two_stage_least_squares(replications) -> None:  # type: ignore[no-untyped-def]
    truth, found = replications
    limited = np.median([f.sigma for f in found if f.admissible])
    staged = np.nanmedian([f.two_stage for f in found])
    assert abs(limited / truth - 1.0) < 0.05  # about three sampling errors of the median itself
    assert abs(limited - truth) < abs(staged - truth)
    assert np.mean([f.admissible for f in found]) > 0.75


def test_nine_in_ten_intervals_hold_the_truth(replications) -> None:  # type: ignore[no-untyped-def]
    truth, found = replications
    held = np.mean([f.low <= truth <= f.high for f in found])
    # 200 replications of a 90 % interval: the sampling error of the share itself is 2 points.
    assert 0.84 <= held <= 0.97
    assert np.median([f.high - f.low for f in found if f.bounded]) < 2.0 * truth  # and they say something


def test_units_of_weight_and_money_do_not_matter() -> None:
    sample = trade(4.0, 0.3, np.random.default_rng(1))
    scale = sample["exporter"].map({name: 1.0 + n for n, name in enumerate(sample["exporter"].unique())})
    other = sample.assign(quantity=sample["quantity"] * scale, value=sample["value"] * 1e6)
    one, two = feenstra.estimate(sample, draws=50), feenstra.estimate(other, reference="E03", draws=50)
    same = feenstra.estimate(other, reference=one.reference["TUR"], draws=50)
    assert same.sigma == pytest.approx(one.sigma, rel=1e-8)
    assert same.high == pytest.approx(one.high, rel=1e-8)
    assert two.reference == {"TUR": "E03"}


def test_the_structure_comes_back_from_its_own_coefficients() -> None:
    for sigma, omega in ((1.5, 0.2), (4.0, 0.3), (9.78, 0.1), (28.13, 2.0)):
        rho = omega * (sigma - 1.0) / (1.0 + omega * sigma)
        theta = np.array([rho / ((sigma - 1) ** 2 * (1 - rho)), (2 * rho - 1) / ((sigma - 1) * (1 - rho))])
        back = feenstra.structural(theta)
        assert (float(back[0]), float(back[1])) == pytest.approx((sigma, rho), rel=1e-9)


def test_gaps_are_no_changes_and_a_late_origin_is_counted_out() -> None:
    sample = trade(4.0, 0.3, np.random.default_rng(2))
    late = sample[~((sample["exporter"] == "E05") & (sample["year"] < 2018))]
    gap = late[~((late["exporter"] == "E06") & (late["year"] == 2010))]
    found = feenstra.estimate(gap, reference="E00", draws=20)
    assert found.dropped == {"too few years": 1}  # E05 has two changes
    assert found.varieties == ORIGINS - 2
    assert found.observations == (ORIGINS - 2) * (YEARS - 1) - 2  # a gap of one year takes two changes


def test_where_no_elasticity_fits_the_edge_is_given_and_said_to_be_an_edge() -> None:
    rng = np.random.default_rng(3)
    found = [feenstra.estimate(trade(9.78, 0.1, rng, origins=6), draws=20, seed=n) for n in range(20)]
    edges = [f for f in found if not f.admissible]
    assert edges, "with six origins some samples must fail"
    assert all(1.0 < f.sigma <= 131.1 and 0.0 <= f.rho < 1.0 for f in edges)
    assert any(not f.bounded for f in edges)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: f.drop(columns="quantity"), "missing: quantity"),
        (lambda f: f.assign(value=0.0), "a number above zero is needed"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "more than once"),
        (lambda f: f[f["exporter"].isin(["E00", "E01", "E02"])], "4 are needed"),
        (lambda f: f.iloc[:0], "no rows"),
    ],
)
def test_a_table_that_cannot_carry_the_estimate_is_refused_with_the_remedy(spoil, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadPanel, match=says):
        feenstra.estimate(spoil(trade(4.0, 0.3, np.random.default_rng(4))))


def test_an_unknown_reference_is_refused() -> None:
    with pytest.raises(BadPanel, match="does not sell to TUR"):
        feenstra.estimate(trade(4.0, 0.3, np.random.default_rng(4)), reference="IRN")
