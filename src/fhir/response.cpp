#include <edgeward/fhir/response.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/core/json_events.hpp>
#include <nlohmann/json.hpp>

namespace edgeward::fhir {
namespace {

using nlohmann::json;

constexpr std::size_t longest_foreign = 4096;

// Leading three digits of "201 Created"; 0 when there are none.
unsigned status_of(std::string_view text) {
    unsigned status = 0;
    const auto digits = text.substr(0, 3);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), status);
    return parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size() && digits.size() == 3
               ? status
               : 0;
}

// Reads resourceType, type and entry[].response.status while the text streams by; a whole answer as a tree
// would cost more than rendering the request.
class TransactionReader final : public JsonEvents {
public:
    static constexpr std::size_t deepest = 64;

    std::string resource_type;
    std::string bundle_type;
    std::vector<unsigned> statuses;  // one per entry, 0 where there is none

    bool null() override { return true; }
    bool boolean(bool /*truth*/) override { return true; }
    bool number(std::string_view /*text*/) override { return true; }
    bool text(std::string_view text) override {
        if (path_.size() == 1 && path_[0] == Step::resource_type) resource_type = text;
        if (path_.size() == 1 && path_[0] == Step::type) bundle_type = text;
        if (path_.size() == 4 && in_response() && path_[3] == Step::status) statuses.back() = status_of(text);
        return true;
    }
    bool key(std::string_view name) override {
        path_.back() = step_of(name);
        return true;
    }
    bool begin_object() override {
        if (path_.size() == 2 && path_[0] == Step::entry && path_[1] == Step::element) statuses.push_back(0);
        return enter(Step::other);
    }
    bool end_object() override { return leave(); }
    bool begin_array() override { return enter(Step::element); }
    bool end_array() override { return leave(); }

private:
    enum class Step : std::uint8_t { other, element, resource_type, type, entry, response, status };

    static Step step_of(std::string_view name) {
        if (name == "resourceType") return Step::resource_type;
        if (name == "type") return Step::type;
        if (name == "entry") return Step::entry;
        if (name == "response") return Step::response;
        return name == "status" ? Step::status : Step::other;
    }
    [[nodiscard]] bool in_response() const {
        return path_[0] == Step::entry && path_[1] == Step::element && path_[2] == Step::response &&
               !statuses.empty();
    }
    bool enter(Step step) {
        path_.push_back(step);
        return true;
    }
    bool leave() {
        path_.pop_back();
        return true;
    }

    std::vector<Step> path_;  // per open object the key being read, per open array `element`
};

bool reads(std::string_view body, TransactionReader& reader) {
    return !read_json(body, reader, TransactionReader::deepest);
}

std::string text_at(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void append_issue(std::string& out, const json& issue) {
    if (!issue.is_object()) return;
    std::string text = text_at(issue, "diagnostics");
    const auto details = issue.find("details");
    if (text.empty() && details != issue.end() && details->is_object()) text = text_at(*details, "text");
    if (!out.empty()) out += "; ";
    out.append(text_at(issue, "severity")).append(" ").append(text_at(issue, "code"));
    if (!text.empty()) out.append(": ").append(text);
}

// The issues of an OperationOutcome in one line; any other body as it came.
std::string words_of(std::string_view body) {
    std::string words;
    const json outcome = json::parse(body, nullptr, false);
    const bool readable = outcome.is_object() && text_at(outcome, "resourceType") == "OperationOutcome";
    const auto issues = readable ? outcome.find("issue") : outcome.end();
    if (readable && issues != outcome.end() && issues->is_array())
        for (const auto& issue : *issues)
            append_issue(words, issue);
    if (words.empty()) words = body.substr(0, longest_foreign);
    words.resize(std::min(words.size(), longest_foreign));
    return words;
}

Verdict refusal(ErrorKind kind, std::string message, bool message_only, std::string foreign) {
    Verdict verdict;
    verdict.error = Error{kind, std::move(message), std::move(foreign)};
    verdict.message_only = message_only;
    return verdict;
}

bool is_passing(unsigned status) {
    constexpr std::array<unsigned, 3> passing{408, 425, 429};
    return status >= 500 || std::find(passing.begin(), passing.end(), status) != passing.end();
}

// Of the whole request: nothing here takes our bundles, whatever is in them.
std::string_view wrong_place(unsigned status) {
    switch (status) {
        case 404:
        case 410:
            return " (expected the base URL of a FHIR server)";
        case 405:
            return " (expected a base URL that takes transactions by POST)";
        case 406:
        case 415:
            return " (expected a FHIR server that speaks JSON)";
        default:
            return {};
    }
}

// Of the whole request, or of one `entry` of it.
Verdict refusal_of(unsigned status, const Answer& answer, Instant now, bool entry) {
    const std::string said = "the FHIR server answered " + std::to_string(status);
    std::string words = words_of(answer.body);
    Verdict verdict;
    if (is_passing(status)) {
        verdict = refusal(ErrorKind::unavailable, said, false, std::move(words));
        verdict.retry_after =
            parse_retry_after(answer.retry_after, now).value_or(std::chrono::milliseconds(0));
    } else if (status == 409 || status == 412) {
        verdict = refusal(ErrorKind::unavailable, said + " (conflict)", true, std::move(words));
    } else if (status == 401 || status == 403) {
        verdict = refusal(ErrorKind::misconfigured, said + " (not authorized)", entry || status == 403,
                          std::move(words));
        verdict.unauthorized = status == 401;
    } else if (!entry && !wrong_place(status).empty()) {
        verdict = refusal(ErrorKind::misconfigured, said + std::string(wrong_place(status)), true,
                          std::move(words));
    } else if (status >= 400) {
        verdict = refusal(ErrorKind::rejected, said, true, std::move(words));
    } else if (status >= 300) {
        verdict =
            refusal(ErrorKind::misconfigured, said + " (redirect, not followed)", false, std::move(words));
    } else {
        verdict = refusal(ErrorKind::ambiguous, said + ", which is no final answer", false, std::move(words));
    }
    return verdict;
}

// The first refused entry; one that may pass later goes before one that never will.
std::optional<unsigned> refused_entry(const std::vector<unsigned>& statuses) {
    std::optional<unsigned> refused;
    for (const unsigned status : statuses) {
        if (status >= 200 && status < 300) continue;
        if (!refused || (is_passing(status) && !is_passing(*refused))) refused = status;
    }
    return refused;
}

Verdict judge_success(const Answer& answer, std::size_t entries, Instant now) {
    TransactionReader reader;
    const bool readable = reads(answer.body, reader);
    if (readable && reader.resource_type == "OperationOutcome")
        return refusal(ErrorKind::ambiguous, "the answer is an OperationOutcome, not a transaction response",
                       false, words_of(answer.body));
    const bool response =
        reader.bundle_type == "transaction-response" || reader.bundle_type == "batch-response";
    if (!readable || reader.resource_type != "Bundle" || !response)
        return refusal(ErrorKind::ambiguous, "the answer is not a transaction response", false,
                       std::string(answer.body.substr(0, longest_foreign)));
    if (reader.statuses.size() != entries)
        return refusal(ErrorKind::ambiguous, "the transaction response has another number of entries", false,
                       {});
    const auto refused = refused_entry(reader.statuses);
    if (refused) {
        Verdict verdict = refusal_of(*refused, answer, now, true);
        verdict.error->message += " for an entry";
        return verdict;
    }
    return {};
}

Verdict judge_any(const Answer& answer, std::size_t entries, Instant now) {
    if (answer.status >= 200 && answer.status < 300) return judge_success(answer, entries, now);
    return refusal_of(answer.status, answer, now, false);
}

// An OperationOutcome with an issue that has this word there?
bool has_issue(std::string_view body, const char* member, std::string_view word) {
    const json outcome = json::parse(body, nullptr, false);
    if (!outcome.is_object() || text_at(outcome, "resourceType") != "OperationOutcome") return false;
    const auto issues = outcome.find("issue");
    return issues != outcome.end() && issues->is_array() &&
           std::any_of(issues->begin(), issues->end(), [&](const json& issue) {
               return issue.is_object() && text_at(issue, member) == word;
           });
}

Verdict judge_document_any(const Answer& answer, Instant now) {
    if (answer.status == 422 && has_issue(answer.body, "code", "processing")) {
        Verdict verdict =
            refusal(ErrorKind::unavailable, "the receiver does not know the patient or the case", true,
                    words_of(answer.body));
        verdict.unknown_case = true;
        return verdict;
    }
    if (answer.status < 200 || answer.status >= 300) return refusal_of(answer.status, answer, now, false);
    if (answer.body.find_first_not_of(" \r\n\t") == std::string_view::npos) return {};
    if (has_issue(answer.body, "severity", "error") || has_issue(answer.body, "severity", "fatal"))
        return refusal(ErrorKind::ambiguous, "the answer tells of success and of an error", false,
                       words_of(answer.body));
    TransactionReader reader;
    if (reads(answer.body, reader) && !reader.resource_type.empty()) return {};
    return refusal(ErrorKind::ambiguous, "the answer is no FHIR resource", false,
                   std::string(answer.body.substr(0, longest_foreign)));
}

}  // namespace

Verdict judge_document(const Answer& answer, Instant now) {
    try {
        return judge_document_any(answer, now);
    } catch (const std::exception&) {
        return refusal(ErrorKind::ambiguous, "the answer cannot be read", false, {});
    }
}

Verdict judge(const Answer& answer, std::size_t entries, Instant now) {
    try {
        return judge_any(answer, entries, now);
    } catch (const std::exception&) {
        return refusal(ErrorKind::ambiguous, "the answer cannot be read", false, {});
    }
}

std::size_t count_entries(std::string_view bundle) {
    // Inside a JSON string every quote is escaped, so this text stands only where an entry begins.
    constexpr std::string_view opening = R"({"fullUrl":"urn:uuid:)";
    std::size_t count = 0;
    while (const void* found = ::memmem(bundle.data(), bundle.size(), opening.data(), opening.size())) {
        const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - bundle.data());
        bundle.remove_prefix(at + opening.size());
        ++count;
    }
    return count;
}

}  // namespace edgeward::fhir
