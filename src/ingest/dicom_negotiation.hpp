#pragma once

#include <optional>

#include <edgeward/dicom/association.hpp>
#include <edgeward/ingest/dicom_source.hpp>

namespace edgeward::ingest {

// Largest body of a PDU that is taken; what a peer sends in pieces of this size goes straight to disk.
inline constexpr std::uint32_t largest_pdu = 131'072;

// Why a sender's request is rejected; nothing: it is not.
std::optional<dicom::AssociateReject> reason_to_reject(const dicom::AssociateRequest& request,
                                                       const DicomSourceSettings& settings,
                                                       const DicomSender& sender);

// Which sides of storage commitment a sender takes on an association.
struct CommitmentSides {
    bool asks = false;     // as its user; without role selection it is that (PS3.7 annex D.3.3.4)
    bool reports = false;  // as its provider
};
CommitmentSides commitment_sides(const dicom::AssociateRequest& request, const DicomSender& sender);

// Storage classes and verification, and storage commitment for who takes a side of it, each in the first of
// its transfer syntaxes that objects can be read in.
dicom::AssociateAccept accept_storage(const dicom::AssociateRequest& request, const CommitmentSides& sides);

}  // namespace edgeward::ingest
