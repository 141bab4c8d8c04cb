#include "commitment_judgement.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <edgeward/core/bytes.hpp>
#include <edgeward/dicom/command.hpp>

namespace edgeward::transport {
namespace {

namespace status = dicom::status;

Outcome refusal(ErrorKind kind, std::string message, bool message_only) {
    return tl::unexpected<Refusal>(Refusal{Error{kind, std::move(message)}, message_only});
}

std::string word_of(std::uint16_t reason) {
    Bytes octets;
    append_big_endian(octets, reason, 2);
    return "commitment_" + to_hex(octets);
}

bool is_final(std::uint16_t reason) {
    return reason == status::class_instance_conflict || reason == status::class_not_supported;
}

}  // namespace

Outcome judge_commitment(const dicom::CommitmentReport& report,
                         const std::vector<dicom::ReferencedObject>& objects) {
    for (const auto& object : objects) {
        const auto failed = std::ranges::find(report.failed, object, &dicom::FailedObject::object);
        if (failed != report.failed.end()) {
            const auto kind = is_final(failed->reason) ? ErrorKind::rejected : ErrorKind::unavailable;
            return refusal(kind, word_of(failed->reason), true);
        }
        if (std::ranges::find(report.committed, object) == report.committed.end())
            return refusal(ErrorKind::unavailable, "commitment_not_reported", true);
    }
    return {};
}

Outcome judge_commitment_refusal(std::uint16_t given) {
    if (given == status::not_authorized) return refusal(ErrorKind::misconfigured, word_of(given), false);
    if (is_final(given)) return refusal(ErrorKind::misconfigured, word_of(given), false);
    return refusal(ErrorKind::unavailable, word_of(given), false);
}

}  // namespace edgeward::transport
