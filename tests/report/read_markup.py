#!/usr/bin/python3
"""Reads a page or picture with Python's own parsers and prints its texts, one a line.

usage: read_markup.py xml|html FILE        exit code 1 when it is not well formed
"""
import sys
import xml.etree.ElementTree as tree
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "link", "input"}
# What would load something from elsewhere, or run.
FORBIDDEN = {"script", "iframe", "object", "embed", "link", "img"}


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.texts = []

    def handle_starttag(self, tag, attributes):
        assert tag not in FORBIDDEN, tag
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attributes), attributes
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, text):
        self.texts.append(text)


def texts_of(kind, octets):
    if kind == "xml":
        return list(tree.fromstring(octets).itertext())
    reader = Reader()
    reader.feed(octets.decode("utf-8"))
    reader.close()
    assert not reader.open, reader.open
    return reader.texts


def main():
    kind, file = sys.argv[1:]
    with open(file, "rb") as stream:
        octets = stream.read()
    sys.stdout.reconfigure(encoding="utf-8")
    for text in texts_of(kind, octets):
        print(text)


if __name__ == "__main__":
    main()
