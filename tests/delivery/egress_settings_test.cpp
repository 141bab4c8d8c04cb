#include <edgeward/delivery/egress_settings.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::delivery;

TEST_CASE("every detector looks and nothing is limited unless it is said", "[egress_settings]") {
    auto document = config::Document::parse("", "test.toml");
    const auto inspection = read_inspection_settings(document.root().table("dlp"));
    CHECK(inspection.enabled);
    CHECK(inspection.detectors == dlp::Detectors{});
    const auto volume = read_volume_settings(document.root().table("volume"));
    CHECK(volume.messages_per_hour == 0);
    CHECK(volume.octets_per_day == 0);
    CHECK(volume.learned == Learned::alarm);
    CHECK(document.problems().empty());
}

TEST_CASE("a destination says what is different from the others", "[egress_settings]") {
    auto document = config::Document::parse(
        "[dlp]\nphone = false\n[own]\nname = false\n[volume]\nmessages_per_hour = 5\noctets_per_day = "
        "\"2MiB\"\nlearned = "
        "\"pause\"\n",
        "test.toml");
    auto root = document.root();
    const auto all = read_inspection_settings(root.table("dlp"));
    const auto own = read_inspection_settings(root.table("own"), all);
    CHECK_FALSE(own.detectors.has(dlp::Detector::phone));
    CHECK_FALSE(own.detectors.has(dlp::Detector::name));
    CHECK(own.detectors.has(dlp::Detector::kvnr));
    CHECK(all.detectors.has(dlp::Detector::name));
    const auto volume = read_volume_settings(root.table("volume"));
    CHECK(volume.messages_per_hour == 5);
    CHECK(volume.octets_per_day == 2097152);
    CHECK(volume.learned == Learned::pause);
    document.refuse_unread_keys();
    CHECK(document.problems().empty());
}

TEST_CASE("what cannot be looked into cannot be let through", "[egress_settings]") {
    auto document = config::Document::parse("[dlp]\nopaque = false\n", "test.toml");
    const auto read = read_inspection_settings(document.root().table("dlp"));
    CHECK(read.detectors.has(dlp::Detector::opaque));
    document.refuse_unread_keys();
    CHECK(document.problems().size() == 1);
}
