#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

// What two nodes tell each other about objects that are stored for good: Storage Commitment Push Model, PS3.4
// annex J. Data sets of N-ACTION and N-EVENT-REPORT; readers: invalid_input, when they are not such.
namespace edgeward::dicom {

inline constexpr std::string_view commitment_class = "1.2.840.10008.1.20.1";
inline constexpr std::string_view commitment_instance = "1.2.840.10008.1.20.1.1";
inline constexpr std::uint16_t request_commitment = 1;  // action type
inline constexpr std::uint16_t all_committed = 1;       // event types
inline constexpr std::uint16_t some_not_committed = 2;
inline constexpr std::size_t most_committed_objects = 10'000;  // of one request or report

struct ReferencedObject {
    std::string sop_class;
    std::string sop_instance;
    friend bool operator==(const ReferencedObject&, const ReferencedObject&) = default;
};

struct CommitmentRequest {
    std::string transaction;  // UID
    std::vector<ReferencedObject> objects;
};
Bytes encode_commitment_request(const CommitmentRequest& request, std::string_view transfer_syntax);
// exhausted: too many objects.
Result<CommitmentRequest> decode_commitment_request(ByteView octets, std::string_view transfer_syntax);

struct FailedObject {
    ReferencedObject object;
    std::uint16_t reason = 0;  // PS3.3 section C.14.1.1
    friend bool operator==(const FailedObject&, const FailedObject&) = default;
};
struct CommitmentReport {
    std::string transaction;
    std::vector<ReferencedObject> committed;
    std::vector<FailedObject> failed;
};
Bytes encode_commitment_report(const CommitmentReport& report, std::string_view transfer_syntax);
Result<CommitmentReport> decode_commitment_report(ByteView octets, std::string_view transfer_syntax);

}  // namespace edgeward::dicom
