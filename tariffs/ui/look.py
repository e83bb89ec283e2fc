"""What Streamlit's themes leave open: the page's frame, its type, and right-to-left."""

import re

import streamlit as st

from tariffs.words import Words

# Test ids and classes are Streamlit's own and may change with its version; it stays below 1.68.
STYLE = """
[data-testid="stMainBlockContainer"]{max-width:1380px;padding:4.2rem 1.5rem 3rem}
.lead{font-size:clamp(1.3rem,1rem + 1.15vw,1.85rem);line-height:1.28;font-weight:650;letter-spacing:-.01em;margin:0}
.then{font-size:clamp(1.02rem,.95rem + .3vw,1.18rem);line-height:1.5;margin:.7rem 0 0}
.but{font-size:1rem;line-height:1.5;margin:.9rem 0 0;padding:.1rem 0 .1rem .9rem;
  border-inline-start:3px solid color-mix(in srgb,currentColor 45%,transparent)}
.page-title{font-size:1rem!important;font-weight:600!important;padding:0!important;margin:0 0 .35rem!important;
  color:color-mix(in srgb,currentColor 78%,transparent)}
.sources{columns:2 24rem;column-gap:2.5rem;font-size:.86rem;line-height:1.45;padding-inline-start:1.1rem;margin:0}
.sources li{break-inside:avoid;margin:0 0 .5rem}
.sources span{color:color-mix(in srgb,currentColor 78%,transparent)}
.st-key-tiles .stVerticalBlock{gap:.45rem}
.st-key-tiles [data-testid="stCaptionContainer"]{margin:0!important}
.st-key-tiles [data-testid="stMetricLabel"]{min-height:2.7em;align-items:flex-start}
[data-testid="stWidgetLabel"]{gap:.35rem}
.sources a{color:inherit}
.katex-display{overflow:visible!important;text-align:start}
.katex{font-size:1.05em!important}
.st-key-tiles [data-testid="stCaptionContainer"] p{font-size:.84rem;line-height:1.4;margin:0}
.st-key-answer{gap:.8rem}
[data-testid="stMetricValue"]{font-size:1.55rem;font-weight:600;font-variant-numeric:tabular-nums;unicode-bidi:plaintext}
[data-testid="stMetricLabel"] p{white-space:normal;font-size:.9rem}
[data-testid="stMetricValue"]>div{white-space:normal}
[data-testid="stCaptionContainer"]{color:inherit!important;opacity:.8}
[data-testid="stTable"] td:nth-child(n+2){font-variant-numeric:tabular-nums}
[class*="st-key-pair_"]{flex-wrap:nowrap}
[data-testid="stMainBlockContainer"] h2{font-size:1.2rem;padding:1.3rem 0 .3rem}
[data-testid="stMainBlockContainer"] .st-key-controls h2{padding-top:0}
.st-key-controls [data-testid="stBaseButton-tertiary"]{margin-top:-.7rem;padding:0;min-height:1.75rem;
  text-decoration:underline;text-underline-offset:.2em}
@media (min-width:1000px){
  .st-key-frame{display:grid;grid-template:auto 1fr/minmax(310px,1fr) minmax(0,2.2fr);column-gap:2.75rem;
    grid-template-areas:"controls answer" "controls working"}
  .st-key-frame>:has(>.st-key-answer){grid-area:answer;min-width:0}
  .st-key-frame>:has(>.st-key-working){grid-area:working;min-width:0}
  .st-key-frame>:has(>.st-key-controls){grid-area:controls;position:sticky;top:4.2rem;align-self:start;
    max-height:calc(100vh - 5rem);overflow-y:auto;scrollbar-width:thin;padding:.1rem .9rem 1rem .2rem}
}
@media (max-width:640px){
  [data-testid="stMainBlockContainer"]{padding:4rem 1rem 2rem}
}
@media (prefers-reduced-motion:reduce){*{animation-duration:.01ms!important;transition-duration:.01ms!important}}
"""

# Figures, sliders, charts and tables keep their own direction inside a right-to-left page.
RIGHT_TO_LEFT = """
[data-testid="stMainBlockContainer"]{direction:rtl;text-align:right}
[data-testid="stSlider"]>div,[data-testid="stVegaLiteChart"],[data-testid="stDataFrame"],
[data-testid="stMetricDelta"],[data-testid="stNumberInputContainer"],[data-testid="stCode"]{direction:ltr}
"""


def dress(t: Words) -> None:
    """Put on the style, and tell browser and screen reader which language this is."""
    st.html(f"<style>{STYLE}{RIGHT_TO_LEFT if t.rtl else ''}</style>")
    code = t.lang if re.fullmatch("[a-z]{2}", t.lang) else "en"  # of our own list, never a visitor's text
    st.html(f"<script>document.documentElement.lang = '{code}';</script>", unsafe_allow_javascript=True)


def plain(text: object) -> str:
    """Text as it stands, with nothing in it that Markdown would act on."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~:$^=&])", r"\\\1", str(text))
