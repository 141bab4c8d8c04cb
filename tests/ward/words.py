"""Whether a text names somebody."""

import re


def mentions(text, word):
    """Whether `word` stands in `text` (str or bytes). A number counts only where it stands alone: a digest, a port
    or an identifier made by chance may well hold its digits."""
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    if not re.fullmatch(r"[\d.]+", word):
        return word in text
    return re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text) is not None


def mentioned(text, words):
    """Which of the words do; for a test that wants none."""
    return [word for word in words if mentions(text, word)]
