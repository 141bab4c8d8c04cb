// /v1/dead-letters: what a destination would not take.

#include <edgeward/store/report_seal.hpp>

#include "control_desk.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr std::uint64_t most_listed = 10'000;

json to_json(const store::DeadLetter& letter) {
    return {{"destination", letter.destination}, {"report", letter.report},
            {"device", letter.device},           {"reason", letter.reason},
            {"attempts", letter.attempts},       {"settled", to_rfc3339(letter.settled)}};
}

Result<std::string> foreign_text(const ControlParts& parts, const store::DeadLetter& letter,
                                 const store::Delivery& report) {
    if (!report.subject) return store::open_foreign(letter.sealed_foreign, parts.technical_key);
    const auto subject = parts.vault.subject(*report.subject);
    if (!subject) return failure(subject.error());
    if (!*subject) return failure(ErrorKind::denied, "the person of this report was erased");
    return store::open_foreign(letter.sealed_foreign, *(*subject)->data_key);
}

Result<json> list(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto most = number_in_query(request, "most", 100);
    if (!most) return failure(most.error());
    const auto letters = parts.reader.dead_letters(request.path.at(2), std::min(*most, most_listed));
    if (!letters) return failure(letters.error());
    audit::Event event = make_event(request, audit::Action::dead_letter_listed, request.path.at(2));
    event.count = letters->size();
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    json made = json::array();
    for (const auto& letter : *letters)
        made.push_back(to_json(letter));
    return json{{"dead_letters", std::move(made)}};
}

Result<json> show(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto number = number_of(request.path.at(3), "report");
    if (!number) return failure(number.error());
    const auto letters = parts.reader.dead_letters(request.path.at(2), most_listed);
    if (!letters) return failure(letters.error());
    for (const auto& letter : *letters) {
        if (letter.report != *number) continue;
        const auto report = parts.reader.report(letter.report);
        if (!report) return failure(report.error());
        audit::Event event =
            make_event(request, audit::Action::dead_letter_shown, letter.destination, report->subject);
        if (auto written = write_audit(parts.writer, std::move(event)); !written)
            return failure(written.error());
        json made = to_json(letter);
        const auto answer = foreign_text(parts, letter, *report);
        made["answer"] = answer ? json(*answer) : json(nullptr);
        return made;
    }
    return failure(ErrorKind::invalid_input, "there is no such dead letter");
}

Result<json> retry(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    std::vector<std::uint64_t> reports;
    const auto given = body->find("reports");
    if (given != body->end()) {
        if (!given->is_array() || given->empty()) {
            return failure(ErrorKind::invalid_input,
                           "reports: expected report numbers; leave it out for all");
        }
        for (const auto& one : *given) {
            if (!one.is_number_unsigned())
                return failure(ErrorKind::invalid_input, "reports: expected whole numbers");
            reports.push_back(one.get<std::uint64_t>());
        }
    }
    std::uint64_t count = 0;
    auto done = parts.writer.run([&](store::ObservationStore& store) -> Result<void> {
        auto retried = store.retry(request.path.at(2), reports, actor_of(request));
        if (!retried) return failure(std::move(retried.error()));
        count = *retried;
        return {};
    });
    if (!done) return failure(std::move(done.error()));
    parts.delivery.claim_again(request.path.at(2));
    return json{{"retried", count}};
}

}  // namespace

admin::Routes dead_letter_routes(const ControlParts& parts) {
    return {control_route("GET", "/v1/dead-letters/{destination}",
                          [parts](const admin::HttpRequest& request) { return list(parts, request); }),
            control_route("GET", "/v1/dead-letters/{destination}/{report}",
                          [parts](const admin::HttpRequest& request) { return show(parts, request); }),
            control_route("POST", "/v1/dead-letters/{destination}/retry",
                          [parts](const admin::HttpRequest& request) { return retry(parts, request); })};
}

}  // namespace edgeward::app
