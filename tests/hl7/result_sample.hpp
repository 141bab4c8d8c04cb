#pragma once

#include <string>
#include <string_view>

#include <edgeward/hl7/result_message.hpp>

namespace edgeward::hl7::sample {

inline ResultReading reading() {
    return {"Europe/Berlin",
            "KIS",
            {{"KIS", {"KIS", "1.2.276.0.76.3.1.999", "ISO"}}, {"MPI", {"MPI", "2.16.840.1", "ISO"}}}};
}

// The episodic pressures of IHE PCD TF-2 Rev. 9.0 appendix E.1.2, shortened.
inline constexpr std::string_view nibp =
    "MSH|^~\\&|ACME_Gateway^080019FFFE3ED02D^EUI-64|ACME Healthcare|||20110602050000+0000||ORU^R01^ORU_R01|"
    "0104ef190d604db188c3|P|2.6|||AL|NE||UNICODE UTF-8|||PCD_DEC_001^IHE "
    "PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO\r"
    "PID|||12345^^^KIS^MR||BEDS^TEDSONS^^^^^L\r"
    "PV1||U|COLWELL^^SOLAR\r"
    "OBR|1|P1|F1^ACME_Gateway^080019FFFE3ED02D^EUI-64|182777000^monitoring of patient^SCT|||"
    "20110602045842+0000\r"
    "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X\r"
    "OBX|2|NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.16.1.1|111|mm[Hg]^mm[Hg]^UCUM|||||R|||20110602045842||||"
    "080019FFFE3ED02D172.16.172.135^GATEWAY_ACME\r"
    "OBX|3|NM|149546^MDC_PULS_RATE_NON_INV^MDC|1.16.1.4|63|{beat}/min^{beat}/min^UCUM|||||R\r";

inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string made(text);
    const auto at = made.find(from);
    return at == std::string::npos ? "not found" : made.replace(at, from.size(), to);
}

// A laboratory's message of that event with these segments behind PID.
inline std::string laboratory(std::string_view event, std::string_view segments,
                              std::string_view version = "2.5.1") {
    return std::string("MSH|^~\\&|LIS|LAB|||20261125081501||")
        .append(event)
        .append("|L1|P|")
        .append(version)
        .append("\rPID|1||4711^^^KIS^MR\r")
        .append(segments);
}

}  // namespace edgeward::hl7::sample
