#include "batch.hpp"

// What record() does with a run of messages: rows, queue, books and the audit records of the batch.
namespace edgeward::store {

namespace {

audit::Event event_of(std::string actor, audit::Action action, std::string object, std::uint64_t count,
                      const Bytes& digests) {
    audit::Event event;
    event.actor = std::move(actor);
    event.action = action;
    event.object = std::move(object);
    event.count = count;
    if (!digests.empty()) event.details = crypto::sha256(digests);
    return event;
}

}  // namespace

Result<void> SqlcipherStore::record_all(const std::vector<Inbound>& messages) {
    Batch batch;
    for (const Inbound& message : messages) {
        if (auto taken = take_in(message, batch); !taken) return taken;
    }
    return append_batch(batch);
}

Result<void> SqlcipherStore::take_in(const Inbound& message, Batch& batch) {
    const auto device = parts_->books.device(message.device);
    if (!device) return failure(device.error());
    parts_->books.add(*device, BookEntry::received, {}, 1);
    if (const auto* stored = std::get_if<Stored>(&message.fate))
        return take_stored(message, *stored, *device, batch);
    if (const auto* quarantined = std::get_if<Quarantined>(&message.fate))
        return take_quarantined(message, *quarantined, *device, batch);
    const auto& refused = std::get<Refused>(message.fate);
    count_values(*device, refused.refused_values, message.unlisted);
    count_refused(message, *device, refused.reason, batch);
    return {};
}

Result<void> SqlcipherStore::take_stored(const Inbound& message, const Stored& fate, std::int64_t device,
                                         Batch& batch) {
    if (fate.reports.empty()) {
        count_values(device, fate.refused_values, message.unlisted);
        count_refused(message, device, "nothing_measured", batch);
        return {};
    }
    auto added = parts_->reports.add(fate.reports, device);
    if (!added) return failure(std::move(added.error()));
    for (const SealedReport& report : fate.reports) {
        if (!report.file) continue;
        const auto owner = added->numbers.empty() ? std::nullopt : std::optional(added->numbers.front());
        if (auto given = parts_->objects.give_to_report(*report.file, owner); !given) return given;
    }
    if (added->numbers.empty()) {
        count_refused(message, device, "duplicate", batch);
        return {};
    }
    // Not those of a duplicate: they were counted with the first.
    count_values(device, fate.refused_values, message.unlisted);
    for (const std::uint64_t number : added->numbers) {
        if (auto offered = parts_->queue.offer(number); !offered) return offered;
    }
    parts_->books.add(device, BookEntry::stored, {}, 1);
    parts_->books.add(device, BookEntry::reports, {}, static_cast<std::int64_t>(added->numbers.size()));
    parts_->books.add(device, BookEntry::observations, {}, static_cast<std::int64_t>(added->observations));
    batch.take(*added);
    return {};
}

Result<void> SqlcipherStore::take_quarantined(const Inbound& message, const Quarantined& fate,
                                              std::int64_t device, Batch& batch) {
    auto digest = parts_->quarantine.add(message, fate, device);
    if (!digest) return failure(std::move(digest.error()));
    if (fate.file) {
        if (auto given = parts_->objects.give_to_quarantine(*fate.file); !given) return given;
    }
    parts_->books.add(device, BookEntry::quarantined, fate.reason, 1);
    Batch::Reason& reason = batch.quarantined[{message.device, fate.reason}];
    ++reason.count;
    reason.digests.insert(reason.digests.end(), digest->begin(), digest->end());
    return {};
}

void SqlcipherStore::count_values(std::int64_t device,
                                  const std::vector<std::pair<std::string, std::uint64_t>>& values,
                                  std::uint64_t unlisted) {
    if (unlisted > 0) parts_->books.add(device, BookEntry::unlisted, {}, static_cast<std::int64_t>(unlisted));
    for (const auto& [reason, count] : values)
        parts_->books.add(device, BookEntry::refused_values, reason, static_cast<std::int64_t>(count));
}

void SqlcipherStore::count_refused(const Inbound& message, std::int64_t device, const std::string& reason,
                                   Batch& batch) {
    parts_->books.add(device, BookEntry::refused, reason, 1);
    ++batch.refused[{message.device, reason}].count;
}

Result<void> SqlcipherStore::append_batch(const Batch& batch) {
    if (batch.reports > 0) {
        const std::string object =
            "reports " + std::to_string(batch.first) + "-" + std::to_string(batch.last);
        auto appended = parts_->audit.append(
            event_of("gateway", audit::Action::batch_stored, object, batch.reports, batch.digests));
        if (!appended) return appended;
    }
    for (const auto& [whose, counted] : batch.quarantined) {
        auto appended = parts_->audit.append(event_of(device_actor(whose.first), audit::Action::quarantined,
                                                      whose.second, counted.count, counted.digests));
        if (!appended) return appended;
    }
    for (const auto& [whose, counted] : batch.refused) {
        auto appended = parts_->audit.append(event_of(device_actor(whose.first), audit::Action::refused,
                                                      whose.second, counted.count, counted.digests));
        if (!appended) return appended;
    }
    return {};
}

}  // namespace edgeward::store
