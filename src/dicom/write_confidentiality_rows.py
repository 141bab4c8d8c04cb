#!/usr/bin/env python3
"""Writes the rows of PS3.15 table E.1-1 that confidentiality_table.cpp holds.

    src/dicom/write_confidentiality_rows.py tests/dicom/testdata/ps315_e1.json

The input is the table as the Innolitics DICOM standard browser publishes it, made from the standard's own DocBook. Rows
that are not one tag (curves, overlays, private attributes) are left to the code, which removes those groups whole.
"""
import json
import sys

ACTIONS = {"X": "X", "Z": "Z", "D": "D", "U": "U", "X/Z": "XZ", "X/D": "XD", "X/Z/D": "XZD", "Z/D": "ZD", "X/Z/U*": "XZU"}
OPTIONS = [("rtnDevIdOpt", "device"), ("rtnLongFullDatesOpt", "dates"), ("rtnInstIdOpt", "institution"),
           ("rtnPatCharsOpt", "patient"), ("rtnUIDsOpt", "uids")]


def row(entry):
    kept = [word for column, word in OPTIONS if entry.get(column) == "K"]
    options = ", " + " | ".join(kept) if kept else ""
    return "{0x%s, %s%s}" % (entry["id"].upper(), ACTIONS[entry["basicProfile"]], options)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        entries = [entry for entry in json.load(file) if len(entry["id"]) == 8 and "x" not in entry["id"]]
    line = "   "
    for entry in sorted(entries, key=lambda one: one["id"]):
        piece = " " + row(entry) + ","
        if len(line) + len(piece) > 110:
            print(line)
            line = "   "
        line += piece
    print(line)


main()
