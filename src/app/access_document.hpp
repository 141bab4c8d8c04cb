#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <edgeward/report/language.hpp>

namespace edgeward::app {

// The answer to a person's request (Art. 15 DSGVO) as an HTML page that needs nothing beside it and prints on
// paper, written piece by piece: begin(), rows() for each page of reports, end(). Everything foreign is
// escaped. `head` and `reports` are as the control API gives them (/v1/persons/access). Pure.
class AccessDocument {
public:
    explicit AccessDocument(report::Language language) : language_(language) {}
    [[nodiscard]] std::string begin(const nlohmann::json& head) const;
    [[nodiscard]] std::string rows(const nlohmann::json& reports) const;
    [[nodiscard]] std::string end() const;

private:
    report::Language language_;
};

}  // namespace edgeward::app
