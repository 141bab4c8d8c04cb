#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include <edgeward/core/result.hpp>
#include <edgeward/store/recount.hpp>

namespace edgeward::app {

// The books as GET /v1/books and `edgeward books --json` give them (docs/control-api.md). `device` and
// `destination` narrow them; empty: all. invalid_input: no such destination.
Result<nlohmann::json> books_answer(const store::Reconciliation& found, const std::string& device,
                                    const std::string& destination);

}  // namespace edgeward::app
