#include <edgeward/transport/witness_link.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>

#include "fhir_peer.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;

WitnessEndpoint endpoint(std::string url) {
    return {std::move(url), {"ca.pem", "gateway.pem", "gateway.key", {}, {}}, std::chrono::seconds(10)};
}

}  // namespace

TEST_CASE("a witness is asked over verified TLS at add-checkpoint and its status comes back",
          "[witness_link][integration]") {
    // A server that knows nothing of checkpoints: what counts here is the exchange.
    const fhir_peer::Server server("python", {});
    const config::Credentials credentials(fhir_peer::certificates());
    auto link = open_witness_link(endpoint(server.url() + "/witness"), credentials);
    REQUIRE(link);
    asio::io_context io;
    auto asking = (*link)->ask("old 0\n\nnote");
    auto answer = asio::co_spawn(io, std::move(asking), asio::use_future);
    io.run();
    const auto got = answer.get();
    REQUIRE(got);
    CHECK(got->status >= 400);
    (*link)->close();
}

TEST_CASE("a witness is reached by https only and with credentials that are there", "[witness_link]") {
    const config::Credentials none;
    for (const char* url : {"http://localhost", "", "https://user@localhost", "localhost"}) {
        const auto opened = open_witness_link(endpoint(url), none);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().kind == ErrorKind::misconfigured);
    }
    CHECK_FALSE(open_witness_link(endpoint("https://localhost"), none));
}

}  // namespace edgeward::transport
