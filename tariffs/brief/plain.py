"""A study as plain values for JSON: the field names of the frames, each figure with its range and standing."""

from collections import Counter
from typing import Any

import numpy as np

from tariffs import __version__
from tariffs.barriers import curve_over_duty, relabelled, what_holds_back
from tariffs.barriers.labels import RATES
from tariffs.brief import holding, own_files, relabelling, tables
from tariffs.errors import BadQuestion
from tariffs.law.schedule import Applied, Treatment
from tariffs.market.market import Market
from tariffs.models import welfare
from tariffs.scenario import LEVERS
from tariffs.scenario.levers import Ground
from tariffs.store import Library
from tariffs.study import Question, Study
from tariffs.study.figures import Key
from tariffs.study.ladder import Ladder
from tariffs.study.sides import NO_SCENARIO, all_figures, policy_after
from tariffs.uncertainty import Estimate
from tariffs.words import Words, terms


def study(asked: Study, detail: bool = False) -> dict[str, Any]:
    """The answer; with ``detail`` also what an outsider needs to solve the market again."""
    answer: dict[str, Any] = {
        "answer": asked.answer(),
        "scenario": _scenario(asked),
        "exporter": {"producer": asked.exporter, **_at(asked, asked.exporter)},
        "markets": [
            {
                "importer": importer,
                **_at(asked, importer),
                "relabelling": {
                    **relabelling.plain(relabelled(asked, importer)),
                    "over_duty": _over_duty(asked, importer),
                },
                "barriers": _barriers(asked, importer),
            }
            for importer in asked.importers
        ],
        "routes": [_no_nan(row) for row in tables.routes(asked).to_dict("records")],
        "share_closed": asked.share_closed,
        "residual": float(max(asked.before.result.residual[0], asked.after.result.residual[0])),
        "unbalanced": asked.unbalanced,
        "coverage": _coverage(asked),
        "sources": [source.id for source in asked.sources],
        "stamp": asked.stamp,
    }
    if (files := own_files.plain(asked)) is not None:
        answer["own_files"] = files
    if detail:
        answer["detail"] = _detail(asked)
    return answer


def estimate(value: Estimate) -> dict[str, Any]:
    """One figure as the interface promises it."""
    return {
        "central": value.central,
        "low": value.low,
        "high": value.high,
        "median": value.median,
        "lower_quartile": value.lower_quartile,
        "upper_quartile": value.upper_quartile,
        "share_positive": value.positive,
        "share_negative": value.negative,
        "share_counted": value.counted,
        "status": str(value.status),
        "sources": list(value.sources),
    }


def _at(asked: Study, place: str) -> dict[str, Any]:
    names = dict.fromkeys(key.name for key in asked.figures if key.place == place)
    return {
        name: {
            when: estimate(asked.figures[Key(name, place, when)])
            for when in ("before", "after", "change")
            if Key(name, place, when) in asked.figures
        }
        for name in names
    }


def _barriers(asked: Study, importer: str) -> dict[str, Any]:
    """What holds the trade back at the central values, or why it cannot be told; `barriers --json` has the ranges."""
    try:
        return holding.central(what_holds_back(asked, importer, draws=0))
    except BadQuestion as reason:
        return {"reason": str(reason)}


def _over_duty(asked: Study, importer: str) -> list[dict[str, Any]]:
    """Labels as the duty on the own one moves, at the central values; none where no duty can move."""
    try:
        return relabelling.central_curve(curve_over_duty(asked, importer, RATES[::4], draws=0))
    except BadQuestion:
        return []


def _scenario(asked: Study) -> dict[str, Any]:
    return {
        "name": asked.scenario.name,
        "title": asked.scenario.title,
        "on": asked.after.on.isoformat(),
        "compared_with": asked.compared.name,
        "compared_on": asked.before.on.isoformat(),
        "status": asked.scenario.status,
        "source": asked.scenario.source,
        "not_in_force": list(asked.idle),
        "set": list(asked.question.sets),
        "assume": list(asked.question.beliefs),
        "correlate": list(asked.question.correlate),
    }


def _coverage(asked: Study) -> dict[str, Any]:
    coverage = asked.world.baseline.coverage
    return {
        "tonnes_by_status": dict(coverage.tonnes_by_status),
        "no_duty_on_record": list(asked.no_duty_on_record),
        "no_freight_on_record": list(coverage.no_freight),
    }


def _detail(asked: Study) -> dict[str, Any]:
    """The equilibrium at the central values: the world before, and the two numbers per route after."""
    result = asked.after.result
    market = result.market
    gains, by_hand = welfare.surplus_by_market(result), welfare.by_rule_of_half(result)
    routes = []
    for number, lane in enumerate(market.lanes):
        routes.append(
            {
                "producer": lane.producer,
                "label": lane.label,
                "importer": lane.importer,
                "home": lane.home,
                "tonnes": _first(market.tonnes, number),
                "A_before": _first(market.A, number),
                "B_before": _first(market.B, number),
                "A_after": _first(result.shock.A, number),
                "B_after": _first(result.shock.B, number),
                "prohibited": bool(result.shock.closed[number]),
                "landed_before": _first(market.landed, number),
                "landed_after": None if result.shock.closed[number] else _first(result.landed, number),
                "tonnes_after": _first(result.tonnes, number),
            }
        )
    producers = {
        name: {
            "net_back_usd_per_t": _first(market.net_back, number),
            "supply_elasticity": _first(market.supply, number),
            "net_back_after": _first(result.net_back, number),
            "capacity_tonnes": _limit(market, number),
            "willing_tonnes": _first(market.willing, number),
        }
        for number, name in enumerate(market.producers)
    }
    markets = {
        name: _no_nan(
            {
                "demand_elasticity": _first(market.demand, number),
                "sigma_home": _first(market.sigma_home, number),
                "sigma_import": _first(market.sigma_import, number),
                "sigma_label": _first(market.sigma_label, number),
                "buyers_gain_usd": _first(gains, number),
                "buyers_gain_by_rule_of_half_usd": _first(by_hand, number),
            }
        )
        for number, name in enumerate(market.importers)
    }
    return {"producers": producers, "markets": markets, "routes": routes, "residual": float(result.residual[0])}


def _first(values: Any, number: int) -> float:
    return float(np.atleast_2d(values)[0, number])


def _limit(market: Market, number: int) -> float | None:
    limit = _first(market.limit, number)
    return limit if np.isfinite(limit) else None


def _no_nan(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(k): None if isinstance(v, float) and np.isnan(v) else v for k, v in row.items()}


def ladder(climbed: Ladder, library: Library, asked: Question, way: str = "") -> dict[str, Any]:
    """One route's ladder for JSON; ``way`` are the options that name the route in a shell line."""
    route, stack = climbed.route, climbed.stack
    frame = tables.stack_frame(stack, float(np.atleast_1d(climbed.net_back)[0]))
    rungs = [_no_nan(row) for row in frame.to_dict("records")]
    totals = {
        f"{name}_usd_per_t": None if stack.prohibited else estimate(climbed.total(name))
        for name in ("net_back", "fob", "cif", "on_paper", "landed")
    }
    line = asked.shell("landed") + way + (library.own.options if library.own else "")
    return {
        "producer": route.producer,
        "label": route.label,
        "importer": route.importer,
        "on": climbed.on.isoformat(),
        "scenario": asked.scenario,
        "prohibited": stack.prohibited,
        **totals,
        "A": None if stack.prohibited else float(np.atleast_1d(stack.landed.slope)[0]),
        "B": None if stack.prohibited else float(np.atleast_1d(stack.landed.const)[0]),
        "rungs": [] if stack.prohibited else rungs,
        "treatments": [_treatment(rules) for rules in stack.treatments],
        "freight_on_record": climbed.freight_known,
        "stamp": {"data": library.digest, "version": __version__, "shell": line, "seed": asked.seed},
    }


def _treatment(rules: Treatment) -> dict[str, Any]:
    reading, duty = rules.reading, rules.duty
    return {
        "region": rules.asked.region,
        "class": reading.product_class if reading else None,
        "class_status": reading.status if reading else None,
        "class_source": reading.source if reading else None,
        "duty": _applied(duty) if duty else None,
        "charges": [_applied(a) for a in rules.charges],
        "prohibition": _applied(rules.prohibition) if rules.prohibition else None,
        "ceilings": [_applied(a) for a in rules.ceilings],
        "formalities": [_applied(a) for a in rules.formalities],
        "missing": list(rules.missing),
        "held": rules.held,
    }


def _applied(applied: Applied) -> dict[str, Any]:
    row, match = applied.measure, applied.match
    return {
        "key": row.key,
        "kind": row.kind,
        "form": row.form,
        "base": row.base,
        "low": row.rate.low,
        "central": row.rate.central,
        "high": row.rate.high,
        "status": str(row.rate.status),
        "source": row.rate.source,
        "role": row.role,
        "valid_from": row.valid_from.isoformat() if row.valid_from else None,
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "matched": {
            "product": match.product,
            "origin": match.origin,
            "product_class": match.product_class,
            "region": match.region,
        },
    }


def levers(library: Library, asked: Question, t: Words) -> list[dict[str, Any]]:
    """Every lever that goes by name, and where it stands in a scenario."""
    if asked.scenario not in library.scenarios:
        raise BadQuestion(NO_SCENARIO, scenario=asked.scenario, held=list(library.scenarios))
    day = asked.on or library.scenarios[asked.scenario].as_of
    policy = policy_after(library, asked.scenario, day, ())
    ground = Ground(policy, library.policy, day, library.scenarios)
    return [
        {
            "lever": lever.name,
            "what": t(terms.LEVERS[lever.name]),
            "value": lever.read(ground),
            "unit": lever.unit,
            "least": lever.least,
            "most": lever.most,
            "choices": list(lever.choices),
        }
        for lever in LEVERS.values()
    ]


def sources(library: Library) -> list[dict[str, Any]]:
    """Every source with the number of figures that rest on it."""
    count = Counter(figure.source for figure in all_figures(library))
    names = ("id", "title", "publisher", "where", "published", "retrieved", "kind", "note")
    return [{**{n: getattr(s, n) for n in names}, "figures": count[s.id]} for s in library.sources.values()]
