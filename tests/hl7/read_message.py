#!/usr/bin/python3
"""Reads one HL7 v2 message with python3-hl7 and prints chosen fields, one a line.

usage: read_message.py FILE ENCODING SEGMENT.NUMBER.FIELD.REPETITION.COMPONENT.SUBCOMPONENT...

All numbers count from 1. A field that is not there prints as an empty line.
"""
import sys

import hl7


def value(message, path):
    segment, *numbers = path.split(".")
    try:
        return message.extract_field(segment, *[int(number) for number in numbers])
    except (IndexError, KeyError):
        return ""


def main():
    file, encoding, *paths = sys.argv[1:]
    with open(file, "rb") as stream:
        message = hl7.parse(stream.read().decode(encoding))
    sys.stdout.reconfigure(encoding="utf-8")
    for path in paths:
        print(value(message, path))


if __name__ == "__main__":
    main()
