"""A question is one small value: the same in a link, on a shell line and in Python."""

import shlex
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tariffs.errors import BadQuestion
from tariffs.scenario import LEVERS
from tariffs.store import Library
from tariffs.study import Question, from_query, run
from tariffs.study.question import LONGEST_TEXT, MOST_EDITS, as_day, one_each

LIBRARY = Library.open()
laws = settings(max_examples=60, deadline=None, derandomize=True)


def anything(_: Question) -> None:
    """A check that lets every question pass."""


def runs(question: Question) -> None:
    """A check that asks the question, without draws."""
    run(replace(question, draws=0), LIBRARY)


names = st.one_of(
    st.sampled_from(tuple(LEVERS)),
    st.from_regex(r"[a-z_]{1,12}\.[a-z0-9@-]{1,20}\.[a-z_]{1,10}", fullmatch=True),
)
# Anything a person may paste: Persian digits, quotes, ampersands, hashes, plus signs, per cent signs.
values = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=40
)
edits = st.builds(lambda name, value: f"{name}={value}", names, values)
questions = st.builds(
    Question,
    scenario=st.sampled_from(tuple(LIBRARY.scenarios)),
    on=st.none() | st.dates(date(2016, 1, 1), date(2030, 12, 31)),
    sets=st.lists(edits, max_size=6).map(tuple),
    beliefs=st.lists(edits, max_size=6).map(tuple),
    draws=st.integers(0, 1_000_000),
    seed=st.integers(0, 2**32 - 1),
)


# Links


@laws
@given(question=questions)
def test_a_link_says_the_whole_question_and_nothing_else(question: Question) -> None:
    read = from_query(question.query(), anything)
    assert read.question == question
    assert read.ignored == ()


@laws
@given(question=questions)
def test_a_link_read_as_pairs_says_the_same(question: Question) -> None:
    assert from_query(parse_qsl(question.query(), keep_blank_values=True), anything).question == question


def test_a_link_is_short_where_the_question_is_plain() -> None:
    assert Question().query() == "scenario=province_proposal"
    asked = Question(scenario="ban", on=date(2026, 2, 1), sets=("tur.duty=2.5%",), beliefs=("relabelling=20",), draws=0)
    assert asked.query() == "scenario=ban&on=2026-02-01&set=tur.duty=2.5%25&assume=relabelling=20&draws=0"


def test_a_link_typed_by_hand_may_leave_its_per_cent_sign_bare() -> None:
    assert from_query("set=tur.duty=5%", anything).question.sets == ("tur.duty=5%",)


def test_the_order_of_a_links_parts_does_not_matter() -> None:
    one = from_query("scenario=complaint_day&set=irn.fx_haircut=0.2&on=2025-10-16", runs)
    other = from_query("set=irn.fx_haircut=0.2&on=2025-10-16&scenario=complaint_day", runs)
    assert one == other
    assert one.ignored == ()


def test_a_bad_link_keeps_what_is_valid_and_names_what_is_not() -> None:
    read = from_query(
        "scenario=ban&on=2026-13-01&set=tur.duty=abc&set=tur.wedge=50&set=nothing&assume=elasticities.el-tur-label.value=5"
        "&colour=green&draws=many&seed=3&model=oracle",
        runs,
    )
    assert read.question == Question(
        scenario="ban", sets=("tur.wedge=50",), beliefs=("elasticities.el-tur-label.value=5",), seed=3
    )
    assert set(read.ignored) == {
        "on=2026-13-01", "set=tur.duty=abc", "set=nothing", "colour=green", "draws=many", "model=oracle",
    }  # fmt: skip


def test_an_unknown_scenario_in_a_link_leaves_the_rest_standing() -> None:
    read = from_query("scenario=world_peace&set=tur.duty=2%", runs)
    assert read.question == Question(sets=("tur.duty=2%",))
    assert read.ignored == ("scenario=world_peace",)


@pytest.mark.parametrize("part", ["draws=-1", "draws=10000000", "draws=2.5", "seed=-1", "seed=99999999999", "draws="])
def test_a_number_out_of_bounds_in_a_link_is_named_and_ignored(part: str) -> None:
    def asked_with_draws(question: Question) -> None:
        run(question, LIBRARY)

    read = from_query(f"scenario=ban&{part}", asked_with_draws)
    assert read.ignored == (part,)
    assert read.question == Question(scenario="ban")


def test_a_part_longer_than_any_edit_is_ignored_and_its_name_cut_short() -> None:
    read = from_query("set=tur.duty=" + "9" * 1_000, anything)
    assert read.question == Question()
    assert len(read.ignored) == 1
    assert len(read.ignored[0]) <= LONGEST_TEXT + len("set=")
    assert read.ignored[0].startswith("set=tur.duty=999")


def test_a_link_carries_at_most_so_many_edits() -> None:
    pairs = [("set", f"measures.row-{i}.rate=0.1") for i in range(MOST_EDITS + 40)]
    read = from_query(pairs, anything)
    assert len(read.question.sets) == MOST_EDITS
    assert len(read.ignored) == 40


def test_a_link_full_of_edits_still_says_its_draws_and_seed() -> None:
    asked = Question(sets=tuple(f"measures.row-{i}.rate=0.1" for i in range(MOST_EDITS)), draws=7, seed=9)
    assert from_query(asked.query(), anything).question == asked


@pytest.mark.parametrize("query", ["", "?", "&&&", "set", "=", "a=b=c", "%zz=%zz", "set=%00=1"])
def test_a_link_that_says_nothing_is_the_plain_question(query: str) -> None:
    assert from_query(query, runs).question == Question()


# Shell lines


@laws
@given(question=questions, command=st.sampled_from(["impact", "brief", "compare"]))
def test_a_shell_line_is_quoted_so_that_the_shell_gives_back_each_part(question: Question, command: str) -> None:
    words = shlex.split(question.shell(command))
    assert words[:4] == ["python", "-m", "tariffs", command]
    pairs = list(zip(words[4::2], words[5::2], strict=True))
    said = {name: [value for n, value in pairs if n == name] for name, _ in pairs}
    assert said.pop("--scenario") == [question.scenario]
    assert tuple(said.pop("--set", ())) == question.sets
    assert tuple(said.pop("--assume", ())) == question.beliefs
    assert said.pop("--on", [None]) == [question.on.isoformat() if question.on else None]
    assert int(said.pop("--draws", ["2000"])[0]) == question.draws
    assert int(said.pop("--seed", ["1"])[0]) == question.seed
    assert not said


@pytest.mark.parametrize("name", ["scenario", "model"])
def test_no_part_of_a_shell_line_can_start_a_command_of_its_own(name: str) -> None:
    question = replace(Question(), **{name: "x; echo gone"})  # type: ignore[arg-type]
    assert "x; echo gone" in shlex.split(question.shell())


# Values


def test_a_lever_set_twice_stands_at_the_last_value() -> None:
    assert Question(sets=("tur.duty=1%", "irn.award=0.02", "tur.duty=2%")).sets == ("tur.duty=2%", "irn.award=0.02")


def test_a_lever_is_put_and_taken_back() -> None:
    asked = Question().with_set("tur.duty", 0.05).with_belief("relabelling", 20)
    assert (asked.setting("tur.duty"), asked.beliefs) == ("0.05", ("relabelling=20",))
    assert asked.with_set("tur.duty", None).with_belief("relabelling", None) == Question()


def test_spaces_around_an_edit_do_not_count() -> None:
    assert one_each([" tur.duty = 5% "]) == ("tur.duty=5%",)


def test_a_date_may_be_opened_by_an_edit_without_a_value() -> None:
    assert one_each(["measures.tur-fueltank-2024.valid_to="]) == ("measures.tur-fueltank-2024.valid_to=",)


@pytest.mark.parametrize("text", ["tur.duty", "=5%", "tur.duty=", "", "   "])
def test_an_edit_without_both_its_sides_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadQuestion, match=r"tur\.duty=2\.5%"):
        one_each([text])


@pytest.mark.parametrize("text", ["2026-02-30", "yesterday", "01/02/2026", "2026", "", "۱۴۰۴-۱۱-۱۲"])
def test_a_day_that_is_none_is_refused_with_the_way_to_write_one(text: str) -> None:
    with pytest.raises(BadQuestion, match="2026-02-01"):
        as_day(text)


def test_a_day_may_be_a_text_or_a_day() -> None:
    assert Question(on="2026-02-01") == Question(on=date(2026, 2, 1))  # type: ignore[arg-type]
    assert Question(on=None).on is None


def test_a_question_can_be_looked_up_by_its_value() -> None:
    one, two = Question(sets=("tur.duty=5%",)), Question(sets=("tur.duty=5%",))
    assert {one: "kept"}[two] == "kept"
