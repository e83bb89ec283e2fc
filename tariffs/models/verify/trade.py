"""What GSIM and Armington say to the inputs of a worked example, under the names such examples use."""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from tariffs.market.market import Lane, Market, Shock
from tariffs.models import armington, gsim
from tariffs.models.verify.reading import Example
from tariffs.sources import Array

Answers: TypeAlias = Mapping[str, Array]  # by key of expected

TRADE = "trade_at_world_prices"
ROWS, COLUMNS = "_rows_exporter_cols_importer", "_rows_importer_cols_exporter"


# GSIM


def of_gsim(example: Example) -> Answers:
    """Every output of GSIM's own form; consumer surplus and welfare as published, and with the sign mended."""
    trade = _by_exporter(example, TRADE)
    if trade.ndim != 2 or not trade.size:
        found = f"numbers nested {trade.ndim} deep"
        example.refuse(f"inputs.{TRADE}", found, "a table, a row for each exporter", "Nest the lists twice.")
    n, m = trade.shape
    for key, size in (("regions", n), ("exporters", n), ("importers", m)):
        if example.held(key) and len(example.names(key)) != size:
            found = f"{len(example.names(key))} names for {n} x {m} flows"
            example.refuse(f"inputs.{key}", found, f"{size} names", "Give every region its row and column of trade.")
    if (trade < 0).any():
        example.refuse(f"inputs.{TRADE}", f"{trade.min():g}", "nothing below zero", "Trade is what is sold.")
    before, after = _power(example, "initial", (n, m)), _power(example, "final", (n, m))
    elasticities = (
        example.numbers("import_demand_elasticity", shape=(m,)),
        example.numbers("export_supply_elasticity", shape=(n,)),
        example.numbers("substitution_elasticity", shape=(m,)),
    )
    ours, printed = (gsim.simulate(trade, before, after, *elasticities, published=p) for p in (False, True))
    if not ours.closed:
        example.refuse("inputs", "a market that GSIM cannot clear", "one with a single answer", ours.reason)
    answers = {
        "published_price_changes": ours.world_price,
        "world_price_change_by_exporter": ours.world_price,
        "consumer_price_change": ours.consumer_price,
        "composite_import_price_change_by_importer": ours.composite_price,
        "producer_surplus_change": ours.producers,
        "consumer_surplus_change": printed.consumers,
        "consumer_surplus_change_corrected": ours.consumers,
        "tariff_revenue_change": ours.revenue,
        "export_output_change": ours.output,
        "bilateral_quantity_change_proportional": ours.quantity,
        "new_trade_at_world_prices": ours.trade,
    }
    if n == m:
        answers |= {"net_welfare_change": printed.welfare, "net_welfare_change_corrected": ours.welfare}
    if example.held(TRADE + COLUMNS):
        tables = ("consumer_price_change", "bilateral_quantity_change_proportional", "new_trade_at_world_prices")
        answers |= {key: answers[key].T for key in tables}
    return answers


def _by_exporter(example: Example, *stems: str, shape: tuple[int, ...] | None = None) -> Array:
    """A table with exporters in rows, whichever way the file has it."""
    turned = example.held(*(stem + COLUMNS for stem in stems))
    if turned:
        return example.numbers(turned, shape=None if shape is None else shape[::-1], spread=False).T
    return example.numbers(*(stem + ROWS for stem in stems), *stems, shape=shape, spread=False)


def _power(example: Example, when: str, shape: tuple[int, int]) -> Array:
    """Powers of the tariffs, from powers or from rates."""
    power, rate = f"{when}_power_of_tariff", f"{when}_tariff"
    as_rates = example.held(*(rate + end for end in (ROWS, COLUMNS, ""))) is not None
    table = 1.0 + _by_exporter(example, rate, shape=shape) if as_rates else _by_exporter(example, power, shape=shape)
    if (table <= 0).any():
        remedy = "A power is 1 + rate, and a rate is a fraction, as in 0.1."
        example.refuse(f"inputs.{rate if as_rates else power}", f"a power of {table.min():g}", "above zero", remedy)
    return table


# Armington


def of_armington(example: Example) -> Answers:
    """Prices, quantities and the index of one market with one elasticity between all its sources."""
    sources = example.names("sources")
    size = (len(sources),)
    value_key = example.key("initial_value", "initial_value_at_producer_prices")
    value = example.numbers(value_key, shape=size, spread=False)
    ratio_key = example.key("new_tariff", "tariff_power_ratio_new_over_old")
    # Shares with the tariff in them and a ratio of powers say all; otherwise a tariff that is missing is not zero.
    enough = value_key == "initial_value" and ratio_key != "new_tariff" and not example.held("initial_tariff")
    before = np.ones(size) if enough else 1.0 + example.numbers("initial_tariff", shape=size)
    if (before <= 0).any():
        example.refuse("inputs.initial_tariff", "a rate of -1 or less", "above -1", "A rate is a fraction, as in 0.1.")
    at_producers = value if value_key.endswith("producer_prices") else value / before
    given = example.numbers(ratio_key, shape=size, spread=False)
    power = given if ratio_key.startswith("tariff_power") else (1.0 + given) / before
    sigma = np.array([example.number("sigma")])
    demand = example.number("total_demand_elasticity")
    supply = example.numbers("supply_elasticity", shape=size)
    signs = ((value_key, value), (ratio_key, power), ("supply_elasticity", supply), ("sigma", sigma))
    for key, numbers in signs:
        if (numbers <= 0).any():
            found = f"{numbers.min():g}" if key != "new_tariff" else "a rate of -1 or less"
            example.refuse(f"inputs.{key}", found, "positive numbers", "A rate is a fraction, as in 0.1.")
    # With one elasticity the three nests are one; spending at landed prices gives the shares.
    market = Market(
        producers=sources,
        importers=(" ",),
        lanes=tuple(Lane(s, s, " ") for s in sources),
        tonnes=at_producers,
        net_back=np.ones(size),
        A=before,
        B=np.zeros(size),
        supply=supply,
        demand=np.array([demand]),
        sigma_label=sigma,
        sigma_import=sigma,
        sigma_home=sigma,
    )
    result = armington.solve(market, Shock(before * power, np.zeros(size), np.zeros(size, dtype=bool)))
    if not result.closed:
        example.refuse("inputs", "a market that does not clear", "one that does", result.reason)
    index, quantity = result.price_index[0], result.tonnes / at_producers
    return {
        "consumer_price_ratio": result.landed / before,
        "producer_price_ratio": result.net_back,
        "quantity_ratio": quantity,
        "price_index_ratio": index,
        "aggregate_quantity_ratio": index**demand,
        "expenditure_ratio": index ** (1.0 + demand),
    }
