#include <edgeward/ingest/intake_source.hpp>

namespace edgeward::ingest {
namespace {

constexpr std::size_t longest_socket_path = 107;  // sun_path without its final zero, unix(7)

}  // namespace

IntakeSettings read_intake_settings(config::Section section) {
    IntakeSettings settings;
    settings.enabled = section.flag("enabled", settings.enabled);
    settings.socket = section.file("socket", settings.socket);
    settings.broker_user = section.text("broker_user", settings.broker_user);
    if (!settings.socket.is_absolute() || settings.socket.native().size() > longest_socket_path) {
        section.problem("socket", "expected an absolute path of at most " +
                                      std::to_string(longest_socket_path) + " octets");
    }
    if (settings.broker_user.empty())
        section.problem("broker_user", "expected the name of the user the broker runs as");
    return settings;
}

}  // namespace edgeward::ingest
