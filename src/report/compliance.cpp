// The checklist as a page and as JSON; checklist.cpp judges.

#include <nlohmann/json.hpp>

#include <algorithm>

#include "markup.hpp"
#include "words.hpp"

namespace edgeward::report {
namespace {

using json = nlohmann::ordered_json;

std::string verdict(const Finding& finding, Language language) {
    if (!finding.proven) return Words{"nicht nachgewiesen", "not proven"}.in(language);
    return Words{"nachgewiesen durch diese Messung, ", "proven by this measurement, "}.in(language) +
           finding.when;
}

std::size_t proven_of(const std::vector<Finding>& findings) {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(), [](const Finding& one) { return one.proven; }));
}

void append_topics(Page& page, const std::vector<Finding>& findings, Language language) {
    const std::vector<std::string> head{
        Words{"Nr.", "No."}.in(language), Words{"Aussage", "Statement"}.in(language),
        Words{"Ergebnis", "Verdict"}.in(language),
        Words{"Messung oder was fehlt", "Measurement, or what is missing"}.in(language),
        Words{"Nachmessen mit", "Measure again by"}.in(language)};
    for (std::size_t at = 0; at < findings.size();) {
        const std::string& topic = findings[at].topic;
        page.heading(topic);
        std::vector<std::vector<std::string>> rows;
        std::vector<std::string> classes;
        for (; at < findings.size() && findings[at].topic == topic; ++at) {
            const auto& one = findings[at];
            rows.push_back(
                {std::string(one.id), one.statement, verdict(one, language), one.evidence, one.how});
            classes.emplace_back(one.proven ? "proven" : "open");
        }
        page.table(head, rows, classes);
    }
}

void append_inventory(Page& page, const Installation& installation, Language language) {
    page.heading(Words{"Anlage: Geräte", "Annex: devices"}.in(language));
    std::vector<std::vector<std::string>> rows;
    for (const auto& device : installation.devices)
        rows.push_back({device.id, device.kind, device.place, device.mapping});
    page.table(
        {Words{"Gerät", "Device"}.in(language), Words{"Hersteller, Modell", "Maker, model"}.in(language),
         Words{"Ort", "Place"}.in(language), "Mapping"},
        rows);
}

}  // namespace

std::string compliance_json(const Installation& installation, Language language) {
    const auto findings = judge(installation, language);
    json made = {{"paper", "compliance"}, {"version", 1}, {"made", to_rfc3339(installation.made)}};
    made["gateway"] = installation.version;
    made["configuration_sha256"] = installation.configuration;
    made["measured"] = installation.measured ? json(to_rfc3339(installation.measured->made)) : json();
    made["proven"] = proven_of(findings);
    made["items"] = json::array();
    for (const auto& one : findings) {
        made["items"].push_back({{"id", one.id},
                                 {"topic", one.topic},
                                 {"statement", one.statement},
                                 {"proven", one.proven},
                                 {"evidence", one.evidence},
                                 {"when", one.when.empty() ? json() : json(one.when)},
                                 {"how", one.how.empty() ? json() : json(one.how)}});
    }
    return made.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string compliance_html(const Installation& installation, Language language) {
    const auto findings = judge(installation, language);
    Page page(Words{"Nachweise zu Datenschutz und Informationssicherheit",
                    "Evidence of data protection and security"}
                  .in(language),
              language);
    page.paragraph(
        std::to_string(proven_of(findings)) + Words{" von ", " of "}.in(language) +
        std::to_string(findings.size()) +
        Words{" Punkten sind durch diese Messung nachgewiesen. Die anderen sind es nicht: das heißt nicht, "
              "dass sie nicht erfüllt sind, sondern dass dieses Programm es nicht messen kann oder etwas "
              "anderes maß.",
              " items are proven by this measurement. The others are not: that does not mean they are not "
              "met, but that this program cannot measure it or measured something else."}
            .in(language));
    append_topics(page, findings, language);
    append_inventory(page, installation, language);
    return std::move(page).finish(installation);
}

}  // namespace edgeward::report
