"""What an answer hangs on: which range moves it, and what it would take to know better."""

from typing import TYPE_CHECKING, Annotated

import typer

from tariffs.cli.frame import (
    AssumeOption,
    CorrelateOption,
    DataOption,
    FlowsOption,
    JsonOption,
    LangOption,
    ModelOption,
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
from tariffs.errors import N_

if TYPE_CHECKING:
    from tariffs.store import Library


@app.command()
def sensitivity(
    scenario: ScenarioOption = "province_proposal",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    correlate: CorrelateOption = None,
    model: ModelOption = "armington",
    figure: Annotated[
        str, typer.Option("--figure", help="a figure of `impact --json`, such as net_back_usd_per_t")
    ] = "exports_to_buyers_tonnes",
    place: Annotated[str, typer.Option("--place", help="the place it speaks of, such as TUR")] = "",
    when: Annotated[str, typer.Option("--when", help="before, after or change")] = "",
    draws: Annotated[
        int, typer.Option("--draws", help="base samples of the indices, raised to a power of two; 0: tornado alone")
    ] = 512,
    seed: SeedOption = 1,
    lang: LangOption = "",
    as_json: JsonOption = False,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    data: DataOption = None,
) -> None:
    """Which range moves an answer: tornado, Sobol indices, and what it would take to know better."""
    from tariffs.brief import leaning
    from tariffs.cli import own
    from tariffs.cli.patience import told
    from tariffs.doubt import sensitivity as look
    from tariffs.errors import BadQuestion
    from tariffs.study import run

    if draws < 0:
        raise BadQuestion(N_("--draws is a number of base samples, 0 or more; found {draws}."), draws=draws)
    asked = question_of(scenario, on, set_, assume, 0, seed, model, correlate)
    study, t = run(asked, library_of(data, flows, tariffs, prices)), words()
    samples = 1 << max(1, (draws - 1).bit_length()) if draws else 0
    with told("batches") as progress:
        found = look(study, figure, place.upper(), when, samples, t=t, progress=progress)

    def says(bare: "Library") -> list[str]:
        return [leaning.matters_most(look(run(asked, bare), figure, place.upper(), when, samples, t=t), t)]

    if as_json:
        print_json(own.beside(leaning.to_dict(study, found, t), study, says))
    else:
        leaning.to_terminal(console(), study, found, t)
        own.tell(study, says)
