#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/hl7/oru_message.hpp>

using namespace edgeward;
using namespace edgeward::hl7;

TEST_CASE("an empty table gives the defaults", "[oru_settings]") {
    auto document = config::Document::parse("[hl7]\n", "t.toml");
    CHECK(read_oru_settings(document.root().table("hl7")) == OruSettings{});
    document.refuse_unread_keys();
    CHECK(document.sound());
}

TEST_CASE("every setting is read", "[oru_settings]") {
    auto document = config::Document::parse(R"([hl7]
sending_application = "EDGEWARD^0011223344556677^EUI-64"
sending_facility = "WARD"
receiving_application = "KIS"
receiving_facility = "HOSP^1.2.3^ISO"
version = "2.5.1"
charset = "8859/15"
acknowledgement = "original"
language = "de^German^ISO639"
)",
                                            "t.toml");
    const auto settings = read_oru_settings(document.root().table("hl7"));
    document.refuse_unread_keys();
    CHECK(document.sound());
    CHECK(settings.sending_application == Designator{"EDGEWARD", "0011223344556677", "EUI-64"});
    CHECK(settings.sending_facility == Designator{"WARD", {}, {}});
    CHECK(settings.receiving_application.namespace_id == "KIS");
    CHECK(settings.receiving_facility.universal_id == "1.2.3");
    CHECK(settings.version == "2.5.1");
    CHECK(settings.charset == Charset::iso8859_15);
    CHECK(settings.acknowledgement == AcknowledgementMode::original);
    CHECK(settings.language == "de^German^ISO639");
}

TEST_CASE("each wrong setting is one problem at its place", "[oru_settings]") {
    auto document = config::Document::parse(
        "[hl7]\nsending_application = \"A^B\"\nversion = \"3.0\"\ncharset = \"cp1252\"\nlanguage = "
        "\"German\"\n"
        "acknowledgement = \"none\"\n",
        "t.toml");
    read_oru_settings(document.root().table("hl7"));
    const auto problems = document.problems();
    REQUIRE(problems.size() == 5);
    for (std::size_t at = 0; at < problems.size(); ++at)
        CHECK(problems[at].line == at + 2);
}

TEST_CASE("a designator has one part or three", "[oru_settings]") {
    CHECK(parse_designator("A")->namespace_id == "A");
    CHECK(*parse_designator("^1.2^ISO") == Designator{{}, "1.2", "ISO"});
    CHECK(*parse_designator("") == Designator{});
    const std::string bad = GENERATE("A^B", "A^B^C^D", "A^^ISO", "A^1.2^", "^^");
    CHECK_FALSE(parse_designator(bad));
}
