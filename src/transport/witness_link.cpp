#include <edgeward/transport/witness_link.hpp>

#include <exception>
#include <utility>

#include "http_client.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;

constexpr std::size_t largest_answer = std::size_t{64} << 10U;

class HttpsWitnessLink : public WitnessLink {
public:
    HttpsWitnessLink(HttpEndpoint endpoint, std::chrono::milliseconds patience)
        : target_(endpoint.url.path + "/add-checkpoint"),
          client_(std::move(endpoint), {patience, largest_answer}) {}

    asio::awaitable<Result<WitnessAnswer>> ask(std::string body) override {
        try {
            HttpRequest request{"POST", target_, {}, body};
            request.fields.emplace_back("Content-Type", "text/plain; charset=utf-8");
            auto exchanging = client_.exchange(request);
            auto answer = co_await std::move(exchanging);
            if (!answer) co_return failure(std::move(answer.error()));
            WitnessAnswer made;
            made.status = answer->status;
            made.body = std::move(answer->body);
            co_return made;
        } catch (const std::exception&) {
            co_return failure(ErrorKind::unavailable, "the exchange broke off");
        }
    }
    void close() override { client_.close(); }

private:
    std::string target_;
    HttpClient client_;
};

}  // namespace

Result<std::unique_ptr<WitnessLink>> open_witness_link(const WitnessEndpoint& endpoint,
                                                       const config::Credentials& credentials) {
    auto url = parse_http_url(endpoint.url);
    if (!url || !url->secure) return failure(ErrorKind::misconfigured, "expected an https URL");
    auto context = net::client_context(endpoint.tls, credentials);
    if (!context) return failure(std::move(context.error()));
    return std::make_unique<HttpsWitnessLink>(HttpEndpoint{std::move(*url), endpoint.tls, credentials},
                                              endpoint.patience);
}

}  // namespace edgeward::transport
