#include "subject_cache.hpp"

#include <edgeward/core/secret.hpp>

namespace edgeward::vault {

SubjectCache::Identifier::~Identifier() {
    value.resize(value.capacity());  // a move leaves short texts behind
    wipe(value.data(), value.size());
}

SubjectCache::SubjectCache(std::size_t capacity)
    : by_identifier_(capacity), by_pseudonym_(capacity), spans_(capacity) {}

std::optional<Subject> SubjectCache::find(const model::PatientIdentifier& identifier) {
    const std::lock_guard lock(mutex_);
    const auto* subject = by_identifier_.find(identifier);
    if (subject == nullptr) return std::nullopt;
    return *subject;
}

std::optional<Subject> SubjectCache::find(const model::Pseudonym& pseudonym) {
    const std::lock_guard lock(mutex_);
    const auto* subject = by_pseudonym_.find(pseudonym);
    if (subject == nullptr) return std::nullopt;
    return *subject;
}

std::optional<std::optional<Subject>> SubjectCache::find(std::string_view device, Instant when) {
    const std::lock_guard lock(mutex_);
    const auto* span = spans_.find(device);
    if (span == nullptr || when < span->from || when >= span->until) return std::nullopt;
    if (!span->subject) return std::optional<Subject>();
    const auto* subject = by_pseudonym_.find(*span->subject);
    if (subject == nullptr) return std::nullopt;
    return *subject;
}

void SubjectCache::keep(const Subject& subject) {
    const std::lock_guard lock(mutex_);
    by_pseudonym_.keep(subject.pseudonym, subject);
}

void SubjectCache::keep(const model::PatientIdentifier& identifier, const Subject& subject) {
    const std::lock_guard lock(mutex_);
    by_identifier_.keep(Identifier(identifier), subject);
    by_pseudonym_.keep(subject.pseudonym, subject);
}

void SubjectCache::keep(std::string_view device, const DeviceSpan& span) {
    const std::lock_guard lock(mutex_);
    spans_.keep(std::string(device), span);
}

void SubjectCache::clear() {
    const std::lock_guard lock(mutex_);
    by_identifier_.clear();
    by_pseudonym_.clear();
    spans_.clear();
}

void SubjectCache::forget_spans() {
    const std::lock_guard lock(mutex_);
    spans_.clear();
}

}  // namespace edgeward::vault
