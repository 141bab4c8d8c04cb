#include <edgeward/admin/description.hpp>

#include <algorithm>
#include <charconv>

namespace edgeward::admin {
namespace {

// Numbers are texts in a path or a query.
nlohmann::json value_of(const Schema& form, const std::string& text) {
    if (form.value("type", "") != "integer") return text;
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return text;
    return number;
}

}  // namespace

Description Description::by(Session shown) && {
    session = shown;
    return std::move(*this);
}

Description Description::asked_with(Schema parameters) && {
    query = std::move(parameters);
    return std::move(*this);
}

Description Description::may_answer(std::vector<unsigned> statuses) && {
    also = std::move(statuses);
    return std::move(*this);
}

Description Description::or_503(Schema answered) && {
    unready = std::move(answered);
    return std::move(*this);
}

Description Description::in_types(std::string taken, std::string given) && {
    body_type = std::move(taken);
    answer_type = std::move(given);
    return std::move(*this);
}

Description get(std::string pattern, std::string action, std::string purpose, Schema answer) {
    return {"GET", std::move(pattern), std::move(action), std::move(purpose), std::move(answer)};
}

Description post(std::string pattern, std::string action, std::string purpose, Schema body, Schema answer) {
    return {"POST",         std::move(pattern), std::move(action), std::move(purpose), std::move(answer),
            std::move(body)};
}

const Description* find_description(const Descriptions& all, std::string_view method,
                                    std::string_view pattern) noexcept {
    const auto known = std::find_if(all.begin(), all.end(), [&](const Description& each) {
        return each.method == method && each.pattern == pattern;
    });
    return known == all.end() ? nullptr : &*known;
}

Schema path_parameter(std::string_view name) {
    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    if (name == "number" || name == "id" || name == "report") return schema::whole(0, largest);
    return schema::text(1);
}

std::vector<std::string> path_parameters(std::string_view pattern) {
    std::vector<std::string> names;
    for (auto open = pattern.find('{'); open != std::string_view::npos; open = pattern.find('{', open + 1))
        names.emplace_back(pattern.substr(open + 1, pattern.find('}', open) - open - 1));
    return names;
}

Result<void> expect_parameters(const Description& route, const HttpRequest& request) {
    std::size_t segment = 0;
    for (std::size_t at = 0; at < route.pattern.size(); ++segment) {
        const auto end = std::min(route.pattern.find('/', at + 1), route.pattern.size());
        const auto part = std::string_view(route.pattern).substr(at + 1, end - at - 1);
        at = end;
        if (!part.starts_with('{') || segment >= request.path.size()) continue;
        const std::string name(part.substr(1, part.size() - 2));
        const Schema form = path_parameter(name);
        if (auto fine = expect_form(form, value_of(form, request.path[segment]), name); !fine) return fine;
    }
    auto query = nlohmann::json::object();
    const Schema& known = route.query.at("properties");
    for (const auto& [name, text] : request.query) {
        const auto form = known.find(name);
        query[name] = form == known.end() ? nlohmann::json(text) : value_of(*form, text);
    }
    return expect_form(route.query, query, "query");
}

}  // namespace edgeward::admin
