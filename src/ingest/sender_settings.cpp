#include "sender_settings.hpp"

namespace edgeward::ingest {
namespace {

// Sender names stand in audit records and metric labels.
bool is_name(std::string_view text) {
    constexpr std::string_view signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    return text.size() <= 64 && text.find_first_not_of(signs) == std::string_view::npos;
}

}  // namespace

MllpSender read_sender(config::Section& section, std::set<std::string>& names) {
    MllpSender sender;
    sender.name = section.required_text("name", "a name for the sender");
    sender.certificate_names = section.texts("certificate_names");
    if (!is_name(sender.name))
        section.problem("name", "expected at most 64 letters, digits and the signs _ . -");
    if (!names.insert(sender.name).second) section.problem("name", "this sender is named twice");
    return sender;
}

void check_certificate_names(config::Section& section, const std::vector<MllpSender>& senders) {
    std::set<std::string> names;
    for (const auto& sender : senders) {
        if (sender.certificate_names.empty())
            section.problem("sender", "expected certificate_names of every sender");
        for (const auto& name : sender.certificate_names) {
            if (!names.insert(name).second)
                section.problem("sender", "expected each certificate name at one sender only");
        }
    }
}

}  // namespace edgeward::ingest
