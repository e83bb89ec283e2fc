"""What a brief is to hold, whatever its form: which of its sections, and the shell line that makes it again."""

import shlex
from collections.abc import Collection, Sequence

from tariffs.errors import N_, BadQuestion
from tariffs.study import Study

MOST = 4  # proposals side by side


def chosen(wanted: Sequence[str], held: Collection[str]) -> tuple[str, ...]:
    """The sections wanted, in the order of the brief; none wanted means all that are held.

    Raises
    ------
    BadQuestion
        When one of them is no section of this form.
    """
    if unknown := [name for name in wanted if name not in held]:
        raise BadQuestion(
            N_("{sections} is no section of this brief. Its sections are: {held}."),
            sections=unknown,
            held=list(held),
        )
    return tuple(name for name in held if not wanted or name in wanted)


def shell(studies: Sequence[Study], lang: str, sections: Sequence[str], out: str) -> str:
    """The shell line that writes the same brief; the studies differ in their scenario alone."""
    names = ",".join(study.question.scenario for study in studies)
    parts = [studies[0].shell("brief", scenario=names)]
    parts += [f"--importer {','.join(studies[0].markets)}"] if studies[0].markets else []
    parts += [f"--sections {','.join(sections)}"] if sections else []
    parts += [f"--lang {lang}"] if lang != "en" else []
    return " ".join((*parts, f"--out {shlex.quote(out)}"))
