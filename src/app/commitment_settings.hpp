#pragma once

#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/delivery/destination_settings.hpp>
#include <edgeward/transport/dicom_transport.hpp>

namespace edgeward::app {

// A sender of objects that may ask whether they are kept, and where it is told.
struct CommitmentPeer {
    std::string sender;
    std::string table;  // of the configuration
    transport::DicomSettings node;
    // For the archives to commit themselves, and then once more for the sender to be told.
    std::chrono::milliseconds within = std::chrono::hours(24);
    std::size_t most_open = 100;  // requests it has not been told of
};

// Reads the table `commitment` of each [[dicom_in.sender]] of the table [dicom_in] that has one.
std::vector<CommitmentPeer> read_commitment_peers(config::Section section);

// The names of those that commit themselves.
std::set<std::string> committing(const std::vector<delivery::DestinationSettings>& destinations);

}  // namespace edgeward::app
