#pragma once

#include <cstdint>
#include <string>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

// The command set of a DIMSE message: PS3.7 section 6.3, implicit VR little endian. Pure.
namespace edgeward::dicom {

enum class CommandField : std::uint16_t {
    store_request = 0x0001,
    store_response = 0x8001,
    echo_request = 0x0030,
    echo_response = 0x8030,
    event_report_request = 0x0100,
    event_report_response = 0x8100,
    action_request = 0x0130,
    action_response = 0x8130,
};

struct Command {
    std::uint16_t field = 0;       // CommandField, or another
    std::uint16_t message_id = 0;  // of a request; in a response, of what it answers
    std::string sop_class;         // affected; of an N-ACTION request, requested
    std::string sop_instance;      // the same
    bool has_data_set = false;
    std::uint16_t status = 0;  // of a response
    std::uint16_t type = 0;    // of the action or event

    [[nodiscard]] bool is(CommandField wanted) const noexcept {
        return field == static_cast<std::uint16_t>(wanted);
    }
    [[nodiscard]] bool is_response() const noexcept { return (field & 0x8000U) != 0; }
};

Bytes encode_command(const Command& command);
// invalid_input: not a command set, or without what every command has.
Result<Command> decode_command(ByteView octets);

// PS3.7 annex C, PS3.4 annexes B.2.3 and J.3, PS3.3 section C.14.1.1.
namespace status {
inline constexpr std::uint16_t success = 0x0000;
inline constexpr std::uint16_t coerced_elements = 0xB000;  // warnings: stored
inline constexpr std::uint16_t elements_discarded = 0xB006;
inline constexpr std::uint16_t class_mismatch_warning = 0xB007;
inline constexpr std::uint16_t processing_failure = 0x0110;
inline constexpr std::uint16_t duplicate_instance = 0x0111;
inline constexpr std::uint16_t class_not_supported = 0x0122;
inline constexpr std::uint16_t no_such_instance = 0x0112;
inline constexpr std::uint16_t invalid_argument = 0x0115;
inline constexpr std::uint16_t class_instance_conflict = 0x0119;
inline constexpr std::uint16_t no_such_action = 0x0123;
inline constexpr std::uint16_t not_authorized = 0x0124;
inline constexpr std::uint16_t duplicate_transaction = 0x0131;
inline constexpr std::uint16_t unrecognized_operation = 0x0211;
inline constexpr std::uint16_t resource_limitation = 0x0213;
inline constexpr std::uint16_t out_of_resources = 0xA700;
inline constexpr std::uint16_t does_not_match_class = 0xA900;
inline constexpr std::uint16_t cannot_understand = 0xC000;
}  // namespace status

}  // namespace edgeward::dicom
