#include "daemon_request.hpp"

#include <iostream>

#include <edgeward/admin/control_client.hpp>

#include "configuration.hpp"

namespace edgeward::app {

Result<nlohmann::json> ask_daemon(const CommandOptions& options, std::string_view method,
                                  std::string_view target, const nlohmann::json& body,
                                  std::chrono::milliseconds patience) {
    std::filesystem::path socket = options.socket;
    if (socket.empty()) {
        auto document = config::Document::load(options.config_file);
        auto root = document.root();
        socket = admin::read_admin_settings(root.table("admin")).socket;
    }
    const auto response = admin::control_request(
        socket, method, target, body.is_null() ? std::string() : body.dump(), patience, options.break_glass);
    if (!response) return failure(response.error());
    if (auto error = admin::error_of(*response)) return failure(std::move(*error));
    auto answer = nlohmann::json::parse(response->body, nullptr, /*allow_exceptions=*/false);
    if (answer.is_discarded()) return failure(ErrorKind::unavailable, "the daemon's answer is not JSON");
    return answer;
}

int show_answer(const CommandOptions& options, const Result<nlohmann::json>& answer,
                const std::function<void(const nlohmann::json&)>& print) {
    if (!answer) return complain(answer.error());
    if (options.json) {
        std::cout << answer->dump(2) << '\n';
    } else {
        print(*answer);
    }
    return exit_success;
}

}  // namespace edgeward::app
