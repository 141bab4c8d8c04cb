#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <edgeward/core/random.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/fhir/client_assertion.hpp>
#include <edgeward/transport/smart_settings.hpp>

#include "http_client.hpp"

// Bearer tokens of SMART Backend Services (SMART App Launch 2.2.0; RFC 6749 §4.4, RFC 7523).
namespace edgeward::transport {

struct Token {
    Secret text;
    std::chrono::seconds lifetime{60};  // when the server does not say
};

// The token endpoint's answer. misconfigured: refused ("invalid_client" …); unavailable: not usable or
// passing.
Result<Token> parse_token(unsigned status, std::string_view body);
// token_endpoint of .well-known/smart-configuration; misconfigured when there is none.
Result<std::string> parse_smart_configuration(std::string_view body);
// application/x-www-form-urlencoded body asking for a token.
std::string token_request(std::string_view scope, std::string_view assertion);

// Holds the present token in memory and fetches the next one 30 seconds before it ends; callers that ask
// while it is fetched wait for the same answer. One thread or strand.
class TokenSource {
public:
    struct Place {
        HttpEndpoint server;  // of the destination: discovery
        HttpLimits limits;
        bool plaintext_loopback = false;
    };
    // A token and which one it is.
    struct Grant {
        std::string_view text;  // valid until the next call
        std::uint64_t number = 0;
    };

    TokenSource(SmartSettings settings, Place place, fhir::AssertionKey key,
                const boost::asio::any_io_executor& executor, const Clock& clock, Random& random);

    // `refused`: number of a grant the server did not take; that one is not given again.
    // Errors: unavailable, misconfigured.
    boost::asio::awaitable<Result<Grant>> grant(std::uint64_t refused = 0);
    void close();

private:
    [[nodiscard]] bool usable(std::uint64_t refused) const;
    boost::asio::awaitable<Result<void>> fetch();
    boost::asio::awaitable<Result<void>> find_endpoint();
    boost::asio::awaitable<Result<HttpResponse>> ask(HttpClient& client, const HttpRequest& request);
    Result<std::string> assertion() const;

    SmartSettings settings_;
    Place place_;
    fhir::AssertionKey key_;
    const Clock& clock_;
    Random& random_;
    std::string endpoint_;                // token endpoint once known
    std::unique_ptr<HttpClient> client_;  // to the token endpoint
    Secret token_;
    std::uint64_t number_ = 0;
    MonotonicTime renew_at_{};
    bool fetching_ = false;
    boost::asio::steady_timer fetched_;  // never expires; cancelled when a fetch has ended
    HttpClient* asking_ = nullptr;
    bool closed_ = false;
};

// misconfigured: the key is missing or unusable.
Result<std::unique_ptr<TokenSource>> open_token_source(const SmartSettings& settings,
                                                       const TokenSource::Place& place,
                                                       const boost::asio::any_io_executor& executor,
                                                       const Clock& clock, Random& random);

}  // namespace edgeward::transport
