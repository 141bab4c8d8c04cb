#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <edgeward/core/random.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/store/writer.hpp>

#include "support/scratch_folder.hpp"

// What the tests of the store share: a folder that goes away, a clock that stands, messages.
namespace edgeward::store {

// For what has to succeed before a test can say anything.
inline void must(const Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().message);
}

using Folder = support::ScratchFolder;

class StandingClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override {
        return Instant(std::chrono::milliseconds(1'795'459'726'000 + passed_));
    }
    [[nodiscard]] MonotonicTime monotonic() const override {
        return MonotonicTime(std::chrono::milliseconds(passed_ + 1'000'000));
    }
    void pass(std::chrono::milliseconds time) { passed_ += time.count(); }

private:
    std::atomic<std::int64_t> passed_{0};
};

inline Instant at_second(std::int64_t second) {
    return Instant(std::chrono::seconds(1'795'459'000 + second));
}

inline model::Pseudonym person(std::uint8_t number) {
    return pseudonym::recall(Bytes(16, number)).value();
}

inline model::ObservationId observation(std::uint64_t number) {
    model::ObservationId id;
    for (int i = 0; i < 8; ++i)
        id.octets[static_cast<std::size_t>(15 - i)] = static_cast<std::uint8_t>(number >> (8 * i));
    return id;
}

// A report of a person with `observations` ids from `first_id` on.
inline SealedReport report_of(std::uint64_t first_id, std::uint64_t observations = 2,
                              std::uint8_t subject = 1, const std::string& device = "monitor-1") {
    SealedReport report;
    if (subject != 0) report.subject = person(subject);
    report.device = device;
    report.received = at_second(static_cast<std::int64_t>(first_id % 1000));
    report.effective = report.received;
    report.sealed = Bytes(40, static_cast<std::uint8_t>(first_id));
    for (std::uint64_t i = 0; i < observations; ++i)
        report.observations.push_back(observation(first_id + i));
    return report;
}

inline Inbound stored_message(std::uint64_t first_id, std::uint64_t observations = 2,
                              std::uint8_t subject = 1, const std::string& device = "monitor-1") {
    Inbound message;
    message.device = device;
    message.received = at_second(static_cast<std::int64_t>(first_id % 1000));
    message.fate = Stored{{report_of(first_id, observations, subject, device)}, {}};
    return message;
}
inline Inbound refused_message(const std::string& reason, const std::string& device = "monitor-1") {
    Inbound message;
    message.device = device;
    message.received = at_second(1);
    message.fate = Refused{reason, {}};
    return message;
}
inline Inbound quarantined_message(const std::string& reason, std::int64_t second = 1,
                                   const std::string& device = {}) {
    Inbound message;
    message.device = device;
    message.received = at_second(second);
    message.fate = Quarantined{reason, "no mapping for the message", Bytes(20, 7), Bytes(60, 8)};
    return message;
}

// Report `number` of person 1 turned out to be person 2's.
inline Reassignment to_person_2(std::uint64_t number, std::uint64_t new_id) {
    Reassignment made;
    made.report = number;
    made.taken_back = report_of(number, 1, 1);
    made.taken_back.sealed = Bytes(44, 9);
    made.instead = report_of(new_id, 1, 2);
    return made;
}

inline Settlement ended(std::uint64_t report, DeliveryState state = DeliveryState::delivered,
                        std::string reason = {}) {
    Settlement settlement;
    settlement.report = report;
    settlement.state = state;
    settlement.reason = std::move(reason);
    settlement.attempts = 1;
    return settlement;
}
inline Settlement parked_until(std::uint64_t report, Instant retry_at) {
    Settlement settlement = ended(report, DeliveryState::parked, "unavailable");
    settlement.retry_at = retry_at;
    return settlement;
}

inline const std::vector<std::string> no_destinations;

// An open store with the keys and settings to open it again.
struct Bench {
    Folder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    StandingClock clock;
    StoreSettings settings;
    WriterSettings writer_settings;
    StoreParts parts;

    explicit Bench(const std::vector<std::string>& destinations = {"kis", "research"}) {
        settings.folder = folder.path();
        open();
        if (!destinations.empty())
            must(change([&](ObservationStore& store) { return store.set_destinations(destinations); }));
    }
    Result<void> try_open() {
        auto opened = open_store(settings, writer_settings, keys, clock);
        if (!opened) return failure(opened.error());
        parts = std::move(*opened);
        return {};
    }
    void open() { must(try_open()); }
    void close() {
        if (parts.writer) parts.writer->stop();
        parts = {};
    }
    void reopen() {
        close();
        open();
    }
    Result<void> change(std::function<Result<void>(ObservationStore&)> work) {
        return parts.writer->run(std::move(work));
    }
    Result<void> record(std::vector<Inbound> messages) {
        return change(
            [messages = std::move(messages)](ObservationStore& store) { return store.record(messages); });
    }
    Result<void> settle(std::string destination, std::vector<Settlement> settlements) {
        return change([destination = std::move(destination), settlements = std::move(settlements)](
                          ObservationStore& store) { return store.settle(destination, settlements); });
    }
    [[nodiscard]] StoreReader& reader() const { return *parts.reader; }
    // A connection behind the gateway's back, as an attacker with the key has it.
    [[nodiscard]] database::Connection raw() const {
        return std::move(database::Connection::open(settings.folder / "store.db",
                                                    keys.key(crypto::key_name::store).value(),
                                                    database::Access::read_write)
                             .value());
    }
    [[nodiscard]] std::int64_t number(const std::string& sql) const {
        auto connection = raw();
        auto statement = connection.prepare(sql);
        auto row = statement.value().step();
        return row.value() ? statement->integer(0) : -1;
    }
    [[nodiscard]] std::vector<audit::Record> records() const {
        std::vector<audit::Record> read;
        must(reader().export_audit(
            1, SIZE_MAX, [&](const audit::Record& record) { read.push_back(record); }, [](auto) {}));
        return read;
    }
};

inline std::vector<std::uint64_t> numbers_of(const std::vector<Delivery>& deliveries) {
    std::vector<std::uint64_t> numbers;
    for (const Delivery& delivery : deliveries)
        numbers.push_back(delivery.report);
    return numbers;
}

}  // namespace edgeward::store
