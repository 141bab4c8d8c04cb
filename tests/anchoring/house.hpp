#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <edgeward/anchoring/witness_desk.hpp>
#include <edgeward/audit/witness.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/store/writer.hpp>

#include "audit/trail.hpp"
#include "audit_trail.hpp"
#include "support/program.hpp"
#include "support/scratch_folder.hpp"

// What the tests of anchoring share: logs in memory, a real store, a witness in the same process.
namespace edgeward::anchoring {

using audit::second;
using audit::test_origin;
using audit::Trail;

// The log of a Trail, as the store would give it; the trail may change between calls.
inline AuditTrail trail_of(const Trail& trail) {
    return {[&trail]() -> Result<store::ChainState> {
                store::ChainState state;
                state.origin = trail.origin;
                state.sequence = trail.records.size();
                if (!trail.records.empty()) state.head = trail.records.back().digest;
                if (!trail.notes.empty()) {
                    state.checkpoint = trail.notes.rbegin()->first;
                    state.checkpoint_note = trail.notes.rbegin()->second;
                }
                return state;
            },
            [&trail](std::uint64_t first, std::size_t most, const AuditTrail::Record& record,
                     const AuditTrail::Note& note) -> Result<void> {
                for (std::uint64_t n = first; n <= trail.records.size() && n - first < most; ++n) {
                    record(trail.records[n - 1]);
                    if (const auto found = trail.notes.find(n); found != trail.notes.end())
                        note(found->second);
                }
                return {};
            }};
}

// The first `records` of it.
inline Trail beginning(const Trail& trail, std::uint64_t records) {
    Trail cut = trail;
    cut.records.resize(records);
    cut.notes.erase(cut.notes.upper_bound(records), cut.notes.end());
    return cut;
}

class HandClock : public Clock {
public:
    [[nodiscard]] Instant now() const override { return second(0) + passed; }
    [[nodiscard]] MonotonicTime monotonic() const override {
        return MonotonicTime(std::chrono::hours(1)) + passed;
    }
    std::chrono::milliseconds passed{0};
};

// A store with its writer, and what was recorded in it.
struct House {
    House() { open(); }
    House(const House&) = delete;
    House& operator=(const House&) = delete;
    ~House() { close(); }

    void open() {
        store = *store::open_store({folder.path(), std::chrono::seconds(1), 1000}, {}, keys, system_clock());
    }
    void close() {
        if (store.writer) store.writer->stop();
        store = {};
    }

    // No two records are alike, also within one millisecond.
    void append(std::size_t records) {
        for (std::size_t i = 0; i < records; ++i) {
            const auto event = audit::event_of(appended++);
            if (!store.writer->run([&](store::ObservationStore& to) { return to.append_audit(event); }))
                throw std::runtime_error("append failed");
        }
    }
    // "action object rule" of each record.
    [[nodiscard]] std::vector<std::string> recorded() const {
        std::vector<std::string> lines;
        const auto read = store.reader->export_audit(
            1, 100'000,
            [&](const audit::Record& record) {
                std::string line(audit::name_of(record.event.action));
                lines.push_back(
                    line.append(" ").append(record.event.object).append(" ").append(record.event.rule));
            },
            [](std::string_view) {});
        if (!read) throw std::runtime_error(read.error().message);
        return lines;
    }
    [[nodiscard]] std::size_t count(const std::string& line) const {
        const auto lines = recorded();
        return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), line));
    }

    support::ScratchFolder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    store::StoreParts store;
    std::uint64_t appended = 0;
    metrics::Registry metrics;
};

inline const std::string witness_name = "witness.example";

// A witness of the log that seed 1 signs.
struct Bench {
    explicit Bench(std::string origin = test_origin) { open(std::move(origin)); }
    void open(const std::string& origin = test_origin) {
        auto made = WitnessDesk::open({folder.path() / "memory",
                                       witness_name,
                                       seed,
                                       {{origin, crypto::public_key_of(audit::seed_of(1))}},
                                       clock,
                                       metrics.emplace()});
        if (!made) throw std::runtime_error(made.error().message);
        desk = *std::move(made);
    }
    [[nodiscard]] audit::Cosigner cosigner() const { return {witness_name, crypto::public_key_of(seed)}; }
    [[nodiscard]] std::size_t evidence() const {
        std::size_t files = 0;
        for (const auto& file : std::filesystem::directory_iterator(folder.path() / "memory" / "evidence"))
            files += file.path().extension() == ".notes" ? 1U : 0U;
        return files;
    }

    support::ScratchFolder folder;
    Secret seed = audit::seed_of(77);
    HandClock clock;
    std::optional<metrics::Registry> metrics;
    std::unique_ptr<WitnessDesk> desk;
};

}  // namespace edgeward::anchoring
