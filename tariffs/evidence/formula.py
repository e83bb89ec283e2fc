"""Formulas as economists write them: ``trade ~ log(dist) + rta | exporter^year + importer^year``.

Read by our own small grammar. Numbers are worked out here, column by column; the estimator only ever sees plain
matrices, so nothing that a user types reaches anything that could run it.
"""

import ast
import re
from dataclasses import dataclass

from tariffs.errors import N_, BadQuestion
from tariffs.evidence.expression import FUNCTIONS, columns_of, parsed

LONGEST = 4_000
ALLOWED = re.compile(r"[\w\s+\-*/:^|~().,=]*")
NAME = re.compile(r"[^\W\d]\w*")
CALL = re.compile(r"([^\W\d]\w*)\((.*)\)", re.DOTALL)
@dataclass(frozen=True, slots=True)
class Factor:
    """One regressor of a product: an expression, or a dummy for each level of a column."""

    text: str
    tree: ast.expr | None = None  # an expression; otherwise:
    levels: str = ""  # a column, one dummy for each of its levels
    times: ast.expr | None = None  # each dummy times this
    reference: str | None = None  # the level left out; "" leaves out the first
    asked: bool = False  # whether i() or C() was written, or the column is text

    @property
    def columns(self) -> tuple[str, ...]:
        named = ((self.levels,) if self.levels else ()) + (columns_of(self.tree) if self.tree else ())
        return named + (columns_of(self.times) if self.times else ())


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula taken apart. A term is a product of factors; an effect is a combination of columns."""

    text: str
    outcome: Factor
    terms: tuple[tuple[Factor, ...], ...]
    effects: tuple[tuple[str, ...], ...] = ()
    endogenous: tuple[tuple[Factor, ...], ...] = ()
    instruments: tuple[tuple[Factor, ...], ...] = ()
    intercept: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column needed, in order of appearance."""
        factors = [
            self.outcome,
            *(f for part in (self.terms, self.endogenous, self.instruments) for t in part for f in t),
        ]
        named = [c for f in factors for c in f.columns] + [c for effect in self.effects for c in effect]
        return tuple(dict.fromkeys(named))


def parse(text: str) -> Formula:
    """Take a formula apart.

    Raises
    ------
    BadQuestion
        Naming the part that cannot be read.
    """
    if len(text) > LONGEST:
        raise BadQuestion(
            N_("A formula is at most {longest} characters long; this one has {count}."),
            longest=f"{LONGEST:,}",
            count=f"{len(text):,}",
        )
    if strange := re.sub(ALLOWED, "", text):
        raise BadQuestion(
            N_("'{strange}' has no meaning in a formula."),
            strange=strange[0],
        )
    if "__" in text:
        raise BadQuestion(
            N_("Two underscores in a row have no place in a formula."),
        )
    parts = [part.strip() for part in _split(text, "|")]
    if len(parts) > 3 or not all(parts):
        raise BadQuestion(
            N_("A formula has one to three parts with | between them."),
        )
    sides = [side.strip() for side in _split(parts[0], "~")]
    if len(sides) != 2 or not all(sides):
        raise BadQuestion(
            N_(
                "'{text}' has no ~ between an outcome and its regressors. Write outcome ~ regressors | fixed "
                "effects, as in trade ~ log(dist) + rta | exporter^year + importer^year."
            ),
            text=text[:80],
        )
    terms, intercept = _terms(sides[1])
    iv = next((part for part in parts[1:] if "~" in part), None)
    effects = next((part for part in parts[1:] if "~" not in part), None)
    if len(parts) == 3 and (effects is None or iv is None or parts[1] == iv):
        raise BadQuestion(
            N_("Fixed effects come first, then endogenous ~ instruments."),
        )
    endogenous: tuple[tuple[Factor, ...], ...] = ()
    instruments: tuple[tuple[Factor, ...], ...] = ()
    if iv:
        both = _split(iv, "~")
        if len(both) != 2:
            raise BadQuestion(N_("'{iv}': write endogenous ~ instruments."), iv=iv)
        (endogenous, _), (instruments, _) = _terms(both[0]), _terms(both[1])
        if len(instruments) < len(endogenous):
            raise BadQuestion(
                N_("{wanted} endogenous regressors need as many instruments; found {found}."),
                wanted=len(endogenous),
                found=len(instruments),
            )
    outcome = _factor(sides[0])
    if outcome.tree is None:
        raise BadQuestion(N_("The outcome '{sides}' must be a number, not a set of levels."), sides=sides[0])
    if not terms and not endogenous:
        raise BadQuestion(
            N_(
                "'{text}' has no regressor. Write outcome ~ regressors | fixed effects, as in trade ~ log(dist) "
                "+ rta | exporter^year + importer^year."
            ),
            text=text[:80],
        )
    groups = tuple(_effect(one) for one in _split(effects, "+")) if effects and effects != "0" else ()
    return Formula(" ".join(text.split()), outcome, terms, groups, endogenous, instruments, intercept and not groups)


def _terms(side: str) -> tuple[tuple[tuple[Factor, ...], ...], bool]:
    """Terms of one side, ``a*b`` written out, and whether there is an intercept."""
    terms: dict[tuple[str, ...], tuple[Factor, ...]] = {}
    intercept = True
    signed = re.sub(r"\s+", " ", side)
    for plus in _split(signed, "+"):
        first, *removed = (part.strip() for part in _split(plus, "-"))
        for gone in removed:
            if gone != "1":
                raise BadQuestion(N_("Only the intercept can be taken out (- 1); found - {gone}."), gone=gone)
            intercept = False
        if first in ("0", "1", ""):
            intercept = intercept and first != "0"
            if not first and not removed:
                raise BadQuestion(
                    N_("Two + signs follow each other, or one stands alone, in '{side}'."),
                    side=side[:60],
                )
            continue
        stars = [_factor(piece) for piece in _split(first, "*")]
        if len(stars) > 1:
            if len(stars) > 4:
                raise BadQuestion(N_("At most four columns are multiplied with * in one term."))
            for mask in sorted(range(1, 2 ** len(stars)), key=lambda m: (m.bit_count(), m)):
                chosen = tuple(s for at, s in enumerate(stars) if mask >> at & 1)
                terms.setdefault(tuple(f.text for f in chosen), chosen)
        else:
            product = tuple(_factor(piece) for piece in _split(first, ":"))
            terms.setdefault(tuple(f.text for f in product), product)
    return tuple(terms.values()), intercept


def _factor(piece: str) -> Factor:
    text = piece.strip()
    if not text:
        raise BadQuestion(
            N_("Something is missing beside an operator."),
        )
    if call := CALL.fullmatch(text):
        name, inside = call[1], call[2]
        if name in ("i", "C"):
            return _levels(text, name, inside)
        if name == "I":
            return Factor(text, parsed(inside))
        if name not in FUNCTIONS:
            held = ", ".join(("I", "C", "i", *FUNCTIONS))
            raise BadQuestion(
                N_("There is no function '{name}' in a formula. The functions are: {held}."),
                name=name,
                held=held,
            )
    if NAME.fullmatch(text):
        return Factor(text, parsed(text), levels=text)
    if not call:
        raise BadQuestion(
            N_("'{text}' is neither a column nor a function. Put arithmetic into I(), as in I(x^2)."),
            text=text[:60],
        )
    return Factor(text, parsed(text))


def _levels(text: str, name: str, inside: str) -> Factor:
    arguments = [a.strip() for a in _split(inside, ",")]
    reference = "" if name == "C" else None
    plain = []
    for argument in arguments:
        key, equals, value = (p.strip() for p in argument.partition("="))
        if equals and key == "ref" and re.fullmatch(r"[\w.\-]+", value):
            reference = value
        elif equals:
            raise BadQuestion(N_("'{text}': the only option is ref=level."), text=text)
        else:
            plain.append(argument)
    if not 1 <= len(plain) <= (2 if name == "i" else 1) or not NAME.fullmatch(plain[0]):
        raise BadQuestion(
            N_("'{text}': write C(column), i(column, ref=level) or i(column, regressor, ref=level)."),
            text=text,
        )
    times = parsed(plain[1]) if len(plain) == 2 else None
    if name == "i" and times is None and reference is None:
        reference = ""  # all the levels and an intercept would be one too many
    return Factor(text, None, plain[0], times, reference, asked=True)


def _effect(text: str) -> tuple[str, ...]:
    columns = tuple(part.strip() for part in text.split("^"))
    for column in columns:
        if not NAME.fullmatch(column):
            raise BadQuestion(
                N_("'{what}' is no fixed effect. Write a column, or several with ^ between them."),
                what=text.strip()[:60],
            )
    return columns


def _split(text: str, mark: str) -> list[str]:
    """Cut at a mark that stands outside all brackets."""
    parts, depth, last = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            break
        if sign == mark and not depth:
            parts.append(text[last:at])
            last = at + 1
    if depth:
        raise BadQuestion(N_("Brackets do not match in '{text}'."), text=text[:60])
    return [*parts, text[last:]]
