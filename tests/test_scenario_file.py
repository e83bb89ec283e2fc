"""A question saved as a file and opened again: the same question, or the reason why not."""

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tariffs import Question
from tariffs.errors import TariffsError
from tariffs.ui import engine, scenario_file
from tariffs.ui.lineup import ALONE, Proposal
from tariffs.words import Words, catalogue
from tests.test_app import APP, asked, sentence, shown

ASKED = Question(scenario="ban", on="2026-03-01", sets=("irq.duty=0.2",), model="gsim", draws=100, seed=7)  # type: ignore[arg-type]
BESIDE = (Proposal(name="now"), Proposal(Question(scenario="card_proposal"), "Card & more"))


def changed(change: Callable[[dict[str, object]], object]) -> bytes:
    held = json.loads(scenario_file.saved(ASKED, BESIDE, "abc"))
    change(held)
    return json.dumps(held).encode()


def test_a_file_gives_back_the_question_and_what_stands_beside_it() -> None:
    held = scenario_file.loaded(scenario_file.saved(ASKED, BESIDE, "abc"), engine.check)
    assert (held.question, held.lineup, held.data) == (ASKED, BESIDE, "abc")
    alone = scenario_file.loaded(scenario_file.saved(Question(), ALONE, ""), engine.check)
    assert (alone.question, alone.lineup) == (Question(), ALONE)


BAD = {
    "no JSON": b"\x00\xff\xfe scenario",
    "deep": b"[" * 60_000,
    "a list": b"[1, 2]",
    "another kind": changed(lambda held: held.update(kind="shopping list")),
    "no question": changed(lambda held: held.update(question=7)),
    "no list beside": changed(lambda held: held.update({"with": "scenario=ban"})),
    "unknown scenario": changed(lambda held: held.update(question="scenario=nonsense")),
    "a lever out of bounds": changed(lambda held: held.update(question="scenario=ban&set=irq.duty=9000%25")),
    "a path": changed(lambda held: held.update(question="file=../../etc/passwd")),
    "a bad proposal": changed(lambda held: held.update({"with": ["scenario=nonsense"]})),
    "too large": b" " * (scenario_file.LARGEST + 1),
}


@pytest.mark.parametrize("given", BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_in_words_of_every_language(given: bytes) -> None:
    with pytest.raises(scenario_file.BadFile) as refused:
        scenario_file.loaded(given, engine.check)
    said = [Words(lang).explain(refused.value) for lang in ("en", *catalogue.OTHERS)]
    assert len(set(said)) == 4 and all(said)


def opened(given: bytes) -> AppTest:
    """The home page after a file has been dropped into its box."""
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state["open:file"] = True  # what is folded away is drawn when it is opened
    app.run()
    shown(app, "file_uploader", "en:open:0").upload("question.json", given, "application/json").run()
    assert not app.exception
    return app


def test_the_page_asks_what_the_file_asks() -> None:
    app = opened(scenario_file.saved(ASKED, BESIDE, "other data"))
    assert asked(app) == ASKED
    assert app.session_state["lineup"] == BESIDE
    assert any("saved with other data" in info.value for info in app.info)
    app.button(key="en:past").click().run()
    assert asked(app) == Question()


def test_a_bad_file_leaves_the_page_as_it_was() -> None:
    app = opened(BAD["unknown scenario"])
    assert asked(app) == Question()
    assert "scenario=nonsense" in app.error[0].value.replace("\\", "")
    assert sentence(app)
    assert issubclass(scenario_file.BadFile, TariffsError)
