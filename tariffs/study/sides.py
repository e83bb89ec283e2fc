"""One side of a comparison: a policy on a day, the ladder of every route, and the market that follows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import TypeVar

import numpy as np

from tariffs.errors import BadLever, BadQuestion
from tariffs.law.policy import FIGURE_FIELDS, Policy
from tariffs.law.stack import Stack
from tariffs.market.build import Baseline, build_market, shock_of
from tariffs.market.elasticities import Elasticities, Elasticity
from tariffs.market.flows import Flow
from tariffs.market.market import Market
from tariffs.models import solve
from tariffs.models.result import Result
from tariffs.scenario import LEVERS, Edit, apply, parse_edit, set_lever
from tariffs.scenario.edits import edited
from tariffs.scenario.levers import Ground
from tariffs.sources import Array, Figure
from tariffs.store import Library
from tariffs.study.accounts import Ledger
from tariffs.study.question import Question
from tariffs.uncertainty import Draws

KINKED = ("compound_max", "compound_min", "minimum_usd_per_t")
SETTLING = 8  # rounds in which kinked charges may change sides before the draw is given up


@dataclass(frozen=True)
class World:
    """What both sides share: our rows with the user's beliefs in them, the draws, the calibrated market."""

    library: Library
    draws: Draws
    baseline: Baseline


@dataclass(frozen=True)
class Side:
    """A policy on a day and what the market makes of it; arrays lead with (D + 1,), entry 0 central."""

    scenario: str
    on: date
    policy: Policy
    stacks: tuple[Stack, ...]
    result: Result

    @cached_property
    def ledger(self) -> Ledger:
        """Whose money every rung is."""
        return Ledger(self.stacks, self.result)

    @property
    def market(self) -> Market:
        """This side as a baseline for a further change."""
        return self.result.as_market()


def world(library: Library, question: Question, days: Iterable[date]) -> World:
    """Calibrate the market with the user's beliefs in place of our rows."""
    believed = with_user_beliefs(library, question.beliefs, (library.baseline.law_of, *days))
    draws = Draws(dimensions(library), question.draws, question.seed)
    basis = believed.baseline
    baseline = build_market(
        believed.flows,
        believed.totals,
        believed.capacities,
        believed.elasticities,
        believed.policy,
        basis.law_of,
        draws,
        basis.product,
        basis.exporter,
    )
    return World(believed, draws, baseline)


def side(here: World, scenario: str, on: date, sets: tuple[str, ...], model: str, start: Side | None = None) -> Side:
    """Lay a scenario's policy over the market and solve it.

    ``start`` is the side to start from; without one the market starts where it was calibrated.
    """
    policy = policy_after(here.library, scenario, on, sets)
    market = start.market if start else here.baseline.market
    stacks = here.baseline.stacks_under(policy, on, here.draws, market.net_back)
    result = solve(model, market, shock_of(stacks))
    if any(a.measure.form in KINKED for s in stacks for t in s.treatments for a in t.charges):
        for _ in range(SETTLING):
            moved = here.baseline.stacks_under(policy, on, here.draws, result.net_back)
            if _same(stacks, moved):
                break
            stacks, result = moved, solve(model, market, shock_of(moved))
    return Side(scenario, on, policy, stacks, result)


def policy_after(library: Library, scenario: str, on: date, sets: tuple[str, ...]) -> Policy:
    """Our rows with a scenario's edits and the user's own, in that order.

    Raises
    ------
    BadQuestion
        When the scenario or a lever is unknown, or a value cannot be taken.
    """
    if scenario not in library.scenarios:
        raise BadQuestion(f"There is no scenario {scenario!r}. The scenarios are: {', '.join(library.scenarios)}.")
    policy = with_edits(library, apply(library.policy, library.scenarios[scenario].edits), on, sets)
    for text in sets:
        name = text.partition("=")[0]
        if name not in LEVERS and (idle := out_of_force(policy, [parse_edit(text)], on)):
            raise BadQuestion(
                f"{idle[0]} is not in force on {on}, so the change would do nothing. Choose a day of its validity, "
                "or open it with its valid_from and valid_to."
            )
    return policy


def out_of_force(policy: Policy, edits: Iterable[Edit], on: date) -> list[str]:
    """Rows that edits speak of and that do not hold on the day: what is changed in them changes nothing."""
    idle = []
    for edit in edits:
        if edit.field.startswith("valid_") or edit.field == "role":
            continue
        covers = getattr(policy.row(edit.table, edit.key), "covers", None)
        if covers is not None and not covers(on):
            idle.append(f"{edit.table}.{edit.key}")
    return list(dict.fromkeys(idle))


def with_edits(library: Library, policy: Policy, on: date, sets: tuple[str, ...]) -> Policy:
    """A policy with levers and row edits made, the class first: which duty row serves depends on it."""
    for text in sorted(sets, key=_package_before_number):
        name, _, value = text.partition("=")
        if name in LEVERS:
            policy = set_lever(Ground(policy, library.policy, on, library.scenarios), name, value)
        elif name.count(".") == 2:
            edit = parse_edit(text)
            if edit.table in ("elasticities", "flows_baseline"):
                raise BadQuestion(
                    f"{edit.table} says what you believe of the market, not what changes: use --assume {text}."
                )
            policy = apply(policy, [edit])
        else:
            raise BadQuestion(
                f"There is no lever {name!r}. The levers are: {', '.join(LEVERS)}; or write table.key.field=value."
            )
    return policy


def with_user_beliefs(library: Library, beliefs: tuple[str, ...], days: Iterable[date]) -> Library:
    """The library with rows replaced by what the user holds true, on both sides of every comparison.

    A lever finds its row by the day, so it is set on every day that the question looks at.
    """
    flows, rows, policy = dict(library.flows), dict(library.elasticities.rows), library.policy
    for text in sorted(beliefs, key=_package_before_number):
        name, _, _ = text.partition("=")
        edit = parse_edit(text) if name not in LEVERS and name.count(".") == 2 else None
        if edit and edit.table == "flows_baseline":
            flows[edit.key] = _believed_flow(flows, edit)
        elif edit and edit.table == "elasticities":
            rows[edit.key] = _believed_elasticity(rows, edit)
        else:
            policy = _believed_policy(library, policy, text, dict.fromkeys(days))
    return replace(library, policy=policy, flows=flows, elasticities=Elasticities(rows))


def dimensions(library: Library) -> list[str]:
    """Everything that may be drawn, in an order that only the data decide."""
    return sorted({figure.dimension for figure in all_figures(library)})


def all_figures(library: Library) -> Iterator[Figure]:
    """Every figure that a model may read."""
    for table, fields in FIGURE_FIELDS.items():
        for row in library.policy.table(table).values():
            yield from (f for f in (getattr(row, name) for name in fields.values()) if f is not None)
    for flow in library.flows.values():
        yield from (flow.tonnes, flow.usd_per_t)
    yield from (total.tonnes for total in library.totals.values())
    yield from (row.tonnes for row in library.capacities.values())
    yield from (row.value for row in library.elasticities.rows.values())


Row = TypeVar("Row")


def _held(rows: Mapping[str, Row], edit: Edit) -> Row:
    if edit.key not in rows:
        near = get_close_matches(edit.key, rows, 3) or sorted(rows)[:3]
        raise BadQuestion(f"Table {edit.table} has no row {edit.key!r}. Nearest: {', '.join(near)}.")
    return rows[edit.key]


def _believed_policy(library: Library, policy: Policy, text: str, days: Iterable[date]) -> Policy:
    """One belief laid on every day from the same starting point: a cut cuts each row once."""
    believed, refused, taken = policy, [], False
    for day in days:
        try:
            on_the_day = with_edits(library, policy, day, (text,))
        except BadLever as reason:
            refused.append(reason)
            continue
        taken = True
        for table in FIGURE_FIELDS:
            before = policy.table(table)
            for key, row in on_the_day.table(table).items():
                if before.get(key) is not row:
                    believed = believed.with_row(table, row)
    if not taken and refused:
        raise refused[0]
    return believed


def _believed_elasticity(rows: Mapping[str, Elasticity], edit: Edit) -> Elasticity:
    row = _held(rows, edit)
    value = edited(row.value, edit)
    wanted = "negative" if row.kind in ("total_demand", "import_demand") else "positive"
    ends = (value.low or 0.0, value.high or 0.0)
    if (wanted == "negative" and ends[1] >= 0) or (wanted == "positive" and ends[0] <= 0):
        raise BadQuestion(
            f"{edit.name}: the elasticity of {row.kind.replace('_', ' ')} is {wanted}; found {edit.central:g}."
        )
    return replace(row, value=value)


def _believed_flow(flows: Mapping[str, Flow], edit: Edit) -> Flow:
    flow = _held(flows, edit)
    if edit.field == "tonnes":
        return replace(flow, tonnes=edited(flow.tonnes, edit))
    if not edit.low or edit.low <= 0:
        raise BadQuestion(f"{edit.name}: a price is above zero; found {edit.low:g}.")
    # A price that somebody states is that row's own, no longer the producer's FOB plus the leg.
    return replace(flow, usd_per_t=edited(flow.usd_per_t, edit), price_rule="own")


def _package_before_number(text: str) -> int:
    """Classes and packages first, then numbers: a number set by hand stands over a package."""
    name = text.partition("=")[0]
    return 0 if name in LEVERS and LEVERS[name].unit == "choice" else 1


def _same(one: tuple[Stack, ...], other: tuple[Stack, ...]) -> bool:
    a, b = shock_of(one), shock_of(other)
    return _close(a.A, b.A) and _close(a.B, b.B)


def _close(one: Array, other: Array) -> bool:
    return bool(np.allclose(one, other, rtol=1e-12, atol=1e-12))
