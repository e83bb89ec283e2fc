"""One side of a comparison: a policy on a day, the ladder of every route, and the market that follows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property

import numpy as np

from tariffs.errors import N_, BadQuestion
from tariffs.law.landed import concerns
from tariffs.law.policy import FIGURE_FIELDS, Policy
from tariffs.law.stack import Stack
from tariffs.market.build import Baseline, build_market, shock_of
from tariffs.market.market import Market
from tariffs.models import solve
from tariffs.models.result import Result
from tariffs.scenario import LEVERS, Edit, apply, parse_edit
from tariffs.sources import Array, Figure, Status
from tariffs.store import Library
from tariffs.study.accounts import Ledger
from tariffs.study.beliefs import with_edits
from tariffs.study.beliefs import with_user_beliefs as with_user_beliefs
from tariffs.study.levels import levels
from tariffs.study.question import Question
from tariffs.uncertainty import Correlation, Draws, drawn
from tariffs.uncertainty.correlation import copula, parse

NO_SCENARIO = N_("There is no scenario '{scenario}'. The scenarios are: {held}.")
SETTLING = 8  # rounds in which kinked charges may change sides before the draw is given up


@dataclass(frozen=True)
class World:
    """What both sides share: our rows with the user's beliefs in them, the draws, the calibrated market."""

    library: Library
    draws: Draws
    baseline: Baseline
    correlations: tuple[Correlation, ...] = ()
    # What a further question may start from: a scenario's policy without edits, and the ladders of a day.
    # A world at other draws starts with nothing: its ladders are others.
    _policies: dict[str, Policy] = field(default_factory=dict, init=False, repr=False, compare=False)
    _climbed: dict[date, tuple[Policy, tuple[Stack, ...]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def policy(self, scenario: str) -> Policy:
        """Our rows with a scenario's edits."""
        if scenario not in self._policies:
            self._policies[scenario] = policy_after(self.library, scenario, self.library.baseline.law_of, ())
        return self._policies[scenario]

    def stacks(self, policy: Policy, on: date, net_back: Array) -> tuple[Stack, ...]:
        """Every route's ladder; of those climbed last on that day, the ones that no changed row concerns are kept."""
        last = self._climbed.get(on)
        kept: list[Stack | None] | None = None
        if last and last[0].groups is policy.groups and not any(stack.kinked for stack in last[1]):
            changed = policy.changes_from(last[0])
            kept = [
                None if any(concerns(row, route, policy.groups) for row in changed) else stack
                for route, stack in zip(self.baseline.routes, last[1], strict=True)
            ]
        found = self.baseline.stacks_under(policy, on, self.draws, net_back, kept)
        self._climbed[on] = policy, found
        return found


@dataclass(frozen=True)
class Side:
    """A policy on a day and what the market makes of it; arrays lead with (D + 1,), entry 0 central."""

    scenario: str
    on: date
    policy: Policy
    stacks: tuple[Stack, ...]
    result: Result
    here: World = field(repr=False)

    @cached_property
    def levels(self) -> Mapping[tuple[str, str], Array]:
        """Every figure of this side alone by (name, place), each (D + 1,)."""
        return levels(self)

    @cached_property
    def ledger(self) -> Ledger:
        """Whose money every rung is."""
        return Ledger(self.stacks, self.result)

    @cached_property
    def market(self) -> Market:
        """This side as a baseline for a further change."""
        return self.result.as_market()


def world(library: Library, question: Question, days: Iterable[date]) -> World:
    """Calibrate the market with the user's beliefs in place of our rows."""
    believed = with_user_beliefs(library, question.beliefs, (library.baseline.law_of, *days))
    correlations = correlations_of(believed, question.correlate)
    return calibrated(believed, Draws(dimensions(library), question.draws, question.seed, correlations))


def calibrated(believed: Library, draws: Draws) -> World:
    """The market that these rows make at these draws."""
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
    return World(believed, draws, baseline, draws.correlations)


def side(here: World, scenario: str, on: date, sets: tuple[str, ...], model: str, start: Side | None = None) -> Side:
    """Lay a scenario's policy over the market and solve it.

    ``start`` is the side to start from; without one the market starts where it was calibrated.
    """
    policy = policy_after(here.library, scenario, on, sets, here.policy(scenario))
    return side_under(here, policy, scenario, on, model, start)


def side_under(
    here: World, policy: Policy, scenario: str, on: date, model: str, start: Side | None = None,
    kept: Sequence[Stack | None] | None = None,
) -> Side:  # fmt: skip
    """One side under a policy as it stands; solved again while a kinked charge changes sides.

    ``kept`` are ladders known already, in the order of the routes, and nothing for those to be climbed.
    """
    market = start.market if start else here.baseline.market
    if kept:
        stacks = here.baseline.stacks_under(policy, on, here.draws, market.net_back, kept)
    else:
        stacks = here.stacks(policy, on, market.net_back)
    result = solve(model, market, shock_of(stacks))
    if any(stack.kinked for stack in stacks):
        for _ in range(SETTLING):
            moved = here.baseline.stacks_under(policy, on, here.draws, result.net_back)
            if _same(stacks, moved):
                break
            stacks, result = moved, solve(model, market, shock_of(moved))
    return Side(scenario, on, policy, stacks, result, here)


def policy_after(
    library: Library, scenario: str, on: date, sets: tuple[str, ...], edited_rows: Policy | None = None
) -> Policy:
    """Our rows with a scenario's edits (``edited_rows``, where they are known already) and the user's own.

    Raises
    ------
    BadQuestion
        When the scenario or a lever is unknown, or a value cannot be taken.
    """
    if scenario not in library.scenarios:
        raise BadQuestion(NO_SCENARIO, scenario=scenario, held=list(library.scenarios))
    start = edited_rows or apply(library.policy, library.scenarios[scenario].edits)
    policy = with_edits(library, start, on, sets)
    for text in sets:
        name = text.partition("=")[0]
        if name not in LEVERS and (idle := out_of_force(policy, [parse_edit(text)], on)):
            raise BadQuestion(
                N_(
                    "{row} is not in force on {day}, so the change would do nothing. Choose a day of its validity, "
                    "or open it with its valid_from and valid_to."
                ),
                row=idle[0],
                day=on,
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


def correlations_of(library: Library, texts: Iterable[str]) -> tuple[Correlation, ...]:
    """The correlations on record, and those of a question in their place; one of zero unties a pair.

    Raises
    ------
    BadQuestion
        When a range is unknown or has no range, moves together with the other already, or the pairs contradict
        each other.
    """
    held = {figure.key: figure for figure in all_figures(library)}
    pairs = {pair.pair: pair for pair in library.correlations}
    for text in texts:
        one, other, rho = parse(text)
        pair = Correlation(_dimension(held, one), _dimension(held, other), rho)
        if pair.one == pair.other:
            raise BadQuestion(
                N_("{one} and {other} move together already: they share one draw."), one=one, other=other
            )
        pairs[pair.pair] = pair
    found = tuple(pair for pair in pairs.values() if pair.rho)
    copula(found)
    return found


def _dimension(held: Mapping[str, Figure], name: str) -> str:
    """The dimension of a figure, or of figures that move together, by name."""
    if name in {figure.draw for figure in held.values()} - {""}:
        return name
    if name not in held:
        near = get_close_matches(name, held, 3) or sorted(held)[:3]
        raise BadQuestion(N_("There is no range '{name}' to correlate. Nearest: {near}."), name=name, near=near)
    if not drawn(held[name]):
        raise BadQuestion(N_("{name} has no range: a figure that is not drawn moves with nothing."), name=name)
    return held[name].dimension


def dimensions(library: Library) -> list[str]:
    """Everything that may be drawn, in an order that only the data decide.

    A user's files add no dimension of their own, so the answer with them and without sees the same luck.
    """
    return sorted({figure.dimension for figure in all_figures(library.without_own)})


def all_figures(library: Library) -> Iterator[Figure]:
    """Every figure that a model may read."""
    for table, fields in FIGURE_FIELDS.items():
        for row in library.policy.table(table).values():
            yield from (f for f in (getattr(row, name) for name in fields.values()) if f is not None)
    for flow in library.flows.values():
        yield from (flow.tonnes, flow.usd_per_t)
    yield from (total.tonnes for total in library.totals.values())
    yield from (row.tonnes for row in library.capacities.values())
    for elasticity in library.elasticities.rows.values():
        # Our estimates stand beside the rows that the model reads: one more of them must not reshuffle the draws.
        if elasticity.product == library.baseline.product or elasticity.value.status is not Status.ESTIMATED:
            yield elasticity.value


def _same(one: tuple[Stack, ...], other: tuple[Stack, ...]) -> bool:
    a, b = shock_of(one), shock_of(other)
    return _close(a.A, b.A) and _close(a.B, b.B)


def _close(one: Array, other: Array) -> bool:
    return bool(np.allclose(one, other, rtol=1e-12, atol=1e-12))
