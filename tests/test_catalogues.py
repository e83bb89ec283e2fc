"""Nothing that a reader meets is missing, stale, untranslated or short of a figure in any of the four languages."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tariffs.scenario import LEVERS
from tariffs.store import Library, glossary
from tariffs.words import Words, catalogue, languages, po_file, terms

OTHERS = catalogue.OTHERS


def said_in(lang: str) -> dict[str, list[str]]:
    """Every message of a language with its forms."""
    held = catalogue.held_in(lang)
    return {
        catalogue.identity(m): [str(s) for s in (m.string if isinstance(m.string, tuple) else (m.string,))]
        for m in held
        if m.id
    }


def spoken_in(lang: str) -> dict[str, list[str]]:
    """The messages of a language but for the glossary's traps, which quote words of the others to warn of them."""
    quoting = {term.note for term in glossary.terms()}
    return {english: forms for english, forms in said_in(lang).items() if english not in quoting}


def test_four_languages_are_spoken() -> None:
    assert languages() == ("en", "fa", "tr", "ar")


@pytest.mark.parametrize("lang", OTHERS)
def test_every_text_of_code_and_data_is_said_in_each_language(lang: str) -> None:
    found = catalogue.faults(lang)
    assert not found, "run `make words` and see locale/README.md:\n" + "\n".join(map(str, found))


@pytest.mark.parametrize("lang", OTHERS)
def test_a_catalogue_holds_nothing_that_nobody_says_any_more(lang: str) -> None:
    wanted = {catalogue.identity(m) for m in catalogue.template() if m.id}
    assert set(said_in(lang)) - wanted == set()


def held(**messages: str) -> Catalog:
    """A catalogue with one message, ``english`` said as ``said``."""
    made = Catalog(locale="fa")
    flags = ["fuzzy"] if messages.get("fuzzy") else []
    made.add(messages["english"], messages["said"], flags=flags)
    return made


@pytest.mark.parametrize(
    ("english", "said", "fuzzy", "fault"),
    [
        ("Duty in {place}", "حقوق گمرکی در {place}", "", None),
        ("Duty in {place}", "", "", "missing"),
        ("Duty in {place}", "حقوق گمرکی در {place}", "yes", "fuzzy"),
        ("Duty in {place}", "حقوق گمرکی", "", "gaps"),
        ("Duty in {place}", "حقوق گمرکی در {place} و {other}", "", "gaps"),
        ("Duty in {place}", "Duty in {place}", "", "untranslated"),
        ("FOB {fob}, CIF {cif}", "FOB {fob}, CIF {cif}", "", None),
    ],
)
def test_a_missing_fuzzy_short_or_english_message_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, english: str, said: str, fuzzy: str, fault: str | None
) -> None:
    monkeypatch.setattr(catalogue, "held_in", lambda lang: held(english=english, said=said, fuzzy=fuzzy))
    wanted = Catalog()
    wanted.add(english)
    assert [f.what for f in catalogue.faults("fa", wanted)] == ([fault] if fault else [])


def test_each_form_of_a_plural_keeps_its_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    ids, full, bare = ("{number} term of {place}", "{number} terms of {place}"), "{number} مصطلح في {place}", "مصطلح"
    wanted = Catalog()
    wanted.add(ids)
    for forms, faults in (
        ((*["مصطلح في {place}"] * 3, full, full, full), []),
        ((full, full, full, full, full, bare), ["gaps"]),
        ((bare, full, full, full, full, full), ["gaps"]),
    ):
        said = Catalog(locale="ar")
        said.add(ids, forms)
        monkeypatch.setattr(catalogue, "held_in", lambda lang, said=said: said)
        assert [f.what for f in catalogue.faults("ar", wanted)] == faults


def test_texts_are_found_wherever_code_says_them() -> None:
    lines = (
        'a = N_("One " "two")',
        "b = f'{plain(t(N_(\"inside\")))}'",
        't("bare")',
        't.many("{number} a", "{number} b", n)',
    )
    source = "\n".join(lines)
    found = [(text.text, text.plural) for text in catalogue.in_code(source, "page.py")]
    assert sorted(found) == [("One two", ""), ("bare", ""), ("inside", ""), ("{number} a", "{number} b")]


def test_a_sheet_that_somebody_filled_in_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "po_file", lambda lang: tmp_path / lang / "tariffs.po")
    (tmp_path / "sheet.csv").write_text(
        f"id,en,fa,tr,ar\n{catalogue.mark('Freight')},Freight,کرایه حمل,Navlun,أجور النقل\n", encoding="utf-8"
    )
    wanted = Catalog()
    wanted.add("Freight", locations=[("page.py", 1)])
    taken = catalogue.filled_sheets(tmp_path)
    for lang in OTHERS:
        catalogue.update(lang, wanted, taken[lang])
        assert catalogue.faults(lang, wanted) == []
    assert catalogue.held_in("tr")["Freight"].string == "Navlun"


def test_bringing_a_complete_catalogue_up_to_date_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = po_file("fa").read_bytes()
    shutil.copy(po_file("fa"), tmp_path / "tariffs.po")
    monkeypatch.setattr(catalogue, "po_file", lambda lang: tmp_path / "tariffs.po")
    catalogue.update("fa", catalogue.template(), {})
    assert (tmp_path / "tariffs.po").read_bytes() == before


@pytest.mark.parametrize("lang", OTHERS)
def test_scenarios_levers_standings_and_unknowns_have_words_of_the_language(lang: str) -> None:
    t, library = Words(lang), Library.open()
    texts = [
        *(text for s in library.scenarios.values() for text in (s.title, s.description)),
        *(terms.LEVERS[name] for name in LEVERS),
        *terms.STATUSES.values(),
        *terms.STATUS_MEANINGS.values(),
        *terms.CLASSES.values(),
        *terms.KEEPERS.values(),
        *terms.FIGURES.values(),
        *(text for u in library.unknowns for text in (u.what, u.why_it_matters)),
        *(s.kind for s in library.sources.values()),
        *(term.definition for term in glossary.terms()),
    ]
    assert [text for text in texts if t(text) == text] == []


# One thing, one word: what the pages say must be what the glossary says.
SAME_THING = {
    "Customs duty": "customs_duty",
    "Additional duty": "additional_duty",
    "Excise": "excise",
    "VAT": "vat",
    "Export award": "export_award",
    "Export duty": "export_duty",
    "Freight": "freight",
    "customs value": "customs_value",
    "raw material": "raw_material",
    "bulk": "bulk",
    "Scenario": "scenario",
    "Income-tax deposit": "income_tax_deposit",
    "Median": "median",
    "Landed cost": "landed_cost",
    "statutory": "status_statutory",
    "reported": "status_reported",
    "assumed": "status_assumed",
    "USD per tonne": "usd_per_tonne",
}


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize(("english", "key"), SAME_THING.items())
def test_a_page_calls_a_thing_what_the_glossary_calls_it(lang: str, english: str, key: str) -> None:
    term = next(term for term in glossary.terms() if term.key == key).named(lang)
    words = re.split(r"[،,(]", term)
    accepted = [glossary.folded(word.strip(" )")) for word in words if word.strip(" )")]
    assert any(word in glossary.folded(Words(lang)(english)) for word in accepted), (Words(lang)(english), term)


def test_turkish_glues_no_ending_to_a_gap() -> None:
    for english, forms in said_in("tr").items():
        assert not any(re.search(r"}['’]?[a-zçğıöşü]", form) for form in forms), english


def test_turkish_puts_its_per_cent_sign_first() -> None:
    for english, forms in said_in("tr").items():
        typed = "5%" in english  # what a reader types stays as the box takes it
        assert typed or not any(re.search(r"\d ?%(?!\d)", form) for form in forms), english


def test_persian_is_written_with_persian_letters_and_half_spaces() -> None:
    for english, forms in spoken_in("fa").items():
        for form in forms:
            assert not re.search("[يك]", form), f"Arabic letter: {english}"
            assert not re.search(r"(^|\s)ن?می\s|\sها(ی|یی)?\b", form), f"half-space: {english}"


def test_arabic_speaks_as_iraqi_customs_do() -> None:
    for english, forms in spoken_in("ar").items():
        for form in forms:
            assert not re.search("جمرك|جمارك|تكلفة|[یک]", form), english
            assert "واردات" not in form, f"imports are الاستيرادات in Iraq: {english}"


def test_no_language_says_one_thing_for_two_kinds_of_money() -> None:
    for lang in OTHERS:
        t = Words(lang)
        kinds = [t(terms.RUNGS[kind]) for kind in ("customs_duty", "additional_duty", "specific_levy", "excise", "vat")]
        assert len(set(kinds)) == len(kinds), lang


def test_every_glossary_term_has_a_name_in_each_language_and_is_found_by_it() -> None:
    found = glossary.terms()
    assert len(found) == 163
    with (Path(catalogue.ROOT) / "data" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        assert len({row["key"] for row in csv.DictReader(file)}) == len(found)
    for term in found:
        for lang in glossary.LANGUAGES:
            assert term in glossary.search(term.named(lang), found), term.key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("الكمرك", "landed_cost"),
        ("كمارك", "customs"),
        ("IHRACAT", "exports"),
        ("ihracat primi", "export_award"),
        ("جايزه صادراتي", "export_award"),
        ("gumruk vergisi", "customs_duty"),
        ("net-back", "net_back"),
    ],
)
def test_the_glossary_is_found_with_any_keyboard(typed: str, key: str) -> None:
    assert key in {term.key for term in glossary.search(typed, glossary.terms())}
