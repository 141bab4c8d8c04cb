#include <edgeward/transport/webhook_transport.hpp>

#include <exception>
#include <utility>

#include <edgeward/core/secret.hpp>

#include "http_client.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;

constexpr std::size_t largest_answer = std::size_t{64} << 10U;

Outcome refusal(ErrorKind kind, std::string message, std::string foreign = {}) {
    Refusal refused;
    refused.error = Error{kind, std::move(message), std::move(foreign)};
    refused.message_only = kind == ErrorKind::rejected;
    return tl::unexpected<Refusal>(std::move(refused));
}

Outcome judge(HttpResponse&& answer) {
    if (answer.status >= 200 && answer.status < 300) return {};
    const std::string text = "answered with status " + std::to_string(answer.status);
    switch (answer.status) {
        case 408:
        case 425:
        case 429:
            return refusal(ErrorKind::unavailable, text, std::move(answer.body));
        case 401:
        case 403:
        case 404:
        case 405:
        case 410:
            return refusal(ErrorKind::misconfigured, text, std::move(answer.body));
        default:
            break;
    }
    if (answer.status >= 500) return refusal(ErrorKind::unavailable, text, std::move(answer.body));
    if (answer.status < 400) return refusal(ErrorKind::misconfigured, text + "; no redirect is followed");
    return refusal(ErrorKind::rejected, text, std::move(answer.body));
}

class WebhookTransport : public Transport {
public:
    WebhookTransport(HttpEndpoint endpoint, const WebhookSettings& settings, std::string target,
                     std::string authorization)
        : client_(std::move(endpoint), {settings.response_timeout, largest_answer}),
          target_(std::move(target)),
          authorization_(std::move(authorization)),
          connections_(settings.connections) {}
    WebhookTransport(const WebhookTransport&) = delete;
    WebhookTransport& operator=(const WebhookTransport&) = delete;
    ~WebhookTransport() override { wipe(authorization_.data(), authorization_.size()); }

    asio::awaitable<Outcome> send(OutboundMessage message) override {
        try {
            HttpRequest request{"POST", target_, {}, message.body};
            request.fields.emplace_back("Content-Type", "application/json");
            request.fields.emplace_back("X-Request-Id", message.identifier);
            if (!authorization_.empty()) request.fields.emplace_back("Authorization", authorization_);
            auto answer = co_await client_.exchange(request);
            if (!authorization_.empty())
                wipe(request.fields.back().second.data(), request.fields.back().second.size());
            wipe(message.body.data(), message.body.size());
            if (!answer) co_return refusal(answer.error().kind, std::move(answer.error().message));
            co_return judge(std::move(*answer));
        } catch (const std::exception&) {
            // Asio or memory, at an unknown point: the request may have gone out.
            co_return refusal(ErrorKind::ambiguous, "the exchange broke off");
        }
    }
    [[nodiscard]] std::size_t concurrency() const override { return connections_; }
    [[nodiscard]] std::size_t reports_per_message() const override { return 1; }
    void close() override { client_.close(); }

private:
    HttpClient client_;
    std::string target_;
    std::string authorization_;
    std::size_t connections_;
};

Result<std::string> authorization_of(const WebhookSettings& settings,
                                     const config::Credentials& credentials) {
    if (settings.token.empty()) return std::string();
    const auto token = credentials.read(settings.token);
    if (!token) return failure(token.error());
    std::string text(text_of(token->reveal()));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    if (text.empty() || text.find_first_of("\r\n \t") != std::string::npos) {
        wipe(text.data(), text.size());
        return failure(ErrorKind::misconfigured,
                       "credential " + settings.token + ": expected a token in one line");
    }
    std::string made = "Bearer " + text;
    wipe(text.data(), text.size());
    return made;
}

}  // namespace

Result<std::unique_ptr<Transport>> open_webhook_transport(const WebhookSettings& settings,
                                                          const config::Credentials& credentials) {
    auto endpoint = make_endpoint(settings.url, settings.tls, settings.plaintext_loopback, credentials);
    if (!endpoint) return failure(std::move(endpoint.error()));
    auto authorization = authorization_of(settings, credentials);
    if (!authorization) return failure(std::move(authorization.error()));
    std::string target = endpoint->url.path + settings.path;
    if (target.empty()) target = "/";
    return std::make_unique<WebhookTransport>(*std::move(endpoint), settings, std::move(target),
                                              *std::move(authorization));
}

}  // namespace edgeward::transport
