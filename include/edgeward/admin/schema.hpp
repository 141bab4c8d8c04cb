#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <edgeward/core/result.hpp>

// The form of what a route takes and gives: JSON Schema 2020-12, the language of OpenAPI 3.1, as far as the
// admin API needs it. Pure. Threads: any.
namespace edgeward::admin {

using Schema = nlohmann::ordered_json;

namespace schema {

// A member of an object. A name that ends with '?' may be left out.
struct Member {
    std::string name;
    Schema form;
};

// Characters, not octets.
Schema text(std::size_t least = 0, std::size_t most = 0);  // `most` 0: as long as the body may be
Schema words(std::span<const std::string_view> known);
Schema words(std::initializer_list<std::string_view> known);
Schema time();  // RFC 3339 with zone
Schema whole(std::uint64_t least = 0, std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
Schema integer();  // may be negative
Schema number();
Schema truth();
Schema anything();
Schema list(Schema of, std::size_t least = 0, std::size_t most = 0);
// An object with these members and no other.
Schema object(std::initializer_list<Member> members);
// An object with any names and values of one form.
Schema map(Schema of);
Schema nullable(Schema form);
// With the members of both objects.
Schema joined(Schema object, const Schema& further);

}  // namespace schema

// invalid_input: `value`, which messages call `name`, is not of that form: "seconds: expected a whole number
// from 1 to 86400". Formats of texts are for whoever reads them. Nothing of the value is repeated.
Result<void> expect_form(const Schema& form, const nlohmann::json& value, const std::string& name);

}  // namespace edgeward::admin
