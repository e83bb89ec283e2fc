"""Many questions answered into one tidy frame, one figure a row, and written whole or not at all."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tariffs.errors import N_, BadQuestion, TariffsError
from tariffs.jobs import spread
from tariffs.progress import Progress, silent
from tariffs.store import Library
from tariffs.study import Question, run
from tariffs.sweeps.grid import Grid, questions
from tariffs.whole import place_for, replaced

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".csv", ".parquet", ".json")
ASKED = ("product", "scenario", "on", "model", "seed", "draws")
FIGURE = ("figure", "place", "when", "unit", "central", "low", "median", "high", "share_positive", "status")
CLOSING = ("share_closed", "residual", "reason")


def sweep(
    grid: Grid,
    library: Library,
    *,
    importers: Sequence[str] = (),
    workers: int = 1,
    scheduler: str = "",
    progress: Progress = silent,
) -> "pd.DataFrame":
    """Answer every question of a grid; the frame is the same however many work on it.

    A question whose market does not clear has one row, without figures and with the reason. Columns: product,
    scenario, on, one for each lever, model, seed, draws, figure, place, when, unit, central, low, median, high,
    share_positive, status, share_closed, residual, reason.

    Raises
    ------
    BadQuestion
        When one of the questions cannot be asked; none is answered then.
    """
    import pandas as pd

    unknown = [x for x in importers if x not in library.baseline.importers]
    if unknown:
        held = ", ".join(library.baseline.importers)
        raise BadQuestion(N_("{place} is no market in focus. The markets are: {held}."), place=unknown[0], held=held)
    asked = questions(grid, library)
    answers = spread(partial(answer_one, library), asked, workers=workers, scheduler=scheduler, progress=progress)
    levers = tuple(lever.name for lever in grid.levers)
    places = {library.baseline.exporter, *(importers or library.baseline.importers)}
    rows = []
    for question, answer in zip(asked, answers, strict=True):
        chosen = {name: question.setting(name) for name in levers}
        rows += [{**row, **chosen} for row in answer if row["place"] in places or row["place"] is None]
    columns = [*ASKED[:3], *levers, *ASKED[3:], *FIGURE, *CLOSING]
    return pd.DataFrame(rows, columns=columns)


def answer_one(library: Library, question: Question) -> list[dict[str, Any]]:
    """The figures of one question as rows; a market that does not clear is a row that says why."""
    asked: dict[str, Any] = {
        "product": library.baseline.product,
        "scenario": question.scenario,
        "on": question.on.isoformat() if question.on else None,
        **{name: getattr(question, name) for name in ("model", "seed", "draws")},
    }
    try:
        study = run(question, library)
    except TariffsError as trouble:
        return [{**asked, **dict.fromkeys((*FIGURE, "share_closed", "residual")), "reason": str(trouble)}]
    both = (study.before.result, study.after.result)
    closing = {
        "share_closed": study.share_closed,
        "residual": float(max(result.residual[0] for result in both)),
        "reason": " ".join(dict.fromkeys(result.reason for result in both if result.reason)),
    }
    asked["on"] = study.after.on.isoformat()
    return [
        {
            **asked,
            "figure": key.name,
            "place": key.place,
            "when": key.when,
            "unit": e.unit,
            "central": e.central,
            "low": e.low,
            "median": e.median,
            "high": e.high,
            "share_positive": e.positive,
            "status": str(e.status),
            **closing,
        }
        for key, e in study.figures.items()
    ]


def write(frame: "pd.DataFrame", path: Path, stamp: Mapping[str, Any]) -> Path:
    """Write a sweep as CSV, Parquet or JSON, by the ending of the name.

    The file is written beside its place and moved there when it is whole, so a stop leaves no half of it.

    Raises
    ------
    BadQuestion
        When the ending is none of the three.
    NotWritten
        When the place cannot be written to.
    """
    check_ending(path)
    with replaced(path) as file:
        _to_file(frame, file, path.suffix.lower(), stamp)
    return path


def check_ending(path: Path) -> None:
    """Refuse a name whose ending says nothing of the form, or a place for no file, before any work is done.

    Raises
    ------
    BadQuestion
        When the ending is none of ours.
    NotWritten
        When it is a folder, or its folder is missing.
    """
    if path.suffix.lower() not in ENDINGS:
        raise BadQuestion(
            N_("A sweep is written as {endings}; '{name}' ends in none of them."),
            endings=", ".join(ENDINGS),
            name=path.name,
        )
    place_for(path, f"sweep{path.suffix.lower()}")


def _to_file(frame: "pd.DataFrame", file: IO[bytes], ending: str, stamp: Mapping[str, Any]) -> None:
    if ending == ".csv":
        frame.to_csv(file, index=False, encoding="utf-8")
    elif ending == ".parquet":
        frame.to_parquet(file, index=False)
    else:
        import json

        text = json.dumps(as_plain(frame, stamp), ensure_ascii=False, allow_nan=False, indent=1)
        file.write(text.encode())


def as_plain(frame: "pd.DataFrame", stamp: Mapping[str, Any]) -> dict[str, Any]:
    """A sweep as plain values; what is missing is null."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {"rows": rows, "stamp": dict(stamp)}
