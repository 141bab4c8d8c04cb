#include <catch2/catch_test_macros.hpp>

#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

#include "request_reader.hpp"

using namespace edgeward;
using namespace edgeward::admin;
namespace http = boost::beast::http;

namespace {

RawRequest get(const char* target) {
    RawRequest request(http::verb::get, target, 11);
    request.set(http::field::host, "localhost");
    return request;
}

}  // namespace

TEST_CASE("a plain request passes", "[request_reader]") {
    CHECK_FALSE(objection_to(get("/").base()));
    auto post = get("/");
    post.set(http::field::content_length, "3");
    CHECK_FALSE(objection_to(post.base()));
    auto chunked = get("/");
    chunked.set(http::field::transfer_encoding, "Chunked");
    CHECK_FALSE(objection_to(chunked.base()));
    auto polite = get("/");
    polite.set(http::field::expect, "100-continue");
    CHECK_FALSE(objection_to(polite.base()));
}

TEST_CASE("a body framed in two ways is refused", "[request_reader]") {
    auto both = get("/");
    both.set(http::field::content_length, "3");
    both.set(http::field::transfer_encoding, "chunked");
    CHECK(objection_to(both.base())->status == 400);
    auto twice = get("/");
    twice.insert(http::field::content_length, "3");
    twice.insert(http::field::content_length, "3");
    CHECK(objection_to(twice.base())->status == 400);
    auto codings = get("/");
    codings.insert(http::field::transfer_encoding, "gzip");
    codings.insert(http::field::transfer_encoding, "chunked");
    CHECK(objection_to(codings.base())->status == 400);
    for (const char* coding : {"gzip", "gzip, chunked", "chunked, chunked", "identity", "xchunked", ""}) {
        auto odd = get("/");
        odd.set(http::field::transfer_encoding, coding);
        CHECK(objection_to(odd.base())->status == 400);
    }
}

TEST_CASE("who asks and what it brings is said once", "[request_reader]") {
    auto request = get("/");
    request.set(http::field::authorization, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    request.set(http::field::content_type, "Application/PKCS10 ; charset=x");
    CHECK_FALSE(objection_to(request.base()));
    auto twice = request;
    twice.insert(http::field::authorization, "Basic Og==");
    CHECK(objection_to(twice.base())->status == 400);
    auto types = request;
    types.insert(http::field::content_type, "text/plain");
    CHECK(objection_to(types.base())->status == 400);
    const auto read = to_request(std::move(request));
    REQUIRE(read);
    CHECK(read->authorization == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    CHECK(read->content_type == "application/pkcs10");
}

TEST_CASE("no host and two hosts are refused", "[request_reader]") {
    auto none = get("/");
    none.erase(http::field::host);
    CHECK(objection_to(none.base())->status == 400);
    auto empty = get("/");
    empty.set(http::field::host, "");
    CHECK(objection_to(empty.base())->status == 400);
    auto two = get("/");
    two.insert(http::field::host, "other");
    CHECK(objection_to(two.base())->status == 400);
}

TEST_CASE("other versions and other expectations are refused", "[request_reader]") {
    auto old = get("/");
    old.version(10);
    CHECK(objection_to(old.base())->status == 505);
    auto demanding = get("/");
    demanding.set(http::field::expect, "200-ok");
    CHECK(objection_to(demanding.base())->status == 417);
}

TEST_CASE("limits and broken octets have their own status and a lost peer none", "[request_reader]") {
    using boost::beast::error_code;
    CHECK(objection_to(error_code(http::error::header_limit))->status == 431);
    CHECK(objection_to(error_code(http::error::buffer_overflow))->status == 431);
    CHECK(objection_to(error_code(http::error::body_limit))->status == 413);
    CHECK(objection_to(error_code(http::error::bad_version))->status == 400);
    CHECK(objection_to(error_code(http::error::bad_chunk))->status == 400);
    CHECK_FALSE(objection_to(error_code(http::error::end_of_stream)));
    CHECK_FALSE(objection_to(error_code(http::error::partial_message)));
    CHECK_FALSE(objection_to(error_code(boost::beast::error::timeout)));
    CHECK_FALSE(objection_to(error_code(boost::asio::error::connection_reset)));
}

TEST_CASE("a request becomes a value with its target decoded", "[request_reader]") {
    auto raw = get("/devices/icu%201?limit=5");
    raw.method(http::verb::post);
    raw.body() = "{}";
    const auto request = to_request(std::move(raw));
    REQUIRE(request);
    CHECK(request->method == "POST");
    CHECK(request->path == std::vector<std::string>{"devices", "icu 1"});
    CHECK(request->query.at("limit") == "5");
    CHECK(request->body == "{}");
    CHECK_FALSE(request->peer_uid);
}

TEST_CASE("a request says why it breaks the glass, once", "[request_reader]") {
    auto raw = get("/");
    raw.set(break_glass_field, "emergency");
    CHECK_FALSE(objection_to(raw));
    CHECK(to_request(std::move(raw))->break_glass == "emergency");
    auto twice = get("/");
    twice.insert(break_glass_field, "emergency");
    twice.insert(break_glass_field, "other");
    CHECK(objection_to(twice)->status == 400);
    CHECK(to_request(get("/"))->break_glass.empty());
}

TEST_CASE("HEAD is asked of the handler as GET and an unknown method keeps its name", "[request_reader]") {
    auto head = get("/");
    head.method(http::verb::head);
    CHECK(to_request(std::move(head))->method == "GET");
    auto odd = get("/");
    odd.method_string("BREW");
    CHECK(to_request(std::move(odd))->method == "BREW");
}

TEST_CASE("a session is named once or not at all", "[request_reader]") {
    const auto token_of = [](const char* cookies) {
        RawRequest request = get("/");
        request.set(http::field::cookie, cookies);
        return to_request(std::move(request));
    };
    CHECK(token_of("__Host-edgeward=abc").value().session_token == "abc");
    CHECK(token_of("lang=de; __Host-edgeward=abc; x").value().session_token == "abc");
    CHECK(token_of("__Host-edgeward2=abc; edgeward=def").value().session_token.empty());
    CHECK_FALSE(token_of("__Host-edgeward=abc; __Host-edgeward=def"));
    for (const auto field : {http::field::cookie, http::field::content_type}) {
        RawRequest request = get("/");
        request.insert(field, "a");
        request.insert(field, "b");
        CHECK(objection_to(request.base())->status == 400);
    }
    RawRequest request = get("/");
    request.insert("Edgeward-CSRF", "a");
    CHECK_FALSE(objection_to(request.base()));
    request.set(http::field::content_type, "Application/JSON; charset=utf-8");
    const auto read = to_request(RawRequest(request)).value();
    CHECK(read.csrf == "a");
    CHECK(read.content_type == "application/json");
    request.insert("Edgeward-CSRF", "b");
    CHECK(objection_to(request.base())->status == 400);
}

TEST_CASE("a target that is not well-formed is invalid input", "[request_reader]") {
    const auto request = to_request(get("http://localhost/"));
    REQUIRE_FALSE(request);
    CHECK(request.error().kind == ErrorKind::invalid_input);
}
