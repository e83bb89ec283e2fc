"""Proposals side by side: what a link says of them, their differences on common draws, and the page that shows them."""

from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from tariffs import Question, run
from tariffs.brief import compared
from tariffs.study.figures import Key, measured
from tariffs.sweeps.together import GAIN, Together, together
from tariffs.ui import lineup, take_away
from tariffs.ui.lineup import ALONE, Lineup, Proposal
from tariffs.words import Words
from tests.test_app import APP, asked, library, link, shown
from tests.test_languages import OTHERS, english_in, texts

SIDE = Key(GAIN, "IRN", "change")
SOLD = Key("exports_to_buyers_tonnes", "IRN", "after")
WITH = ("scenario=ban", "scenario=card_proposal&set=tur.duty=0.02&name=Card+%26+more")


def opened(query: dict[str, list[str]]) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=30)
    for name, values in query.items():
        app.query_params[name] = values
    app.run()
    assert not app.exception
    return app


PAGE = """
from tariffs.ui import bar, compare_page, state
t = state.words()
state.follow_the_link("compare")
bar.steps(t)
bar.models(t)
compare_page.show()
"""


def beside(*questions: Question) -> Together:
    studies = [run(question, library()) for question in questions]
    return together(studies, compared.keys(studies[0].exporter, studies[0].importers))


# --- the line-up in a link ---------------------------------------------------------------------------------------

names = some.text(max_size=20).map(lineup.tidy)
proposals = some.builds(
    Proposal,
    some.builds(
        Question,
        scenario=some.sampled_from(sorted(library().scenarios)),
        sets=some.sampled_from([(), ("tur.duty=0.02",), ("irq.duty=0.3", "tur.wedge=40")]),
    ),
    names,
)


@given(some.lists(proposals, max_size=3), names, some.integers(0, 3))
def test_a_link_gives_back_the_line_up_it_was_made_from(others: list[Proposal], name: str, at: int) -> None:
    made = list(others)
    made.insert(min(at, len(others)), Proposal(name=name))
    assert lineup.read(lineup.values(tuple(made)), lambda question: None) == (tuple(made), ())


def test_the_link_to_take_away_carries_the_proposals_too() -> None:
    made: Lineup = (Proposal(), Proposal(Question(scenario="ban"), "A & B"))
    pairs = parse_qsl(take_away.link(Question(), made).partition("?")[2])
    assert lineup.read([value for name, value in pairs if name == "with"], lambda question: None) == (made, ())
    assert take_away.link(Question()).endswith("?scenario=province_proposal")


def test_a_question_alone_says_nothing_in_the_link() -> None:
    assert lineup.values(ALONE) == []
    assert lineup.read([], lambda question: None) == (ALONE, ())


def test_names_moves_and_removals_keep_the_question_asked_now() -> None:
    two: Lineup = (Proposal(), Proposal(Question(scenario="ban")))
    assert lineup.removed(two, 0) == two
    assert lineup.removed(two, 1) == ALONE
    assert lineup.moved(two, 1, -1) == (two[1], two[0])
    assert lineup.moved(two, 0, -1) == two
    assert lineup.renamed(two, 1, " our\noffer ")[1].name == "our offer"
    full = lineup.added(lineup.added(two, two[1]), two[1])
    assert len(full) == lineup.MOST and lineup.added(full, two[1]) == full


# --- differences on common draws -----------------------------------------------------------------------------------


def test_a_difference_is_taken_draw_by_draw() -> None:
    both = beside(Question(draws=200), Question(scenario="ban", draws=200))
    one, other = both.studies
    gap = both.difference(SOLD, 1)
    by_hand = measured(other.before, other.after, [SOLD])[SOLD] - measured(one.before, one.after, [SOLD])[SOLD]
    assert gap is not None
    assert gap.central == pytest.approx(by_hand[0])
    assert (gap.low, gap.high) == pytest.approx(tuple(np.quantile(by_hand[1:], [0.05, 0.95])))
    # Apart, the two ranges would say much less: most of what is not known moves both proposals together.
    ends = [s.figures[SOLD] for s in both.studies]
    apart = sum((e.high or 0.0) - (e.low or 0.0) for e in ends)
    assert (gap.high or 0.0) - (gap.low or 0.0) < 0.6 * apart


def test_a_proposal_beside_itself_differs_by_nothing() -> None:
    both = beside(Question(draws=50), Question(draws=50))
    for key in both.keys:
        gap = both.difference(key, 1)
        assert gap is None or (gap.central, gap.low, gap.high) == (0.0, 0.0, 0.0)
    assert both.best("IRN").number is None
    assert "no difference" in compared.sentences(both, ["one", "two"], Words())[0].text


def test_the_best_for_a_side_is_the_one_whose_gain_is_largest_and_so_in_that_many_draws() -> None:
    three = beside(*(Question(scenario=name, draws=200) for name in ("province_proposal", "ban", "card_proposal")))
    for place in ("IRN", "TUR", "IRQ"):
        key = Key(GAIN, place, "change")
        gains = [study.figures[key].central or 0.0 for study in three.studies]
        best = three.best(place)
        assert best.number in (None, int(np.argmax(gains)))
        assert best.lead == pytest.approx(sorted(gains)[-1] - sorted(gains)[-2])
        drawn = np.stack([measured(s.before, s.after, [key])[key][1:] for s in three.studies])
        shares = (drawn == drawn.max(axis=0)).mean(axis=1)
        assert best.share == pytest.approx(shares[int(np.argmax(gains))])
        assert best.often_share == pytest.approx(shares.max())


def test_gains_counted_from_different_states_are_not_ranked() -> None:
    both = beside(Question(draws=20), Question(draws=20, beliefs=("flows_baseline.bl-irn-irn-irq.tonnes=80000",)))
    assert not both.comparable
    told = compared.sentences(both, ["one", "two"], Words())
    assert "cannot be said" in told[0].text and "different states" in told[1].text


def test_a_dumbbell_has_a_row_for_each_proposal_and_says_its_takeaway() -> None:
    both = beside(Question(draws=50), Question(scenario="ban", draws=50))
    made = compared.dumbbell(both, ["Our offer", "A ban"], "landed_usd_per_t", "TUR", Words())
    made.chart.to_dict()
    assert list(made.table["Proposal"]) == ["Our offer", "A ban"]
    assert made.table["After"][1] == "none"  # refused goods have no price
    assert "Our offer" in made.says and "A ban" in made.says


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_alone_offers_something_to_compare_with_and_adds_it_to_the_link() -> None:
    app = opened({})
    shown(app, "selectbox", "en:another").set_value("ban").run()
    app.button(key="en:add").click().run()
    assert not app.exception
    assert app.session_state["lineup"] == (Proposal(), Proposal(Question(scenario="ban")))
    assert link(app)["with"] == ["scenario=ban"]
    assert any("best for" in str(block.value) or "every side" in str(block.value) for block in app.get("html"))


def test_a_link_lays_proposals_side_by_side_and_names_the_bad_one() -> None:
    app = opened({"scenario": ["province_proposal"], "with": [*WITH, "scenario=nonsense", "set=tur.duty=x"]})
    held: Lineup = app.session_state["lineup"]
    assert [one.name for one in held] == ["", "", "Card & more"]
    assert held[2].question == Question(scenario="card_proposal", sets=("tur.duty=0.02",))
    notice = app.warning[0].value.replace("\\", "")
    assert "with=scenario=nonsense" in notice and "with=set=tur.duty=x" in notice
    assert any("Card &amp; more" in str(block.value) for block in app.get("html"))


def test_a_proposal_without_an_answer_says_why_beside_the_others() -> None:
    nothing = "scenario=status_quo&set=irn.export_duty=0.5&set=irn.vat_cost=0.5"
    app = opened({"with": [nothing]})
    assert any("leave nothing" in warning.value for warning in app.warning)
    assert any('class="beside"' in str(block.value) for block in app.get("html"))


def test_names_order_and_removal_follow_the_buttons_and_the_link() -> None:
    app = opened({"with": list(WITH)})
    shown(app, "text_input", "en:name:1").set_value("A ban").run()
    app.button(key="en:earlier:1").click().run()
    held: Lineup = app.session_state["lineup"]
    assert [one.name for one in held] == ["A ban", "", "Card & more"]
    assert link(app)["with"] == ["scenario=ban&name=A+ban", "present", lineup.values(held)[2]]
    app.button(key="en:remove:0").click().run()
    assert [one.name for one in app.session_state["lineup"]] == ["", "Card & more"]
    app.button(key="en:ask:1").click().run()
    assert asked(app) == Question(scenario="card_proposal", sets=("tur.duty=0.02",))


def test_four_is_all_that_stands_side_by_side() -> None:
    app = opened({"with": ["scenario=ban", "scenario=status_quo", "scenario=card_proposal", "scenario=law_as_found"]})
    assert len(app.session_state["lineup"]) == lineup.MOST
    assert "law_as_found" in app.warning[0].value.replace("\\", "")
    assert app.button(key="en:keep").disabled
    assert "en:add" not in [button.key for button in app.button]


def test_the_line_up_survives_another_language() -> None:
    app = opened({"with": list(WITH), "lang": ["fa"]})
    assert [one.name for one in app.session_state["lineup"]] == ["", "", "Card & more"]
    app.session_state["lang"] = "tr"
    app.session_state["touched"] = True
    app.run()
    assert not app.exception
    assert shown(app, "text_input", "tr:name:2").value == "Card & more"
    assert link(app)["with"] == list(WITH)


@pytest.mark.parametrize("lang", OTHERS)
def test_proposals_side_by_side_leave_no_english_on_the_page(lang: str) -> None:
    app = opened({"with": ["scenario=ban", "scenario=card_proposal&set=tur.duty=0.02&model=gsim"], "lang": [lang]})
    assert {text: words for text in texts(app) if (words := english_in(text, lang))} == {}


# --- history of the question, and the model -------------------------------------------------------------------------


def home(query: str = "") -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    if query:
        app.query_params["scenario"] = query
    app.run()
    return app


def slide(app: AppTest, lever: str, value: float) -> AppTest:
    shown(app, "slider", f"en:{lever}:slider").set_value(value).run()
    assert not app.exception
    return app


def test_changes_are_taken_back_and_made_again_one_by_one() -> None:
    app = home()
    assert app.button(key="en:past").disabled and app.button(key="en:future").disabled
    slide(slide(app, "tur.duty", 20.0), "irq.duty", 30.0)
    app.button(key="en:past").click().run()
    assert asked(app) == Question(sets=("tur.duty=0.2",))
    assert shown(app, "slider", "en:irq.duty:slider").value != 30.0
    app.button(key="en:past").click().run()
    assert asked(app) == Question()
    assert app.button(key="en:past").disabled
    app.button(key="en:future").click().run()
    assert asked(app) == Question(sets=("tur.duty=0.2",))
    assert link(app)["set"] == ["tur.duty=0.2"]
    slide(app, "tur.duty", 10.0)
    assert app.button(key="en:future").disabled  # a new change lets go of what was taken back


def test_another_scenario_can_be_taken_back_with_the_changes_it_let_go_of() -> None:
    app = slide(home(), "tur.duty", 20.0)
    shown(app, "selectbox", "en:scenario").set_value("ban").run()
    assert asked(app) == Question(scenario="ban")
    app.button(key="en:past").click().run()
    assert asked(app) == Question(sets=("tur.duty=0.2",))
    assert shown(app, "slider", "en:tur.duty:slider").value == 20.0


def test_every_change_of_the_line_up_is_taken_back_and_made_again() -> None:
    app = opened({"with": list(WITH)})
    first: Lineup = app.session_state["lineup"]
    shown(app, "text_input", "en:name:1").set_value("A ban").run()
    app.button(key="en:earlier:1").click().run()
    app.button(key="en:remove:2").click().run()
    app.button(key="en:add").click().run()
    last: Lineup = app.session_state["lineup"]
    assert [one.name for one in last] == ["A ban", "", ""] and last[2] != first[2]
    seen = []
    for _ in range(4):
        app.button(key="en:past").click().run()
        seen.append([one.name for one in app.session_state["lineup"]])
    assert seen == [["A ban", ""], ["A ban", "", "Card & more"], ["", "A ban", "Card & more"], ["", "", "Card & more"]]
    assert app.session_state["lineup"] == first and link(app)["with"] == list(WITH)
    assert shown(app, "text_input", "en:name:1").value == "" and app.button(key="en:past").disabled
    for _ in range(4):
        app.button(key="en:future").click().run()
    assert app.session_state["lineup"] == last and app.button(key="en:future").disabled


def test_changes_of_the_question_and_of_the_line_up_are_taken_back_in_their_order() -> None:
    app = slide(home(), "tur.duty", 20.0)
    app.button(key="en:keep").click().run()
    slide(app, "tur.duty", 10.0)
    kept = Proposal(Question(sets=("tur.duty=0.2",)))
    for question, beside in ((kept.question, (Proposal(), kept)), (kept.question, ALONE), (Question(), ALONE)):
        app.button(key="en:past").click().run()
        assert asked(app) == question and app.session_state["lineup"] == beside


def test_the_model_is_switched_above_and_stays_in_the_link() -> None:
    app = home()
    before = app.metric[2].value
    shown(app, "button_group", "en:model").set_value("smart").run()
    assert not app.exception
    assert asked(app).model == "smart" and link(app)["model"] == ["smart"]
    assert app.metric[2].value != before or app.metric[2].delta is not None
    app.button(key="en:past").click().run()
    assert asked(app) == Question() and app.metric[2].value == before
    assert shown(app, "button_group", "en:model").value == "armington"


def test_the_question_asked_now_is_kept_for_comparing_while_it_goes_on_changing() -> None:
    app = slide(home(), "tur.duty", 20.0)
    app.button(key="en:keep").click().run()
    slide(app, "tur.duty", 10.0)
    assert app.session_state["lineup"] == (Proposal(), Proposal(Question(sets=("tur.duty=0.2",))))
    assert asked(app).sets == ("tur.duty=0.1",)
    assert link(app)["with"] == ["scenario=province_proposal&set=tur.duty=0.2"]
