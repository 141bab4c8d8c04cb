#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/crypto/digest.hpp>

namespace edgeward::fault_suite {

// A gateway's data folder and what opens it.
struct Installation {
    std::filesystem::path folder;
    std::filesystem::path key_file;    // the key-encryption key, 64 hexadecimal digits
    std::vector<std::string> anchors;  // checkpoint notes that were kept elsewhere
};

// What a look at the stored data found.
struct Examination {
    std::string detected_by;   // the first check that found something wrong; empty: none did
    std::string problem;       // in the gateway's words
    crypto::Digest content{};  // over every row of both databases, when nothing was found
};

// Looks as the gateway does when it starts and reads (`open_as_gateway`: opens for writing, verifies the
// chain from its newest checkpoint), and as an auditor with the gateway's own checks does: key ring, page
// authentication and structure of both databases, rows against digests, books against a recount, the whole
// audit log against its signatures and the anchors. Without `open_as_gateway` nothing is written: for the
// folder of a running gateway.
Examination examine(const Installation& installation, bool open_as_gateway);

}  // namespace edgeward::fault_suite
