#include "erasure_keeper.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "erasure_bench.hpp"
#include "erasure_verification.hpp"

namespace edgeward::app {
namespace {

const std::vector<std::string> steps{"search", "forget", "reports", "held", "traces", "certificate"};

std::uint64_t records_of(Desk& desk, audit::Action action) {
    std::uint64_t count = 0;
    for (const auto& event : desk.records(action))
        count += event.count;
    return count;
}

void fill(ErasureBench& bench) {
    bench.hold(3);
    bench.queue_for({"kis", "research"});
    bench.measure(5);
    REQUIRE(bench.ask_for_it().status == 200);
    REQUIRE(bench.desk.vault->approve_erasure(1, true, "user:1001"));
    REQUIRE(bench.desk.changes.settle());
}

void check_done(ErasureBench& bench, const std::string& text) {
    const auto certificate = bench.certificate(text);
    CHECK(certificate.counted("persons") == 1);
    CHECK(certificate.counted("identifiers") == 1);
    CHECK(certificate.counted("reports") == 5);
    CHECK(certificate.counted("delivery kis") == 5);
    CHECK(certificate.counted("delivery research") == 5);
    CHECK(certificate.counted("held-messages") == 3);
    CHECK(certificate.backups.size() == 2);
    CHECK(certificate.reason == "objection");
    CHECK(*bench.desk.vault->count_persons() == 1);
    CHECK(bench.desk.store.reader->quarantine(10)->size() == 1);
    CHECK(records_of(bench.desk, audit::Action::person_erased) == 1);
    CHECK(records_of(bench.desk, audit::Action::quarantine_erased) == 3);
    CHECK(records_of(bench.desk, audit::Action::reports_removed) == 5);
    CHECK(records_of(bench.desk, audit::Action::erasure_certified) == 1);
    CHECK(bench.balances());
    const auto verdict = verify_erasure(text, bench.desk.folder.path(), bench.desk.keys);
    REQUIRE(verdict);
    CHECK(verdict->in_ledger);
    CHECK(verdict->in_audit_log);
    for (const auto& file : verdict->files) {
        INFO(file.name);
        CHECK(file.found == 0);
        CHECK(file.read.unauthentic == 0);
        if (file.has_control) CHECK(file.control > 0);
    }
    CHECK(verdict->proven());
}

}  // namespace

TEST_CASE("an erasure takes the person from everywhere and certifies it", "[erasure_keeper]") {
    ErasureBench bench;
    fill(bench);
    const auto text = bench.keeper.carry_out(1);
    REQUIRE(text);
    check_done(bench, *text);
    CHECK(bench.keeper.carry_out(1).value() == *text);
    REQUIRE(bench.keeper.resume());
}

TEST_CASE("an attempt that fails before any step is gone on with to the same end", "[erasure_keeper]") {
    for (const auto& failing : steps) {
        INFO(failing);
        bool fails = true;
        ErasureBench bench([&](std::string_view step) -> Result<void> {
            if (fails && step == failing) return failure(ErrorKind::unavailable, "as the test wants it");
            return {};
        });
        fill(bench);
        CHECK_FALSE(bench.keeper.carry_out(1));
        CHECK_FALSE(bench.keeper.resume());
        fails = false;
        REQUIRE(bench.keeper.resume());
        check_done(bench, bench.desk.vault->erasure_certificate(1).value());
    }
}

// What a gateway that is killed leaves on disk, opened again by the next one.
class NextGateway {
public:
    NextGateway(const std::filesystem::path& folder, const crypto::KeyRing& keys)
        : vault(*vault::open_vault(folder, keys)),
          store(*store::open_store({folder, std::chrono::seconds(60), 100'000}, {}, keys, system_clock())),
          quarantine_key(*keys.key(crypto::key_name::quarantine)),
          changes(*vault, *store.writer, system_clock()),
          keeper({*vault, *store.reader, *store.writer, changes, keys, quarantine_key, system_clock(),
                  [](const auto&) {},
                  [](bool) { return std::vector<vault::ErasureCertificate::RemainingBackup>(); }}) {}
    ~NextGateway() { store.writer->stop(); }
    NextGateway(const NextGateway&) = delete;
    NextGateway& operator=(const NextGateway&) = delete;

    std::unique_ptr<vault::IdentityVault> vault;
    store::StoreParts store;
    crypto::SealingKey quarantine_key;
    ChangeRecorder changes;
    ErasureKeeper keeper;
};

TEST_CASE("a gateway killed before any step leaves what the next one finishes", "[erasure_keeper]") {
    for (const auto& dying : steps) {
        INFO(dying);
        const support::ScratchFolder left;
        std::filesystem::path folder;
        ErasureBench bench([&](std::string_view step) -> Result<void> {
            if (step != dying) return {};
            for (const auto& file : std::filesystem::directory_iterator(folder)) {
                if (!file.path().string().ends_with("-shm"))
                    std::filesystem::copy_file(file.path(), left.path() / file.path().filename());
            }
            return failure(ErrorKind::unavailable, "it is dead");
        });
        folder = bench.desk.folder.path();
        fill(bench);
        CHECK_FALSE(bench.keeper.carry_out(1));
        {
            NextGateway next(left.path(), bench.desk.keys);
            REQUIRE(next.changes.settle());
            REQUIRE(next.keeper.resume());
            const auto text = next.vault->erasure_certificate(1);
            REQUIRE(text);
            const auto certificate = bench.certificate(*text);
            CHECK(certificate.counted("reports") == 5);
            CHECK(certificate.counted("delivery kis") == 5);
            CHECK(certificate.counted("held-messages") == 3);
            CHECK(certificate.ledger.size() == 1);
            const auto verdict = verify_erasure(*text, left.path(), bench.desk.keys);
            REQUIRE(verdict);
            CHECK(verdict->proven());
        }
        const auto counted = store::Reconciler::open({left.path(), {}, {}}, bench.desk.keys)
                                 ->reconcile(store::Depth::rows, [] { return false; });
        REQUIRE(counted);
        CHECK(counted->differences.empty());
    }
}

// Hidden: .build/release/tests/app/edgeward_app_tests "[.speed][erasure_keeper]"; EDGEWARD_ERASURE_REPORTS
// says how many reports the store has, a fifth of them of the person.
TEST_CASE("how long an erasure takes", "[.speed][erasure_keeper]") {
    const char* asked = std::getenv("EDGEWARD_ERASURE_REPORTS");
    const std::uint64_t reports = asked == nullptr ? 100'000 : std::stoull(asked);
    std::chrono::steady_clock::time_point begun;
    ErasureBench bench([&](std::string_view step) {
        if (step != "reports") {
            const auto took = std::chrono::steady_clock::now() - begun;
            std::cout << "  until " << step << ": "
                      << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
        }
        return Result<void>();
    });
    bench.queue_for({"kis", "research"});
    const auto other = *bench.desk.vault->subject_of({"other", "KIS", "MR"});
    const auto her = *bench.desk.vault->subject(bench.subject);
    for (std::uint64_t next = 0; next < reports;) {
        std::vector<store::Inbound> messages;
        for (; messages.size() < 500 && next < reports; ++next) {
            const bool hers = next % 5 == 0;
            store::SealedReport report;
            report.subject = hers ? bench.subject : other.pseudonym;
            report.device = "monitor-1";
            report.sealed = (hers ? her->data_key : other.data_key)->seal(Bytes(800, 7), {});
            model::ObservationId id;
            for (std::size_t i = 0; i < 8; ++i)
                id.octets[15 - i] = static_cast<std::uint8_t>(next >> (8 * i));
            report.observations = {id};
            store::Inbound message;
            message.device = "monitor-1";
            message.fate = store::Stored{{std::move(report)}, {}};
            messages.push_back(std::move(message));
        }
        REQUIRE(bench.desk.store.writer->run(
            [&](store::ObservationStore& store) { return store.record(messages); }));
    }
    REQUIRE(bench.ask_for_it().status == 200);
    REQUIRE(bench.desk.vault->approve_erasure(1, true, "user:1001"));
    begun = std::chrono::steady_clock::now();
    const auto text = bench.keeper.carry_out(1);
    const auto took = std::chrono::steady_clock::now() - begun;
    REQUIRE(text);
    CHECK(bench.certificate(*text).counted("reports") == (reports + 4) / 5);
    std::cout << "erasure of " << (reports + 4) / 5 << " of " << reports << " reports, "
              << bench.certificate(*text).counted("delivery kis") << " waiting at each of two destinations: "
              << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
    const auto searched = std::chrono::steady_clock::now();
    const auto verdict = verify_erasure(*text, bench.desk.folder.path(), bench.desk.keys);
    REQUIRE(verdict);
    CHECK(verdict->proven());
    std::uint64_t octets = 0;
    for (const auto& file : verdict->files)
        octets += file.read.octets;
    const auto search_took = std::chrono::steady_clock::now() - searched;
    std::cout << "search of " << octets / 1'000'000
              << " MB: " << std::chrono::duration_cast<std::chrono::milliseconds>(search_took).count()
              << " ms\n";
}

TEST_CASE("a request that nobody approved is not carried out", "[erasure_keeper]") {
    ErasureBench bench;
    REQUIRE(bench.ask_for_it().status == 200);
    CHECK_FALSE(bench.keeper.carry_out(1));
    REQUIRE(bench.keeper.resume());
    CHECK(*bench.desk.vault->count_persons() == 1);
    CHECK_FALSE(bench.keeper.carry_out(2));
}

}  // namespace edgeward::app
