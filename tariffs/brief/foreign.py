"""Texts that stay in their own language, such as the title of a published source: which one, and which way it runs."""

import re

ARABIC = re.compile("[\u0600-\u06ff]")
PERSIAN = re.compile("[\u067e\u0686\u0698\u06af\u06a9\u06cc]")
TURKISH = re.compile("[\u011e\u011f\u0130\u0131\u015e\u015f]|\\b(?:ve|için|Karar|Sayısı|oranları)\\b")


def language_of(text: str) -> str:
    """The language of a text by its letters: of those that our sources write in."""
    if ARABIC.search(text):
        return "fa" if PERSIAN.search(text) else "ar"
    return "tr" if TURKISH.search(text) else "en"


def runs_on(text: str) -> str:
    """The direction of a text in its own language."""
    return "rtl" if ARABIC.search(text) else "ltr"
