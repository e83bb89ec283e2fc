"""Every layout that we can read."""

from collections.abc import Mapping

from tariffs.errors import N_, BadQuestion
from tariffs.intake.format import Format
from tariffs.intake.readers import atlas, baci, comtrade, eurostat, iran, iraq, itc, own, sdmx, turkey, usa, wits, wto
from tariffs.store.cells import nearest

ROOMS = (own, baci, comtrade, wits, sdmx, itc, eurostat, turkey, iran, iraq, atlas, usa, wto)
FORMATS: Mapping[str, Format] = {one.name: one for room in ROOMS for one in room.FORMATS}


def format_named(name: str) -> Format:
    """The format of a name that somebody typed.

    Raises
    ------
    BadQuestion
        When there is none.
    """
    if name not in FORMATS:
        raise BadQuestion(
            N_("There is no format '{name}'. {nearest} The formats are: {held}."),
            name=name,
            nearest=nearest(name, FORMATS, ""),
            held=list(FORMATS),
        )
    return FORMATS[name]
