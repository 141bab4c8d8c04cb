#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace edgeward::policy {

// The name of a thing a policy speaks of: User::"1000".
struct EntityUid {
    std::string type;  // User, Edgeward::User
    std::string id;
    friend bool operator==(const EntityUid&, const EntityUid&) = default;
    friend std::strong_ordering operator<=>(const EntityUid&, const EntityUid&) = default;
};

class Value;
using Set = std::vector<Value>;  // in order, each value once
using Record = std::map<std::string, Value, std::less<>>;

// What an expression gives: Cedar's bool, long, string, entity, set, record. Immutable.
class Value {
public:
    // Exactly these types: a text literal must not become true.
    template <typename T>
    requires std::same_as<T, bool> || std::same_as<T, std::int64_t> || std::same_as<T, std::string> ||
        std::same_as<T, EntityUid>
    explicit Value(T value) : data_(std::move(value)) {}
    static Value of_set(std::vector<Value> members);
    static Value of_record(Record fields);

    [[nodiscard]] const bool* truth() const noexcept { return std::get_if<bool>(&data_); }
    [[nodiscard]] const std::int64_t* number() const noexcept { return std::get_if<std::int64_t>(&data_); }
    [[nodiscard]] const std::string* text() const noexcept { return std::get_if<std::string>(&data_); }
    [[nodiscard]] const EntityUid* entity() const noexcept { return std::get_if<EntityUid>(&data_); }
    [[nodiscard]] const Set* set() const noexcept;
    [[nodiscard]] const Record* record() const noexcept;
    // "a long", as error messages say it.
    [[nodiscard]] std::string_view kind() const noexcept;

    // Values of different types differ; sets and records compare by content.
    friend bool operator==(const Value& left, const Value& right);
    friend std::strong_ordering operator<=>(const Value& left, const Value& right) {
        return left.compare(right);
    }

private:
    // Shared because copies of a value are the same for ever.
    using Data = std::variant<bool, std::int64_t, std::string, EntityUid, std::shared_ptr<const Set>,
                              std::shared_ptr<const Record>>;
    explicit Value(Data data) : data_(std::move(data)) {}
    [[nodiscard]] std::strong_ordering compare(const Value& other) const;
    Data data_;
};

}  // namespace edgeward::policy
