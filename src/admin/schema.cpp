#include <edgeward/admin/schema.hpp>

#include <algorithm>

namespace edgeward::admin::schema {

Schema text(std::size_t least, std::size_t most) {
    Schema made{{"type", "string"}};
    if (least > 0) made["minLength"] = least;
    if (most > 0) made["maxLength"] = most;
    return made;
}

Schema words(std::span<const std::string_view> known) {
    Schema made{{"type", "string"}, {"enum", Schema::array()}};
    for (const auto word : known)
        made["enum"].push_back(word);
    return made;
}

Schema words(std::initializer_list<std::string_view> known) {
    return words(std::span(known.begin(), known.size()));
}

Schema time() {
    return {{"type", "string"}, {"format", "date-time"}, {"minLength", 1}};
}

Schema whole(std::uint64_t least, std::uint64_t most) {
    Schema made{{"type", "integer"}, {"minimum", least}};
    if (most != std::numeric_limits<std::uint64_t>::max()) made["maximum"] = most;
    return made;
}

Schema integer() {
    return {{"type", "integer"}};
}

Schema number() {
    return {{"type", "number"}};
}

Schema truth() {
    return {{"type", "boolean"}};
}

Schema anything() {
    return Schema::object();
}

Schema list(Schema of, std::size_t least, std::size_t most) {
    Schema made{{"type", "array"}};
    made["items"] = std::move(of);
    if (least > 0) made["minItems"] = least;
    if (most > 0) made["maxItems"] = most;
    return made;
}

Schema object(std::initializer_list<Member> members) {
    Schema made{{"type", "object"}, {"properties", Schema::object()}, {"required", Schema::array()}};
    for (const auto& [name, form] : members) {
        const bool optional = name.ends_with('?');
        const std::string plain = name.substr(0, name.size() - (optional ? 1 : 0));
        made["properties"][plain] = form;
        if (!optional) made["required"].push_back(plain);
    }
    made["additionalProperties"] = false;
    return made;
}

Schema map(Schema of) {
    Schema made{{"type", "object"}};
    made["additionalProperties"] = std::move(of);
    return made;
}

Schema nullable(Schema form) {
    form["type"] = Schema::array({form.at("type"), "null"});
    if (const auto words = form.find("enum"); words != form.end()) words->push_back(nullptr);
    return form;
}

Schema joined(Schema object, const Schema& further) {
    object["properties"].update(further.at("properties"));
    for (const auto& name : further.at("required"))
        object["required"].push_back(name);
    return object;
}

}  // namespace edgeward::admin::schema
