#include "setting_notes.hpp"

#include <catch2/catch_test_macros.hpp>

#include "shipped_files.hpp"

namespace edgeward::app {

TEST_CASE("the note of a setting is the comment above it or beside it", "[setting_notes]") {
    const auto notes = setting_notes(R"(# About the file.

[mqtt]
# Port of the broker,
# 1 to 65535.
port = 8883
# First and longest wait.
retry_first = "1s"
retry_longest = "60s"

alone = 1
# One [[device]] for each device.
#
# [[device]]
# id = "x # y"     # name of its certificate
# ward = "ICU"
# [destination.hl7.tls]   # as [mqtt.tls]
# ca = "ca"
)");
    CHECK(notes.at("mqtt.port") == "Port of the broker, 1 to 65535.");
    CHECK(notes.at("mqtt.retry_first") == "First and longest wait.");
    CHECK(notes.at("mqtt.retry_longest") == "First and longest wait.");
    CHECK(notes.at("device.id") == "name of its certificate");
    CHECK(notes.size() == 4);
}

TEST_CASE("the shipped file has a note for what an administrator sets first", "[setting_notes]") {
    const auto notes = setting_notes(shipped_files().at("edgeward.toml"));
    for (const char* path : {"gateway.data_folder", "mqtt.host", "mqtt.tls.key", "pipeline.batch_limit",
                             "admin.port", "device.id", "destination.purpose", "destination.attempts"}) {
        CAPTURE(path);
        CHECK(notes.contains(path));
    }
    CHECK(notes.at("mqtt.port") == "Port of the broker, 1 to 65535.");
}

TEST_CASE("positions in lists do not belong to a setting's name", "[setting_notes]") {
    CHECK(without_positions("destination[2].hl7.host") == "destination.hl7.host");
    CHECK(without_positions("mqtt.port") == "mqtt.port");
}

}  // namespace edgeward::app
