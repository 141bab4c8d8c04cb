#include <catch2/catch_test_macros.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <thread>

#include <edgeward/audit/export.hpp>
#include <edgeward/audit/verifier.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/crypto/signature.hpp>
#include <edgeward/store/recount.hpp>
#include "row_check.hpp"

#include "bench.hpp"

namespace edgeward::store {
namespace {

struct Child {
    pid_t pid = -1;
    int output = -1;
};

Child start_writer(const std::string& folder, const std::string& kek, const std::string& first_id) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(EDGEWARD_CRASH_WRITER, EDGEWARD_CRASH_WRITER, folder.c_str(), kek.c_str(), first_id.c_str(),
              nullptr);
        _exit(127);
    }
    close(ends[1]);
    return {pid, ends[0]};
}

// Reads until `enough` octets have come, kills the child and reads the rest. The last line may be cut: then
// it was not acknowledged.
std::string run_and_kill(const Child& child, std::size_t enough, std::chrono::microseconds more) {
    std::string text;
    std::array<char, 4096> piece{};
    bool killed = false;
    for (;;) {
        const ssize_t got = read(child.output, piece.data(), piece.size());
        if (got <= 0) break;
        text.append(piece.data(), static_cast<std::size_t>(got));
        if (killed || text.size() < enough) continue;
        std::this_thread::sleep_for(more);
        kill(child.pid, SIGKILL);
        killed = true;
    }
    close(child.output);
    int status = 0;
    waitpid(child.pid, &status, 0);
    CHECK(killed);
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
    return text.substr(0, text.rfind('\n') + 1);
}

void add_acknowledged(const std::string& text, std::set<std::uint64_t>& acknowledged) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        acknowledged.insert(std::stoull(text.substr(at, end - at)));
        at = end + 1;
    }
}

audit::Verdict verify_log(const Bench& bench) {
    audit::VerifierSettings settings;
    settings.key = crypto::public_key_of(bench.keys.key(crypto::key_name::audit_signing).value());
    audit::Verifier verifier = std::move(audit::Verifier::open(settings).value());
    audit::ExportWriter writer(bench.reader().chain().value().origin,
                               [&](std::string_view text) { verifier.feed(text); });
    must(bench.reader().export_audit(
        1, SIZE_MAX, [&](const audit::Record& record) { writer.record(record); },
        [&](std::string_view note) { writer.checkpoint(note); }));
    writer.end();
    return verifier.finish();
}

void check_all_there(const Bench& bench, const std::set<std::uint64_t>& acknowledged) {
    auto connection = bench.raw();
    auto known = connection.prepare(
        "SELECT 1 FROM observation_id i JOIN report r ON r.number = i.report WHERE i.id = ?1");
    std::size_t missing = 0;
    for (const std::uint64_t id : acknowledged) {
        const auto octets = observation(id).octets;
        known->bind(1, ByteView(octets));
        if (!known->step().value()) ++missing;
        known->reset();
    }
    CHECK(missing == 0);
}

void check_books(const Bench& bench) {
    const auto made = Reconciler::open(bench.settings, bench.keys)->reconcile(Depth::rows);
    REQUIRE(made);
    for (const Difference& one : made->differences)
        FAIL_CHECK(one.book << ": " << one.line << ": books " << one.kept << ", counted " << one.counted);
    const InboundBook book = bench.reader().inbound_book().value();
    CHECK(book.reports == made->counted->total().reports);
    CHECK(book.reports > 0);
}

}  // namespace

TEST_CASE("whatever was acknowledged before a kill is there afterwards", "[crash]") {
    Bench bench;
    bench.close();
    const Bytes kek(32, 5);
    const std::string ring = bench.keys.wrap(Secret(ByteView(kek)));
    REQUIRE(write_file_durably(bench.settings.folder / "keyring", bytes_of(ring), 0600));
    std::minstd_rand random(20261123);
    std::set<std::uint64_t> acknowledged;
    std::uint64_t first_id = 1'000'000;
    for (int round = 0; round < 20; ++round) {
        const Child child =
            start_writer(bench.settings.folder.string(), to_hex(kek), std::to_string(first_id));
        add_acknowledged(run_and_kill(child, 8 + random() % 4000, std::chrono::microseconds(random() % 3000)),
                         acknowledged);
        first_id += 10'000'000;
    }
    bench.open();
    CHECK(acknowledged.size() > 20);
    check_all_there(bench, acknowledged);
    check_books(bench);
    const RowCheck rows = check_rows(bench.settings, bench.keys).value();
    CHECK(rows.first_bad == 0);
    CHECK(rows.reports >= acknowledged.size());
    REQUIRE(bench.change([](ObservationStore& store) { return store.checkpoint_audit(); }));
    const audit::Verdict verdict = verify_log(bench);
    CHECK(audit::name_of(verdict.finding) == "none");
    CHECK(verdict.unsigned_tail() == 0);
    CHECK(verdict.proven == bench.reader().chain().value().sequence);
}

}  // namespace edgeward::store
