"""The world before a change: who sells how much to whom at what price, and how everyone responds."""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tariffs.errors import N_, TariffsError
from tariffs.sources import Array

Mask = NDArray[np.bool_]
ONE_CORE = 1024  # rows of a small product at once: BLAS would share more of them among cores, which costs more


class Lane(NamedTuple):
    """A route by its three names."""

    producer: str
    label: str
    importer: str

    @property
    def home(self) -> bool:
        return self.producer == self.importer

    @property
    def name(self) -> str:
        return "/".join(self)


@dataclass(frozen=True)
class Market:
    """Producers N, routes R, importers M; every array may lead with a batch axis of draws, (D,).

    Landed prices are ``A·n + B`` (USD/t) in each producer's net-back ``n``; spending is at landed prices.
    Elasticities of substitution are positive, demand is negative, supply is positive.

    Raises
    ------
    TariffsError
        On the first array whose shape or sign cannot be right.
    """

    producers: tuple[str, ...]
    importers: tuple[str, ...]
    lanes: tuple[Lane, ...]
    tonnes: Array  # (…, R)
    net_back: Array  # (…, N)
    A: Array  # (…, R)
    B: Array  # (…, R)
    supply: Array  # (…, N)
    demand: Array  # (…, M)
    sigma_label: Array  # (…, M) between labels of one producer
    sigma_import: Array  # (…, M) between producers
    sigma_home: Array  # (…, M) between home goods and imports
    capacity: Array | None = None  # (…, N) most each producer can sell; None: no limit
    potential: Array | None = None  # (…, N) what it would sell at its net-back without one; None: what it sells

    def __post_init__(self) -> None:
        sizes = {
            "tonnes": len(self.lanes),
            "A": len(self.lanes),
            "B": len(self.lanes),
            "net_back": len(self.producers),
            "supply": len(self.producers),
            "demand": len(self.importers),
            "sigma_label": len(self.importers),
            "sigma_import": len(self.importers),
            "sigma_home": len(self.importers),
        }
        for name, size in sizes.items():
            value = np.asarray(getattr(self, name))
            if value.shape[-1:] != (size,):
                raise TariffsError(f"Market.{name} ends in {value.shape[-1:]}, expected ({size},)")
            # A sum is a number only where every part is one, and costs less than asking each.
            if not np.isfinite(value.sum()) and not np.isfinite(value).all():
                raise TariffsError(f"Market.{name} holds a value that is not a finite number")
        for name in ("net_back", "supply", "sigma_label", "sigma_import", "sigma_home"):
            if not np.min(getattr(self, name), initial=np.inf) > 0:
                raise TariffsError(f"Market.{name} must be positive everywhere")
        if np.min(self.tonnes, initial=0.0) < 0:
            raise TariffsError("Market.tonnes cannot be negative")
        if np.min(self.landed, initial=np.inf) <= 0 and ((self.landed <= 0) & (self.tonnes > 0)).any():
            raise TariffsError(N_("Market: a landed price is zero or negative; a route's support exceeds its cost"))

    @cached_property
    def maker(self) -> NDArray[np.intp]:
        """(R,) index of each route's producer."""
        return np.array([self.producers.index(lane.producer) for lane in self.lanes])

    @cached_property
    def place(self) -> NDArray[np.intp]:
        """(R,) index of each route's importer."""
        return np.array([self.importers.index(lane.importer) for lane in self.lanes])

    @cached_property
    def home(self) -> Mask:
        """(R,) whether the route is a sale at home."""
        return np.array([lane.home for lane in self.lanes])

    @cached_property
    def landed(self) -> Array:
        """(…, R) price the buyer pays, USD/t."""
        price: Array = np.moveaxis(np.moveaxis(self.net_back, -1, 0)[self.maker], 0, -1)  # in memory draw by draw, as A
        if np.broadcast_shapes(price.shape, self.A.shape, self.B.shape) != price.shape:
            return self.A * price + self.B
        price *= self.A
        price += self.B
        return price

    @cached_property
    def spending(self) -> Array:
        """(…, R) USD at landed prices."""
        return self.landed * self.tonnes

    @cached_property
    def output(self) -> Array:
        """(…, N) tonnes that each producer sells over all routes."""
        return sum_over(self.tonnes, self.maker, len(self.producers))

    @cached_property
    def batch(self) -> tuple[int, ...]:
        """Shape of the leading axes of all arrays together; any of them may be given once for all draws."""
        given = (getattr(self, f.name) for f in fields(self))
        return np.broadcast_shapes(*(x.shape[:-1] for x in given if isinstance(x, np.ndarray)))

    @cached_property
    def limit(self) -> Array:
        """(…, N) capacity, never below what is sold; infinite where none is on record."""
        output = self.output
        return np.full(output.shape, np.inf) if self.capacity is None else np.maximum(self.capacity, output)

    @cached_property
    def willing(self) -> Array:
        """(…, N) tonnes each producer would sell at its net-back if it had no capacity limit."""
        return self.output if self.potential is None else self.potential

    def lane(self, producer: str, label: str, importer: str) -> int:
        """Index of a route.

        Raises
        ------
        TariffsError
            When the market has no such route.
        """
        try:
            return self.lanes.index(Lane(producer, label, importer))
        except ValueError:
            held = ", ".join(lane.name for lane in self.lanes)
            raise TariffsError(f"No route {producer}/{label}/{importer} in the market. Routes: {held}.") from None

    def row(self, draw: int) -> "Market":
        """One draw of a batch, as a market of its own."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), np.ndarray)}
        return replace(self, **{name: values[draw] for name, values in given.items() if values.ndim > 1})


@dataclass(frozen=True)
class Shock:
    """What a policy does to each route: new ``A`` and ``B``, and which routes it closes."""

    A: Array  # (…, R)
    B: Array  # (…, R)
    closed: Mask  # (R,)


def sum_over(values: Array, index: NDArray[np.intp], size: int) -> Array:
    """Add the last axis up by group: ``(…, R)`` with ``index (R,)`` gives ``(…, size)``."""
    member = np.zeros((values.shape[-1], size))
    member[np.arange(len(index)), index] = 1.0
    rows = values.reshape(-1, values.shape[-1]).T
    total = np.empty((size, rows.shape[1]))
    for start in range(0, rows.shape[1], ONE_CORE):
        np.matmul(member.T, rows[:, start : start + ONE_CORE], out=total[:, start : start + ONE_CORE])
    return total.T.reshape(*values.shape[:-1], size)
