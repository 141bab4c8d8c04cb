#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <edgeward/config/document.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/ingest/observation_source.hpp>

// The second way in, for topics whose acknowledgement to the device must mean "on disk in the gateway": a
// broker on this machine hands each message over on a Unix socket and waits for our verdict before it
// acknowledges (docs/intake-format.md). The plugin for mosquitto is module broker.
namespace edgeward::ingest {

// [intake]
struct IntakeSettings {
    bool enabled = false;
    // Its folder belongs to the group of those who may connect (systemd/edgeward.tmpfiles.conf).
    std::filesystem::path socket = "/run/edgeward-intake/intake.sock";
    std::string broker_user = "mosquitto";  // the only user who is listened to, by SO_PEERCRED
};

// Reads and checks the table [intake].
IntakeSettings read_intake_settings(config::Section section);

// A source whose tickets are answered by verdicts as soon as they are committed. A message is refused, and
// then neither taken over nor acknowledged, when the sender the broker authenticated is not the device of its
// topic (device::publisher_of_topic). A retained one counts as a measurement of now: what arrives here was
// just published. status().connected: a broker has said hello.
//
// start: misconfigured: the socket cannot be opened, or the user is not known here.
// Everything referred to must outlive the source.
std::unique_ptr<ObservationSource> make_intake_source(IntakeSettings settings, metrics::Registry& registry,
                                                      const Clock& clock);

}  // namespace edgeward::ingest
