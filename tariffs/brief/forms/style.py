"""How the printed brief looks: A4 upright, one accent, quiet greys; it reads on a screen and on a phone as well."""

import re
from base64 import b64encode
from functools import cache
from pathlib import Path

from tariffs.study import Study
from tariffs.words import Words

FONT_FILE = Path(__file__).resolve().parents[3] / "static" / "fonts" / "vazirmatn.woff2"  # OFL.txt is beside it

STYLE = """
:root{--ink:#1C2B2A;--quiet:#57625F;--line:#C9D2CF;--accent:#0B4F6C;--pale:#F1F5F4}
*{box-sizing:border-box}
html{color-scheme:light;-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0 auto;max-width:190mm;padding:8mm 5mm;color:var(--ink);background:#fff;font:10.5pt/1.42 FONT}
h1{font-size:19pt;line-height:1.2;margin:.1em 0 .25em;color:var(--accent);font-weight:700}
h2{font-size:14pt;line-height:1.25;margin:0 0 3mm;padding-bottom:1.2mm;color:var(--accent);
  border-bottom:1.5pt solid var(--accent);break-after:avoid}
h3{font-size:11pt;line-height:1.3;margin:4.5mm 0 1.5mm;break-after:avoid}
p{margin:0 0 2mm}
.kicker,.dates,.small,figcaption,.stamp{font-size:8.5pt;color:var(--quiet)}
.kicker{font-weight:600;margin:0}
.subtitle{margin:0 0 2mm;color:var(--quiet)}
.lead{font-size:12.5pt;line-height:1.33;font-weight:600;margin:0 0 1.5mm}
.answer{background:var(--pale);border-inline-start:3pt solid var(--accent);padding:3mm 4mm 1.5mm;margin:2.5mm 0 3mm}
.standing{font-size:8pt;font-weight:400;color:var(--quiet);border:.6pt solid var(--line);border-radius:2pt;
  padding:0 .35em;margin-inline-start:.4em;white-space:nowrap}
.warn{border:1pt solid #8A5A00;background:#FDF0D2;padding:1.5mm 3mm;margin:0 0 3mm}
section{margin:0 0 8mm}
table{border-collapse:collapse;width:100%;font-size:8.5pt;line-height:1.3;margin:0 0 3mm}
caption{caption-side:top;text-align:start;font-weight:700;font-size:10.5pt;padding:1.5mm 0 1mm;break-after:avoid}
thead{display:table-header-group}
th{font-size:8pt;font-weight:600;color:var(--quiet);text-align:start;vertical-align:bottom}
th,td{padding:.75mm 1.2mm;border-bottom:.5pt solid var(--line);vertical-align:top}
.any{overflow-wrap:anywhere}
.u{font-size:.85em;font-weight:400;color:var(--quiet);white-space:nowrap}
td:first-child,th:first-child{padding-inline-start:0}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
th.n{white-space:normal}
.d{white-space:nowrap}
.q{color:var(--quiet)}
tr,table.whole{break-inside:avoid}
tr.group th{color:var(--accent);font-size:9.5pt;background:var(--pale);padding-inline-start:1.2mm;break-after:avoid}
tr.strong td{font-weight:700}
tr.strong td.q,tr.total td.q{font-weight:400}
tr.total td{font-weight:700;background:var(--pale);border-top:.8pt solid var(--accent)}
tr.code td{font:7.5pt/1.4 'DejaVu Sans Mono',Consolas,monospace;color:var(--quiet);direction:ltr;text-align:left;
  overflow-wrap:anywhere}
.gain1{background:#EAF4EE}.gain2{background:#D3E8DB}.gain3{background:#BBDCC9}.gain4{background:#A8CFBB}
.loss1{background:#FAEDEA}.loss2{background:#F4DAD5}.loss3{background:#EEC8C0}.loss4{background:#E9B7AE}
tr.memo td{font-style:italic;color:var(--quiet)}
table.small{font-size:8pt}
ul{margin:0 0 2mm;padding-inline-start:5mm}
li{margin:0 0 1mm}
.cover table{font-size:8.2pt}
.cover :is(td,th){padding-block:.25mm}
.cover td:last-child{white-space:nowrap}
.cover ul{font-size:9.5pt;line-height:1.35;margin:0}
.cover li{margin:0 0 .4mm}
.cover h3{margin-top:2.5mm}
figure{margin:0 0 4mm;break-inside:avoid}
figure svg{display:block;width:100%;height:auto;max-width:175mm;direction:ltr}
#summary figure svg{max-width:128mm}
#landed figure svg{max-width:108mm}
#landed table{line-height:1.2}
#limits figure svg,#doubt figure svg{max-width:118mm}
#landed figure~figure{break-before:page}
pre{background:var(--pale);padding:2mm 3mm;font:8.5pt/1.4 'DejaVu Sans Mono',Consolas,monospace;direction:ltr;
  text-align:left;white-space:pre-wrap;overflow-wrap:anywhere}
.ltr{direction:ltr;unicode-bidi:isolate}
@media screen and (prefers-color-scheme:dark){
  :root{--ink:#E3E9E7;--quiet:#A3B0AC;--line:#3A4543;--accent:#7FC3E0;--pale:#1F2928}
  html{color-scheme:dark}
  body{background:#121918}
  .warn{border-color:#D9A441;background:#3A2C0C}
  .gain1{background:#17291F}.gain2{background:#1B3828}.gain3{background:#1F4731}.gain4{background:#235539}
  .loss1{background:#2E1C19}.loss2{background:#42241F}.loss3{background:#562C25}.loss4{background:#69342B}
  /* Drawn in dark ink on paper: light turns dark, and every hue stays what it is in the words. */
  figure svg{filter:invert(1) hue-rotate(180deg)}
}
@media screen and (max-width:600px){body{padding:4mm}section{overflow-x:auto}}
@page{size:A4;margin:12mm 14mm 14mm;
  @bottom-left{content:"LEFT";font:7.5pt FONT;color:#57625F}
  @bottom-right{content:counter(page) " / " counter(pages);font:7.5pt FONT;color:#57625F}}
@media print{
  body{max-width:none;padding:0;margin:0}
  section{break-before:page;margin:0}
  section.cover,section.runs-on{break-before:auto}
  section.runs-on{margin-top:8mm}
}
"""
# Arabic letters join and stand taller: more room between lines, no synthetic italics.
RIGHT_TO_LEFT = """
@font-face{font-family:Vazirmatn;font-weight:100 900;src:url(data:font/woff2;base64,DATA) format("woff2")}
body{line-height:1.6}
.lead{line-height:1.5}
.cover ul{line-height:1.5}
.answer{padding-top:2mm}
table{line-height:1.45}
#landed table{line-height:1.3}
tr.memo td{font-style:normal}
td.n{font-variant-numeric:normal}
"""
LATIN = "system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans','DejaVu Sans',sans-serif"
ARABIC = "Vazirmatn,Tahoma,'Noto Sans Arabic','DejaVu Sans',sans-serif"


def style(study: Study, t: Words) -> str:
    """The style sheet; its footer names the scenario, the data and the version."""
    stamp = study.stamp
    origin = f"{study.question.scenario} · {stamp['data']} · {stamp['version']}"
    said = STYLE.replace("FONT", ARABIC if t.rtl else LATIN).replace("LEFT", _in_css(origin))
    return said + (RIGHT_TO_LEFT.replace("DATA", _font()) if t.rtl else "")


def _in_css(text: str) -> str:
    """A text within the quotes of a style sheet, every letter that could end it written by its number."""
    return re.sub(r"[^A-Za-z0-9 .·-]", lambda found: f"\\{ord(found[0]):06x}", text)


@cache
def _font() -> str:
    return b64encode(FONT_FILE.read_bytes()).decode("ascii")
