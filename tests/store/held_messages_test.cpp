#include <edgeward/store/held_messages.hpp>

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

Inbound held(const crypto::SealingKey& key, const std::string& topic, const std::string& payload) {
    Inbound message = quarantined_message("no_mapping");
    auto& fate = std::get<Quarantined>(message.fate);
    fate.sealed_topic = seal_held_topic(topic, key);
    fate.sealed_payload = seal_held_payload(bytes_of(payload), key);
    return message;
}

}  // namespace

TEST_CASE("held messages are found by topic or payload and opened by their key alone", "[held_messages]") {
    Bench bench;
    const crypto::SealingKey key(crypto::random_key());
    REQUIRE(bench.record({held(key, "a/wanted/b", "x"), held(key, "a", "x"), held(key, "a", "is wanted")}));
    const auto wanted = [](std::string_view text) { return text.find("wanted") != std::string_view::npos; };
    const auto found = find_held(*bench.parts.reader, key, 0, wanted);
    REQUIRE(found);
    CHECK(found->ids == std::vector<std::uint64_t>{1, 3});
    REQUIRE(found->cells.size() == 4);
    CHECK(found->cells[3] == bench.parts.reader->quarantine_entry(3)->sealed_payload);
    CHECK(found->looked_to == 3);
    CHECK(find_held(*bench.parts.reader, key, 3, wanted)->ids.empty());
    CHECK(find_held(*bench.parts.reader, key, 3, wanted)->looked_to == 3);
    const auto opened = open_held(*bench.parts.reader->quarantine_entry(1), key);
    CHECK(opened->topic == "a/wanted/b");
    CHECK(opened->payload == Bytes{'x'});
    const auto other = find_held(*bench.parts.reader, crypto::SealingKey(crypto::random_key()), 0, wanted);
    REQUIRE_FALSE(other);
    CHECK(other.error().kind == ErrorKind::corrupt);
}

TEST_CASE("more than a page of held messages is looked through", "[held_messages]") {
    Bench bench;
    const crypto::SealingKey key(crypto::random_key());
    std::vector<Inbound> messages;
    for (int i = 0; i < 450; ++i)
        messages.push_back(held(key, "t", std::to_string(i)));
    REQUIRE(bench.record(std::move(messages)));
    const auto found =
        find_held(*bench.parts.reader, key, 0, [](std::string_view text) { return text == "449"; });
    CHECK(found->ids == std::vector<std::uint64_t>{450});
}

}  // namespace edgeward::store
