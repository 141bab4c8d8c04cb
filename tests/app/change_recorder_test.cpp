#include "change_recorder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <map>
#include <optional>
#include <random>

#include <edgeward/crypto/key_ring.hpp>

#include "support/program.hpp"

namespace edgeward::app {
namespace {

model::Identity person(int number) {
    model::Identity identity;
    identity.identifiers.push_back({std::to_string(number), "KIS", "MR"});
    return identity;
}

// A writer whose n-th job from now on fails, before or after its commit: the caller cannot tell which.
class BrittleWriter final : public store::Writer {
public:
    explicit BrittleWriter(store::Writer& real) : real_(real) {}
    bool submit(store::Job job) override { return real_.submit(std::move(job)); }
    Result<void> run(std::function<Result<void>(store::ObservationStore&)> work) override {
        const bool now = fails_in > 0 && --fails_in == 0;
        if (now && !after_commit) return failure(ErrorKind::exhausted, "the disk is full");
        auto done = real_.run(std::move(work));
        if (now) return failure(ErrorKind::unavailable, "the answer got lost");
        return done;
    }
    Result<void> move_log() override { return real_.move_log(); }
    void limit_patience(std::chrono::milliseconds patience) override { real_.limit_patience(patience); }
    void stop() override { real_.stop(); }
    [[nodiscard]] Result<void> health() const override { return real_.health(); }
    [[nodiscard]] std::size_t queued() const override { return real_.queued(); }

    int fails_in = 0;
    bool after_commit = false;

private:
    store::Writer& real_;
};

class LaterClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return system_clock().now() + std::chrono::hours(1); }
    [[nodiscard]] MonotonicTime monotonic() const override { return system_clock().monotonic(); }
};

// Vault and store in one folder, opened as the gateway opens them.
struct Databases {
    Databases(const std::filesystem::path& folder, const crypto::KeyRing& keys)
        : vault(*vault::open_vault(folder, keys)),
          store(*store::open_store({folder, std::chrono::seconds(60), 100'000}, {}, keys, system_clock())),
          writer(*store.writer) {}
    ~Databases() { store.writer->stop(); }
    Databases(const Databases&) = delete;
    Databases& operator=(const Databases&) = delete;

    // Records of admissions by pseudonym.
    std::map<std::string, int> admissions() {
        std::map<std::string, int> found;
        REQUIRE(store.reader->export_audit(
            1, 1'000'000,
            [&](const audit::Record& record) {
                if (record.event.action == audit::Action::person_admitted)
                    ++found[to_hex(record.event.subject->octets())];
                newest = record.event.object;
            },
            [](std::string_view) {}));
        return found;
    }

    std::unique_ptr<vault::IdentityVault> vault;
    store::StoreParts store;
    BrittleWriter writer;
    std::string newest;
};

bool each_once(const std::map<std::string, int>& admissions) {
    for (const auto& [subject, count] : admissions) {
        if (count != 1) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("a change and its record survive a failure at every step", "[change_recorder]") {
    const support::ScratchFolder folder;
    const auto keys = crypto::KeyRing::generate();
    const bool after_commit = GENERATE(false, true);
    const bool restart = GENERATE(false, true);
    CAPTURE(after_commit, restart);
    auto databases = std::make_unique<Databases>(folder.path(), keys);
    databases->writer.fails_in = 1;
    databases->writer.after_commit = after_commit;
    ChangeRecorder recorder(*databases->vault, databases->writer, system_clock());
    const auto told = recorder.record([&] { return databases->vault->admit(person(1), "user:1"); });
    REQUIRE_FALSE(told);
    CHECK(told.error().message.find("the change is made") == 0);
    CHECK(databases->vault->count_persons().value() == 1);
    CHECK(databases->vault->unrecorded_change().value());
    CHECK(databases->admissions().size() == (after_commit ? 1 : 0));
    if (restart) {
        databases.reset();
        databases = std::make_unique<Databases>(folder.path(), keys);
    }
    ChangeRecorder again(*databases->vault, databases->writer, system_clock());
    REQUIRE(again.settle());
    REQUIRE(again.settle());
    CHECK_FALSE(databases->vault->unrecorded_change().value());
    CHECK(databases->admissions().size() == 1);
    CHECK(each_once(databases->admissions()));
}

TEST_CASE("no change is made while an earlier one waits for its record", "[change_recorder]") {
    const support::ScratchFolder folder;
    Databases databases(folder.path(), crypto::KeyRing::generate());
    ChangeRecorder recorder(*databases.vault, databases.writer, system_clock());
    databases.writer.fails_in = 1;
    REQUIRE_FALSE(recorder.record([&] { return databases.vault->admit(person(1), "user:1"); }));
    databases.writer.fails_in = 1;
    const auto refused = recorder.record([&] { return databases.vault->admit(person(2), "user:1"); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("the change is made") == std::string::npos);
    CHECK(databases.vault->count_persons().value() == 1);
    REQUIRE(recorder.record([&] { return databases.vault->admit(person(2), "user:1"); }));
    CHECK(databases.admissions().size() == 2);
    CHECK(databases.newest == "admit");
}

TEST_CASE("a record that comes late says when the change was", "[change_recorder]") {
    const support::ScratchFolder folder;
    Databases databases(folder.path(), crypto::KeyRing::generate());
    REQUIRE(databases.vault->admit(person(1), "user:1"));
    const auto made = databases.vault->unrecorded_change().value()->time;
    const LaterClock later;
    REQUIRE(ChangeRecorder(*databases.vault, databases.writer, later).settle());
    CHECK(databases.admissions().size() == 1);
    CHECK(databases.newest == "admit, made " + to_rfc3339(made));
}

TEST_CASE("killed at any moment the vault and the audit log tell of the same changes", "[change_recorder]") {
    const support::ScratchFolder folder;
    const auto keys = crypto::KeyRing::generate();
    std::mt19937 random(20261123);
    int first = 0;
    for (int round = 0; round < 10; ++round, first += 10'000) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            const Databases databases(folder.path(), keys);
            ChangeRecorder recorder(*databases.vault, *databases.store.writer, system_clock());
            for (int number = first;; ++number) {
                const char done =
                    recorder.record([&] { return databases.vault->admit(person(number), "u:1"); }) ? '.'
                                                                                                   : '!';
                if (::write(ends[1], &done, 1) != 1 || done == '!') ::_exit(1);
            }
        }
        ::close(ends[1]);
        std::array<char, 5> told{};
        for (char& one : told)
            REQUIRE(::read(ends[0], &one, 1) == 1);
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 5000));  // any moment
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        ::close(ends[0]);
        CHECK(WIFSIGNALED(status));

        Databases databases(folder.path(), keys);
        REQUIRE(ChangeRecorder(*databases.vault, databases.writer, system_clock()).settle());
        const auto admissions = databases.admissions();
        CHECK(each_once(admissions));
        CHECK(admissions.size() == static_cast<std::size_t>(databases.vault->count_persons().value()));
        CHECK(admissions.size() >= told.size() * static_cast<std::size_t>(round + 1));
    }
}

}  // namespace edgeward::app
