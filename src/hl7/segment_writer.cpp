#include <cassert>

#include "charset.hpp"
#include "segment_writer.hpp"

namespace edgeward::hl7 {

SegmentWriter& SegmentWriter::begin(std::string_view segment) {
    segment_ = segment;
    out_ += segment;
    field_ = 0;
    if (segment != "MSH") return *this;
    // MSH-1 is the separator that follows the name, MSH-2 the other delimiters.
    out_ += "|^~\\&";
    field_ = 2;
    return *this;
}

SegmentWriter& SegmentWriter::field(std::size_t number) {
    assert(number > field_);
    out_.append(number - field_, '|');
    field_ = number;
    return *this;
}

SegmentWriter& SegmentWriter::text(std::string_view utf8) {
    if (append_encoded(out_, utf8, charset_)) return *this;
    fail(ErrorKind::invalid_input,
         std::string("a character is not in the character set ") += name_of(charset_));
    return *this;
}

SegmentWriter& SegmentWriter::raw(std::string_view literal) {
    out_ += literal;
    return *this;
}

SegmentWriter& SegmentWriter::triple(std::string_view code, std::string_view name, std::string_view system) {
    return text(code).raw("^").text(name).raw("^").text(system);
}

SegmentWriter& SegmentWriter::designator(const Designator& value, char separator) {
    text(value.namespace_id);
    if (value.universal_id.empty()) return *this;
    const std::string_view between(&separator, 1);
    return raw(between).text(value.universal_id).raw(between).text(value.universal_id_type);
}

SegmentWriter& SegmentWriter::end() {
    out_.push_back('\r');
    return *this;
}

std::string SegmentWriter::place() const {
    return segment_ + "-" + std::to_string(field_);
}

void SegmentWriter::fail(ErrorKind kind, std::string_view reason) {
    if (problem_) return;
    problem_ = Error{kind, place().append(": ").append(reason)};
}

Result<std::string> SegmentWriter::finish() && {
    if (problem_) return failure(std::move(*problem_));
    return std::move(out_);
}

}  // namespace edgeward::hl7
