#include <edgeward/pipeline/result_sender.hpp>

#include <edgeward/model/bed.hpp>

#include "inbound_decoder.hpp"

namespace edgeward::pipeline {
namespace {

// Whether the message says that the person lies elsewhere than at the bed the device is fixed to. Then who
// lies there is not who was measured.
bool is_elsewhere(const model::IdentifiedReport& report, const device::Device& device) {
    return report.about_person && !report.patient && device.at_bed && report.place &&
           model::bed_name(*report.place) != model::bed_name(device.location);
}

std::string_view reason_of(const hl7::MessageFault& fault) {
    return fault.condition >= 200 && fault.condition <= 203 ? "unsupported_message" : "malformed_message";
}

}  // namespace

std::optional<InboundDecoder::Read> InboundDecoder::read_results(const model::RawMessage& message,
                                                                 const Catalogue& catalogue,
                                                                 store::Inbound& inbound) const {
    const auto name = model::sender_of_topic(message.topic).value_or(std::string_view());
    const auto sender = catalogue.result_senders.find(name);
    if (message.payload.size() > largest_message_) {
        inbound.fate = store::Refused{"oversized"};
        return std::nullopt;
    }
    if (sender == catalogue.result_senders.end()) {
        inbound.fate = quarantine(message, "unknown_device", "the sender is not configured any more");
        return std::nullopt;
    }
    const bool own_zone = !sender->second.zone.empty();
    const std::string& zone = own_zone ? sender->second.zone : catalogue.zone;
    const auto results = hl7::read_results(text_of(message.payload),
                                           {zone, sender->second.authority, catalogue.designators, own_zone});
    if (!results) {
        inbound.fate = store::Refused{std::string(reason_of(results.error()))};
        return std::nullopt;
    }
    const auto device = device_of_results(*results, sender->second, catalogue.devices);
    if (!device) {
        inbound.fate =
            quarantine(message, device.error(), "OBX-18, PRT-10 and MSH-3 name no one registered device");
        return std::nullopt;
    }
    inbound.device = (*device)->id;
    const mapping::Mapping* mapping = catalogue.mappings.find((*device)->mapping);
    if (mapping == nullptr) {
        inbound.fate = quarantine(message, "no_mapping", "the device's mapping is not installed");
        return std::nullopt;
    }
    auto mapped = mapping->apply(*results, message.received, {(*device)->id, (*device)->associated, zone});
    if (!mapped) {
        inbound.fate = quarantine(message, mapped.error().reason, std::move(mapped.error().detail));
        return std::nullopt;
    }
    for (const auto& report : mapped->reports) {
        if (!is_elsewhere(report, **device)) continue;
        inbound.fate = quarantine(message, "place_mismatch", "PV1-3 is not the bed the device is fixed to");
        return std::nullopt;
    }
    // A laboratory measures long before it tells; when it tells is by its clock too.
    return Read{**device, *std::move(mapped),
                results->time ? std::optional(results->time->utc) : std::nullopt};
}

}  // namespace edgeward::pipeline
