"""How we know: every estimate rerun from its data, by anyone, with what was left out and what it should give."""

from tariffs.evidence.fit import Check, EvidenceWarning, FewClusters, Fit, NotConverged, Stamp, covariance, single
from tariffs.evidence.registry import Expect, Named, Use, everything, named, names
from tariffs.evidence.run import regress

__all__ = (
    "Check",
    "EvidenceWarning",
    "Expect",
    "FewClusters",
    "Fit",
    "Named",
    "NotConverged",
    "Stamp",
    "Use",
    "covariance",
    "everything",
    "named",
    "names",
    "regress",
    "single",
)
