#include <edgeward/admin/control_client.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <future>

#include <boost/asio/local/stream_protocol.hpp>

#include "running_server.hpp"
#include "support/scratch_folder.hpp"

using namespace edgeward;
using namespace edgeward::admin;
using namespace admin_tests;
using support::ScratchFolder;
using namespace std::chrono_literals;

namespace {

Routes describing_routes() {
    const Handler describe = [](const HttpRequest& request) {
        std::string text = request.method;
        for (const std::string& segment : request.path)
            text += "|" + segment;
        for (const auto& [name, value] : request.query)
            text += "|" + name + "=" + value;
        text += "|" + request.body + "|" + std::to_string(request.peer_uid.value_or(4711));
        return HttpResponse{201, "text/plain", text};
    };
    return {{"GET", "/devices/{name}", Exposure::control, Execution::on_pool, describe},
            {"POST", "/devices/{name}", Exposure::control, Execution::on_pool, describe}};
}

}  // namespace

TEST_CASE("a control request carries target and body and its caller and brings the answer back",
          "[control_client]") {
    const ScratchFolder folder;
    const RunningServer server(control_only(folder.path()), describing_routes());
    REQUIRE(server.started());
    const auto answer = control_request(server.socket(), "POST",
                                        make_target({"devices", "bed 7ä"}, {{"x", "a&b"}}), "{\"a\":1}");
    REQUIRE(answer);
    CHECK(answer->status == 201);
    CHECK(answer->content_type == "text/plain");
    CHECK(answer->body == "POST|devices|bed 7ä|x=a&b|{\"a\":1}|" + std::to_string(::geteuid()));
}

TEST_CASE("a refusal is an answer whose error can be read", "[control_client]") {
    const ScratchFolder folder;
    const RunningServer server(control_only(folder.path()), describing_routes());
    const auto answer = control_request(server.socket(), "DELETE", "/devices/x");
    REQUIRE(answer);
    CHECK(answer->status == 405);
    CHECK(error_of(*answer)->message == "the path has no such method");
    // Refused before the body was read: the answer still arrives.
    const auto large = control_request(server.socket(), "POST", "/devices/x", std::string(3000000, 'x'));
    REQUIRE(large);
    CHECK(large->status == 413);
}

TEST_CASE("without a daemon the message says what to look at", "[control_client]") {
    const ScratchFolder folder;
    const auto missing = control_request(folder / "none.sock", "GET", "/");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == ErrorKind::unavailable);
    CHECK(missing.error().message.find("is it running? systemctl status edgeward") != std::string::npos);
    CHECK(missing.error().message.find((folder / "none.sock").string()) != std::string::npos);
}

TEST_CASE("a daemon that is gone and left its socket is no daemon", "[control_client]") {
    const ScratchFolder folder;
    boost::asio::io_context context;
    {
        boost::asio::local::stream_protocol::acceptor left(
            context, boost::asio::local::stream_protocol::endpoint((folder / "s").string()));
    }
    const auto answer = control_request(folder / "s", "GET", "/");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::unavailable);
}

TEST_CASE("a daemon that does not answer is given up in time", "[control_client]") {
    const ScratchFolder folder;
    std::promise<void> gate;
    auto opened = gate.get_future().share();
    Routes routes{{"GET", "/slow", Exposure::control, Execution::on_pool, [opened](const HttpRequest&) {
                       opened.wait();
                       return HttpResponse{};
                   }}};
    const RunningServer server(control_only(folder.path()), std::move(routes));
    const auto start = std::chrono::steady_clock::now();
    const auto answer = control_request(server.socket(), "GET", "/slow", {}, 200ms);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    gate.set_value();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::unavailable);
    CHECK(answer.error().message == "the daemon gave no complete answer in time");
}

TEST_CASE("a target that is not encoded is refused before anything is sent", "[control_client]") {
    const std::string target = GENERATE("", "devices", "/a b", "/a\r\nX: y", "/ä");
    const auto answer = control_request("/nonexistent/socket", "GET", target);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::invalid_input);
}

TEST_CASE("targets are percent-encoded", "[control_client]") {
    CHECK(make_target({}) == "/");
    CHECK(make_target({"devices", "icu 1"}) == "/devices/icu%201");
    CHECK(make_target({"a"}, {{"b", "c d"}, {"e", "&"}}) == "/a?b=c%20d&e=%26");
}
