"""The page asked as a visitor asks it, without a browser."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from tariffs import Library, Question, run
from tariffs.errors import BadData, Defect
from tariffs.scenario import LEVERS
from tariffs.ui import doubts, engine, levers, long_table, look, rows, take_away
from tariffs.words import Words

APP = Path(__file__).parent.parent / "app.py"


@cache
def library() -> Library:
    return Library.open()


def opened(query: str = "", wide: bool = True) -> AppTest:
    """The page after a visitor has followed a link, and opened all assumptions if ``wide``."""
    app = AppTest.from_file(str(APP), default_timeout=30)
    if wide:
        app.session_state["open:more"] = True
    pairs: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        pairs.setdefault(name, []).append(value)
    for name, values in pairs.items():
        app.query_params[name] = values
    app.run()
    assert not app.exception
    return app


def sentence(app: AppTest) -> str:
    return next(block.value for block in app.get("html") if 'class="lead"' in str(block.value))


def asked(app: AppTest) -> Question:
    question: Question = app.session_state["asked"]
    return question


def shown(app: AppTest, kind: str, name: str) -> Any:
    """The control of that name, whichever turn it is in (see ``widgets.seeded``)."""
    return next(w for w in app.get(kind) if re.fullmatch(rf"{re.escape(name)}(:\d+)?", w.key or ""))


def link(app: AppTest) -> dict[str, list[str]]:
    held = app.query_params.items()
    return {name: [value] if isinstance(value, str) else list(value) for name, value in held}


def slide(app: AppTest, lever: str, value: float) -> AppTest:
    shown(app, "slider", f"en:{lever}:slider").set_value(value).run()
    assert not app.exception
    return app


def test_the_first_view_is_a_worked_answer() -> None:
    app = opened()
    answer = run(Question(), library()).answer()
    assert answer.split(". ")[0].split(" (range")[0] in sentence(app).replace("&#x27;", "'")
    assert len(app.metric) == 4
    assert not app.error and not app.warning
    assert asked(app) == Question()


@pytest.mark.parametrize("name", library().scenarios)
def test_every_bundled_scenario_opens_with_no_change_of_ones_own(name: str) -> None:
    app = opened(f"scenario={name}")
    assert not app.error
    assert asked(app) == Question(scenario=name)
    assert shown(app, "selectbox", "en:scenario").value == name
    assert "nan" not in sentence(app).lower().split()
    assert not any("nan" in str(m.value).lower() or str(m.value).lower() == "none" for m in app.metric)


def test_moving_a_duty_changes_the_sentence_and_the_link() -> None:
    app = opened()
    before = sentence(app)
    slide(app, "tur.duty", 20.0)
    assert sentence(app) != before
    assert asked(app).sets == ("tur.duty=0.2",)
    assert link(app)["set"] == ["tur.duty=0.2"]
    assert shown(app, "number_input", "en:tur.duty:box").value == 20.0


def test_slider_and_box_are_one_control() -> None:
    app = opened()
    shown(app, "number_input", "en:tur.duty:box").set_value(6.75).run()
    assert asked(app).sets == ("tur.duty=0.0675",)
    assert shown(app, "slider", "en:tur.duty:slider").value == 6.75
    shown(app, "number_input", "en:tur.duty:box").set_value(120.0).run()
    assert shown(app, "slider", "en:tur.duty:slider").value == 50.0
    assert asked(app).sets == ("tur.duty=1.2",)


def test_a_control_put_back_where_the_scenario_has_it_leaves_the_link() -> None:
    app = slide(opened(), "tur.wedge", 100.0)
    assert asked(app).sets == ("tur.wedge=100",)
    slide(app, "tur.wedge", 164.0)
    assert asked(app) == Question()


def test_the_class_brings_its_duty_along() -> None:
    app = opened()
    assert shown(app, "slider", "en:tur.duty:slider").value == 0.0
    shown(app, "selectbox", "en:tur.class").set_value("petrochemical").run()
    assert shown(app, "slider", "en:tur.duty:slider").value == 6.5
    assert asked(app).sets == ("tur.class=petrochemical",)
    assert any("Follows your other changes" in caption.value for caption in app.caption)


def test_one_changed_control_goes_back_by_its_own_button() -> None:
    app = slide(slide(opened(), "tur.duty", 20.0), "irq.duty", 30.0)
    app.button(key="en:tur.duty:back").click().run()
    assert asked(app).sets == ("irq.duty=0.3",)
    assert shown(app, "slider", "en:tur.duty:slider").value == 0.0


def test_reset_leaves_the_scenario_alone() -> None:
    app = slide(opened("scenario=ban&on=2026-03-01"), "irq.duty", 30.0)
    shown(app, "number_input", "en:elasticities.el-tur-origins.value:box").set_value(5.0).run()
    assert asked(app).beliefs == ("elasticities.el-tur-origins.value=5",)
    app.button(key="en:reset").click().run()
    assert asked(app) == Question(scenario="ban")
    assert app.button(key="en:reset").disabled


def test_a_belief_moves_both_worlds_and_stays_when_the_scenario_changes() -> None:
    app = opened()
    shown(app, "number_input", "en:flows_baseline.bl-irn-irn-irq.tonnes:box").set_value(80.0).run()
    assert asked(app).beliefs == ("flows_baseline.bl-irn-irn-irq.tonnes=80000",)
    shown(app, "selectbox", "en:scenario").set_value("ban").run()
    assert asked(app) == Question(scenario="ban", beliefs=("flows_baseline.bl-irn-irn-irq.tonnes=80000",))


def test_choosing_a_scenario_lets_go_of_the_changes_made_to_another() -> None:
    app = slide(opened(), "tur.duty", 20.0)
    shown(app, "selectbox", "en:scenario").set_value("status_quo").run()
    assert asked(app) == Question(scenario="status_quo")
    assert link(app) == {"scenario": ["status_quo"]}


def test_a_bad_link_keeps_what_is_valid_and_names_the_rest() -> None:
    app = opened("scenario=ban&set=tur.duty=banana&set=irq.duty=0.2&assume=nothing.here.value=1&draws=999999999&x=1")
    assert asked(app) == Question(scenario="ban", sets=("irq.duty=0.2",))
    notice = app.warning[0].value.replace("\\", "")
    for part in ("set=tur.duty=banana", "assume=nothing.here.value=1", "draws=999999999", "x=1"):
        assert part in notice
    slide(app, "irq.duty", 25.0)
    assert not app.warning


def test_a_link_cannot_put_markdown_on_the_page() -> None:
    app = opened("set=![x](https://example.com/x.png)=1&scenario=<script>alert(1)</script>")
    text = app.warning[0].value
    assert "![x](" not in text and "<script>" not in text


def test_text_of_others_is_shown_as_it_stands() -> None:
    assert look.plain("a*b [c](d) :red[e] $f$") == r"a\*b \[c\]\(d\) \:red\[e\] \$f\$"


def test_a_prohibition_is_told_in_words() -> None:
    app = opened("scenario=ban")
    assert app.metric[0].value == "refused"
    assert any("under the label of Iraq" in info.value for info in app.info)
    both = opened("scenario=ban&set=tur.relabelling_ban=yes")
    assert any("under every label" in info.value for info in both.info)


def test_a_market_in_focus_is_a_way_of_looking_and_no_part_of_the_question() -> None:
    app = opened()
    shown(app, "segmented_control", "en:market").set_value("IRQ").run()
    assert not app.exception
    assert asked(app) == Question()
    assert any("Rivals in Iraq" in header.value for header in app.header)


def test_every_lever_has_its_control_with_a_note_that_names_its_standing() -> None:
    app = opened("scenario=status_quo")
    shown = [one.lever for one in (*levers.FIRST, *(one for group in levers.MORE.values() for one in group))]
    assert sorted(shown) == sorted(LEVERS)
    assert len(levers.FIRST) <= 7
    controls = {w.key: w for kind in ("slider", "selectbox", "segmented_control") for w in app.get(kind)}
    controls |= {w.key: w for w in app.segmented_control}
    for name in LEVERS:
        control = controls.get(f"en:{name}:slider") or controls[f"en:{name}"]
        assert control.label and "Standing" in control.help and "Source" in control.help, name
    assert asked(app).sets == ()


def test_what_is_folded_away_is_drawn_when_it_is_opened_or_when_a_link_moves_it() -> None:
    """The browser works through all that it is sent, so a closed fold is sent empty."""
    app = opened(wide=False)
    assert len(app.slider) == 3
    app.session_state["open:more"] = True
    app.run()
    assert len(app.slider) > 15
    for query in ("set=irn.award=0.05", "on=2026-03-01", "assume=elasticities.el-tur-origins.value=5"):
        assert len(opened(query, wide=False).slider) > 15, query
    assert len(opened("set=tur.duty=0.05", wide=False).slider) == 3
    app.session_state["asked"] = Question(sets=("irn.award=0.05",), beliefs=("elasticities.el-tur-origins.value=5",))
    app.session_state["open:more"], app.session_state["touched"] = False, True  # closed again, and changed elsewhere
    app.run()
    assert len(app.slider) == 3 and any("● 2 changed" in e.proto.label for e in app.get("expander"))


def test_the_note_of_a_lever_is_about_the_row_that_the_lever_moves() -> None:
    ground = engine.ground(Question(scenario="status_quo"))
    for name, find in levers.FIGURES.items():
        lever, now = LEVERS[name], find(ground)
        if lever.unit == "choice":
            continue
        assert now is not None, name
        moved = replace(ground, policy=lever.write(ground, lever.most / 7))
        then = find(moved)
        assert then is not None and then.central == pytest.approx(lever.most / 7), name


def test_a_question_without_an_answer_says_why_and_keeps_what_was_entered() -> None:
    app = slide(opened("scenario=status_quo"), "tur.duty", 5.0)
    shown(app, "number_input", "en:irn.export_duty:box").set_value(50.0).run()
    shown(app, "number_input", "en:irn.vat_cost:box").set_value(50.0).run()
    assert not app.exception
    assert "leave nothing" in app.error[0].value
    assert "tur.duty=0.05" in asked(app).sets and "irn.vat_cost=0.5" in asked(app).sets
    assert shown(app, "number_input", "en:irn.export_duty:box").value == 50.0
    app.button(key="en:last").click().run()
    assert not app.error
    assert "tur.duty=0.05" in asked(app).sets


def test_a_link_restores_the_same_page() -> None:
    first = slide(opened("scenario=card_proposal"), "tur.wedge", 40.0)
    again = opened(asked(first).query())
    assert asked(again) == asked(first)
    assert sentence(again) == sentence(first)


def test_two_visitors_do_not_see_each_other() -> None:
    one, other = opened(), opened()
    slide(one, "tur.duty", 30.0)
    other.run()
    assert asked(other) == Question()
    assert sentence(one) != sentence(other)


@pytest.mark.parametrize(
    "question",
    [Question(), Question(scenario="ban", on="2026-03-01", sets=("irq.duty=0.2",), draws=100, seed=7)],  # type: ignore[arg-type]
)
def test_the_python_lines_ask_the_same(question: Question) -> None:
    names: dict[str, object] = {}
    exec(take_away.python(question).replace("print(study.answer())", ""), names)  # noqa: S102 our own lines
    assert names["study"].question == question  # type: ignore[attr-defined]


def test_the_json_file_is_the_answer() -> None:
    study = run(Question(draws=100), library())
    held = json.loads(take_away.as_json(study)())
    assert held["answer"] == study.answer()
    assert held["detail"]["routes"]


def test_a_defect_in_the_data_is_named_and_nothing_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Library:
        raise BadData("data", [Defect("measures.csv", 7, "rate_central", "x", "a number", "Write 0.05.")])

    monkeypatch.setattr(engine, "library", broken)
    app = opened()
    assert "measures.csv, line 7" in app.error[0].value.replace("\\", "")
    assert not app.metric


def test_rows_are_read_again_when_a_file_has_changed() -> None:
    assert engine._library("one state of the files") is engine._library("one state of the files")
    assert engine._library("one state of the files") is not engine._library("another")


def test_what_nobody_knows_begins_with_what_moves_the_price_most() -> None:
    found = doubts.doubts(run(Question(draws=100), library()))
    assert len(found) == 3
    assert found[0].unknown.key == "unk-access-wedge"
    assert all(d.unknown.priority == 1 for d in found)


def test_the_second_page_shows_data_and_method() -> None:
    page = AppTest.from_string("from tariffs.ui import method_page\nmethod_page.show()", default_timeout=30).run()
    assert not page.exception
    assert page.get("latex") or page.latex
    tables = [str(block.value) for block in page.get("html") if 'class="cards"' in str(block.value)]
    assert [table.count('role="rowheader"') for table in tables] == [25, 25]  # the rest is there to be asked for
    page.button(key="en:rows:figures:more").click().run()
    figures = next(str(block.value) for block in page.get("html") if "with its range, standing" in str(block.value))
    assert figures.count('role="rowheader"') == len(run(Question(), library()).used) > 100
    page.button(key="en:rows:figures:few").click().run()
    assert any("25 of" in caption.value for caption in page.caption)


def test_a_table_keeps_a_strangers_text_as_text_and_writes_figures_as_the_language_does() -> None:
    text = rows.made(["a", "<b>"], [["<script>x</script>", rows.Part("42%", 0.42)], [None, float("nan")]], 'a "b"')
    assert "<script>" not in text and "&lt;b&gt;</th>" in text and 'aria-label="a &quot;b&quot;"' in text
    assert "42%" in text and "width:42.0%" in text and text.count(">–<") == 2
    tr, fa = Words("tr"), Words("fa")
    assert [long_table.cell(x, tr) for x in (2006.0, 2006, 0.123456, 12345.6, float("inf"), float("nan"), True)] == [
        "2006", "2006", "0,1235", "12.346", "∞", "–", "evet",
    ]  # fmt: skip
    assert long_table.cell(-0.5, fa).strip("\u2066\u2069") == "−0.5000"


def test_a_right_to_left_language_turns_the_page_and_not_its_figures() -> None:
    page = AppTest.from_string(
        "from tariffs.ui import look\nfrom tariffs.words import Words\nlook.dress(Words('fa'))", default_timeout=30
    ).run()
    assert not page.exception
    style = "".join(str(block.value) for block in page.get("html"))
    assert "direction:rtl" in style and "direction:ltr" in style
    assert Words("fa").direction == "rtl"
