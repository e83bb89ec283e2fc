"""Figures, days, lists and refusals as a reader of each language expects them, and pages without English in them."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tariffs import Library, Question, run
from tariffs.brief import chart_words, charts
from tariffs.errors import BadLever, BadQuestion, Place, TariffsError
from tariffs.scenario import LEVERS, Ground, set_lever
from tariffs.scenario.edits import parse_edit
from tariffs.store import glossary
from tariffs.study import from_query
from tariffs.ui import glossary_page
from tariffs.words import MINUS, Words, catalogue

APP = str(Path(__file__).parent.parent / "app.py")
LTR, FIRST, END = "\u2066", "\u2068", "\u2069"
ISOLATES = re.compile("[\u2066-\u2069]")
OTHERS = catalogue.OTHERS
PAGES = ("", "compare", "limits", "markets", "evidence", "brief", "method", "glossary")
SECTIONS = ("prices", "currency", "labels", "elasticities", "past", "flows")  # of the evidence, besides its first


def bare(text: str) -> str:
    """Text without the marks that keep directions apart."""
    return ISOLATES.sub("", text)


@pytest.mark.parametrize(
    ("lang", "digits", "said"),
    [
        ("en", "", (f"{MINUS}1,234.5", f"{MINUS}3.2%", "20%", f"USD {MINUS}42/t", "20.8 kt")),
        ("tr", "", (f"{MINUS}1.234,5", f"{MINUS}%3,2", "%20", f"{MINUS}42 dolar/ton", "20,8 bin ton")),
        ("fa", "", (f"{MINUS}1,234.5", f"{MINUS}3.2 درصد", "20 درصد", f"{MINUS}42 دلار در تن", "20.8 هزار تن")),
        ("fa", "fa", (f"{MINUS}۱٬۲۳۴٫۵", f"{MINUS}۳٫۲ درصد", "۲۰ درصد", f"{MINUS}۴۲ دلار در تن", "۲۰٫۸ هزار تن")),
        ("ar", "", (f"{MINUS}1,234.5", f"{MINUS}3.2%", "20%", f"{MINUS}42 دولار للطن", "20.8 ألف طن")),
    ],
)
def test_figures_are_written_as_each_country_writes_them(lang: str, digits: str, said: tuple[str, ...]) -> None:
    t = Words(lang, digits)
    figures = (t.number(-1234.5, 1), t.percent(-0.032), t.percent(0.2), t.usd_per_t(-42), t.tonnes(20_800))
    assert tuple(map(bare, figures)) == said


def test_only_persian_has_persian_digits() -> None:
    assert [Words(lang, "fa").number(5) for lang in ("en", "tr", "ar", "fa")] == ["5", "5", "5", "۵"]


def test_codes_and_what_a_reader_types_keep_their_digits() -> None:
    t = Words("fa", "fa")
    assert "2713.20" in t(
        "No bilateral tonnage for 2713.20 is published: the baseline tonnes are assumed or derived, each with a range."
    )
    assert "2026-02-01" in t("'{text}' is not a day; write it as 2026-02-01.", text="x")
    assert "۵ تا ۹۵" in t("Hollow: before. Filled: after. Lines: 5 to 95 % of the draws.")


@pytest.mark.parametrize("lang", ["fa", "ar"])
def test_a_signed_figure_is_kept_together_in_a_right_to_left_sentence(lang: str) -> None:
    t = Words(lang)
    assert t.number(-42) == f"{LTR}{MINUS}42{END}"
    assert t.number(42) == "42"
    sentence = t("The FOB price falls by {fob}.", fob=t.usd_per_t(-42))
    assert f"{LTR}{MINUS}42{END}" in sentence
    assert sum(sentence.count(mark) for mark in (LTR, FIRST, "\u2067")) == sentence.count(END)


def test_names_in_other_letters_are_isolated_and_ours_are_not() -> None:
    t = Words("fa")
    assert t("Source: {title}.", title="UN Comtrade (2024)") == f"منبع: {FIRST}UN Comtrade (2024){END}."
    assert t("Source: {title}.", title="گمرک ایران") == "منبع: گمرک ایران."
    assert Words("tr")("Source: {title}.", title="UN Comtrade") == "Kaynak: UN Comtrade."
    assert t.listed(["ترکیه", "tur.duty=0.2"]) == f"ترکیه و {FIRST}tur.duty=0.2{END}"


def test_days_have_the_months_of_the_country_and_persian_has_its_own_calendar() -> None:
    day = date(2026, 2, 1)
    assert Words("tr").day(day) == "1 Şubat 2026"
    assert Words("ar").day(day) == "1 شباط 2026"
    assert Words("fa").day(day) == "1 فوریهٔ 2026 (12 بهمن 1404)"
    assert Words("fa", "fa").day(date(2025, 3, 21)) == "۲۱ مارس ۲۰۲۵ (۱ فروردین ۱۴۰۴)"


def test_a_month_has_its_jalali_months_beside_it_in_persian() -> None:
    fa = Words("fa")
    assert fa.dated("2025-10") == "اکتبر 2025 (مهر–آبان 1404)"
    assert fa.dated("2026-03") == "مارس 2026 (اسفند 1404–فروردین 1405)"  # a new year begins in it
    assert Words("fa", "fa").dated("2023-12") == "دسامبر ۲۰۲۳ (آذر–دی ۱۴۰۲)"
    for written in ("2023", "2024-13", "2024-02-30", "271320"):  # a year, and what only looks like a day
        assert fa.dated(written) == written
    assert Words("tr").dated("2025-10") == "2025-10"


def test_places_have_the_names_of_the_language() -> None:
    assert [Words(lang).place("AZE") for lang in ("en", *OTHERS)] == [
        "Azerbaijan",
        "جمهوری آذربایجان",
        "Azerbaycan",
        "أذربيجان",
    ]
    assert Words("ar").listed([Words("ar").place(p) for p in ("TUR", "IRQ")]) == "تركيا والعراق"


def test_arabic_counts_one_two_few_and_many() -> None:
    t = Words("ar")
    assert [bare(t.many("{number} term", "{number} terms", n)) for n in (1, 2, 3, 11, 100)] == [
        "مصطلح واحد",
        "مصطلحان",
        "3 مصطلحات",
        "11 مصطلحاً",
        "100 مصطلح",
    ]


@cache
def library() -> Library:
    return Library.open()


def ground() -> Ground:
    held = library()
    return Ground(held.policy, held.policy, date(2026, 2, 1), held.scenarios)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: set_lever(ground(), "tur.duty", "abc"),
        lambda: set_lever(ground(), "tur.duty", "900%"),
        lambda: set_lever(ground(), "tur.duty", "swiss:x"),
        lambda: set_lever(ground(), "tur.wedge", "5000"),
        lambda: set_lever(ground(), "irn.fx", "maybe"),
        lambda: set_lever(ground(), "tur.nothing", "1"),
        lambda: parse_edit("measures.tur-duty-any.ratee=0.05"),
        lambda: parse_edit("nonsense"),
        lambda: Question(on="2026-02-30"),  # type: ignore[arg-type]
        lambda: Question(sets=("tur.duty",)),
        lambda: run(Question(scenario="nonsense"), library()),
        lambda: run(Question(scenario="bann"), library()),
        lambda: run(Question(sets=("nonsense=1",)), library()),
        lambda: run(Question(sets=("elasticities.el-tur-origins.value=5",)), library()),
        lambda: run(Question(beliefs=("elasticities.el-tur-origins.value=-5",)), library()),
        lambda: run(Question(beliefs=("elasticities.nothing.value=5",)), library()),
        lambda: run(Question(model="crystal ball"), library()),
        lambda: run(Question(seed=-1), library()),
        lambda: run(Question(draws=-1), library()),
        lambda: run(Question(correlate=("a~b=2",)), library()),
        lambda: run(Question(correlate=("nothing~nowhere=0.5",)), library()),
    ],
)
def test_a_refusal_is_told_in_the_readers_language(asked: object) -> None:
    with pytest.raises(BadQuestion) as refused:
        asked()  # type: ignore[operator]
    english = str(refused.value)
    for lang in OTHERS:
        told = Words(lang).explain(refused.value)
        assert told and told != english
        for gap in refused.value.gaps.values():
            assert all(str(one) in told for one in (gap if isinstance(gap, list | tuple) else [gap])), (lang, told)
    assert Words("en").explain(refused.value) == english


def test_a_reason_within_a_refusal_and_a_place_are_told_in_the_readers_language_too() -> None:
    with pytest.raises(TariffsError) as refused:
        run(Question(scenario="ban", model="smart", draws=0), library())
    english = str(refused.value)
    assert "2026-02-01: a route that trades is prohibited" in english
    told = {lang: Words(lang).explain(refused.value) for lang in OTHERS}
    assert all(english_in(text, lang) == [] for lang, text in told.items()), told
    nothing = BadQuestion("Nothing is sold to {importer} under the label of {exporter} in our rows.",
                          importer=Place("TUR"), exporter=Place("IRN"))  # fmt: skip
    assert str(nothing) == "Nothing is sold to TUR under the label of IRN in our rows."
    assert "ترکیه" in Words("fa").explain(nothing) and "Türkiye" in Words("tr").explain(nothing)


def test_an_error_without_words_of_its_own_is_shown_as_it_stands() -> None:
    assert Words("fa").explain(TariffsError("The market {did} not clear.")) == "The market {did} not clear."
    day = BadLever(
        "{lever}: no row for it on {day}. Add one to data/ or choose another day.", lever="x", day=date(2026, 2, 1)
    )
    assert "2026-02-01" in str(day) and "بهمن" in Words("fa").explain(day)


@pytest.mark.parametrize("lang", OTHERS)
def test_the_answer_of_every_bundled_scenario_has_no_english_left(lang: str) -> None:
    t = Words(lang)
    for name in ("status_quo", "province_proposal", "ban", "complaint_day"):
        answer = run(Question(scenario=name, draws=16), library()).answer(lang)
        assert english_in(answer, lang) == [], answer
        assert "{" not in answer
    assert t.rtl is (lang != "tr")


@pytest.mark.parametrize(("lang", "decimal"), [("en", "."), ("fa", "."), ("tr", ","), ("ar", ".")])
def test_a_chart_writes_its_ticks_and_runs_its_lines_as_the_language_does(lang: str, decimal: str) -> None:
    t, study = Words(lang), run(Question(draws=16), library())
    spec = chart_words.spoken(charts.gains(study, t).chart.to_dict(), t)
    assert spec["config"]["locale"]["number"]["decimal"] == decimal
    assert spec["config"]["locale"]["number"]["minus"] == MINUS
    names = {row["name"] for rows in spec["datasets"].values() for row in rows if "name" in row}
    assert names
    for name in names:
        for line in name.split("\n"):
            assert line.startswith("\u2067") is t.rtl and line.endswith(END) is t.rtl
    sorted_by = spec["layer"][0]["encoding"]["y"]["sort"]
    assert set(sorted_by) == names
    persian = chart_words.figures(Words("fa", "fa"))
    assert (persian["numerals"][4], persian["decimal"]) == ("۴", "٫")


# --- pages -----------------------------------------------------------------------------------------------------


def opened(where: str, lang: str, **query: str) -> AppTest:
    """The home page within its frame, or another page on its own."""
    alone = f"from tariffs.ui import {where}_page\n{where}_page.show()"
    app = AppTest.from_string(alone, default_timeout=60) if where else AppTest.from_file(APP, default_timeout=60)
    for name, value in {"lang": lang, **query}.items():
        app.query_params[name] = value
    for fold in ("more", "holding", "labels", "models"):  # what is folded away is read too
        app.session_state[f"open:{fold}"] = True
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> Iterator[str]:
    """Everything that a page says: texts, labels, help, choices, heads and cells of tables."""
    for kind in ("markdown", "caption", "header", "subheader", "title", "html", "text", "info", "warning", "error"):
        for block in app.get(kind):
            yield str(getattr(block, "value", None) or getattr(block.proto, "body", ""))
    for kind in (
        "button",
        "slider",
        "number_input",
        "selectbox",
        "segmented_control",
        "date_input",
        "metric",
        "tabs",
        "text_input",
        "button_group",
        "expander",
        "tab",
    ):
        for block in app.get(kind):
            proto = block.proto
            for name in ("label", "help", "body", "delta", "placeholder"):
                yield str(getattr(proto, name, "") or "")
            options = getattr(proto, "options", ())
            for option in options:
                yield option if isinstance(option, str) else str(getattr(option, "content", ""))


ENGLISH = frozenset(
    word.casefold()
    for message in catalogue.template()
    if message.id
    for word in re.findall(r"[A-Za-z]{3,}", catalogue.GAP.sub(" ", catalogue.identity(message)))
)


@cache
def vocabulary(lang: str) -> frozenset[str]:
    """Latin-letter words that the language itself uses."""
    held = catalogue.held_in(lang)
    strings = [s for m in held if m.id for s in (m.string if isinstance(m.string, tuple) else (m.string,))]
    strings += [term.named(lang) for term in glossary.terms()]
    return frozenset(w.casefold() for s in strings for w in re.findall(r"[^\W\d_]{3,}", catalogue.GAP.sub(" ", str(s))))


# How a row of the elasticities is named: by its key in a table, in full where it has to be typed.
ROWS = (("", ""), ("elasticities.", ""), ("elasticities.", ".value"))


@cache
def cited() -> tuple[str, ...]:
    """Documents, their publishers and our codes, which stay as they are in every language; longest first."""
    held = library()
    documents = [s for s in held.sources.values() if s.kind != "assumption"]
    said = {text for s in documents for text in (s.title, s.publisher, s.where, s.published)}
    said |= {source for term in glossary.terms() for source in term.sources}
    others = ("armington", "gsim", "smart", "English", "expand")
    rows = {f"{of}{key}{field}" for key in held.elasticities.rows for of, field in ROWS}
    codes = {*LEVERS, *held.scenarios, *held.sources, *rows, *others}
    return tuple(sorted((text for text in said | codes if text), key=len, reverse=True))


def english_in(text: str, lang: str) -> list[str]:
    """English words of our own messages that stand in a text of another language."""
    text = catalogue.GAP.sub(" ", re.sub(r":\w+-badge\[", " ", text))
    marked = r'<style>.*?</style>|<script>.*?</script>|<(\w+)[^>]*lang="en"[^>]*>[^<]*</\1>|<[^>]+>'
    plain = unescape(re.sub(marked, " ", text, flags=re.S)).replace("\\", "")
    for name in cited():
        plain = plain.replace(name, " ")
    plain = re.sub(r":material/\w+:|https?://\S+|\b[\w-]+(?:\.[\w-]+)+\b|\b\w+=\S+|\w+_\w+", " ", plain)
    found = re.findall(r"(?<![^\W\d_])[A-Za-z]{3,}(?![^\W\d_])", plain)
    mine = vocabulary(lang)
    return [word for word in found if word.casefold() in ENGLISH and word.casefold() not in mine]


def test_the_search_for_english_finds_english() -> None:
    assert english_in("قیمت Landed price در مقصد", "fa") == ["Landed", "price"]
    assert english_in("Varış fiyatı and the buyers", "tr") == ["and", "the", "buyers"]
    assert english_in('<p lang="en">the buyers</p> قیمت FOB', "ar") == []


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("where", PAGES)
def test_no_english_is_left_on_a_page(where: str, lang: str) -> None:
    app = opened(where, lang)
    said = list(texts(app))
    assert len(said) > 10
    left = {text: words for text in said if (words := english_in(text, lang))}
    assert left == {}


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("section", SECTIONS)
def test_no_english_is_left_in_a_section_of_the_evidence(section: str, lang: str) -> None:
    app = opened("evidence", lang)
    app.session_state["evidence:section"] = section
    next(g for g in app.get("button_group") if g.key == f"{lang}:evidence:section").set_value(section).run()
    assert not app.exception and not app.error
    left = {text: words for text in texts(app) if (words := english_in(text, lang))}
    assert left == {}


@pytest.mark.parametrize("lang", ("en", *OTHERS))
def test_every_page_opens_in_every_language(lang: str) -> None:
    for where in PAGES:
        app = opened(where, lang)
        assert not app.error
        assert app.session_state["lang"] == lang


def test_a_question_market_and_digits_survive_every_change_of_language() -> None:
    app = opened("", "en", scenario="ban", set="irq.duty=0.3", digits="fa")
    key = "en:market"
    next(g for g in app.get("button_group") if g.key == key).set_value("IRQ").run()
    for lang in ("fa", "ar", "tr", "en", "fa"):
        next(g for g in app.get("button_group") if g.key == "language").set_value(lang).run()
        assert not app.exception
        asked: Question = app.session_state["asked"]
        assert asked == Question(scenario="ban", sets=("irq.duty=0.3",))
        assert app.session_state[f"{lang}:market"] == "IRQ"
        assert app.query_params["lang"] in (lang, [lang])
        assert app.query_params["digits"] in ("fa", ["fa"])
    assert any("۱" in str(metric.value) or "۳" in str(metric.value) for metric in app.metric)


@pytest.mark.parametrize("lang", ("en", *OTHERS))
def test_a_link_carries_codes_whatever_the_language(lang: str) -> None:
    app = opened("", lang, scenario="province_proposal", set="tur.class=petrochemical")
    held = app.query_params.items()
    query = [(n, v if isinstance(v, str) else v[0]) for n, v in held if n not in ("lang", "digits")]
    assert query == [("scenario", "province_proposal"), ("set", "tur.class=petrochemical")]
    assert from_query(query, lambda question: None).ignored == ()


def test_persian_digits_are_offered_where_persian_is_read_and_kept_in_the_link() -> None:
    app = opened("", "fa")
    assert not any("۴" in str(metric.value) for metric in app.metric)
    next(g for g in app.get("button_group") if g.key == "digits_shown").set_value("fa").run()
    assert all(not re.search("[0-9]", str(metric.value)) for metric in app.metric)
    assert app.query_params["digits"] in ("fa", ["fa"])
    assert not [g for g in opened("", "tr").get("button_group") if g.key == "digits_shown"]


def test_days_are_told_by_both_calendars_and_lists_have_persian_marks() -> None:
    app = opened("", "fa", on="2026-03-01")
    assert any("10 اسفند 1404" in bare(one.value) for one in app.caption)
    sources = next(str(b.value) for b in app.get("html") if 'class="sources"' in str(b.value))
    assert "16 اکتبر 2025 (24 مهر 1404)" in bare(sources) and "2025-10-16" not in sources
    assert "2025-10-16" in next(str(b.value) for b in opened("", "tr").get("html") if 'class="sources"' in str(b.value))
    said = [bare(one.value).replace("\\", "") for one in app.markdown]
    assert any("هزار تن)؛" in one for one in said) and not any("هزار تن);" in one for one in said)
    english = next(str(b.value) for b in opened("", "fa", digits="fa").get("html") if 'class="sources"' in str(b.value))
    assert "VAT general rate 18% to 20%" in english and "۲۰۲۵" in english  # a title that we do not translate stays


def test_the_glossary_is_searched_in_any_language_and_says_so_when_nothing_is_found() -> None:
    app = opened("glossary", "fa")
    app.text_input(key="fa:sought").set_value("export award").run()
    table = next(str(b.value) for b in app.get("html") if "<table" in str(b.value))
    assert "جایزه صادراتی" in table and "گمرکی اضافی" not in table
    assert 'lang="fa" dir="rtl"' in table and 'lang="en" dir="ltr"' in table
    app.text_input(key="fa:sought").set_value("zzzz").run()
    assert any("zzzz" in bare(info.value) for info in app.info)


def test_months_of_the_evidence_are_told_by_both_calendars() -> None:
    app = opened("evidence", "fa")
    next(g for g in app.get("button_group") if g.key == "fa:evidence:section").set_value("prices").run()
    assert not app.exception
    tables = "".join(bare(str(block.value)) for block in app.get("html") if "<table" in str(block.value))
    assert "دسامبر 2022 (آذر–دی 1401)" in tables
    assert not re.search(r">(20[0-9]{2})-(0[1-9]|1[0-2])<", tables)


def test_a_persian_term_keeps_its_place_in_a_turkish_sentence() -> None:
    text = "yani حقوق گمرکی + سود بازرگانی; حقوق ورودی"
    assert glossary_page._mixed(text, "tr") == (
        "yani <bdi>حقوق گمرکی</bdi> + <bdi>سود بازرگانی</bdi>; <bdi>حقوق ورودی</bdi>"
    )
    assert glossary_page._mixed("<b> گمرک", "fa") == "&lt;b&gt; گمرک"


@pytest.mark.parametrize("lang", OTHERS)
def test_the_figures_used_are_named_in_words_and_not_by_their_rows(lang: str) -> None:
    app = opened("method", lang)
    table = next(str(block.value) for block in app.get("html") if 'class="cards"' in str(block.value))
    names = [unescape(re.sub("<[^>]+>", "", name)) for name in re.findall(r'role="rowheader">(.*?)</th>', table)]
    assert len(names) == 25
    assert [name for name in names if "_" in name or english_in(name, lang)] == []
    assert "costs.packing-bulk.value" in table  # the row is still there to be looked up


def test_a_source_cited_in_its_own_words_keeps_its_own_digits() -> None:
    app = opened("method", "fa", digits="fa")
    table = next(bare(str(block.value)) for block in app.get("html") if 'class="cards"' in str(block.value))
    assert "Rates of 26 October 2025" in table and "۳۲٫۷ درصد" in table
