#include <edgeward/anchoring/anchor_service.hpp>

#include <pthread.h>

#include <exception>
#include <optional>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <edgeward/core/log.hpp>

#include "anchor_watch.hpp"
#include "siem_export.hpp"
#include "witness_flow.hpp"

namespace edgeward::anchoring {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds farewell{2};  // a name that is still looked up dies with `io`

AuditTrail trail_of(store::StoreReader& reader) {
    return {
        [&reader] { return reader.chain(); },
        [&reader](std::uint64_t first, std::size_t most, const AuditTrail::Record& record,
                  const AuditTrail::Note& note) { return reader.export_audit(first, most, record, note); }};
}

}  // namespace

struct AnchorService::State {
    asio::io_context io{1};
    std::optional<AnchorWatch> siem_watch;
    std::optional<SiemExport> siem;
    std::optional<AnchorWatch> witness_watch;
    std::optional<WitnessFlow> witness;
    std::size_t flows = 0;  // that have not ended; ew-anchor, once it runs
    std::thread thread;

    Result<void> open_siem(const SiemSettings& settings, const Parts& parts);
    Result<void> open_witness(const WitnessSettings& settings, const Parts& parts);

    // A flow that broke off by an exception of a library would leave the log unwatched; the process ends
    // instead and systemd restarts it.
    void spawn(asio::awaitable<void> flow) {
        ++flows;
        asio::co_spawn(io, std::move(flow), [this](const std::exception_ptr& broken) {
            if (broken) std::rethrow_exception(broken);
            if (--flows == 0) io.stop();
        });
    }
};

AnchorService::AnchorService(std::unique_ptr<State> state) : state_(std::move(state)) {}

AnchorService::~AnchorService() {
    stop();
}

Result<void> AnchorService::State::open_siem(const SiemSettings& settings, const Parts& parts) {
    auto context = net::client_context(settings.endpoint.tls, parts.credentials);
    if (!context) return failure(std::move(context.error()));
    const auto file = parts.folder / "siem.position";
    auto position = read_siem_position(file);
    if (!position) return failure(std::move(position.error()));
    siem_watch.emplace("siem", settings.silence,
                       AnchorWatch::Parts{parts.writer, parts.clock, parts.metrics});
    siem.emplace(settings, *position,
                 SiemExport::Parts{io.get_executor(), parts.credentials, trail_of(parts.reader), file,
                                   *siem_watch, parts.clock, parts.random, parts.metrics});
    return {};
}

Result<void> AnchorService::State::open_witness(const WitnessSettings& settings, const Parts& parts) {
    auto link = transport::open_witness_link(settings.endpoint, parts.credentials);
    if (!link) return failure(std::move(link.error()));
    const auto pem = parts.credentials.read(settings.key);
    if (!pem) return failure(pem.error());
    const auto key = crypto::parse_public_key(std::string(text_of(pem->reveal())));
    if (!key) return failure(Error(key.error()).during("credential " + settings.key));
    const auto file = parts.folder / "witness.memory";
    auto memory = read_witness_memory(file);
    if (!memory) return failure(std::move(memory.error()));
    witness_watch.emplace("witness", settings.silence,
                          AnchorWatch::Parts{parts.writer, parts.clock, parts.metrics});
    witness.emplace(settings, *std::move(memory),
                    WitnessFlow::Parts{io.get_executor(),
                                       *std::move(link),
                                       {settings.name, *key},
                                       trail_of(parts.reader),
                                       file,
                                       *witness_watch,
                                       parts.clock,
                                       parts.random,
                                       parts.metrics});
    return {};
}

Result<std::unique_ptr<AnchorService>> AnchorService::open(const SiemSettings& siem,
                                                           const WitnessSettings& witness,
                                                           const Parts& parts) {
    auto state = std::make_unique<State>();
    if (siem.enabled) {
        if (auto opened = state->open_siem(siem, parts); !opened)
            return failure(std::move(opened.error()).during("siem"));
    }
    if (witness.enabled) {
        if (auto opened = state->open_witness(witness, parts); !opened)
            return failure(std::move(opened.error()).during("witness"));
    }
    return std::unique_ptr<AnchorService>(new AnchorService(std::move(state)));
}

void AnchorService::start() {
    if (state_->siem) state_->spawn(state_->siem->run());
    if (state_->witness) state_->spawn(state_->witness->run());
    if (state_->flows == 0) return;
    state_->thread = std::thread([state = state_.get()] {
        pthread_setname_np(pthread_self(), "ew-anchor");
        state->io.run();
    });
}

void AnchorService::stop() {
    State& state = *state_;
    if (!state.thread.joinable()) return;
    if (state.siem) state.siem->hurry();
    if (state.witness) state.witness->hurry();
    asio::post(state.io, [&state] {
        if (state.siem) state.siem->stop();
        if (state.witness) state.witness->stop();
        // Ends the loop when a look-up of a name keeps it alive.
        const auto limit = std::make_shared<asio::steady_timer>(state.io, farewell);
        limit->async_wait([&state, limit](const boost::system::error_code&) { state.io.stop(); });
    });
    state.thread.join();
}

std::vector<AnchorHealth> AnchorService::health() const {
    std::vector<AnchorHealth> all;
    if (state_->siem_watch) all.push_back(state_->siem_watch->health());
    if (state_->witness_watch) all.push_back(state_->witness_watch->health());
    return all;
}

}  // namespace edgeward::anchoring
