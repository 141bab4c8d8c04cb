#include "gateway.hpp"

#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/admin/control_client.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

LoadedConfiguration loaded_from(const Installation& here) {
    auto loaded = load_configuration(here.config());
    for (const auto& problem : loaded.problems)
        UNSCOPED_INFO(problem.to_string());
    REQUIRE(loaded.problems.empty());
    return loaded;
}

Error refusal(const Installation& here) {
    auto gateway = Gateway::open(loaded_from(here), here.config());
    REQUIRE_FALSE(gateway);
    return gateway.error();
}

unsigned status_of(const Installation& here, std::string_view target) {
    const auto response = admin::control_request(here.socket(), "GET", target);
    return response ? response->status : 0;
}

}  // namespace

TEST_CASE("a gateway does not open without its keys", "[gateway]") {
    const Installation here;
    const auto ring = here.folder() / "data" / "keyring";
    SECTION("no key ring") {
        std::filesystem::remove(ring);
        CHECK(refusal(here).kind == ErrorKind::misconfigured);
    }
    SECTION("another key-encryption key") {
        write_text(here.folder() / "credentials" / "kek", std::string(64, '0'));
        CHECK(refusal(here).kind == ErrorKind::corrupt);
    }
    SECTION("no key-encryption key") {
        std::filesystem::remove(here.folder() / "credentials" / "kek");
        CHECK(refusal(here).kind == ErrorKind::misconfigured);
    }
    CHECK_FALSE(std::filesystem::exists(here.folder() / "data" / "store.db"));
}

TEST_CASE("a second gateway keeps off the data folder of a running one", "[gateway]") {
    const Installation here;
    here.set("mqtt", "port", "1");
    here.set("admin", "port", "0");
    auto first = Gateway::open(loaded_from(here), here.config());
    REQUIRE(first);
    REQUIRE((*first)->start());
    const auto second = refusal(here);
    CHECK(second.kind == ErrorKind::unavailable);
    CHECK(second.message.find("another process uses it") != std::string::npos);
    (*first)->maintain();  // writes: the first one's store is as it was
    CHECK((*first)->health().front().ready);
    (*first)->stop();
    first->reset();
    CHECK(Gateway::open(loaded_from(here), here.config()));
}

namespace {

// While it lives no file of this process grows beyond so many octets: a full disk.
class NoRoom {
public:
    explicit NoRoom(rlim_t octets) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{octets, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    NoRoom(const NoRoom&) = delete;
    NoRoom& operator=(const NoRoom&) = delete;
    ~NoRoom() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("a gateway that cannot commit ends nevertheless", "[gateway]") {
    const Installation here;
    here.set("mqtt", "port", "1");
    here.set("admin", "port", "0");
    auto gateway = Gateway::open(loaded_from(here), here.config());
    REQUIRE(gateway);
    REQUIRE((*gateway)->start());
    const NoRoom disk(4096);
    std::thread waiting([&] { CHECK_FALSE((*gateway)->reload()); });  // its audit record finds no room
    CHECK(support::eventually([&] { return !(*gateway)->health().front().ready; }));
    const auto begin = std::chrono::steady_clock::now();
    (*gateway)->stop();
    waiting.join();
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("a reload is taken over whole or not at all", "[gateway]") {
    const Installation here;
    here.set("mqtt", "port", "1");
    here.set("admin", "port", "0");
    auto gateway = Gateway::open(loaded_from(here), here.config());
    REQUIRE(gateway);
    REQUIRE((*gateway)->start());
    const auto sound = support::text_of_file(here.config());
    here.append("[[device]]\nid = \"monitor-1\"\nmapping = \"monitor_flat\"\n");
    CHECK((*gateway)->reload());
    write_text(here.config(), sound + "[[device]]\nid = \"monitor-1\"\nmapping = \"none\"\n");
    CHECK((*gateway)->reload().error().kind == ErrorKind::invalid_input);
    write_text(here.config(), sound);
    here.set("mqtt", "port", "2");
    CHECK(contains((*gateway)->reload().error().message, "mqtt.port"));
    (*gateway)->stop();
}

TEST_CASE("a policy with a mistake is refused at start and at reload", "[gateway]") {
    const Installation here;
    here.set("mqtt", "port", "1");
    here.set("admin", "port", "0");
    auto gateway = Gateway::open(loaded_from(here), here.config());
    REQUIRE(gateway);
    REQUIRE((*gateway)->start());
    CHECK(status_of(here, "/v1/status") == 200);
    const auto file = here.folder() / "policies" / "default.cedar";
    const auto sound = support::text_of_file(file);
    write_text(file, sound + "permit;");
    const auto refused = (*gateway)->reload();
    REQUIRE_FALSE(refused);
    CHECK(contains(refused.error().message, "default.cedar:"));
    CHECK(status_of(here, "/v1/status") == 200);  // by the policies in force
    CHECK_FALSE(load_configuration(here.config()).problems.empty());
    std::filesystem::remove(file);
    CHECK((*gateway)->reload());
    CHECK(status_of(here, "/v1/status") == 403);  // no policy: nothing is allowed
    std::filesystem::remove(here.folder() / "policies");
    CHECK_FALSE((*gateway)->reload());
    std::filesystem::create_directory(here.folder() / "policies");
    write_text(file, sound);
    CHECK((*gateway)->reload());
    CHECK(status_of(here, "/v1/status") == 200);
    (*gateway)->stop();
}

TEST_CASE("a gateway that cannot start ends without help", "[gateway]") {
    const Installation here;
    here.set("mqtt", "port", "1");
    here.set("admin", "port", "0");
    std::filesystem::remove(here.folder() / "credentials" / "admin-key");
    auto gateway = Gateway::open(loaded_from(here), here.config());
    REQUIRE(gateway);
    const auto started = (*gateway)->start();
    REQUIRE_FALSE(started);
    CHECK(started.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("a gateway starts again on the data it left", "[gateway]") {
    const Installation here;
    here.set("mqtt", "port", "1");
    here.set("admin", "port", "0");
    // Stopped at once: the first connect to the broker may be anywhere between its look-up and its end.
    for (int start = 0; start < 5; ++start) {
        auto gateway = Gateway::open(loaded_from(here), here.config());
        REQUIRE(gateway);
        REQUIRE((*gateway)->start());
        const auto told = std::chrono::steady_clock::now();
        (*gateway)->stop();
        CHECK(std::chrono::steady_clock::now() - told < std::chrono::seconds(8));
    }
}

}  // namespace edgeward::app
