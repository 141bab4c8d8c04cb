#include "smart_token.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr std::chrono::seconds renewal_margin{30};
constexpr std::size_t longest_foreign = 1024;

bool unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void append_form(std::string& out, std::string_view name, std::string_view value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (!out.empty()) out += '&';
    out.append(name).append("=");
    for (const char c : value) {
        if (unreserved(c)) {
            out += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        out += '%';
        out += digits[octet >> 4U];
        out += digits[octet & 0x0FU];
    }
}

// b64token of RFC 6750 §2.1: what may stand in an Authorization field.
bool is_bearer_token(std::string_view text) {
    const auto allowed = [](char c) { return unreserved(c) || c == '+' || c == '/' || c == '='; };
    return !text.empty() && text.size() <= 8192 && std::all_of(text.begin(), text.end(), allowed);
}

std::string text_at(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_bearer(std::string type) {
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return type == "bearer";
}

std::chrono::seconds lifetime_of(const json& answer, std::chrono::seconds fallback) {
    const auto found = answer.find("expires_in");
    if (found == answer.end() || !found->is_number()) return fallback;
    const double seconds = found->get<double>();
    if (!(seconds > 0)) return std::chrono::seconds(0);
    return std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, 86400.0)));
}

tl::unexpected<Error> refusal(unsigned status, std::string_view body) {
    const bool passing = status >= 500 || status == 408 || status == 425 || status == 429;
    return failure(passing ? ErrorKind::unavailable : ErrorKind::misconfigured,
                   "the token endpoint answered " + std::to_string(status),
                   std::string(body.substr(0, longest_foreign)));
}

std::string random_id(Random& random) {
    std::array<std::uint8_t, 16> octets{};
    random.fill(octets);
    return to_hex(octets);
}

}  // namespace

Result<Token> parse_token(unsigned status, std::string_view body) {
    if (status != 200) return refusal(status, body);
    const json answer = json::parse(body, nullptr, false);
    if (!answer.is_object())
        return failure(ErrorKind::unavailable, "the token endpoint's answer cannot be read");
    std::string text = text_at(answer, "access_token");
    Token token;
    token.lifetime = lifetime_of(answer, token.lifetime);
    const bool sound = is_bearer_token(text) && is_bearer(text_at(answer, "token_type"));
    token.text = Secret(bytes_of(text));
    wipe(text.data(), text.size());
    if (!sound) return failure(ErrorKind::unavailable, "the token endpoint gave no bearer token");
    return token;
}

Result<std::string> parse_smart_configuration(std::string_view body) {
    const json answer = json::parse(body, nullptr, false);
    std::string endpoint = answer.is_object() ? text_at(answer, "token_endpoint") : std::string();
    if (endpoint.empty())
        return failure(ErrorKind::misconfigured, "smart-configuration names no token_endpoint");
    return endpoint;
}

std::string token_request(std::string_view scope, std::string_view assertion) {
    std::string body;
    append_form(body, "grant_type", "client_credentials");
    append_form(body, "scope", scope);
    append_form(body, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    append_form(body, "client_assertion", assertion);
    return body;
}

TokenSource::TokenSource(SmartSettings settings, Place place, fhir::AssertionKey key,
                         const asio::any_io_executor& executor, const Clock& clock, Random& random)
    : settings_(std::move(settings)),
      place_(std::move(place)),
      key_(std::move(key)),
      clock_(clock),
      random_(random),
      endpoint_(settings_.token_endpoint),
      fetched_(executor) {
    fetched_.expires_at(asio::steady_timer::time_point::max());
}

bool TokenSource::usable(std::uint64_t refused) const {
    return number_ != 0 && number_ != refused && clock_.monotonic() < renew_at_;
}

asio::awaitable<Result<TokenSource::Grant>> TokenSource::grant(std::uint64_t refused) {
    while (fetching_) {
        boost::system::error_code woken;
        co_await fetched_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    if (closed_) co_return failure(ErrorKind::unavailable, "the connection is closed");
    if (!usable(refused)) {
        fetching_ = true;
        auto done = co_await fetch();
        fetching_ = false;
        fetched_.cancel();
        if (!done) co_return failure(std::move(done.error()).during("fetch a token"));
    }
    Grant granted{text_of(token_.reveal()), number_};
    co_return granted;
}

asio::awaitable<Result<HttpResponse>> TokenSource::ask(HttpClient& client, const HttpRequest& request) {
    asking_ = &client;
    auto answer = co_await client.exchange(request);
    asking_ = nullptr;
    // Nothing is done twice by asking again.
    if (!answer && answer.error().kind == ErrorKind::ambiguous) answer.error().kind = ErrorKind::unavailable;
    co_return answer;
}

asio::awaitable<Result<void>> TokenSource::find_endpoint() {
    if (endpoint_.empty()) {
        HttpClient client(place_.server, place_.limits);
        HttpRequest request{"GET", place_.server.url.path + "/.well-known/smart-configuration", {}, {}};
        request.fields.emplace_back("Accept", "application/json");
        auto answer = co_await ask(client, request);
        if (!answer) co_return failure(std::move(answer.error()));
        if (answer->status != 200) co_return refusal(answer->status, answer->body);
        auto found = parse_smart_configuration(answer->body);
        if (!found) co_return failure(std::move(found.error()));
        endpoint_ = std::move(*found);
    }
    if (client_ != nullptr) co_return Result<void>();
    auto url = parse_http_url(endpoint_);
    const bool allowed = url && (url->secure || (place_.plaintext_loopback && url->is_loopback()));
    if (!allowed) {
        endpoint_ = settings_.token_endpoint;
        co_return failure(ErrorKind::misconfigured, "the token endpoint is no https URL");
    }
    client_ = std::make_unique<HttpClient>(
        HttpEndpoint{std::move(*url), settings_.tls, place_.server.credentials}, place_.limits);
    co_return Result<void>();
}

Result<std::string> TokenSource::assertion() const {
    fhir::AssertionClaims claims;
    claims.client_id = settings_.client_id;
    claims.token_endpoint = endpoint_;
    claims.unique = random_id(random_);
    claims.now = clock_.now();
    return key_.sign(claims);
}

asio::awaitable<Result<void>> TokenSource::fetch() {
    if (auto found = co_await find_endpoint(); !found) co_return found;
    auto signed_text = assertion();
    if (!signed_text) co_return failure(std::move(signed_text.error()));
    const std::string form = token_request(settings_.scope, *signed_text);
    const std::string& path = client_->endpoint().url.path;
    HttpRequest request{"POST", path.empty() ? "/" : path, {}, form};
    request.fields.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.fields.emplace_back("Accept", "application/json");
    auto answer = co_await ask(*client_, request);
    if (!answer) co_return failure(std::move(answer.error()));
    auto token = parse_token(answer->status, answer->body);
    wipe(answer->body.data(), answer->body.size());
    if (!token) co_return failure(std::move(token.error()));
    token_ = std::move(token->text);
    ++number_;
    // A short-lived token is used for half its life rather than never.
    const auto margin = std::min(renewal_margin, token->lifetime / 2);
    renew_at_ = clock_.monotonic() + token->lifetime - margin;
    co_return Result<void>();
}

void TokenSource::close() {
    closed_ = true;
    if (asking_ != nullptr) asking_->close();
    if (client_ != nullptr) client_->close();
}

Result<std::unique_ptr<TokenSource>> open_token_source(const SmartSettings& settings,
                                                       const TokenSource::Place& place,
                                                       const asio::any_io_executor& executor,
                                                       const Clock& clock, Random& random) {
    auto pem = place.server.credentials.read(settings.key);
    if (!pem) return failure(std::move(pem.error()));
    auto key = fhir::AssertionKey::parse(*pem, settings.key_id);
    if (!key) return failure(std::move(key.error()).during("credential " + settings.key));
    return std::make_unique<TokenSource>(settings, place, std::move(*key), executor, clock, random);
}

}  // namespace edgeward::transport
