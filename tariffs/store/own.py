"""The user's own files laid over the library: a new library, with what moved and from where."""

import hashlib
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from tariffs.errors import N_, Place, TariffsError
from tariffs.law.loaded import MovedDuty, Rates, kept_apart, with_rates
from tariffs.market.cells import Measured, Observed
from tariffs.market.measured import fit
from tariffs.sources import Figure, Source

if TYPE_CHECKING:
    from tariffs.store.library import Library

SIGMA = "armington_origins"


class NothingToUse(TariffsError):
    """Files without one figure that the model can use."""


class HasFlows(Protocol):
    """What :func:`tariffs.intake.load` returns."""

    def observed(self, product: str) -> Observed: ...


class HasRates(Protocol):
    """What :func:`tariffs.intake.load` returns."""

    def rates(self, product: str) -> Rates: ...


@dataclass(frozen=True)
class Own:
    """What the user's files changed, and the library without them."""

    without: "Library"
    sources: tuple[Source, ...]
    measured: Measured | None = None
    duties: tuple[MovedDuty, ...] = ()
    duties_kept: Mapping[str, Figure] | None = None  # assumed duties on a named origin that no list speaks of
    duties_elsewhere: tuple[str, ...] = ()           # origins that the model does not know, as the list names them
    duties_unread: tuple[str, ...] = ()              # duties that are no percentage, as written

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files, for people; never paths."""
        return tuple(dict.fromkeys(source.title for source in self.sources))

    @property
    def priced(self) -> bool:
        """Whether unit values of the files stand in place of prices on record."""
        return bool(self.measured and self.measured.taken)

    @property
    def told(self) -> str:
        """The files' names, with what they are and which years they hold."""
        return "; ".join(f"{s.title} ({', '.join(x for x in (s.publisher, s.published) if x)})" for s in self.sources)

    @property
    def options(self) -> str:
        """What a shell line needs to ask with the same files, which it finds in its own folder."""
        flows = {moved.after.source for moved in self.measured.moved} if self.measured else set()
        duties = {moved.after.source for moved in self.duties}
        said = [
            (name, s.title.partition(" › ")[0])
            for s in self.sources
            for name, held in (("--flows", flows), ("--tariffs", duties))
            if s.id in held
        ]
        files = "".join(f" {name} {shlex.quote(title)}" for name, title in dict.fromkeys(said))
        return files + (" --prices" if self.priced else "")


def flows_in(library: "Library", given: Sequence[HasFlows], prices: bool) -> "Library":
    """The library with flows in it; see :meth:`Library.with_flows`."""
    basis = library.baseline
    parts = [one.observed(basis.product) for one in given]
    observed = Observed(
        tuple(c for part in parts for c in part.cells), tuple(t for part in parts for t in part.totals),
        tuple(s for part in parts for s in part.sources),
    )
    sigma = library.elasticities.require((SIGMA,), basis.product, basis.importers[0]).value
    # Always from our own rows, so that loading a file twice is loading it once.
    bare = library.without_own
    fitted = fit(
        bare.flows, bare.totals, bare.policy.shares.values(), bare.policy.groups, observed, basis.year, sigma,
        prices,
    )
    if not fitted.measured.moved:
        raise NothingToUse(
            N_("The files hold no flow of {product} between a seller and a market of the model: {held}. "
               "Load imports of {markets}, or exports of {sellers}."),
            product=basis.product, held=_held(observed), markets=_names(f.importer for f in bare.flows.values()),
            sellers=_names(f.producer for f in bare.flows.values()),
        )
    return _with(
        library, observed.sources, replace(_own(library), measured=fitted.measured),
        repr((observed.cells, observed.totals, *fitted.measured.taken)), flows=fitted.flows, totals=fitted.totals,
    )


def rates_in(library: "Library", given: Sequence[HasRates]) -> "Library":
    """The library with duties in it; see :meth:`Library.with_measures`."""
    product = library.baseline.product
    parts = [one.rates(product) for one in given]
    markets = {flow.importer for flow in library.flows.values()}
    known = {"any", *library.policy.groups.names, *(flow.label for flow in library.flows.values())}
    here = [rate for part in parts for rate in part.rates if rate.importer in markets]
    rates = [rate for rate in here if rate.origin in known]
    unread = tuple(text for part in parts for text in part.without_rate)
    if not rates:
        held = sorted({rate.importer for part in parts for rate in part.rates}) or list(unread) or ["-"]
        raise NothingToUse(
            N_("The files hold no rate on {product} that the model can use ({held}). "
               "Load a schedule of {markets} with its line."),
            product=product, held=held, markets=_names(markets),
        )
    policy, moved = with_rates(library.without_own.policy, rates, product)
    own = replace(
        _own(library), duties=moved, duties_unread=unread, duties_kept=kept_apart(policy, moved, product),
        duties_elsewhere=tuple(dict.fromkeys(rate.origin for rate in here if rate.origin not in known)),
    )
    return _with(library, [s for part in parts for s in part.sources], own, repr(rates), policy=policy)


def _own(library: "Library") -> Own:
    return library.own or Own(library, ())


def _with(library: "Library", sources: Sequence[Source], own: Own, content: str, **changes: object) -> "Library":
    """The library with rows changed, sources added and a digest that says so."""
    told = tuple(dict.fromkeys((*own.sources, *sources)))
    digest = hashlib.sha256(f"{library.digest}\0{content}\0{sources!r}".encode()).hexdigest()[:12]
    return replace(
        library, **changes, sources={**library.sources, **{s.id: s for s in sources}},  # type: ignore[arg-type]
        digest=digest, own=replace(own, sources=told),
    )


def _held(observed: Observed) -> list[str]:
    pairs = [f"{c.label}–{c.importer} {c.year}" for c in (*observed.cells, *observed.totals)]
    return [*pairs[:6], "…"] if len(pairs) > 6 else pairs or ["-"]


def _names(codes: Iterable[str]) -> list[Place]:
    return [Place(code) for code in sorted(set(codes) - {"WLD"})]
