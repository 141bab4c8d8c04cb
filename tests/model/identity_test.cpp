#include <edgeward/model/identity.hpp>

#include <memory>

#include <catch2/catch_test_macros.hpp>

using edgeward::model::Identity;

TEST_CASE("an identity overwrites its texts when it dies", "[identity]") {
    // Raw storage keeps the object's octets readable after its destructor; 12 letters stay inside the small
    // string.
    alignas(Identity) unsigned char storage[sizeof(Identity)];
    auto* identity = std::construct_at(reinterpret_cast<Identity*>(storage));
    identity->family = "canaryfamily";
    const std::string_view octets(reinterpret_cast<const char*>(storage), sizeof storage);
    REQUIRE(octets.find("canaryfamily") != std::string_view::npos);
    std::destroy_at(identity);
    CHECK(octets.find("canaryfamily") == std::string_view::npos);
    CHECK(octets.find("canary") == std::string_view::npos);
}

TEST_CASE("an identity overwrites what a move left in its short texts", "[identity]") {
    alignas(Identity) unsigned char storage[sizeof(Identity)];
    auto* identity = std::construct_at(reinterpret_cast<Identity*>(storage));
    identity->family = "canaryfamily";
    const Identity to = std::move(*identity);
    CHECK(to.family == "canaryfamily");
    std::destroy_at(identity);
    const std::string_view octets(reinterpret_cast<const char*>(storage), sizeof storage);
    CHECK(octets.find("anaryfamily") == std::string_view::npos);
}

TEST_CASE("a moved identity keeps its texts and leaves an empty one behind", "[identity]") {
    Identity from;
    from.identifiers.push_back({"12345", "hospital", "MR"});
    from.given = "a given name that does not fit a small string";
    const Identity to = std::move(from);
    CHECK(to.identifiers.front().value == "12345");
    CHECK(to.given.starts_with("a given name"));
}
