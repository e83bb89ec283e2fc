"""Evidence: rerun an estimate, change it, run your own table, and carry the result into the scenario."""


def show() -> None:
    """Draw the page; what it needs of pandas is loaded here, so that the other pages do not wait for it."""
    from tariffs.ui import evidence_controls

    evidence_controls.show()
