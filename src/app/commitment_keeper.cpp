#include "commitment_keeper.hpp"

#include <pthread.h>

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <edgeward/core/random.hpp>
#include <edgeward/dicom/command.hpp>

namespace edgeward::app {
namespace {

namespace asio = boost::asio;
namespace status = dicom::status;

constexpr std::size_t looked_at_once = 1000;  // objects: other readers and commits go in between
constexpr const char* no_longer_configured = "not_configured";
constexpr const char* time_over = "time_over";

std::uint16_t status_of(const Result<void>& done, store::CommitmentTaken taken) {
    if (!done) return status::processing_failure;
    switch (taken) {
        case store::CommitmentTaken::taken:
        case store::CommitmentTaken::same_again:
            return status::success;
        case store::CommitmentTaken::other_content:
            return status::duplicate_transaction;
        case store::CommitmentTaken::too_many:
            return status::resource_limitation;
    }
    return status::processing_failure;
}

// PS3.3 section C.14.1.1.
std::uint16_t reason_of(const std::optional<store::Kept>& kept) {
    if (kept == store::Kept::unknown) return status::no_such_instance;
    if (kept == store::Kept::other_class) return status::class_instance_conflict;
    return status::processing_failure;
}

dicom::CommitmentReport report_of(const std::string& transaction,
                                  const std::vector<store::CommitmentObject>& objects) {
    dicom::CommitmentReport report;
    report.transaction = transaction;
    for (const auto& object : objects) {
        dicom::ReferencedObject reference{object.sop_class, object.sop_instance};
        if (object.kept == store::Kept::committed)
            report.committed.push_back(std::move(reference));
        else
            report.failed.push_back({std::move(reference), reason_of(object.kept)});
    }
    return report;
}

}  // namespace

CommitmentKeeper::CommitmentKeeper(std::vector<CommitmentPeer> peers, Parts parts)
    : parts_(std::move(parts)),
      open_(parts_.metrics.gauge("edgeward_dicom_in_commitments_open",
                                 "Requests for storage commitment whose senders are not told yet.")) {
    for (auto& peer : peers) {
        const std::string sender = peer.sender;
        peers_.emplace(sender, Peer{std::move(peer), Backoff(parts_.backoff)});
    }
}

CommitmentKeeper::~CommitmentKeeper() {
    stop();
}

void CommitmentKeeper::follow(std::set<std::string> archives) {
    const std::lock_guard lock(mutex_);
    archives_ = std::move(archives);
}

std::set<std::string> CommitmentKeeper::archives() const {
    const std::lock_guard lock(mutex_);
    return archives_;
}

void CommitmentKeeper::take(const std::string& sender, const dicom::CommitmentRequest& request,
                            std::function<void(std::uint16_t)> reply) {
    const auto peer = peers_.find(sender);
    if (peer == peers_.end()) return reply(status::not_authorized);
    store::AskedCommitment asked{sender, request.transaction, {}};
    for (const auto& object : request.objects)
        asked.objects.push_back({object.sop_class, object.sop_instance, {}});
    const auto taken = std::make_shared<store::CommitmentTaken>();  // shared by both halves of the job
    const auto answer = [this, sender, reply = std::move(reply)](std::uint16_t given) {
        parts_.metrics
            .counter("edgeward_dicom_in_commitment_requests_total",
                     "Requests for storage commitment, by what their senders heard.",
                     {{"sender", sender}, {"outcome", given == status::success ? "accepted" : "refused"}})
            .add();
        reply(given);
    };
    const bool submitted = parts_.writer.submit(
        {[asked = std::move(asked), taken,
          most = peer->second.settings.most_open](store::ObservationStore& store) -> Result<void> {
             const auto outcome = store.take_commitment(asked, most);
             if (!outcome) return failure(outcome.error());
             *taken = *outcome;
             return {};
         },
         [taken, answer](const Result<void>& done) { answer(status_of(done, *taken)); }});
    if (!submitted) answer(status::processing_failure);
}

void CommitmentKeeper::start() {
    asio::co_spawn(io_, look_now_and_then(), asio::detached);
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "ew-commitment");
        io_.run();
    });
}

void CommitmentKeeper::stop() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
}

asio::awaitable<void> CommitmentKeeper::look_now_and_then() {
    asio::steady_timer timer(io_);
    for (;;) {
        if (const auto looked = look(); looked)
            trouble_.clear("store", "requests for storage commitment are looked at again");
        else
            trouble_.raise("store", "requests for storage commitment could not be looked at",
                           {{"reason", looked.error().message}});
        timer.expires_after(parts_.look_interval);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

Result<void> CommitmentKeeper::look() {
    const auto open = parts_.reader.open_commitments();
    if (!open) return failure(open.error());
    open_.set(static_cast<double>(open->size()));
    for (const auto& one : *open) {
        const auto peer = peers_.find(one.sender);
        auto done = peer == peers_.end() ? end(one, no_longer_configured) : look_at(one, peer->second);
        if (!done) return done;
    }
    return {};
}

Result<void> CommitmentKeeper::look_at(const store::OpenCommitment& open, Peer& peer) {
    const Instant now = parts_.clock.now();
    const auto within = peer.settings.within;
    if (!open.decided) return decide(open, now - open.taken >= within);
    if (peer.under_way) return {};
    if (now - *open.decided >= within) return end(open, time_over);
    if (parts_.clock.monotonic() < peer.not_before) return {};
    peer.under_way = true;
    asio::co_spawn(io_, tell(open, peer), asio::detached);
    return {};
}

Result<void> CommitmentKeeper::decide(const store::OpenCommitment& open, bool over) {
    const auto names = archives();
    for (;;) {
        const auto look = parts_.reader.look_at_commitment(open.number, names, looked_at_once);
        if (!look) return failure(look.error());
        const bool last = look->all || (look->waits && over);
        if (!look->verdicts.empty() || last) {
            auto settled = parts_.writer.run([&](store::ObservationStore& store) {
                return store.settle_commitment(open.number, look->verdicts, last);
            });
            if (!settled) return settled;
        }
        if (look->all || look->waits) return {};
    }
}

Result<void> CommitmentKeeper::end(const store::OpenCommitment& open, const std::string& not_told_why) {
    auto ended = parts_.writer.run(
        [&](store::ObservationStore& store) { return store.end_commitment(open.number, not_told_why); });
    if (!ended || not_told_why.empty()) return ended;
    log::warning("a request for storage commitment ended without its report",
                 {{"sender", open.sender}, {"reason", not_told_why}});
    count(open.sender, "unreported");
    return ended;
}

asio::awaitable<void> CommitmentKeeper::tell(store::OpenCommitment open, Peer& peer) {
    const auto objects = parts_.reader.commitment_objects(open.number);
    // None: its persons were erased just now.
    if (!objects || objects->empty()) {
        peer.under_way = false;
        co_return;
    }
    const auto report = report_of(open.transaction, *objects);
    auto telling = parts_.tell(peer.settings.node, report);
    const auto given = co_await std::move(telling);
    peer.under_way = false;
    if (given && *given == status::success) co_return say_told(open, peer, report);
    peer.not_before = parts_.clock.monotonic() + peer.backoff.next(system_random());
    trouble_.raise("peer " + open.sender, "a sender of objects cannot be told of storage commitment",
                   {{"sender", open.sender},
                    {"reason", given ? std::string("it refuses the report") : given.error().message}});
}

void CommitmentKeeper::say_told(const store::OpenCommitment& open, Peer& peer,
                                const dicom::CommitmentReport& report) {
    peer.backoff.reset();
    trouble_.clear("peer " + open.sender, "a sender of objects is told of storage commitment again",
                   {{"sender", open.sender}});
    // Not ended: it is told once more.
    if (!end(open, {})) return;
    count(open.sender, report.failed.empty() ? "committed" : "failed");
}

void CommitmentKeeper::count(const std::string& sender, const char* outcome) {
    parts_.metrics
        .counter("edgeward_dicom_in_commitments_total",
                 "Requests for storage commitment that have ended, by what their senders were told.",
                 {{"sender", sender}, {"outcome", outcome}})
        .add();
}

}  // namespace edgeward::app
