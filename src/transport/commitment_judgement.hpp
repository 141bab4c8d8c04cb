#pragma once

#include <cstdint>
#include <vector>

#include <edgeward/dicom/commitment.hpp>
#include <edgeward/transport/transport.hpp>

namespace edgeward::transport {

// What a report means for the objects that were asked about, as open_dicom_transport says.
Outcome judge_commitment(const dicom::CommitmentReport& report,
                         const std::vector<dicom::ReferencedObject>& objects);
// What it means that a request for commitment was answered with another status than success.
Outcome judge_commitment_refusal(std::uint16_t status);

}  // namespace edgeward::transport
