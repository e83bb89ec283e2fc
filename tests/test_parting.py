"""The models side by side: gaps that add up, steps that mean what they say, and shocks that shrink."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tariffs import Library, Question, run
from tariffs.barriers.many import first
from tariffs.brief import closer, parting
from tariffs.errors import BadQuestion
from tariffs.market.market import Lane, Market, Shock
from tariffs.models import solve
from tariffs.sweeps import Parted, side_by_side
from tariffs.sweeps.parting import one_elasticity, without_home
from tariffs.words import Words

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


@pytest.fixture(scope="module")
def proposal(library: Library) -> Parted:
    return side_by_side(Question("province_proposal", draws=32), library)


def test_each_model_says_what_it_says_when_asked_alone(proposal: Parted, library: Library) -> None:
    assert [one.model for one in proposal.answers] == ["armington", "gsim", "smart"]
    for one in proposal.answers:
        alone = run(Question("province_proposal", draws=32, model=one.model), library)
        for name, place in proposal.headline():
            assert one.figure(name, place) == alone.figure(name, place)


@pytest.mark.parametrize(
    "question",
    [
        Question("province_proposal", draws=0),
        Question("status_quo", sets=("tur.duty=0",), draws=0),
        Question("access_opened", draws=0),
        Question("fx_full_surrender", draws=0),
        Question("complaint_day", draws=0),
    ],
    ids=lambda q: q.scenario,
)
def test_the_steps_from_the_exact_model_to_another_add_up_to_the_gap(question: Question, library: Library) -> None:
    parted = side_by_side(question, library)
    for model in ("gsim", "smart"):
        assert sum(step.tonnes for step in parted.steps[model]) == pytest.approx(parted.gap(model), abs=1e-6)


def test_straight_lines_fall_behind_with_the_square_of_the_change(proposal: Parted) -> None:
    """Relative to the answer, that is in step with the change: a tenth of the shock, a tenth of the gap."""
    little, some, whole = (s.lines_gap for s in proposal.shrunk)
    assert little is not None and some is not None and whole is not None
    assert some / little == pytest.approx(10, rel=0.05)
    assert whole / some == pytest.approx(10, rel=0.2)
    # What GSIM does not know of labels and home goods stays however small the change.
    gaps = [s.gap for s in proposal.shrunk]
    assert gaps[0] == pytest.approx(gaps[1], rel=0.1) and (gaps[0] or 0) > 0.2
    assert [s.share for s in proposal.shrunk] == [0.01, 0.1, 1.0]


def test_with_one_elasticity_there_is_nothing_but_straight_lines_between_gsim_and_the_exact_model(
    library: Library,
) -> None:
    study = run(Question("province_proposal", draws=0), library)
    market = one_elasticity(first(study.before.market, 0))
    little = Shock(market.A * 1.0001, market.B, np.zeros(len(market.lanes), bool))
    exact, lines = solve("armington", market, little), solve("gsim", market, little)
    change = np.abs(exact.tonnes / market.tonnes - 1).max()
    assert change < 0.01
    assert np.abs(lines.tonnes / exact.tonnes - 1).max() < change**2 * 10


def test_a_market_of_imports_alone_keeps_their_prices_and_tonnes(library: Library) -> None:
    market = first(run(Question("status_quo", draws=0), library).before.market, 0)
    imports = without_home(market)
    assert not any(lane.home for lane in imports.lanes) and len(imports.lanes) == 20
    for n, lane in enumerate(imports.lanes):
        assert imports.landed[0, n] == market.landed[0, market.lanes.index(lane)]
        assert imports.tonnes[0, n] == market.tonnes[0, market.lanes.index(lane)]


def test_home_goods_are_the_whole_gap_where_they_are_all_that_differs() -> None:
    """One importer with home goods of another elasticity: the step called home is the only one that moves."""
    market = Market(
        producers=("A", "M"),
        importers=("M",),
        lanes=(Lane("A", "A", "M"), Lane("M", "M", "M")),
        tonnes=np.array([[10.0, 90.0]]),
        net_back=np.array([[100.0, 100.0]]),
        A=np.ones((1, 2)),
        B=np.zeros((1, 2)),
        supply=np.array([[50.0, 50.0]]),
        demand=np.array([[-0.5]]),
        sigma_label=np.array([[8.0]]),
        sigma_import=np.array([[8.0]]),
        sigma_home=np.array([[2.0]]),
    )
    cut = Shock(np.array([[0.95, 1.0]]), np.zeros((1, 2)), np.zeros(2, bool))
    far = solve("armington", market, cut).tonnes[0, 0]
    near = solve("armington", one_elasticity(market), cut).tonnes[0, 0]
    # A falls by 5 %: with σ = 2 it sells about 2 * 5 % more, with σ = 8 about 8 * 5 %, less a little for its supply.
    assert 10.8 < far < 11.1 and 13 < near < 15.2


def test_a_model_that_cannot_answer_says_why_instead_of_a_number(library: Library) -> None:
    parted = side_by_side(Question("ban", draws=0), library)
    assert parted["smart"].study is None and "prohibited" in parted["smart"].reason
    assert parted.gap("smart") is None and "smart" not in parted.steps
    assert parted.refuses and parted.shrunk == ()
    told = parting.plain(parted)
    assert told["models"][2]["answered"] is False and told["models"][2]["figures"] == []
    says = " ".join(one.text for one in parting.sentences(parted, Words()))
    assert "SMART has no answer here" in says and "no small version of it" in says
    assert (parting.table(parted, Words())["SMART"] == "no answer").all()


def test_reasons_are_those_of_the_case(library: Library, proposal: Parted) -> None:
    """A change that leaves every price alone has no gap, so no reason is recited."""
    t = Words()
    still = side_by_side(Question("status_quo", draws=0), library)
    assert [one.text for one in parting.sentences(still, t)][:2] == [
        "GSIM agrees with the exact model here.",
        "SMART agrees with the exact model here.",
    ]
    says = parting.sentences(proposal, t)
    home = next(s for s in proposal.steps["gsim"] if s.name == "home").tonnes
    assert t.tonnes(home, signed=True) in says[0].text and "home goods and imports" in says[0].text
    small = next(s for s in proposal.steps["gsim"] if s.name == "labels")
    assert abs(small.tonnes) < 50 and "labels of one maker" not in says[0].text


def test_the_picture_has_a_row_for_each_model_and_the_table_the_same_figures(proposal: Parted) -> None:
    made = closer.models(proposal, Words())
    made.chart.to_dict()
    assert list(made.table.columns) == ["Change", "Exact model", "GSIM", "SMART"]
    assert len(made.table) == len(proposal.headline())
    assert "GSIM says" in made.says


def shell(*arguments: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "tariffs", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_shell_shows_all_models_and_the_same_as_json(proposal: Parted) -> None:
    told: dict[str, Any] = json.loads(shell("impact", "--model", "all", "--draws", "32", "--json").stdout)
    assert [m["model"] for m in told["models"]] == ["armington", "gsim", "smart"]
    for model in told["models"]:
        assert model["gap_tonnes"] == pytest.approx(proposal.gap(model["model"]))
        first_figure = model["figures"][0]["change"]
        assert first_figure["low"] <= first_figure["median"] <= first_figure["high"] and first_figure["status"]
    assert told["shrunk"][0]["gsim_lines_gap"] == pytest.approx(proposal.shrunk[0].lines_gap)
    assert told["stamp"]["shell"].endswith("--draws 32 --model all")
    text = shell("impact", "--model", "all", "--draws", "0").stdout
    assert "GSIM says" in text and "SMART says" in text and "Exact model" in text
    refused = shell("impact", "--model", "all", "--detail", "--json")
    assert refused.returncode == 2 and "name it" in refused.stderr


def test_a_question_that_cannot_be_asked_is_refused_for_all(library: Library) -> None:
    with pytest.raises(BadQuestion, match="no scenario"):
        side_by_side(replace(Question(), scenario="nope"), library)
