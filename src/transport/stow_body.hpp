#pragma once

#include <string>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/dicom/object.hpp>

namespace edgeward::transport {

// An object as the one part of multipart/related (RFC 2387, PS3.18 section 8.6.1.2.1), a file of PS3.10,
// piece by piece.
class StowBody {
public:
    // `boundary`: nothing that stands in the object. Errors as dicom::ObjectWriter::begin.
    static Result<StowBody> begin(dicom::Object& object, const std::string& boundary);

    // The next octets, until the next call; empty: that was all. Errors as dicom::ObjectWriter::next.
    Result<ByteView> next();

private:
    StowBody(dicom::ObjectWriter writer, std::string opening, std::string closing);

    dicom::ObjectWriter writer_;
    std::string opening_;
    std::string closing_;
    bool opened_ = false;
    bool written_ = false;
    bool closed_ = false;
};

// Value of Content-Type.
std::string stow_content_type(const std::string& boundary);

}  // namespace edgeward::transport
