#include <edgeward/hl7/ack.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

#include <edgeward/core/text.hpp>

#include "message.hpp"

namespace edgeward::hl7 {

namespace {

constexpr std::array<std::pair<std::string_view, AcknowledgementCode>, 6> codes{{
    {"AA", AcknowledgementCode::application_accept},
    {"AE", AcknowledgementCode::application_error},
    {"AR", AcknowledgementCode::application_reject},
    {"CA", AcknowledgementCode::commit_accept},
    {"CE", AcknowledgementCode::commit_error},
    {"CR", AcknowledgementCode::commit_reject},
}};

std::optional<AcknowledgementCode> read_code(std::string_view text) {
    std::string code(trimmed(text));
    std::transform(code.begin(), code.end(), code.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    for (const auto& [name, value] : codes) {
        if (code == name) return value;
    }
    return std::nullopt;
}

std::uint32_t read_number(const std::string& text) {
    const std::string digits(trimmed(text));
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}

// Where the error condition stands: ERR-3 since v2.5, ERR-1.4.1 before, MSA-6 in old interfaces.
std::uint32_t error_of(const Segment& msa, const Segment* err) {
    std::uint32_t number = 0;
    if (err != nullptr) number = read_number(err->component(3, 1));
    if (number == 0 && err != nullptr) number = read_number(err->subcomponent(1, 4, 1));
    return number != 0 ? number : read_number(msa.component(6, 1));
}

// Where the error is: ERR-2 since v2.5, ERR-1 before. MSH-7 and MSH-10 differ from message to message.
bool is_in_header(const Segment* err) {
    if (err == nullptr) return false;
    for (const std::size_t field : {2U, 1U}) {
        if (trimmed(err->component(field, 1)) != "MSH") continue;
        const std::string component = err->component(field, 3);
        const auto place = trimmed(component);
        return place != "7" && place != "10";
    }
    return false;
}

std::string words_of(const Segment& msa, const Segment* err) {
    std::string words;
    const auto add = [&](const std::string& text) {
        if (text.empty()) return;
        if (!words.empty()) words += "; ";
        words += text;
    };
    add(msa.component(3, 1));
    if (err == nullptr) return words;
    add(err->component(3, 2));
    add(err->component(7, 1));
    add(err->component(8, 1));
    return words;
}

std::string refusal_text(const Acknowledgement& answer) {
    std::string text = "receiver answered ";
    text += name_of(answer.code);
    if (answer.error != 0) text += ", error condition " + std::to_string(answer.error);
    if (answer.in_header) text += ", about our message header (MSH)";
    return text;
}

Verdict not_accepted(ErrorKind kind, std::string message, std::string foreign, bool message_only = false) {
    return {false, message_only, Error{kind, std::move(message), std::move(foreign)}};
}

// Message type, event, processing id or version: the same in all our messages.
bool is_unsupported(const Acknowledgement& answer) {
    constexpr std::uint32_t first_unsupported = 200;
    constexpr std::uint32_t last_unsupported = 203;
    return answer.error >= first_unsupported && answer.error <= last_unsupported;
}

// AE or CE: the content is wrong, unless it is the header.
Verdict classify_error(const Acknowledgement& answer) {
    const bool every = is_unsupported(answer) || answer.in_header;
    return not_accepted(every ? ErrorKind::misconfigured : ErrorKind::rejected, refusal_text(answer),
                        answer.foreign, !is_unsupported(answer));
}

// AR or CR: the error condition (table 0357) says whose trouble it is. Without one it is, by HL7 v2.6 §2.9.2,
// no trouble of the content.
Verdict classify_reject(const Acknowledgement& answer) {
    constexpr std::uint32_t locked = 206;
    constexpr std::uint32_t internal = 207;
    if (answer.error == locked || answer.error == internal) {
        return not_accepted(ErrorKind::unavailable, refusal_text(answer), answer.foreign, true);
    }
    const bool every = is_unsupported(answer) || answer.in_header || answer.error == 0;
    return not_accepted(every ? ErrorKind::misconfigured : ErrorKind::rejected, refusal_text(answer),
                        answer.foreign, !is_unsupported(answer));
}

}  // namespace

std::string_view name_of(AcknowledgementCode code) noexcept {
    for (const auto& [name, value] : codes) {
        if (value == code) return name;
    }
    return {};
}

Result<Acknowledgement> parse_acknowledgement(std::string_view octets) {
    const auto message = Message::parse(octets);
    if (!message) return failure(Error(message.error()).during("read acknowledgement"));
    const Segment* msa = message->find("MSA");
    if (msa == nullptr) return failure(ErrorKind::invalid_input, "acknowledgement has no MSA segment");
    const auto code = read_code(msa->field(1));
    if (!code) return failure(ErrorKind::invalid_input, "acknowledgement has no code of HL7 table 0008");
    const Segment* err = message->find("ERR");
    return Acknowledgement{*code, std::string(trimmed(msa->component(2, 1))), error_of(*msa, err),
                           is_in_header(err), words_of(*msa, err)};
}

Verdict classify(const Result<Acknowledgement>& acknowledgement, std::string_view control_id) {
    if (!acknowledgement) {
        return not_accepted(ErrorKind::ambiguous, acknowledgement.error().message,
                            acknowledgement.error().foreign);
    }
    const Acknowledgement& answer = *acknowledgement;
    if (answer.control_id != control_id) {
        return not_accepted(ErrorKind::ambiguous, "acknowledgement answers another message", answer.foreign);
    }
    switch (answer.code) {
        case AcknowledgementCode::application_accept:
        case AcknowledgementCode::commit_accept:
            return {true, false, {}};
        case AcknowledgementCode::application_error:
        case AcknowledgementCode::commit_error:
            return classify_error(answer);
        case AcknowledgementCode::application_reject:
        case AcknowledgementCode::commit_reject:
            return classify_reject(answer);
    }
    return not_accepted(ErrorKind::ambiguous, "acknowledgement code is unknown", {});
}

}  // namespace edgeward::hl7
