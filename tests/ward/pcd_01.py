"""PCD-01 messages, parsed by python3-hl7: what a message says field by field, what of it must come out again, and what
the profile (IHE PCD TF-2, appendix B) forbids."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import hl7

ZONE = ZoneInfo("Europe/Berlin")  # gateway.zone
UNITS = {"266016": "mm[Hg]", "264864": "/min", "264928": "/min", "262688": "%", "262656": "1", "264338": "ms",
         "265266": "mL/h", "268192": "Cel", "266418": "mV", "264339": "us"}
SAME_UNIT = {"{beat}/min": "/min"}  # annotations of UCUM change no unit
PERIOD = "67981"  # MDC_ATTR_TIME_PD_SAMP

# What a message that came in says and the one that goes out does not say in the same way, and why.
RULES = {
    "X beside a value": "OBX-11 X means that there is none (TF-2 B.8): sent as R, and QUES says that it is in doubt",
    "invalid": "a value its device calls invalid is not sent, so that nobody can chart it: OBX-8 INV, OBX-11 X",
    "rhythm": "the reference id of an MDC term is a code: CWE, whichever type the monitor writes",
    "method": "an empty OBX-17 means AMEAS (TF-2 B.8)",
    "parts": "OBX-18 names the device, on the row of the MDS; numbers of its parts and of gateways stay here",
    "observer": "OBX-16 names a person of the staff, whom the gateway does not keep",
    "no type": "without a value OBX-2 and OBX-6 say nothing",
}


def field(segment, number, component=None):
    """Text of a field or of a component of its first repetition; empty when it is not there."""
    try:
        text = str(segment[number])
    except IndexError:
        return ""
    if component is None:
        return text
    parts = text.split("~")[0].split("^")
    return parts[component - 1] if len(parts) >= component else ""


def moment(text, default):
    """A DTM as a moment; without a zone in that of MSH-7, else in the gateway's."""
    if not text:
        return None
    zone = re.search(r"[+-]\d{4}$", text)
    digits, _, fraction = text[:zone.start() if zone else None].partition(".")
    pattern = "%Y%m%d%H%M%S" if len(digits) == 14 else "%Y%m%d%H%M"
    made = datetime.strptime(digits, pattern).replace(microsecond=int((fraction + "000000")[:6]))
    stated = zone.group() if zone else default
    return made.replace(tzinfo=datetime.strptime(stated, "%z").tzinfo if stated else ZONE)


def place_of(row):
    return tuple(map(int, field(row, 4).split(".")))


def unit_of(row):
    """OBX-6 in UCUM, whichever triple says it."""
    parts = field(row, 6).split("^") + ["", ""]
    for start in range(0, len(parts) - 2, 3):
        if parts[start + 2] == "UCUM":
            return SAME_UNIT.get(parts[start], parts[start])
    return UNITS.get(parts[0], parts[0])


def parsed(octets):
    text = octets if isinstance(octets, str) else octets.decode("utf-8" if b"UNICODE" in octets else "latin-1")
    return hl7.parse(re.sub(r"[\r\n]+", "\r", text).strip("\r") + "\r")


class Said:
    """What one message says: the device, its parts and its measurements."""

    def __init__(self, octets):
        message = parsed(octets)
        zone = re.search(r"[+-]\d{4}$", field(message[0], 7))
        self.device, self.parts, self.values, self.periods = "", {}, {}, {}
        order = None
        for segment in message:
            if field(segment, 0) == "OBR":
                order = segment
            elif field(segment, 0) == "OBX" and order is not None:
                self._take(segment, order, zone.group() if zone else "")

    def _take(self, row, order, zone):
        place = place_of(row)
        if len(place) == 4 and place[3] == 0 and not field(row, 5):
            if place[1] == 0:
                self.device = field(row, 18, 1)
            else:
                self.parts[place] = field(row, 3, 1)
            return
        if len(place) > 4:
            if field(row, 3, 1) == PERIOD:
                self.periods[place[:4]] = (field(row, 5), unit_of(row))
            return
        measured = moment(field(row, 14) or field(order, 7), zone)
        self.values[(measured.astimezone(ZoneInfo("UTC")).isoformat(), place)] = {
            "OBX-2": field(row, 2), "OBX-3": (field(row, 3, 1), field(row, 3, 3)), "OBX-4": place,
            "OBX-5": field(row, 5), "OBX-6": unit_of(row), "OBX-7": field(row, 7), "OBX-8": field(row, 8),
            "OBX-11": field(row, 11), "OBX-14, OBR-7": measured, "OBR-8": moment(field(order, 8), zone),
            "OBX-16": field(row, 16), "OBX-17": field(row, 17, 1), "OBX-20": (field(row, 20, 1), field(row, 20, 3))}

    def ancestors(self):
        """The parts above each measurement, outermost first, with their terms."""
        above = {}
        for key, row in self.values.items():
            first, vmd, channel, _ = row["OBX-4"]
            chain = [(first, vmd, 0, 0), (first, vmd, channel, 0)]
            above[key] = [(one, self.parts[one]) for one in dict.fromkeys(chain) if one in self.parts]
        return above


def must_come_out(row):
    """A measurement as the gateway has to send it on, and the rules that make it differ."""
    made, rules = dict(row), set()

    def change(rule, **fields):
        rules.add(rule)
        for number, value in fields.items():
            made["OBX-" + number[1:]] = value

    if row["OBX-16"]:
        change("observer", _16="")
    if not row["OBX-17"]:
        change("method", _17="AMEAS")
    if row["OBX-5"].startswith("MDC_") and row["OBX-2"] == "ST":
        change("rhythm", _2="CWE", _5=row["OBX-5"] + "^^MDC")
    if row["OBX-11"] == "X" and row["OBX-5"]:
        change("X beside a value", _11="R", _8="~".join(filter(None, [row["OBX-8"], "QUES"])))
    if "INV" in row["OBX-8"].split("~"):
        change("invalid", _5="", _11="X", _2="")
    if not row["OBX-5"]:
        change("no type", _2="", _6="")
    return made, rules


# What the profile asks for

FLAGS = set("N L LL H HH A INV QUES NAV CAL TEST DEMO EARLY BUSY ALACT ALINH NI NA OFF MSK OTH NAN PINF NINF".split())
TYPES = set("CNE CWE CF DR DTM ED FT NA NM PN SN ST TM XCN XPN".split())
METHODS = {"AMEAS", "MMEAS", "ASET", "MSET", "ACALC", "MCALC"}
ZONED = re.compile(r"\d{14}(\.\d{1,4})?[+-]\d{4}")
EUI64 = re.compile(r"([0-9A-F]{16})\^\^\1\^EUI-64")


def faults(text, eui64=True):
    """What a message breaks of the profile's rules; `eui64`: the device has one (other identifiers are for tests)."""
    found = []

    def want(truth, what):
        if not truth:
            found.append(what)

    message = parsed(text)
    names = "".join({"MSH": "M", "PID": "P", "PV1": "V", "OBR": "R", "OBX": "X"}.get(field(one, 0), "?") for one in message)
    want(re.fullmatch(r"MPV(RX+)+", names), f"segments {names}")
    _header_faults(message[0], text, want)
    pid, pv1 = message.segment("PID"), message.segment("PV1")
    for number in (1, 2, 4, 9, 19):
        want(not field(pid, number), f"PID-{number}")
    want(re.fullmatch(r"[^^]*\^[^^]*\^{5}L|\^{6}[SU]", field(pid, 5)), "PID-5 type")
    want(not field(pv1, 1) and field(pv1, 2) in list("EIOPRBU"), "PV1-1, PV1-2")
    _order_faults(message, want)
    _row_faults(message, want, eui64)
    return found


def _header_faults(msh, text, want):
    want(text.startswith("MSH|^~\\&|"), "MSH-1, MSH-2")
    want(re.fullmatch(r"[^^]*\^[0-9A-F]{16}\^EUI-64", field(msh, 3)), "MSH-3 EUI-64")
    want(ZONED.fullmatch(field(msh, 7)), "MSH-7 zone")
    want(field(msh, 9) == "ORU^R01^ORU_R01", "MSH-9")
    want(re.fullmatch(r"\S+", field(msh, 10)), "MSH-10")
    want(field(msh, 11) in ("P", "D", "T"), "MSH-11")
    want(field(msh, 12, 1) == "2.6", "MSH-12")
    want((field(msh, 15), field(msh, 16)) == ("AL", "NE"), "MSH-15, MSH-16")
    want(text.isascii() or field(msh, 18) in ("UNICODE UTF-8", "8859/1", "8859/15"), "MSH-18")
    want((field(msh, 21, 3), field(msh, 21, 4)) == ("1.3.6.1.4.1.19376.1.6.1.1.1", "ISO"), "MSH-21")
    for number in (8, 13, 14, 20, 22, 23, 24, 25):
        want(not field(msh, number), f"MSH-{number}")


def _order_faults(message, want):
    orders = message.segments("OBR")
    want([field(one, 1) for one in orders] == [str(n + 1) for n in range(len(orders))], "OBR-1")
    want(len({field(one, 3) for one in orders}) == len(orders), "OBR-3 unique")
    for order in orders:
        want(re.fullmatch(r"[^^]+\^[^^]*\^[0-9A-F]{16}\^EUI-64", field(order, 3)), "OBR-3 EUI-64")
        want(field(order, 4, 1) and field(order, 4, 3), "OBR-4")
        want(ZONED.fullmatch(field(order, 7)), "OBR-7 zone")
        want(not field(order, 8) or (ZONED.fullmatch(field(order, 8)) and
                                     moment(field(order, 8), "") > moment(field(order, 7), "")), "OBR-8")
        for number in (5, 6, 9):
            want(not field(order, number), f"OBR-{number}")


def _row_faults(message, want, eui64):
    rows, places, last = 0, set(), ()
    for segment in message:
        if field(segment, 0) == "OBR":
            places, last = set(), ()
        if field(segment, 0) != "OBX":
            continue
        rows += 1
        where, place = f"OBX[{rows}]", place_of(segment)
        want(field(segment, 1) == str(rows), f"{where}-1")
        want(place not in places and place > last, f"{where}-4 unique and in order")
        parents = {(place[0], 0, 0, 0), (place[0], place[1], 0, 0), (*place[:3], 0)} if len(place) == 4 else {place[:-1], place[:4]}
        want(parents - {place} <= places, f"{where}-4 parents first")
        places.add(place)
        last = place
        _one_row(segment, place, lambda truth, what, where=where: want(truth, f"{where}-{what}"), eui64)


def _one_row(row, place, want, eui64):
    value, status, kind = field(row, 5), field(row, 11), field(row, 2)
    code, name, system = (field(row, 3, n) for n in (1, 2, 3))
    want(code and name and system, "3 code, name, system")
    want(system != "MDC" or (code.isdigit() and name.startswith("MDC")), "3 MDC")
    is_object = len(place) == 4 and place[3] == 0
    want(status in list("CDFPRSUWX"), "11")
    if is_object:
        want(not value and status == "X", "5 and 11 of a device object")
    else:
        want(bool(value) != (status == "X"), "5 empty just with X")
        want(len(place) > 4 or re.fullmatch(r"(\w+)\^\^MDC", field(row, 17)) and field(row, 17, 1) in METHODS, "17")
    want(kind in TYPES if value else not kind or kind in TYPES, "2")
    if kind in ("NM", "SN", "NA") and value:
        want(re.fullmatch(r"[\d.^<>=+-]+", value), "5 number")
        want(re.fullmatch(r"\d+\^MDC_DIM_\w+\^MDC(\^[^^]+\^[^^]+\^UCUM)?|[^^]+\^[^^]+\^UCUM", field(row, 6)), "6")
    want(re.fullmatch(r"(-?[\d.]+--?[\d.]+|[<>]-?[\d.]+)?", field(row, 7)), "7")
    want(set(filter(None, field(row, 8).split("~"))) <= FLAGS, "8")
    for number in (9, 12, 13):
        want(not field(row, number), f"{number}")
    want(not field(row, 14) or ZONED.fullmatch(field(row, 14)), "14 zone")
    want(place != (1, 0, 0, 0) or not eui64 or EUI64.fullmatch(field(row, 18)), "18 EUI-64")
    want(place == (1, 0, 0, 0) or not field(row, 18), "18 inherited")
    want(not field(row, 20) or re.fullmatch(r"\d+\^[^^]*\^(MDC|SCT)", field(row, 20)), "20")
