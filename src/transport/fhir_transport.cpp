#include <edgeward/transport/fhir_transport.hpp>

#include <exception>
#include <set>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <edgeward/core/secret.hpp>
#include <edgeward/fhir/response.hpp>

#include "http_client.hpp"
#include "rate_limit.hpp"
#include "smart_token.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;

Outcome outcome_of(fhir::Verdict&& verdict) {
    if (!verdict.error) return {};
    return tl::unexpected<Refusal>(
        Refusal{std::move(*verdict.error), verdict.message_only, verdict.unknown_case, verdict.retry_after});
}

fhir::Verdict failed(Error error) {
    fhir::Verdict verdict;
    verdict.error = std::move(error);
    return verdict;
}

class FhirTransport : public Transport {
public:
    FhirTransport(const FhirSettings& settings, HttpEndpoint endpoint, const HttpLimits& limits,
                  const Clock& clock)
        : settings_(settings),
          client_(std::move(endpoint), limits),
          pace_(settings.rate_limit),
          clock_(clock) {}

    // SMART Backend Services from here on.
    void ask_for_tokens(std::unique_ptr<TokenSource> tokens) { tokens_ = std::move(tokens); }

    asio::awaitable<Outcome> send(OutboundMessage message) override {
        try {
            Outcome outcome = co_await deliver(message);
            wipe(message.body.data(), message.body.size());
            co_return outcome;
        } catch (const std::exception&) {
            // Asio or memory, at an unknown point: the request may have gone out.
            Refusal refusal;
            refusal.error.kind = ErrorKind::ambiguous;
            refusal.error.message = "the exchange broke off";
            co_return tl::unexpected<Refusal>(std::move(refusal));
        }
    }
    // RFC 6750 tokens are for data: a statement is open to who may connect (FHIR R4, 3.1.0.1.8).
    asio::awaitable<Result<std::string>> abilities() override {
        try {
            HttpRequest request{"GET", client_.endpoint().url.path + "/metadata", {}, {}};
            request.fields.emplace_back("Accept", "application/fhir+json");
            auto answer = co_await client_.exchange(request);
            if (!answer) co_return failure(std::move(answer.error()));
            if (answer->status != 200)
                co_return failure(ErrorKind::unavailable,
                                  "the FHIR server answered " + std::to_string(answer->status));
            co_return std::move(answer->body);
        } catch (const std::exception&) {
            co_return failure(ErrorKind::unavailable, "the exchange broke off");
        }
    }
    [[nodiscard]] std::size_t concurrency() const override { return settings_.connections; }
    [[nodiscard]] std::size_t reports_per_message() const override {
        return settings_.documents ? 1 : settings_.bundle_limit;
    }
    void close() override {
        closed_ = true;
        for (auto* timer : waiting_)
            timer->cancel();
        if (tokens_ != nullptr) tokens_->close();
        client_.close();
    }

private:
    asio::awaitable<Outcome> deliver(const OutboundMessage& message) {
        co_await keep_pace();
        const std::size_t entries = message.entries > 0 ? message.entries : fhir::count_entries(message.body);
        if (tokens_ == nullptr) {
            auto verdict = co_await attempt(message, entries, {});
            co_return outcome_of(std::move(verdict));
        }
        auto grant = co_await tokens_->grant();
        if (!grant) co_return outcome_of(failed(std::move(grant.error())));
        auto verdict = co_await attempt(message, entries, grant->text);
        if (!verdict.unauthorized) co_return outcome_of(std::move(verdict));
        // Revoked or expired early: one fresh token, then the refusal stands.
        grant = co_await tokens_->grant(grant->number);
        if (!grant) co_return outcome_of(failed(std::move(grant.error())));
        verdict = co_await attempt(message, entries, grant->text);
        co_return outcome_of(std::move(verdict));
    }

    asio::awaitable<fhir::Verdict> attempt(const OutboundMessage& message, std::size_t entries,
                                           std::string_view token) {
        const auto& path = client_.endpoint().url.path;
        HttpRequest request{"POST", path.empty() ? "/" : path, {}, message.body};
        request.fields.emplace_back("Content-Type", "application/fhir+json; charset=utf-8");
        request.fields.emplace_back("Accept", "application/fhir+json");
        request.fields.emplace_back("Prefer", "return=" + settings_.prefer);
        request.fields.emplace_back("X-Request-Id", message.identifier);
        if (!token.empty()) request.fields.emplace_back("Authorization", "Bearer " + std::string(token));
        auto answer = co_await client_.exchange(request);
        if (!token.empty()) wipe(request.fields.back().second.data(), request.fields.back().second.size());
        if (!answer) co_return failed(std::move(answer.error()));
        const fhir::Answer said{answer->status, answer->body, answer->retry_after};
        auto verdict = settings_.documents ? fhir::judge_document(said, clock_.now())
                                           : fhir::judge(said, entries, clock_.now());
        co_return verdict;
    }

    asio::awaitable<void> keep_pace() {
        const auto wait = pace_.reserve(clock_.monotonic());
        if (wait.count() == 0 || closed_) co_return;
        asio::steady_timer timer(co_await asio::this_coro::executor, wait);
        waiting_.insert(&timer);
        boost::system::error_code cancelled;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        waiting_.erase(&timer);
    }

    FhirSettings settings_;
    HttpClient client_;
    RateLimit pace_;
    const Clock& clock_;
    std::unique_ptr<TokenSource> tokens_;
    std::set<asio::steady_timer*> waiting_;
    bool closed_ = false;
};

}  // namespace

Result<std::unique_ptr<Transport>> open_fhir_transport(const FhirSettings& settings,
                                                       const config::Credentials& credentials,
                                                       const asio::any_io_executor& executor,
                                                       const Clock& clock, Random& random) {
    auto endpoint = make_endpoint(settings.url, settings.tls, settings.plaintext_loopback, credentials);
    if (!endpoint) return failure(std::move(endpoint.error()).during("FHIR destination"));
    const HttpLimits limits{settings.response_timeout, settings.response_limit};
    const TokenSource::Place place{*endpoint, limits, settings.plaintext_loopback};
    auto transport = std::make_unique<FhirTransport>(settings, std::move(*endpoint), limits, clock);
    if (settings.smart) {
        auto tokens = open_token_source(*settings.smart, place, executor, clock, random);
        if (!tokens) return failure(std::move(tokens.error()).during("SMART backend services"));
        transport->ask_for_tokens(std::move(*tokens));
    }
    return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace edgeward::transport
