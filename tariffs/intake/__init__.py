"""Official files as they are, read into one shape: which format and why, what was kept, what was not."""

from tariffs.intake.document import Upload
from tariffs.intake.door import Loaded, load
from tariffs.intake.format import Given
from tariffs.intake.page import UPLOAD, Limits
from tariffs.intake.refusal import Refused
from tariffs.intake.report import Report
from tariffs.intake.tidy import FlowRow, Flows, TariffRow, Tariffs

__all__ = [
    "UPLOAD", "FlowRow", "Flows", "Given", "Limits", "Loaded", "Refused", "Report", "TariffRow", "Tariffs", "Upload",
    "load",
]
