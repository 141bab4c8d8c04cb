#include "payload_parser.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>

namespace edgeward::backup {
namespace {

struct Parsed {
    Result<void> done;
    std::map<std::string, std::string> texts;
    std::vector<PartFacts> parts;
    std::string manifest;
};

Parsed parse(const Bytes& octets, std::size_t piece) {
    Parsed parsed;
    PayloadParser parser([&](const std::string& name, std::uint64_t) -> Result<PartSink> {
        if (name == "skipped") return PartSink();
        return PartSink([&parsed, name](ByteView content) {
            parsed.texts[name].append(text_of(content));
            return Result<void>();
        });
    });
    for (std::size_t at = 0; at < octets.size() && parsed.done; at += piece)
        parsed.done = parser.feed(ByteView(octets).subspan(at, std::min(piece, octets.size() - at)));
    if (parsed.done) parsed.done = parser.finish();
    parsed.parts = parser.parts();
    parsed.manifest = parser.manifest();
    return parsed;
}

void add(Bytes& to, const Bytes& octets) {
    to.insert(to.end(), octets.begin(), octets.end());
}

void add(Bytes& to, std::string_view text) {
    to.insert(to.end(), text.begin(), text.end());
}

Bytes payload() {
    Bytes octets;
    add(octets, part_head("erasures", 5));
    add(octets, "abcde");
    add(octets, part_head("skipped", 3));
    add(octets, "xyz");
    add(octets, part_head("mappings/empty.toml", 0));
    add(octets, payload_end("{}", crypto::Signature{}));
    return octets;
}

TEST_CASE("a payload gives the same parts however it is cut", "[payload_parser]") {
    for (const std::size_t piece : {1U, 2U, 7U, 1000U}) {
        const auto parsed = parse(payload(), piece);
        REQUIRE(parsed.done);
        CHECK(parsed.texts.at("erasures") == "abcde");
        CHECK_FALSE(parsed.texts.contains("skipped"));
        CHECK(parsed.manifest == "{}");
        REQUIRE(parsed.parts.size() == 3);
        CHECK(parsed.parts[1].name == "skipped");
        CHECK(parsed.parts[1].size == 3);
        // printf abcde | sha256sum
        CHECK(to_hex(parsed.parts[0].sha256) ==
              "36bbe50ed96841d10443bcb670d6554f0a34b761be67ec9c4a8ad2c0c44ca42c");
        CHECK(to_hex(parsed.parts[2].sha256) ==
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}

TEST_CASE("a payload cut off anywhere is noticed", "[payload_parser]") {
    const Bytes whole = payload();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(
            parse(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), 1000).done);
    }
}

TEST_CASE("what does not belong there is refused", "[payload_parser]") {
    Bytes more = payload();
    more.push_back(0);
    CHECK_FALSE(parse(more, 1000).done);
    Bytes twice;
    add(twice, part_head("one", 0));
    add(twice, part_head("one", 0));
    CHECK_FALSE(parse(twice, 1000).done);
    CHECK_FALSE(parse({7}, 1000).done);
    CHECK_FALSE(parse({1, 0}, 1000).done);
    CHECK_FALSE(parse({0, 0, 0, 0, 0}, 1000).done);
    CHECK_FALSE(parse({0, 0xff, 0, 0, 0}, 1000).done);
}

TEST_CASE("a part's name cannot lead out of its folder", "[payload_parser]") {
    for (const char* name :
         {"store.db", "mappings/monitor_flat.toml", "a", "store.db-wal", "mappings/Ward-1_x.toml"})
        CHECK(is_part_name(name));
    for (const char* name :
         {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a/.b", "a b", "a\n", "-x", "ü"})
        CHECK_FALSE(is_part_name(name));
    CHECK_FALSE(is_part_name(std::string(201, 'a')));
    Bytes bad;
    add(bad, part_head("../../etc/passwd", 0));
    CHECK_FALSE(parse(bad, 1000).done);
}

TEST_CASE("a sink that fails ends the reading", "[payload_parser]") {
    PayloadParser parser([](const std::string&, std::uint64_t) -> Result<PartSink> {
        return PartSink([](ByteView) -> Result<void> { return failure(ErrorKind::exhausted, "full"); });
    });
    CHECK(parser.feed(payload()).error().kind == ErrorKind::exhausted);
}

}  // namespace
}  // namespace edgeward::backup
