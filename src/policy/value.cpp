#include "value.hpp"

#include <algorithm>
#include <array>

namespace edgeward::policy {
namespace {

template <typename T>
const T& unwrapped(const T& value) {
    return value;
}
template <typename T>
const T& unwrapped(const std::shared_ptr<const T>& value) {
    return *value;
}

}  // namespace

Value Value::of_set(std::vector<Value> members) {
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    return Value(Data(std::make_shared<const Set>(std::move(members))));
}

Value Value::of_record(Record fields) {
    return Value(Data(std::make_shared<const Record>(std::move(fields))));
}

const Set* Value::set() const noexcept {
    const auto* held = std::get_if<std::shared_ptr<const Set>>(&data_);
    return held == nullptr ? nullptr : held->get();
}

const Record* Value::record() const noexcept {
    const auto* held = std::get_if<std::shared_ptr<const Record>>(&data_);
    return held == nullptr ? nullptr : held->get();
}

std::string_view Value::kind() const noexcept {
    constexpr std::array<std::string_view, 6> names{"a bool",    "a long", "a string",
                                                    "an entity", "a set",  "a record"};
    return names[data_.index()];
}

// Texts and entities are nearly all that policies compare, and are mostly different.
bool operator==(const Value& left, const Value& right) {
    if (left.data_.index() != right.data_.index()) return false;
    if (const auto* text = left.text()) return *text == *right.text();
    if (const auto* entity = left.entity())
        return entity->id == right.entity()->id && entity->type == right.entity()->type;
    return left.compare(right) == 0;
}

std::strong_ordering Value::compare(const Value& other) const {
    if (data_.index() != other.data_.index()) return data_.index() <=> other.data_.index();
    return std::visit(
        [&other](const auto& mine) {
            using Held = std::decay_t<decltype(mine)>;
            const auto& left = unwrapped(mine);
            const auto& right = unwrapped(std::get<Held>(other.data_));
            return std::strong_ordering(left <=> right);
        },
        data_);
}

}  // namespace edgeward::policy
