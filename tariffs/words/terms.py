"""One term for one thing, everywhere: charges, figures, levers, standings and places on the way."""

from collections.abc import Mapping

from tariffs.words import N_

RUNGS: Mapping[str, str] = {
    "net_back": N_("Net-back at the plant"),
    "inland": N_("Inland freight to the port"),
    "packing": N_("Packing"),
    "fx_hall1": N_("Currency surrender, hall 1"),
    "fx_hall2": N_("Currency surrender, hall 2"),
    "feedstock_rate": N_("Feedstock at the same rate gives back"),
    "export_duty": N_("Export duty"),
    "income_tax_exemption_loss": N_("Income-tax exemption lost"),
    "vat_refund_delay": N_("VAT refund paid late"),
    "vat_non_refund": N_("VAT not refunded"),
    "export_award": N_("Export award"),
    "fob": N_("FOB"),
    "freight": N_("Freight"),
    "insurance": N_("Insurance"),
    "relabelling": N_("Relabelling"),
    "cif": N_("CIF"),
    "customs_duty": N_("Customs duty"),
    "collected_duty": N_("Duty as collected"),
    "additional_duty": N_("Additional duty"),
    "specific_levy": N_("Levy per tonne"),
    "excise": N_("Excise"),
    "consular_fee": N_("Consular fee"),
    "per_tonne_fee": N_("Border fee per tonne"),
    "tax_deposit": N_("Income-tax deposit"),
    "vat": N_("VAT"),
    "price_gap": N_("Price difference not explained"),
    "home_premium": N_("Home price above export parity"),
    "on_paper": N_("Landed cost on paper"),
    "access_wedge": N_("Access wedge"),
    "landed": N_("Landed price"),
}

BASES: Mapping[str, str] = {
    "fob": N_("FOB"),
    "customs_value": N_("customs value"),
    "customs_value_plus_duties": N_("customs value and duties"),
    "duty": N_("customs duty"),
    "invoice": N_("invoice"),
    "tonne": N_("tonne"),
}

FIGURES: Mapping[str, str] = {
    "net_back_usd_per_t": N_("Exporter's net-back"),
    "exports_tonnes": N_("Exports, all destinations"),
    "exports_to_buyers_tonnes": N_("Exports to Türkiye and Iraq"),
    "exports_fob_usd": N_("Export value at FOB"),
    "seller_treasury_usd": N_("Exporter's treasury"),
    "currency_halls_usd": N_("Taken by the currency rule"),
    "burden_fraction": N_("Seller's burdens, share of FOB"),
    "currency_fraction": N_("Currency rule, share of FOB"),
    "effective_protection_fraction": N_("Effective protection of the plant's value added in exports"),
    "anti_export_bias_fraction": N_("Bias against exporting"),
    "producers_gain_usd": N_("Gain of the exporter's plants"),
    "feedstock_sellers_gain_usd": N_("Gain of the feedstock sellers"),
    "side_gain_usd": N_("Gain of the whole side"),
    "fob_usd_per_t": N_("FOB price"),
    "cif_usd_per_t": N_("CIF price"),
    "duty_usd_per_t": N_("Import duties"),
    "duty_fraction": N_("Import duties, share of CIF"),
    "on_paper_usd_per_t": N_("Landed cost on paper"),
    "wedge_usd_per_t": N_("Access wedge"),
    "landed_usd_per_t": N_("Landed price, Iranian label"),
    "home_price_usd_per_t": N_("Home price"),
    "rival_gap_usd_per_t": N_("Gap to the cheapest rival"),
    "rank": N_("Rank by landed price"),
    "tonnes": N_("Iranian bitumen sold, all labels"),
    "own_label_tonnes": N_("of which under the Iranian label"),
    "share": N_("Share of the market"),
    "market_tonnes": N_("Size of the market"),
    "revenue_usd": N_("Import revenue"),
    "buyers_gain_usd": N_("Gain of the buyers"),
    "home_producers_gain_usd": N_("Gain of the home producer"),
    "wedge_rent_usd": N_("Money kept in the access wedge"),
}

STATUSES: Mapping[str, str] = {
    "statutory": N_("statutory"),
    "published": N_("published"),
    "reported": N_("reported"),
    "derived": N_("derived"),
    "estimated": N_("estimated"),
    "assumed": N_("assumed"),
    "illustrative": N_("illustrative"),
}

STATUS_MEANINGS: Mapping[str, str] = {
    "statutory": N_("read in the law"),
    "published": N_("published by an official body, an agency or a paper"),
    "reported": N_("reported by the press or one party"),
    "derived": N_("arithmetic on cited figures"),
    "estimated": N_("a stated rule applied to cited figures"),
    "assumed": N_("nobody measured it; a range stands in"),
    "illustrative": N_("taken from a method, not from bitumen"),
}

CLASSES: Mapping[str, str] = {
    "petrochemical": N_("petrochemical"),
    "raw_material": N_("raw material"),
    "refined_product": N_("refined product"),
}

KEEPERS: Mapping[str, str] = {
    "currency_halls": N_("whoever buys the surrendered currency"),
    "seller_treasury": N_("the exporter's treasury"),
    "carrier": N_("carriers and packers"),
    "label_broker": N_("whoever lends the label"),
    "buyer_treasury": N_("the importer's treasury"),
    "unknown": N_("not known"),
    "intermediary": N_("an intermediary"),
    "resource_cost": N_("nobody: a real cost"),
    "home_producer": N_("the home producer"),
    "feedstock_sellers": N_("paid by those who sell the feedstock"),
}

MATCHES: Mapping[str, str] = {
    "line": N_("the tariff line itself"),
    "heading": N_("its heading"),
    "chapter": N_("its chapter"),
    "chapters": N_("a range of chapters"),
    "general": N_("all goods"),
    "named": N_("this origin by name"),
    "group": N_("a group of origins"),
    "any": N_("any origin"),
}

LEVERS: Mapping[str, str] = {
    "tur.class": N_("How Türkiye reads Iranian bitumen"),
    "tur.duty": N_("Türkiye's duty on the Iranian label"),
    "tur.levy": N_("Turkish levy on non-WTO origins"),
    "tur.truck_tax": N_("Turkish tax on Iranian trucks' tanks"),
    "tur.ban": N_("Türkiye refuses the Iranian label"),
    "tur.relabelling_ban": N_("Türkiye refuses relabelled goods"),
    "tur.wedge": N_("Access wedge in Türkiye, Iranian label"),
    "tur.wedge_iraqi_label": N_("Access wedge in Türkiye, Iraqi label"),
    "irq.class": N_("How Iraq reads bitumen"),
    "irq.duty": N_("Iraq's duty on Iranian bitumen"),
    "irq.practice": N_("Iraqi duty: law or what is collected"),
    "irq.krg_fee": N_("Kurdistan's fee at the border"),
    "irq.wedge": N_("Access wedge in Iraq"),
    "irn.fx": N_("Iran's currency rule"),
    "irn.fx_share": N_("Share of currency sold in hall 1"),
    "irn.fx_haircut": N_("Haircut in hall 1"),
    "irn.fx_haircut_hall2": N_("Haircut in hall 2"),
    "irn.feedstock": N_("Part of the haircut given back on feedstock"),
    "irn.listed": N_("On Iran's raw-materials list"),
    "irn.incentives": N_("Export incentives restored"),
    "irn.award": N_("Export award"),
    "irn.vat_cost": N_("Cost of the VAT refund"),
    "irn.export_duty": N_("Iranian export duty"),
    "freight.tur": N_("Freight to eastern Türkiye"),
    "freight.irq": N_("Freight to Iraq"),
    "relabelling": N_("Cost of another label"),
    "inland": N_("Inland freight to the port"),
    "packing": N_("Packing"),
}

CHOICES: Mapping[str, str] = {
    **CLASSES,
    "yes": N_("yes"),
    "no": N_("no"),
    "statutory": N_("the law"),
    "collected": N_("what is collected"),
    "as_now": N_("20–80 rule, as now"),
    "full_surrender": N_("all through hall 1"),
    "free_sale": N_("sold freely"),
    "bulk": N_("bulk"),
    "drum": N_("drums"),
    "jumbo": N_("jumbo bags"),
    "flexitank": N_("flexitanks"),
}
