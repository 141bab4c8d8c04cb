#include "subject_cache.hpp"

#include <algorithm>

namespace edgeward::vault {
namespace {

constexpr std::size_t most_devices = 10000;

}  // namespace

SubjectCache::SubjectCache(std::size_t capacity)
    : persons_(capacity), spans_(std::min(capacity, most_devices)) {}

std::optional<Subject> SubjectCache::find(const crypto::Digest& lookup) {
    const std::lock_guard lock(mutex_);
    return persons_.find(lookup);
}

std::optional<Subject> SubjectCache::find(const model::Pseudonym& pseudonym) {
    const std::lock_guard lock(mutex_);
    return persons_.find(pseudonym);
}

std::optional<std::optional<Subject>> SubjectCache::find(std::string_view device, Instant when) {
    const std::lock_guard lock(mutex_);
    const auto* span = spans_.find(device);
    if (span == nullptr || when < span->from || when >= span->until) return std::nullopt;
    if (!span->subject) return std::optional<Subject>();
    auto subject = persons_.find(*span->subject);
    if (!subject) return std::nullopt;
    return subject;
}

void SubjectCache::keep(const Person& person) {
    const std::lock_guard lock(mutex_);
    persons_.keep(person);
}

void SubjectCache::keep(const crypto::Digest& lookup, const Person& person) {
    const std::lock_guard lock(mutex_);
    persons_.keep(lookup, person);
}

void SubjectCache::keep(std::string_view device, const DeviceSpan& span) {
    const std::lock_guard lock(mutex_);
    spans_.keep(std::string(device), span);
}

void SubjectCache::clear() {
    const std::lock_guard lock(mutex_);
    persons_.clear();
    spans_.clear();
}

void SubjectCache::forget_spans() {
    const std::lock_guard lock(mutex_);
    spans_.clear();
}

}  // namespace edgeward::vault
