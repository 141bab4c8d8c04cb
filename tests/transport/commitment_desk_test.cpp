#include <edgeward/transport/commitment_desk.hpp>

#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::transport;
using namespace std::chrono_literals;

namespace {

using Report = std::optional<dicom::CommitmentReport>;

Report wait(boost::asio::io_context& io, CommitmentDesk::Expectation& expectation,
            std::chrono::milliseconds patience) {
    auto report = boost::asio::co_spawn(io, expectation.wait(patience), boost::asio::use_future);
    io.restart();
    io.run();
    return report.get();
}

}  // namespace

TEST_CASE("a report that comes before anybody waits is there", "[commitment_desk]") {
    boost::asio::io_context io;
    const auto desk = std::make_shared<CommitmentDesk>();
    const auto expectation = desk->expect("2.25.7", io.get_executor());
    CHECK(desk->report({"2.25.7", {}, {}}) == 0x0000);
    const auto report = wait(io, *expectation, 5s);
    REQUIRE(report);
    CHECK(report->transaction == "2.25.7");
}

TEST_CASE("a report of another thread wakes who waits", "[commitment_desk]") {
    boost::asio::io_context io;
    const auto desk = std::make_shared<CommitmentDesk>();
    const auto expectation = desk->expect("2.25.7", io.get_executor());
    std::thread other([&] { desk->report({"2.25.7", {{"1.2", "1.3"}}, {}}); });
    const auto report = wait(io, *expectation, 20s);
    other.join();
    REQUIRE(report);
    CHECK(report->committed.size() == 1);
}

TEST_CASE("nobody waits longer than the patience or than it is wanted", "[commitment_desk]") {
    boost::asio::io_context io;
    const auto desk = std::make_shared<CommitmentDesk>();
    const auto expectation = desk->expect("2.25.7", io.get_executor());
    CHECK_FALSE(wait(io, *expectation, 1ms));
    const auto given_up = desk->expect("2.25.8", io.get_executor());
    given_up->give_up();
    CHECK_FALSE(wait(io, *given_up, 20s));
}

// PS3.7 section 10.1.1.1.8: invalid argument value.
TEST_CASE("a report that nobody expects is refused", "[commitment_desk]") {
    boost::asio::io_context io;
    const auto desk = std::make_shared<CommitmentDesk>();
    CHECK(desk->report({"2.25.7", {}, {}}) == 0x0115);
    { const auto expectation = desk->expect("2.25.7", io.get_executor()); }
    CHECK(desk->report({"2.25.7", {}, {}}) == 0x0115);
}
