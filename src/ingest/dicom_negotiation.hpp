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

// Storage classes and verification, each in the first of its transfer syntaxes that objects can be read in.
dicom::AssociateAccept accept_storage(const dicom::AssociateRequest& request);

}  // namespace edgeward::ingest
