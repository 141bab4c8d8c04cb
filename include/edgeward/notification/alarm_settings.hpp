#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <edgeward/alarm/engine.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/backoff.hpp>
#include <edgeward/fhir/alert_bundle.hpp>
#include <edgeward/hl7/alert_message.hpp>
#include <edgeward/model/disclosure.hpp>
#include <edgeward/transport/fhir_transport.hpp>
#include <edgeward/transport/mllp_transport.hpp>
#include <edgeward/transport/webhook_transport.hpp>

namespace edgeward::notification {

// JSON on a topic of the broker that [mqtt] names: <topic>/<alarm id>, QoS 1, never retained.
struct MqttTarget {
    std::string topic = "alarms/notices";
};
// JSON by HTTP POST.
struct WebhookTarget {
    transport::WebhookSettings http;
};
// Prometheus Alertmanager, POST /api/v2/alerts. It forgets an alert that it does not hear of again.
struct AlertmanagerTarget {
    transport::WebhookSettings http;
    std::chrono::milliseconds refresh = std::chrono::minutes(1);
};
// An alarm manager or gateway that takes IHE PCD-04 by MLLP.
struct Pcd04Target {
    hl7::OruSettings message;
    transport::MllpSettings mllp;
};
// A FHIR R4 server: one DetectedIssue for each alarm.
struct FhirTarget {
    fhir::BundleSettings bundle;
    transport::FhirSettings http;
};

// One receiver of alarms. What it may know is decided by the policies, as with a destination.
struct TargetSettings {
    std::string name;  // 1 to 32 of a-z, 0-9 and -
    model::Purpose purpose = model::Purpose::treatment;
    // technical: rule, priority and ward; pseudonymous: place, device and values too. No person.
    model::IdentityLevel level = model::IdentityLevel::technical;
    std::string legal_basis = "none";
    std::vector<std::string> wards;  // only these; empty: all
    std::string language = "en";     // of texts, where a rule has it
    BackoffSettings retry{std::chrono::milliseconds(250), std::chrono::seconds(30)};
    std::variant<MqttTarget, WebhookTarget, AlertmanagerTarget, Pcd04Target, FhirTarget> form;
};

struct StageSettings {
    std::chrono::milliseconds after{};  // since the stage before it, while nobody acknowledges
    alarm::Priority least_priority = alarm::Priority::low;
    std::vector<std::string> targets;
};

// [alarm]
struct AlarmSettings {
    bool enabled = false;
    std::filesystem::path rules_folder = "/etc/edgeward/alarms";
    std::chrono::milliseconds oldest_value = std::chrono::minutes(10);
    std::chrono::milliseconds attend_interval = std::chrono::seconds(10);
    std::string client_id = "edgeward-alarms";  // at the broker
    // Who may acknowledge by MQTT on alarms/acknowledge/<principal>/<alarm id>.
    std::vector<std::string> principals;
    std::vector<StageSettings> stages;
    std::vector<TargetSettings> targets;
};

AlarmSettings read_alarm_settings(config::Section section);

inline constexpr std::string_view acknowledge_topic = "alarms/acknowledge";
// For everybody who sees an alarm of ours.
inline constexpr std::string_view not_primary =
    "Additional information. Not the primary alarm: the alarms of the medical devices are.";

}  // namespace edgeward::notification
