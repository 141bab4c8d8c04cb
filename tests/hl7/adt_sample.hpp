#pragma once

#include <string>
#include <string_view>

#include <edgeward/hl7/adt_message.hpp>

// Messages after German practice: version 2.5, no zone anywhere, no assigning authority, no MSH-9.3, sex W,
// ZBE.
namespace edgeward::hl7::sample {

inline AdtReading german_reading() {
    AdtReading reading;
    reading.zone = "Europe/Berlin";
    reading.default_authority = "kis";
    reading.facility = "KH";
    reading.authorities["kis"] = {"KIS", "1.2.276.0.76.3.1.1", "ISO"};
    reading.authorities["lab"] = {"LAB", {}, {}};
    return reading;
}

inline std::string german(std::string_view trigger, std::string_view place = "ITS1^Z2^B3",
                          std::string_view after = {}) {
    std::string message = "MSH|^~\\&|ORBIS|KH|EDGEWARD|KH|20261125081501||ADT^";
    message.append(trigger).append("|4711|P|2.5|||NE|NE||8859/1\r");
    message.append("EVN|").append(trigger).append("|20261125081500||||20261125080000\r");
    message += "PID|1||0815^^^^PI||M\xC3\xBCller^J\xC3\xB6rg^^^^^L||19500203|W||||||||||9001\r";
    message.append("PV1|1|I|").append(place).append("|||ITS1^Z1^B1|||||||||||||V77\r");
    message.append(after);
    return message;
}

}  // namespace edgeward::hl7::sample
