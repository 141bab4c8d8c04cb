#include <edgeward/fhir/observation_query.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "json_text.hpp"
#include "period.hpp"

namespace edgeward::fhir {
namespace {

using nlohmann::json;

constexpr std::size_t most_parameters = 32;
constexpr std::size_t most_values = 64;

tl::unexpected<Error> refused(std::string message) {
    return failure(ErrorKind::invalid_input, std::move(message));
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

// Any of several; an empty one says nothing. FHIR's own escapes (\\, \| …) are in no code of ours.
Result<std::vector<std::string>> alternatives(const std::string& value) {
    auto all = split(value, ',');
    const bool readable = value.find('\\') == std::string::npos && all.size() <= most_values &&
                          std::none_of(all.begin(), all.end(), [](const auto& one) { return one.empty(); });
    if (!readable) return refused("expected at most 64 values with commas between them");
    return all;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

// FHIR R4 2.24.0.1, id: [A-Za-z0-9\-\.]{1,64}
bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.';
    });
}

bool text_is(const json& object, const char* member, std::string_view text) {
    const auto found = object.find(member);
    if (found == object.end()) return text.empty();
    return found->is_string() && found->get_ref<const std::string&>() == text;
}

template <typename Token>
bool has_coding(const json& concept_, const Token& token) {
    const auto codings = concept_.find("coding");
    if (codings == concept_.end()) return false;
    return std::any_of(codings->begin(), codings->end(), [&](const json& coding) {
        const bool of_system = !token.system || text_is(coding, "system", *token.system);
        return of_system && (token.code.empty() || text_is(coding, "code", token.code));
    });
}

template <typename Token>
bool in_components(const json& observation, const Token& token) {
    const auto components = observation.find("component");
    if (components == observation.end()) return false;
    return std::any_of(components->begin(), components->end(),
                       [&](const json& one) { return has_coding(one.at("code"), token); });
}

}  // namespace

struct ObservationQuery::Reading {
    std::string_view base;
    std::string_view zone;
};

Result<ObservationQuery> ObservationQuery::parse(const Parameters& parameters, std::string_view base,
                                                 std::string_view zone) {
    if (parameters.size() > most_parameters) return refused("expected at most 32 parameters");
    ObservationQuery query;
    const Reading with{base, zone};
    for (const auto& [name, value] : parameters)
        if (auto read = query.read(name, value, with); !read) return failure(std::move(read.error()));
    if (!query.person_ && !query.by_id_)
        return refused("expected patient, patient.identifier, subject, subject.identifier or _id");
    return query;
}

Result<void> ObservationQuery::read(const std::string& name, const std::string& value, const Reading& with) {
    constexpr std::array<std::pair<std::string_view, Field>, 5> token_fields{
        {{"category", Field::category},
         {"code", Field::code},
         {"combo-code", Field::combo_code},
         {"component-code", Field::component_code},
         {"status", Field::status}}};
    if (name == "_format") return {};  // whoever reads the request looks at it
    if (name == "_count") return read_count(value);
    if (name == "_page") return read_page(value);
    if (name == "patient" || name == "subject") return read_person(value, false, with);
    for (const std::string_view who : {"patient", "subject"})
        if (name == std::string(who) + ".identifier" || name == std::string(who) + ":identifier")
            return read_person(value, true, with);
    repeated_.emplace_back(name, value);
    if (name == "_id") return read_ids(value);
    if (name == "date") return read_date(value, with);
    if (name == "encounter") {
        nothing_ = true;  // observations here name no encounter
        return {};
    }
    for (const auto& [known, field] : token_fields)
        if (name == known) return read_tokens(field, value);
    return refused("the search has a parameter or modifier that is not supported here");
}

Result<void> ObservationQuery::read_person(const std::string& value, bool by_identifier,
                                           const Reading& with) {
    if (person_) return refused("expected one person");
    if (by_identifier) {
        const auto bar = value.find('|');
        const bool whole = bar != std::string::npos && bar > 0 && bar + 1 < value.size() &&
                           value.find_first_of(",\\|", bar + 1) == std::string::npos;
        if (!whole) return refused("expected one identifier as system|value");
        person_ = IdentifierOf{value.substr(0, bar), value.substr(bar + 1)};
        return {};
    }
    std::string_view id = value;
    if (!with.base.empty() && id.starts_with(with.base)) id.remove_prefix(with.base.size() + 1);
    constexpr std::string_view type = "Patient/";
    if (id.starts_with(type)) id.remove_prefix(type.size());
    if (!is_id(id)) return refused("expected one reference to a Patient of this server");
    person_ = PatientId{std::string(id)};
    return {};
}

Result<void> ObservationQuery::read_tokens(Field field, const std::string& value) {
    auto values = alternatives(value);
    if (!values) return failure(std::move(values.error()));
    TokenFilter filter{field, {}};
    for (auto& one : *values) {
        const auto bar = one.find('|');
        Token token;
        if (bar != std::string::npos) token.system = one.substr(0, bar);
        token.code = bar == std::string::npos ? one : one.substr(bar + 1);
        if (token.code.empty() && token.system.value_or("").empty())
            return refused("expected codes as system|code, code, system| or |code");
        filter.any_of.push_back(std::move(token));
    }
    tokens_.push_back(std::move(filter));
    return {};
}

Result<void> ObservationQuery::read_date(std::string_view value, const Reading& with) {
    constexpr std::array<std::string_view, 8> prefixes{"eq", "ne", "lt", "gt", "le", "ge", "sa", "eb"};
    Moment moment;
    const auto known = std::find(prefixes.begin(), prefixes.end(), value.substr(0, 2));
    if (known != prefixes.end()) {
        moment.how = static_cast<Comparison>(known - prefixes.begin());
        value.remove_prefix(2);
    }
    const auto span = read_date_time(value, with.zone);
    if (!span) return refused("expected a date with one of the prefixes eq ne lt gt le ge sa eb");
    moment.from = span->from;
    moment.until = span->until;
    const bool bounded = moment.how == Comparison::eq || moment.how == Comparison::gt ||
                         moment.how == Comparison::ge || moment.how == Comparison::sa;
    if (bounded) earliest_ = std::max(earliest_.value_or(moment.from), moment.from);
    moments_.push_back(moment);
    return {};
}

Result<void> ObservationQuery::read_ids(const std::string& value) {
    auto values = alternatives(value);
    if (!values) return failure(std::move(values.error()));
    if (by_id_) return refused("expected _id once");
    by_id_ = true;
    ids_ = *std::move(values);
    return {};
}

Result<void> ObservationQuery::read_count(const std::string& value) {
    const auto number = number_in(value);
    if (!number || *number == 0) return refused("_count: expected a number from 1");
    count_ = static_cast<std::size_t>(std::min<std::uint64_t>(*number, largest_count));
    return {};
}

Result<void> ObservationQuery::read_page(const std::string& value) {
    const auto parts = split(value, '.');
    PageStart start;
    const std::array places{&start.subject, &start.report, &start.skip};
    if (parts.size() != places.size()) return refused("expected _page as a link of this server has it");
    for (std::size_t at = 0; at < places.size(); ++at) {
        const auto number = number_in(parts[at]);
        if (!number) return refused("expected _page as a link of this server has it");
        *places.at(at) = *number;
    }
    start_ = start;
    return {};
}

// FHIR R4 3.1.1.5.6: a parameter and a value are spans of time, as precise as they are written.
bool ObservationQuery::holds(const Moment& moment, Instant from, Instant until) {
    const bool within = moment.from <= from && until <= moment.until;
    switch (moment.how) {
        case Comparison::eq:
            return within;
        case Comparison::ne:
            return !within;
        case Comparison::lt:
            return from < moment.from;
        case Comparison::gt:
            return until > moment.until;
        case Comparison::le:
            return within || from < moment.from;
        case Comparison::ge:
            return within || until > moment.until;
        case Comparison::sa:
            return from >= moment.until;
        case Comparison::eb:
            return until <= moment.from;
    }
    return false;
}

bool ObservationQuery::matches(const Served& served) const {
    if (nothing_) return false;
    if (by_id_ && std::find(ids_.begin(), ids_.end(), served.id) == ids_.end()) return false;
    if (tokens_.empty() && moments_.empty()) return true;
    const json observation = json::parse(served.body);
    const auto has = [&](Field field, const Token& token) {
        const auto& categories = observation.at("category");
        switch (field) {
            case Field::category:
                return std::any_of(categories.begin(), categories.end(),
                                   [&](const json& one) { return has_coding(one, token); });
            case Field::code:
                return has_coding(observation.at("code"), token);
            case Field::component_code:
                return in_components(observation, token);
            case Field::combo_code:
                return has_coding(observation.at("code"), token) || in_components(observation, token);
            case Field::status:
                return token.system.value_or("http://hl7.org/fhir/observation-status") ==
                           "http://hl7.org/fhir/observation-status" &&
                       text_is(observation, "status", token.code);
        }
        return false;
    };
    for (const auto& filter : tokens_) {
        if (std::none_of(filter.any_of.begin(), filter.any_of.end(),
                         [&](const Token& token) { return has(filter.field, token); }))
            return false;
    }
    const auto measured = read_date_time(observation.at("effectiveDateTime").get<std::string>(), "UTC");
    return measured && std::all_of(moments_.begin(), moments_.end(), [&](const Moment& moment) {
               return holds(moment, measured->from, measured->until);
           });
}

std::string ObservationQuery::link(std::string_view patient, const std::optional<PageStart>& next) const {
    std::string made;
    const auto add = [&](std::string_view name, std::string_view value) {
        made += made.empty() ? '?' : '&';
        append_percent_encoded(made, name);
        made += '=';
        append_percent_encoded(made, value);
    };
    if (!patient.empty()) add("patient", patient);
    for (const auto& [name, value] : repeated_)
        add(name, value);
    add("_count", std::to_string(count_));
    const PageStart& page = next ? *next : start_;
    if (page != PageStart{})
        add("_page", std::to_string(page.subject) + "." + std::to_string(page.report) + "." +
                         std::to_string(page.skip));
    return made;
}

}  // namespace edgeward::fhir
