#pragma once

#include <cstdint>

#include <boost/asio/awaitable.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/dicom/commitment.hpp>
#include <edgeward/transport/dicom_transport.hpp>

namespace edgeward::transport {

// How to reach who asked for storage commitment; what belongs to sending objects stays as it is.
// `ae_title`: ours, unless the table has another one.
DicomSettings read_commitment_node(config::Section section, const std::string& ae_title);

// Tells a node what is committed and what is not, as the provider of storage commitment on an association of
// our own (PS3.4 section J.3.3); gives the status it answered with. unavailable, misconfigured, rejected: it
// was not told; ambiguous: it has not answered. `credentials` outlive it. Thread: that of the executor.
boost::asio::awaitable<Result<std::uint16_t>> report_commitment(DicomSettings node,
                                                                const config::Credentials& credentials,
                                                                dicom::CommitmentReport report);

}  // namespace edgeward::transport
