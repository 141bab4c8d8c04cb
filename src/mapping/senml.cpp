#include <edgeward/model/decimal.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "senml.hpp"

namespace edgeward::mapping {
namespace {

using model::Decimal;

tl::unexpected<MappingFailure> wrong(std::string detail) {
    return tl::unexpected(MappingFailure{"bad_senml", std::move(detail)});
}

constexpr std::array<std::string_view, 15> labels = {"bn", "bt", "bu", "bv", "bs", "bver", "n", "u",
                                                     "v",  "vs", "vb", "vd", "s",  "t",    "ut"};
constexpr std::array<std::string_view, 8> numeric = {"bt", "bv", "bs", "bver", "v", "s", "t", "ut"};
constexpr std::array<std::string_view, 6> textual = {"bn", "bu", "n", "u", "vs", "vd"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The type RFC 8428 §4.3, table 4 states for a label.
bool has_its_type(const Node& field) {
    if (among(numeric, field.key)) return field.kind == NodeKind::number;
    if (among(textual, field.key)) return field.kind == NodeKind::text;
    return field.key != "vb" || field.kind == NodeKind::boolean;
}

bool is_name(std::string_view name) {
    const auto alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && alphanumeric(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
        return alphanumeric(c) || std::string_view("-:./_").find(c) != std::string_view::npos;
    });
}

// Exact sum of a base and a record's number, with the finer resolution of the two; empty texts count nothing.
std::optional<std::string> sum(const std::string& base, const std::string& number) {
    if (base.empty() || number.empty()) return base.empty() ? number : base;
    const auto left = Decimal::parse(base);
    const auto right = Decimal::parse(number);
    if (!left || !right) return std::nullopt;
    const int decimals = std::max(left->decimals(), right->decimals());
    const auto total =
        right->scaled(Decimal::from_integer(1), *left, decimals);  // refuses more than 9 decimals
    return total ? std::optional(total->text()) : std::nullopt;
}

// The base fields in force; empty texts are not set.
struct Base {
    std::string name;
    std::string time;
    std::string unit;
    std::string value;
    std::string sum;
};

class Resolver {
public:
    explicit Resolver(const Tree& pack) : pack_(pack) {}

    tl::expected<Tree, MappingFailure> run() {
        if (pack_.root().kind != NodeKind::array) return wrong("expected an array of records");
        records_.open(NodeKind::array);
        const Node* record = pack_.first_child(pack_.root());
        for (; record != nullptr; record = pack_.next(*record)) {
            if (auto done = resolve(*record); !done) return tl::unexpected(done.error());
        }
        records_.close();
        return records_.take();
    }

private:
    using Done = tl::expected<void, MappingFailure>;

    Done resolve(const Node& record) {
        if (record.kind != NodeKind::object) return wrong("a record is no object");
        if (auto fit = check_fields(record); !fit) return fit;
        take_base(record);
        if (!carries_value(record)) return {};  // only base fields, for the records that follow
        return write(record);
    }

    Done check_fields(const Node& record) const {
        for (const Node* field = pack_.first_child(record); field != nullptr; field = pack_.next(*field)) {
            if (!has_its_type(*field)) return wrong("a field has the wrong type");
            const bool known = among(labels, field->key);
            if (!known && !field->key.empty() && field->key.back() == '_') {
                return wrong("an unknown field that must be understood");
            }
        }
        const std::string version = text(record, "bver");
        if (version.empty() || version == "10" || (version.size() == 1 && version != "0")) return {};
        return wrong("a version above 10");
    }

    void take_base(const Node& record) {
        take(record, "bn", base_.name);
        take(record, "bt", base_.time);
        take(record, "bu", base_.unit);
        take(record, "bv", base_.value);
        take(record, "bs", base_.sum);
    }
    void take(const Node& record, std::string_view label, std::string& into) const {
        if (const Node* field = pack_.member(record, label)) into = field->text;
    }

    [[nodiscard]] bool carries_value(const Node& record) const {
        return std::any_of(value_labels.begin(), value_labels.end(),
                           [&](std::string_view label) { return pack_.member(record, label) != nullptr; });
    }

    Done write(const Node& record) {
        const std::string local = text(record, "n");
        const std::string name = base_.name + local;
        if (!is_name(name)) return wrong("a name is missing or has forbidden characters");
        auto time = sum(base_.time, text(record, "t"));
        if (!time) return wrong("a time has more than 9 decimals");
        records_.open(NodeKind::object);
        put("n", NodeKind::text, name);
        put("local", NodeKind::text, local);
        const std::string unit = text(record, "u");
        if (!unit.empty() || !base_.unit.empty()) put("u", NodeKind::text, unit.empty() ? base_.unit : unit);
        put("t", NodeKind::number, time->empty() ? "0" : *time);
        if (auto done = write_values(record); !done) return done;
        records_.close();
        return {};
    }

    Done write_values(const Node& record) {
        for (const std::string_view label : value_labels) {
            const Node* field = pack_.member(record, label);
            if (field == nullptr) continue;
            std::string number = field->text;
            const std::string& base = label == "v" ? base_.value : base_.sum;
            if ((label == "v" || label == "s") && !base.empty()) {
                const auto total = sum(base, number);
                if (!total) return wrong("a value with a base value has more than 9 decimals");
                number = *total;
            }
            records_.key(label);
            records_.value(field->kind, number, field->truth);
        }
        return {};
    }

    void put(std::string_view label, NodeKind kind, std::string_view text) {
        records_.key(label);
        records_.value(kind, text);
    }

    [[nodiscard]] std::string text(const Node& record, std::string_view label) const {
        const Node* field = pack_.member(record, label);
        return field == nullptr ? std::string() : field->text;
    }

    static constexpr std::array<std::string_view, 5> value_labels = {"v", "vs", "vb", "vd", "s"};

    const Tree& pack_;
    TreeBuilder records_;
    Base base_;
};

}  // namespace

tl::expected<Tree, MappingFailure> resolve_senml(const Tree& pack) {
    return Resolver(pack).run();
}

}  // namespace edgeward::mapping
