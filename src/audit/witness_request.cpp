#include <edgeward/audit/witness.hpp>

#include <algorithm>

#include "export_line.hpp"
#include "note_signature.hpp"

namespace edgeward::audit {
namespace {

constexpr std::string_view old_mark = "old ";
constexpr std::size_t most_hashes = 63;

Error malformed() {
    return {ErrorKind::invalid_input, "expected an old size, a consistency proof and a checkpoint"};
}

}  // namespace

std::string to_text(const WitnessRequest& request) {
    std::string text(old_mark);
    text.append(std::to_string(request.old_size)).append("\n");
    for (const crypto::Digest& hash : request.proof)
        text.append(to_base64(hash)).append("\n");
    return text.append("\n").append(request.note);
}

Result<WitnessRequest> parse_witness_request(std::string_view text) {
    WitnessRequest request;
    auto line = next_line(text);
    if (!line || !line->starts_with(old_mark) ||
        !read_number(line->substr(old_mark.size()), request.old_size))
        return failure(malformed());
    for (line = next_line(text); line && !line->empty(); line = next_line(text)) {
        crypto::Digest hash{};
        Bytes octets;
        if (request.proof.size() == most_hashes || !from_base64(*line, octets) ||
            octets.size() != hash.size())
            return failure(malformed());
        std::copy(octets.begin(), octets.end(), hash.begin());
        request.proof.push_back(hash);
    }
    if (!line || !split_note(text)) return failure(malformed());
    request.note = text;
    return request;
}

}  // namespace edgeward::audit
