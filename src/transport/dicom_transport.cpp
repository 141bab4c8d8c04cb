#include <edgeward/transport/dicom_transport.hpp>

#include <array>
#include <set>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <edgeward/core/random.hpp>

#include "commitment_judgement.hpp"
#include "dicom_association.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;

constexpr const char* implicit_little_endian = "1.2.840.10008.1.2";

Outcome refused(Error error) {
    return tl::unexpected<Refusal>(Refusal{std::move(error)});
}

Outcome refused(ErrorKind kind, std::string message) {
    return refused(Error{kind, std::move(message)});
}

// Whatever keeps us from a verified connection may pass: nothing is sent and the object waits.
Error not_connected(Error error) {
    error.kind = ErrorKind::unavailable;
    return std::move(error).during("connect to receiver");
}

// So often the provider is asked about the same objects before they are sent again.
constexpr int asked_at_most = 3;

std::string random_uid() {
    std::array<std::uint8_t, 16> octets{};
    system_random().fill(octets);
    return dicom::uid_of_uuid(to_uuid(octets));
}

class DicomTransport final : public Transport {
public:
    DicomTransport(DicomSettings settings, config::Credentials credentials,
                   std::shared_ptr<CommitmentDesk> desk)
        : settings_(std::move(settings)), credentials_(std::move(credentials)), desk_(std::move(desk)) {}

    asio::awaitable<Outcome> send(OutboundMessage message) override;
    [[nodiscard]] std::size_t concurrency() const override { return settings_.associations; }
    [[nodiscard]] std::size_t reports_per_message() const override {
        return settings_.commitment ? settings_.commitment_objects : 1;
    }
    void close() override {
        closed_ = true;
        idle_.clear();
        for (auto* association : busy_)
            association->close();
        for (auto* expectation : waiting_)
            expectation->give_up();
    }

private:
    using Association = std::shared_ptr<DicomAssociation>;
    asio::awaitable<Result<Association>> open(std::string sop_class, std::string transfer_syntax);
    asio::awaitable<Result<Association>> take(const dicom::Header& header,
                                              const std::string& transfer_syntax);
    asio::awaitable<void> release_idle();
    asio::awaitable<Outcome> store(std::shared_ptr<dicom::Object> object);
    asio::awaitable<Outcome> commit(const std::vector<std::shared_ptr<dicom::Object>>& objects);
    asio::awaitable<Outcome> ask_once(std::vector<dicom::ReferencedObject> objects);

    const DicomSettings settings_;
    const config::Credentials credentials_;
    const std::shared_ptr<CommitmentDesk> desk_;
    std::vector<Association> idle_;
    std::set<DicomAssociation*> busy_;
    std::set<CommitmentDesk::Expectation*> waiting_;
    bool closed_ = false;
};

// Holds a pointer in a set as long as it lives, on every way out of a coroutine.
template <typename Entry>
class Entered {
public:
    Entered(std::set<Entry*>& set, Entry* entry) : set_(set), entry_(entry) { set_.insert(entry_); }
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;
    ~Entered() { set_.erase(entry_); }

private:
    std::set<Entry*>& set_;
    Entry* entry_;
};

// The credentials are read anew, so that renewed certificates serve from the next association on.
asio::awaitable<Result<DicomTransport::Association>> DicomTransport::open(std::string sop_class,
                                                                          std::string transfer_syntax) {
    auto context = net::client_context(settings_.tls, credentials_);
    if (!context) co_return failure(ErrorKind::unavailable, context.error().message);
    auto stream = co_await net::connect_tls(std::move(*context), settings_.host, settings_.port,
                                            settings_.tls.server_name, settings_.connect_timeout);
    if (!stream) co_return failure(not_connected(std::move(stream.error())));
    if (closed_) co_return failure(ErrorKind::unavailable, "transport is closed");
    auto association = std::make_shared<DicomAssociation>(std::move(*stream), settings_);
    const Entered entered(busy_, association.get());
    const auto agreed = co_await association->agree(std::move(sop_class), std::move(transfer_syntax));
    if (agreed) co_return association;
    association->close();
    co_return failure(agreed.error());
}

asio::awaitable<Result<DicomTransport::Association>> DicomTransport::take(
    const dicom::Header& header, const std::string& transfer_syntax) {
    while (!idle_.empty()) {
        auto association = std::move(idle_.back());
        idle_.pop_back();
        if (association->serves(header.sop_class, transfer_syntax)) co_return association;
        co_await association->release();
    }
    co_return co_await open(header.sop_class, transfer_syntax);
}

// Some providers serve one association at a time.
asio::awaitable<void> DicomTransport::release_idle() {
    while (!idle_.empty()) {
        const auto association = std::move(idle_.back());
        idle_.pop_back();
        co_await association->release();
    }
}

asio::awaitable<Outcome> DicomTransport::store(std::shared_ptr<dicom::Object> object) {
    if (closed_) co_return refused(ErrorKind::unavailable, "transport is closed");
    const auto header = object->header();
    auto association = co_await take(header, object->transfer_syntax());
    if (!association) co_return refused(std::move(association.error()));
    const Entered entered(busy_, association->get());
    auto given = co_await (*association)->store(object, header.sop_instance);
    if (!given) {
        (*association)->close();
        co_return refused(std::move(given.error()));
    }
    if (!closed_) idle_.push_back(std::move(*association));
    co_return judge_store_status(*given);
}

// One transaction. Nothing is delivered by the answer: the report counts, on whichever association it comes.
asio::awaitable<Outcome> DicomTransport::ask_once(std::vector<dicom::ReferencedObject> objects) {
    const auto executor = co_await asio::this_coro::executor;
    const std::string transaction = random_uid();
    const auto expectation = desk_->expect(transaction, executor);
    const Entered waiting(waiting_, expectation.get());
    auto association = co_await open(std::string(dicom::commitment_class), implicit_little_endian);
    if (!association && association.error().kind == ErrorKind::rejected)
        co_return refused(ErrorKind::misconfigured, "the receiver takes no requests for storage commitment");
    if (!association) co_return refused(std::move(association.error()));
    const Entered entered(busy_, association->get());
    dicom::CommitmentRequest request{transaction, objects};
    const auto given = co_await (*association)->ask(std::move(request), desk_);
    if (!given || *given != dicom::status::success) {
        (*association)->close();
        if (!given) co_return refused(given.error());
        co_return judge_commitment_refusal(*given);
    }
    auto listening = DicomAssociation::listen(*association, desk_, settings_.commitment_patience);
    asio::co_spawn(executor, std::move(listening), asio::detached);
    const auto report = co_await expectation->wait(settings_.commitment_patience);
    co_await (*association)->leave();
    if (closed_) co_return refused(ErrorKind::ambiguous, "transport is closed");
    if (!report) co_return refused(ErrorKind::ambiguous, "no report of storage commitment");
    co_return judge_commitment(*report, objects);
}

asio::awaitable<Outcome> DicomTransport::commit(const std::vector<std::shared_ptr<dicom::Object>>& objects) {
    std::vector<dicom::ReferencedObject> references;
    for (const auto& object : objects) {
        const auto header = object->header();
        references.push_back({header.sop_class, header.sop_instance});
    }
    co_await release_idle();
    Outcome outcome = refused(ErrorKind::ambiguous, "transport is closed");
    for (int asked = 0; asked < asked_at_most && !closed_; ++asked) {
        outcome = co_await ask_once(references);
        const bool silent = !outcome && outcome.error().error.kind == ErrorKind::ambiguous;
        if (!silent) break;
    }
    co_return outcome;
}

asio::awaitable<Outcome> DicomTransport::send(OutboundMessage message) {
    if (message.objects.empty()) co_return refused(ErrorKind::rejected, "no_object");
    for (const auto& object : message.objects) {
        auto outcome = co_await store(object);
        if (!outcome) co_return outcome;
    }
    if (!settings_.commitment) co_return Outcome();
    co_return co_await commit(message.objects);
}

}  // namespace

Result<std::unique_ptr<Transport>> open_dicom_transport(const DicomSettings& settings,
                                                        const config::Credentials& credentials,
                                                        const asio::any_io_executor& /*executor*/,
                                                        std::shared_ptr<CommitmentDesk> desk) {
    const auto context = net::client_context(settings.tls, credentials);
    if (!context) return failure(Error(context.error()).during("open DICOM transport"));
    if (!desk) desk = std::make_shared<CommitmentDesk>();
    return std::make_unique<DicomTransport>(settings, credentials, std::move(desk));
}

}  // namespace edgeward::transport
