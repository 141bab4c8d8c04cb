#include <catch2/catch_test_macros.hpp>

#include <edgeward/audit/export.hpp>
#include <edgeward/audit/verifier.hpp>
#include <edgeward/crypto/signature.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

audit::Verdict verify_from(const Bench& bench, std::uint64_t first) {
    audit::VerifierSettings settings;
    settings.key = crypto::public_key_of(bench.keys.key(crypto::key_name::audit_signing).value());
    settings.first = first;
    audit::Verifier verifier = std::move(audit::Verifier::open(settings).value());
    audit::ExportWriter writer(bench.reader().chain()->origin,
                               [&](std::string_view text) { verifier.feed(text); });
    // In pages, as the daemon does it.
    for (std::uint64_t next = first, before = 0; next != before;) {
        before = next;
        must(bench.reader().export_audit(
            next, 700,
            [&](const audit::Record& record) {
                writer.record(record);
                next = record.sequence + 1;
            },
            [&](std::string_view note) { writer.checkpoint(note); }));
    }
    writer.end();
    return verifier.finish();
}

void write_records(Bench& bench, int count) {
    REQUIRE(bench.change([count](ObservationStore& store) -> Result<void> {
        for (int i = 0; i < count; ++i) {
            audit::Event event;
            event.actor = "gateway";
            event.action = audit::Action::key_used;
            event.object = std::to_string(i);
            if (auto appended = store.append_audit(event); !appended) return appended;
        }
        return {};
    }));
}

}  // namespace

TEST_CASE("an export of the store is verified with the public key alone", "[audit_reader]") {
    Bench bench;
    for (int i = 0; i < 3; ++i) {
        write_records(bench, 600);
        REQUIRE(bench.change([](ObservationStore& store) { return store.checkpoint_audit(); }));
    }
    const audit::Verdict whole = verify_from(bench, 1);
    CHECK(audit::name_of(whole.finding) == "none");
    CHECK(whole.proven == 1800);
    CHECK(whole.checkpoints == 3);
    CHECK(audit::exit_code(whole) == 0);
    const audit::Verdict part = verify_from(bench, 501);
    CHECK(part.proven == 1800);
    CHECK(part.records == 1300);
}

TEST_CASE("a page begins where it is told and ends after so many records", "[audit_reader]") {
    Bench bench(no_destinations);
    write_records(bench, 10);
    std::vector<std::uint64_t> seen;
    const auto read = [&](std::uint64_t first, std::size_t most) {
        seen.clear();
        return bench.reader().export_audit(
            first, most, [&](const audit::Record& r) { seen.push_back(r.sequence); }, [](auto) {});
    };
    REQUIRE(read(4, 3));
    CHECK(seen == std::vector<std::uint64_t>{4, 5, 6});
    REQUIRE(read(9, 100));
    CHECK(seen == std::vector<std::uint64_t>{9, 10});
    REQUIRE(read(11, 100));
    CHECK(seen.empty());
    REQUIRE(read(1, 0));
    CHECK(seen.empty());
}

TEST_CASE("an export of an empty chain has no records", "[audit_reader]") {
    Bench bench(no_destinations);
    CHECK(bench.records().empty());
    const ChainState state = bench.reader().chain().value();
    CHECK(state.sequence == 0);
    CHECK(state.checkpoint == 0);
    CHECK(state.checkpoint_note.empty());
    CHECK(audit::exit_code(verify_from(bench, 1)) == 0);
}

}  // namespace edgeward::store
