"""Whether a text names somebody."""

import re

UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SHORT = 6  # characters of a number that turns up in others by chance


def mentions(text, word):
    """Whether `word` stands in `text` (str or bytes). A short number counts only where it stands alone: a digest, a
    port or an identifier made by chance may well hold its digits."""
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    if not re.fullmatch(r"[\d.]+", word) or len(word) >= SHORT:
        return word in text
    return re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", UUID.sub("", text)) is not None


def mentioned(text, words):
    """Which of the words do; for a test that wants none."""
    return [word for word in words if mentions(text, word)]
