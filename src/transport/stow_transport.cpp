#include <edgeward/transport/stow_transport.hpp>

#include <array>
#include <exception>
#include <utility>

#include <boost/asio/use_awaitable.hpp>

#include <edgeward/core/secret.hpp>
#include <edgeward/dicom/object.hpp>

#include "http_client.hpp"
#include "smart_token.hpp"
#include "stow_answer.hpp"
#include "stow_body.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;

constexpr std::size_t largest_answer = std::size_t{1} << 20U;  // it is about one object

Outcome refused(Error error) {
    return tl::unexpected<Refusal>(Refusal{std::move(error)});
}

Outcome refused(ErrorKind kind, std::string message) {
    return refused(Error{kind, std::move(message)});
}

class StowTransport final : public Transport {
public:
    StowTransport(HttpEndpoint endpoint, const StowSettings& settings, const Clock& clock, Random& random)
        : client_(std::move(endpoint), {settings.response_timeout, largest_answer}),
          connections_(settings.connections),
          clock_(clock),
          random_(random) {}

    // SMART Backend Services from here on.
    void ask_for_tokens(std::unique_ptr<TokenSource> tokens) { tokens_ = std::move(tokens); }

    asio::awaitable<Outcome> send(OutboundMessage message) override {
        try {
            co_return co_await deliver(std::move(message));
        } catch (const std::exception&) {
            // Asio or memory, at an unknown point: the object may have gone out.
            co_return refused(ErrorKind::ambiguous, "the exchange broke off");
        }
    }
    [[nodiscard]] std::size_t concurrency() const override { return connections_; }
    [[nodiscard]] std::size_t reports_per_message() const override { return 1; }
    void close() override {
        if (tokens_ != nullptr) tokens_->close();
        client_.close();
    }

private:
    asio::awaitable<Outcome> deliver(OutboundMessage message);
    asio::awaitable<Result<HttpResponse>> post(std::shared_ptr<dicom::Object> object, std::string_view token);

    HttpClient client_;
    std::size_t connections_;
    const Clock& clock_;
    Random& random_;
    std::unique_ptr<TokenSource> tokens_;
};

asio::awaitable<Outcome> StowTransport::deliver(OutboundMessage message) {
    if (message.objects.empty()) co_return refused(ErrorKind::rejected, "no_object");
    std::uint64_t refused_token = 0;
    Result<HttpResponse> answer;
    // A token that was revoked or expired early: one fresh one, then the refusal stands.
    for (bool again = true; again;) {
        TokenSource::Grant grant;
        if (tokens_ != nullptr) {
            const auto granted = co_await tokens_->grant(refused_token);
            if (!granted) co_return refused(granted.error());
            grant = *granted;
        }
        answer = co_await post(message.objects.front(), grant.text);
        if (!answer) co_return refused(std::move(answer.error()));
        again = answer->status == 401 && tokens_ != nullptr && refused_token == 0;
        refused_token = grant.number;
    }
    const StowAnswer said{answer->status, answer->body, answer->retry_after};
    co_return judge_stow_answer(said, message.identifier, clock_.now());
}

asio::awaitable<Result<HttpResponse>> StowTransport::post(std::shared_ptr<dicom::Object> object,
                                                          std::string_view token) {
    std::array<std::uint8_t, 16> unique{};
    random_.fill(unique);
    const std::string boundary = to_hex(unique);
    auto body = StowBody::begin(*object, boundary);
    if (!body) co_return failure(std::move(body.error()));
    HttpRequest request{"POST", client_.endpoint().url.path + "/studies", {}, {}};
    request.pieces = [&body] { return body->next(); };
    request.fields.emplace_back("Content-Type", stow_content_type(boundary));
    request.fields.emplace_back("Accept", "application/dicom+json");
    if (!token.empty()) request.fields.emplace_back("Authorization", "Bearer " + std::string(token));
    auto answer = co_await client_.exchange(request);
    if (!token.empty()) wipe(request.fields.back().second.data(), request.fields.back().second.size());
    co_return answer;
}

}  // namespace

Result<std::unique_ptr<Transport>> open_stow_transport(const StowSettings& settings,
                                                       const config::Credentials& credentials,
                                                       const asio::any_io_executor& executor,
                                                       const Clock& clock, Random& random) {
    auto endpoint = make_endpoint(settings.url, settings.tls, settings.plaintext_loopback, credentials);
    if (!endpoint) return failure(std::move(endpoint.error()).during("DICOMweb destination"));
    const HttpLimits limits{settings.response_timeout, largest_answer};
    const TokenSource::Place place{*endpoint, limits, settings.plaintext_loopback};
    auto transport = std::make_unique<StowTransport>(*std::move(endpoint), settings, clock, random);
    if (settings.smart) {
        auto tokens = open_token_source(*settings.smart, place, executor, clock, random);
        if (!tokens) return failure(std::move(tokens.error()).during("SMART backend services"));
        transport->ask_for_tokens(std::move(*tokens));
    }
    return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace edgeward::transport
