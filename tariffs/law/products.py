"""What: HS codes, and how closely a row's product scope names a product."""

import re

BITUMEN = "271320"
PRODUCT_CLASSES = ("petrochemical", "raw_material", "refined_product")
SCOPE = re.compile(r"any|\d{2}-\d{2}|\d{2}(\d{2}){0,5}")

# Closest first; a lookup says which one served.
LEVELS = ("line", "heading", "chapter", "chapters", "general")


def product_match(scope: str, product: str) -> str | None:
    """How a scope names a product: ``line`` (six digits or more), ``heading`` (four), ``chapter``
    (two), ``chapters`` (a range such as ``01-14``), ``general`` (any), or ``None``.

    A scope longer than the product (an eight-digit line asked with six digits) does not match.
    """
    if scope == "any":
        return "general"
    if "-" in scope:
        first, last = scope.split("-")
        return "chapters" if first <= product[:2] <= last else None
    if not product.startswith(scope):
        return None
    return {2: "chapter", 4: "heading"}.get(len(scope), "line")
