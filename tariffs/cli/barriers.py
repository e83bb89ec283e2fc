"""The command that says what holds the trade back."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tariffs.cli.frame import (
    AssumeOption,
    DataOption,
    FlowsOption,
    JsonOption,
    LangOption,
    OnOption,
    PricesOption,
    ScenarioOption,
    SeedOption,
    SetOption,
    TariffsOption,
    app,
    console,
    library_of,
    print_json,
    question_of,
    words,
)

if TYPE_CHECKING:
    from tariffs.store import Library


@app.command()
def barriers(
    scenario: ScenarioOption = "status_quo",
    importer: Annotated[
        str, typer.Option("--importer", help="markets, commas between; default: all that are sold to")
    ] = "",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    draws: Annotated[int, typer.Option("--draws", help="draws; 0 for central values alone")] = 128,
    seed: SeedOption = 1,
    lang: LangOption = "",
    as_json: JsonOption = False,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    data: DataOption = None,
) -> None:
    """What holds the trade back in each market: every barrier in USD/t and in tonnes, in parts that add up."""
    from tariffs.barriers import curve_over_duty, markets_sold_to, what_holds_back
    from tariffs.brief import comparing, holding, relabelling
    from tariffs.cli import own
    from tariffs.errors import BadQuestion
    from tariffs.study import run

    asked = question_of(scenario, on, set_, assume, draws, seed, "armington")
    study = run(asked, library_of(data, flows, tariffs, prices))
    named = tuple(dict.fromkeys(part.strip().upper() for part in importer.split(",") if part.strip()))
    held, refused = [], []
    for place in named or markets_sold_to(study):
        try:
            held.append(what_holds_back(study, place, draws))
        except BadQuestion as reason:
            if named:
                raise
            refused.append(words().explain(reason))

    def says(bare: "Library") -> list[str]:
        once = run(replace(study.question, draws=0), bare)
        return [holding.sentences(what_holds_back(once, one.importer, 0), words())[0].text for one in held]

    if not as_json:
        comparing.barriers(console(), study, held, refused, words())
        own.tell(study, says)
        return
    told: list[dict[str, Any]] = []
    for one in held:
        market = holding.plain(one)
        try:
            market["label_curve"] = relabelling.plain_curve(curve_over_duty(study, one.importer, draws=draws))
        except BadQuestion as reason:
            market["label_curve"], market["label_curve_missing"] = [], str(reason)
        told.append(market)
    stamp = study.stamp | {"shell": study.shell("barriers")}
    print_json(own.beside({"markets": told, "refused": refused, "stamp": stamp}, study, says))
