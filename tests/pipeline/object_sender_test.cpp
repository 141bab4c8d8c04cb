#include <edgeward/pipeline/object_sender.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;

TEST_CASE("a sender of objects has a device", "[object_sender]") {
    auto document = config::Document::parse(
        "[[sender]]\nname = \"ct\"\ndevice = \"ct-1\"\nauthority = \"KIS\"\n[[sender]]\nname = \"us\"\n",
        "test.toml");
    const auto senders = pipeline::read_object_senders(document.root());
    REQUIRE(senders.size() == 2);
    CHECK(senders[0].device == "ct-1");
    CHECK(senders[0].authority == "KIS");
    CHECK(document.problems().size() == 1);
}
