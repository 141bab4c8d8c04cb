#include "erasure_keeper.hpp"

#include <algorithm>
#include <optional>
#include <thread>

#include <edgeward/core/log.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/store/erase_all.hpp>

namespace edgeward::app {
namespace {

constexpr std::chrono::seconds between_tries{15};
constexpr int tries_of_a_log = 20;
constexpr std::chrono::milliseconds wait_for_a_log{250};
constexpr std::string_view origin_prefix = "edgeward/";

// Readers come and go; a backup may hold a log for minutes.
Result<void> patiently(const std::function<Result<void>()>& move) {
    for (int left = tries_of_a_log;; --left) {
        auto moved = move();
        if (moved || left == 0 || moved.error().kind != ErrorKind::unavailable) return moved;
        std::this_thread::sleep_for(wait_for_a_log);
    }
}

}  // namespace

Result<vault::ErasureJournal> ErasureKeeper::forget(std::uint64_t number) {
    const auto request = parts_.vault.erasure_request(number);
    if (!request) return failure(request.error());
    if (!request->subject)
        return failure(ErrorKind::invalid_input,
                       "this erasure request is " + std::string(name_of(request->state)));
    const auto chain = parts_.reader.chain();
    if (!chain) return failure(chain.error());
    vault::ErasureCertificate draft;
    draft.installation =
        chain->origin.substr(chain->origin.starts_with(origin_prefix) ? origin_prefix.size() : 0);
    draft.request = number;
    draft.reason = request->reason;
    system_random().fill(draft.salt);
    auto by = vault::Fingerprinter::make(parts_.keys, draft.salt);
    if (!by) return failure(std::move(by.error()));
    // Gone already: an attempt before this one has searched and written down what it found.
    auto person = parts_.vault.finder_of(*request->subject);
    if (!person && person.error().kind != ErrorKind::invalid_input) return failure(std::move(person.error()));
    store::HeldMessages held;
    if (person) {
        auto found = held_messages(parts_.reader, parts_.quarantine_key, *person, 0, parts_.clock.now());
        if (!found) return failure(std::move(found.error()));
        held = *std::move(found);
        draft.unsearched = person->unsearched();
        by->add(held.cells, draft.fingerprints);
    }
    if (auto go = parts_.before("forget"); !go) return failure(std::move(go.error()));
    auto journal = parts_.vault.forget_person(number, std::move(draft), held.ids, *by);
    if (!journal) return journal;
    parts_.forget(journal->subjects);
    if (!person) return journal;
    if (auto again = search_again(number, *person, held.looked_to, *journal); !again)
        return failure(std::move(again.error()));
    return journal;
}

// What came into quarantine while the first search went on.
Result<void> ErasureKeeper::search_again(std::uint64_t request, const vault::PersonFinder& person,
                                         std::uint64_t after, vault::ErasureJournal& journal) {
    const auto more = held_messages(parts_.reader, parts_.quarantine_key, person, after, parts_.clock.now());
    if (!more) return failure(more.error());
    if (more->ids.empty()) return {};
    const auto by = vault::Fingerprinter::make(parts_.keys, journal.draft.salt);
    if (!by) return failure(by.error());
    journal.held.insert(journal.held.end(), more->ids.begin(), more->ids.end());
    by->add(more->cells, journal.draft.fingerprints);
    return parts_.vault.note_erasure(request, journal);
}

Result<void> ErasureKeeper::erase_reports(std::uint64_t request,
                                          const std::vector<model::Pseudonym>& subjects) {
    const auto theirs = [&](const model::Pseudonym& one) {
        return std::ranges::find(subjects, one) != subjects.end();
    };
    auto erased = store::erase_all_alarms(parts_.writer, theirs, erasure_rule(request));
    if (!erased) return erased;
    return store::erase_all_reports(
        parts_.reader, parts_.writer, theirs, [&] { return subjects; }, erasure_rule(request),
        [this] { return parts_.before("reports"); });
}

Result<void> ErasureKeeper::leave_no_trace() {
    auto cleared = patiently([&] { return parts_.vault.leave_no_trace(); });
    if (!cleared) return failure(std::move(cleared.error()).during("vault.db"));
    auto moved = patiently([&] { return parts_.writer.move_log(); });
    if (!moved) return failure(std::move(moved.error()).during("store.db"));
    return {};
}

Result<std::string> ErasureKeeper::certify(std::uint64_t request, vault::ErasureJournal journal) {
    auto evidence = erasure_evidence(parts_.reader, journal.subjects, request);
    if (!evidence) return failure(std::move(evidence.error()));
    vault::ErasureCertificate& certificate = journal.draft;
    for (const auto& one : evidence->erased)
        certificate.count(one.place, one.count);
    certificate.recipients = std::move(evidence->recipients);
    auto backups = parts_.backups(certificate.counted("held-messages") > 0);
    if (!backups) return failure(std::move(backups.error()).during("look for backups"));
    certificate.backups = *std::move(backups);
    const auto seed = parts_.keys.key(crypto::key_name::audit_signing);
    if (!seed) return failure(seed.error());
    const std::string text = vault::sign(certificate, *seed);
    auto finished = parts_.changes.record([&] { return parts_.vault.finish_erasure(request, text); });
    if (!finished) return failure(std::move(finished.error()));
    return text;
}

Result<std::string> ErasureKeeper::carry_out(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    const auto request = parts_.vault.erasure_request(number);
    if (!request) return failure(request.error());
    if (request->state == vault::ErasureState::done) return parts_.vault.erasure_certificate(number);
    if (auto go = parts_.before("search"); !go) return failure(std::move(go.error()));
    auto journal = forget(number);
    if (!journal) return failure(std::move(journal.error()));
    auto done = erase_reports(number, journal->subjects);
    if (done) done = parts_.before("held");
    if (done) done = store::erase_all_held(parts_.writer, journal->held, "request " + std::to_string(number));
    if (done) done = parts_.before("traces");
    if (done) done = leave_no_trace();
    if (done) done = parts_.before("certificate");
    if (!done) return failure(std::move(done.error()));
    auto certificate = certify(number, *std::move(journal));
    if (certificate) log::info("an erasure is done", {{"request", number}});
    return certificate;
}

Result<void> ErasureKeeper::resume() {
    const auto requests = parts_.vault.erasure_requests();
    if (!requests) return failure(requests.error());
    for (const auto& request : *requests) {
        if (request.state != vault::ErasureState::approved) continue;
        const auto done = carry_out(request.number);
        if (!done)
            return failure(Error(done.error()).during("erasure request " + std::to_string(request.number)));
    }
    return {};
}

void ErasureKeeper::start() {
    thread_.start([this] {
        log::Trouble trouble;
        while (thread_.pause(between_tries)) {
            const auto resumed = resume();
            if (resumed) {
                trouble.clear("erase", "an approved erasure could be finished");
            } else {
                trouble.raise("erase", "an approved erasure cannot be finished and is tried again",
                              {{"reason", resumed.error().message}});
            }
        }
    });
}

}  // namespace edgeward::app
