"""What was asked of the data, as one small value that a page, a shell line and a notebook share."""

import shlex
from dataclasses import dataclass, replace
from typing import Any

from tariffs.evidence import registry
from tariffs.evidence.methods import METHODS
from tariffs.evidence.registry import Named

CHANGES = ("formula", "estimator", "vcov", "cluster", "factor")


@dataclass(frozen=True, slots=True)
class Spec:
    """A named estimate with what differs from its declaration, or a formula on a file of one's own."""

    name: str = ""
    file: str = ""  # a CSV or Parquet file in place of the estimate's own data
    formula: str = ""
    estimator: str = ""
    vcov: str = ""
    cluster: str = ""
    factor: str = ""
    options: tuple[tuple[str, str], ...] = ()  # of an estimate without a formula
    bootstrap: int = 0  # replications
    seed: int = 1

    def given(self) -> dict[str, Any]:
        """What is passed on, nothing that only repeats the declaration."""
        held = {name: value for name in CHANGES if (value := getattr(self, name))}
        more: dict[str, Any] = {"options": dict(self.options)} if self.options else {}
        return held | more | ({"bootstrap": self.bootstrap, "seed": self.seed} if self.bootstrap else {})

    def shell(self) -> str:
        """The shell line that asks the same."""
        parts = ["python -m tariffs regress", *([shlex.quote(self.name)] if self.name else [])]
        parts += [f"--data {shlex.quote(self.file)}"] if self.file else []
        for name, value in self.given().items():
            each = [f"{k}={v}" for k, v in value.items()] if name == "options" else [str(value)]
            parts += [f"--{'option' if name == 'options' else name} {shlex.quote(one)}" for one in each]
        return " ".join(parts)

    def python(self) -> str:
        """Lines that ask the same; the estimate is ``fit``."""
        arguments = [repr(self.name)] if self.name else []
        arguments += [f"data={self.file!r}"] if self.file else []
        arguments += [f"{name}={value!r}" for name, value in self.given().items()]
        whole = ",\n    ".join(arguments)
        call = f"regress({', '.join(arguments)})" if len(arguments) < 2 else f"regress(\n    {whole},\n)"
        return f"from tariffs.evidence import regress\n\nfit = {call}\nprint(fit.summary())"


def of(named: Named) -> Spec:
    """A declared estimate, every part written out, for someone to change."""
    return Spec(named.name, "", named.formula, named.estimator, named.vcov, named.cluster, named.factor)


def least(spec: Spec) -> Spec:
    """The same without what only repeats the declaration."""
    if spec.estimator in METHODS:
        return Spec(file=spec.file, estimator=spec.estimator, options=spec.options)
    if not spec.name or spec.file:
        return replace(spec, cluster=spec.cluster if spec.vcov == "cluster" else "")
    declared = registry.named(spec.name)
    if declared.kind != "fixest":
        return Spec(spec.name, options=spec.options)
    same: dict[str, Any] = {name: "" for name in CHANGES if getattr(spec, name) == getattr(declared, name)}
    if spec.vcov != "cluster":
        same["cluster"] = ""
    return replace(spec, **same)
