#include <edgeward/dlp/finding.hpp>

#include <set>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::dlp;

TEST_CASE("every detector has a name of its own", "[finding]") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < detector_count; ++i)
        names.insert(name_of(static_cast<Detector>(i)));
    CHECK(names.size() == detector_count);
}

TEST_CASE("all detectors look unless one is switched off", "[finding]") {
    Detectors detectors;
    CHECK(detectors.has(Detector::phone));
    detectors.set(Detector::phone, false);
    CHECK_FALSE(detectors.has(Detector::phone));
    CHECK(detectors.has(Detector::email));
    CHECK(detectors != Detectors{});
}
