#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>

// Reading HL7 v2 messages of any kind, tolerantly.
//
//   message = segment *( CR segment )          MSH first; LF and CRLF are taken for CR, empty segments are
//   skipped segment = name 1*( field-separator field ) field   = repetition *( "~" ), repetition = component
//   *( "^" ), component = subcomponent *( "&" )
//
// The delimiters are those the message declares in MSH-1 and MSH-2 (HL7 v2.6 §2.5.4). Texts come out as the
// octets that came in: the character set is the reader's business. Pure. Threads: any.
namespace edgeward::hl7 {

struct Delimiters {
    char field = '|';
    char component = '^';
    char repetition = '~';
    char escape = '\\';
    char subcomponent = '&';
    friend bool operator==(const Delimiters&, const Delimiters&) = default;
};

// One segment. Fields count as HL7 counts them: MSH-1 is the field separator itself, PID-3 is field(3). What
// is not there reads as empty.
class Segment {
public:
    Segment(std::string_view text, const Delimiters& delimiters);

    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    [[nodiscard]] std::string_view field(std::size_t number) const noexcept;
    // The number of the last field there.
    [[nodiscard]] std::size_t field_count() const noexcept { return fields_.size(); }
    // Repetitions of a field; none for an empty one.
    [[nodiscard]] std::vector<std::string_view> repetitions(std::size_t number) const;
    // One component of one repetition, unescaped; components count from 1, repetitions from 0.
    [[nodiscard]] std::string component(std::size_t number, std::size_t component,
                                        std::size_t repetition = 0) const;
    // All components of the first repetition, unescaped.
    [[nodiscard]] std::vector<std::string> components(std::size_t number) const;
    // One subcomponent of one component, unescaped; subcomponents count from 1.
    [[nodiscard]] std::string subcomponent(std::size_t number, std::size_t component,
                                           std::size_t subcomponent, std::size_t repetition = 0) const;

private:
    [[nodiscard]] std::string_view raw_component(std::size_t number, std::size_t component,
                                                 std::size_t repetition) const noexcept;

    std::string_view name_;
    std::vector<std::string_view> fields_;
    Delimiters delimiters_;
};

// A parsed message. Its views point into the octets it was parsed from and live as long as they do.
class Message {
public:
    // invalid_input: does not begin with MSH and its delimiters, or has more than 50,000 segments.
    static Result<Message> parse(std::string_view octets);

    [[nodiscard]] const Delimiters& delimiters() const noexcept { return delimiters_; }
    [[nodiscard]] const std::vector<Segment>& segments() const noexcept { return segments_; }
    // The first segment of that name; nothing when there is none.
    [[nodiscard]] const Segment* find(std::string_view name) const noexcept;

private:
    Delimiters delimiters_;
    std::vector<Segment> segments_;
};

// Without what some senders put before MSH: a byte order mark, blanks and empty lines.
std::string_view without_prelude(std::string_view octets) noexcept;

// Resolves \F\ \S\ \T\ \R\ \E\ and \Xdd…\. Every other sequence (\H\, \.br\, \Zxx\, an unclosed one) is
// passed through as it stands.
std::string unescape(std::string_view text, const Delimiters& delimiters = {});
// The reverse, for the default delimiters: delimiters become their sequences, control characters \Xdd\.
std::string escape(std::string_view text);

}  // namespace edgeward::hl7
