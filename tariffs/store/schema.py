"""What each file of ``data/`` must look like: its columns, the kind of each, and what may be empty."""

import re
from dataclasses import dataclass, field
from typing import Literal

from tariffs.errors import N_
from tariffs.law.measures import BASES, BORDER_KINDS, FORMS, OTHER_KINDS, ROLES
from tariffs.law.products import PRODUCT_CLASSES, SCOPE
from tariffs.market.elasticities import KINDS as ELASTICITY_KINDS
from tariffs.sources import Status

Kind = Literal["text", "pattern", "word", "number", "whole", "date", "period", "place", "places", "link", "links"]

HS = re.compile(r"\d{2}(\d{2}){0,5}")
KEY = re.compile(r"[a-z0-9][a-z0-9_.-]*")
GROUP = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
REGION = re.compile(r"[A-Z]{2,5}")
RANGE = re.compile(r"[a-z_]+\.[a-z0-9][a-z0-9_.-]*\.[a-z_]+")
DRAW = re.compile(r"[a-z][a-z0-9_]*")
PRICE_BASIS = re.compile(r"(fob|ex|cif|cfr|delivered)(_[a-z]+)*")
DISTRIBUTION = re.compile(
    r"fixed|pert|triangular( on log( of the absolute value)?)?|loguniform|lognormal\(ln N; N\)"
    r"|lognormal on \[N, N\]|normal\(-?N; N\)".replace("N", r"\d+(\.\d+)?")
)
WEEKS = re.compile(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d(;\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d)*")

STATUSES = tuple(str(s) for s in Status)
CONFIDENCES = ("high", "medium", "low")
TRUTH = ("true", "false")
EXPORTER_KINDS = (
    "export_duty", "raw_materials_list", "income_tax_exemption_loss", "vat_rate", "vat_refund_delay", "vat_non_refund",
    "export_award", "fx_surrender_share_hall1", "fx_haircut_hall1", "fx_haircut_hall2", "licence",
    "feedstock_base_rate", "feedstock_export_duty",
)
EXPORTER_BASES = ("fob", "surrendered_fob", "fob_sold_in_hall2", "purchase_value", "vacuum_bottom_price", "none")
COST_STAGES = ("feedstock", "plant", "margin", "packing", "finance", "logistics", "contract", "price")
COST_UNITS = (
    "usd_per_t", "fraction", "fraction_of_price", "fraction_of_fob", "fraction_of_base", "fraction_per_year",
    "tonne_per_truck",
)
EDIT_UNITS = ("ad_valorem", "share", "factor", "fraction", "usd_per_t", "class", "switch", "date")
EVENT_KINDS = (
    "tariff", "trade_cost", "licence", "fx", "prohibition", "sanctions", "shock", "price", "tax", "export_duty",
    "transit", "valuation", "relabelling", "statement", "incentive",
)
SOURCE_KINDS = (
    "law", "customs statistics", "press", "trade press", "association statement", "dataset", "paper", "assumption",
)
QUOTE_BASES = (
    "fob", "fob_cargo", "fob_customs_unit_value", "fob_implied_unit_value", "cif", "cfr", "ex_works", "ex_refinery",
    "ex_field", "plant_gate", "ime", "ime_export", "differential_to_hsfo", "not_stated",
)
PRICE_TYPES = (
    "spot_assessment", "spot_trade_press", "vendor_quote", "exchange_trade", "exchange_base", "customs_unit_value",
    "feedstock_free_rate", "feedstock_centre_rate", "feedstock_sana_rate", "differential", "posted", "offer", "bid",
    "derived_level", "assumed_border", "assumed_domestic", "assumed_plant_gate",
)
PACKINGS = ("bulk", "drum", "jumbo", "flexitank", "mixed")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what kind of cell it holds, and what a cell may say."""

    name: str
    kind: Kind = "text"
    required: bool = True
    words: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    says: str = ""                 # the pattern in plain words
    least: float | None = None
    most: float | None = None
    to: str = ""                   # the table whose keys the cell names


@dataclass(frozen=True, slots=True)
class Table:
    """One file."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("key",)
    ranges: tuple[tuple[str, str, str], ...] = ()   # low, central, high
    spans: tuple[tuple[str, str], ...] = ()         # first day, last day
    optional: bool = False                          # may hold a header without rows
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset(c.name for c in self.columns))

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


def _text(name: str, required: bool = True) -> Column:
    return Column(name, required=required)


def _word(name: str, words: tuple[str, ...], required: bool = True) -> Column:
    return Column(name, "word", required, words=words)


def _shape(name: str, pattern: re.Pattern[str], says: str, required: bool = True) -> Column:
    return Column(name, "pattern", required, pattern=pattern, says=says)


def _number(name: str, least: float | None = 0.0, most: float | None = None, required: bool = False) -> Column:
    return Column(name, "number", required, least=least, most=most)


def _triple(prefix: str, least: float | None = 0.0, most: float | None = None) -> tuple[Column, ...]:
    lead = f"{prefix}_" if prefix else ""
    return tuple(_number(f"{lead}{end}", least, most) for end in ("low", "central", "high"))


def _range(prefix: str = "") -> tuple[str, str, str]:
    lead = f"{prefix}_" if prefix else ""
    return f"{lead}low", f"{lead}central", f"{lead}high"


def _date(name: str, required: bool = False) -> Column:
    return Column(name, "date", required)


def _place(name: str, required: bool = True) -> Column:
    return Column(name, "place", required)


def _link(name: str, to: str, required: bool = True) -> Column:
    return Column(name, "link", required, to=to)


KEY_COLUMN = _shape("key", KEY, N_("a key of small letters, digits, hyphens and underscores"))
REGION_COLUMN = _shape("region", REGION, N_("a region in capital letters, such as KRG, or nothing"), required=False)
ORIGIN = _shape("origin_group", GROUP, N_("any, a place or a group of origin_groups.csv"))
STANDING = (_word("status", STATUSES), _word("confidence", CONFIDENCES), _link("source", "sources"))
NOTE = _text("note", required=False)
VALID = (_date("valid_from"), _date("valid_to"))
IN_FORCE = (("valid_from", "valid_to"),)
TAIL = (*STANDING, NOTE)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("sources", (
            _shape("id", KEY, KEY_COLUMN.says), _text("title"), _text("publisher"), _text("url_or_site"),
            Column("published", "period", required=False), _date("retrieved", required=True),
            _word("kind", SOURCE_KINDS), NOTE,
        ), key=("id",)),
        Table("measures", (
            KEY_COLUMN, _place("importer"), REGION_COLUMN,
            _shape("product", SCOPE, N_("an HS code of 2 to 12 digits, a range of chapters such as 01-14, or any")),
            _word("product_class", (*PRODUCT_CLASSES, "any")), ORIGIN, _word("kind", (*BORDER_KINDS, *OTHER_KINDS)),
            _word("form", FORMS), *_triple("rate"), *_triple("specific"), _word("base", BASES),
            _word("recoverable", TRUTH), *VALID, _word("role", ROLES), *TAIL,
        ), ranges=(_range("rate"), _range("specific")), spans=IN_FORCE),
        Table("classification", (
            KEY_COLUMN, _place("importer"), REGION_COLUMN, _shape(
                "product", HS, N_("an HS code of 2 to 12 digits"),
            ), ORIGIN,
            _word("product_class", PRODUCT_CLASSES), *VALID, _word("role", ROLES), *TAIL,
        ), spans=IN_FORCE),
        Table("origin_groups", (
            _shape("group", GROUP, N_("the name of a group, letters, digits and underscores")), _place("iso3"),
            _date("joined"), _date("left"), _link("source", "sources"), *STANDING[:2], NOTE,
        ), key=("group", "iso3", "joined"), spans=(("joined", "left"),)),
        Table("exporter_measures", (
            KEY_COLUMN, _place("exporter"), _word("kind", EXPORTER_KINDS), _word(
                "form", ("ad_valorem", "share", "none"),
            ),
            *_triple("rate", most=1.0), _word("base", EXPORTER_BASES), *VALID,
            _word("depends_on_listing", (*TRUTH, "unknown")), _word("role", ROLES),
            _word("direction", ("cost", "benefit")), *TAIL,
        ), ranges=(_range("rate"),), spans=IN_FORCE),
        Table("fx_wedge", (
            KEY_COLUMN, _date("date", required=True), _date("date_end"), _text("rate_name"),
            _number("exporter_rate_irr_per_usd"), _number("free_rate_irr_per_usd"), _number("free_low"),
            _number("free_high"), _number("haircut", -1.0, 1.0), _number("archive_free_day"),
            _number("archive_free_month"), _number("haircut_vs_archive_day", -1.0, 1.0),
            _number("haircut_vs_archive_month", -1.0, 1.0), _number("free_gap_vs_archive_day", -1.0, 1.0),
            _number("free_gap_vs_archive_month", -1.0, 1.0), *TAIL,
        ), spans=(("date", "date_end"),)),
        Table("prices", (
            KEY_COLUMN, _date("date", required=True), _date("date_end", required=True), _text("place"),
            _word("basis", QUOTE_BASES), _text("grade"), _word("packing", PACKINGS), _place("producer", required=False),
            _number("low"), _number("high"), _number("mid"), _word("unit", ("usd_per_t",)),
            _word("price_type", PRICE_TYPES), *TAIL,
        ), ranges=(("low", "mid", "high"),), spans=(("date", "date_end"),)),
        Table("flows_reported", (
            KEY_COLUMN, _place("exporter"), _place("importer"), _place("label_origin", required=False),
            _place("producer_origin", required=False), _text("product"), _date("period_start", required=True),
            _date("period_end"), _number("tonnes"), _number("usd"), _number("share_of_importer", most=1.0),
            _number("implied_usd_per_t"), _text("basis"), *TAIL,
        ), spans=(("period_start", "period_end"),)),
        Table("flows_baseline", (
            KEY_COLUMN, Column("year", "whole", least=1900, most=2100), _place("producer"), _place("label"),
            _place("importer"), *_triple("tonnes"), _shape(
                "price_basis", PRICE_BASIS, N_("where the price holds: fob…, ex_…, cif…, cfr… or delivered…")
            ), *_triple("usd_per_t"), _word("price_rule", ("own", "anchor_plus_freight")), _word("anchor", TRUTH),
            _link("freight", "freight", required=False), _link("relabelling", "costs", required=False),
            _link("inland", "costs", required=False),
            _shape("price_draw", DRAW, N_("a name in small letters, or nothing"), required=False), *TAIL,
        ), ranges=(_range("tonnes"), _range("usd_per_t"))),
        Table("flow_totals", (
            KEY_COLUMN, _text("what"), Column("rows", "links", to="flows_baseline"), *_triple("tonnes"),
            _link("residual", "flows_baseline", required=False), *TAIL,
        ), ranges=(_range("tonnes"),)),
        Table("capacity", (
            KEY_COLUMN, _place("producer"), _text("what"), *_triple("tonnes"), *TAIL,
        ), ranges=(_range("tonnes"),)),
        Table("freight", (
            KEY_COLUMN, _text("from"), _place("from_iso3"), _text("to"), _place("to_iso3"),
            _word("mode", ("road", "sea", "rail", "border")), _text("via", required=False), *_triple("usd_per_t"),
            *VALID, *TAIL,
        ), ranges=(_range("usd_per_t"),), spans=IN_FORCE),
        Table("costs", (
            KEY_COLUMN, _text("element"), _word("stage", COST_STAGES), _word("unit", COST_UNITS),
            *_triple("", least=None), *VALID, *TAIL,
        ), ranges=(_range(),), spans=IN_FORCE),
        Table("access_wedges", (
            KEY_COLUMN, _place("producer"), _place("label"), _place("importer"),
            _word("region_of_importer", ("east", "west"), required=False), *_triple("usd_per_t"),
            _word("who_keeps", ("unknown", "intermediary", "resource_cost")),
            _word("method", ("two_week_gap", "two_week_gap_floored", "no_evidence")), _shape(
                "dates_used", WEEKS, N_("spans of days such as 2021-09-25/2021-10-01, with ; between"), required=False
            ), *TAIL,
        ), ranges=(_range("usd_per_t"),)),
        Table("shares", (
            KEY_COLUMN, _text("what"), Column("place", "places"), *_triple("", most=1.0), *TAIL,
        ), ranges=(_range(),)),
        Table("elasticities", (
            KEY_COLUMN, _word("kind", ELASTICITY_KINDS), _text("product"), _place("place"), *_triple("", least=None),
            _shape(
                "distribution", DISTRIBUTION, N_("a distribution such as fixed, triangular or normal(-2.05; 0.50)"),
                required=False,
            ),
            *TAIL,
        ), ranges=(_range(),)),
        Table("correlations", (
            KEY_COLUMN, _shape("key_a", RANGE, N_("table.key.field of a range")),
            _shape("key_b", RANGE, N_("table.key.field of another range")),
            Column("rho", "number", least=-0.999, most=0.999), *STANDING, _text("note"),
        ), optional=True),
        Table("events", (
            KEY_COLUMN, _date("date", required=True), _word("precision", ("day", "month", "year")), _place("place"),
            _word("kind", EVENT_KINDS), _text("event"), _word("use", ("backtest", "timeline")),
            _text("expected", required=False), *TAIL,
        )),
        Table("scenarios", (
            _shape(
                "scenario", KEY, KEY_COLUMN.says,
            ), _text("title"), _text("description"), _date("as_of", required=True),
            _link("compare_with", "scenarios", required=False), *STANDING, _text("reference"),
        ), key=("scenario",)),
        Table("scenario_edits", (
            _link("scenario", "scenarios"), Column("edit", "whole", least=1), _text("table"), _text("key"),
            _text("field"), *_triple("", least=None), _text("text", required=False), _word("unit", EDIT_UNITS), *TAIL,
        ), key=("scenario", "edit"), ranges=(_range(),)),
        Table("unknowns", (
            KEY_COLUMN, _text("what"), _text("why_it_matters"), _text("how_to_obtain"), _text("replaces_file"),
            _text("replaces_key"), _text("placeholder"), Column("priority", "whole", least=1, most=3),
            _word("status", STATUSES, required=False), _word("confidence", CONFIDENCES, required=False),
            _link("source", "sources"),
        )),
    )
}
