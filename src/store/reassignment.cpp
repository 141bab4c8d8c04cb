// SqlcipherStore::reassign(): reports that turned out to be another person's.

#include <map>
#include <optional>
#include <utility>

#include "batch.hpp"
#include "statements.hpp"

namespace edgeward::store {

// What was done, for the audit log.
struct SqlcipherStore::Reassigned {
    struct Some {
        std::uint64_t first = 0, last = 0, count = 0;
        Bytes numbers;
        void take(std::uint64_t report) {
            first = count == 0 ? report : std::min(first, report);
            last = std::max(last, report);
            ++count;
            append_big_endian(numbers, report, 8);
        }
        [[nodiscard]] std::string object(std::string_view word) const {
            std::string text(word);
            text.append(" ").append(std::to_string(first));
            if (last != first) text.append("-").append(std::to_string(last));
            return text;
        }
    };
    std::vector<std::uint64_t> reports;
    std::map<model::Pseudonym, Some> taken_from;  // by person
    std::map<model::Pseudonym, Some> given_to;
    std::map<std::string, Some> filtered;  // by destination
};

Result<std::uint64_t> SqlcipherStore::add_beside(const SealedReport& report, bool is_new, Batch& batch) {
    const auto device = parts_->books.device(report.device);
    if (!device) return failure(device.error());
    auto added = parts_->reports.add_beside(report, *device, is_new);
    if (!added) return failure(std::move(added.error()));
    parts_->books.add(*device, BookEntry::reports, {}, 1);
    parts_->books.add(*device, BookEntry::observations, {}, static_cast<std::int64_t>(added->observations));
    batch.take(*added);
    return added->numbers.front();
}

Result<void> SqlcipherStore::reassign_one(const Reassignment& one, Batch& batch, Reassigned& done) {
    const auto stands = parts_->withdrawals.stands(one.report);
    if (!stands) return failure(stands.error());
    if (!*stands) return {};
    if (!one.taken_back.subject)
        return failure(ErrorKind::invalid_input, "a report about nobody cannot be taken back");
    const auto taken_back_by = add_beside(one.taken_back, /*is_new=*/false, batch);
    if (!taken_back_by) return failure(taken_back_by.error());
    const auto ended = parts_->queue.withdraw(one.report, *taken_back_by, clock_->now());
    if (!ended) return failure(ended.error());
    for (const auto& destination : *ended)
        done.filtered[destination].take(one.report);
    std::optional<std::uint64_t> instead;
    if (const auto* report = std::get_if<SealedReport>(&one.instead)) {
        const auto number = add_beside(*report, /*is_new=*/true, batch);
        if (!number) return failure(number.error());
        if (auto offered = parts_->queue.offer(*number); !offered) return offered;
        if (report->subject) done.given_to[*report->subject].take(*number);
        instead = *number;
    } else if (auto held = take_in(std::get<Inbound>(one.instead), batch); !held) {
        return held;
    }
    done.taken_from[*one.taken_back.subject].take(one.report);
    done.reports.push_back(one.report);
    return parts_->withdrawals.add(one.report, *taken_back_by, instead);
}

Result<void> SqlcipherStore::append_reassigned(const Reassigned& done) {
    const auto append = [this](audit::Event event, const Reassigned::Some& some) {
        event.count = some.count;
        event.details = crypto::sha256(some.numbers);
        return parts_->audit.append(std::move(event));
    };
    const auto tell = [&append](const auto& by_person, std::string_view word) -> Result<void> {
        for (const auto& [subject, some] : by_person) {
            audit::Event event;
            event.actor = "gateway";
            event.action = audit::Action::reassigned;
            event.subject = subject;
            event.object = some.object(word);
            if (auto appended = append(std::move(event), some); !appended) return appended;
        }
        return {};
    };
    if (auto told = tell(done.taken_from, "taken back"); !told) return told;
    if (auto told = tell(done.given_to, "given"); !told) return told;
    for (const auto& [destination, some] : done.filtered) {
        audit::Event event;
        event.actor = "destination:" + destination;
        event.action = audit::Action::filtered;
        event.object = some.object("reports");
        event.outcome = audit::Outcome::denied;
        event.rule = "reassigned";
        if (auto appended = append(std::move(event), some); !appended) return appended;
    }
    return {};
}

Result<std::vector<std::uint64_t>> SqlcipherStore::reassign(const std::vector<Reassignment>& reassignments) {
    return change([&]() -> Result<std::vector<std::uint64_t>> {
        Batch batch;
        Reassigned done;
        for (const Reassignment& one : reassignments) {
            if (auto moved = reassign_one(one, batch, done); !moved) return failure(std::move(moved.error()));
        }
        if (auto passed = parts_->queue.pass_ended(parts_->reports.newest()); !passed)
            return failure(std::move(passed.error()));
        if (auto appended = append_batch(batch); !appended) return failure(std::move(appended.error()));
        if (auto appended = append_reassigned(done); !appended) return failure(std::move(appended.error()));
        return std::move(done.reports);
    });
}

}  // namespace edgeward::store
