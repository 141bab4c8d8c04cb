#pragma once

#include <string>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/model/object_reference.hpp>

namespace edgeward::dicom {

// What the pipeline needs of an object that lies sealed on disk: the payload of its message. It holds the key
// of the file, and so is kept in memory or sealed.
struct Arrival {
    model::ObjectReference object;
    crypto::Digest content{};  // SHA-256 of the data set
    std::string modality;
    std::string patient_id;
    std::string issuer;
    std::string time;  // as Header has it
};

Bytes encode_arrival(const Arrival& arrival);
// invalid_input: octets of something else.
Result<Arrival> decode_arrival(ByteView octets);

}  // namespace edgeward::dicom
