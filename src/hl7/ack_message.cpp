#include <edgeward/hl7/ack_message.hpp>

#include <algorithm>

#include "charset.hpp"
#include "date_time.hpp"
#include "message.hpp"
#include "segment_writer.hpp"

namespace edgeward::hl7 {

namespace {

// The longest of these fields has 227 characters (HD); what is longer is not repeated to the sender.
constexpr std::size_t longest_text = 250;

// HL7 table 0357.
std::string_view words_of(std::uint32_t condition) noexcept {
    switch (condition) {
        case 100:
            return "Segment sequence error";
        case 101:
            return "Required field missing";
        case 102:
            return "Data type error";
        case 103:
            return "Table value not found";
        case 200:
            return "Unsupported message type";
        case 201:
            return "Unsupported event code";
        case 202:
            return "Unsupported processing id";
        case 203:
            return "Unsupported version id";
        case 204:
            return "Unknown key identifier";
        case 205:
            return "Duplicate key identifier";
        default:
            return "Application internal error";
    }
}

// Versions before 2.5 have the error in ERR-1 (ELD).
bool has_old_error_segment(std::string_view version) {
    for (const std::string_view old : {"2.1", "2.2", "2.3", "2.4"}) {
        if (version.starts_with(old)) return true;
    }
    return false;
}

bool is_ascii(const MessageHeader& header) {
    const auto plain = [](std::string_view text) {
        return std::all_of(text.begin(), text.end(),
                           [](char each) { return static_cast<unsigned char>(each) < 0x80U; });
    };
    bool all = plain(header.control_id) && plain(header.trigger) && plain(header.processing_id);
    for (const auto* each : {&header.sending_application, &header.sending_facility,
                             &header.receiving_application, &header.receiving_facility}) {
        all = all && plain(each->namespace_id) && plain(each->universal_id) && plain(each->universal_id_type);
    }
    return all;
}

void write_location(SegmentWriter& writer, const MessageFault& fault) {
    writer.raw(fault.segment).raw("^1");
    if (fault.field == 0) return;
    writer.raw("^").raw(std::to_string(fault.field));
    if (fault.component > 0) writer.raw("^1^").raw(std::to_string(fault.component));
}

void write_error(SegmentWriter& writer, const MessageHeader& to, const MessageFault& fault) {
    const auto words = words_of(fault.condition);
    writer.begin("ERR");
    if (has_old_error_segment(to.version)) {
        writer.field(1).raw(fault.segment).raw("^1^").raw(std::to_string(fault.field)).raw("^");
        writer.raw(std::to_string(fault.condition)).raw("&").raw(words).raw("&HL70357");
        writer.end();
        return;
    }
    writer.field(2);
    if (!fault.segment.empty()) write_location(writer, fault);
    writer.field(3).raw(std::to_string(fault.condition)).raw("^").raw(words).raw("^HL70357");
    writer.field(4).raw("E");
    writer.field(8).text(fault.to_string());
    writer.end();
}

void write_header(SegmentWriter& writer, const MessageHeader& to, const AckEnvelope& envelope) {
    writer.begin("MSH");
    writer.field(3).designator(to.receiving_application);
    writer.field(4).designator(to.receiving_facility);
    writer.field(5).designator(to.sending_application);
    writer.field(6).designator(to.sending_facility);
    writer.field(7).raw(to_dtm(envelope.time));
    writer.field(9).raw("ACK");
    const std::string_view trigger = to.trigger == "R30" ? std::string_view("R33") : to.trigger;
    if (!trigger.empty()) writer.raw("^").text(trigger).raw("^ACK");
    writer.field(10).text(envelope.control_id);
    writer.field(11).text(to.processing_id.empty() ? "P" : to.processing_id);
    writer.field(12).text(to.version.empty() ? "2.5" : to.version);
    if (!is_ascii(to)) writer.field(18).raw(msh18_of(Charset::utf8));
    writer.end();
}

bool is_wanted(std::string_view condition, bool failed) {
    return condition == "AL" || (condition == "ER" && failed) || (condition == "SU" && !failed);
}

}  // namespace

std::string MessageFault::to_string() const {
    std::string made = segment;
    if (field > 0) made += "-" + std::to_string(field);
    if (field > 0 && component > 0) made += "-" + std::to_string(component);
    if (!made.empty()) made += ": ";
    return made + text;
}

bool is_rejection(const MessageFault& fault) noexcept {
    return (fault.condition >= 200 && fault.condition <= 203) || fault.condition == 207;
}

Result<MessageHeader> read_header(std::string_view octets) {
    octets = without_prelude(octets);
    const auto message = Message::parse(octets.substr(0, octets.find_first_of("\r\n")));
    if (!message) return failure(message.error());
    const Segment& msh = message->segments().front();
    const Charset charset = charset_of(octets, msh.field(18));
    const auto text = [&](std::size_t field, std::size_t component) {
        auto decoded = to_utf8(msh.component(field, component), charset);
        return decoded.size() > longest_text ? std::string() : decoded;
    };
    const auto designator = [&](std::size_t field) {
        return Designator{text(field, 1), text(field, 2), text(field, 3)};
    };
    return MessageHeader{designator(3), designator(4), designator(5), designator(6),
                         text(7, 1),    text(9, 1),    text(9, 2),    text(10, 1),
                         text(11, 1),   text(12, 1),   text(15, 1),   text(16, 1)};
}

std::optional<AcknowledgementCode> answer_code(const MessageHeader& to, const MessageFault* fault) noexcept {
    using enum AcknowledgementCode;
    const bool failed = fault != nullptr;
    const bool rejected = failed && is_rejection(*fault);
    const auto one_of = [&](AcknowledgementCode accept, AcknowledgementCode error,
                            AcknowledgementCode reject) {
        return !failed ? accept : rejected ? reject : error;
    };
    const auto original = one_of(application_accept, application_error, application_reject);
    const auto& accept = to.accept_condition;
    const auto& application = to.application_condition;
    if (accept == "AL" || accept == "ER" || accept == "SU") {
        if (!is_wanted(accept, failed)) return std::nullopt;
        return one_of(commit_accept, commit_error, commit_reject);
    }
    if ((application == "ER" || application == "SU") && !is_wanted(application, failed)) return std::nullopt;
    return original;
}

std::string write_acknowledgement(const MessageHeader& to, AcknowledgementCode code,
                                  const MessageFault* fault, const AckEnvelope& envelope) {
    SegmentWriter writer(Charset::utf8);
    write_header(writer, to, envelope);
    writer.begin("MSA").field(1).raw(name_of(code)).field(2).text(to.control_id).end();
    if (fault != nullptr) write_error(writer, to, *fault);
    if (fault == nullptr && to.trigger == "R30") {
        writer.begin("ORC").field(1).raw("OK").field(2).text(envelope.placer_number);
        writer.field(3).text(envelope.filler_number).end();
    }
    // Its texts are UTF-8 by read_header, so nothing is left that UTF-8 could not carry.
    return std::move(writer).finish().value();
}

}  // namespace edgeward::hl7
