#include "stow_body.hpp"

#include <utility>

namespace edgeward::transport {

StowBody::StowBody(dicom::ObjectWriter writer, std::string opening, std::string closing)
    : writer_(std::move(writer)), opening_(std::move(opening)), closing_(std::move(closing)) {}

Result<StowBody> StowBody::begin(dicom::Object& object, const std::string& boundary) {
    auto writer = dicom::ObjectWriter::begin(object, object.transfer_syntax());
    if (!writer) return failure(std::move(writer.error()));
    const Bytes head = dicom::file_head(object.header(), object.transfer_syntax());
    std::string opening = "--" + boundary + "\r\nContent-Type: application/dicom\r\n\r\n";
    opening.append(text_of(head));
    return StowBody(*std::move(writer), std::move(opening), "\r\n--" + boundary + "--\r\n");
}

Result<ByteView> StowBody::next() {
    if (!std::exchange(opened_, true)) return bytes_of(opening_);
    if (!written_) {
        auto piece = writer_.next();
        if (!piece || !piece->empty()) return piece;
        written_ = true;
    }
    if (!std::exchange(closed_, true)) return bytes_of(closing_);
    return ByteView();
}

std::string stow_content_type(const std::string& boundary) {
    return "multipart/related; type=\"application/dicom\"; boundary=" + boundary;
}

}  // namespace edgeward::transport
