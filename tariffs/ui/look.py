"""What Streamlit's themes leave open: the page's frame, its type, and right-to-left."""

import re

import streamlit as st

from tariffs.ui import heard, rows
from tariffs.words import N_, Words

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
.sources .whole{white-space:nowrap}
.told summary{cursor:pointer;padding:.3rem 0;font-size:.92rem}
/* Where there is room the list stands open; a browser that cannot open it from here leaves that to the reader. */
@supports selector(::details-content){@media (min-width:641px){
  .told summary{display:none}
  .told::details-content{content-visibility:visible;block-size:auto}
}}
.sources span{color:color-mix(in srgb,currentColor 78%,transparent)}
.st-key-tiles .stVerticalBlock{gap:.45rem}
.st-key-tiles [data-testid="stCaptionContainer"]{margin:0!important}
.st-key-tiles [data-testid="stMetricLabel"]{min-height:2.7em;align-items:flex-start}
.cards{width:100%;border-collapse:collapse;font-size:.95rem;line-height:1.5;font-variant-numeric:tabular-nums}
.cards caption{position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden}
.cards th{text-align:start;font-weight:600;vertical-align:bottom}
.cards td,.cards th{padding:.45rem 0;padding-inline-end:.9rem;vertical-align:top;text-align:start;
  border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent)}
.cards .tag{display:none}
.cards .code{overflow-wrap:anywhere;font-size:.82rem}
.cards th[scope=row]{font-weight:400;min-width:9.5rem}
@media (max-width:760px){
  .cards,.cards tbody,.cards tr,.cards td,.cards th{display:block;padding:0;border:0}
  .cards thead{position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden}
  .cards tr{padding:.7rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 25%,transparent)}
  .cards td{display:flex;gap:.6rem;padding:.12rem 0}
  .cards .tag{display:inline;flex:0 0 7.5rem;font-size:.84rem;opacity:.78}
  .cards th[scope=row]{font-weight:600}
}
[data-testid="stWidgetLabel"]{gap:.35rem}
.sources a{color:inherit}
.katex-display{overflow:visible!important;text-align:start}
.katex{font-size:1.05em!important}
.st-key-tiles [data-testid="stCaptionContainer"] p{font-size:.84rem;line-height:1.4;margin:0}
.st-key-answer{gap:.8rem}
.st-key-map_stack{padding-right:66px}
.st-key-ways{row-gap:0!important}
.st-key-ways button{min-height:2rem}
[data-testid="stBaseButton-primary"]{color:light-dark(#FFFFFF,#101817)}
[data-testid="stTable"] :is(th,td){overflow-wrap:anywhere}
:is(a,summary,input:not([type=range]),textarea,main,[role=spinbutton]):focus-visible{
  outline:2px solid currentColor!important;outline-offset:1px}
main:focus-visible{outline-offset:-3px!important}
[data-testid="stMetricValue"]{font-size:1.4rem;line-height:1.35;font-weight:600;font-variant-numeric:tabular-nums;
  unicode-bidi:plaintext}
[data-testid="stMetricLabel"] p{white-space:normal;font-size:.9rem}
[data-testid="stMetricValue"] *{white-space:normal!important;overflow:visible!important}
[data-testid="stCaptionContainer"]{color:inherit!important;opacity:.8}
[data-testid="stTable"] td:nth-child(n+2){font-variant-numeric:tabular-nums}
[class*="st-key-pair_"]{flex-wrap:nowrap}
[data-testid="stBaseButton-primary"]{background:#0b6e4f!important;border-color:#0b6e4f!important}
[data-testid="stBaseButton-primary"] :is(p,span){color:#fff!important}
[data-testid="stMainBlockContainer"] h2{font-size:1.2rem;padding:1.3rem 0 .3rem}
[data-testid="stMainBlockContainer"] .st-key-controls h2{padding-top:0}
.st-key-controls [data-testid="stBaseButton-tertiary"]{margin-top:-.7rem;padding:0;min-height:1.75rem;
  text-decoration:underline;text-underline-offset:.2em}
/* Colours of code are Streamlit's own, and too pale to read. */
[data-testid="stCode"] .token{color:inherit!important}
@media (min-width:1000px){
  .st-key-frame{display:grid;grid-template:auto 1fr/minmax(310px,1fr) minmax(0,2.2fr);column-gap:2.75rem;
    grid-template-areas:"controls answer" "controls working"}
  .st-key-frame>:has(>.st-key-answer){grid-area:answer;min-width:0}
  .st-key-frame>:has(>.st-key-working){grid-area:working;min-width:0}
  .st-key-frame>:has(>.st-key-controls){grid-area:controls;position:sticky;top:4.2rem;align-self:start;
    max-height:calc(100vh - 5rem);overflow-y:auto;scrollbar-width:thin;padding:.1rem .9rem 1rem .2rem}
}
.st-key-manners>:has(.fold),.st-key-controls>:has(.follow){display:none}
@media (max-width:999px){
  .st-key-controls>:has(.follow){display:block;position:sticky;top:3.6rem;z-index:5;
    background:light-dark(#fff,#101817);border-bottom:1px solid color-mix(in srgb,currentColor 25%,transparent)}
  .follow{margin:0;padding:.3rem 0;font-size:.82rem!important;line-height:1.45!important}
  .follow span{display:block}
}
.st-key-aside>:has(>.st-key-say_how){margin-inline-start:auto}
/* A phone keeps one row above the answer: three pictures that still have their names, and what opens the rest. */
@media (max-width:640px){
  [data-testid="stMainBlockContainer"]{padding:3.9rem 1rem 2rem}
  .st-key-manners{gap:.15rem}
  .st-key-manners .stVerticalBlock{row-gap:.3rem}
  .st-key-manners button{min-height:2rem}
  .st-key-steps button p,.st-key-steps button [data-testid="stMarkdownContainer"]{
    position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden}
  .st-key-steps button{padding:.2rem .5rem}
  .st-key-manners>:has(.fold){display:block;width:auto}
  .fold summary{padding:.2rem .5rem;font-size:.9rem;line-height:1.6rem;cursor:pointer;border-radius:.35rem}
  .st-key-manners:has(.fold:not([open]))>:has(>.st-key-aside){display:none}
  .st-key-manners>:has(>.st-key-aside){flex-basis:100%}
  .st-key-aside>:has(>.st-key-say_how){margin-inline-start:0}
  .st-key-say_how button{padding:.2rem .5rem!important;font-size:.9rem}
}
@media (prefers-reduced-motion:reduce){*{animation-duration:.01ms!important;transition-duration:.01ms!important}}
"""

# The document is right-to-left; sliders, charts, tables of figures, code and equations keep their own direction,
# since their fill, axes and arithmetic run from left to right in every language. Their words turn by themselves.
# There the figures and marks between the words are Vazirmatn's too.
RIGHT_TO_LEFT = """
@font-face{font-family:Vazirmatn;font-weight:100 900;src:url(app/static/fonts/vazirmatn.woff2) format("woff2");
  unicode-range:U+0020-0040,U+005B-0060,U+007B-007E,U+00AB,U+00B7,U+00BB,U+2010-2026,U+2066-2069}
[data-testid="stButtonGroup"] button{border:1px solid color-mix(in srgb,currentColor 30%,transparent)!important;
  border-radius:.35rem!important;margin:0!important}
[data-testid="stButtonGroup"]>div{gap:.3rem}
[data-testid="stMetricLabel"]{gap:.35rem}
[data-testid="stHeaderActionElements"]{margin-inline-start:.4rem}
[data-testid="stSelectbox"] input{unicode-bidi:plaintext;text-align:start}
[data-testid="stSidebar"][data-collapsed="true"]{visibility:hidden;transform:none!important}
[data-testid="stToolbar"]>div>div:last-child{margin-left:0;margin-right:auto}
[data-testid="stExpandSidebarButton"] [data-testid="stIconMaterial"],
[data-testid="stSidebarCollapseButton"] [data-testid="stIconMaterial"],
[data-testid="stExpander"] summary [data-testid="stIconMaterial"]{display:inline-block;transform:scaleX(-1)}
[data-testid="stMainBlockContainer"]{direction:rtl;text-align:right}
[data-testid="stMainBlockContainer"] :is(h1,h2,h3,p,li,label,caption){text-align:start}
[data-testid="stSlider"]>div,[data-testid="stVegaLiteChart"],[data-testid="stDataFrame"],
[data-testid="stNumberInputContainer"],[data-testid="stCode"],[data-testid="stMarkdownContainer"] .katex-display,
[data-testid="stDateInputField"],[data-testid="stTextArea"] textarea,
.st-key-controls [data-testid="stTextInput"] input{direction:ltr}
[data-testid="stTextArea"] textarea,.st-key-controls [data-testid="stTextInput"] input{text-align:left}
[data-testid="stCode"],.katex-display{text-align:left}
[data-testid="stMetricValue"],[data-testid="stMetricDelta"]{unicode-bidi:plaintext;text-align:start}
[data-testid="stMetricDelta"]{direction:rtl}
[data-testid="stMetricValue"],[data-testid="stTable"] td:nth-child(n+2){font-variant-numeric:normal}
[data-testid="stTable"] :is(th,td){text-align:start}
[data-testid="stMarkdownContainer"] ul{padding-inline:1.3rem 0;margin-inline:0}
.lead{line-height:1.5;letter-spacing:0}
.then,.but{line-height:1.8}
[data-testid="stMainBlockContainer"] p,[data-testid="stMainBlockContainer"] li{line-height:1.75}
[data-testid="stMainBlockContainer"] .sources li{line-height:1.6}
"""

# Sliders, boxes and days hold digits of their own; the font has Persian shapes for them, and the value stays as it is.
PERSIAN_DIGITS = """
[data-testid="stSlider"],[data-testid="stNumberInputContainer"] input,[data-testid="stDateInputField"]{
  font-feature-settings:"ss01"}
"""


# Streamlit writes the decimals of sliders and boxes with a point in every language. Each of these fonts holds one
# sign, Vazirmatn's comma or momayyez, in the place of the point.
DECIMAL_MARK = """
@font-face{{font-family:"Decimal Mark";unicode-range:U+002E;
  src:url(app/static/fonts/decimal-{mark}.woff2) format("woff2")}}
[data-testid="stSliderThumbValue"] p,[data-testid="stSliderTickBar"] p,[data-testid="stNumberInputField"]{{
  font-family:"Decimal Mark",Vazirmatn,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}}
"""

# Chromium reads a number box in its own language and drops every other sign without a word: in an English Chromium
# "7,5" becomes 75 and ۲۰ nothing. What the page's language writes is handed on as it reads it.
TYPED = r"""
if (!window.numbersTyped && !('MozAppearance' in document.documentElement.style)) {
  window.numbersTyped = true;
  const marks = {tr: /,/g, fa: /[٫\/]/g, ar: /٫/g};
  document.addEventListener('beforeinput', event => {
    const typed = event.data;
    if (event.target.type !== 'number' || !typed) return;
    const read = typed.replace(/[۰-۹٠-٩]/g, digit => digit.charCodeAt(0) & 15)
      .replace(marks[document.documentElement.lang] || /٫/g, '.');
    if (read === typed) return;
    event.preventDefault();
    document.execCommand('insertText', false, read);
  }, true);
}
"""


def dress(t: Words) -> None:
    """Put on the style, and tell browser and screen reader which language this is and which way it runs."""
    own = (RIGHT_TO_LEFT if t.rtl else "") + _figures(t)
    st.html(f"<style>{STYLE}{rows.STYLE}{own}{_instead(t)}</style>")
    code = t.lang if re.fullmatch("[a-z]{2}", t.lang) else "en"  # of our own list, never a visitor's text
    says = (
        f"document.documentElement.lang='{code}';document.documentElement.dir='{t.direction}';"
        f"document.documentElement.dataset.digits='{t.digits}';{TYPED}{heard.SCRIPT}"
    )
    st.html(f"<script>{says}</script>", unsafe_allow_javascript=True)


def _figures(t: Words) -> str:
    """Digits and decimal mark of what Streamlit writes by itself."""
    if t.digits == "fa":
        return PERSIAN_DIGITS + DECIMAL_MARK.format(mark="momayyez")
    return DECIMAL_MARK.format(mark="comma") if t.number(0.5, 1) == "0,5" else ""


# Buttons of Streamlit's own, which knows English alone: that of uploads, whose label says what it takes, and that of
# the pages for which a menu has no room.
BUTTONS = {
    '[data-testid="stFileUploaderDropzone"] button p': N_("Choose a file"),
    '[data-testid="stTopNavSection"] p': N_("More pages"),
}


def _instead(t: Words) -> str:
    """Our words on Streamlit's buttons."""
    said = {where: re.sub(r"[^\w \u200c]", "", t(text)) for where, text in BUTTONS.items()}
    return '[data-testid="stFileUploaderDropzoneInstructions"]{display:none}' + "".join(
        f'{where}{{font-size:0}}{where}::after{{content:"{text}";font-size:1rem}}' for where, text in said.items()
    )


def plain(text: object) -> str:
    """Text as it stands, with nothing in it that Markdown would act on."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~:$^=&])", r"\\\1", str(text))
