#include <algorithm>

#include <edgeward/admin/schema.hpp>
#include <edgeward/core/utf8.hpp>

namespace edgeward::admin {
namespace {

using nlohmann::json;

bool is_of(std::string_view type, const json& value) {
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    return value.is_null();
}

bool is_of_one(const Schema& types, const json& value) {
    if (types.is_string()) return is_of(types.get_ref<const std::string&>(), value);
    return std::any_of(types.begin(), types.end(), [&value](const Schema& type) {
        return is_of(type.get_ref<const std::string&>(), value);
    });
}

std::uint64_t bound(const Schema& form, const char* keyword, std::uint64_t otherwise) {
    const auto found = form.find(keyword);
    return found == form.end() ? otherwise : found->get<std::uint64_t>();
}

constexpr std::uint64_t no_bound = std::numeric_limits<std::uint64_t>::max();

// "1 to 32"; empty without a bound.
std::string range_text(std::uint64_t least, std::uint64_t most) {
    if (most == no_bound) return least == 0 ? std::string() : "at least " + std::to_string(least);
    return std::to_string(least) + " to " + std::to_string(most);
}

std::string words_text(const Schema& words) {
    std::string all;
    for (const auto& word : words) {
        if (word.is_string()) all.append(" ").append(word.get_ref<const std::string&>());
    }
    return all;
}

// What was expected, in words.
std::string expectation(const Schema& form) {
    if (const auto words = form.find("enum"); words != form.end()) return "one of" + words_text(*words);
    const Schema& types = form.at("type");
    const std::string type = (types.is_array() ? types.front() : types).get<std::string>();
    if (type == "integer") {
        const auto range = range_text(bound(form, "minimum", 0), bound(form, "maximum", no_bound));
        return "a whole number" + (range.empty() ? range : " from " + range);
    }
    if (type == "string") {
        if (form.contains("format")) return "a time with zone such as 2026-11-23T18:00:00+01:00";
        const auto range = range_text(bound(form, "minLength", 0), bound(form, "maxLength", no_bound));
        return "a text" + (range.empty() ? range : " of " + range + " characters");
    }
    if (type == "array") {
        const auto range = range_text(bound(form, "minItems", 0), bound(form, "maxItems", no_bound));
        return "a list" + (range.empty() ? range : " of " + range + " entries");
    }
    if (type == "boolean") return "true or false";
    return type == "object" ? "a JSON object" : "a number";
}

std::uint64_t characters_of(std::string_view text) {
    return static_cast<std::uint64_t>(
        std::count_if(text.begin(), text.end(), [](char octet) { return (octet & 0xC0) != 0x80; }));
}

bool is_within(const Schema& form, const json& value) {
    if (value.is_string()) {
        const auto length = characters_of(value.get_ref<const std::string&>());
        return length >= bound(form, "minLength", 0) && length <= bound(form, "maxLength", no_bound);
    }
    if (value.is_number_integer() && form.contains("minimum")) {
        return value.is_number_unsigned() && value.get<std::uint64_t>() >= bound(form, "minimum", 0) &&
               value.get<std::uint64_t>() <= bound(form, "maximum", no_bound);
    }
    if (value.is_array())
        return value.size() >= bound(form, "minItems", 0) &&
               value.size() <= bound(form, "maxItems", no_bound);
    return true;
}

Result<void> expect_needed(const Schema& form, const Schema& properties, const json& value) {
    const auto needed = form.find("required");
    if (needed == form.end()) return {};
    for (const auto& one : *needed) {
        const auto& name = one.get_ref<const std::string&>();
        if (!value.contains(name))
            return failure(ErrorKind::invalid_input,
                           name + ": expected " + expectation(properties.at(name)) + ", got nothing");
    }
    return {};
}

std::string names_of(const Schema& properties) {
    std::string names;
    for (const auto& [name, unused] : properties.items())
        names.append(names.empty() ? " the fields " : ", ").append(name);
    return names.empty() ? " {}" : names;
}

Result<void> expect_members(const Schema& form, const json& value, const std::string& name) {
    const Schema none = Schema::object();
    const auto known = form.find("properties");
    const Schema& properties = known == form.end() ? none : *known;
    if (auto there = expect_needed(form, properties, value); !there) return there;
    const auto others = form.find("additionalProperties");
    for (const auto& [member, one] : value.items()) {
        const auto property = properties.find(member);
        if (property != properties.end()) {
            if (auto fine = expect_form(*property, one, member); !fine) return fine;
        } else if (others != form.end() && others->is_object()) {
            if (auto fine = expect_form(*others, one, name); !fine) return fine;
        } else if (others != form.end()) {
            return failure(ErrorKind::invalid_input, name + ": expected only" + names_of(properties));
        }
    }
    return {};
}

}  // namespace

Result<void> expect_form(const Schema& form, const json& value, const std::string& name) {
    const auto types = form.find("type");
    if (types == form.end()) return {};
    const auto words = form.find("enum");
    const bool known =
        words == form.end() || std::any_of(words->begin(), words->end(), [&value](const Schema& word) {
            return word.is_string() ? value.is_string() && word.get_ref<const std::string&>() ==
                                                               value.get_ref<const std::string&>()
                                    : value.is_null();
        });
    if (!known || !is_of_one(*types, value) || !is_within(form, value))
        return failure(ErrorKind::invalid_input, name + ": expected " + expectation(form));
    if (value.is_object()) return expect_members(form, value, name);
    if (!value.is_array()) return {};
    for (const auto& one : value) {
        if (auto fine = expect_form(form.at("items"), one, name); !fine) return fine;
    }
    return {};
}

}  // namespace edgeward::admin
