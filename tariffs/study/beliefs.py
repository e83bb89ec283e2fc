"""What the user changes and what the user holds true, made into rows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from tariffs.errors import N_, BadLever, BadQuestion
from tariffs.law.policy import FIGURE_FIELDS, Policy
from tariffs.market.elasticities import Elasticities, Elasticity
from tariffs.market.flows import Flow
from tariffs.scenario import LEVERS, Edit, apply, parse_edit, set_lever
from tariffs.scenario.edits import edited
from tariffs.scenario.levers import Ground
from tariffs.store import Library


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
                    N_("{table} says what you believe of the market, not what changes: use --assume {text}."),
                    table=edit.table,
                    text=text,
                )
            policy = apply(policy, [edit])
        else:
            raise BadQuestion(
                N_("There is no lever '{lever}'. The levers are: {levers}; or write table.key.field=value."),
                lever=name,
                levers=list(LEVERS),
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


Row = TypeVar("Row")
NEGATIVE = N_("{row}: this elasticity is negative; found {found}.")
POSITIVE = N_("{row}: this elasticity is positive; found {found}.")


def _held(rows: Mapping[str, Row], edit: Edit) -> Row:
    if edit.key not in rows:
        near = get_close_matches(edit.key, rows, 3) or sorted(rows)[:3]
        raise BadQuestion(
            N_("Table {table} has no row '{row}'. Nearest: {near}."), table=edit.table, row=edit.key, near=near
        )
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
        message = NEGATIVE if wanted == "negative" else POSITIVE
        raise BadQuestion(message, row=edit.name, found=f"{edit.central:g}")
    return replace(row, value=value)


def _believed_flow(flows: Mapping[str, Flow], edit: Edit) -> Flow:
    flow = _held(flows, edit)
    if edit.field == "tonnes":
        return replace(flow, tonnes=edited(flow.tonnes, edit))
    if not edit.low or edit.low <= 0:
        raise BadQuestion(N_("{row}: a price is above zero; found {found}."), row=edit.name, found=f"{edit.low:g}")
    # A price that somebody states is that row's own, no longer the producer's FOB plus the leg.
    return replace(flow, usd_per_t=edited(flow.usd_per_t, edit), price_rule="own")


def _package_before_number(text: str) -> int:
    """Classes and packages first, then numbers: a number set by hand stands over a package."""
    name = text.partition("=")[0]
    return 0 if name in LEVERS and LEVERS[name].unit == "choice" else 1
