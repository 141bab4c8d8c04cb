#include <edgeward/pipeline/object_sender.hpp>

namespace edgeward::pipeline {

std::vector<ObjectSender> read_object_senders(config::Section section) {
    std::vector<ObjectSender> senders;
    for (auto one : section.tables("sender")) {
        ObjectSender sender;
        sender.name = one.text("name", "");
        sender.device = one.required_text("device", "the id of a [[device]]");
        sender.authority = one.text("authority", "");
        senders.push_back(std::move(sender));
    }
    return senders;
}

}  // namespace edgeward::pipeline
