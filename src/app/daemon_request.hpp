#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "command.hpp"

namespace edgeward::app {

// Asks the running daemon by its control socket and gives the JSON it answers with, or the error it states.
Result<nlohmann::json> ask_daemon(const CommandOptions& options, std::string_view method,
                                  std::string_view target, const nlohmann::json& body = nullptr,
                                  std::chrono::milliseconds patience = std::chrono::seconds(60));

// Prints the answer as JSON, or lets `print` write it for people; gives the exit code.
int show_answer(const CommandOptions& options, const Result<nlohmann::json>& answer,
                const std::function<void(const nlohmann::json&)>& print);

}  // namespace edgeward::app
