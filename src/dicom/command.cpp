#include <edgeward/dicom/command.hpp>

#include <optional>
#include <string_view>

namespace edgeward::dicom {
namespace {

// Elements of group 0000, PS3.7 annex E.
enum Element : std::uint16_t {
    group_length = 0x0000,
    affected_class = 0x0002,
    requested_class = 0x0003,
    command_field = 0x0100,
    message_id = 0x0110,
    answered_id = 0x0120,
    priority = 0x0700,
    data_set_type = 0x0800,
    status_element = 0x0900,
    affected_instance = 0x1000,
    requested_instance = 0x1001,
    event_type = 0x1002,
    action_type = 0x1008,
};
constexpr std::uint16_t no_data_set = 0x0101;
constexpr std::uint16_t some_data_set = 0x0001;
constexpr std::uint16_t medium_priority = 0x0000;

void append_little(Bytes& out, std::uint64_t value, std::size_t octets) {
    for (std::size_t i = 0; i < octets; ++i)
        out.push_back(static_cast<std::uint8_t>((value >> (8 * i)) & 0xFFU));
}

std::uint64_t little(ByteView octets) {
    std::uint64_t value = 0;
    for (std::size_t i = octets.size(); i-- > 0;)
        value = value << 8U | octets[i];
    return value;
}

void append_head(Bytes& out, Element element, std::size_t length) {
    append_little(out, 0, 2);
    append_little(out, element, 2);
    append_little(out, length, 4);
}

void append_number(Bytes& out, Element element, std::uint16_t value) {
    append_head(out, element, 2);
    append_little(out, value, 2);
}

void append_uid(Bytes& out, Element element, std::string_view uid) {
    if (uid.empty()) return;
    append_head(out, element, uid.size() + uid.size() % 2);
    out.insert(out.end(), uid.begin(), uid.end());
    if (uid.size() % 2 != 0) out.push_back(0);
}

std::string uid_of(ByteView value) {
    std::string_view text = text_of(value);
    while (!text.empty() && (text.back() == '\0' || text.back() == ' '))
        text.remove_suffix(1);
    return std::string(text);
}

// What was read on the way.
struct Reading {
    Command command;
    std::optional<std::uint16_t> field;
    std::optional<std::uint16_t> request_id;
    std::optional<std::uint16_t> response_id;

    bool take(std::uint16_t element, ByteView value) {
        if (element == affected_class || element == requested_class) command.sop_class = uid_of(value);
        if (element == affected_instance || element == requested_instance)
            command.sop_instance = uid_of(value);
        const bool is_number = element == command_field || element == message_id || element == answered_id ||
                               element == data_set_type || element == status_element ||
                               element == event_type || element == action_type;
        if (!is_number) return true;
        if (value.size() != 2) return false;
        const auto number = static_cast<std::uint16_t>(little(value));
        if (element == command_field) field = number;
        if (element == message_id) request_id = number;
        if (element == answered_id) response_id = number;
        if (element == data_set_type) command.has_data_set = number != no_data_set;
        if (element == status_element) command.status = number;
        if (element == event_type || element == action_type) command.type = number;
        return true;
    }
};

// Nothing: the command has no type.
std::optional<Element> type_element(const Command& command) {
    if (command.is(CommandField::event_report_request) || command.is(CommandField::event_report_response))
        return event_type;
    if (command.is(CommandField::action_request) || command.is(CommandField::action_response))
        return action_type;
    return std::nullopt;
}

tl::unexpected<Error> malformed() {
    return failure(ErrorKind::invalid_input, "not a DIMSE command set");
}

}  // namespace

Bytes encode_command(const Command& command) {
    Bytes elements;
    const bool acts = command.is(CommandField::action_request);
    append_uid(elements, acts ? requested_class : affected_class, command.sop_class);
    append_number(elements, command_field, command.field);
    append_number(elements, command.is_response() ? answered_id : message_id, command.message_id);
    if (command.is(CommandField::store_request)) append_number(elements, priority, medium_priority);
    append_number(elements, data_set_type, command.has_data_set ? some_data_set : no_data_set);
    if (command.is_response()) append_number(elements, status_element, command.status);
    append_uid(elements, acts ? requested_instance : affected_instance, command.sop_instance);
    if (const auto type = type_element(command)) append_number(elements, *type, command.type);
    Bytes set;
    append_head(set, group_length, 4);
    append_little(set, elements.size(), 4);
    set.insert(set.end(), elements.begin(), elements.end());
    return set;
}

Result<Command> decode_command(ByteView octets) {
    constexpr std::size_t head = 8;
    Reading reading;
    while (!octets.empty()) {
        if (octets.size() < head || little(octets.first(2)) != 0) return malformed();
        const auto element = static_cast<std::uint16_t>(little(octets.subspan(2, 2)));
        const auto length = static_cast<std::size_t>(little(octets.subspan(4, 4)));
        octets = octets.subspan(head);
        if (length > octets.size() || !reading.take(element, octets.first(length))) return malformed();
        octets = octets.subspan(length);
    }
    if (!reading.field) return malformed();
    reading.command.field = *reading.field;
    const auto& id = reading.command.is_response() ? reading.response_id : reading.request_id;
    if (!id) return malformed();
    reading.command.message_id = *id;
    return reading.command;
}

}  // namespace edgeward::dicom
