#!/usr/bin/python3
"""Writes the rows of one or more files of `tests/faults --json` as the table of docs/reliability.md."""

import json
import sys

HEAD = ("| scenario | cycles | acknowledged | lost | duplicates | found | recovery, worst (median) | verdict |\n"
        "|---|---|---|---|---|---|---|---|")


def line(row):
    recovery = row["recovery_ms"]
    times = f"{recovery['worst']} ms ({recovery['median']})" if recovery else ""
    verdict = row["verdict"] + (f": {row['why']}" if row["why"] else "")
    if row["control"] and row["verdict"] == "passed":
        verdict = "lost as it must"
    return (f"| `{row['name']}` | {row['cycles']:,} | {row['acknowledged']:,} | {row['lost']:,} | "
            f"{row['duplicates']:,} | {row['detected']} | {times} | {verdict} |")


def main():
    print(HEAD)
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for row in json.load(file)["rows"]:
                print(line(row))


if __name__ == "__main__":
    main()
