"""Unknown cells from totals: every margin met, every reported cell untouched, nothing where there was no route."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from tariffs import Library, Question, run
from tariffs.brief import own_files
from tariffs.intake import Upload, load
from tariffs.market.balance import NotBalanced, Table, balanced, gravity
from tariffs.sources import Array, Status
from tariffs.words import Words

NAN = np.nan
HEAD = "year,month,reporter,exporter,importer,product,hs_revision,flow,basis,value_usd,quantity_t\n"


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, Array]:
    """A table that some real trade made, part of it forgotten, and a prior that has the same routes."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    sellers, buyers = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    trade = rng.lognormal(3, 2, (sellers, buyers)) * (rng.random((sellers, buyers)) > 0.3)
    cells = np.where(rng.random(trade.shape) < 0.3, trade, NAN)
    rows = np.where(rng.random(sellers) < 0.8, trade.sum(axis=1), NAN)
    columns = np.where(rng.random(buyers) < 0.8, trade.sum(axis=0), NAN)
    names = tuple(f"S{i}" for i in range(sellers)), tuple(f"B{j}" for j in range(buyers))
    return Table(*names, cells, rows, columns), np.where(trade > 0, rng.lognormal(0, 1, trade.shape), 0.0)


@given(tables())
@settings(max_examples=60)
def test_totals_are_met_reported_cells_stay_and_no_route_stays_no_route(made: tuple[Table, Array]) -> None:
    table, prior = made
    filled = balanced(table, prior)
    known = ~np.isnan(table.cells)
    np.testing.assert_array_equal(filled[known], table.cells[known])  # to the last bit
    assert (filled[~known & (prior == 0)] == 0).all()
    for total, wanted in ((filled.sum(axis=1), table.rows), (filled.sum(axis=0), table.columns)):
        given_ = ~np.isnan(wanted)
        np.testing.assert_allclose(total[given_], wanted[given_], rtol=1e-9, atol=1e-9)


def test_two_by_two_by_hand() -> None:
    # Prior 1, 1 / 1, 1 and totals 30, 70 / 40, 60: x_ij = r_i c_j / 100.
    table = Table(("A", "B"), ("X", "Y"), np.full((2, 2), NAN), np.array([30.0, 70.0]), np.array([40.0, 60.0]))
    np.testing.assert_allclose(balanced(table, np.ones((2, 2))), [[12, 18], [28, 42]], rtol=1e-12)


@pytest.mark.filterwarnings("ignore:delta_grad == 0.0")
def test_a_general_optimiser_finds_no_table_nearer_to_the_prior() -> None:
    prior = np.array([[5.0, 1.0, 2.0], [1.0, 4.0, 3.0]])
    rows, columns = np.array([12.0, 9.0]), np.array([6.0, 7.0, 8.0])
    mine = balanced(Table(("A", "B"), ("X", "Y", "Z"), np.full((2, 3), NAN), rows, columns), prior)
    # The last column follows from the others.
    sums = np.array([[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], [1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0]])
    wanted = np.concatenate([rows, columns[:2]])
    other = minimize(
        lambda x: float((x * np.log(x / prior.ravel()) - x).sum()),
        mine.ravel() * 0 + 3.5,
        method="trust-constr",
        constraints=[LinearConstraint(sums, wanted, wanted)],
        bounds=[(1e-6, None)] * 6,
        options={"gtol": 1e-12},
    )
    np.testing.assert_allclose(mine.ravel(), other.x, rtol=1e-4)


@pytest.mark.parametrize(
    ("cells", "rows", "columns", "prior", "says"),
    [
        ([[50, NAN]], [40], [NAN, NAN], [[1, 1]], "add up to 50 t, more than its total of 40 t"),
        ([[NAN, NAN]], [40], [NAN, NAN], [[0, 0]], "belong to no route that could carry them"),
        ([[NAN, NAN], [NAN, NAN]], [40, 5], [10, 10], [[1, 1], [1, 1]], "contradict each other"),
        # Both sum to 20, but only A can sell to X and X wants more than A has.
        ([[NAN, NAN], [NAN, NAN]], [5, 15], [10, 10], [[1, 1], [0, 1]], "contradict each other"),
    ],
)
def test_totals_that_cannot_be_are_explained(cells, rows, columns, prior, says: str) -> None:  # type: ignore[no-untyped-def]
    names = tuple("AB"[: len(rows)]), tuple("XY"[: len(columns)])
    table = Table(*names, *(np.array(x, float) for x in (cells, rows, columns)))
    with pytest.raises(NotBalanced, match=says):
        balanced(table, np.array(prior, float))


def test_gravity_falls_with_cost_and_is_nothing_without_a_route() -> None:
    prior = gravity(np.array([10.0, 20.0]), np.array([3.0, 4.0]), np.array([[1.0, 2.0], [1.0, NAN]]), 2.0)
    np.testing.assert_allclose(prior, [[30, 10], [60, 0]])


def test_a_total_of_customs_is_divided_among_the_sellers_nobody_counted_apart() -> None:
    library = Library.open()
    rows = (
        "2025,,TUR,IRN,TUR,271320,HS22,import,cif,1,30000\n2025,,TUR,IRQ,TUR,271320,HS22,import,cif,1,90000\n"
        "2025,,TUR,WLD,TUR,271320,HS22,import,cif,1,140000\n"
    )
    held = library.with_flows(load([Upload("turkey.csv", (HEAD + rows).encode())]))
    unknown = [held.flows[key].tonnes for key in ("bl-aze-aze-tur", "bl-rus-rus-tur", "bl-med-med-tur")]
    assert sum(figure.central or 0 for figure in unknown) == pytest.approx(20_000, rel=1e-9)
    assert all(figure.status is Status.ESTIMATED and figure.uncertain for figure in unknown)
    assert held.flows["bl-irn-irn-tur"].tonnes.central == 30_000
    assert held.own is not None
    said = own_files.remarks(held.own, 2025, Words())
    assert any("estimated from totals" in text for text in said)
    assert run(Question(draws=16), held).unbalanced < 1e-9


def test_totals_that_contradict_the_flows_are_left_out_and_named() -> None:
    rows = "2025,,TUR,IRN,TUR,271320,HS22,import,cif,1,30000\n2025,,TUR,WLD,TUR,271320,HS22,import,cif,1,20000\n"
    held = Library.open().with_flows(load([Upload("turkey.csv", (HEAD + rows).encode())]))
    assert held.flows["bl-irn-irn-tur"].tonnes.central == 30_000
    assert held.own is not None
    said = [text for text in own_files.remarks(held.own, 2025, Words()) if "totals were not used" in text]
    assert said and "30,000 t, more than its total of 20,000 t" in said[0]
