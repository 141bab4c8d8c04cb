#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/hl7/oru_message.hpp>

namespace edgeward::hl7 {

// Builds a message segment by segment, left to right. Every text passes the escape rules and the character
// set; the first one that does not fit is remembered with the name of its field and ends in finish().
class SegmentWriter {
public:
    explicit SegmentWriter(Charset charset) : charset_(charset) { out_.reserve(usual_message); }

    // MSH begins with its delimiters written.
    SegmentWriter& begin(std::string_view segment);
    // Moves on to a later field; what lies between stays empty.
    SegmentWriter& field(std::size_t number);
    // Text of unknown content, escaped and encoded.
    SegmentWriter& text(std::string_view utf8);
    // Our own ASCII, delimiters included.
    SegmentWriter& raw(std::string_view literal);
    // A code with its name and system as CWE.1 to CWE.3, or CWE.4 to CWE.6 of the alternate.
    SegmentWriter& triple(std::string_view code, std::string_view name, std::string_view system);
    SegmentWriter& designator(const Designator& value, char separator = '^');
    SegmentWriter& end();

    // "OBX-5", for errors.
    [[nodiscard]] std::string place() const;
    [[nodiscard]] Charset charset() const noexcept { return charset_; }
    void fail(ErrorKind kind, std::string_view reason);
    [[nodiscard]] bool failed() const noexcept { return problem_.has_value(); }
    // The message, or the first problem.
    Result<std::string> finish() &&;

private:
    static constexpr std::size_t usual_message = 2048;  // octets

    Charset charset_;
    std::string out_;
    std::string segment_;
    std::size_t field_ = 0;
    std::optional<Error> problem_;
};

}  // namespace edgeward::hl7
