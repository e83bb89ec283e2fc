"""What the user's own files changed, told under the answer of any command."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from tariffs.store import Library
    from tariffs.study import Study

# The main sentences of a command's answer from the rows of a library.
Says: TypeAlias = "Callable[[Library], Sequence[str]]"


def rows(library: "Library", says: "Says | None" = None) -> None:
    """In a terminal: which rows the files replaced and what to know of them, for answers that are no study."""
    from rich.text import Text

    from tariffs.brief import terminal
    from tariffs.cli.frame import console, words
    from tariffs.words import N_

    if library.own is None:
        return
    out, t = console(), words()
    out.print()
    _without(library, says)
    said = t(N_("This answer rests on your files: {files}."), files=t.listed(list(library.own.files)))
    out.print(Text(said, style="bold"))
    terminal.own_rows(out, library.own, library.baseline.year, t)


def plain_rows(library: "Library", says: "Says | None" = None) -> dict[str, Any]:
    """The same for JSON; empty without files."""
    from tariffs.brief import own_files

    if library.own is None:
        return {}
    bare = {} if says is None else {"answer_without": list(without(library, says))}
    return {"own_files": {**own_files.rows(library.own), **bare}}


def tell(study: "Study", says: Says) -> None:
    """In a terminal: what the answer would be without the files, and which rows they replaced; else nothing."""
    from tariffs.brief import terminal
    from tariffs.cli.frame import console, words

    if study.library.own is None:
        return
    out = console()
    out.print()
    _without(study.library, says)
    terminal.own_files_told(out, study, words())


def beside(answer: Mapping[str, Any], study: "Study", says: Says) -> dict[str, Any]:
    """For JSON: the answer with ``own_files``, where there are any, as `impact --json` has them."""
    from tariffs.brief import own_files

    files = own_files.plain(study)
    if files is None:
        return dict(answer)
    return {**answer, "own_files": {**files, "answer_without": list(without(study.library, says))}}


def without(library: "Library", says: Says) -> Sequence[str]:
    """The answer of our own rows; none where the question rests on a row that only the files know."""
    from tariffs.errors import TariffsError

    try:
        return says(library.without_own)
    except TariffsError:
        return ()


def _without(library: "Library", says: "Says | None") -> None:
    from rich.text import Text

    from tariffs.cli.frame import console, words
    from tariffs.words import N_

    t = words()
    for text in without(library, says) if says else ():
        console().print(Text(t(N_("Without your files: {answer}"), answer=text), style="bold"))
