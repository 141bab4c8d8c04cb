#include <edgeward/pseudonym/pseudonymizer.hpp>

#include <algorithm>
#include <cassert>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include <edgeward/crypto/hmac_key.hpp>

#include "mint.hpp"
#include "pseudonym_text.hpp"

namespace edgeward::pseudonym {
namespace {

constexpr std::string_view store_info = "edgeward/pseudonym/1/store";
constexpr std::string_view domain_info = "edgeward/pseudonym/1/domain/";
constexpr std::string_view identifier_info = "edgeward/identifier/1/";
constexpr std::string_view spread_info = "edgeward/spread/1/";

// Keys of domains already derived, which costs ten times the HMAC itself. Domains are names of the
// configuration; the limit only keeps a caller's mistake from costing memory.
class DomainKeys {
public:
    explicit DomainKeys(std::string_view info) : info_(info) {}

    std::shared_ptr<const crypto::HmacKey> key_for(const Secret& master, std::string_view name) {
        constexpr std::size_t most = 1000;
        const std::lock_guard lock(mutex_);
        if (const auto known = keys_.find(name); known != keys_.end()) return known->second;
        if (keys_.size() >= most) keys_.clear();
        // Shared: another thread may use it while the limit drops it.
        auto key = std::make_shared<const crypto::HmacKey>(
            crypto::hkdf_sha256(master, std::string(info_).append(name)));
        keys_.emplace(name, key);
        return key;
    }

private:
    std::string_view info_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const crypto::HmacKey>, std::less<>> keys_;
};

std::array<std::uint8_t, 16> first_128_bits(const crypto::Digest& digest) {
    std::array<std::uint8_t, 16> octets{};
    std::copy_n(digest.begin(), octets.size(), octets.begin());
    return octets;
}

model::Report without_identity(model::IdentifiedReport&& from, const model::Location& location,
                               Instant received) {
    model::Report report;
    report.device = std::move(from.device);
    report.location = from.place ? *std::move(from.place) : location;
    report.received = received;
    report.sequence = from.sequence;
    report.order = from.order;
    report.observations = std::move(from.observations);
    report.object = std::move(from.object);
    report.parts = std::move(from.parts);
    return report;
}

void forget_patient(model::IdentifiedReport& report) {
    if (!report.patient) return;
    wipe(report.patient->value.data(), report.patient->value.size());
    report.patient.reset();
}

}  // namespace

struct Pseudonymizer::Keys {
    explicit Keys(const Secret& of) : master(of.clone()), internal(crypto::hkdf_sha256(of, store_info)) {}

    Secret master;
    crypto::HmacKey internal;
    DomainKeys domains{domain_info};
    DomainKeys identifiers{identifier_info};
    DomainKeys spreads{spread_info};
};

Pseudonymizer::Pseudonymizer(const Secret& master) : keys_(std::make_unique<Keys>(master)) {}
Pseudonymizer::Pseudonymizer(Pseudonymizer&&) noexcept = default;
Pseudonymizer& Pseudonymizer::operator=(Pseudonymizer&&) noexcept = default;
Pseudonymizer::~Pseudonymizer() = default;

model::Pseudonym Pseudonymizer::internal(const Secret& secret) const {
    return PseudonymMint::strike(first_128_bits(keys_->internal.of(secret.reveal())));
}

std::string Pseudonymizer::of_domain(const Secret& secret, std::string_view domain,
                                     std::string_view prefix) const {
    assert(is_prefix(prefix));
    const auto key = keys_->domains.key_for(keys_->master, domain);
    return to_text(key->of(secret.reveal()), prefix);
}

std::string Pseudonymizer::domain_uuid(ByteView id, std::string_view domain) const {
    const auto key = keys_->identifiers.key_for(keys_->master, domain);
    return to_uuid(key->of(id));
}

std::uint64_t Pseudonymizer::domain_spread(const Secret& secret, ByteView of, std::string_view domain) const {
    const auto key = keys_->spreads.key_for(keys_->master, domain);
    const auto digest = key->of({secret.reveal(), of});
    return big_endian(ByteView(digest).first(8));
}

model::Report Pseudonymizer::pseudonymize(model::IdentifiedReport&& from, const model::Pseudonym& subject,
                                          const model::Location& location, Instant received) {
    forget_patient(from);
    auto report = without_identity(std::move(from), location, received);
    report.subject = subject;
    return report;
}

Result<model::Report> Pseudonymizer::without_person(model::IdentifiedReport&& from,
                                                    const model::Location& location, Instant received) {
    const auto technical = [](const model::Observation& observation) {
        return observation.category == model::Category::technical;
    };
    if (from.about_person || from.patient || !std::ranges::all_of(from.observations, technical)) {
        return failure(ErrorKind::invalid_input, "a report about a person needs a pseudonym");
    }
    return without_identity(std::move(from), location, received);
}

Result<model::Pseudonym> recall(ByteView octets) {
    std::array<std::uint8_t, 16> kept{};
    if (octets.size() != kept.size())
        return failure(ErrorKind::invalid_input, "a stored pseudonym has 16 octets");
    std::ranges::copy(octets, kept.begin());
    return PseudonymMint::strike(kept);
}

}  // namespace edgeward::pseudonym
