"""Indicators of competitiveness against a printed example."""

import json
from pathlib import Path

import numpy as np

from tariffs.evidence import indicators

HERE = Path(__file__).parent / "reference"


def test_brazil_sells_soybeans_22_times_as_much_as_the_world_does() -> None:
    read = json.loads((HERE / "rca_brazil_soybeans_2010.json").read_text(encoding="utf-8"))
    given = read["inputs"]
    soy, total = given["country_product_exports_bn"], given["country_total_exports_bn"]
    # The example prints only the world's share of soy: any world of that share will do, Brazil inside it.
    world = 15_000.0
    rest_soy = given["product_share_of_world_trade"] * world - soy
    exports = np.array([[soy, total - soy], [rest_soy, world - total - rest_soy]])
    ours = indicators.balassa(exports)[0, 0]
    assert abs(ours - read["expected"]["rca_rounded"]) <= read["tolerance"]["abs"]
