#include <edgeward/store/report_seal.hpp>

#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>

namespace edgeward::store {
namespace {

constexpr std::string_view foreign_context = "edgeward-foreign-1";

// "edgeward-report-1" ‖ subject (16 octets or none) ‖ received (8, big-endian) ‖ device
std::string context_of(const std::optional<model::Pseudonym>& subject, std::string_view device,
                       Instant received) {
    std::string context = "edgeward-report-1";
    if (subject) context.append(text_of(subject->octets()));
    append_big_endian(context, static_cast<std::uint64_t>(received.time_since_epoch().count()), 8);
    return context.append(device);
}

}  // namespace

SealedReport seal_report(const model::Report& report, const crypto::SealingKey& key) {
    SealedReport sealed;
    sealed.subject = report.subject;
    sealed.device = report.device;
    sealed.received = report.received;
    sealed.effective = model::effective_time(report.observations);
    sealed.sealed = key.seal(model::encode_body(report),
                             bytes_of(context_of(report.subject, report.device, report.received)));
    sealed.observations.reserve(report.observations.size());
    for (const auto& observation : report.observations)
        sealed.observations.push_back(observation.id);
    if (report.object) sealed.file = ObjectFile{report.object->name, report.object->octets};
    return sealed;
}

Result<model::Report> open_report(const Delivery& row, const crypto::SealingKey& key) {
    const auto body = key.open(row.sealed, bytes_of(context_of(row.subject, row.device, row.received)));
    if (!body) return failure(Error(body.error()).during("open report"));
    model::Report report;
    report.subject = row.subject;
    report.device = row.device;
    report.received = row.received;
    if (auto decoded = model::decode_body(body->reveal(), report); !decoded) {
        return failure(std::move(decoded.error()));
    }
    return report;
}

Bytes seal_foreign(std::string_view text, const crypto::SealingKey& key) {
    return text.empty() ? Bytes{} : key.seal(bytes_of(text), bytes_of(foreign_context));
}

Result<std::string> open_foreign(ByteView sealed, const crypto::SealingKey& key) {
    if (sealed.empty()) return std::string{};
    const auto text = key.open(sealed, bytes_of(foreign_context));
    if (!text) return failure(Error(text.error()).during("open a peer's answer"));
    return std::string(text_of(text->reveal()));
}

}  // namespace edgeward::store
